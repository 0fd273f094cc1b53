"""Decisions on days of the calendar, as the tests propose and do them."""

from __future__ import annotations

from datetime import date, datetime

from apps.calendars.choices import DayAction
from apps.calendars.models import CalendarDay, CalendarVersion
from apps.calendars.soundness import DayChange
from apps.calendars.working_time import DayKind
from apps.cases.actions import calendar_change
from apps.cases.actions.calendar_change import propose_calendar_change, start_calendar_change
from apps.cases.models import Case
from apps.core.models import Job
from tests import given
from tests.given import HANOI, NOW

DECISION = "2345/QĐ-UBND 23/11/2026"
WEDNESDAY = date(2026, 11, 25)


def at(day: int, hour: int, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=HANOI)


def off(day: date = WEDNESDAY, kind: DayKind = DayKind.HOLIDAY, **fields) -> DayChange:
    said = {
        "action": DayAction.ADD,
        "date": day,
        "kind": kind,
        "name": "Ngày nghỉ theo quyết định",
        "name_en": "Day off by decision",
        "decision": "99/QĐ-TTg",
        **fields,
    }
    return DayChange(**said)


def closed(code: str, day: date = WEDNESDAY, *, moves: bool = True, **fields) -> DayChange:
    agency, calendar = calendar_change.closed_agency(code, NOW.date())
    return off(day, DayKind.CLOSURE, agency_id=agency, calendar_id=calendar, moves_due_times=moves, **fields)


def done(*days: DayChange, by, at: datetime = NOW) -> Job:
    job = propose_calendar_change(days, by=by, at=at)
    start_calendar_change(job.pk, decision=DECISION, by=by, at=at)
    given.carry_out(at, "change_calendar")
    return Job.objects.get(pk=job.pk)


def stored() -> list:
    return [list(model.objects.order_by("pk").values()) for model in (CalendarVersion, CalendarDay, Case)]
