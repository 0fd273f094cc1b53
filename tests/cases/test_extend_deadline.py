"""An extension: once, in good time, with form 04; the old promise stays beside the new time."""

from __future__ import annotations

from datetime import datetime

import pytest

from apps.accounts.choices import Role
from apps.cases.actions.extension import extend_deadline
from apps.cases.actions.supplement import provide_supplement, request_supplement
from apps.cases.choices import EventKind, Status
from apps.cases.errors import ExtendedOnce, ExtensionTooLate, NewTimeWrong, ReasonMissing
from apps.cases.models import CaseDocument
from tests import given
from tests.cases import doors
from tests.cases.test_request_supplement import ITEMS

pytestmark = pytest.mark.django_db

# Filed online on Monday the 23rd at 9; three working days over the holiday end on Friday the 27th at 17:00.
NEW = datetime(2026, 12, 1, 17, tzinfo=given.HANOI)


def moment(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=given.HANOI)


def play(case, until=NEW, reason="Hệ thống của Bộ ngừng hoạt động", at=given.NOW):
    return lambda by, key: extend_deadline(
        case.code, until=until, reason=reason, by=by, at=at, request_key=key
    )


def head_of(case):
    return given.staff(case.current_agency, Role.HEAD)


def test_the_head_or_who_signs_extends_and_nobody_else():
    case = given.accepted_case(given.HOUSEHOLD)
    at = case.current_agency
    event = doors.only_official(
        case, play(case), right=given.staff(at, Role.HEAD), at=at, roles=(Role.HEAD, Role.APPROVER)
    )
    assert (event.kind, event.from_status, event.to_status) == (
        EventKind.DEADLINE_EXTENDED,
        Status.ACCEPTED,
        Status.ACCEPTED,
    )


def test_the_new_time_is_kept_beside_the_promise_which_stays():
    case = given.accepted_case(given.HOUSEHOLD)
    doors.acted(case, lambda: play(case)(head_of(case), given.key()))
    after = given.fresh(case)
    assert (after.renewed_due_at, after.due_at) == (NEW, NEW)
    assert after.promised_due_at == after.statutory_due_at == case.promised_due_at == moment(27, 17)


def test_form_04_names_promise_and_new_time_and_the_applicant_is_told():
    case = given.accepted_case(given.HOUSEHOLD)
    by = head_of(case)
    assert doors.owed_by(lambda: play(case)(by, given.key())) == ["render_paper", "send_notice"]
    paper = CaseDocument.objects.get(case=case, document__kind="form_04").document.snapshot
    assert paper["promised_at"] == "2026-11-27T17:00:00+07:00"
    assert paper["renewed_at"] == "2026-12-01T17:00:00+07:00"
    assert paper["is_extended"] is True
    assert paper["agency"] == case.current_agency.name
    assert paper["signed_by"]["name"] == by.name


def test_a_second_extension_is_refused_and_says_who_gave_the_first():
    case = given.accepted_case(given.HOUSEHOLD)
    play(case)(head_of(case), given.key())
    with doors.refused(ExtendedOnce) as told:
        play(case, until=moment(2, 17, month=12))(head_of(case), given.key())
    doors.tells_of(told.value, doors.event_of(case))


def test_it_is_decided_8_working_hours_before_the_time_runs_out():
    case = given.accepted_case(given.HOUSEHOLD)
    with doors.refused(ExtensionTooLate):
        play(case, at=moment(27, 8, 1))(head_of(case), given.key())
    doors.acted(case, lambda: play(case, at=moment(26, 17))(head_of(case), given.key()))


def test_a_limit_up_to_a_day_is_extended_until_its_very_end_and_not_after():
    case = given.accepted_case()
    assert case.due_at == moment(23, 17)
    with doors.refused(ExtensionTooLate):
        play(case, at=moment(23, 17, 1))(head_of(case), given.key())
    doors.acted(case, lambda: play(case, at=moment(23, 17))(head_of(case), given.key()))


@pytest.mark.parametrize(
    "until",
    [
        moment(27, 17),
        moment(29, 10),
        moment(1, 12, 30, month=12),
        moment(1, 7, month=12),
        NEW.replace(year=2028),
    ],
    ids=["not later", "a Sunday", "at noon", "before opening", "too far"],
)
def test_the_new_time_is_later_in_counted_time_and_not_too_far(until):
    case = given.accepted_case(given.HOUSEHOLD)
    with doors.refused(NewTimeWrong, field="until"):
        play(case, until=until)(head_of(case), given.key())


def test_it_needs_a_reason():
    case = given.accepted_case(given.HOUSEHOLD)
    with doors.refused(ReasonMissing, field="reason"):
        play(case, reason=" ")(head_of(case), given.key())


def test_it_is_not_open_while_a_supplement_is_awaited():
    case, _ = given.case_awaiting_supplement()
    doors.only_open_in(case, play(case), by=head_of(case))


def test_the_same_request_extends_once():
    case = given.accepted_case(given.HOUSEHOLD)
    doors.answers_once(case, play(case), by=head_of(case))


def test_a_supplement_after_it_moves_the_new_time_by_the_counted_time_with_the_applicant():
    case = given.accepted_case(given.HOUSEHOLD)
    play(case)(head_of(case), given.key())
    handler = given.handler_of(case)
    request_supplement(
        case.code, items=ITEMS, omission="applicant", by=handler, at=moment(25, 9), request_key=given.key()
    )
    provide_supplement(
        case.code,
        answers={},
        attachments={},
        message="Đã đủ",
        by=given.receptionist(case.current_agency),
        at=moment(26, 9),
        request_key=given.key(),
    )
    doors.adds_up(case)
    after = given.fresh(case)
    assert after.renewed_due_at == moment(2, 17, month=12)
    # The full limit again from Thursday: Tuesday. Whoever holds it has until the later of the two.
    assert after.promised_due_at == moment(1, 17, month=12)
    assert after.due_at == after.renewed_due_at
