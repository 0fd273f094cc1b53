"""What is wrong on a receipt, as a clerk types it; the law and not the clerk chooses how it is answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.cases.actions.wrong_receipts import notify_receipt_error, replace_receipt
from apps.cases.selectors import answerable_receipts
from apps.core.spoken import dong, moment
from apps.receipts.choices import PaymentMethod
from apps.receipts.corrections import LABELS, MOST_CHARACTERS, Way, way_of
from apps.web.desk.forms import PaperField, VerbForm, offer, words

if TYPE_CHECKING:
    from apps.cases.models import CaseEvent

_MOMENTS = ["%H:%M %d/%m/%Y", "%d/%m/%Y %H:%M"]


def _text(name: str, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=LABELS[name], required=False, max_length=MOST_CHARACTERS, help_text=help_text
    )


class WrongReceiptForm(VerbForm):
    """Which receipt, and the right text of whatever is wrong on it; what is left empty is right as it stands."""

    receipt = PaperField(label=_("Which receipt"), coerce=UUID, widget=forms.RadioSelect)
    name = _text("name", _("Only where it is wrong. Answered by a notice."))
    address = _text("address", _("Only where it is wrong. Answered by a notice."))
    amount_in_words = _text("amount_in_words", _("Only where it is wrong. Answered by a notice."))
    identity = _text("identity", _("Only where it is wrong. Answered by another receipt."))
    method = forms.ChoiceField(
        label=LABELS["method"],
        required=False,
        choices=[("", "—"), *PaymentMethod.choices],
        help_text=_("Only where it is wrong. Answered by another receipt."),
    )
    collected_at = forms.DateTimeField(
        label=LABELS["collected_at"],
        required=False,
        input_formats=_MOMENTS,
        help_text=_("Such as 09:30 23/11/2026. Answered by another receipt."),
    )
    line = forms.IntegerField(
        label=_("Which line of the receipt"),
        required=False,
        min_value=1,
        max_value=99,
        initial=1,
        help_text=_("For the name or the legal basis of a fee."),
    )
    fee_name = _text("fee_name", _("Only where it is wrong. Answered by another receipt."))
    legal_basis = _text("legal_basis", _("Only where it is wrong. Answered by another receipt."))
    reason = words(_("Reason"), help_text=_("It is printed on the paper and told to the payer."))

    def prepare(self) -> None:
        receipts = answerable_receipts(self.seen.case, by=self.actor)
        choices = [
            (
                str(receipt.uuid),
                _("%(series)s – %(number)s, %(amount)s, %(when)s")
                % {
                    "series": receipt.series.code,
                    "number": receipt.number,
                    "amount": dong(receipt.amount),
                    "when": moment(receipt.issued_at),
                },
            )
            for receipt in receipts
        ]
        offer(self, "receipt", choices)
        if len(choices) == 1:
            self.fields["receipt"].initial = choices[0][0]

    def arguments(self) -> dict[str, Any]:
        given = self.cleaned_data
        found = {name: given[name] for name in ("name", "address", "amount_in_words", "identity", "method")}
        if given["collected_at"]:
            found["collected_at"] = given["collected_at"].isoformat()
        line = given["line"] or 1
        found |= {f"{name}.{line}": given[name] for name in ("fee_name", "legal_basis")}
        return {
            "receipt": given["receipt"],
            "corrections": {name: text for name, text in found.items() if text},
            "reason": given["reason"],
        }


def answer_wrong_receipt(code: str, *, corrections: dict[str, str], **given: Any) -> CaseEvent:
    """By a notice where nothing but names, addresses and the amount in words is wrong, else by another receipt.

    Raises what `notify_receipt_error` and `replace_receipt` raise.
    """
    is_notice = bool(corrections) and way_of(corrections) is Way.NOTICE
    play = notify_receipt_error if is_notice else replace_receipt
    return play(code, corrections=corrections, **given)
