"""Pages for whoever holds a paper: the status of a case by its code and secret, and whether a receipt is genuine."""

from __future__ import annotations

import re

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from apps.cases.errors import TrackingFailed
from apps.cases.selectors import case_by_secret, group_by_secret
from apps.cases.status_shown import status_shown
from apps.core.errors import NotFound
from apps.interface.throttling import slowing_guesses
from apps.receipts.selectors import chain_of, is_trial, receipt_by_lookup, state_of
from apps.web.portal.shown import awaited, status_rows, timeline_of
from apps.web.ui.faults import show_refusal
from apps.web.ui.fields import PrintedCodeField
from apps.web.ui.linked import linked_rows


class TrackForm(forms.Form):
    """The code and the secret of form 01."""

    code = forms.CharField(
        label=_("Case code"), max_length=50, help_text=_("Such as H26.001.00001-261124-0001.")
    )
    secret = PrintedCodeField(
        label=_("Tracking secret"),
        help_text=_(
            "16 letters and digits, printed on the receipt of your papers and in the first message to you."
        ),
    )


class ReceiptForm(forms.Form):
    """The look-up code printed on a receipt."""

    lookup = PrintedCodeField(
        label=_("Look-up code of the receipt"),
        help_text=_("16 letters and digits, printed beside the QR code of the receipt."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def track(request: HttpRequest, code: str = "") -> HttpResponse:
    """The form, and on the same address the status; the code alone tells nothing."""
    if request.method != "POST":
        return _answer(request, "portal/track.html", {"form": TrackForm(initial={"code": code})})
    form = TrackForm(request.POST)
    if not form.is_valid():
        return _answer(request, "portal/track.html", {"form": form}, status=422)
    try:
        given = form.cleaned_data
        case = slowing_guesses(request, "status", lambda: case_by_secret(given["code"], given["secret"]))
    except TrackingFailed as refusal:
        show_refusal(refusal, form)
        return _answer(request, "portal/track.html", {"form": form}, status=404)
    shown, group = status_shown(case), group_by_secret(case)
    context: dict[str, object] = {
        "group": group,
        "linked": linked_rows(group, current=case.code) if group else [],
        "status": shown,
        "awaited": awaited(case, timezone.now()),
        "rows": status_rows(shown),
        "events": timeline_of(shown),
    }
    return _answer(request, "portal/tracked.html", context)


@require_safe
def check_receipt(request: HttpRequest, lookup: str = "") -> HttpResponse:
    """Says whether a receipt is ours, and no more than it must to compare it with the paper."""
    if typed := re.sub(r"[^0-9A-Za-z]", "", request.GET.get("lookup", "")):
        return redirect("portal:check_receipt", lookup=typed[:40])
    if not lookup:
        form = ReceiptForm(request.GET if "lookup" in request.GET else None)
        return _answer(request, "portal/check_receipt.html", {"form": form, "is_asked": False})
    form = ReceiptForm(initial={"lookup": lookup})
    try:
        receipt = slowing_guesses(request, "receipt", lambda: receipt_by_lookup(lookup))
    except NotFound:
        context = {"form": form, "is_asked": True, "receipt": None}
        return _answer(request, "portal/check_receipt.html", context, status=404)
    # The next receipt is typed into an empty field.
    context = {
        "form": ReceiptForm(),
        "is_asked": True,
        "receipt": receipt,
        "is_trial": is_trial(receipt),
        "state": state_of(receipt),
        "chain": chain_of(receipt),
    }
    return _answer(request, "portal/check_receipt.html", context)


def _answer(
    request: HttpRequest, template: str, context: dict[str, object], *, status: int = 200
) -> HttpResponse:
    response = render(request, template, context, status=status)
    response.headers["Cache-Control"] = "private, no-store"
    return response
