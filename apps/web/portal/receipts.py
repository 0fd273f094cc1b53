"""A person's own receipts of a year, and those of businesses they act for: listed, and put together in one file."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.db.models import F
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.actors import Actor
from apps.bundles.actions import ask_year
from apps.bundles.choices import BundleOf, Medium
from apps.bundles.selectors import bundles_asked, of_year, sums_of
from apps.businesses.selectors import named
from apps.cases.selectors import receipts_as_payer, years_issued
from apps.core.errors import Refusal
from apps.core.spoken import dong
from apps.interface.actors import actor_of_request
from apps.interface.downloads import send_bundle
from apps.web.portal.access import for_citizens
from apps.web.ui.bundles import bundle_address, bundle_columns, bundle_page, bundle_rows
from apps.web.ui.faults import show_refusal
from apps.web.ui.fields import typed_day
from apps.web.ui.paging import PAGE_SIZE, page_of
from apps.web.ui.parts import Cell, Column


class ReceiptsForm(forms.Form):
    """Of which year, and whose where the person acts for businesses."""

    year = forms.TypedChoiceField(label=gettext_lazy("Year"), coerce=int)
    business = forms.TypedChoiceField(
        label=gettext_lazy("Whose"), coerce=int, empty_value=None, required=False
    )

    def __init__(self, data: Any, *, by: Actor, years: list[int]) -> None:
        super().__init__(data)
        businesses = named(by.business_ids) if by.business_ids else []
        year, business = self.fields["year"], self.fields["business"]
        assert isinstance(year, forms.ChoiceField) and isinstance(business, forms.ChoiceField)
        year.choices = [(each, str(each)) for each in years]
        business.choices = [
            ("", _("Mine and those of my businesses")),
            *((row.pk, row.name) for row in businesses),
        ]
        if not businesses:
            del self.fields["business"]


@for_citizens
@require_http_methods(["GET", "HEAD", "POST"])
def receipts(request: HttpRequest) -> HttpResponse:
    """GET lists the receipts of a year; POST asks for them in one file."""
    by, at = actor_of_request(request), timezone.now()
    this_year = timezone.localdate(at).year
    years = sorted({this_year, *years_issued(receipts_as_payer(seen_by=by))}, reverse=True)
    form = ReceiptsForm(request.POST or _with_a_year(request.GET, years), by=by, years=years)
    is_chosen = form.is_valid()
    year = form.cleaned_data["year"] if is_chosen else years[0]
    business = form.cleaned_data.get("business") if is_chosen else None
    if request.method == "POST" and is_chosen:
        medium = Medium.PDF if request.POST.get("medium") == Medium.PDF else Medium.ZIP
        try:
            bundle = ask_year(year, medium, business_id=business, by=by, at=at)
        except Refusal as refusal:
            show_refusal(refusal, form)
        else:
            return redirect(bundle_address(bundle, "portal"))
    rows = of_year(year, seen_by=by, business_id=business)
    in_order = rows.annotate(issued_at=F("receipt__issued_at"))
    page = page_of(in_order, request, by="issued_at", size=PAGE_SIZE)
    context = {
        "form": form,
        "year": year,
        "sums": sums_of(rows),
        "columns": [
            Column(_("Receipt")),
            Column(_("Date")),
            Column(_("Body that collected")),
            Column(_("Case")),
            Column(_("Amount"), is_number=True),
        ],
        "rows": [_cells(row) for row in page.rows],
        "pages": page.pages,
        "bundle_columns": bundle_columns(),
        "bundles": bundle_rows(bundles_asked(BundleOf.YEAR, seen_by=by), "portal"),
    }
    return render(request, "portal/receipts.html", context, status=422 if form.errors else 200)


def _with_a_year(said: QueryDict, years: list[int]) -> dict[str, Any]:
    """What the address asks for; the latest year where it asks for none of these."""
    year = said.get("year", "")
    return {"year": year if year in map(str, years) else years[0], "business": said.get("business", "")}


def _cells(row: Any) -> list[Cell]:
    """A receipt in the list. The payer is the reader: nobody is named."""
    receipt, series = row.receipt, row.receipt.series
    replaced_by = getattr(receipt, "replaced_by", None)
    replaced = _("replaced by %(number)s") % {"number": f"{replaced_by.number}"} if replaced_by else ""
    replaces = _("replaces %(number)s") % {"number": f"{receipt.replaces.number}"} if receipt.replaces else ""
    is_made = hasattr(receipt, "paper")
    return [
        Cell(
            f"{series.code}\N{NO-BREAK SPACE}·\N{NO-BREAK SPACE}{receipt.number}",
            href=reverse("portal:receipt", args=[row.case.code, receipt.uuid]) if is_made else "",
            note=" · ".join(
                filter(None, (series.form, replaced, replaces, "" if is_made else _("still being made")))
            ),
            tone="none" if replaced else "",
        ),
        Cell(typed_day(timezone.localdate(receipt.issued_at))),
        Cell(series.collecting_body.title),
        Cell(row.case.code),
        Cell(dong(receipt.amount), tone="none" if replaced else ""),
    ]


@for_citizens
@require_safe
def receipts_file(request: HttpRequest, bundle: UUID) -> HttpResponse:
    return bundle_page(request, bundle, area="portal")


@for_citizens
@require_safe
def receipts_file_download(request: HttpRequest, bundle: UUID) -> HttpResponseBase:
    return send_bundle(bundle, by=actor_of_request(request))
