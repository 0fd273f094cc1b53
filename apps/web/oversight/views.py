"""The supervisors' pages: a district and its wards in figures, the cases behind a figure, the ledger of one case."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from apps.cases.selectors import SeenCase
from apps.cases.status_shown import status_shown
from apps.core.access import note_access
from apps.core.spoken import moment
from apps.interface.actors import actor_of_request
from apps.supervision.choices import Holder, ListName, Spans
from apps.supervision.errors import DistrictUnknown
from apps.supervision.lists import District
from apps.supervision.selectors import (
    Figure,
    Figures,
    as_listed,
    case_supervised,
    district_seen,
    districts_of,
    figures_of,
    listed,
    place_seen,
)
from apps.units.models import AdministrativeUnit
from apps.web.oversight.forms import SpansForm, chosen
from apps.web.ui import case_parts
from apps.web.ui.due_times import due_of, withdrawal_due_of
from apps.web.ui.ledger_shown import ledger_of
from apps.web.ui.money_shown import account_table
from apps.web.ui.paging import page_of
from apps.web.ui.parts import Cell, Column, NavItem, Stat
from apps.web.ui.reveal import RevealForm
from apps.web.ui.signing_in import signed_in

View = Callable[..., HttpResponse]

TONES: dict[ListName, str] = {
    ListName.LATE_AT_INTAKE: "danger",
    ListName.OVERDUE: "danger",
    ListName.DUE_SOON: "warning",
    ListName.STEP_LATE: "warning",
    ListName.HANDOVER_NOT_RECEIVED: "warning",
    ListName.OPINION_NOT_GIVEN: "warning",
    ListName.LONG_STOP: "warning",
    ListName.UNROUTED: "warning",
    ListName.WITHDRAWAL_UNANSWERED: "warning",
}
SINCE: dict[ListName, Any] = {
    ListName.LATE_AT_INTAKE: gettext_lazy("Was due"),
    ListName.DUE_SOON: gettext_lazy("Due"),
    ListName.OVERDUE: gettext_lazy("Was due"),
    ListName.STEP_LATE: gettext_lazy("Step was due"),
    ListName.HANDOVER_NOT_RECEIVED: gettext_lazy("Answer was due"),
    ListName.OPINION_NOT_GIVEN: gettext_lazy("Answer was due"),
    ListName.RESULT_NOT_ACKNOWLEDGED: gettext_lazy("Answer was due"),
    ListName.NOT_DELIVERED: gettext_lazy("Released"),
    ListName.UNROUTED: gettext_lazy("Received at"),
    ListName.WITHDRAWAL_UNANSWERED: gettext_lazy("Answer was due"),
    ListName.LONG_STOP: gettext_lazy("Stopped at"),
    ListName.SECOND_SUPPLEMENT: gettext_lazy("Asked at"),
    ListName.ENDED_WITHOUT_RESULT: gettext_lazy("Ended at"),
    ListName.EXTENDED: gettext_lazy("New time"),
    ListName.LATE_ENTRY: gettext_lazy("Entered at"),
    ListName.MENDED: gettext_lazy("Mended at"),
}


@signed_in
@require_safe
def wards(request: HttpRequest) -> HttpResponse:
    """A district: every list for the whole, then ward by ward. An inspector chooses among all districts."""
    actor, at = actor_of_request(request), timezone.now()
    districts = districts_of(seen_by=actor, day=timezone.localdate(at))
    unit = _chosen(districts, request.GET.get("district", ""))
    form = SpansForm.of(request.GET)
    district = district_seen(unit, seen_by=actor, at=at, spans=form.spans())
    figures = [row for row in figures_of(district) if row.holder != Holder.ELSEWHERE or _has_any(row)]
    context = {
        "district": unit,
        "districts": districts if len(districts) > 1 else [],
        "at": at,
        "form": form,
        "stats": _stats(figures, district),
        "columns": [
            Column(_("Place")),
            *(Column(name.label, is_number=True) for name in ListName),
        ],
        "rows": [_row(row, district) for row in figures],
    }
    return render(request, "oversight/wards.html", context, status=422 if form.errors else 200)


def _chosen(districts: list[AdministrativeUnit], code: str) -> AdministrativeUnit:
    """The district asked for, else the first. Raises DistrictUnknown for one that is not the actor's."""
    found = [unit for unit in districts if unit.code == code] if code else districts
    if not found:
        raise DistrictUnknown(field="district")
    return found[0]


def _has_any(figures: Figures) -> bool:
    return any(figure.count for figure in figures.by_list.values())


def _stats(figures: list[Figures], district: District) -> list[Stat]:
    stats = []
    for name in ListName:
        total = Figure()
        for row in figures:
            total = total.with_other(row.by_list[name])
        href = _list_url(district.unit.code, name, Holder.WHOLE, district.spans) if total.count else ""
        stats.append(Stat(name.label, total.count, total.oldest, href, TONES.get(name, "")))
    return stats


