"""A collecting body has ended by reorganisation: who stands for it is recorded on its decision, and its series close."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from apps.core.errors import Refusal
from apps.interface.actors import actor_of_request
from apps.receipts.actions.series import close_for_succession
from apps.receipts.selectors import body_kept, series_of, succession_of
from apps.web.administration.access import for_administrators
from apps.web.administration.agency_field import AgencyField
from apps.web.ui.faults import show_refusal
from apps.web.ui.widgets import DayMonthYearInput


class SuccessionForm(forms.Form):
    """Who succeeds a body, by which decision."""

    successor = AgencyField(label=gettext_lazy("Identification code of the successor"))
    decision = forms.CharField(
        label=gettext_lazy("Number of the decision"),
        max_length=200,
        help_text=gettext_lazy("Such as 1656/NQ-UBTVQH15."),
    )
    decided_on = forms.DateField(
        label=gettext_lazy("Date of the decision"), widget=DayMonthYearInput, input_formats=["%Y-%m-%d"]
    )


@for_administrators
@require_http_methods(["GET", "HEAD", "POST"])
def succession(request: HttpRequest, agency: int) -> HttpResponse:
    """What becomes of a body's series, and who stands for it from now on."""
    actor = actor_of_request(request)
    body = body_kept(agency, seen_by=actor)
    if succession_of(body, at=timezone.now()) is not None:
        return redirect("administration:series_of", agency=body.pk)
    form = SuccessionForm(request.POST) if request.method == "POST" else SuccessionForm()
    if form.is_valid():
        try:
            recorded = close_for_succession(body, **form.cleaned_data, by=actor, at=timezone.now())
        except Refusal as refusal:
            show_refusal(refusal, form)
        else:
            said = _("%(body)s is closed; %(successor)s stands for it from now on.")
            messages.success(request, said % {"body": body.title, "successor": recorded.successor.title})
            return redirect("administration:series_of", agency=body.pk)
    still_open = [series for series in series_of(body, seen_by=actor) if series.closed_at is None]
    context = {"body": body, "form": form, "still_open": still_open}
    return render(request, "administration/succession.html", context, status=422 if form.errors else 200)
