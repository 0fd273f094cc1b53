"""What may be asked of receipts. Anybody who holds one may ask whether it is ours."""

from __future__ import annotations

from apps.core.printed_codes import as_stored, can_be_code
from apps.receipts.choices import ReceiptState
from apps.receipts.errors import ReceiptUnknown
from apps.receipts.models import LOOKUP_CODE_LENGTH, Receipt


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


def state_of(receipt: Receipt) -> ReceiptState:
    """How a receipt stands: numbered and not signed yet, or signed and so available."""
    return ReceiptState.AVAILABLE if hasattr(receipt, "paper") else ReceiptState.BEING_SIGNED


def is_trial(receipt: Receipt) -> bool:
    """Whether it has no value as a receipt: not signed yet, or signed by a test authority."""
    if state_of(receipt) == ReceiptState.BEING_SIGNED:
        return True
    return bool(receipt.paper.document.snapshot["signature"]["is_test"])
