"""What may be asked of receipts. Anybody who holds one may ask whether it is ours."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from apps.calendars.selectors import with_latest_calendar, working_calendar
from apps.calendars.working_time import Limit, Unit, due_at
from apps.core.printed_codes import as_stored, can_be_code
from apps.receipts.choices import ReceiptState
from apps.receipts.errors import ReceiptUnknown
from apps.receipts.models import LOOKUP_CODE_LENGTH, Receipt
from apps.units.models import Agency

# Longer than this a receipt is not left unsigned without an alarm.
SIGNED_WITHIN = Limit(1, Unit.WORKING_HOUR)


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


@dataclass(frozen=True, slots=True)
class Unsigned:
    """A receipt that should have been signed by `due_at`, and when its alarm was raised; None until the next tick."""

    receipt: Receipt
    due_at: datetime
    raised_at: datetime | None


def unsigned_receipts(at: datetime) -> list[Unsigned]:
    """Receipts that are not signed although a working hour of their collecting body has passed since, the oldest first.

    In as many queries for one as for all. For whoever answers for the money: it tells which body, and names nobody.
    """
    # By their ids alone, which indexes hold; a working hour is never shorter than an hour.
    unsigned = list(Receipt.objects.filter(paper__isnull=True).values_list("pk", flat=True))
    receipts = (
        Receipt.objects.filter(pk__in=unsigned, issued_at__lt=at - timedelta(hours=1))
        .select_related("series__collecting_body", "alarm")
        .defer("snapshot")
        .order_by("issued_at", "id")
    )
    bodies = {receipt.series.collecting_body_id for receipt in receipts}
    agencies: Iterable[Any] = with_latest_calendar(Agency.objects.filter(pk__in=bodies))
    calendars = {agency.pk: agency.calendar_version for agency in agencies}
    found = []
    for receipt in receipts:
        calendar = working_calendar(calendars[receipt.series.collecting_body_id])
        due = due_at(calendar, receipt.issued_at, SIGNED_WITHIN)
        if due < at:
            found.append(
                Unsigned(receipt, due, receipt.alarm.raised_at if hasattr(receipt, "alarm") else None)
            )
    return found
