"""A time on which the applicant has agreed in writing: the promise and the law's time are set to it."""

from __future__ import annotations

from datetime import datetime

import pytest

from apps.accounts.choices import Role
from apps.cases.actions.prolongation import prolong_by_agreement
from apps.cases.choices import EventKind
from apps.cases.errors import AgreementMissing, DuePassed, NewTimeWrong, NotProvidedFor, ReasonMissing
from tests import given
from tests.cases import doors

pytestmark = pytest.mark.django_db

AGREED = datetime(2026, 12, 3, 11, tzinfo=given.HANOI)


def play(case, until=AGREED, agreement="Biên bản thỏa thuận ngày 23/11/2026", reason="800 bản", at=given.NOW):
    return lambda by, key: prolong_by_agreement(
        case.code, until=until, agreement=agreement, reason=reason, by=by, at=at, request_key=key
    )


def head_of(case):
    return given.staff(case.current_agency, Role.HEAD)


@pytest.fixture(autouse=True)
def _provided(law) -> None:
    law(given.CIVIL_EXTRACT, is_agreement_provided=True)


def test_the_head_or_who_signs_prolongs_and_nobody_else():
    case = given.accepted_case()
    at = case.current_agency
    event = doors.only_official(
        case, play(case), right=given.staff(at, Role.HEAD), at=at, roles=(Role.HEAD, Role.APPROVER)
    )
    assert event.kind == EventKind.PROLONGED_BY_AGREEMENT
    assert "Biên bản thỏa thuận" in doors.text_of(event)


def test_promise_and_law_are_set_to_the_time_agreed():
    case = given.accepted_case()
    doors.acted(case, lambda: play(case)(head_of(case), given.key()))
    after = given.fresh(case)
    assert after.due_at == after.promised_due_at == after.statutory_due_at == AGREED
    assert after.renewed_due_at is None


def test_an_obligation_after_it_gives_its_counted_time_back():
    case, handler = given.assigned_case()
    play(case)(head_of(case), given.key())
    from apps.cases.actions.obligation import fulfil_obligation, request_payment

    request_payment(
        case.code,
        what="Lệ phí trước bạ",
        authority="Thuế",
        by=handler,
        at=datetime(2026, 11, 25, 9, tzinfo=given.HANOI),
        request_key=given.key(),
    )
    fulfil_obligation(
        case.code,
        voucher="BL 77",
        by=handler,
        at=datetime(2026, 11, 25, 11, tzinfo=given.HANOI),
        request_key=given.key(),
    )
    doors.adds_up(case)
    assert given.fresh(case).promised_due_at == datetime(2026, 12, 3, 14, tzinfo=given.HANOI)


def test_it_needs_the_paper_a_reason_and_a_later_time():
    case = given.accepted_case()
    by = head_of(case)
    with doors.refused(AgreementMissing, field="agreement"):
        play(case, agreement=" ")(by, given.key())
    with doors.refused(ReasonMissing, field="reason"):
        play(case, reason="")(by, given.key())
    with doors.refused(NewTimeWrong, field="until"):
        play(case, until=case.due_at)(by, given.key())


def test_after_the_time_has_run_out_nobody_agrees_any_more():
    case = given.accepted_case()
    with doors.refused(DuePassed):
        play(case, at=given.after(case.due_at, minutes=1))(head_of(case), given.key())


def test_where_the_version_does_not_provide_for_it_nothing_is_agreed():
    case = given.accepted_case(given.RECOGNITION)
    with doors.refused(NotProvidedFor):
        play(case)(head_of(case), given.key())


def test_the_same_request_prolongs_once():
    case = given.accepted_case()
    doors.answers_once(case, play(case), by=head_of(case))
