"""Working time as pure arithmetic: sessions, dated exceptions, limits, stops and the due times that follow.

Nothing here reads a database, a setting or the clock. A caller builds one `WorkingCalendar` for an agency
and a version, and asks it questions; the same question always has the same answer. Moments are aware
`datetime`s, of any zone on the way in and of Asia/Ho_Chi_Minh on the way out; a date is a date in Hanoi.

Two tables of sessions are kept apart: *opening* sessions say when a desk receives and hands over, *counted*
sessions say which time counts towards a limit. A day with at least one counted session is a counted day.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import MAXYEAR, MINYEAR, date, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise
from types import MappingProxyType
from typing import NamedTuple, Self
from zoneinfo import ZoneInfo

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
MONDAY = 0

_DAY = 86_400_000_000
_MICROSECOND = timedelta(microseconds=1)
_EPOCH = datetime(2000, 1, 1, tzinfo=HANOI)
_EPOCH_DAY = _EPOCH.toordinal()
_YEARS_AT_FIRST = 2


class DayKind(StrEnum):
    """What a dated row does to its day."""

    HOLIDAY = "holiday"
    COMPENSATION = "compensation"
    SWAPPED_OFF = "swapped_off"
    SWAPPED_WORK = "swapped_work"
    CLOSURE = "closure"


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
class Session:
    """A span of one day in which a desk is open or time counts; it ends after it starts."""

    start: time
    end: time

    def __post_init__(self) -> None:
        if self.start.tzinfo is not None or self.end.tzinfo is not None:
            raise ValueError("A session's times are plain times in Hanoi.")
        if self.end <= self.start:
            raise ValueError(f"A session must end after it starts: {self.start} to {self.end}.")


@dataclass(frozen=True, slots=True)
class Week:
    """The sessions of an ordinary week, Monday first; an empty tuple is a weekly day off."""

    days: tuple[tuple[Session, ...], ...]

    def __post_init__(self) -> None:
        if len(self.days) != 7:
            raise ValueError("A week has seven days.")
        if not any(self.days):
            raise ValueError("A week without any session would never count.")
        for sessions in self.days:
            for earlier, later in pairwise(sessions):
                if later.start < earlier.end:
                    raise ValueError("The sessions of a day must follow one another without overlap.")

    @classmethod
    def of(cls, sessions: Mapping[int, Iterable[Session]]) -> Self:
        """The week with these sessions per weekday (Monday is 0); weekdays left out are days off."""
        if not set(sessions) <= set(range(7)):
            raise ValueError("Weekdays go from 0 (Monday) to 6 (Sunday).")
        return cls(tuple(tuple(sorted(sessions.get(day, ()), key=lambda s: s.start)) for day in range(7)))


@dataclass(frozen=True, slots=True)
class DayException:
    """A dated row of the calendar and the decision it comes from.

    `moves_due_times` matters only for a closure: an office closed by a storm keeps its due times unless the
    decision on the closure says that they move. `is_established` is false while no decision is known for the row.
    """

    kind: DayKind
    name: str = ""
    decision: str = ""
    moves_due_times: bool = False
    name_en: str = ""
    is_established: bool = True

    def __post_init__(self) -> None:
        # A stored value is a plain string; an unknown one must fail here, not fall through a comparison.
        object.__setattr__(self, "kind", DayKind(self.kind))


_OFF_KINDS = frozenset({DayKind.HOLIDAY, DayKind.COMPENSATION, DayKind.SWAPPED_OFF})


class _Table(NamedTuple):
    """The sessions of some whole years as sorted arrays; positions are microseconds on Hanoi's wall clock."""

    first_day: int
    last_day: int
    starts: list[int]
    ends: list[int]
    before: list[int]  # working time from the table's first day to each session's start
    days: list[int]  # ordinals of the days that have a session
    closes: list[datetime]  # the end of the last session of each of those days


