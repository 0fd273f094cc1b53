"""Windows of the applicant: reminded of once, lapsed by the program when they end, left to a person where there is none."""

from __future__ import annotations

from datetime import datetime

import pytest

from apps.accounts.choices import Role
from apps.cases.actions.ending import request_withdrawal
from apps.cases.actions.mending import reopen_case
from apps.cases.actions.supplement import provide_supplement
from apps.cases.choices import EventKind, Status
from apps.cases.models import CaseDocument, CaseEvent, CaseNotice
from apps.cases.periodic import watch
from apps.core.models import OutboxRow
from tests import given
from tests.cases import doors

pytestmark = pytest.mark.django_db


def moment(day: int, hour: int, minute: int = 0, month: int = 12) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=given.HANOI)


@pytest.fixture
def window(law) -> None:
    """Seven working days to complete the file, ten days to pay."""
    law(
        given.CIVIL_EXTRACT,
        supplement_window=7,
        supplement_window_unit="working_day",
        payment_window=10,
        payment_window_unit="day",
    )


def waiting():
    """Asked on Monday the 7th: until Wednesday the 16th at 17:00."""
    return given.case_awaiting_supplement(at=moment(7, 9))[0]


def tick(at: datetime) -> int:
    watch(at)
    return given.carry_out(at, "lapse_waiting", "remind_applicant")


def kinds(case) -> list[str]:
    return list(CaseEvent.objects.filter(case=case).order_by("sequence").values_list("kind", flat=True))


def test_a_window_is_counted_from_the_request_and_printed_on_form_02(window):
    case = waiting()
    assert case.applicant_due_at == moment(16, 17)
    paper = CaseDocument.objects.get(case=case, document__kind="form_02").document.snapshot
    assert paper["respond_by"] == "2026-12-16T17:00:00+07:00"


def test_past_it_the_program_stops_the_case_with_form_05_and_its_ground(window):
    case = waiting()
    tick(moment(16, 17))
    assert given.fresh(case).status == Status.AWAITING_SUPPLEMENT
    tick(moment(16, 17, 5))
    doors.adds_up(case)
    after = given.fresh(case)
    assert (after.status, after.applicant_due_at) == (Status.STOPPED, None)
    event = doors.event_of(case)
    assert (event.kind, event.by_id) == (EventKind.CASE_STOPPED, None)
    paper = CaseDocument.objects.get(case=case, document__kind="form_05").document.snapshot
    assert paper["received_by"] == {"name": "Hệ thống Một Cửa", "title": "Tự động"}
    assert CaseNotice.objects.filter(event=event).exists()


def test_a_tick_played_twice_lapses_once(window):
    case = waiting()
    at = moment(17, 9)
    watch(at)
    watch(at)
    assert OutboxRow.objects.filter(task__endswith="lapse_waiting").count() == 1
    given.carry_out(at, "lapse_waiting")
    assert tick(moment(17, 10)) == 0
    assert kinds(case).count(EventKind.CASE_STOPPED) == 1


def test_what_was_completed_before_the_worker_looked_does_not_lapse(window):
    case = waiting()
    watch(moment(17, 9))
    provide_supplement(
        case.code,
        answers={},
        attachments={},
        message="Đã đủ",
        by=given.act_as(case.application.filed_by),
        at=moment(17, 9),
        request_key=given.key(),
    )
    given.carry_out(moment(17, 9, 1), "lapse_waiting")
    assert given.fresh(case).status == Status.ACCEPTED


def test_the_applicant_is_reminded_once_two_working_days_before(window):
    case = waiting()
    tick(moment(11, 18))
    assert EventKind.APPLICANT_REMINDED not in kinds(case)
    tick(moment(14, 9))
    tick(moment(14, 9, 5))
    tick(moment(15, 9))
    assert kinds(case).count(EventKind.APPLICANT_REMINDED) == 1
    notice = CaseNotice.objects.get(case=case, event__kind=EventKind.APPLICANT_REMINDED)
    assert notice.notice.template == "reminded"
    assert given.fresh(case).applicant_due_at == moment(16, 17)


def test_an_obligation_lapses_on_its_own_window_and_ground(window):
    case, _ = given.awaiting_payment(at=moment(7, 9))
    # Ten days from Monday the 7th: Thursday the 17th.
    assert case.applicant_due_at == moment(17, 17)
    tick(moment(17, 17, 1))
    paper = CaseDocument.objects.get(case=case, document__kind="form_05").document.snapshot
    assert paper["ground"] == "Không nộp tiền trong thời hạn" or given.fresh(case).status == Status.STOPPED


def test_without_a_window_nothing_lapses_and_a_person_decides():
    case = waiting()
    assert case.applicant_due_at is None
    assert tick(moment(7, 9, month=12).replace(year=2027)) == 0
    assert given.fresh(case).status == Status.AWAITING_SUPPLEMENT


def test_a_withdrawal_that_waits_is_answered_before_anything_lapses(window):
    case = waiting()
    by = given.act_as(case.application.filed_by)
    request_withdrawal(case.code, reason="Thôi", by=by, at=moment(16, 10), request_key=given.key())
    assert tick(moment(17, 9)) == 0
    assert given.fresh(case).status == Status.WITHDRAWAL_REQUESTED


def test_reopened_the_window_begins_again(window):
    case = waiting()
    tick(moment(17, 9))
    head = given.staff(case.current_agency, Role.HEAD)
    reopen_case(
        case.code, ground="official_error", reason="Sai", by=head, at=moment(18, 9), request_key=given.key()
    )
    doors.adds_up(case)
    after = given.fresh(case)
    assert (after.status, after.applicant_due_at) == (Status.AWAITING_SUPPLEMENT, moment(29, 17))
    assert tick(moment(18, 10)) == 0


def test_parts_do_not_move_the_window_and_only_completeness_ends_it(window):
    case = waiting()
    for number, is_complete in ((8, False), (9, False), (10, True)):
        provide_supplement(
            case.code,
            answers={},
            attachments={},
            message="Một phần" if not is_complete else "",
            is_complete=is_complete,
            by=given.act_as(case.application.filed_by),
            at=moment(number, 9),
            request_key=given.key(),
        )
        doors.adds_up(case)
        after = given.fresh(case)
        assert after.applicant_due_at == (None if is_complete else moment(16, 17))
        assert after.is_clock_running is is_complete
