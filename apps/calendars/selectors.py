"""Which calendar an agency works by, as the arithmetic wants it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from functools import lru_cache
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from apps.calendars.models import CalendarDay, CalendarVersion
from apps.calendars.working_time import (
    Channel,
    DayException,
    DayKind,
    Limit,
    Session,
    Unit,
    Week,
    WorkingCalendar,
)
from apps.units.models import Agency


class NoCalendar(LookupError):
    """No version of this calendar is loaded: the city cannot promise a time."""


def with_latest_calendar(agencies: QuerySet[Agency]) -> QuerySet[Agency]:
    """Adds `calendar_version`: the id of the version in force now of each agency's calendar; None where none is loaded."""
    versions = CalendarVersion.objects.filter(calendar__code=OuterRef("calendar_code")).order_by("-number")
    return agencies.annotate(calendar_version=Subquery(versions.values("id")[:1]))


def latest_version_id(calendar_code: str) -> int:
    """The version in force now of the calendar with this code. Raises NoCalendar."""
    found = (
        CalendarVersion.objects.filter(calendar__code=calendar_code)
        .order_by("-number")
        .values_list("id", flat=True)
        .first()
    )
    if found is None:
        raise NoCalendar(calendar_code)
    return found


@lru_cache(maxsize=64)
def working_calendar(version_id: int) -> WorkingCalendar:
    """The calendar of a version; versions are frozen, so a process reads each once."""
    version = CalendarVersion.objects.select_related("calendar").get(pk=version_id)
    rows = [
        (
            day.date,
            DayException(
                kind=DayKind(day.kind),
                name=day.name,
                decision=day.decision,
                moves_due_times=day.moves_due_times,
                name_en=day.name_en,
                is_established=day.is_established,
            ),
        )
        for day in CalendarDay.objects.filter(version_id=version_id).order_by("date")
    ]
    return WorkingCalendar.of_rows(
        _week(version.calendar.opening), _week(version.calendar.counted), rows, version=version_id
    )


@dataclass(frozen=True, slots=True)
class AnswerTimes:
    """How long a desk has to answer: at intake by channel (None is at once), to a handover, to a withdrawal.

    `reminder` is how long before its end an applicant's window is reminded of, `late_entry` how long after it was taken
    on paper a case may be entered.
    """

    intake: Mapping[Channel, Limit | None]
    handover: Limit
    withdrawal: Limit
    reminder: Limit
    late_entry: Limit


# What versions say that were stored before these times were asked for.
_REMINDER = {"value": 2, "unit": "working_day"}
_LATE_ENTRY = {"value": 5, "unit": "working_day"}


@lru_cache(maxsize=64)
def answer_times(version_id: int) -> AnswerTimes:
    """The times of a version; frozen with it."""
    said = CalendarVersion.objects.values_list("answer_times", flat=True).get(pk=version_id)
    return AnswerTimes(
        intake={
            Channel(channel): _limit(limit) if limit else None for channel, limit in said["intake"].items()
        },
        handover=_limit(said["handover"]),
        withdrawal=_limit(said["withdrawal"]),
        reminder=_limit(said.get("reminder", _REMINDER)),
        late_entry=_limit(said.get("late_entry", _LATE_ENTRY)),
    )


def _limit(said: dict[str, Any]) -> Limit:
    return Limit(said["value"], Unit(said["unit"]))


def _week(sessions_by_weekday: list[list[list[str]]]) -> Week:
    return Week(
        tuple(
            tuple(Session(time.fromisoformat(start), time.fromisoformat(end)) for start, end in sessions)
            for sessions in sessions_by_weekday
        )
    )
