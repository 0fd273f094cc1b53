"""From when on something is a difference: how long a bank, a signature, a decision may take, in working time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from apps.calendars.models import CalendarVersion
from apps.calendars.selectors import NoCalendar, working_calendar
from apps.calendars.working_time import WorkingCalendar

# The city's own measure, an administrator's to change with the law; none of these is a time of the law but the signature's hour.
AT_BANK_DAYS = 3
DECIDED_DAYS = 10
SIGNED_WITHIN = timedelta(hours=1)
_STEP = timedelta(minutes=10)
_CALENDAR = "standard"


@dataclass(frozen=True, slots=True)
class Spans:
    """Moments: what happened before them should have been seen, decided, signed by now."""

    today: datetime
    at_bank_by: datetime
    decided_by: datetime
    signed_by: datetime


def spans_at(at: datetime, version: int | None = None) -> Spans:
    """By a version of a calendar; where none is given by the city's, whatever days off a single agency has. Raises NoCalendar."""
    version = version or (
        CalendarVersion.objects.filter(calendar__code=_CALENDAR, agency__isnull=True)
        .order_by("-number")
        .values_list("pk", flat=True)
        .first()
    )
    if version is None:
        raise NoCalendar(_CALENDAR)
    calendar, today = working_calendar(version), timezone.localdate(at)
    return Spans(
        today=start_of(today),
        at_bank_by=start_of(_counted_days_before(calendar, today, AT_BANK_DAYS)),
        decided_by=start_of(_counted_days_before(calendar, today, DECIDED_DAYS)),
        signed_by=_worked_before(calendar, at, SIGNED_WITHIN),
    )


def start_of(day: date) -> datetime:
    """The first moment of a day in the local zone."""
    return timezone.make_aware(datetime.combine(day, time()))


def _counted_days_before(calendar: WorkingCalendar, day: date, count: int) -> date:
    while count:
        day -= timedelta(days=1)
        count -= calendar.is_counted_day(day)
    return day


def _worked_before(calendar: WorkingCalendar, at: datetime, span: timedelta) -> datetime:
    since = at - span
    while calendar.working_between(since, at) < span:
        since -= _STEP
    return since
