"""Income of collecting bodies, and how they used their series: as pages, and as spreadsheets to take away."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from apps.core.errors import Refusal
from apps.core.spoken import day, dong, moment
from apps.documents.choices import FileState
from apps.interface.actors import actor_of_request
from apps.interface.downloads import send_quarter_report, send_sheet
from apps.supervision.actions import ask_quarter_report
from apps.supervision.income import Dimension, Period, Taken, bodies_in_sight, income, write_income
from apps.supervision.series_use import (
    FIRST_YEAR,
    Quarter,
    UsedSeries,
    body_read,
    quarter_of,
    reports_of,
    use_of_series,
    write_use,
)
from apps.units.models import Agency
from apps.web.oversight.day_lists import tabs
from apps.web.ui.faults import show_refusal
from apps.web.ui.fields import DayField, typed_day
from apps.web.ui.parts import Cell, Column
from apps.web.ui.signing_in import signed_in

# How many rows are drawn beside the table.
MOST_DRAWN = 12


class IncomeForm(forms.Form):
    """By what, of which body, from when to when; this month by default."""

    by = forms.ChoiceField(label=gettext_lazy("Told apart by"), choices=Dimension.choices)
    body = forms.TypedChoiceField(
        label=gettext_lazy("Collecting body"), coerce=int, empty_value=None, required=False
    )
    starts_on = DayField(label=gettext_lazy("From"))
    ends_on = DayField(label=gettext_lazy("Until"))

    def __init__(self, query: Any, *, bodies: list[Agency]) -> None:
        today = timezone.localdate()
        given = {
            "by": query.get("by") or Dimension.AGENCY.value,
            "body": query.get("body", ""),
            "starts_on": query.get("starts_on") or typed_day(today.replace(day=1)),
            "ends_on": query.get("ends_on") or typed_day(today),
        }
        super().__init__(given)
        _offer(self.fields["body"], bodies, _("All in sight"))

    def period(self) -> Period:
        return Period(self.cleaned_data["starts_on"], self.cleaned_data["ends_on"])


class QuarterForm(forms.Form):
    """Whose series, in which quarter; the present one by default."""

    body = forms.TypedChoiceField(label=gettext_lazy("Collecting body"), coerce=int)
    year = forms.IntegerField(label=gettext_lazy("Year"), min_value=FIRST_YEAR, max_value=9999)
    quarter = forms.TypedChoiceField(
        label=gettext_lazy("Quarter"), coerce=int, choices=[(number, str(number)) for number in range(1, 5)]
    )

    def __init__(self, query: Any, *, bodies: list[Agency]) -> None:
        now = quarter_of(timezone.localdate())
        given = {
            "body": query.get("body") or (str(bodies[0].pk) if bodies else ""),
            "year": query.get("year") or str(now.year),
            "quarter": query.get("quarter") or str(now.number),
        }
        super().__init__(given)
        _offer(self.fields["body"], bodies)

    def chosen(self) -> Quarter:
        return Quarter(self.cleaned_data["year"], self.cleaned_data["quarter"])


def _offer(field: forms.Field, bodies: list[Agency], everything: str = "") -> None:
    assert isinstance(field, forms.ChoiceField)
    field.choices = [("", everything)] * bool(everything) + [(body.pk, body.title) for body in bodies]


@signed_in
@require_safe
def show_income(request: HttpRequest) -> HttpResponse:
    """Income told apart by one dimension, with bars beside the largest."""
    by = actor_of_request(request)
    form = IncomeForm(request.GET, bodies=bodies_in_sight(seen_by=by))
    rows: list[Taken] = []
    if form.is_valid():
        try:
            rows = income(
                Dimension(form.cleaned_data["by"]),
                form.period(),
                seen_by=by,
                today=timezone.localdate(),
                body_id=form.cleaned_data["body"],
            )
        except Refusal as refusal:
            show_refusal(refusal, form)
    dimension = Dimension(form.data["by"]) if form.data["by"] in Dimension.values else Dimension.AGENCY
    context = {
        "tabs": tabs("oversight:income"),
        "form": form,
        "bars": _bars(rows),
        "sheet_url": f"{reverse('oversight:income_sheet')}?{urlencode(form.data)}" if rows else "",
        "columns": [
            Column(dimension.label),
            Column(_("Collected"), is_number=True),
            Column(_("Number of payments"), is_number=True),
            Column(_("Paid back"), is_number=True),
            Column(_("Number of refunds"), is_number=True),
            Column(_("Net"), is_number=True),
        ],
        "rows": [_income_cells(row) for row in [*rows, *_total(rows)]],
    }
    return render(request, "oversight/income.html", context, status=422 if form.errors else 200)


def _total(rows: list[Taken]) -> list[Taken]:
    if not rows:
        return []
    return [
        Taken(
            _("In all"),
            "",
            sum(row.paid for row in rows),
            sum(row.payments for row in rows),
            sum(row.refunded for row in rows),
            sum(row.refunds for row in rows),
        )
    ]


def _income_cells(row: Taken) -> list[Cell]:
    return [
        Cell(row.label, note=row.note),
        Cell(dong(row.paid)),
        Cell(row.payments),
        Cell(dong(row.refunded)),
        Cell(row.refunds),
        Cell(dong(row.net)),
    ]


def _bars(rows: list[Taken]) -> list[dict[str, Any]]:
    """The largest rows, each as wide as its share of the widest, in hundredths."""
    drawn = [row for row in rows if row.paid][:MOST_DRAWN]
    widest = max((row.paid for row in drawn), default=0)
    return [
        {
            "label": row.label,
            "amount": dong(row.paid),
            "width": max(100 * row.paid // widest, 1),
            "refunded": 100 * row.refunded // widest,
        }
        for row in drawn
    ]


@signed_in
@require_safe
def income_sheet(request: HttpRequest) -> HttpResponseBase:
    """Every combination as a spreadsheet; what cannot be read of the address is answered by the page."""
    by, at = actor_of_request(request), timezone.now()
    form = IncomeForm(request.GET, bodies=bodies_in_sight(seen_by=by))
    if not form.is_valid():
        return show_income(request)
    period = form.period()
    with TemporaryDirectory() as folder:
        path = Path(folder) / "income.xlsx"
        write_income(path, period, seen_by=by, at=at, body_id=form.cleaned_data["body"])
        name = f"thu-phi-le-phi-{period.starts_on:%Y%m%d}-{period.ends_on:%Y%m%d}.xlsx"
        return send_sheet(path, name, subject=f"income:{period.starts_on}/{period.ends_on}", by=by)


@signed_in
@require_safe
def series_use(request: HttpRequest) -> HttpResponse:
    """The use of a body's series in a quarter."""
    by = actor_of_request(request)
    return _series_page(request, QuarterForm(request.GET, bodies=bodies_in_sight(seen_by=by)))


