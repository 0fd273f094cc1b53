"""Random calendars, moments, limits and stops for the property tests, in the two forms that are compared."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from hypothesis import settings
from hypothesis import strategies as st

from apps.calendars.working_time import (
    HANOI,
    DayException,
    DayKind,
    Limit,
    Session,
    Stop,
    StopMode,
    Unit,
    Week,
    WorkingCalendar,
)
from tests.calendars.oracle import Minutes, Oracle, PlainCalendar, PlainStop

FIRST_DAY = date(2026, 11, 1)
WINDOW_DAYS = 45
THOROUGH = settings(max_examples=120, deadline=None)
HOUR_UNITS = (Unit.WORKING_HOUR, Unit.CLOCK_HOUR)

OFFICE: list[Minutes] = [(480, 720), (780, 1020)]
LONG: list[Minutes] = [(450, 690), (810, 1050)]
MORNING: list[Minutes] = [(480, 720)]
ODD: list[Minutes] = [(517, 518), (518, 641), (700, 1019)]

WEEKS: list[dict[int, list[Minutes]]] = [
    dict.fromkeys(range(5), OFFICE),
    {**dict.fromkeys(range(5), OFFICE), 5: MORNING},
    {**dict.fromkeys(range(4), LONG), 4: MORNING, 5: OFFICE},
    {0: ODD, 2: MORNING, 3: LONG},
    {1: LONG, 6: MORNING},
]


@dataclass
class Scenario:
    """One calendar as the program sees it and as the oracle does."""

    calendar: WorkingCalendar
    oracle: Oracle

    def with_row(self, day: date, kind: DayKind, moves: bool = False) -> WorkingCalendar:
        """The program's calendar with one row more; the day must have none."""
        rows = [
            (d, row)
            for d in {**self.calendar.exceptions, **self.calendar.closures}
            for row in self.calendar.rows_on(d)
        ]
        rows.append((day, DayException(kind, moves_due_times=moves)))
        return WorkingCalendar.of_rows(self.calendar.opening_week, self.calendar.counted_week, rows)


def scenario(
    opening: dict[int, list[Minutes]],
    counted: dict[int, list[Minutes]],
    rows: dict[date, list[tuple[str, bool]]],
) -> Scenario:
    """Both forms of one calendar."""
    dated = [
        (day, DayException(DayKind(kind), moves_due_times=moves))
        for day, of_day in rows.items()
        for kind, moves in of_day
    ]
    calendar = WorkingCalendar.of_rows(_week(opening), _week(counted), dated)
    return Scenario(calendar, Oracle(PlainCalendar(opening, counted, rows)))


def moment(plain: datetime) -> datetime:
    """A moment of the oracle as the program takes it."""
    return plain.replace(tzinfo=HANOI)


def stop(plain: PlainStop) -> Stop:
    """A stop of the oracle as the program takes it."""
    return Stop(moment(plain.start), moment(plain.end), StopMode(plain.mode))


def limit_of(value: int, unit: Unit, cut_off: int | None) -> Limit:
    """A limit whose cut-off is a minute of the day."""
    return Limit(value, unit, None if cut_off is None else time(cut_off // 60, cut_off % 60))


def days() -> st.SearchStrategy[date]:
    """A day inside the window in which rows lie."""
    return st.integers(0, WINDOW_DAYS - 1).map(lambda n: FIRST_DAY + timedelta(days=n))


def minutes() -> st.SearchStrategy[datetime]:
    """A whole minute inside the window; the edges of sessions and cut-offs come up often."""
    edges = st.sampled_from([0, 480, 481, 720, 780, 900, 901, 960, 1020, 1021, 1439])
    clock = st.one_of(edges, st.integers(0, 1439))
    return st.builds(lambda day, m: datetime.combine(day, time()) + timedelta(minutes=m), days(), clock)


def scenarios() -> st.SearchStrategy[Scenario]:
    """Any weeks, with rows of every kind; a closure may share its day with another row."""
    kind = st.sampled_from(["holiday", "compensation", "swapped_off", "swapped_work"])
    other = kind.map(lambda k: [(k, False)])
    closure = st.booleans().map(lambda moves: [("closure", moves)])
    rows = st.one_of(other, closure, st.builds(lambda a, b: a + b, other, closure))
    return st.builds(
        scenario, st.sampled_from(WEEKS), st.sampled_from(WEEKS), st.dictionaries(days(), rows, max_size=12)
    )


def limits() -> st.SearchStrategy[tuple[int, Unit, int | None]]:
    """A value, a unit, and for days sometimes a cut-off as a minute of the day."""
    cut_off = st.one_of(st.none(), st.sampled_from([900, 960, 1020]), st.integers(0, 1439))
    return st.one_of(
        st.tuples(st.integers(1, 20), st.sampled_from(HOUR_UNITS), st.none()),
        st.tuples(st.integers(1, 12), st.sampled_from([Unit.WORKING_DAY, Unit.DAY]), cut_off),
        st.tuples(st.just(1), st.just(Unit.SAME_DAY), cut_off),
    )


@st.composite
def stops_after(draw: st.DrawFn, start: datetime, at_most: int = 3) -> list[PlainStop]:
    """Ended stops in order, at or after the start."""
    lengths = st.integers(0, 5 * 1440)
    stops: list[PlainStop] = []
    reached = start
    for _ in range(draw(st.integers(0, at_most))):
        began = reached + timedelta(minutes=draw(lengths))
        reached = began + timedelta(minutes=draw(lengths))
        stops.append(PlainStop(began, reached, draw(st.sampled_from(["restart", "resume"]))))
    return stops


def _week(plain: dict[int, list[Minutes]]) -> Week:
    return Week.of({day: [Session(_clock(a), _clock(b)) for a, b in spans] for day, spans in plain.items()})


def _clock(minute: int) -> time:
    return time(minute // 60, minute % 60)
