"""The national list in the browser: a file is read and shown with what it would change, then done on a decision."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.core.errors import Refusal
from apps.core.loading import Fault
from apps.core.models import Job, JobRow, JobState
from apps.interface.actors import actor_of_request
from apps.procedures.actions.importing import drop_import, propose_import, start_import
from apps.procedures.errors import ListRefused
from apps.procedures.national_list import Outcome
from apps.procedures.selectors.imports import counts_of, import_of, imports_made, rows_of
from apps.web.administration.access import for_administrators
from apps.web.administration.deciding import DecisionForm, outcome_tabs
from apps.web.ui.faults import show_refusal
from apps.web.ui.fields import BoundedFileField
from apps.web.ui.paging import page_by_number
from apps.web.ui.parts import Cell, Column

MOST_FAULTS_SHOWN = 200
FIELDS = {
    "name": gettext_lazy("Name"),
    "issued_by": gettext_lazy("Issued by"),
    "carried_out_by": gettext_lazy("Carried out by"),
    "field": gettext_lazy("Field"),
}


class ListForm(forms.Form):
    """A spreadsheet of the national list."""

    file = BoundedFileField(label=gettext_lazy("Spreadsheet of the national list (.xlsx)"))
    is_part = forms.BooleanField(
        label=gettext_lazy("The file is only a part of what its ministries have: close nothing"),
        required=False,
        help_text=gettext_lazy(
            "Otherwise a procedure of the same ministry that the file lacks counts as gone from the list."
        ),
    )


@for_administrators
@require_http_methods(["GET", "POST"])
def imports(request: HttpRequest) -> HttpResponse:
    """Earlier imports, and a new file: read and checked whole, then its own page with what it would change."""
    actor = actor_of_request(request)
    faults: tuple[Fault, ...] = ()
    form = ListForm(request.POST, request.FILES) if request.method == "POST" else ListForm()
    if form.is_valid():
        given = form.cleaned_data["file"]
        try:
            job = propose_import(
                given.read(),
                given.name,
                is_whole=not form.cleaned_data["is_part"],
                by=actor,
                at=timezone.now(),
            )
            return redirect("administration:import", job=job.pk)
        except ListRefused as refusal:
            form.add_error("file", refusal.message)
            faults = refusal.faults
    context = {
        "form": form,
        "faults": faults[:MOST_FAULTS_SHOWN],
        "faults_left_out": max(0, len(faults) - MOST_FAULTS_SHOWN),
        "jobs": [
            (job, reverse("administration:import", args=[job.pk])) for job in imports_made(seen_by=actor)
        ],
    }
    return render(request, "administration/imports.html", context, status=422 if form.errors else 200)


@for_administrators
@require_safe
def one_import(request: HttpRequest, job: int) -> HttpResponse:
    """What one import changes, or changed, procedure by procedure."""
    return _show(request, import_of(job, seen_by=actor_of_request(request)), DecisionForm())


@for_administrators
@require_POST
def start(request: HttpRequest, job: int) -> HttpResponse:
    """Does what was proposed."""
    actor, form = actor_of_request(request), DecisionForm(request.POST)
    found = import_of(job, seen_by=actor)
    if not form.is_valid():
        return _show(request, found, form, status=422)
    try:
        start_import(job, decision=form.cleaned_data["decision"], by=actor, at=timezone.now())
    except Refusal as refusal:
        show_refusal(refusal, form)
        return _show(request, import_of(job, seen_by=actor), form, status=refusal.status)
    return redirect("administration:import", job=job)


@for_administrators
@require_POST
def drop(request: HttpRequest, job: int) -> HttpResponse:
    """Puts a proposal away."""
    dropped = drop_import(job, by=actor_of_request(request), at=timezone.now())
    messages.success(request, _("“%s” was put away; nothing was changed.") % dropped.subject)
    return redirect("administration:imports")


def _show(request: HttpRequest, job: Job, form: DecisionForm, *, status: int = 200) -> HttpResponse:
    counts = counts_of(job)
    outcome = request.GET.get("outcome", "")
    chosen = Outcome(outcome) if outcome in Outcome.values else _first_of(counts)
    page = page_by_number(rows_of(job, chosen), request, by="position")
    context = {
        "job": job,
        "form": form,
        "is_proposed": job.state == JobState.PROPOSED,
        "is_running": job.state == JobState.RUNNING,
        "tabs": outcome_tabs(reverse("administration:import", args=[job.pk]), Outcome, counts, chosen),
        "outcome": chosen,
        "changes": sum(number for each, number in counts.items() if each != Outcome.UNCHANGED),
        "columns": [Column(_("Code")), Column(_("Name")), Column(_("What the list says"))],
        "rows": [_cells(row) for row in page.rows],
        "pages": page.pages,
    }
    return render(request, "administration/import.html", context, status=status)


def _first_of(counts: dict[Outcome, int]) -> Outcome:
    return next((each for each in Outcome if counts.get(each)), Outcome.UNCHANGED)


def _cells(row: JobRow) -> list[Cell]:
    said = row.difference or {name: [None, value] for name, value in row.content.items() if name != "name"}
    lines = ((f"{FIELDS[name]}: {_pair(before, after)}",) for name, (before, after) in said.items())
    return [
        Cell(row.key),
        Cell(row.content.get("name") or _name_stored(row)),
        Cell(format_html_join(mark_safe("<br>"), "{}", lines)),
    ]


def _name_stored(row: JobRow) -> str:
    return str(getattr(row, "stored_name", "") or "")


def _pair(before: Any, after: Any) -> str:
    def shown(value: Any) -> str:
        return ", ".join(value) if isinstance(value, list) else str(value)

    if before is None:
        return shown(after) or "–"
    return _("%(before)s → %(after)s") % {"before": shown(before) or "–", "after": shown(after) or "–"}
