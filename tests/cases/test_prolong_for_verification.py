"""The time to verify: once, up to what the version gives; promise and law move together, and nobody apologises."""

from __future__ import annotations

from datetime import datetime

import pytest

from apps.accounts.choices import Role
from apps.cases.actions.prolongation import prolong_for_verification
from apps.cases.choices import EventKind
from apps.cases.errors import (
    DuePassed,
    NotProvidedFor,
    ProlongedOnce,
    ReasonMissing,
    VerificationTooLong,
)
from apps.cases.models import CaseDocument
from apps.cases.selectors import case_seen_by
from tests import given
from tests.cases import doors

pytestmark = pytest.mark.django_db


def moment(day: int, hour: int, month: int = 12) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=given.HANOI)


def play(case, value=8, reason="Xác minh quan hệ cha con", at=given.NOW):
    return lambda by, key: prolong_for_verification(
        case.code, value=value, reason=reason, by=by, at=at, request_key=key
    )


def head_of(case):
    return given.staff(case.current_agency, Role.HEAD)


def recognition():
    return given.accepted_case(given.RECOGNITION)


def test_the_head_or_who_signs_prolongs_and_nobody_else():
    case = recognition()
    at = case.current_agency
    event = doors.only_official(
        case, play(case), right=given.staff(at, Role.HEAD), at=at, roles=(Role.HEAD, Role.APPROVER)
    )
    assert event.kind == EventKind.PROLONGED_TO_VERIFY


def test_recognition_of_parents_takes_3_working_days_and_8_in_all_to_verify():
    case = recognition()
    assert case.promised_due_at == moment(27, 17, month=11)
    doors.acted(case, lambda: play(case)(head_of(case), given.key()))
    after = given.fresh(case)
    assert after.due_at == after.promised_due_at == after.statutory_due_at == moment(4, 17)
    assert after.renewed_due_at is None
    assert not CaseDocument.objects.filter(case=case, document__kind="form_04").exists()


def test_the_office_may_take_less_than_the_most():
    case = recognition()
    doors.acted(case, lambda: play(case, value=4)(head_of(case), given.key()))
    assert given.fresh(case).promised_due_at == moment(30, 17, month=11)


def test_a_same_day_matter_becomes_one_of_working_days_from_its_receipt():
    """Marriage: the same day, and at most 5 working days in all where the conditions are verified."""
    case = given.accepted_case("1.000894")
    assert case.due_at == moment(23, 17, month=11)
    doors.acted(case, lambda: play(case, value=5)(head_of(case), given.key()))
    assert given.fresh(case).due_at == moment(1, 17)


@pytest.mark.parametrize("value", [9, 3, 0])
def test_it_is_more_than_before_and_at_most_what_the_law_gives(value):
    case = recognition()
    with doors.refused(VerificationTooLong, field="value") as told:
        play(case, value=value)(head_of(case), given.key())
    assert "8" in told.value.message


def test_it_is_decided_once_in_time_with_a_reason():
    case = recognition()
    with doors.refused(ReasonMissing, field="reason"):
        play(case, reason=" ")(head_of(case), given.key())
    with doors.refused(DuePassed):
        play(case, at=moment(27, 18, month=11))(head_of(case), given.key())
    play(case)(head_of(case), given.key())
    with doors.refused(ProlongedOnce):
        play(case)(head_of(case), given.key())


def test_a_version_that_gives_no_time_to_verify_offers_and_allows_none():
    case = given.accepted_case()
    by = head_of(case)
    assert "prolong_for_verification" not in case_seen_by(case.code, seen_by=by).verbs
    with doors.refused(NotProvidedFor):
        play(case)(by, given.key())


def test_the_applicant_is_told_of_the_new_promise():
    case = recognition()
    by = head_of(case)
    assert doors.owed_by(lambda: play(case)(by, given.key())) == ["send_notice"]


def test_it_is_not_open_at_intake():
    case = given.case_at_intake(given.RECOGNITION)
    doors.only_open_in(case, play(case), by=head_of(case))
