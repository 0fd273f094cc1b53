"""An agency's receipts of a day, or of one cashier's session, printed as one PDF by whoever answers for the money."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.actors import Actor
from apps.bundles.actions import ask_day, ask_session
from apps.bundles.choices import BundleOf
from apps.bundles.selectors import (
    NOTHING,
    Sums,
    bundles_asked,
    desks_printed,
    of_day,
    sessions_on,
    sums_by_session,
    sums_of,
)
from apps.core.errors import NotAllowed, Refusal
from apps.interface.actors import actor_of_request
from apps.interface.downloads import send_bundle
from apps.units.models import Agency
from apps.web.desk.access import for_clerks
from apps.web.ui.bundles import bundle_address, bundle_columns, bundle_page, bundle_rows
from apps.web.ui.faults import show_refusal
from apps.web.ui.widgets import DayMonthYearInput

_SESSIONS_SHOWN = 20


class DayForm(forms.Form):
    """Whose receipts, of which day."""

    agency = forms.TypedChoiceField(label=gettext_lazy("Agency"), coerce=int)
    day = forms.DateField(
        label=gettext_lazy("Issued on"), widget=DayMonthYearInput, input_formats=["%Y-%m-%d"]
    )

    def __init__(self, data: Any, *, desks: Sequence[Agency]) -> None:
        super().__init__(data, initial={"agency": desks[0].pk, "day": timezone.localdate()})
        agency = self.fields["agency"]
        assert isinstance(agency, forms.ChoiceField)
        agency.choices = [(desk.pk, desk.title) for desk in desks]


@for_clerks
@require_http_methods(["GET", "HEAD", "POST"])
def receipts(request: HttpRequest) -> HttpResponse:
    """GET shows a day with its sums and sessions; POST asks for the PDF of the day or of a session."""
    by, at = actor_of_request(request), timezone.now()
    desks = desks_printed(seen_by=by)
    if not desks:
        raise NotAllowed()
    said = request.POST if request.method == "POST" else request.GET
    form = DayForm(said if "agency" in said else None, desks=desks)
    agency, day = desks[0].pk, timezone.localdate(at)
    if form.is_valid():
        agency, day = form.cleaned_data["agency"], form.cleaned_data["day"]
        if request.method == "POST":
            try:
                session = request.POST.get("session", "")
                bundle = (
                    ask_session(_uuid(session), by=by, at=at)
                    if session
                    else ask_day(agency, day, by=by, at=at)
                )
            except Refusal as refusal:
                show_refusal(refusal, form)
            else:
                return redirect(bundle_address(bundle, "desk"))
    context = {
        "form": form,
        "agency": agency,
        "day": day,
        "sums": sums_of(of_day(agency, day, seen_by=by)),
        "sessions": _sessions(agency, day, by),
        "columns": bundle_columns(),
        "rows": bundle_rows(bundles_asked(BundleOf.DAY, BundleOf.SESSION, seen_by=by), "desk"),
    }
    return render(request, "desk/receipts.html", context, status=422 if form.errors else 200)


def _sessions(agency: int, day: date, by: Actor) -> list[tuple[Any, Sums]]:
    """The sessions of the day with what each has taken."""
    sessions = sessions_on(agency, day, seen_by=by)[:_SESSIONS_SHOWN]
    sums = sums_by_session(sessions, seen_by=by)
    return [(session, sums.get(session.pk, NOTHING)) for session in sessions]


def _uuid(text: str) -> UUID:
    """What a button of the page sends; what is none names no session."""
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)


@for_clerks
@require_safe
def receipts_printed(request: HttpRequest, bundle: UUID) -> HttpResponse:
    return bundle_page(request, bundle, area="desk")


@for_clerks
@require_safe
def receipts_printed_download(request: HttpRequest, bundle: UUID) -> HttpResponseBase:
    return send_bundle(bundle, by=actor_of_request(request))
