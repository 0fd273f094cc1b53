"""What may be asked of receipts. Anybody who holds one may ask whether it is ours."""

from __future__ import annotations

import re

from apps.receipts.errors import ReceiptUnknown
from apps.receipts.models import Receipt


def receipt_by_lookup(code: str) -> Receipt:
    """The receipt with the code that is printed on it, spaces and hyphens dropped. Raises ReceiptUnknown."""
    spelled = re.sub(r"[\s-]", "", code).upper()
    receipt = (
        Receipt.objects.select_related("series__collecting_body").filter(lookup_code=spelled).first()
        if re.fullmatch(r"[A-Z2-7]{16}", spelled)
        else None
    )
    if receipt is None:
        raise ReceiptUnknown(field="lookup_code")
    return receipt


def is_trial(receipt: Receipt) -> bool:
    """Whether it is unsigned, and so has no value as a receipt yet."""
    return not receipt.snapshot.get("signature")