class _Timeline:
    """One table of sessions over all years, built when first asked about and widened by whole years."""

    __slots__ = ("_sessions_on", "_table")

    def __init__(self, sessions_on: Callable[[date], tuple[Session, ...]]) -> None:
        self._sessions_on = sessions_on
        self._table: _Table | None = None

    def covering(self, first_day: int, last_day: int) -> _Table:
        """A table that includes both days."""
        table = self._table
        if table is not None and table.first_day <= first_day and last_day <= table.last_day:
            return table
        first_year = date.fromordinal(first_day).year
        last_year = max(date.fromordinal(last_day).year, first_year + _YEARS_AT_FIRST - 1)
        if table is not None:
            first_year = min(first_year, date.fromordinal(table.first_day).year)
            last_year = max(last_year, date.fromordinal(table.last_day).year)
        return self._build(first_year, last_year)

    def beyond(self, table: _Table) -> _Table:
        """A table that begins where this one does and reaches at least twice as far."""
        first_year = date.fromordinal(table.first_day).year
        last_year = date.fromordinal(table.last_day).year
        if last_year == MAXYEAR:
            raise OverflowError("The due time lies beyond the last year that a date can name.")
        return self._build(first_year, last_year + (last_year - first_year + 1))

    def _build(self, first_year: int, last_year: int) -> _Table:
        first_year, last_year = max(first_year, MINYEAR), min(last_year, MAXYEAR)
        first_day = date(first_year, 1, 1).toordinal()
        last_day = date(last_year, 12, 31).toordinal()
        table = _Table(first_day, last_day, [], [], [], [], [])
        worked = 0
        for ordinal in range(first_day, last_day + 1):
            day = date.fromordinal(ordinal)
            sessions = self._sessions_on(day)
            if not sessions:
                continue
            for session in sessions:
                start = ordinal * _DAY + _time_of_day(session.start)
                end = ordinal * _DAY + _time_of_day(session.end)
                table.starts.append(start)
                table.ends.append(end)
                table.before.append(worked)
                worked += end - start
            table.days.append(ordinal)
            table.closes.append(datetime.combine(day, sessions[-1].end, tzinfo=HANOI))
        # One assignment, so that threads sharing a calendar see either table whole.
        self._table = table
        return table


