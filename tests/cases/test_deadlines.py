"""The clock, played through the verbs: the worked examples of the law and what restarts, resumes or starts late."""

from __future__ import annotations

from datetime import datetime

import pytest

from apps.accounts.choices import Role
from apps.cases.actions.ending import decline_withdrawal, request_withdrawal
from apps.cases.actions.intake import accept_intake
from apps.cases.actions.mending import reopen_case
from apps.cases.actions.supplement import provide_supplement, request_supplement
from apps.cases.choices import Status
from apps.procedures.choices import Channel
from tests import given
from tests.cases import doors
from tests.cases.test_request_supplement import ITEMS

pytestmark = pytest.mark.django_db

THREE_DAYS = "1.001612"


def at(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    """A moment of November or December 2026 in Hanoi; Tuesday the 24th of November is a holiday."""
    return datetime(2026, month, day, hour, minute, tzinfo=given.HANOI)


def accepted_at(moment: datetime, procedure: str = THREE_DAYS):
    case = given.case_at_intake(procedure, at=moment, by=given.citizen())
    return given.accepted(case, at=moment)


def asked(case, moment: datetime):
    by = given.receptionist(case.current_agency)
    if case.accepted_at is not None:
        by = given.handler_of(case, at=moment)
    request_supplement(
        case.code, items=ITEMS, omission="applicant", by=by, at=moment, request_key=given.key()
    )
    return given.fresh(case)


def completed(case, moment: datetime, *, online: bool = False):
    by = given.act_as(case.application.filed_by) if online else given.receptionist(case.current_agency)
    provide_supplement(
        case.code,
        answers={},
        attachments={},
        message="Đã đủ",
        by=by,
        at=moment,
        request_key=given.key(),
    )
    doors.adds_up(case)
    return given.fresh(case)


@pytest.fixture
def resuming(law) -> None:
    """A version under which the time with the applicant is given back."""
    law(THREE_DAYS, after_supplement="resume")


def test_three_working_days_from_monday_before_the_holiday_end_on_friday():
    assert accepted_at(at(23, 10)).due_at == at(27, 17)


@pytest.mark.parametrize(("received", "due"), [((15, 0), (23, 17)), ((15, 1), (25, 17)), ((8, 0), (23, 17))])
def test_a_same_day_matter_at_the_counter_has_its_cut_off(received, due):
    moment = at(23, *received)
    case = given.taken_at_counter(at=moment)
    case = given.accepted(case, at=moment)
    assert case.due_at == at(*due)


def test_a_same_day_matter_filed_online_at_night_is_due_on_the_next_counted_day():
    case = given.case_at_intake(given.CIVIL_EXTRACT, at=at(23, 22))
    assert case.received_at == at(25, 8)
    case = given.accepted(case, at=at(25, 9))
    assert case.due_at == at(25, 17)


def test_a_same_day_matter_is_due_by_when_it_was_received_however_late_it_is_accepted():
    case = given.case_at_intake(given.CIVIL_EXTRACT, at=at(23, 9))
    case = given.accepted(case, at=at(25, 16))
    assert case.due_at == at(23, 17)


def test_intake_online_takes_eight_working_hours_and_at_a_counter_none():
    assert given.filed_online(at=at(23, 14)).intake_due_at == at(25, 14)
    assert given.taken_at_counter(at=at(23, 14)).intake_due_at == at(23, 14)


def test_by_post_intake_takes_one_working_day():
    case = given.taken_at_counter(THREE_DAYS, channel=Channel.POST, at=at(23, 10))
    assert case.intake_due_at == at(25, 17)


def test_at_intake_the_case_is_due_when_its_intake_is():
    case = given.case_at_intake(at=at(23, 14))
    assert case.due_at == case.intake_due_at == at(25, 14)
    assert (case.statutory_due_at, case.promised_due_at) == (None, None)


def test_accepted_late_the_clock_starts_at_the_end_of_the_intake_limit():
    case = given.case_at_intake(THREE_DAYS, at=at(7, 9, month=12), by=given.citizen())
    assert case.intake_due_at == at(8, 9, month=12)
    case = given.accepted(case, at=at(10, 9, month=12))
    assert case.due_at == at(11, 17, month=12)


def test_a_supplement_restarts_the_full_limit():
    """3 working days accepted Monday 7/12 09:00, asked Tuesday 10:00, complete Friday 14:00."""
    case = asked(accepted_at(at(7, 9, month=12)), at(8, 10, month=12))
    case = completed(case, at(11, 14, month=12))
    assert case.due_at == at(16, 17, month=12)


def test_a_supplement_that_resumes_gives_back_the_days_with_the_applicant(resuming):
    case = asked(accepted_at(at(7, 9, month=12)), at(8, 10, month=12))
    case = completed(case, at(11, 14, month=12))
    assert case.due_at == at(15, 17, month=12)


def test_a_stop_with_the_applicant_moves_promise_and_statutory_time_together():
    case = asked(accepted_at(at(7, 9, month=12)), at(8, 10, month=12))
    case = completed(case, at(11, 14, month=12))
    assert case.statutory_due_at == case.promised_due_at == case.due_at
    assert case.renewed_due_at is None


def test_completed_online_at_night_counts_from_the_next_opening():
    case = asked(accepted_at(at(7, 9, month=12)), at(8, 10, month=12))
    by_day = completed(case, at(10, 23, month=12), online=True)
    assert by_day.due_at == at(16, 17, month=12)


def test_a_supplement_over_the_holiday_begins_the_limit_again_after_it():
    """Accepted on Friday the 20th, asked on Monday, complete on Wednesday: Tuesday is a holiday either way."""
    case = asked(accepted_at(at(20, 9)), at(23, 10))
    assert completed(case, at(25, 10)).due_at == at(30, 17)


def test_a_supplement_in_parts_stops_the_clock_until_it_is_declared_complete():
    case = asked(accepted_at(at(7, 9, month=12)), at(8, 10, month=12))
    by = given.act_as(case.application.filed_by)
    for day in (9, 10):
        provide_supplement(
            case.code,
            answers={},
            attachments={},
            message="Một phần",
            is_complete=False,
            by=by,
            at=at(day, 9, month=12),
            request_key=given.key(),
        )
    doors.adds_up(case)
    assert (given.fresh(case).status, given.fresh(case).is_clock_running) == (
        Status.AWAITING_SUPPLEMENT,
        False,
    )
    assert completed(case, at(11, 14, month=12)).due_at == at(16, 17, month=12)


def test_reopened_the_old_promise_stays_and_is_late_at_once():
    case = given.resolved_case(at=at(23, 9))
    reopen_case(
        case.code,
        ground="official_error",
        reason="Sai tên đệm",
        by=given.staff(case.competent_agency, Role.HEAD),
        at=at(26, 9),
        request_key=given.key(),
    )
    doors.adds_up(case)
    after = given.fresh(case)
    assert (after.promised_due_at, after.due_at, after.is_clock_running) == (at(23, 17), at(23, 17), True)


def test_a_supplement_at_intake_begins_intake_again():
    case = given.case_at_intake(THREE_DAYS, at=at(7, 9, month=12), by=given.citizen())
    case = asked(case, at(7, 10, month=12))
    assert case.status == Status.AWAITING_SUPPLEMENT
    case = completed(case, at(10, 14, month=12))
    assert (case.status, case.intake_due_at) == (Status.SUBMITTED, at(11, 14, month=12))
    case = given.accepted(case, at=at(11, 9, month=12))
    assert case.due_at == at(16, 17, month=12)


def withdrawn(case, moment: datetime):
    request_withdrawal(
        case.code,
        reason="Không cần nữa",
        by=given.act_as(case.application.filed_by),
        at=moment,
        request_key=given.key(),
    )
    doors.adds_up(case)
    return given.fresh(case)


@pytest.mark.parametrize(
    ("asked_at", "due"),
    [
        (at(23, 10), at(25, 17)),
        (at(23, 22), at(26, 17)),
        (at(24, 10), at(26, 17)),
        (at(28, 9), at(1, 17, month=12)),
    ],
)
def test_a_withdrawal_is_answered_within_one_working_day_of_the_opening_at_or_after_it(asked_at, due):
    """By day, at night, on the holiday, on a Saturday."""
    assert withdrawn(accepted_at(at(23, 9)), asked_at).withdrawal_due_at == due


def test_a_withdrawal_that_waits_moves_no_other_time():
    before = accepted_at(at(7, 9, month=12))
    after = withdrawn(before, at(8, 10, month=12))
    for name in ("intake_due_at", "due_at", "statutory_due_at", "promised_due_at", "step_due_at"):
        assert getattr(after, name) == getattr(before, name), name


def test_a_withdrawal_asked_while_a_supplement_is_awaited_at_intake_has_its_time_too():
    case = asked(
        given.case_at_intake(THREE_DAYS, at=at(7, 9, month=12), by=given.citizen()), at(7, 10, month=12)
    )
    assert withdrawn(case, at(8, 10, month=12)).withdrawal_due_at == at(9, 17, month=12)


def test_answered_a_withdrawal_has_no_time_any_more_and_asked_again_a_new_one():
    case = withdrawn(accepted_at(at(7, 9, month=12)), at(8, 10, month=12))
    decline_withdrawal(
        case.code,
        reason="Đã có quyết định",
        by=given.receptionist(case.current_agency),
        at=at(8, 11, month=12),
        request_key=given.key(),
    )
    doors.adds_up(case)
    case = given.fresh(case)
    assert case.withdrawal_due_at is None
    assert withdrawn(case, at(9, 10, month=12)).withdrawal_due_at == at(10, 17, month=12)


def test_steps_use_their_share_and_end_no_later_than_the_case():
    case = accepted_at(at(7, 9, month=12))
    assert case.accepted_at < case.step_due_at < case.due_at


def test_the_clock_ends_with_the_release_and_the_promise_stays_to_be_measured_against():
    case = given.resolved_case()
    assert case.ended_at == given.NOW
    assert case.promised_due_at == at(23, 17)


def test_the_calendar_is_that_of_the_agency_that_decides():
    procedure = "1.004222"
    case = given.case_at_intake(procedure, by=given.citizen())
    police = given.agency("ward_police", given.ward())
    accept_intake(case.code, by=given.receptionist(police), at=given.NOW, request_key=given.key())
    case = given.fresh(case)
    assert case.calendar_version.calendar.code == police.calendar_code == "saturday_morning"


def test_every_event_names_the_calendar_it_was_counted_with():
    from apps.cases.selectors import entries_of

    case = given.resolved_case()
    assert {entry.calendar_version for entry in entries_of(case)} == {case.calendar_version_id}
