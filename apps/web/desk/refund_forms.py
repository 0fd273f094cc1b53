"""The forms about refunds: which one is meant, whether and how it goes back, and to whom it was paid."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.cases.actions.refund import REASON_AT_MOST
from apps.cases.policies import refunds_decided_by, refunds_paid_by
from apps.core.spoken import dong
from apps.receipts.choices import RefundGround, RefundMethod
from apps.web.desk.forms import VerbForm, offer, one_of

if TYPE_CHECKING:
    from apps.receipts.models import RefundProposal

GRANTED_OR_NOT = (("yes", _("It goes back")), ("no", _("It stays")))


class RefundForm(VerbForm):
    """Which of the refunds that wait is meant."""

    refund = forms.TypedChoiceField(label=_("Which refund"), coerce=UUID)

    def waiting(self) -> list[RefundProposal]:
        raise NotImplementedError

    def prepare(self) -> None:
        waiting = self.waiting()
        blank = [("", "—")] if len(waiting) != 1 else []
        offer(self, "refund", [*blank, *((str(each.uuid), _said(each)) for each in waiting)])


def _said(refund: RefundProposal) -> str:
    """How much, why, of what, and what the rule of the fee says."""
    what = refund.fee.rule.title if refund.fee else gettext("Money that settled nothing")
    said = f"{dong(refund.amount)} · {RefundGround(refund.ground).label} · {what}"
    if refund.method:
        return f"{said} · {RefundMethod(refund.method).label}"
    if refund.fee is None:
        return gettext("%(refund)s: always goes back") % {"refund": said}
    if refund.fee.rule.is_refundable:
        return gettext("%(refund)s: refundable by its rule") % {"refund": said}
    return gettext("%(refund)s: not refundable by its rule") % {"refund": said}


class DecideRefundForm(RefundForm):
    is_granted = one_of(_("Decision"), GRANTED_OR_NOT)
    method = one_of(
        _("How it is paid back"),
        RefundMethod.choices,
        required=False,
        help_text=_("Only where it goes back. The gateway pays back only what came through it."),
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=REASON_AT_MOST,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The applicant is told it."),
    )

    def waiting(self) -> list[RefundProposal]:
        return refunds_decided_by(self.actor, self.seen.standing)

    def arguments(self) -> dict[str, Any]:
        given = super().arguments()
        return {**given, "is_granted": given["is_granted"] == "yes"}


class PayRefundForm(RefundForm):
    recipient = forms.CharField(
        label=_("Who received it"),
        max_length=500,
        required=False,
        help_text=_("In cash: the name, and by which identity paper."),
    )
    reference = forms.CharField(
        label=_("Number of the transfer"),
        max_length=80,
        required=False,
        help_text=_("By a transfer: as the bank has it."),
    )

    def waiting(self) -> list[RefundProposal]:
        return refunds_paid_by(self.seen.case, self.actor, self.seen.standing)