@dataclass(frozen=True, eq=False)
class WorkingCalendar:
    """An agency's working time in one version: two weekly tables of sessions and the dated rows over them.

    A holiday, compensation or swapped-off day has no session at all. A swapped-in working day has Monday's
    sessions. A closure has no opening session and keeps its counted ones, unless its decision moves due
    times. A day may carry a closure beside another row: put it in `closures`, or build the calendar with
    `of_rows`. Years without rows follow the weekly pattern. `version` is the caller's own mark and is only
    carried along.
    """

    opening_week: Week
    counted_week: Week
    exceptions: Mapping[date, DayException]
    version: object = None
    closures: Mapping[date, DayException] = field(default_factory=dict)
    _decided_years: frozenset[int] = field(init=False, repr=False)
    _opening: _Timeline = field(init=False, repr=False)
    _counted: _Timeline = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if any(row.kind is not DayKind.CLOSURE for row in self.closures.values()):
            raise ValueError("Only rows of kind closure may stand among the closures.")
        # Copied, so that a caller's later change to its mapping cannot make the built tables wrong.
        object.__setattr__(self, "exceptions", MappingProxyType(dict(self.exceptions)))
        object.__setattr__(self, "closures", MappingProxyType(dict(self.closures)))
        open_years = {day.year for day, row in self.exceptions.items() if not row.is_established}
        decided = frozenset({day.year for day in self.exceptions} - open_years)
        object.__setattr__(self, "_decided_years", decided)
        object.__setattr__(self, "_opening", _Timeline(self.opening_sessions))
        object.__setattr__(self, "_counted", _Timeline(self.counted_sessions))

    @classmethod
    def of_rows(
        cls,
        opening_week: Week,
        counted_week: Week,
        rows: Iterable[tuple[date, DayException]],
        version: object = None,
    ) -> Self:
        """The calendar of these dated rows. Raises ValueError when two rows of a day exclude each other."""
        exceptions: dict[date, DayException] = {}
        closures: dict[date, DayException] = {}
        for day, row in rows:
            into = closures if row.kind is DayKind.CLOSURE else exceptions
            if day in into:
                raise ValueError(f"{day} has two rows: {into[day].kind} and {row.kind}.")
            into[day] = row
        return cls(opening_week, counted_week, exceptions, version, closures)

    def rows_on(self, day: date) -> tuple[DayException, ...]:
        """The dated rows of a day: none, one, or a closure after another row."""
        rows = (self.exceptions.get(day), self.closures.get(day))
        return tuple(row for row in rows if row is not None)

    def undecided_years(self, start: datetime, due: datetime) -> tuple[int, ...]:
        """The years, from a clock's start to its due time, whose days off are not decided: empty is established.

        Days off and swapped days are decided a year at a time. A year with a row that no decision backs may still
        change on any of its days, and so may one that has no row yet.
        """
        years = range(_in_hanoi(start).year, _in_hanoi(due).year + 1)
        return tuple(year for year in years if year not in self._decided_years)

    def opening_sessions(self, day: date) -> tuple[Session, ...]:
        """When the desk is open on a day."""
        rows = self.rows_on(day)
        if any(row.kind is DayKind.CLOSURE for row in rows):
            return ()
        return _sessions(self.opening_week, day, rows)

    def counted_sessions(self, day: date) -> tuple[Session, ...]:
        """Which time of a day counts towards limits."""
        rows = self.rows_on(day)
        if any(row.kind is DayKind.CLOSURE and row.moves_due_times for row in rows):
            return ()
        return _sessions(self.counted_week, day, rows)

    def is_counted_day(self, day: date) -> bool:
        """Whether a day has any counted session."""
        ordinal = day.toordinal()
        days = self._counted.covering(ordinal, ordinal).days
        index = bisect_left(days, ordinal)
        return index < len(days) and days[index] == ordinal

    def add_counted_days(self, day: date, count: int) -> date:
        """The counted day that is `count` counted days after a day; 0 is the day itself, counted or not."""
        if count < 0:
            raise ValueError("Counted days are added forwards only.")
        if count == 0:
            return day
        table, index = self._counted_day_index(day.toordinal() + 1, count - 1)
        return date.fromordinal(table.days[index])

    def next_counted_day(self, day: date) -> date:
        """The first counted day strictly after a day."""
        return self.add_counted_days(day, 1)

    def counted_day_on_or_after(self, day: date) -> date:
        """The day itself when it is counted, else the next counted day."""
        table, index = self._counted_day_index(day.toordinal(), 0)
        return date.fromordinal(table.days[index])

    def counted_days_between(self, first: date, last: date) -> int:
        """How many counted days lie after `first`, up to and including `last`; 0 when `last` is not later."""
        after, until = first.toordinal(), last.toordinal()
        if until <= after:
            return 0
        days = self._counted.covering(after, until).days
        return bisect_right(days, until) - bisect_right(days, after)

    def end_of_counted_day(self, day: date) -> datetime:
        """The end of a day's last counted session. Raises ValueError when the day has none."""
        table, index = self._counted_day_index(day.toordinal(), 0)
        if table.days[index] != day.toordinal():
            raise ValueError(f"{day} has no counted session.")
        return table.closes[index]

    def opening_at_or_after(self, moment: datetime) -> datetime:
        """The moment itself when the desk is open, else the opening of its next session.

        The last instant of a session still belongs to it, as a cut-off is passed only strictly after it.
        """
        local = _in_hanoi(moment)
        position = _position(local)
        table = self._opening.covering(local.toordinal(), local.toordinal())
        while (index := bisect_left(table.ends, position)) == len(table.ends):
            table = self._opening.beyond(table)
        return local if table.starts[index] <= position else _moment(table.starts[index])

    def working_between(self, start: datetime, end: datetime) -> timedelta:
        """The counted time between two moments; nothing when the end is not later than the start."""
        first, last = _in_hanoi(start), _in_hanoi(end)
        if last <= first:
            return timedelta()
        table = self._counted.covering(first.toordinal(), last.toordinal())
        return timedelta(microseconds=_worked(table, _position(last)) - _worked(table, _position(first)))

    def add_working(self, moment: datetime, worked: timedelta) -> datetime:
        """The earliest moment by which this much counted time has passed since a moment.

        Raises ValueError when the time is negative.
        """
        wanted = worked // _MICROSECOND
        if wanted < 0:
            raise ValueError("Working time is added forwards only.")
        local = _in_hanoi(moment)
        if wanted == 0:
            return local
        table = self._counted.covering(local.toordinal(), local.toordinal())
        target = _worked(table, _position(local)) + wanted
        while not table.ends or _worked(table, table.ends[-1]) < target:
            table = self._counted.beyond(table)
        index = bisect_left(table.before, target) - 1
        return _moment(table.starts[index] + target - table.before[index])

    def _counted_day_index(self, ordinal: int, further: int) -> tuple[_Table, int]:
        """The place in a table of the first counted day on or after an ordinal, `further` counted days on."""
        table = self._counted.covering(ordinal, ordinal)
        while (index := bisect_left(table.days, ordinal) + further) >= len(table.days):
            table = self._counted.beyond(table)
        return table, index


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


