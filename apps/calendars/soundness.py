"""What a decision makes of the days of the calendars, and everything that is wrong with it. Writes nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any, NamedTuple

from apps.calendars import errors
from apps.calendars.choices import DayAction
from apps.calendars.working_time import DayException, DayKind, Week, WorkingCalendar
from apps.core.errors import Faults, Refusal

MOST = {"name": 120, "name_en": 120, "decision": 120}
SWAPS = (DayKind.SWAPPED_OFF, DayKind.SWAPPED_WORK)


class LineKey(NamedTuple):
    """Whose time it is: a calendar as it is for all, or as it is for one agency."""

    calendar_id: int
    agency_id: int | None = None


class DayKey(NamedTuple):
    """A day has one row, and may have a closure beside it."""

    date: date
    is_closure: bool


Days = Mapping[DayKey, DayException]


@dataclass(frozen=True, slots=True)
class Line:
    """The newest version of a calendar for all or for one agency, with the rows that are its own."""

    version_id: int | None
    days: Days


@dataclass(frozen=True, slots=True)
class Calendars:
    """All calendars as they are in force, or as they would be: the weeks, and the rows of each line."""

    opening: Mapping[int, Week]
    counted: Mapping[int, Week]
    lines: Mapping[LineKey, Line]

    def line_of(self, calendar_id: int, agency_id: int | None) -> LineKey:
        """The line that an agency of a calendar works by: its own where it has one."""
        own = LineKey(calendar_id, agency_id)
        return own if own in self.lines else LineKey(calendar_id)

    def working(self, key: LineKey) -> WorkingCalendar:
        """Working time on a line; an agency's own closure stands for one of the same day for all."""
        days = dict(self.lines[LineKey(key.calendar_id)].days)
        if key.agency_id is not None:
            days |= self.lines[key].days
        rows = [(day.date, row) for day, row in days.items()]
        return WorkingCalendar.of_rows(self.opening[key.calendar_id], self.counted[key.calendar_id], rows)


@dataclass(frozen=True, slots=True)
class DayChange:
    """One row of a decision. A day that is removed keeps its kind, so that its row is found; names may stay empty.

    `agency_id` and `calendar_id` are set for a closure of one agency. `moves_due_times` is a closure's own; every other
    kind moves them. `is_announced_late` says that the decision came after the day.
    """

    action: DayAction
    date: date
    kind: DayKind
    name: str = ""
    name_en: str = ""
    decision: str = ""
    moves_due_times: bool = False
    is_announced_late: bool = False
    agency_id: int | None = None
    calendar_id: int | None = None

    @property
    def key(self) -> DayKey:
        return DayKey(self.date, self.kind is DayKind.CLOSURE)

    @property
    def row(self) -> DayException:
        """The row as it will stand."""
        moves = self.moves_due_times or self.kind is not DayKind.CLOSURE
        return DayException(self.kind, self.name, self.decision, moves, self.name_en)

    def spelled(self) -> dict[str, Any]:
        """The row as JSON, which `read_change` reads back."""
        return {**asdict(self), "date": self.date.isoformat()}


def read_change(spelled: Mapping[str, Any]) -> DayChange:
    """A row as `DayChange.spelled` wrote it."""
    said = {
        **spelled,
        "action": DayAction(spelled["action"]),
        "kind": DayKind(spelled["kind"]),
        "date": date.fromisoformat(spelled["date"]),
    }
    return DayChange(**said)


def changed(before: Calendars, changes: Iterable[DayChange]) -> Calendars:
    """The calendars with the changes in them. A row that is not there is not missed: `refuse_unsound` has said so."""
    days = {key: dict(line.days) for key, line in before.lines.items()}
    for change in changes:
        for key in lines_of(before, change):
            own = days.setdefault(key, {})
            if change.action == DayAction.REMOVE:
                own.pop(change.key, None)
            else:
                own[change.key] = change.row
    lines = {
        key: replace(before.lines[key], days=rows) if key in before.lines else Line(None, rows)
        for key, rows in days.items()
    }
    return replace(before, lines=lines)


def lines_of(calendars: Calendars, change: DayChange) -> list[LineKey]:
    """The lines in which the change has a row: an agency's own, or those of all."""
    if change.agency_id is not None and change.calendar_id is not None:
        return [LineKey(change.calendar_id, change.agency_id)]
    return [key for key in calendars.lines if key.agency_id is None]


def agencies_touched(changes: Iterable[DayChange]) -> set[int] | None:
    """The agencies whose time may change; None is all of them."""
    named = {change.agency_id for change in changes}
    return None if None in named else {agency for agency in named if agency is not None}


