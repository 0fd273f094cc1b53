"""An agency's working time in one version: weekly sessions, dated exceptions, and the sorted tables that answer fast."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import MAXYEAR, MINYEAR, date, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise
from types import MappingProxyType
from typing import NamedTuple, Self

from apps.calendars.working_time.moments import (
    DAY,
    HANOI,
    MICROSECOND,
    in_hanoi,
    moment_at,
    position_of,
    time_of_day,
)

MONDAY = 0
_YEARS_AT_FIRST = 2


class DayKind(StrEnum):
    """What a dated row does to its day."""

    HOLIDAY = "holiday"
    COMPENSATION = "compensation"
    SWAPPED_OFF = "swapped_off"
    SWAPPED_WORK = "swapped_work"
    CLOSURE = "closure"


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
                start = ordinal * DAY + time_of_day(session.start)
                end = ordinal * DAY + time_of_day(session.end)
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
        years = range(in_hanoi(start).year, in_hanoi(due).year + 1)
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
        local = in_hanoi(moment)
        position = position_of(local)
        table = self._opening.covering(local.toordinal(), local.toordinal())
        while (index := bisect_left(table.ends, position)) == len(table.ends):
            table = self._opening.beyond(table)
        return local if table.starts[index] <= position else moment_at(table.starts[index])

    def working_between(self, start: datetime, end: datetime) -> timedelta:
        """The counted time between two moments; nothing when the end is not later than the start."""
        first, last = in_hanoi(start), in_hanoi(end)
        if last <= first:
            return timedelta()
        table = self._counted.covering(first.toordinal(), last.toordinal())
        return timedelta(microseconds=_worked(table, position_of(last)) - _worked(table, position_of(first)))

    def add_working(self, moment: datetime, worked: timedelta) -> datetime:
        """The earliest moment by which this much counted time has passed since a moment.

        Raises ValueError when the time is negative.
        """
        wanted = worked // MICROSECOND
        if wanted < 0:
            raise ValueError("Working time is added forwards only.")
        local = in_hanoi(moment)
        if wanted == 0:
            return local
        table = self._counted.covering(local.toordinal(), local.toordinal())
        target = _worked(table, position_of(local)) + wanted
        while not table.ends or _worked(table, table.ends[-1]) < target:
            table = self._counted.beyond(table)
        index = bisect_left(table.before, target) - 1
        return moment_at(table.starts[index] + target - table.before[index])

    def _counted_day_index(self, ordinal: int, further: int) -> tuple[_Table, int]:
        """The place in a table of the first counted day on or after an ordinal, `further` counted days on."""
        table = self._counted.covering(ordinal, ordinal)
        while (index := bisect_left(table.days, ordinal) + further) >= len(table.days):
            table = self._counted.beyond(table)
        return table, index


def _sessions(week: Week, day: date, rows: tuple[DayException, ...]) -> tuple[Session, ...]:
    kinds = {row.kind for row in rows}
    if kinds & _OFF_KINDS:
        return ()
    return week.days[MONDAY if DayKind.SWAPPED_WORK in kinds else day.weekday()]


def _worked(table: _Table, position: int) -> int:
    """The working time from the table's first day to a position inside it."""
    index = bisect_right(table.starts, position) - 1
    if index < 0:
        return 0
    return table.before[index] + min(position, table.ends[index]) - table.starts[index]