def received_at(calendar: WorkingCalendar, moment: datetime, channel: Channel) -> datetime:
    """When something counts as received: counter and post at that moment, online when the desk is open."""
    if Channel(channel) is Channel.ONLINE:
        return calendar.opening_at_or_after(moment)
    return _in_hanoi(moment)


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
    return _in_hanoi(received) if limit is None else due_at(calendar, received, limit)


def clock_start(limit: Limit, *, received: datetime, accepted: datetime, intake_due_at: datetime) -> datetime:
    """When a case's clock starts: at acceptance or the intake limit, if earlier; same-day ones at receipt.

    `intake_due_at` is the intake limit after its own stops: time with the applicant at intake moves it.
    """
    if limit.unit is Unit.SAME_DAY:
        return _in_hanoi(received)
    return min(_in_hanoi(accepted), _in_hanoi(intake_due_at))


def due_at(calendar: WorkingCalendar, start: datetime, limit: Limit) -> datetime:
    """When a limit that starts to run at a moment ends.

    Hours run from the moment. Days do not count the day of receipt and end with the last counted session of
    the last day, moved to the next counted day when that day is off (Civil Code 2015, articles 147 and
    148). A same-day limit ends with the day of receipt; see `day_of_receipt` for what the cut-off does.
    """
    return _due(calendar, start, limit, ())


def day_of_receipt(calendar: WorkingCalendar, start: datetime, limit: Limit) -> date:
    """The day that counts as the day of receipt.

    Without a cut-off a limit in days takes the date as it is, be it a day off: that day is not counted
    anyway. With a cut-off it is the first counted day whose cut-off has not passed: strictly after the
    cut-off, or on a day without counted session (which lies after the last working day's cut-off), receipt
    moves to the next counted day. A same-day limit without cut-off is cut off by the end of the day's last
    counted session.
    """
    local = _in_hanoi(start)
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
    origin, resumed, _ = _since_last_restart(start, stops)
    return _due(calendar, origin, limit, resumed)


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
    origin, resumed, _ = _since_last_restart(start, stops)
    due = _in_hanoi(due)
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


Reason = (
    ReceiptMoved
    | ReceiptDayNotCounted
    | CountedDay
    | SkippedDay
    | LastDayMoved
    | LimitRestarted
    | StopGivenBack
    | ClockStopped
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
    calendar: WorkingCalendar, start: datetime, limit: Limit, stops: Sequence[Stop] = ()
) -> Explanation:
    """Why a limit is due when `due_after_stops` says so. Raises what that raises."""
    origin, resumed, current = _since_last_restart(start, stops)
    due = _due(calendar, origin, limit, resumed)
    reasons: list[Reason] = []
    restarted = next((s for s in reversed(stops) if s.mode is StopMode.RESTART and s.end is not None), None)
    if restarted is not None:
        reasons.append(LimitRestarted(restarted))
    reasons += _receipt_reasons(calendar, origin, limit)
    reasons += [StopGivenBack(stop, _given_back(calendar, limit, stop.start, end)) for stop, end in resumed]
    reasons += _day_reasons(
        calendar, origin, limit, _last_calendar_day(calendar, origin, limit, resumed), due
    )
    if current is not None:
        reasons.append(ClockStopped(current))
    return Explanation(_in_hanoi(start), limit, due, tuple(reasons))


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


