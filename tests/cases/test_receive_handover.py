"""Receiving a handover: the case, and its time, are the receiver's from then on."""

from __future__ import annotations

import pytest

from apps.accounts.choices import Role
from apps.cases.actions.handling import assign_handler
from apps.cases.actions.handover import hand_over_case, receive_handover
from apps.cases.choices import EventKind, Routing, Status
from apps.cases.errors import CaseUnknown, NotApproved, NotYours, VerbNotOpen
from apps.cases.models import Handover
from apps.cases.policies import CASEWORK
from apps.cases.selectors import case_seen_by, handovers_waiting
from tests import given
from tests.cases import doors

pytestmark = pytest.mark.django_db


def play(case):
    return lambda by, key: receive_handover(case.code, by=by, at=given.NOW, request_key=key)


def offered():
    """A case accepted at a counter in Trúc Bạch and offered by routing to Phúc Xá, which decides it."""
    case = given.accepted(given.taken_at_counter(desk=given.ward_committee("Phường Trúc Bạch")))
    given.carry_out(given.NOW, "route_case")
    case = given.fresh(case)
    assert case.current_agency != case.competent_agency
    return case


def test_only_reception_a_handler_or_the_head_of_the_agency_offered_to_receives_it():
    case = offered()
    to = case.competent_agency
    event = doors.only_official(
        case,
        play(case),
        right=given.receptionist(to),
        at=to,
        roles=(Role.RECEPTIONIST, Role.HANDLER, Role.HEAD),
    )
    assert (event.kind, event.from_agency, event.to_agency) == (
        EventKind.HANDOVER_RECEIVED,
        case.receiving_agency,
        to,
    )
    after = given.fresh(case)
    assert (after.current_agency, after.handler, after.status) == (to, None, Status.ACCEPTED)
    offer = Handover.objects.get(case=case)
    assert (offer.answer, offer.answered_at) == ("received", given.NOW)


def test_the_sender_receives_nothing_and_keeps_sight_afterwards():
    case = offered()
    sender = given.staff(case.receiving_agency, *CASEWORK)
    with doors.refused(NotYours):
        play(case)(sender, given.key())
    play(case)(given.receptionist(case.competent_agency), given.key())
    assert case_seen_by(case.code, seen_by=sender).case.pk == case.pk


def test_a_waiting_offer_is_in_the_list_of_the_agency_it_is_offered_to_until_answered():
    case = offered()
    by = given.receptionist(case.competent_agency)
    assert [row.case_id for row in handovers_waiting(seen_by=by)] == [case.pk]
    play(case)(by, given.key())
    assert list(handovers_waiting(seen_by=by)) == []


def test_receiving_moves_no_due_time():
    case = offered()
    play(case)(given.receptionist(case.competent_agency), given.key())
    after = given.fresh(case)
    assert (after.due_at, after.promised_due_at) == (case.due_at, case.promised_due_at)


def test_what_was_received_is_not_received_again():
    case = offered()
    play(case)(given.receptionist(case.competent_agency), given.key())
    with doors.refused(VerbNotOpen) as told:
        play(case)(given.receptionist(case.competent_agency), given.key())
    doors.tells_of(told.value, doors.event_of(case))


def test_who_was_never_offered_the_case_receives_nothing():
    case = given.accepted_case()
    with doors.refused(NotYours):
        play(case)(given.receptionist(case.current_agency), given.key())


def test_whoever_is_not_concerned_does_not_learn_of_the_case():
    case = offered()
    with doors.refused(CaseUnknown):
        play(case)(given.receptionist(doors.other_ward()), given.key())


def test_a_person_routes_by_hand_what_the_look_up_could_not():
    case = given.unroutable_case()
    to = given.ward_committee("Phường Trúc Bạch")
    hand_over_case(
        case.code,
        to_agency=to.pk,
        reason="Sổ hộ tịch ở phường này",
        by=given.receptionist(case.current_agency),
        at=given.NOW,
        request_key=given.key(),
    )
    doors.acted(case, lambda: play(case)(given.receptionist(to), given.key()))
    after = given.fresh(case)
    assert (after.routing, after.routing_reason, after.competent_agency, after.current_agency) == (
        Routing.ROUTED,
        "",
        to,
        to,
    )


def test_the_decision_goes_with_a_case_that_its_competent_agency_sends_on():
    case = given.at_competent_agency(given.accepted_case())
    sender, to = case.competent_agency, given.ward_committee("Phường Trúc Bạch")
    hand_over_case(
        case.code,
        to_agency=to.pk,
        reason="Sổ hộ tịch đã chuyển sang phường Trúc Bạch",
        by=given.staff(sender, Role.HEAD),
        at=given.NOW,
        request_key=given.key(),
    )
    assert given.fresh(case).competent_agency == sender
    doors.acted(case, lambda: play(case)(given.receptionist(to), given.key()))
    after = given.fresh(case)
    assert (after.competent_agency, after.current_agency, after.due_at) == (to, to, case.due_at)
    handler = given.staff(to, Role.HANDLER)
    assign_handler(case.code, handler=handler.user_id, by=handler, at=given.NOW, request_key=given.key())
    assert given.fresh(case).handler_id == handler.user_id


@pytest.mark.parametrize("decided", [given.proposed_case, given.approved_case])
def test_what_was_decided_at_the_sender_is_decided_anew_at_the_receiver(decided):
    case = decided()
    case = case[0] if isinstance(case, tuple) else case
    sender, to = case.competent_agency, given.ward_committee("Phường Trúc Bạch")
    hand_over_case(
        case.code,
        to_agency=to.pk,
        reason="Không thuộc thẩm quyền",
        by=given.staff(sender, Role.HEAD),
        at=given.NOW,
        request_key=given.key(),
    )
    doors.acted(case, lambda: play(case)(given.receptionist(to), given.key()))
    after = given.fresh(case)
    assert (after.proposed_by, after.approved_by, after.outcome) == (None, None, "")
    with doors.refused(NotApproved):
        given.released(after)
    handler = given.handler_of(after)
    case = given.proposed(given.fresh(after), handler)
    assert case.proposed_by_id == handler.user_id


def test_the_same_request_receives_once():
    case = offered()
    doors.answers_once(case, play(case), by=given.receptionist(case.competent_agency))
