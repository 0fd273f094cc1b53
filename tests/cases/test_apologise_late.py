"""An apology once the time has run out: form 04, and no time moves."""

from __future__ import annotations

from datetime import datetime

import pytest

from apps.accounts.choices import Role
from apps.cases.actions.extension import apologise_late
from apps.cases.choices import EventKind, Status
from apps.cases.errors import ApologisedAlready, NewTimeWrong, NotLate, ReasonMissing
from apps.cases.models import CaseDocument
from tests import given
from tests.cases import doors

pytestmark = pytest.mark.django_db

LATE = datetime(2026, 11, 25, 10, tzinfo=given.HANOI)
LIKELY = datetime(2026, 11, 26, 11, tzinfo=given.HANOI)


def play(case, expected=None, reason="Chuyên viên thụ lý nghỉ ốm", at=LATE):
    return lambda by, key: apologise_late(
        case.code, expected=expected, reason=reason, by=by, at=at, request_key=key
    )


def head_of(case):
    return given.staff(case.current_agency, Role.HEAD)


def test_the_head_or_who_signs_apologises_and_nobody_else():
    case = given.accepted_case()
    at = case.current_agency
    event = doors.only_official(
        case, play(case), right=given.staff(at, Role.APPROVER), at=at, roles=(Role.HEAD, Role.APPROVER)
    )
    assert (event.kind, event.to_status) == (EventKind.LATE_APOLOGISED, Status.ACCEPTED)


def test_it_moves_no_time():
    case = given.accepted_case()
    doors.acted(case, lambda: play(case, expected=LIKELY)(head_of(case), given.key()))
    after = given.fresh(case)
    for name in ("due_at", "promised_due_at", "statutory_due_at", "renewed_due_at", "step_due_at"):
        assert getattr(after, name) == getattr(case, name), name


@pytest.mark.parametrize(("expected", "printed"), [(None, None), (LIKELY, "2026-11-26T11:00:00+07:00")])
def test_form_04_says_when_the_result_is_likely_or_that_nobody_knows(expected, printed):
    case = given.accepted_case()
    by = head_of(case)
    assert doors.owed_by(lambda: play(case, expected)(by, given.key())) == ["render_paper", "send_notice"]
    paper = CaseDocument.objects.get(case=case, document__kind="form_04").document.snapshot
    assert (paper["renewed_at"], paper["is_extended"]) == (printed, False)
    assert paper["promised_at"] == "2026-11-23T17:00:00+07:00"


def test_nobody_apologises_for_what_is_not_late():
    case = given.accepted_case()
    with doors.refused(NotLate):
        play(case, at=case.due_at)(head_of(case), given.key())


def test_one_delay_has_one_apology():
    case = given.accepted_case()
    play(case)(head_of(case), given.key())
    with doors.refused(ApologisedAlready):
        play(case)(head_of(case), given.key())


def test_it_needs_a_reason_and_no_time_that_has_passed():
    case = given.accepted_case()
    with doors.refused(ReasonMissing, field="reason"):
        play(case, reason="")(head_of(case), given.key())
    with doors.refused(NewTimeWrong, field="expected"):
        play(case, expected=LATE)(head_of(case), given.key())


def test_it_is_not_open_at_intake():
    case = given.case_at_intake()
    doors.only_open_in(case, play(case), by=head_of(case))
