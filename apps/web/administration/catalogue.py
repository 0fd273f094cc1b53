"""The catalogue as administrators see it: every procedure, with a published version or without."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from apps.interface.actors import actor_of_request
from apps.procedures.models import Procedure
from apps.procedures.selectors.whole import WholeState, procedures_known
from apps.web.administration.access import for_administrators
from apps.web.ui.paging import page_by_number
from apps.web.ui.parts import Cell, Column


@for_administrators
@require_safe
def procedures(request: HttpRequest) -> HttpResponse:
    """Every procedure of the catalogue, found by words and by what is the matter with it."""
    words, state = request.GET.get("q", "").strip()[:80], request.GET.get("state", "")
    chosen = WholeState(state) if state in WholeState.values else None
    known = procedures_known(
        timezone.localdate(), words=words, state=chosen, seen_by=actor_of_request(request)
    )
    page = page_by_number(known, request, by="id")
    context = {
        "words": words,
        "states": [(each.value, each.label, each == chosen) for each in WholeState],
        "columns": [Column(_("Code")), Column(_("Name")), Column(_("Field")), Column(_("State"))],
        "rows": [_cells(procedure) for procedure in page.rows],
        "pages": page.pages,
    }
    return render(request, "administration/procedures.html", context)


def _cells(procedure: Procedure) -> list[Cell]:
    state = WholeState(procedure.whole_state)  # type: ignore[attr-defined]
    note = ""
    if procedure.left_list_on is not None:
        note = _("since %(day)s") % {"day": procedure.left_list_on.strftime("%d/%m/%Y")}
    tone = "warning" if state == WholeState.GONE else "" if state == WholeState.OPEN else "none"
    return [
        Cell(procedure.code, href=reverse("administration:procedure", args=[procedure.code])),
        Cell(procedure.title),
        Cell(procedure.field_title),
        Cell(state.label, note=note, tone=tone),
    ]