def refuse_unsound(before: Calendars, changes: Sequence[DayChange], *, today: date) -> None:
    """Raises NoDayNamed or Faults: every fault of every row, whose field is `<row>.<field>`, rows counted from 0."""
    if not changes:
        raise errors.NoDayNamed()
    faults: list[Refusal] = []
    seen: set[tuple[DayKey, int | None]] = set()
    for number, change in enumerate(changes):
        found = _faults_of_row(before, change, number, today)
        if (change.key, change.agency_id) in seen:
            found.append(errors.DayTwice(field=f"{number}.date", day=_spoken(change.date)))
        seen.add((change.key, change.agency_id))
        faults += found
    if not faults:
        after = changed(before, changes)
        faults += _broken_promises(before, after, changes, today)
        faults += _unpaired(before, after, changes)
    if faults:
        raise Faults(faults)


def _faults_of_row(before: Calendars, change: DayChange, number: int, today: date) -> list[Refusal]:
    faults: list[Refusal] = []

    def add(refusal: type[Refusal], where: str, **data: Any) -> None:
        faults.append(refusal(field=f"{number}.{where}", **data))

    asked = ("decision",) if change.action == DayAction.REMOVE else MOST
    for name in asked:
        if not getattr(change, name).strip() or len(getattr(change, name)) > MOST[name]:
            add(errors.DayTextMissing, name, most=MOST[name])
    if change.agency_id is not None and change.kind is not DayKind.CLOSURE:
        add(errors.OnlyClosuresOfAgency, "agency")
        return faults
    day, lines = _spoken(change.date), lines_of(before, change)
    held = [before.lines[key].days.get(change.key) for key in lines if key in before.lines]
    stored = next((row for row in held if row is not None), None)
    if change.action != DayAction.ADD and stored is None:
        add(errors.DayNotKnown, "date", day=day)
    elif change.action == DayAction.ADD and stored is not None:
        add(errors.DayKnown, "date", day=day, name=stored.name)
    if change.action == DayAction.ADD and stored is None:
        _refuse_needless(before, change, add, day)
    if change.date < today and not change.is_announced_late:
        add(errors.DayPassed, "date", day=day)
    return faults


def _refuse_needless(before: Calendars, change: DayChange, add: Callable[..., None], day: str) -> None:
    """A working day that is one already, and a day off that would free nobody. A holiday may fall on a Sunday."""
    works = [before.working(_line_to_look_at(before, key)) for key in lines_of(before, change)]
    if change.kind is DayKind.SWAPPED_WORK:
        if any(calendar.counted_sessions(change.date) for calendar in works):
            add(errors.DayWorkedAlready, "date", day=day)
    elif change.kind is DayKind.CLOSURE:
        if not any(
            each.opening_sessions(change.date) or each.counted_sessions(change.date) for each in works
        ):
            add(errors.DayFreeAlready, "date", day=day)
    elif change.kind is not DayKind.HOLIDAY and not any(each.counted_sessions(change.date) for each in works):
        add(errors.DayFreeAlready, "date", day=day)


def _line_to_look_at(calendars: Calendars, key: LineKey) -> LineKey:
    return calendars.line_of(key.calendar_id, key.agency_id)


def _broken_promises(
    before: Calendars, after: Calendars, changes: Sequence[DayChange], today: date
) -> list[Refusal]:
    """Days that have begun and would count more than they did: a promise for later would be due before now."""
    broken: list[Refusal] = []
    for number, change in enumerate(changes):
        if change.date > today:
            continue
        for key in lines_of(before, change):
            counted = len(before.working(_line_to_look_at(before, key)).counted_sessions(change.date))
            if len(after.working(key).counted_sessions(change.date)) > counted:
                broken.append(errors.PromiseImpossible(field=f"{number}.date", day=_spoken(change.date)))
                break
    return broken


def _unpaired(before: Calendars, after: Calendars, changes: Sequence[DayChange]) -> list[Refusal]:
    """Swapped days come in pairs, on one decision: told at the first row of a decision whose days do not."""
    stood, stands = _of_all(before), _of_all(after)
    swapped = Counter((row.decision, row.kind) for row in stands.values())
    faults: dict[str, Refusal] = {}
    for number, change in enumerate(changes):
        rows = [row for row in (stood.get(change.key), stands.get(change.key)) if row and row.kind in SWAPS]
        for decision in [row.decision for row in rows]:
            off, work = (swapped[decision, kind] for kind in SWAPS)
            if off != work and decision not in faults:
                faults[decision] = errors.SwapNotPaired(
                    field=f"{number}.decision", decision=decision, off=off, work=work
                )
    return list(faults.values())


def _of_all(calendars: Calendars) -> Days:
    """The rows for all agencies, which every calendar has."""
    return next((line.days for key, line in calendars.lines.items() if key.agency_id is None), {})


def _spoken(day: date) -> str:
    return f"{day:%d/%m/%Y}"
