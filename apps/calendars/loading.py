"""Loads the working calendars: their weekly sessions, and a version of their dated days when the days have changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from apps.calendars.actions import add_version
from apps.calendars.choices import DayKind
from apps.calendars.models import Calendar, CalendarDay
from apps.calendars.working_time import Channel, Limit, Unit
from apps.core.canonical import fingerprint
from apps.core.loading import Fault, Faults, Tally, day_or_none, differing, read_document, read_table

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
DAY_COLUMNS = ("date", "kind", "name_vi", "name_en", "decision", "decided_on", "established", "note")
CALENDAR_KEYS = frozenset({"code", "name_vi", "name_en", "opening", "counted", "established", "note"})
TIMES = ("handover", "withdrawal", "reminder", "late_entry", "acknowledgement")
ANSWER_KEYS = frozenset({"intake", *TIMES, "established", "note"})
CALENDAR_FIELDS = ("name", "name_en", "opening", "counted", "is_established", "note")
# A closure is decided from one day to the next, inside the program; it never comes from a file.
FILE_KINDS = frozenset(DayKind.values) - {DayKind.CLOSURE.value}


@dataclass(frozen=True, slots=True)
class DayRow:
    date: date
    kind: str
    name: str
    name_en: str
    decision: str
    is_established: bool
    note: str


@dataclass(frozen=True, slots=True)
class CalendarRow:
    code: str
    name: str
    name_en: str
    opening: list[list[list[str]]]
    counted: list[list[list[str]]]
    is_established: bool
    note: str


@dataclass(frozen=True, slots=True)
class Calendars:
    """The calendars of the files; all have the same dated days."""

    calendars: Mapping[str, CalendarRow]
    days: Sequence[DayRow]
    answer_times: dict[str, Any]

    def fingerprint(self) -> bytes:
        """What makes a version: the same days and times to answer never make a second one."""
        return fingerprint({"days": [asdict(day) for day in self.days], "answer_times": self.answer_times})

    def known_from(self) -> datetime:
        """The first version holds from the first day that it speaks of, so that the past can be derived with it."""
        return datetime.combine(self.days[0].date.replace(month=1, day=1), time(), HANOI)


def read_calendars(folder: Path) -> tuple[Calendars, list[Fault]]:
    """Reads and checks `calendar/calendars.json`, `days.csv` and `answer_times.json` below `folder`."""
    week_faults, day_faults = Faults("calendar/calendars.json"), Faults("calendar/days.csv")
    document = read_document(folder / week_faults.file, week_faults)
    calendars = _calendars(document, week_faults)
    days: list[DayRow] = []
    for line, row in read_table(folder / day_faults.file, DAY_COLUMNS, day_faults):
        if day := _day(_("line %d") % line, row, {each.date for each in days}, day_faults):
            days.append(day)
    if not days:
        day_faults.add("", "", _("there is no day in the file"))
    time_faults = Faults("calendar/answer_times.json")
    times = _answer_times(read_document(folder / time_faults.file, time_faults), time_faults)
    read = Calendars(calendars, sorted(days, key=lambda day: day.date), times)
    return read, [*week_faults.found, *day_faults.found, *time_faults.found]


def _answer_times(document: Any, faults: Faults) -> dict[str, Any]:
    """How long a desk has to answer: at intake by channel, to a handover, to a withdrawal; how long before its end a
    window is reminded of, how far back a case that was taken on paper may be entered, how soon a linked result is acknowledged."""
    if not isinstance(document, dict) or set(document) != ANSWER_KEYS:
        if document is not None:
            faults.add("", "", _("must have exactly the keys %s") % ", ".join(sorted(ANSWER_KEYS)))
        return {}
    intake = document["intake"]
    if not isinstance(intake, dict) or set(intake) != {channel.value for channel in Channel}:
        faults.add("", "intake", _("must name every channel"))
        return {}
    answers = {name: document[name] for name in TIMES}
    for name, said in [*intake.items(), *answers.items()]:
        if said is None and name in intake:
            continue
        try:
            Limit(said["value"], Unit(said["unit"]))
        except (TypeError, KeyError, ValueError):
            faults.add("", name, _("must be a number above 0 and a known unit"))
    return {"intake": intake, **answers}


def _calendars(document: Any, faults: Faults) -> dict[str, CalendarRow]:
    found: dict[str, CalendarRow] = {}
    if not isinstance(document, list):
        if document is not None:
            faults.add("", "", _("must be a list of objects"))
        return found
    for number, row in enumerate(document, 1):
        if not isinstance(row, dict) or set(row) != CALENDAR_KEYS:
            faults.add(number, "", _("must have exactly the keys %s") % ", ".join(sorted(CALENDAR_KEYS)))
            continue
        before = len(faults.found)
        for name in ("code", "name_vi", "name_en", "note"):
            if not isinstance(row[name], str) or not (row[name] or name == "note"):
                faults.add(number, name, _("must be a text"))
        if not isinstance(row["established"], bool):
            faults.add(number, "established", _("must be true or false"))
        for name in ("opening", "counted"):
            if not _is_week(row[name]):
                faults.add(
                    number, name, _("must be seven lists of sessions such as 08:00 to 12:00, in order")
                )
        if row["code"] in found:
            faults.add(number, "code", _("“%s” is malformed or used twice") % row["code"])
        if len(faults.found) == before:
            found[row["code"]] = CalendarRow(
                code=row["code"],
                name=row["name_vi"],
                name_en=row["name_en"],
                opening=row["opening"],
                counted=row["counted"],
                is_established=row["established"],
                note=row["note"],
            )
    return found


def _is_week(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 7 and all(_are_sessions(day) for day in value)


def _are_sessions(value: Any) -> bool:
    """Sessions in order, none of which begins before the one before it has ended."""
    try:
        moments = [time.fromisoformat(moment) for begins, ends in value for moment in (begins, ends)]
    except (TypeError, ValueError):
        return False
    return all(earlier < later for earlier, later in zip(moments[::2], moments[1::2], strict=True)) and all(
        earlier <= later for earlier, later in zip(moments[1::2], moments[2::2], strict=False)
    )


def _day(where: str, row: dict[str, str], seen: set[date], faults: Faults) -> DayRow | None:
    before = len(faults.found)
    days: dict[str, date | None] = {}
    for name in ("date", "decided_on"):
        try:
            days[name] = day_or_none(row[name])
        except ValueError:
            faults.add(where, name, _("“%s” is not a date such as 2025-07-01") % row[name])
    day = days.get("date")
    if day is None or day in seen:
        faults.add(where, "date", _("“%s” is missing or used twice") % row["date"])
    if row["kind"] not in FILE_KINDS:
        faults.add(where, "kind", _("“%s” is not a known word") % row["kind"])
    elif day and row["kind"] == DayKind.SWAPPED_WORK and day.weekday() < 5:
        faults.add(where, "kind", _("a working day swapped in must be a Saturday or Sunday"))
    elif day and row["kind"] in {DayKind.COMPENSATION, DayKind.SWAPPED_OFF} and day.weekday() >= 5:
        faults.add(where, "kind", _("a day off in lieu must be a day of the working week"))
    if row["established"] not in {"true", "false"}:
        faults.add(where, "established", _("must be true or false"))
    elif row["established"] == "true" and not row["decision"]:
        faults.add(where, "decision", _("an established day names the decision that it comes from"))
    decision = _decision(row["decision"], days.get("decided_on"))
    texts = (
        ("name_vi", row["name_vi"], 120),
        ("name_en", row["name_en"], 120),
        ("decision", decision, 120),
        ("note", row["note"], 300),
    )
    for name, text, most in texts:
        if len(text) > most or (name.startswith("name") and not text.strip()):
            faults.add(where, name, _("must have 1 to %d characters") % most)
    if len(faults.found) > before or day is None:
        return None
    established = row["established"] == "true"
    return DayRow(day, row["kind"], row["name_vi"], row["name_en"], decision, established, row["note"])


def _decision(text: str, decided_on: date | None) -> str:
    return f"{text} ({decided_on:%d/%m/%Y})" if text and decided_on else text


def write_calendars(read: Calendars, *, at: datetime) -> list[Tally]:
    """Adds missing calendars, and to each a version known from `at` when no version of it has these days.

    The very first version is known from the beginning of the first year. The caller holds the transaction.
    """
    tally, versions = Tally("calendars"), Tally("calendar_versions")
    stored = {
        calendar.code: calendar
        for calendar in Calendar.objects.filter(code__in=read.calendars).order_by("pk")
    }
    print_of_days = read.fingerprint()
    for row in read.calendars.values():
        calendar = stored.get(row.code)
        if calendar is None:
            tally.new += 1
            calendar = Calendar.objects.create(**asdict(row))
        elif changed := differing(calendar, asdict(row), CALENDAR_FIELDS):
            tally.different.append(f"{row.code} ({', '.join(changed)})")
        else:
            tally.unchanged += 1
        _write_version(calendar, read, print_of_days, at, versions)
    return [tally, versions]


def _write_version(
    calendar: Calendar, read: Calendars, print_of_days: bytes, at: datetime, tally: Tally
) -> None:
    """Days that an earlier version has are not new: a later version, made by decision, stays in force."""
    known = [bytes(held) for held in calendar.versions.values_list("fingerprint", flat=True)]
    if print_of_days in known:
        tally.unchanged += 1
        return
    tally.new += 1
    newest = calendar.versions.filter(agency__isnull=True).order_by("-number").first()
    # What was closed by decision stays closed, whatever the files say of other days.
    closures = CalendarDay.objects.filter(version=newest, kind=DayKind.CLOSURE).order_by("date")
    add_version(
        calendar,
        [*(CalendarDay(**asdict(day)) for day in read.days), *closures],
        answer_times=read.answer_times,
        fingerprint=print_of_days,
        at=at if known else read.known_from(),
    )
