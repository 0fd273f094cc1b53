"""What whoever holds a receipt may ask: whether it is ours, how it stands, and the chain of its corrections."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Sum

from apps.core.printed_codes import as_stored, can_be_code
from apps.receipts.choices import ReceiptState
from apps.receipts.errors import ReceiptUnknown
from apps.receipts.models import (
    LOOKUP_CODE_LENGTH,
    FeeDue,
    Payment,
    Receipt,
    ReceiptNotice,
    Refund,
)


def receipt_by_lookup(code: str) -> Receipt:
    """The receipt with the code that is printed on it, spaces and hyphens dropped. Raises ReceiptUnknown."""
    spelled = as_stored(code)
    receipt = (
        Receipt.objects.select_related(
            "series__collecting_body", "paper__document__file", "paper__document__data"
        )
        .filter(lookup_code=spelled)
        .first()
        if can_be_code(spelled, LOOKUP_CODE_LENGTH)
        else None
    )
    if receipt is None:
        raise ReceiptUnknown(field="lookup_code")
    return receipt


def is_signed(receipt: Receipt) -> bool:
    """A receipt is numbered, then signed, and available from then on."""
    return hasattr(receipt, "paper")


def is_trial(receipt: Receipt) -> bool:
    """Whether it has no value as a receipt: not signed yet, or signed by a test authority."""
    if not is_signed(receipt):
        return True
    return bool(receipt.paper.document.snapshot["signature"]["is_test"])


@dataclass(frozen=True, slots=True)
class Link:
    """One receipt of a chain of corrections, with the notices about it; the last one is in force."""

    receipt: Receipt
    notices: tuple[ReceiptNotice, ...]
    is_in_force: bool

    @property
    def notice_count(self) -> int:
        return len(self.notices)

    @property
    def reason(self) -> str:
        """Why it was issued in place of the one before; empty for the first."""
        replaces = self.receipt.snapshot.get("replaces")
        return str(replaces["reason"]) if replaces else ""


def chain_of(receipt: Receipt) -> list[Link]:
    """The whole chain of corrections of which a receipt is one, oldest first, the same from either end.

    All of a chain are receipts of one payment.
    """
    rows = (
        Receipt.objects.filter(payment_id=receipt.payment_id)
        .select_related("series__collecting_body")
        .prefetch_related("notices")
    )
    after = {row.replaces_id: row for row in rows}
    found: list[Receipt] = []
    current = after.get(None)
    while current is not None:
        found.append(current)
        current = after.get(current.pk)
    return [
        Link(
            row,
            tuple(sorted(row.notices.all(), key=lambda notice: notice.pk)),
            is_in_force=place == len(found),
        )
        for place, row in enumerate(found, 1)
    ]


def state_of(receipt: Receipt) -> ReceiptState:
    """How a receipt stands: in force, in force with a notice of what is wrong in it, or replaced by another."""
    if Receipt.objects.filter(replaces=receipt).exists():
        return ReceiptState.REPLACED
    is_noticed = ReceiptNotice.objects.filter(receipt=receipt).exists()
    return ReceiptState.NOTICED if is_noticed else ReceiptState.IN_FORCE


def left_of(payment: Payment) -> dict[FeeDue, int]:
    """What of each settled line has not been refunded, in đồng, in the order of the receipt."""
    lines = payment.lines.select_related("fee__rule").order_by("pk")
    refunded = dict(
        Refund.objects.filter(proposal__payment=payment, proposal__fee__isnull=False)
        .values_list("proposal__fee")
        .annotate(Sum("amount"))
    )
    return {line.fee: (line.fee.amount or 0) - refunded.get(line.fee_id, 0) for line in lines}
