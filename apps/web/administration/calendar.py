"""The year at a glance: which days are not as the week has them, by which decision, and what was changed of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.dates import MONTHS, WEEKDAYS, WEEKDAYS_ABBR
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from apps.calendars.choices import DayKind
from apps.calendars.models import CalendarDay
from apps.calendars.selectors import days_of_year
from apps.cases.selectors.calendar_changes import changes_made
from apps.core.spoken import day as day_in_words
from apps.interface.actors import actor_of_request
from apps.web.administration.access import for_administrators
from apps.web.ui.parts import Cell, Column, Text

YEARS = range(2000, 2100)


@dataclass(frozen=True, slots=True)
class DayCell:
    """A day of a month; `kind` is empty where the week says what the day is, `title` what it is otherwise."""

    date: date
    kind: str = ""
    title: str = ""
    is_weekend: bool = False


@dataclass(frozen=True, slots=True)
class Month:
    """A month as a table of weeks from Monday; a day of another month is None."""

    name: Text
    weeks: Sequence[Sequence[DayCell | None]]


@for_administrators
@require_safe
def year(request: HttpRequest) -> HttpResponse:
    """Every month of a year, every special day with its decision, and the changes that were proposed or made."""
    shown = _year_asked(request.GET.get("year", ""))
    days = days_of_year(shown)
    context = {
        "year": shown,
        "before": shown - 1 if shown - 1 in YEARS else None,
        "after": shown + 1 if shown + 1 in YEARS else None,
        "weekdays": [(WEEKDAYS_ABBR[number], WEEKDAYS[number]) for number in range(7)],
        "months": _months(shown, days),
        "kinds": DayKind.choices,
        "columns": [Column(_("Day")), Column(_("What it is")), Column(_("Decision")), Column(_("Where"))],
        "rows": [_cells(day) for day in days],
        "jobs": [
            (job, reverse("administration:calendar_change", args=[job.pk]))
            for job in changes_made(seen_by=actor_of_request(request))
        ],
    }
    return render(request, "administration/calendar.html", context)


def _year_asked(text: str) -> int:
    asked = int(text) if text.isascii() and text.isdigit() and len(text) == 4 else 0
    return asked if asked in YEARS else timezone.localdate().year


def _months(year: int, days: Sequence[CalendarDay]) -> list[Month]:
    # A closure of one agency is in the list below; the months are everybody's.
    special: dict[date, CalendarDay] = {day.date: day for day in days if day.version.agency_id is None}
    return [Month(MONTHS[month], _weeks(year, month, special)) for month in range(1, 13)]


def _weeks(year: int, month: int, special: Mapping[date, CalendarDay]) -> list[list[DayCell | None]]:
    first = date(year, month, 1)
    after = date(year + month // 12, month % 12 + 1, 1)
    cells: list[DayCell | None] = [None] * first.weekday()
    for ordinal in range(first.toordinal(), after.toordinal()):
        day = date.fromordinal(ordinal)
        row = special.get(day)
        weekend = day.weekday() >= 5
        cells.append(
            DayCell(day, row.kind, f"{DayKind(row.kind).label}: {name_of(row)}", weekend)
            if row
            else DayCell(day, is_weekend=weekend)
        )
    cells += [None] * (-len(cells) % 7)
    return [cells[start : start + 7] for start in range(0, len(cells), 7)]


def name_of(day: CalendarDay) -> str:
    """The day's name in the reader's language."""
    return day.name_en if get_language() == "en" else day.name


def _cells(day: CalendarDay) -> list[Cell]:
    agency = day.version.agency
    named = {
        "date": day.date.isoformat(),
        "kind": day.kind,
        "agency": agency.identification_code if agency else "",
    }
    href = f"{reverse('administration:propose_calendar_change')}?{urlencode(named)}"
    unmoved = day.kind == DayKind.CLOSURE and not day.moves_due_times
    return [
        Cell(day_in_words(day.date), href=href),
        Cell(
            DayKind(day.kind).label,
            note=f"{name_of(day)} · {_('moves no due time')}" if unmoved else name_of(day),
        ),
        Cell(day.decision or "–", note="" if day.is_established else _("not established")),
        Cell(agency.title if agency else _("All agencies")),
    ]
