"""What may be asked of receipts. Anybody who holds one may ask whether it is ours."""

from __future__ import annotations

from datetime import date

from apps.core.printed_codes import as_stored, can_be_code
from apps.receipts.errors import ReceiptUnknown
from apps.receipts.models import LOOKUP_CODE_LENGTH, CollectionAccount, Receipt
from apps.units.models import Agency


def receipt_by_lookup(code: str) -> Receipt:
    """The receipt with the code that is printed on it, spaces and hyphens dropped. Raises ReceiptUnknown."""
    spelled = as_stored(code)
    receipt = (
        Receipt.objects.select_related("series__collecting_body").filter(lookup_code=spelled).first()
        if can_be_code(spelled, LOOKUP_CODE_LENGTH)
        else None
    )
    if receipt is None:
        raise ReceiptUnknown(field="lookup_code")
    return receipt


def is_trial(receipt: Receipt) -> bool:
    """Whether it is unsigned, and so has no value as a receipt yet."""
    return not receipt.snapshot.get("signature")


def account_of(body: Agency, day: date) -> CollectionAccount | None:
    """The account into which a body collects on a day; None where none is known."""
    return CollectionAccount.objects.valid_on(day).filter(agency=body).first()
