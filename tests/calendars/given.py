"""What the tests of working time start from: moments, weeks, the official calendar of the fixtures."""

import csv
import json
from collections.abc import Iterable
from datetime import date, datetime, time
from pathlib import Path

from apps.calendars.working_time import (
    HANOI,
    Channel,
    DayException,
    DayKind,
    Limit,
    Session,
    Unit,
    Week,
    WorkingCalendar,
)

FIXTURES = Path(__file__).parents[2] / "fixtures" / "calendar"

MORNING = Session(time(8), time(12))
AFTERNOON = Session(time(13), time(17))
OFFICE_WEEK = Week.of(dict.fromkeys(range(5), (MORNING, AFTERNOON)))
SATURDAY_WEEK = Week.of({**dict.fromkeys(range(5), (MORNING, AFTERNOON)), 5: (MORNING,)})

SAME_DAY_15 = Limit(1, Unit.SAME_DAY, time(15))
INTAKE_LIMITS = {
    Channel.COUNTER: None,
    Channel.ONLINE: Limit(8, Unit.WORKING_HOUR),
    Channel.POST: Limit(1, Unit.WORKING_DAY),
}


def hanoi(day: str, clock: str = "00:00") -> datetime:
    """The moment written as `2026-11-23`, `15:01`."""
    return datetime.combine(date.fromisoformat(day), time.fromisoformat(clock), tzinfo=HANOI)


def working_days(count: int, cut_off: time | None = None) -> Limit:
    """A limit in working days."""
    return Limit(count, Unit.WORKING_DAY, cut_off)


def day_rows() -> list[dict[str, str]]:
    """The rows of the calendar's dated days, as text."""
    with (FIXTURES / "days.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def weekly_tables() -> dict[str, dict[str, Week]]:
    """The opening and counted week of each calendar in the fixtures, by its code."""
    calendars = json.loads((FIXTURES / "calendars.json").read_text(encoding="utf-8"))
    return {row["code"]: {table: _week(row[table]) for table in ("opening", "counted")} for row in calendars}


def official_calendar(
    code: str = "standard",
    without: Iterable[str] = (),
    extra: Iterable[tuple[str, DayException]] = (),
) -> WorkingCalendar:
    """The calendar of the fixtures, less the days named, plus the rows given."""
    left_out = set(without)
    rows = [(date.fromisoformat(r["date"]), _row(r)) for r in day_rows() if r["date"] not in left_out]
    rows += [(date.fromisoformat(day), row) for day, row in extra]
    week = weekly_tables()[code]
    return WorkingCalendar.of_rows(week["opening"], week["counted"], rows, version=code)


def _row(row: dict[str, str]) -> DayException:
    return DayException(DayKind(row["kind"]), row["name_vi"], row["decision"], name_en=row["name_en"])


def _week(days: list[list[list[str]]]) -> Week:
    return Week.of(
        {
            weekday: [Session(time.fromisoformat(start), time.fromisoformat(end)) for start, end in sessions]
            for weekday, sessions in enumerate(days)
        }
    )
