"""Offering a case to another agency: until it is received the case and its time are the sender's."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from apps.accounts.choices import Role
from apps.cases.actions.handover import hand_over_case
from apps.cases.choices import EventKind, Status
from apps.cases.errors import AgencyUnknown, HandoverOpen, NotYours, ReasonMissing, VerbNotOpen
from apps.cases.models import Handover
from apps.units.models import Agency
from tests import given
from tests.cases import doors

pytestmark = pytest.mark.django_db


def elsewhere() -> Agency:
    return given.ward_committee("Phường Trúc Bạch")


def play(case, to=None, reason="Thuộc thẩm quyền nơi khác"):
    agency = elsewhere().pk if to is None else to
    return lambda by, key: hand_over_case(
        case.code, to_agency=agency, reason=reason, by=by, at=given.NOW, request_key=key
    )


def test_only_the_head_the_cases_handler_or_a_desk_without_handler_offers_it():
    case = given.accepted_case()
    at = case.current_agency
    event = doors.only_official(
        case, play(case), right=given.receptionist(at), at=at, roles=(Role.RECEPTIONIST, Role.HEAD)
    )
    assert event.kind == EventKind.CASE_HANDED_OVER
    assert event.to_status == Status.ACCEPTED
    assert given.fresh(case).current_agency == at


def test_once_a_handler_has_it_the_desk_no_longer_offers_it():
    case, handler = given.assigned_case()
    with doors.refused(VerbNotOpen) as told:
        play(case)(given.receptionist(case.current_agency), given.key())
    doors.tells_of(told.value, doors.event_of(case))
    event = doors.acted(case, lambda: play(case)(handler, given.key()))
    assert (event.from_status, event.to_status) == (Status.ACCEPTED, Status.IN_PROGRESS)


def test_an_offer_is_to_be_answered_within_four_working_hours():
    case = given.accepted_case()
    play(case)(given.receptionist(case.current_agency), given.key())
    offer = Handover.objects.get(case=case)
    assert (offer.from_agency, offer.to_agency) == (case.current_agency, elsewhere())
    assert offer.due_at == datetime(2026, 11, 23, 14, 0, tzinfo=given.HANOI)
    assert offer.answered_at is None


def test_while_an_offer_waits_the_senders_time_runs_on_as_it_was():
    case = given.accepted_case()
    play(case)(given.receptionist(case.current_agency), given.key())
    after = given.fresh(case)
    assert (after.due_at, after.promised_due_at) == (case.due_at, case.promised_due_at)


def test_a_case_is_offered_to_one_agency_at_a_time():
    case = given.accepted_case()
    play(case)(given.receptionist(case.current_agency), given.key())
    head = given.staff(case.current_agency, Role.HEAD)
    with doors.refused(HandoverOpen):
        play(case, to=doors.other_ward().pk)(head, given.key())
    assert Handover.objects.filter(case=case).count() == 1


@pytest.mark.parametrize("who", ["unknown", "itself", "ended"])
def test_an_offer_names_another_agency_that_exists_today(who):
    case = given.accepted_case()
    to = {"unknown": 999_999_999, "itself": case.current_agency_id, "ended": elsewhere().pk}[who]
    if who == "ended":
        Agency.objects.filter(pk=to).update(valid_to=date(2026, 11, 23))
    with doors.refused(AgencyUnknown, field="to_agency"):
        play(case, to=to)(given.receptionist(case.current_agency), given.key())


def test_an_offer_needs_a_reason():
    case = given.accepted_case()
    with doors.refused(ReasonMissing, field="reason"):
        play(case, reason=" ")(given.receptionist(case.current_agency), given.key())


def test_at_intake_only_a_case_that_could_not_be_routed_is_handed_over():
    case = given.case_at_intake()
    with doors.refused(NotYours):
        play(case)(given.receptionist(case.current_agency), given.key())
    lost = given.unroutable_case()
    doors.acted(lost, lambda: play(lost)(given.receptionist(lost.current_agency), given.key()))


def test_an_ended_case_is_not_handed_over():
    case = given.resolved_case()
    doors.only_open_in(case, play(case), by=given.receptionist(case.current_agency))


def test_the_same_request_offers_once():
    case = given.accepted_case()
    by = given.receptionist(case.current_agency)
    doors.answers_once(case, play(case), by=by, other=play(case, reason="Khác"))
