"""Open cases are moved to the version in force: first what becomes of each, then a decision, then a worker does it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.cases.actions.moving import drop_move, propose_move, start_move
from apps.cases.choices import StayReason
from apps.cases.selectors.moving import MoveOutcome, counts_of_move, move_of, rows_of_move
from apps.core.canonical import read_moment
from apps.core.errors import Refusal
from apps.core.models import Job, JobRow, JobState
from apps.core.spoken import moment
from apps.interface.actors import actor_of_request
from apps.web.administration.access import for_administrators
from apps.web.administration.deciding import DecisionForm, outcome_tabs
from apps.web.ui.faults import mendable, show_refusal
from apps.web.ui.paging import page_by_number
from apps.web.ui.parts import Cell, Column


@for_administrators
@require_POST
def propose(request: HttpRequest, version: int) -> HttpResponse:
    """Asks what would become of every open case; nothing is moved."""
    try:
        job = propose_move(version, by=actor_of_request(request), at=timezone.now())
    except Refusal as refusal:
        messages.error(request, mendable(refusal).message)
        return redirect("administration:version", version=version)
    return redirect("administration:move", job=job.pk)


@for_administrators
@require_safe
def one_move(request: HttpRequest, job: int) -> HttpResponse:
    """What becomes, or became, of each case."""
    return _show(request, move_of(job, seen_by=actor_of_request(request)), DecisionForm())


@for_administrators
@require_POST
def start(request: HttpRequest, job: int) -> HttpResponse:
    """Does what was proposed."""
    actor, form = actor_of_request(request), DecisionForm(request.POST)
    found = move_of(job, seen_by=actor)
    if not form.is_valid():
        return _show(request, found, form, status=422)
    try:
        start_move(job, decision=form.cleaned_data["decision"], by=actor, at=timezone.now())
    except Refusal as refusal:
        show_refusal(refusal, form)
        return _show(request, move_of(job, seen_by=actor), form, status=refusal.status)
    return redirect("administration:move", job=job)


@for_administrators
@require_POST
def drop(request: HttpRequest, job: int) -> HttpResponse:
    """Puts a proposal away."""
    dropped = drop_move(job, by=actor_of_request(request), at=timezone.now())
    messages.success(request, _("“%s” was put away; nothing was changed.") % dropped.subject)
    return redirect("administration:procedure", procedure=_code(dropped))


def _code(job: Job) -> str:
    return job.subject.partition(": ")[0]


def _show(request: HttpRequest, job: Job, form: DecisionForm, *, status: int = 200) -> HttpResponse:
    counts = counts_of_move(job)
    named = request.GET.get("outcome", "")
    first = next((each for each in MoveOutcome if counts.get(each)), MoveOutcome.MOVES)
    chosen = MoveOutcome(named) if named in MoveOutcome.values else first
    page = page_by_number(rows_of_move(job, chosen), request, by="position")
    columns = [Column(_("Case")), Column(_("Due before")), Column(_("Due after"))]
    if chosen == MoveOutcome.STAYS:
        columns = [Column(_("Case")), Column(_("Why it stays"))]
    context: dict[str, Any] = {
        "job": job,
        "code": _code(job),
        "form": form,
        "is_proposed": job.state == JobState.PROPOSED,
        "is_running": job.state == JobState.RUNNING,
        "tabs": outcome_tabs(reverse("administration:move", args=[job.pk]), MoveOutcome, counts, chosen),
        "outcome": chosen,
        "movable": sum(number for each, number in counts.items() if each != MoveOutcome.STAYS),
        "columns": columns,
        "rows": [_cells(row) for row in page.rows],
        "pages": page.pages,
    }
    return render(request, "administration/move.html", context, status=status)


def _cells(row: JobRow) -> list[Cell]:
    if "reason" in row.difference:
        reason = row.difference["reason"]
        return [Cell(row.key), Cell(StayReason(reason).label if reason else "–")]
    before, after = (moment(read_moment(each)) for each in row.difference["due_at"])
    return [Cell(row.key), Cell(before), Cell(after, tone="" if before != after else "none")]