def _row(figures: Figures, district: District) -> list[Cell]:
    title: Any = figures.title
    if figures.holder != Holder.WHOLE:
        title = figures.holder.label
    cells = [Cell(title)]
    for name, figure in figures.by_list.items():
        href = _list_url(figures.unit_code, name, figures.holder, district.spans) if figure.count else ""
        oldest = timezone.localtime(figure.oldest).strftime("%d/%m") if figure.oldest else ""
        words = _("first on %(day)s") if name == ListName.DUE_SOON else _("since %(day)s")
        note = words % {"day": oldest} if oldest else ""
        tone = TONES.get(name, "") if figure.count else "none"
        cells.append(Cell(figure.count or "–", href, note, tone))
    return cells


def _list_url(unit_code: str, name: ListName, holder: Holder, spans: Spans) -> str:
    """The address of a list, with what the reader chose where the list depends on it."""
    url = reverse("oversight:list", args=[unit_code, name.value])
    query = {"of": holder.value} if holder.value else {}
    query |= chosen(name, spans)
    return f"{url}?{urlencode(query)}" if query else url


@signed_in
@require_safe
def show_list(request: HttpRequest, unit: str, list_name: str) -> HttpResponse:
    """The cases behind one figure, the oldest first."""
    if list_name not in ListName.values:
        raise Http404
    name, at = ListName(list_name), timezone.now()
    form = SpansForm.of(request.GET, name)
    district, place = place_seen(unit, seen_by=actor_of_request(request), at=at, spans=form.spans())
    of = request.GET.get("of", "")
    holder = Holder(of) if of in Holder.values else Holder.WHOLE
    page = page_of(listed(name, district, place, holder), request, by="since")
    whose = f"{place.title} – {holder.label}" if holder.value else place.title
    context = {
        "name": name,
        "whose": whose,
        "form": form if form.fields else None,
        "holder": holder.value,
        "columns": [
            Column(SINCE.get(name, _("Since"))),
            Column(_("Case")),
            Column(_("Status")),
            Column(_("Agency")),
            Column(_("Reason or step")),
        ],
        "rows": [
            {"listed": row, "url": reverse("oversight:case", args=[row.code]), "since": moment(row.since)}
            for row in as_listed(page.rows, name)
        ],
        "pages": page.pages,
        "trail": [
            NavItem(district.unit.title, f"{reverse('oversight:wards')}?district={district.unit.code}")
        ],
    }
    return render(request, "oversight/list.html", context, status=422 if form.errors else 200)


@signed_in
@require_safe
def case(request: HttpRequest, code: str) -> HttpResponse:
    """One case with its ledger: nothing can be done here, and personal data is masked."""
    seen = case_supervised(code, seen_by=actor_of_request(request))
    return _case_page(request, seen, RevealForm(), timezone.now(), whole=False)


@signed_in
@require_POST
def reveal(request: HttpRequest, code: str) -> HttpResponse:
    """Shows the particulars whole, once, for a reason that goes into the access log; the case is not touched."""
    actor, at = actor_of_request(request), timezone.now()
    seen = case_supervised(code, seen_by=actor)
    form = RevealForm(request.POST)
    if not form.is_valid():
        return _case_page(request, seen, form, at, whole=False, status=422)
    note_access(
        actor_id=actor.user_id,
        action="reveal",
        subject=seen.case.code,
        reason=form.cleaned_data["reason"],
        at=at,
    )
    return _case_page(request, seen, form, at, whole=True)


def _case_page(
    request: HttpRequest, seen: SeenCase, form: RevealForm, at: datetime, *, whole: bool, status: int = 200
) -> HttpResponse:
    found, shown = seen.case, status_shown(seen.case)
    fee_columns, fees = case_parts.fee_table(found)
    account_columns, account = account_table(found)
    context = {
        "case": found,
        "shown": shown,
        "due": due_of(found, at),
        "withdrawal": withdrawal_due_of(found, at),
        "status_rows": case_parts.status_rows(shown),
        "parties": case_parts.party_rows(seen, whole=whole, with_name=False),
        "form": form,
        "whole": whole,
        "custody": case_parts.custody_rows(found),
        "fee_columns": fee_columns,
        "fees": fees,
        "owed_rows": [],
        "account_columns": account_columns,
        "account": account,
        "receipt_columns": case_parts.receipt_columns(),
        "receipts": case_parts.receipt_rows(found),
        "paper_columns": case_parts.paper_columns(),
        "papers": case_parts.paper_rows(seen),
        "result_columns": case_parts.result_columns(),
        "results": case_parts.result_rows(found),
        "ledger": ledger_of(seen, whole=whole, works=False),
        "wards_url": reverse("oversight:wards"),
    }
    return render(request, "oversight/case.html", context, status=status)
