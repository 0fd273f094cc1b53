"""Series of receipts of a collecting body: opened, accepted, closed, by administrators and by who heads the body."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.actors import Actor
from apps.core.errors import Refusal
from apps.core.spoken import day, dong, moment
from apps.interface.actors import actor_of_request
from apps.procedures.policies import can_change_catalogue
from apps.receipts.actions.series import close_series, open_series, record_acceptance
from apps.receipts.choices import ReceiptForm
from apps.receipts.policies import may_keep_some_series
from apps.receipts.selectors import (
    acts_on_series,
    bodies_with_series,
    body_kept,
    series_of,
    succession_of,
)
from apps.web.ui.faults import show_refusal
from apps.web.ui.parts import Cell, Column
from apps.web.ui.question_fields import WholeNumberField
from apps.web.ui.signing_in import signed_in_and
from apps.web.ui.widgets import DayMonthYearInput

if TYPE_CHECKING:
    from apps.receipts.models import ReceiptSeries
    from apps.units.models import Agency

View = Callable[..., HttpResponse]
ACTS = {
    "open_series": gettext_lazy("Series opened"),
    "record_acceptance": gettext_lazy("Acceptance recorded"),
    "close_series": gettext_lazy("Series closed"),
    "succeed_body": gettext_lazy("Successor recorded"),
}


# Who keeps the series of some body.
for_keepers = signed_in_and(may_keep_some_series)


class AcceptanceForm(forms.Form):
    """With which notice the tax authority accepted a series."""

    acceptance_number = forms.CharField(
        label=gettext_lazy("Number of the tax authority's acceptance"), max_length=60
    )
    accepted_on = forms.DateField(label=gettext_lazy("Accepted on"), widget=DayMonthYearInput)


class SeriesForm(AcceptanceForm):
    """A new series of a body."""

    form = forms.ChoiceField(label=gettext_lazy("Receipt form"), choices=ReceiptForm.choices)
    face_value = WholeNumberField(
        label=gettext_lazy("Face value, in đồng"),
        required=False,
        min_value=1,
        max_value=2_000_000_000,
        help_text=gettext_lazy("Only for EBL02."),
    )
    code = forms.CharField(
        label=gettext_lazy("Series"),
        max_length=5,
        help_text=gettext_lazy("The year, T and two letters, such as 26TAA."),
    )
    year = forms.IntegerField(label=gettext_lazy("Year"), min_value=2026, max_value=9999)
    field_order = ("form", "face_value", "code", "year", "acceptance_number", "accepted_on")


class ClosingForm(forms.Form):
    """Why a series is closed."""

    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200)


@for_keepers
@require_safe
def bodies(request: HttpRequest) -> HttpResponse:
    """The collecting bodies whose series the reader keeps, found by a part of the name."""
    actor, name = actor_of_request(request), request.GET.get("name", "").strip()[:80]
    found = bodies_with_series(seen_by=actor, name=name)
    rows = [
        [
            Cell(body.title, href=reverse("administration:series_of", args=[body.pk])),
            Cell(body.unit.parent.title if body.unit.parent else "–"),
            Cell(body.series_count),  # type: ignore[attr-defined]
        ]
        for body in found
    ]
    columns = [Column(_("Collecting body")), Column(_("Unit above")), Column(_("Series"), is_number=True)]
    context = {"name": name, "columns": columns, "rows": rows}
    return render(request, "administration/series_bodies.html", context)


@for_keepers
@require_http_methods(["GET", "HEAD", "POST"])
def series_of_body(request: HttpRequest, agency: int) -> HttpResponse:
    """The series of a body with the numbers used; POST opens another."""
    actor, at = actor_of_request(request), timezone.now()
    body = body_kept(agency, seen_by=actor)
    year = timezone.localdate(at).year
    typed = request.POST if request.method == "POST" else None
    form = SeriesForm(typed, initial={"year": year, "form": ReceiptForm.NO_FACE_VALUE})
    if typed is not None and form.is_valid():
        try:
            series = open_series(body, **form.cleaned_data, by=actor, at=at)
        except Refusal as refusal:
            show_refusal(refusal, form)
        else:
            messages.success(request, _("Series %(code)s is open.") % {"code": series.code})
            return redirect("administration:series_of", agency=body.pk)
    return _body_page(request, body, actor, form)


@for_keepers
@require_http_methods(["GET", "HEAD", "POST"])
def one_series(request: HttpRequest, agency: int, series: int) -> HttpResponse:
    """An open series: its acceptance is recorded where it has none, or it is closed."""
    actor, at = actor_of_request(request), timezone.now()
    body = body_kept(agency, seen_by=actor)
    found = next((each for each in series_of(body, seen_by=actor) if each.pk == series), None)
    if found is None or found.closed_at is not None:
        return redirect("administration:series_of", agency=body.pk)
    typed = request.POST if request.method == "POST" else None
    is_closing = request.POST.get("action") == "close"
    acceptance = AcceptanceForm(None if is_closing else typed, prefix="accept")
    closing = ClosingForm(typed if is_closing else None, prefix="close")
    form: forms.Form = closing if is_closing else acceptance
    if typed is not None and form.is_valid():
        try:
            (close_series if is_closing else record_acceptance)(
                found.pk, **form.cleaned_data, by=actor, at=at
            )
        except Refusal as refusal:
            show_refusal(refusal, form)
        else:
            said = (
                _("Series %(code)s is closed.")
                if is_closing
                else _("The acceptance of %(code)s is recorded.")
            )
            messages.success(request, said % {"code": found.code})
            return redirect("administration:series_of", agency=body.pk)
    context = {
        "body": body,
        "series": found,
        "acceptance": None if found.acceptance_number else acceptance,
        "closing": closing,
        "problem_forms": [form],
    }
    return render(request, "administration/series.html", context, status=422 if form.errors else 200)


def _body_page(request: HttpRequest, body: Agency, actor: Actor, form: SeriesForm) -> HttpResponse:
    context = {
        "body": body,
        "form": form,
        "succession": succession_of(body, at=timezone.now()),
        "can_record": can_change_catalogue(actor),
        "columns": [
            Column(_("Series")),
            Column(_("Receipt form")),
            Column(_("Year")),
            Column(_("Numbers used"), is_number=True),
            Column(_("Tax authority's acceptance")),
            Column(_("State")),
        ],
        "rows": [_row(body, series) for series in series_of(body, seen_by=actor)],
        "act_columns": [
            Column(_("When")),
            Column(_("What")),
            Column(_("Series")),
            Column(_("Reason or notice")),
        ],
        "acts": [
            [
                Cell(moment(act.at)),
                Cell(ACTS.get(act.kind, act.kind)),
                Cell(act.body.get("code", "")),
                Cell(act.body.get("reason") or act.body.get("acceptance") or act.body.get("name", "")),
            ]
            for act in acts_on_series(body, seen_by=actor)
        ],
    }
    return render(request, "administration/series_of.html", context, status=422 if form.errors else 200)


def _row(body: Agency, series: ReceiptSeries) -> list[Cell]:
    is_open = series.closed_at is None
    return [
        Cell(
            series.code,
            href=reverse("administration:series", args=[body.pk, series.pk]) if is_open else "",
        ),
        Cell(
            series.form,
            note=_("face value %(amount)s") % {"amount": dong(series.face_value)}
            if series.face_value
            else "",
        ),
        Cell(series.year),
        Cell(f"1–{series.last_number}" if series.last_number else _("none")),
        Cell(
            series.acceptance_number or _("not established"),
            note=day(series.accepted_on) if series.accepted_on else "",
            tone="" if series.acceptance_number else "warning",
        ),
        Cell(
            _("open") if is_open else _("closed"), note=moment(series.closed_at) if series.closed_at else ""
        ),
    ]
