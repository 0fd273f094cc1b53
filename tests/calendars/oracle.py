"""A slow second opinion on working time: it walks minute by minute and day by day, as with a wall calendar.

It shares no code with `apps.calendars.working_time` and knows only plain values: dates, minutes of the day,
naive moments on Hanoi's wall clock at whole minutes. Its rules are written down from the text of the rules,
one by one.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

Minutes = tuple[int, int]
ONE_MINUTE = timedelta(minutes=1)
ONE_DAY = timedelta(days=1)


@dataclass
class PlainCalendar:
    """Sessions as minutes of the day by weekday (0 is Monday); per date its rows (kind, moves due times)."""

    opening: dict[int, list[Minutes]]
    counted: dict[int, list[Minutes]]
    rows: dict[date, list[tuple[str, bool]]] = field(default_factory=dict)


@dataclass
class PlainStop:
    """A stop with both its ends; `mode` is restart or resume."""

    start: datetime
    end: datetime
    mode: str


class Oracle:
    """Answers the questions of working time by walking."""

    def __init__(self, calendar: PlainCalendar) -> None:
        self.calendar = calendar
        self._known: dict[tuple[str, date], list[Minutes]] = {}

    def sessions(self, table: str, day: date) -> list[Minutes]:
        """The sessions of one day in the table `opening` or `counted`, kept once worked out."""
        if (table, day) not in self._known:
            self._known[table, day] = self._sessions(table, day)
        return self._known[table, day]

    def _sessions(self, table: str, day: date) -> list[Minutes]:
        week = self.calendar.opening if table == "opening" else self.calendar.counted
        pattern = week.get(day.weekday(), [])
        for kind, moves in self.calendar.rows.get(day, []):
            if kind in ("holiday", "compensation", "swapped_off"):
                return []
            if kind == "closure" and (table == "opening" or moves):
                return []
            if kind == "swapped_work":
                pattern = week.get(0, [])
        return pattern

    def is_counted_day(self, day: date) -> bool:
        """Whether any minute of the day counts."""
        return len(self.sessions("counted", day)) > 0

    def close_of(self, day: date) -> datetime:
        """The end of the day's last counted session."""
        minute = max(end for _, end in self.sessions("counted", day))
        return datetime.combine(day, time()) + minute * ONE_MINUTE

    def minute_counts(self, moment: datetime) -> bool:
        """Whether the minute that begins at this moment counts."""
        minute = moment.hour * 60 + moment.minute
        return any(a <= minute < b for a, b in self.sessions("counted", moment.date()))

    def is_open(self, moment: datetime) -> bool:
        """Whether the desk is open at this moment, the last instant of a session included."""
        minute = moment.hour * 60 + moment.minute
        return any(a <= minute <= b for a, b in self.sessions("opening", moment.date()))

    def opening_at_or_after(self, moment: datetime) -> datetime:
        """Walk until the desk is open."""
        while not self.is_open(moment):
            moment += ONE_MINUTE
        return moment

    def minutes_between(self, start: datetime, end: datetime) -> int:
        """Count the counted minutes one by one."""
        counted = 0
        while start < end:
            counted += self.minute_counts(start)
            start += ONE_MINUTE
        return counted

    def add_minutes(self, moment: datetime, minutes: int) -> datetime:
        """Walk until so many counted minutes have passed."""
        while minutes > 0:
            minutes -= self.minute_counts(moment)
            moment += ONE_MINUTE
        return moment

    def counted_days_after(self, day: date, until: date) -> int:
        """Count the counted days after one date, up to and including another."""
        counted = 0
        while day < until:
            day += ONE_DAY
            counted += self.is_counted_day(day)
        return counted

    def add_counted_days(self, day: date, count: int) -> date:
        """Walk so many counted days on."""
        while count > 0:
            day += ONE_DAY
            count -= self.is_counted_day(day)
        return day

    def receipt_day(self, start: datetime, unit: str, cut_off: int | None) -> date:
        """The day that counts as the day of receipt, the cut-off being a minute of the day."""
        if unit != "same_day" and cut_off is None:
            return start.date()
        day = start.date()
        while not self._is_received_on(day, start, unit, cut_off):
            day += ONE_DAY
        return day

    def _is_received_on(self, day: date, start: datetime, unit: str, cut_off: int | None) -> bool:
        if not self.is_counted_day(day):
            return False
        if cut_off is not None and start > datetime.combine(day, time()) + cut_off * ONE_MINUTE:
            return False
        return unit != "same_day" or start <= self.close_of(day)

    def due(
        self, start: datetime, value: int, unit: str, cut_off: int | None, stops: Iterable[PlainStop] = ()
    ) -> datetime:
        """When the limit ends, told case by case."""
        to_give_back: list[PlainStop] = []
        for stop in stops:
            if stop.mode == "restart":
                start = stop.end
                to_give_back = []
            else:
                to_give_back.append(stop)
        if unit == "clock_hour":
            due = start + value * 60 * ONE_MINUTE
            for stop in to_give_back:
                due += stop.end - stop.start
            return due
        if unit == "working_hour":
            due = self.add_minutes(start, value * 60)
            for stop in to_give_back:
                due = self.add_minutes(due, self.minutes_between(stop.start, stop.end))
            return due
        day = self.receipt_day(start, unit, cut_off)
        if unit == "working_day":
            day = self.add_counted_days(day, value)
            for stop in to_give_back:
                day = self.add_counted_days(day, self.counted_days_after(stop.start.date(), stop.end.date()))
            return self.close_of(day)
        if unit == "day":
            day += value * ONE_DAY
            for stop in to_give_back:
                day += stop.end.date() - stop.start.date()
            while not self.is_counted_day(day):
                day += ONE_DAY
            return self.close_of(day)
        return self._same_day_due(day, to_give_back)

    def _same_day_due(self, day: date, to_give_back: list[PlainStop]) -> datetime:
        for stop in to_give_back:
            in_time = stop.start <= self.close_of(day)
            day = self.add_counted_days(day, self.counted_days_after(stop.start.date(), stop.end.date()))
            while in_time and self.close_of(day) < stop.end:
                day = self.add_counted_days(day, 1)
        return self.close_of(day)

    def set_by_decision(self, decided: datetime, until: datetime, stops: Iterable[PlainStop]) -> datetime:
        """A time that was named: every counted minute of a stop since then is walked on."""
        minutes = sum(self.minutes_between(s.start, s.end) for s in stops if s.start >= decided)
        return self.add_minutes(until, minutes)

    def running_minutes_due(self, start: datetime, hours: int, stops: Iterable[PlainStop]) -> datetime:
        """The end of working hours by a clock that stands in a stop and is wound anew after a restart.

        Only for stops that begin before the limit has run out.
        """
        waiting = list(stops)
        left = hours * 60
        moment = start
        while left > 0:
            while waiting and moment >= waiting[0].end:
                if waiting[0].mode == "restart":
                    left = hours * 60
                waiting.pop(0)
            if not waiting or moment < waiting[0].start:
                left -= self.minute_counts(moment)
            moment += ONE_MINUTE
        return moment
