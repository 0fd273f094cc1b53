"""What a receipt says: everything but its number with the payment, the whole once it is numbered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.conf import settings

from apps.accounts.choices import Role
from apps.applications.models import Party
from apps.cases.papers.parts import notes_of, officer_of, party_of, procedure_of, spelled
from apps.receipts.amount_in_words import amount_in_words
from apps.receipts.choices import PaymentMethod
from apps.receipts.corrections import METHODS, as_it_counts, with_text
from apps.receipts.models import FeeDue, Payment, Receipt
from apps.units.models import Agency

if TYPE_CHECKING:
    from apps.cases.actions.acting import Act

NOTE_REFUNDED = "Đã trừ số tiền hoàn trả cho người nộp: {amount} đ."
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
        "collecting_body": body_of(collecting_body),
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
        "payment_method": METHODS[PaymentMethod(payment.method)],
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


def body_of(agency: Agency) -> dict[str, Any]:
    """A collecting body as papers name it."""
    return {
        "name": agency.name,
        "tax_code": agency.tax_code or None,
        "address": agency.address,
        "phone": "",
        "account": "",
    }


def replacement_snapshot(
    act: Act,
    wrong: Receipt,
    right: Mapping[str, str],
    left: Mapping[FeeDue, int],
    issuer: Agency,
    reason: str,
) -> dict[str, Any]:
    """What the receipt in place of a wrong one says: the same, as notices and these right texts correct it, of what is left.

    `left` is what of each line has not been refunded, in đồng; a line of which nothing is left stands with 0.
    """
    said = as_it_counts(wrong)
    for name, text in right.items():
        said = with_text(said, name, text)
    lines = [{**line, "amount": amount} for line, amount in zip(said["lines"], left.values(), strict=True)]
    total = sum(line["amount"] for line in lines)
    is_less = total != wrong.amount
    is_successor = issuer.pk != wrong.series.collecting_body_id
    refunded = [NOTE_REFUNDED.format(amount=f"{wrong.amount - total:,}".replace(",", "."))] if is_less else []
    return {
        **said,
        # Of a body that has ended its successor issues.
        "collecting_body": body_of(issuer) if is_successor else said["collecting_body"],
        "lines": lines,
        "total": total,
        "total_in_words": amount_in_words(total) if is_less else said["total_in_words"],
        "issued_at": spelled(act.at),
        "replaces": {
            "form": wrong.series.form,
            "series": wrong.series.code,
            "number": wrong.number,
            **({"body": said["collecting_body"]["name"]} if is_successor else {}),
            "issued_at": spelled(wrong.issued_at),
            "reason": reason,
        },
        "signature": None,
        "notes": [*said["notes"], *refunded],
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
