"""Which calendar an agency works by, as the arithmetic wants it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time
from functools import lru_cache
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery

from apps.calendars.models import Calendar, CalendarDay, CalendarVersion
from apps.calendars.soundness import Calendars, DayKey, Line, LineKey
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
    """Adds `calendar_version`: the id of the version in force now of each agency's calendar; None where none is loaded.

    A version of the agency's own is always newer than the one for all on which it stands.
    """
    versions = CalendarVersion.objects.filter(
        Q(agency__isnull=True) | Q(agency=OuterRef("pk")), calendar__code=OuterRef("calendar_code")
    ).order_by("-number")
    return agencies.annotate(calendar_version=Subquery(versions.values("id")[:1]))


def latest_version_id(agency: Agency) -> int:
    """The version in force now of an agency's calendar. Raises NoCalendar."""
    found = (
        CalendarVersion.objects.filter(
            Q(agency__isnull=True) | Q(agency=agency), calendar__code=agency.calendar_code
        )
        .order_by("-number")
        .values_list("id", flat=True)
        .first()
    )
    if found is None:
        raise NoCalendar(agency.calendar_code)
    return found


@lru_cache(maxsize=64)
def working_calendar(version_id: int) -> WorkingCalendar:
    """The calendar of a version; versions are frozen, so a process reads each once."""
    version = CalendarVersion.objects.select_related("calendar").get(pk=version_id)
    rows = _rows_of(CalendarDay.objects.filter(version__in=[version_id, version.base_id or version_id]))
    # What is an agency's own stands for what is for all on the same day.
    days = rows.get(version.base_id or version_id, {}) | rows.get(version_id, {})
    return WorkingCalendar.of_rows(
        _week(version.calendar.opening),
        _week(version.calendar.counted),
        [(key.date, row) for key, row in days.items()],
        version=version_id,
    )


def _rows_of(days: Iterable[CalendarDay]) -> dict[int, dict[DayKey, DayException]]:
    """The rows of each version."""
    found: dict[int, dict[DayKey, DayException]] = {}
    for day in days:
        row = DayException(
            kind=DayKind(day.kind),
            name=day.name,
            decision=day.decision,
            moves_due_times=day.moves_due_times,
            name_en=day.name_en,
            is_established=day.is_established,
        )
        found.setdefault(day.version_id, {})[DayKey(day.date, row.kind is DayKind.CLOSURE)] = row
    return found


def newest_versions() -> dict[LineKey, int]:
    """The version in force now of each calendar: for all, and for each agency that has one of its own."""
    newest = CalendarVersion.objects.order_by("calendar_id", "agency_id", "-number")
    rows = newest.distinct("calendar_id", "agency_id").values_list("calendar_id", "agency_id", "id")
    return {LineKey(calendar, agency): version for calendar, agency, version in rows}


def newest_for(newest: Mapping[LineKey, int], calendar_id: int, agency_id: int | None) -> int:
    """Of the versions in force, that by which an agency of a calendar works."""
    return newest.get(LineKey(calendar_id, agency_id)) or newest[LineKey(calendar_id)]


def calendars_in_force() -> Calendars:
    """Every calendar as it is in force now."""
    newest = newest_versions()
    rows = _rows_of(CalendarDay.objects.filter(version__in=newest.values()))
    calendars = list(Calendar.objects.order_by("pk"))
    return Calendars(
        opening={each.pk: _week(each.opening) for each in calendars},
        counted={each.pk: _week(each.counted) for each in calendars},
        lines={key: Line(version, rows.get(version, {})) for key, version in newest.items()},
    )


def days_of_year(year: int) -> list[CalendarDay]:
    """Every special day of a year in the calendars in force, each once: those for all, and closures of one agency."""
    newest = newest_versions()
    of_all = min(key for key in newest if key.agency_id is None)
    shown = [version for key, version in newest.items() if key == of_all or key.agency_id is not None]
    return list(
        CalendarDay.objects.filter(version__in=shown, date__range=(date(year, 1, 1), date(year, 12, 31)))
        .select_related("version__agency")
        .order_by("date", "id")
    )


@dataclass(frozen=True, slots=True)
class AnswerTimes:
    """How long a desk has to answer: at intake by channel (None is at once), to a handover, to a withdrawal.

    `reminder` is how long before its end an applicant's window is reminded of, `late_entry` how long after it was taken
    on paper a case may be entered, `acknowledgement` how soon an agency acknowledges the result of a case before its own.
    """

    intake: Mapping[Channel, Limit | None]
    handover: Limit
    withdrawal: Limit
    reminder: Limit
    late_entry: Limit
    acknowledgement: Limit


# What versions say that were stored before these times were asked for.
_REMINDER = {"value": 2, "unit": "working_day"}
_LATE_ENTRY = {"value": 5, "unit": "working_day"}
_ACKNOWLEDGEMENT = {"value": 2, "unit": "working_hour"}


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
        acknowledgement=_limit(said.get("acknowledgement", _ACKNOWLEDGEMENT)),
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