def _due(
    calendar: WorkingCalendar, origin: datetime, limit: Limit, resumed: Sequence[tuple[Stop, datetime]]
) -> datetime:
    """The end of a limit that runs from `origin` and gets back what these ended stops took."""
    if limit.unit is Unit.CLOCK_HOUR:
        given = sum((end - stop.start for stop, end in resumed), timedelta())
        return _in_hanoi(origin) + timedelta(hours=limit.value) + given
    if limit.unit is Unit.WORKING_HOUR:
        given = sum((calendar.working_between(stop.start, end) for stop, end in resumed), timedelta())
        return calendar.add_working(origin, timedelta(hours=limit.value) + given)
    receipt = day_of_receipt(calendar, origin, limit)
    if limit.unit is Unit.WORKING_DAY:
        days = limit.value + sum(_counted_days(calendar, stop.start, end) for stop, end in resumed)
        return calendar.end_of_counted_day(calendar.add_counted_days(receipt, days))
    if limit.unit is Unit.DAY:
        last_day = _last_calendar_day(calendar, origin, limit, resumed)
        return calendar.end_of_counted_day(calendar.counted_day_on_or_after(last_day))
    return _same_day_due(calendar, receipt, resumed)


def _last_calendar_day(
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


def _given_back(calendar: WorkingCalendar, limit: Limit, start: datetime, end: datetime) -> int | timedelta:
    if limit.unit is Unit.CLOCK_HOUR:
        return end - start
    if limit.unit is Unit.WORKING_HOUR:
        return calendar.working_between(start, end)
    if limit.unit is Unit.DAY:
        return _calendar_days(start, end)
    return _counted_days(calendar, start, end)


def _since_last_restart(
    start: datetime, stops: Sequence[Stop]
) -> tuple[datetime, list[tuple[Stop, datetime]], Stop | None]:
    """Where the limit runs from, the ended stops to give back since, and the stop that is still open.

    Raises ValueError when the stops are not in order.
    """
    origin = reached = _in_hanoi(start)
    resumed: list[tuple[Stop, datetime]] = []
    current: Stop | None = None
    for stop in stops:
        if current is not None:
            raise ValueError("No stop can follow one that is still open.")
        if _in_hanoi(stop.start) < reached:
            raise ValueError("A stop cannot begin before the clock or before the stop ahead of it has ended.")
        if stop.end is None:
            current = stop
            continue
        reached = _in_hanoi(stop.end)
        if reached < stop.start:
            raise ValueError("A stop cannot end before it begins.")
        if stop.mode is StopMode.RESTART:
            origin, resumed = reached, []
        else:
            resumed.append((stop, reached))
    return origin, resumed, current


def _sessions(week: Week, day: date, rows: tuple[DayException, ...]) -> tuple[Session, ...]:
    kinds = {row.kind for row in rows}
    if kinds & _OFF_KINDS:
        return ()
    return week.days[MONDAY if DayKind.SWAPPED_WORK in kinds else day.weekday()]


def _counted_days(calendar: WorkingCalendar, start: datetime, end: datetime) -> int:
    return calendar.counted_days_between(_in_hanoi(start).date(), _in_hanoi(end).date())


def _calendar_days(start: datetime, end: datetime) -> int:
    return (_in_hanoi(end).date() - _in_hanoi(start).date()).days


def _worked(table: _Table, position: int) -> int:
    """The working time from the table's first day to a position inside it."""
    index = bisect_right(table.starts, position) - 1
    if index < 0:
        return 0
    return table.before[index] + min(position, table.ends[index]) - table.starts[index]


def _in_hanoi(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("A moment must say its time zone.")
    return moment.astimezone(HANOI)


def _time_of_day(clock: time) -> int:
    return ((clock.hour * 60 + clock.minute) * 60 + clock.second) * 1_000_000 + clock.microsecond


def _position(local: datetime) -> int:
    seconds = (local.hour * 60 + local.minute) * 60 + local.second
    return local.toordinal() * _DAY + seconds * 1_000_000 + local.microsecond


def _moment(position: int) -> datetime:
    return _EPOCH + timedelta(microseconds=position - _EPOCH_DAY * _DAY)
