"""Each due time in a sentence, in both languages: what was counted, what not, and what moved it."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.utils import translation

from apps.accounts.choices import Role
from apps.cases.actions.extension import extend_deadline
from apps.cases.actions.obligation import fulfil_obligation
from apps.cases.actions.prolongation import prolong_by_agreement, prolong_for_verification
from apps.cases.actions.supplement import provide_supplement
from apps.cases.status_shown import status_shown
from tests import given

pytestmark = pytest.mark.django_db


def moment(day: int, hour: int, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=given.HANOI)


def told(case, language: str = "en") -> dict[str, str]:
    with translation.override(language):
        return {each.kind: each.sentence for each in status_shown(given.fresh(case)).explained}


def head_of(case):
    return given.staff(case.current_agency, Role.HEAD)


def test_three_working_days_over_the_holiday():
    case = given.accepted_case(given.HOUSEHOLD)
    assert told(case) == {
        "promised": "Friday 27 November 2026, 17:00, because 3 working days are counted from Monday 23 November 2026, "
        "09:00; the day of receipt is not counted; Tuesday 24 November 2026 is no working day "
        "(Vietnamese Culture Day)."
    }


def test_the_same_day_and_its_cut_off():
    late = given.accepted(given.taken_at_counter(at=moment(23, 16)), at=moment(23, 16))
    assert told(late)["promised"].startswith(
        "Wednesday 25 November 2026, 17:00, because what is received on Monday 23 November 2026, 16:00 is settled the "
        "same day; received after 15:00 it counts from Wednesday 25 November 2026"
    )


def test_at_intake_the_answer_on_acceptance():
    case = given.case_at_intake(at=moment(23, 14))
    assert told(case)["intake"].startswith(
        "Wednesday 25 November 2026, 14:00, because 8 working hours are counted from Monday 23 November 2026, 14:00"
    )


def test_a_supplement_that_began_the_limit_again():
    case, _ = given.case_awaiting_supplement(given.HOUSEHOLD, asked_at=moment(25, 9))
    assert "the clock has stood since Wednesday 25 November 2026, 09:00" in told(case)["promised"]
    provide_supplement(
        case.code,
        answers={},
        attachments={},
        message="Đủ",
        by=given.receptionist(case.current_agency),
        at=moment(26, 9),
        request_key=given.key(),
    )
    assert told(case)["promised"].startswith(
        "Tuesday 1 December 2026, 17:00, because the file was complete on Thursday 26 November 2026, 09:00 and from "
        "then on the full 3 working days are counted"
    )


def test_time_given_back_for_an_obligation():
    case, handler = given.awaiting_payment(given.HOUSEHOLD, asked_at=moment(25, 9))
    fulfil_obligation(case.code, voucher="7", by=handler, at=moment(27, 9), request_key=given.key())
    assert "for which 2 days are given back" in told(case)["promised"]


def test_a_prolongation_and_an_extension_stand_beside_each_other():
    case = given.accepted_case(given.RECOGNITION)
    head = head_of(case)
    prolong_for_verification(
        case.code, value=8, reason="Xác minh", by=head, at=given.NOW, request_key=given.key()
    )
    extend_deadline(
        case.code, until=moment(8, 17, month=12), reason="Ốm", by=head, at=given.NOW, request_key=given.key()
    )
    said = told(case)
    assert "with the time to verify, instead of 3 working days" in said["promised"]
    assert said["renewed"] == (
        "Tuesday 8 December 2026, 17:00, because the office gave a new time on Monday 23 November 2026, with an apology."
    )


def test_what_was_agreed_needs_no_other_reason(law):
    law(given.CIVIL_EXTRACT, is_agreement_provided=True)
    case = given.accepted_case()
    prolong_by_agreement(
        case.code,
        until=moment(30, 11),
        agreement="BB 1",
        reason="Nhiều bản",
        by=head_of(case),
        at=given.NOW,
        request_key=given.key(),
    )
    assert told(case)["promised"] == (
        "Monday 30 November 2026, 11:00, because the applicant agreed to this time in writing on "
        "Monday 23 November 2026."
    )


def test_of_what_ended_without_a_result_nothing_is_due():
    from tests.cases.told_scenes import stopped

    assert told(stopped()) == {}
