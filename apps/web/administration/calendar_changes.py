"""A change of the calendar in the browser: typed row by row, shown with every case that it moves, done on a decision."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.calendars.choices import DayAction, DayKind
from apps.calendars.soundness import read_change
from apps.cases.actions.calendar_change import (
    drop_calendar_change,
    propose_calendar_change,
    start_calendar_change,
)
from apps.cases.choices import Move
from apps.cases.selectors.calendar_changes import cases_moved, change_of, moves_counted
from apps.core.canonical import read_moment
from apps.core.errors import Refusal
from apps.core.models import Job, JobRow, JobState
from apps.core.spoken import day as day_in_words
from apps.core.spoken import moment
from apps.interface.actors import actor_of_request
from apps.units.models import Agency
from apps.units.selectors import agencies_on
from apps.web.administration.access import for_administrators
from apps.web.administration.calendar_forms import (
    MOST,
    DayForm,
    change_typed,
    rows_for,
    rows_typed,
    with_more_rows,
)
from apps.web.administration.deciding import DecisionForm, outcome_tabs
from apps.web.ui.faults import show_refusal
from apps.web.ui.paging import page_by_number
from apps.web.ui.parts import Cell, Column

# In the order in which they are told; a time that is the same as the one above it is told once.
TIMES = {
    "promised_due_at": gettext_lazy("Promised"),
    "due_at": gettext_lazy("Due"),
    "renewed_due_at": gettext_lazy("Renewed time"),
    "withdrawal_due_at": gettext_lazy("Answer to the withdrawal"),
    "step_due_at": gettext_lazy("Step"),
}


@for_administrators
@require_http_methods(["GET", "POST"])
def propose(request: HttpRequest) -> HttpResponse:
    """Rows of days; checked whole, then the page of the change with every case that it would move."""
    if request.method != "POST":
        return _rows(request, rows_for(request.GET))
    rows = rows_typed(request.POST)
    if "more" in request.POST:
        return _rows(request, with_more_rows(rows))
    filled = [row for row in rows if row.has_changed()]
    # Every row is judged, so that all faults are told at once.
    if [row for row in filled if not row.is_valid()]:
        return _rows(request, rows, status=422)
    changes = [change_typed(row, timezone.localdate()) for row in filled]
    known = [change for change in changes if change is not None]
    if len(known) == len(changes):
        try:
            job = propose_calendar_change(known, by=actor_of_request(request), at=timezone.now())
            return redirect("administration:calendar_change", job=job.pk)
        except Refusal as refusal:
            rows[0].full_clean()
            show_refusal(refusal, rows[0], {str(number): row for number, row in enumerate(filled)})
    return _rows(request, rows, status=422)


def _rows(request: HttpRequest, rows: list[DayForm], *, status: int = 200) -> HttpResponse:
    agencies = agencies_on(timezone.localdate())
    context = {
        "forms": rows,
        "can_add": len(rows) < MOST,
        "agencies": [(agency.identification_code, agency.title) for agency in agencies],
    }
    return render(request, "administration/propose_calendar_change.html", context, status=status)


@for_administrators
@require_safe
def one_change(request: HttpRequest, job: int) -> HttpResponse:
    """What one change does, or did, to open cases."""
    return _show(request, change_of(job, seen_by=actor_of_request(request)), DecisionForm())


@for_administrators
@require_POST
def start(request: HttpRequest, job: int) -> HttpResponse:
    """Does what was proposed."""
    actor, form = actor_of_request(request), DecisionForm(request.POST)
    found = change_of(job, seen_by=actor)
    if not form.is_valid():
        return _show(request, found, form, status=422)
    try:
        start_calendar_change(job, decision=form.cleaned_data["decision"], by=actor, at=timezone.now())
    except Refusal as refusal:
        show_refusal(refusal, form)
        return _show(request, change_of(job, seen_by=actor), form, status=refusal.status)
    return redirect("administration:calendar_change", job=job)


@for_administrators
@require_POST
def drop(request: HttpRequest, job: int) -> HttpResponse:
    """Puts a proposal away."""
    dropped = drop_calendar_change(job, by=actor_of_request(request), at=timezone.now())
    messages.success(request, _("“%s” was put away; nothing was changed.") % dropped.subject)
    return redirect("administration:calendar")


def _show(request: HttpRequest, job: Job, form: DecisionForm, *, status: int = 200) -> HttpResponse:
    counts = moves_counted(job)
    asked = request.GET.get("outcome", "")
    chosen = Move(asked) if asked in Move.values else next(iter(_in_order(counts)), Move.LATER)
    page = page_by_number(cases_moved(job, chosen), request, by="position")
    place = reverse("administration:calendar_change", args=[job.pk])
    agencies = Agency.objects.in_bulk({row.content["agency"] for row in page.rows})
    context = {
        "job": job,
        "form": form,
        "is_proposed": job.state == JobState.PROPOSED,
        "is_running": job.state == JobState.RUNNING,
        "is_done": job.state == JobState.DONE,
        "sentences": _sentences(counts, is_done=job.state == JobState.DONE),
        "day_columns": [
            Column(_("Day")),
            Column(_("What happens")),
            Column(_("Decision")),
            Column(_("Where")),
        ],
        "day_rows": _day_rows(job),
        "tabs": outcome_tabs(place, [each for each in Move if each in counts], counts, chosen),
        "outcome": chosen,
        "columns": [Column(_("Case")), Column(_("Held by")), Column(_("Now")), Column(_("With the change"))],
        "rows": [_cells(row, agencies) for row in page.rows],
        "pages": page.pages,
    }
    return render(request, "administration/calendar_change.html", context, status=status)


def _in_order(counts: dict[Move, int]) -> list[Move]:
    """What an administrator must see first: who is late by it, whose time gets shorter."""
    first = (Move.LATE, Move.SOONER, Move.LATER, Move.INSIDE, Move.NONE)
    return [each for each in first if counts.get(each)]


def _sentences(counts: dict[Move, int], *, is_done: bool) -> list[str]:
    """How many cases move, how many of them to an earlier time, and how many are then late."""
    late = counts.get(Move.LATE, 0)
    sooner = counts.get(Move.SOONER, 0) + late
    moved = sum(number for each, number in counts.items() if each != Move.NONE)
    said = [
        ngettext("%(n)d open case has moved.", "%(n)d open cases have moved.", moved)
        if is_done
        else ngettext("%(n)d open case moves.", "%(n)d open cases move.", moved)
    ]
    said.append(ngettext("%(n)d of them becomes due sooner.", "%(n)d of them become due sooner.", sooner))
    said.append(ngettext("%(n)d is late by it at once.", "%(n)d are late by it at once.", late))
    return [text % {"n": number} for text, number in zip(said, (moved, sooner, late), strict=True)]


def _day_rows(job: Job) -> list[list[Cell]]:
    changes = [read_change(each) for each in job.calendar_change.days]
    agencies = Agency.objects.in_bulk({each.agency_id for each in changes if each.agency_id})
    rows = []
    for change in changes:
        kind = DayKind(change.kind.value)
        name = change.name_en if get_language() == "en" else change.name
        notes = [name] if name else []
        if kind == DayKind.CLOSURE and change.action != DayAction.REMOVE:
            notes.append(_("moves due times") if change.moves_due_times else _("moves no due time"))
        if change.is_announced_late:
            notes.append(_("announced late"))
        where = agencies[change.agency_id].title if change.agency_id else _("All agencies")
        happens = f"{DayAction(change.action).label}: {kind.label}"
        rows.append(
            [
                Cell(day_in_words(change.date)),
                Cell(happens, note=" · ".join(notes)),
                Cell(change.decision),
                Cell(where),
            ]
        )
    return rows


def _cells(row: JobRow, agencies: dict[int, Agency]) -> list[Cell]:
    before: list[str] = []
    after: list[str] = []
    seen: set[tuple[Any, ...]] = set()
    for name, label in TIMES.items():
        pair = row.difference.get(name)
        if pair and tuple(pair) not in seen:
            seen.add(tuple(pair))
            before.append(f"{label}: {moment(_read(pair[0])) or '–'}")
            after.append(f"{label}: {moment(_read(pair[1])) or '–'}")
    return [
        Cell(row.key),
        Cell(agencies[row.content["agency"]].title),
        _lines(before),
        _lines(after),
    ]


def _lines(times: list[str]) -> Cell:
    """The first time that moves, and the others smaller below it."""
    return Cell(times[0] if times else "–", note=" · ".join(times[1:]))


def _read(text: str | None) -> datetime | None:
    return read_moment(text) if text else None
