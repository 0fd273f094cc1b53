"""Whether a receipt is ours and how it stands, by its code; and whether a file that somebody holds is it, unchanged."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from apps.core.errors import NotFound
from apps.interface.throttling import slowing_guesses
from apps.receipts.file_check import check_file
from apps.receipts.selectors import chain_of, is_signed, is_trial, receipt_by_lookup, state_of
from apps.web.ui.fields import BoundedFileField, PrintedCodeField

if TYPE_CHECKING:
    from apps.receipts.models import Receipt


class ReceiptForm(forms.Form):
    """The look-up code printed on a receipt."""

    lookup = PrintedCodeField(
        label=_("Look-up code of the receipt"),
        help_text=_("16 letters and digits, printed beside the QR code of the receipt."),
    )


class ReceiptFileForm(forms.Form):
    """A receipt as a file, read and not kept; with the code of the receipt on whose page it was chosen."""

    lookup = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    file = BoundedFileField(
        label=_("The PDF or XML of the receipt"),
        help_text=_("Its bytes and its signature are verified; the file is not kept."),
    )


@require_safe
def check_receipt(request: HttpRequest, lookup: str = "") -> HttpResponse:
    """Says whether a receipt is ours, and no more than it must to compare it with the paper."""
    if typed := re.sub(r"[^0-9A-Za-z]", "", request.GET.get("lookup", "")):
        return redirect("portal:check_receipt", lookup=typed[:40])
    if not lookup:
        form = ReceiptForm(request.GET if "lookup" in request.GET else None)
        return _answer(request, {"form": form})
    try:
        receipt = _by_code(request, lookup)
    except NotFound:
        context = {"form": ReceiptForm(initial={"lookup": lookup}), "is_unknown": True}
        return _answer(request, context, status=404)
    return _answer(request, {"receipt": receipt, "is_asked": True})


@require_POST
def check_receipt_file(request: HttpRequest) -> HttpResponse:
    """Says what a file is that somebody takes for a receipt. One that is not ours counts as a guess."""
    form = ReceiptFileForm(request.POST, request.FILES)
    if not form.is_valid():
        return _answer(request, {"file_form": form}, status=422)
    content = form.cleaned_data["file"].read()
    asked: Receipt | None = None
    try:
        if lookup := form.cleaned_data["lookup"]:
            asked = _by_code(request, lookup)
        checked = slowing_guesses(request, "receipt-file", lambda: check_file(content, of=asked))
    except NotFound as refusal:
        return _answer(request, {"refused": refusal.message, "receipt": asked}, status=422)
    signed_at = datetime.fromisoformat(checked.signed_at) if checked.signed_at else None
    context = {"checked": checked, "signed_at": signed_at, "receipt": checked.receipt}
    return _answer(request, context)


def _by_code(request: HttpRequest, lookup: str) -> Receipt:
    return slowing_guesses(request, "receipt", lambda: receipt_by_lookup(lookup))


def _answer(request: HttpRequest, said: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """The page, with what it is asked next in empty fields."""
    receipt = said.get("receipt")
    if receipt is not None:
        said |= {
            "is_signed": is_signed(receipt),
            "is_trial": is_trial(receipt),
            "state": state_of(receipt),
            "chain": chain_of(receipt),
        }
    code = receipt.lookup_code if receipt is not None and "is_asked" in said else ""
    context = {
        "form": ReceiptForm(),
        "file_form": ReceiptFileForm(initial={"lookup": code}),
        "receipt": None,
        **said,
    }
    context["forms"] = [context["form"], context["file_form"]]
    response = render(request, "portal/check_receipt.html", context, status=status)
    response.headers["Cache-Control"] = "private, no-store"
    return response
