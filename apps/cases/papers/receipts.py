"""What a receipt says: everything but its number with the payment, the whole once it is numbered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.conf import settings

from apps.accounts.choices import Role
from apps.applications.models import Party
from apps.cases.papers.parts import notes_of, officer_of, party_of, procedure_of, spelled
from apps.receipts.amount_in_words import amount_in_words
from apps.receipts.choices import PaymentMethod
from apps.receipts.models import FeeDue, Payment, Receipt
from apps.units.models import Agency

if TYPE_CHECKING:
    from apps.cases.actions.acting import Act

_METHODS = {
    PaymentMethod.CASH: "Tiền mặt",
    PaymentMethod.CARD: "Thẻ",
    PaymentMethod.ONLINE: "Trực tuyến",
    PaymentMethod.TRANSFER: "Chuyển khoản",
}

# Nobody stood at a counter.
_COLLECTED_ONLINE = {"name": "Thu trực tuyến", "title": ""}


def receipt_snapshot(
    act: Act, payment: Payment, fees: Sequence[FeeDue], collecting_body: Agency, payer: Party
) -> dict[str, Any]:
    """What the receipt says besides its number, which is taken afterwards.

    It receipts what its lines settle: of money beyond that nothing was collected.
    """
    total = sum(fee.amount or 0 for fee in fees)
    return {
        "collecting_body": {
            "name": collecting_body.name,
            "tax_code": collecting_body.tax_code or None,
            "address": collecting_body.address,
            "phone": "",
            "account": "",
        },
        "payer": party_of(payer, act),
        "lines": [
            {
                "kind": fee.kind,
                "name": fee.name,
                "unit": "bản"
                if fee.rule.quantity == "copies"
                else "trang"
                if "pages" in fee.rule.quantity
                else "hồ sơ",
                "unit_price": fee.unit_price,
                "quantity": fee.quantity,
                "amount": fee.amount,
                "legal_basis": fee.legal_basis,
            }
            for fee in fees
        ],
        "total": total,
        "total_in_words": amount_in_words(total),
        "payment_method": _METHODS[PaymentMethod(payment.method)],
        "collected_at": spelled(payment.taken_at),
        "issued_at": spelled(act.at),
        "collected_by": officer_of(act, Role.CASHIER, Role.RECEPTIONIST, Role.RESULT_DESK)
        if payment.session
        else _COLLECTED_ONLINE,
        "case_code": act.case.code,
        "procedure": procedure_of(act),
        "replaces": None,
        "signature": None,
        "notes": notes_of(act),
    }


def receipt_paper(receipt: Receipt) -> dict[str, Any]:
    """The whole snapshot of a numbered receipt, as its paper prints it."""
    series = receipt.series
    acceptance = (
        {"number": series.acceptance_number, "accepted_on": series.accepted_on.isoformat()}
        if series.acceptance_number and series.accepted_on
        else None
    )
    return {
        **receipt.snapshot,
        "form": series.form,
        "series": series.code,
        "number": receipt.number,
        "series_acceptance": acceptance,
        "check": {"url": f"{settings.PUBLIC_URL}/r/{receipt.lookup_code}", "code": receipt.lookup_code},
    }
