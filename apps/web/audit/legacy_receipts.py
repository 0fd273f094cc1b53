"""Receipts of the old regime as they were taken over: what is printed on them is all that is known."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.core.access import note_access
from apps.core.masking import mask_name
from apps.core.spoken import day, dong, moment
from apps.interface.actors import actor_of_request
from apps.receipts import books
from apps.receipts.regimes import LEGACY
from apps.web.audit.access import for_auditors
from apps.web.audit.parts import Section, Sheet
from apps.web.ui.parts import SummaryRow
from apps.web.ui.reveal import RevealForm


@for_auditors
@require_safe
def receipt(request: HttpRequest, pk: int) -> HttpResponse:
    """One receipt of the old regime, the payer masked."""
    return _show(request, pk, RevealForm(), whole=False)


@for_auditors
@require_POST
def reveal(request: HttpRequest, pk: int) -> HttpResponse:
    """Shows the payer whole, once, for a reason that goes into the access log."""
    actor, form = actor_of_request(request), RevealForm(request.POST)
    found = books.legacy_receipt_of(pk, seen_by=actor)
    if not form.is_valid():
        return _show(request, pk, form, whole=False, status=422)
    note_access(
        actor_id=actor.user_id,
        action="reveal",
        subject=f"legacy-receipt:{found.pk}",
        reason=form.cleaned_data["reason"],
        at=timezone.now(),
    )
    return _show(request, pk, form, whole=True)


def _show(request: HttpRequest, pk: int, form: RevealForm, *, whole: bool, status: int = 200) -> HttpResponse:
    found = books.legacy_receipt_of(pk, seen_by=actor_of_request(request))
    facts = [
        SummaryRow(_("Form"), found.form, note=LEGACY.law),
        SummaryRow(_("Series"), found.series),
        SummaryRow(_("Number"), found.number),
        SummaryRow(
            _("Collecting body"),
            found.collecting_body.title,
            note=found.collecting_body.identification_code,
        ),
        SummaryRow(_("Payer"), found.payer if whole else mask_name(found.payer)),
        SummaryRow(_("Fee"), found.fee_name),
        SummaryRow(_("Amount"), dong(found.amount)),
        SummaryRow(_("Issued"), day(found.issued_on)),
        SummaryRow(_("Taken over"), moment(found.imported_at), note=found.source),
        SummaryRow(_("Payment, case, files"), _("None: it is from before this system.")),
    ]
    sheet = Sheet(
        f"{found.form} {found.series} {found.number}",
        _("Receipt of the old regime"),
        [Section(_("What is printed on it"), facts=facts)],
    )
    context = sheet.context(
        reveal_form=form, reveal_url=reverse("audit:reveal_legacy_receipt", args=[found.pk]), whole=whole
    )
    return render(request, "audit/receipt.html", context, status=status)
