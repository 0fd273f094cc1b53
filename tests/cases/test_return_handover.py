"""Returning a handover: the case stays where it was all along."""

from __future__ import annotations

import pytest

from apps.accounts.choices import Role
from apps.cases.actions.handling import assign_handler
from apps.cases.actions.handover import hand_over_case, receive_handover, return_handover
from apps.cases.choices import EventKind
from apps.cases.errors import CaseUnknown, ReasonMissing, VerbNotOpen
from apps.cases.models import Handover
from tests import given
from tests.cases import doors
from tests.cases.test_receive_handover import offered

pytestmark = pytest.mark.django_db


def play(case, reason="Sổ gốc không có ở đây"):
    return lambda by, key: return_handover(case.code, reason=reason, by=by, at=given.NOW, request_key=key)


def test_only_the_agency_offered_to_returns_it_and_the_case_never_left():
    case = offered()
    to = case.competent_agency
    event = doors.only_official(
        case,
        play(case),
        right=given.receptionist(to),
        at=to,
        roles=(Role.RECEPTIONIST, Role.HANDLER, Role.HEAD),
    )
    assert event.kind == EventKind.HANDOVER_RETURNED
    assert doors.text_of(event) == "Sổ gốc không có ở đây"
    after = given.fresh(case)
    assert (after.current_agency, after.due_at) == (case.receiving_agency, case.due_at)
    offer = Handover.objects.get(case=case)
    assert (offer.answer, offer.answered_at) == ("returned", given.NOW)


def test_a_return_needs_a_reason():
    case = offered()
    with doors.refused(ReasonMissing, field="reason"):
        play(case, reason="\t")(given.receptionist(case.competent_agency), given.key())


def test_what_was_received_is_no_longer_returned():
    case = offered()
    by = given.receptionist(case.competent_agency)
    receive_handover(case.code, by=by, at=given.NOW, request_key=given.key())
    with doors.refused(VerbNotOpen) as told:
        play(case)(by, given.key())
    doors.tells_of(told.value, doors.event_of(case))


def test_who_returned_it_is_told_so_once_and_then_knows_of_it_no_more():
    case = given.accepted_case()
    wrong = given.ward_committee("Phường Trúc Bạch")
    clerk = given.receptionist(case.current_agency)
    for reason in ("Đúng nơi", "Lần nữa"):
        hand_over_case(
            case.code, to_agency=wrong.pk, reason=reason, by=clerk, at=given.NOW, request_key=given.key()
        )
        play(case)(given.receptionist(wrong), given.key())
        with doors.refused(VerbNotOpen) as told:
            play(case)(given.receptionist(wrong), given.key())
        doors.tells_of(told.value, doors.event_of(case))
        with doors.refused(CaseUnknown):
            play(case)(given.receptionist(doors.other_ward()), given.key())
    handler = given.staff(case.current_agency, Role.HANDLER)
    assign_handler(case.code, handler=handler.user_id, by=handler, at=given.NOW, request_key=given.key())
    with doors.refused(CaseUnknown):
        play(case)(given.receptionist(wrong), given.key())


def test_after_a_return_it_can_be_offered_again():
    case = offered()
    play(case)(given.receptionist(case.competent_agency), given.key())
    hand_over_case(
        case.code,
        to_agency=case.competent_agency_id,
        reason="Có sổ gốc, xem lại",
        by=given.receptionist(case.current_agency),
        at=given.NOW,
        request_key=given.key(),
    )
    assert Handover.objects.filter(case=case, answered_at=None).count() == 1


def test_the_same_request_returns_once():
    case = offered()
    by = given.receptionist(case.competent_agency)
    doors.answers_once(case, play(case), by=by, other=play(case, reason="Khác"))