def _series_page(request: HttpRequest, form: QuarterForm) -> HttpResponse:
    by = actor_of_request(request)
    used: list[UsedSeries] = []
    papers: list[dict[str, str]] = []
    if form.is_valid():
        try:
            body, quarter = form.cleaned_data["body"], form.chosen()
            used = use_of_series(body, quarter, seen_by=by, today=timezone.localdate())
            papers = [_paper(report) for report in reports_of(body, quarter, seen_by=by)[:MOST_DRAWN]]
        except Refusal as refusal:
            show_refusal(refusal, form)
    context = {
        "tabs": tabs("oversight:series_use"),
        "form": form,
        "due_on": day(form.chosen().due_on) if not form.errors else "",
        "sheet_url": f"{reverse('oversight:series_use_sheet')}?{urlencode(form.data)}" if used else "",
        "papers": papers,
        "asked": form.data,
        "is_explained": all(each.is_explained for each in used),
        "columns": [
            Column(_("Series")),
            Column(_("Opening number"), is_number=True),
            Column(_("Issued from"), is_number=True),
            Column(_("to"), is_number=True),
            Column(_("Used"), is_number=True),
            Column(_("Amount"), is_number=True),
            Column(_("Replaced"), is_number=True),
            Column(_("Lost"), is_number=True),
            Column(_("Closing number"), is_number=True),
        ],
        "rows": [_used_cells(each) for each in used],
    }
    return render(request, "oversight/series_use.html", context, status=422 if form.errors else 200)


def _paper(report: Any) -> dict[str, str]:
    is_ready = report.state == FileState.READY
    return {
        "url": reverse("oversight:quarter_paper", args=[report.pk]) if is_ready else "",
        "made": moment(report.made_at) if is_ready else str(report.get_state_display()),
    }


@signed_in
@require_POST
def ask_paper(request: HttpRequest) -> HttpResponse:
    """Has the paper of a quarter made."""
    by = actor_of_request(request)
    form = QuarterForm(request.POST, bodies=bodies_in_sight(seen_by=by))
    if not form.is_valid():
        return _series_page(request, form)
    try:
        ask_quarter_report(form.cleaned_data["body"], form.chosen(), by=by, at=timezone.now())
    except Refusal:
        # The page finds the same and says it beside the field.
        return _series_page(request, form)
    messages.success(request, _("The paper is being made. It stands below in a moment."))
    return redirect(f"{reverse('oversight:series_use')}?{urlencode(form.data)}")


@signed_in
@require_safe
def quarter_paper(request: HttpRequest, quarter: int) -> HttpResponse:
    return send_quarter_report(quarter, by=actor_of_request(request))


def _used_cells(each: UsedSeries) -> list[Cell]:
    return [
        Cell(f"{each.form} {each.code}"),
        Cell(each.opening),
        Cell(each.first or "–"),
        Cell(each.last or "–"),
        Cell(each.used, tone="" if each.is_explained else "danger"),
        Cell(dong(each.amount)),
        Cell(each.replaced),
        Cell(each.lost),
        Cell(each.closing),
    ]


@signed_in
@require_safe
def series_use_sheet(request: HttpRequest) -> HttpResponse:
    by, at = actor_of_request(request), timezone.now()
    form = QuarterForm(request.GET, bodies=bodies_in_sight(seen_by=by))
    if not form.is_valid():
        return _series_page(request, form)
    quarter, body = form.chosen(), body_read(form.cleaned_data["body"], seen_by=by)
    used = use_of_series(body.pk, quarter, seen_by=by, today=timezone.localdate(at))
    with TemporaryDirectory() as folder:
        path = Path(folder) / "use.xlsx"
        write_use(path, body, quarter, used, made_at=at)
        name = f"su-dung-bien-lai-{body.identification_code}-{quarter.year}-Q{quarter.number}.xlsx"
        subject = f"series-use:{body.identification_code}/{quarter.year}/{quarter.number}"
        return send_sheet(path, name, subject=subject, by=by)
