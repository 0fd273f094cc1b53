"""Limits, stops and the due times that follow from them in a working calendar."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from apps.calendars.working_time.calendar import WorkingCalendar
from apps.calendars.working_time.moments import in_hanoi


class Unit(StrEnum):
    """What a limit is counted in. A `day` is a calendar day; 8 working hours are 1 working day."""

    SAME_DAY = "same_day"
    WORKING_HOUR = "working_hour"
    CLOCK_HOUR = "clock_hour"
    WORKING_DAY = "working_day"
    DAY = "day"


class Channel(StrEnum):
    """How an application reaches the desk."""

    COUNTER = "counter"
    ONLINE = "online"
    POST = "post"


class StopMode(StrEnum):
    """What happens to the limit when a stop ends: the full limit again, or what was left of it."""

    RESTART = "restart"
    RESUME = "resume"


@dataclass(frozen=True, slots=True)
class Limit:
    """How long the law gives: a number of a unit, and for days the time of day after which receipt moves on.

    A same-day limit says nothing by its number, which must be 0 or 1. Hours run from the moment, so a
    cut-off on a limit in hours is refused with ValueError.
    """

    value: int
    unit: Unit
    cut_off: time | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "unit", Unit(self.unit))
        if self.unit is Unit.SAME_DAY:
            if self.value not in (0, 1):
                raise ValueError("A same-day limit has no number of its own: write 1.")
        elif self.value < 1:
            raise ValueError("A limit must be at least 1.")
        if self.cut_off is not None and self.unit in (Unit.WORKING_HOUR, Unit.CLOCK_HOUR):
            raise ValueError("A limit in hours runs from the moment and has no cut-off.")


@dataclass(frozen=True, slots=True)
class Stop:
    """A span in which the clock stood still, such as a supplement; `end` is None while it lasts.

    The end is the moment at which completion counts as received: for a supplement sent online,
    `received_at` of it.
    """

    start: datetime
    end: datetime | None
    mode: StopMode = StopMode.RESTART

    def __post_init__(self) -> None:
        object.__setattr__(self, "mode", StopMode(self.mode))


@dataclass(frozen=True, slots=True)
class TimeSet:
    """A due time set by decision, at a moment: agreed with the applicant, or renewed with an apology."""

    decided_at: datetime
    until: datetime


def received_at(calendar: WorkingCalendar, moment: datetime, channel: Channel) -> datetime:
    """When something counts as received: counter and post at that moment, online when the desk is open."""
    if Channel(channel) is Channel.ONLINE:
        return calendar.opening_at_or_after(moment)
    return in_hanoi(moment)


def intake_due(
    calendar: WorkingCalendar,
    received: datetime,
    channel: Channel,
    intake_limits: Mapping[Channel, Limit | None],
) -> datetime:
    """By when the desk must accept or decline; None as a channel's limit means at once.

    Raises KeyError when the channel has no entry: an unset limit is not "at once".
    """
    limit = intake_limits[channel]
    return in_hanoi(received) if limit is None else due_at(calendar, received, limit)


def clock_start(limit: Limit, *, received: datetime, accepted: datetime, intake_due_at: datetime) -> datetime:
    """When a case's clock starts: at acceptance or the intake limit, if earlier; same-day ones at receipt.

    `intake_due_at` is the intake limit after its own stops: time with the applicant at intake moves it.
    """
    if limit.unit is Unit.SAME_DAY:
        return in_hanoi(received)
    return min(in_hanoi(accepted), in_hanoi(intake_due_at))


def due_at(calendar: WorkingCalendar, start: datetime, limit: Limit) -> datetime:
    """When a limit that starts to run at a moment ends.

    Hours run from the moment. Days do not count the day of receipt and end with the last counted session of
    the last day, moved to the next counted day when that day is off (Civil Code 2015, articles 147 and
    148). A same-day limit ends with the day of receipt; see `day_of_receipt` for what the cut-off does.
    """
    return due_of(calendar, start, limit, ())


def day_of_receipt(calendar: WorkingCalendar, start: datetime, limit: Limit) -> date:
    """The day that counts as the day of receipt.

    Without a cut-off a limit in days takes the date as it is, be it a day off: that day is not counted
    anyway. With a cut-off it is the first counted day whose cut-off has not passed: strictly after the
    cut-off, or on a day without counted session (which lies after the last working day's cut-off), receipt
    moves to the next counted day. A same-day limit without cut-off is cut off by the end of the day's last
    counted session.
    """
    local = in_hanoi(start)
    day = local.date()
    if limit.cut_off is None and limit.unit is not Unit.SAME_DAY:
        return day
    counted = calendar.counted_day_on_or_after(day)
    if counted != day:
        return counted
    cut_off_passed = limit.cut_off is not None and local.time() > limit.cut_off
    day_over = limit.unit is Unit.SAME_DAY and local > calendar.end_of_counted_day(day)
    return calendar.next_counted_day(day) if cut_off_passed or day_over else day


def due_after_stops(
    calendar: WorkingCalendar, start: datetime, limit: Limit, stops: Sequence[Stop] = ()
) -> datetime:
    """When a limit ends after the stops that interrupted it, in their order.

    `restart` gives the full limit from the moment the stop ended, with its cut-off. `resume` gives back,
    for working hours, the counted time of the stop; for clock hours, its time by the clock; for working
    days, the counted days from the date of the request to the date of completion; for days, the calendar
    days, added to the last day before it is moved off a day off. A same-day limit resumes by counted days
    like a limit in working days; where the request was made in time, it is then never due before the end of
    the counted day on which completion arrived. While the last stop is open the answer is the due time as
    it stood: it promises nothing.

    Raises ValueError when a stop begins before the clock or before the stop ahead of it has ended.
    """
    origin, resumed, _ = since_last_restart(start, stops)
    return due_of(calendar, origin, limit, resumed)


def due_as_set(calendar: WorkingCalendar, time_set: TimeSet, stops: Sequence[Stop] = ()) -> datetime:
    """A due time that was set by decision, with the counted time of the stops since then given back, of either mode.

    A time that was named has no limit to begin again; a stop that is still open gives nothing back yet.
    """
    since = [stop for stop in stops if stop.end is not None and stop.start >= time_set.decided_at]
    given = sum((calendar.working_between(stop.start, stop.end) for stop in since if stop.end), timedelta())
    return calendar.add_working(time_set.until, given)


def share_due(
    calendar: WorkingCalendar,
    start: datetime,
    due: datetime,
    numerator: int,
    denominator: int,
    stops: Sequence[Stop] = (),
) -> datetime:
    """When a step is due that may use the first numerator/denominator of the counted time from start to due.

    Shares add up: the last step's numerator is the sum of all. Counted time inside a resumed stop is
    nobody's: it is left out of the shares, and a step not yet due when the stop began moves with it. After
    a restart the shares are of the time since then. The whole share, and any share where no counted time
    lies between (a limit in clock hours over a night), is due with the case; none is ever due later.
    """
    if not 0 < numerator <= denominator:
        raise ValueError("A share lies above 0 and is at most the whole.")
    origin, resumed, _ = since_last_restart(start, stops)
    due = in_hanoi(due)
    spans = [(stop.start, min(end, due)) for stop, end in resumed if stop.start < due]
    stopped = sum((calendar.working_between(*span) for span in spans), timedelta())
    usable = calendar.working_between(origin, due) - stopped
    if numerator == denominator or usable <= timedelta():
        return due
    share = calendar.add_working(origin, usable * numerator // denominator)
    for began, ended in spans:
        if began < share:
            share = calendar.add_working(share, calendar.working_between(began, ended))
    return share


def due_of(
    calendar: WorkingCalendar, origin: datetime, limit: Limit, resumed: Sequence[tuple[Stop, datetime]]
) -> datetime:
    """The end of a limit that runs from `origin` and gets back what these ended stops took."""
    if limit.unit is Unit.CLOCK_HOUR:
        given = sum((end - stop.start for stop, end in resumed), timedelta())
        return in_hanoi(origin) + timedelta(hours=limit.value) + given
    if limit.unit is Unit.WORKING_HOUR:
        given = sum((calendar.working_between(stop.start, end) for stop, end in resumed), timedelta())
        return calendar.add_working(origin, timedelta(hours=limit.value) + given)
    receipt = day_of_receipt(calendar, origin, limit)
    if limit.unit is Unit.WORKING_DAY:
        days = limit.value + sum(_counted_days(calendar, stop.start, end) for stop, end in resumed)
        return calendar.end_of_counted_day(calendar.add_counted_days(receipt, days))
    if limit.unit is Unit.DAY:
        last_day = last_calendar_day(calendar, origin, limit, resumed)
        return calendar.end_of_counted_day(calendar.counted_day_on_or_after(last_day))
    return _same_day_due(calendar, receipt, resumed)


def last_calendar_day(
    calendar: WorkingCalendar, origin: datetime, limit: Limit, resumed: Sequence[tuple[Stop, datetime]]
) -> date:
    """The last day of a limit in calendar days, before it is moved off a day off."""
    days = limit.value + sum(_calendar_days(stop.start, end) for stop, end in resumed)
    return day_of_receipt(calendar, origin, limit) + timedelta(days=days)


def _same_day_due(
    calendar: WorkingCalendar, receipt: date, resumed: Sequence[tuple[Stop, datetime]]
) -> datetime:
    due = calendar.end_of_counted_day(receipt)
    for stop, end in resumed:
        asked_in_time = stop.start <= due
        day = calendar.add_counted_days(due.date(), _counted_days(calendar, stop.start, end))
        due = calendar.end_of_counted_day(day)
        if asked_in_time and due < end:
            due = calendar.end_of_counted_day(day_of_receipt(calendar, end, Limit(1, Unit.SAME_DAY)))
    return due


def given_back_by(calendar: WorkingCalendar, limit: Limit, start: datetime, end: datetime) -> int | timedelta:
    """What a resumed stop gives back to a limit: days, or a time for limits in hours."""
    if limit.unit is Unit.CLOCK_HOUR:
        return end - start
    if limit.unit is Unit.WORKING_HOUR:
        return calendar.working_between(start, end)
    if limit.unit is Unit.DAY:
        return _calendar_days(start, end)
    return _counted_days(calendar, start, end)


def since_last_restart(
    start: datetime, stops: Sequence[Stop]
) -> tuple[datetime, list[tuple[Stop, datetime]], Stop | None]:
    """Where the limit runs from, the ended stops to give back since, and the stop that is still open.

    Raises ValueError when the stops are not in order.
    """
    origin = reached = in_hanoi(start)
    resumed: list[tuple[Stop, datetime]] = []
    current: Stop | None = None
    for stop in stops:
        if current is not None:
            raise ValueError("No stop can follow one that is still open.")
        if in_hanoi(stop.start) < reached:
            raise ValueError("A stop cannot begin before the clock or before the stop ahead of it has ended.")
        if stop.end is None:
            current = stop
            continue
        reached = in_hanoi(stop.end)
        if reached < stop.start:
            raise ValueError("A stop cannot end before it begins.")
        if stop.mode is StopMode.RESTART:
            origin, resumed = reached, []
        else:
            resumed.append((stop, reached))
    return origin, resumed, current


def _counted_days(calendar: WorkingCalendar, start: datetime, end: datetime) -> int:
    return calendar.counted_days_between(in_hanoi(start).date(), in_hanoi(end).date())


def _calendar_days(start: datetime, end: datetime) -> int:
    return (in_hanoi(end).date() - in_hanoi(start).date()).days
