"""Rows of days as they are typed: each a form of its own, of which the empty ones say nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.calendars.choices import DayAction, DayKind
from apps.calendars.selectors import days_of_year
from apps.calendars.soundness import DayChange
from apps.calendars.working_time import DayKind as Kind
from apps.cases.actions.calendar_change import closed_agency
from apps.core.errors import Refusal
from apps.web.ui.widgets import DayMonthYearInput

ROWS, MORE, MOST = 3, 4, 40


class DayForm(forms.Form):
    """One row: a day, and what a decision makes of it."""

    action = forms.ChoiceField(label=_("What to do"), choices=DayAction.choices, initial=DayAction.ADD)
    kind = forms.ChoiceField(label=_("Kind of day"), choices=DayKind.choices, initial=DayKind.HOLIDAY)
    date = forms.DateField(label=_("Day"), widget=DayMonthYearInput)
    decision = forms.CharField(
        label=_("Decision on this day"), max_length=120, help_text=_("Its number and date.")
    )
    name = forms.CharField(label=_("Name in Vietnamese"), max_length=120, required=False)
    name_en = forms.CharField(label=_("Name in English"), max_length=120, required=False)
    agency = forms.CharField(
        label=_("Only for the agency with this code"),
        max_length=35,
        required=False,
        help_text=_("For a closure of one office; empty is all of them."),
        widget=forms.TextInput(attrs={"list": "agencies"}),
    )
    moves_due_times = forms.BooleanField(
        label=_("The decision on the closure says that due times move"), required=False
    )
    is_announced_late = forms.BooleanField(
        label=_("The day has passed: its decision was announced late"), required=False
    )
    needed_sometimes = ("name", "name_en", "agency")
    # A row may stay empty: the browser must not insist.
    use_required_attribute = False


def change_typed(row: DayForm, today: date) -> DayChange | None:
    """A valid row as the verb takes it; None where its agency is not known, which is said at the field."""
    typed: Mapping[str, Any] = row.cleaned_data
    agency = calendar = None
    if typed["agency"]:
        try:
            agency, calendar = closed_agency(typed["agency"], today)
        except Refusal as refusal:
            row.add_error("agency", refusal.message)
            return None
    return DayChange(
        action=DayAction(typed["action"]),
        date=typed["date"],
        kind=Kind(typed["kind"]),
        name=typed["name"],
        name_en=typed["name_en"],
        decision=typed["decision"],
        moves_due_times=typed["moves_due_times"],
        is_announced_late=typed["is_announced_late"],
        agency_id=agency,
        calendar_id=calendar,
    )


def rows_typed(data: Mapping[str, Any]) -> list[DayForm]:
    """The rows of a page that was sent, as many as it had."""
    said = str(data.get("rows", ""))
    count = min(int(said), MOST) if said.isascii() and said.isdigit() and len(said) < 4 else ROWS
    return [DayForm(data, prefix=f"row_{number}", empty_permitted=True) for number in range(count)]


def with_more_rows(rows: list[DayForm]) -> list[DayForm]:
    """The same rows as they were typed, unjudged, and some empty ones after them."""
    kept = [DayForm(initial=_typed(row), prefix=row.prefix) for row in rows]
    return kept + empty_rows(len(kept), min(len(kept) + MORE, MOST))


def empty_rows(first: int, last: int) -> list[DayForm]:
    """Empty rows numbered from `first` up to before `last`."""
    return [DayForm(prefix=f"row_{number}") for number in range(first, last)]


def rows_for(named: Mapping[str, Any]) -> list[DayForm]:
    """The rows of a new page; the first one holds the day that an address names, to be changed or removed."""
    return [DayForm(prefix="row_0", initial=_stored(named)), *empty_rows(1, ROWS)]


def _typed(row: DayForm) -> dict[str, Any]:
    return {name: row[name].value() for name in row.fields}


def _stored(named: Mapping[str, Any]) -> dict[str, Any]:
    try:
        day = date.fromisoformat(str(named.get("date", "")))
    except ValueError:
        return {}
    for row in days_of_year(day.year):
        agency = row.version.agency
        code = agency.identification_code if agency else ""
        if (row.date, row.kind, code) == (day, named.get("kind"), named.get("agency", "")):
            return {
                "action": DayAction.CHANGE,
                "date": row.date,
                "kind": row.kind,
                "name": row.name,
                "name_en": row.name_en,
                "agency": code,
                "moves_due_times": row.moves_due_times and row.kind == DayKind.CLOSURE,
            }
    return {"date": day}
