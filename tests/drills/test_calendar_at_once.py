"""The calendar under several hands at one moment: one decision wins, and no clerk's act is lost while cases move."""

from __future__ import annotations

from datetime import date
from functools import partial

import pytest
import time_machine

from apps.accounts.choices import Role
from apps.calendars.choices import DayAction
from apps.calendars.errors import CalendarMoved
from apps.calendars.models import CalendarVersion
from apps.calendars.soundness import DayChange
from apps.calendars.working_time import DayKind
from apps.cases.actions.calendar_change import TASK, propose_calendar_change, start_calendar_change
from apps.cases.actions.handling import assign_handler
from apps.cases.choices import EventKind
from apps.cases.models import CaseEvent
from apps.cases.tasks import change_calendar
from apps.core.jobs import JobUnderWay
from apps.core.models import Job, JobState, OutboxRow
from apps.operations.integrity import check
from tests import given
from tests.drills.at_once import at_once, errors

pytestmark = pytest.mark.commits
THREE_DAYS = "1.004873"


@pytest.fixture(autouse=True)
def _whole_afterwards(committing_db):
    yield
    assert check(at=given.NOW, with_files=False).broken == {}


def proposed(day: date) -> tuple[Job, partial]:
    by = given.staff(given.city_agency("city_inspectorate"), Role.ADMINISTRATOR)
    off = DayChange(DayAction.ADD, day, DayKind.HOLIDAY, "Ngày nghỉ", "Day off", "99/QĐ-TTg")
    job = propose_calendar_change([off], by=by, at=given.NOW)
    return job, partial(start_calendar_change, job.pk, decision="1/QĐ-UBND", by=by, at=given.NOW)


def test_of_two_decisions_at_once_one_is_done_and_the_other_waits_for_its_turn():
    case, versions = given.accepted_case(THREE_DAYS), CalendarVersion.objects.count()
    jobs = [proposed(date(2026, 11, 25)), proposed(date(2026, 11, 26))]
    lost = errors(at_once(*(start for _job, start in jobs)))
    assert len(lost) == 1 and isinstance(lost[0], JobUnderWay | CalendarMoved), lost
    assert CalendarVersion.objects.count() == versions + 2
    given.carry_out(given.NOW, "change_calendar")
    assert sorted(Job.objects.values_list("state", flat=True)) == [JobState.DONE, JobState.PROPOSED]
    assert CaseEvent.objects.filter(case=case, kind=EventKind.DUE_TIMES_REDERIVED).count() == 1


def test_two_workers_and_the_clerks_of_the_cases_at_once_lose_and_double_nothing():
    cases = [given.accepted_case(THREE_DAYS) for _ in range(4)]
    handlers = [given.staff(case.current_agency, Role.HANDLER) for case in cases]
    _job, start = proposed(date(2026, 11, 25))
    start()
    row = OutboxRow.objects.get(task=TASK)
    acts = [
        partial(assign_handler, case.code, handler=by.user_id, by=by, at=given.NOW, request_key=given.key())
        for case, by in zip(cases, handlers, strict=True)
    ]
    with time_machine.travel(given.NOW, tick=False):
        answers = at_once(partial(change_calendar, row.pk), partial(change_calendar, row.pk), *acts)
        assert errors(answers) == []
        change_calendar(row.pk)
    for case, by in zip(cases, handlers, strict=True):
        now = given.fresh(case)
        kinds = list(CaseEvent.objects.filter(case=case).order_by("sequence").values_list("kind", flat=True))
        assert kinds.count(EventKind.DUE_TIMES_REDERIVED) == kinds.count(EventKind.HANDLER_ASSIGNED) == 1
        assert (now.handler_id, now.due_at.day) == (by.user_id, 30)
