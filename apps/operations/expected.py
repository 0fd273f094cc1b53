"""What `domain.md` says of the demo's cases, worked out the slow way, apart from the program's own arithmetic.

It reads the calendar's file and walks day by day, so that a fault in the clock cannot hide in its own answer.
"""

from __future__ import annotations

import csv
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
_CLOSING = time(17, 0)
_ONE_DAY = timedelta(days=1)


@cache
def _rows(folder: Path) -> dict[date, str]:
    with open(folder / "calendar" / "days.csv", encoding="utf-8", newline="") as file:
        return {date.fromisoformat(row["date"]): row["kind"] for row in csv.DictReader(file)}


def _is_counted(day: date, folder: Path) -> bool:
    kind = _rows(folder).get(day)
    if kind == "swapped_work":
        return True
    return kind in (None, "closure") and day.weekday() < 5


def _next_counted(day: date, folder: Path) -> date:
    day += _ONE_DAY
    while not _is_counted(day, folder):
        day += _ONE_DAY
    return day


def _closing(day: date) -> datetime:
    return datetime.combine(day, _CLOSING, HANOI)


def due_same_day(received: datetime, cut_off: time, folder: Path) -> datetime:
    """Due the same day; after the cut-off, or on a day that is not counted, the next counted day."""
    local = received.astimezone(HANOI)
    day = local.date()
    if _is_counted(day, folder) and local.time() <= cut_off:
        return _closing(day)
    return _closing(_next_counted(day, folder))


def due_in_working_days(
    accepted: datetime, days: int, folder: Path, *, cut_off: time | None = None
) -> datetime:
    """The day of acceptance is not counted; with a cut-off it is the first counted day whose cut-off has not passed."""
    local = accepted.astimezone(HANOI)
    day = local.date()
    if cut_off is not None and not (_is_counted(day, folder) and local.time() <= cut_off):
        day = _next_counted(day, folder)
    for _ in range(days):
        day = _next_counted(day, folder)
    return _closing(day)


def due_in_days(accepted: datetime, days: int, folder: Path) -> datetime:
    """Calendar days; a last day that is off moves to the next counted day."""
    day = accepted.astimezone(HANOI).date() + timedelta(days=days)
    return _closing(day if _is_counted(day, folder) else _next_counted(day, folder))


def today() -> date:
    """The day in Hanoi."""
    return datetime.now(HANOI).date()
