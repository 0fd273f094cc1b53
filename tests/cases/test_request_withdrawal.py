"""Asking to withdraw: at intake it stops the case at once; later the desk answers."""

from __future__ import annotations

import pytest

from apps.accounts.choices import Role
from apps.cases.actions.ending import decline_withdrawal, request_withdrawal
from apps.cases.actions.handover import hand_over_case
from apps.cases.choices import EventKind, Status
from apps.cases.errors import CaseUnknown, NotYours, ReasonMissing
from apps.cases.history import read_entry
from apps.cases.models import CaseDocument, Handover
from apps.cases.policies import CASEWORK
from apps.interface.actors import NOBODY
from apps.web.ui.due_times import due_of
from apps.web.ui.parts import DueState
from tests import given
from tests.cases import doors

pytestmark = pytest.mark.django_db


def play(case, reason="Tôi không còn cần nữa"):
    return lambda by, key: request_withdrawal(case.code, reason=reason, by=by, at=given.NOW, request_key=key)


def applicant_of(case):
    return given.act_as(case.application.filed_by)


def test_only_the_applicants_side_asks_to_withdraw():
    case = given.accepted_case()
    for actor, refusal in [
        (NOBODY, CaseUnknown),
        (given.citizen(), CaseUnknown),
        (given.staff(doors.other_ward(), *CASEWORK), CaseUnknown),
        (given.staff(case.current_agency, *set(CASEWORK) - {Role.RECEPTIONIST}), NotYours),
        (doors.supervisor(case.current_agency.unit), NotYours),
    ]:
        with doors.refused(refusal):
            play(case)(actor, given.key())
    event = doors.acted(case, lambda: play(case)(applicant_of(case), given.key()))
    assert (event.kind, event.from_status, event.to_status) == (
        EventKind.WITHDRAWAL_REQUESTED,
        Status.ACCEPTED,
        Status.WITHDRAWAL_REQUESTED,
    )


def test_who_has_no_account_says_so_at_a_desk_which_enters_it():
    case = given.taken_at_counter()
    desk = given.receptionist(case.receiving_agency)
    doors.acted(case, lambda: play(case, "Bà Bưởi đến quầy xin rút")(desk, given.key()))
    assert given.fresh(case).status == Status.STOPPED
    assert CaseDocument.objects.get(case=case).document.snapshot["received_by"]["name"] == desk.name
    accepted = given.accepted_case()
    doors.acted(accepted, lambda: play(accepted)(given.receptionist(accepted.current_agency), given.key()))
    assert given.fresh(accepted).status == Status.WITHDRAWAL_REQUESTED


def test_the_clock_goes_on_while_the_withdrawal_waits():
    case = given.accepted_case()
    play(case)(applicant_of(case), given.key())
    after = given.fresh(case)
    assert (after.due_at, after.ended_at) == (case.due_at, None)
    assert after.is_clock_running


def test_a_clock_that_stood_while_a_supplement_was_awaited_stands_on():
    case, handler = given.case_awaiting_supplement()
    assert not case.is_clock_running
    doors.acted(case, lambda: play(case)(applicant_of(case), given.key()))
    assert not given.fresh(case).is_clock_running
    much_later = given.after(given.NOW, days=60)
    assert due_of(given.fresh(case), much_later).state == DueState.PAUSED
    decline_withdrawal(
        case.code,
        reason="Đã có quyết định",
        by=given.receptionist(case.current_agency),
        at=given.NOW,
        request_key=given.key(),
    )
    assert given.fresh(case).status == Status.AWAITING_SUPPLEMENT
    assert not given.fresh(case).is_clock_running


def test_at_intake_the_case_stops_at_once_with_form_05():
    case = given.case_at_intake()
    by = applicant_of(case)
    assert doors.owed_by(lambda: play(case)(by, given.key())) == ["render_paper", "send_notice"]
    after = given.fresh(case)
    assert (after.status, after.ended_at) == (Status.STOPPED, given.NOW)
    event = doors.event_of(case)
    assert read_entry(event.body).data == {"ground": "applicant_request"}
    form = CaseDocument.objects.get(case=case).document
    assert form.kind == "form_05"
    assert form.snapshot["requested_at"] == given.NOW.isoformat()


def test_one_who_may_act_for_the_business_withdraws_its_case():
    by, business = given.representative()
    case = given.accepted_case(given.FOOD_SAFETY, by=by, business_id=business)
    doors.acted(case, lambda: play(case)(by, given.key()))


def test_an_official_who_is_a_party_may_withdraw_their_own():
    case = given.accepted_case()
    both = doors.official_party(case, case.current_agency, Role.HEAD)
    doors.acted(case, lambda: play(case)(both, given.key()))


def test_a_withdrawal_says_why():
    case = given.accepted_case()
    with doors.refused(ReasonMissing, field="reason"):
        play(case, reason="")(applicant_of(case), given.key())


def test_a_withdrawal_at_intake_ends_an_offer_that_nobody_answered():
    case = given.unroutable_case()
    hand_over_case(
        case.code,
        to_agency=doors.other_ward().pk,
        reason="Đúng nơi",
        by=given.receptionist(case.current_agency),
        at=given.NOW,
        request_key=given.key(),
    )
    play(case)(applicant_of(case), given.key())
    assert not Handover.objects.filter(case=case, answered_at=None).exists()


def test_what_is_resolved_is_not_withdrawn():
    case = given.resolved_case()
    doors.only_open_in(case, play(case), by=applicant_of(case))


def test_the_same_request_asks_once():
    case = given.accepted_case()
    doors.answers_once(case, play(case), by=applicant_of(case), other=play(case, reason="Khác"))
