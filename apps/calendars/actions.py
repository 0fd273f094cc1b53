"""New versions of calendars: by files, or by a decision on days. A version that stands is never touched."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from apps.calendars.errors import CalendarMoved
from apps.calendars.models import Calendar, CalendarChange, CalendarDay, CalendarVersion
from apps.calendars.selectors import calendars_in_force, newest_versions
from apps.calendars.soundness import Calendars, Line, LineKey, changed, lines_of, read_change, refuse_unsound
from apps.calendars.working_time.moments import in_hanoi
from apps.core.canonical import fingerprint


def add_version(
    calendar: Calendar,
    days: Sequence[CalendarDay],
    *,
    answer_times: dict[str, Any],
    fingerprint: bytes,
    at: datetime,
    change: CalendarChange | None = None,
) -> None:
    """A version for all agencies, known from `at`; the agencies that have one of their own get it again, standing on this.

    The caller holds the transaction.
    """
    own = {key: version for key, version in newest_versions().items() if key.calendar_id == calendar.pk}
    base = _store(
        CalendarVersion(
            calendar=calendar,
            known_from=at,
            fingerprint=fingerprint,
            answer_times=answer_times,
            change=change,
        ),
        days,
    )
    for key, version in own.items():
        if key.agency_id is not None:
            kept = CalendarDay.objects.filter(version=version).order_by("date")
            _store(_of_agency(key, base, kept, at, change), kept)


def apply_change(change: CalendarChange, *, at: datetime) -> None:
    """Writes what was proposed as new versions of every calendar that it touches, known from `at`.

    The caller holds the transaction. Raises CalendarMoved when other versions are in force than it stood on, and what
    `refuse_unsound` raises: days pass between proposal and decision.
    """
    # One change at a time: whoever waits here finds the calendars moved.
    list(Calendar.objects.order_by("pk").select_for_update(no_key=True, of=("self",)))
    before = calendars_in_force()
    if sorted(newest_versions().values()) != change.stands_on:
        raise CalendarMoved()
    changes = [read_change(each) for each in change.days]
    refuse_unsound(before, changes, today=in_hanoi(at).date())
    after = changed(before, changes)
    touched = {key for each in changes for key in lines_of(before, each)}
    of_all = sorted(key for key in touched if key.agency_id is None)
    for key in of_all:
        _version_for_all(before.lines[key], _rows(after, key), at, change)
    for key in sorted(touched - set(of_all)):
        newest = newest_versions()
        base = CalendarVersion.objects.get(pk=newest[LineKey(key.calendar_id)])
        rows = _rows(after, key)
        _store(_of_agency(key, base, rows, at, change), rows)


def _version_for_all(stood: Line, rows: list[CalendarDay], at: datetime, change: CalendarChange) -> None:
    version = CalendarVersion.objects.select_related("calendar").get(pk=stood.version_id or 0)
    notes = {
        (day.date, day.kind, day.decision): day.note for day in CalendarDay.objects.filter(version=version)
    }
    for row in rows:
        row.note = notes.get((row.date, row.kind, row.decision), "")
    add_version(
        version.calendar,
        rows,
        answer_times=version.answer_times,
        fingerprint=_print(rows, version.answer_times),
        at=at,
        change=change,
    )


def _rows(calendars: Calendars, key: LineKey) -> list[CalendarDay]:
    return [
        CalendarDay(date=day.date, **asdict(row)) for day, row in sorted(calendars.lines[key].days.items())
    ]


def _of_agency(
    key: LineKey,
    base: CalendarVersion,
    rows: Iterable[CalendarDay],
    at: datetime,
    change: CalendarChange | None,
) -> CalendarVersion:
    return CalendarVersion(
        calendar_id=key.calendar_id,
        agency_id=key.agency_id,
        base=base,
        known_from=at,
        fingerprint=_print(rows, {"base": bytes(base.fingerprint)}),
        answer_times=base.answer_times,
        change=change,
    )


def _print(rows: Iterable[CalendarDay], besides: dict[str, Any]) -> bytes:
    said = [
        [row.date, row.kind, row.name, row.name_en, row.decision, row.moves_due_times, row.is_established]
        for row in rows
    ]
    return fingerprint({"days": said, "besides": besides})


def _store(version: CalendarVersion, rows: Iterable[CalendarDay]) -> CalendarVersion:
    numbers = CalendarVersion.objects.filter(calendar=version.calendar_id).order_by("-number")
    version.number = (numbers.values_list("number", flat=True).first() or 0) + 1
    version.save(force_insert=True)
    for row in rows:
        row.pk, row.version = None, version
        row._state.adding = True
    CalendarDay.objects.bulk_create(rows)
    return version
