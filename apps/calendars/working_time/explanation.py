"""Why a limit is due when it is: every day that counted or did not, in the order in which a person would tell it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from apps.calendars.working_time.calendar import DayException, WorkingCalendar
from apps.calendars.working_time.limits import (
    Limit,
    Stop,
    StopMode,
    TimeSet,
    Unit,
    day_of_receipt,
    due_as_set,
    due_of,
    given_back_by,
    last_calendar_day,
    since_last_restart,
)
from apps.calendars.working_time.moments import HANOI, in_hanoi


class ReceiptCause(StrEnum):
    """Why receipt counts on a later day than its date."""

    DAY_OFF = "day_off"
    CUT_OFF_PASSED = "cut_off_passed"
    DAY_OVER = "day_over"


@dataclass(frozen=True, slots=True)
class ReceiptMoved:
    """Receipt counts on a later day: it came on a day off, after the cut-off or after the last session."""

    received_on: date
    counts_on: date
    cause: ReceiptCause
    cut_off: time | None


@dataclass(frozen=True, slots=True)
class ReceiptDayNotCounted:
    """The day of receipt itself is not counted."""

    day: date


@dataclass(frozen=True, slots=True)
class CountedDay:
    """A day that counted, as which of the limit's days, and for limits in working hours by how much time.

    `rows` are its dated rows: a swapped-in working day, or a closure that moves no due time.
    """

    day: date
    number: int
    worked: timedelta | None
    rows: tuple[DayException, ...]


@dataclass(frozen=True, slots=True)
class SkippedDay:
    """A day that did not count; without rows it is a weekly day off."""

    day: date
    rows: tuple[DayException, ...]


@dataclass(frozen=True, slots=True)
class LastDayMoved:
    """The last day fell on a day off, so the limit ends with a later one."""

    last_day: date
    moved_to: date


@dataclass(frozen=True, slots=True)
class LimitRestarted:
    """A stop ended and the full limit runs again from its end; nothing before it matters any more."""

    stop: Stop


@dataclass(frozen=True, slots=True)
class StopGivenBack:
    """A stop ended and this much is added to the limit: days, or a time for limits in hours."""

    stop: Stop
    given_back: int | timedelta


@dataclass(frozen=True, slots=True)
class ClockStopped:
    """The clock stands still; the due time is as it stood and is no promise."""

    stop: Stop


@dataclass(frozen=True, slots=True)
class LimitProlonged:
    """Facts are verified: the limit is longer than the one before, in all."""

    before: Limit


@dataclass(frozen=True, slots=True)
class TimeAgreed:
    """The applicant agreed to a time, which is later than the limit gives; `due` has the stops since then in it."""

    agreed: TimeSet
    due: datetime


@dataclass(frozen=True, slots=True)
class TimeRenewed:
    """The office gave a new time, with an apology; `due` has the stops since then in it."""

    renewed: TimeSet
    due: datetime


Reason = (
    ReceiptMoved
    | ReceiptDayNotCounted
    | CountedDay
    | SkippedDay
    | LastDayMoved
    | LimitRestarted
    | StopGivenBack
    | ClockStopped
    | LimitProlonged
    | TimeAgreed
    | TimeRenewed
)


@dataclass(frozen=True, slots=True)
class Explanation:
    """A due time with its reasons, in the order in which a person would tell them."""

    start: datetime
    limit: Limit
    due: datetime
    reasons: tuple[Reason, ...]

    @property
    def counted_days(self) -> tuple[CountedDay, ...]:
        """The days that counted."""
        return tuple(reason for reason in self.reasons if isinstance(reason, CountedDay))

    @property
    def skipped_days(self) -> tuple[SkippedDay, ...]:
        """The days that did not count, each with the decision that says so."""
        return tuple(reason for reason in self.reasons if isinstance(reason, SkippedDay))


def explain(
    calendar: WorkingCalendar,
    start: datetime,
    limit: Limit,
    stops: Sequence[Stop] = (),
    *,
    shorter: Limit | None = None,
    agreed: TimeSet | None = None,
) -> Explanation:
    """Why a limit is due when `due_after_stops` says so, or later, when the applicant has agreed to that.

    `shorter` is what the limit was before facts had to be verified. Raises what `due_after_stops` raises.
    """
    origin, resumed, current = since_last_restart(start, stops)
    due = due_of(calendar, origin, limit, resumed)
    reasons: list[Reason] = []
    restarted = next((s for s in reversed(stops) if s.mode is StopMode.RESTART and s.end is not None), None)
    if restarted is not None:
        reasons.append(LimitRestarted(restarted))
    if shorter is not None:
        reasons.append(LimitProlonged(shorter))
    reasons += _receipt_reasons(calendar, origin, limit)
    reasons += [StopGivenBack(stop, given_back_by(calendar, limit, stop.start, end)) for stop, end in resumed]
    reasons += _day_reasons(calendar, origin, limit, last_calendar_day(calendar, origin, limit, resumed), due)
    as_agreed = due_as_set(calendar, agreed, stops) if agreed else due
    if agreed is not None and as_agreed > due:
        due = as_agreed
        reasons = [TimeAgreed(agreed, due)]
    if current is not None:
        reasons.append(ClockStopped(current))
    return Explanation(in_hanoi(start), limit, due, tuple(reasons))


def explain_renewed(
    calendar: WorkingCalendar, renewed: TimeSet, stops: Sequence[Stop] = ()
) -> tuple[Reason, ...]:
    """Why the new time is when `due_as_set` says so."""
    reasons: list[Reason] = [TimeRenewed(renewed, due_as_set(calendar, renewed, stops))]
    if stops and stops[-1].end is None:
        reasons.append(ClockStopped(stops[-1]))
    return tuple(reasons)


def _receipt_reasons(calendar: WorkingCalendar, start: datetime, limit: Limit) -> list[Reason]:
    """What became of the day of receipt, with the days off over which it moved."""
    if limit.unit in (Unit.WORKING_HOUR, Unit.CLOCK_HOUR):
        return []
    received_on, counts_on = start.date(), day_of_receipt(calendar, start, limit)
    reasons: list[Reason] = []
    if counts_on != received_on:
        cause = _receipt_cause(calendar, start, limit)
        reasons.append(ReceiptMoved(received_on, counts_on, cause, limit.cut_off))
        reasons += _days_off(calendar, received_on, counts_on)
    if limit.unit is not Unit.SAME_DAY:
        reasons.append(ReceiptDayNotCounted(counts_on))
    return reasons


def _receipt_cause(calendar: WorkingCalendar, start: datetime, limit: Limit) -> ReceiptCause:
    if not calendar.is_counted_day(start.date()):
        return ReceiptCause.DAY_OFF
    if limit.cut_off is not None and start.time() > limit.cut_off:
        return ReceiptCause.CUT_OFF_PASSED
    return ReceiptCause.DAY_OVER


def _day_reasons(
    calendar: WorkingCalendar, start: datetime, limit: Limit, last_day: date, due: datetime
) -> list[Reason]:
    """The days from receipt to the due day. Clock hours count none; calendar days matter at their end."""
    if limit.unit is Unit.CLOCK_HOUR:
        return []
    if limit.unit is Unit.DAY:
        moved = [LastDayMoved(last_day, due.date())] if last_day != due.date() else []
        return [*moved, *_days_off(calendar, last_day, due.date())]
    first = start.date()
    if limit.unit is not Unit.WORKING_HOUR:
        receipt = day_of_receipt(calendar, start, limit)
        first = receipt if limit.unit is Unit.SAME_DAY else receipt + timedelta(days=1)
    reasons: list[Reason] = []
    number = 0
    for day in _dates(first, due.date() + timedelta(days=1)):
        rows = calendar.rows_on(day)
        if not calendar.is_counted_day(day):
            reasons.append(SkippedDay(day, rows))
            continue
        number += 1
        worked = _worked_on(calendar, day, start, due) if limit.unit is Unit.WORKING_HOUR else None
        reasons.append(CountedDay(day, number, worked, rows))
    return reasons


def _days_off(calendar: WorkingCalendar, first: date, before: date) -> list[Reason]:
    days = _dates(first, before)
    return [SkippedDay(day, calendar.rows_on(day)) for day in days if not calendar.is_counted_day(day)]


def _dates(first: date, before: date) -> list[date]:
    return [date.fromordinal(ordinal) for ordinal in range(first.toordinal(), before.toordinal())]


def _worked_on(calendar: WorkingCalendar, day: date, start: datetime, due: datetime) -> timedelta:
    midnight = datetime.combine(day, time(), tzinfo=HANOI)
    return calendar.working_between(max(start, midnight), min(due, midnight + timedelta(days=1)))
