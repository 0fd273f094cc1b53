"""Money against money: what waits to be matched, and every difference that there is."""

from apps.receipts.reconciliation.differences import (
    MOST_EXPORTED,
    Asked,
    Count,
    Difference,
    Place,
    counts,
    difference_of,
    differences,
    explanations_of,
)
from apps.receipts.reconciliation.hands import hands_of
from apps.receipts.reconciliation.open_sides import (
    banked_by,
    open_deposits,
    open_lines,
    open_ours,
    open_payments,
    open_refunds,
    orders_named,
)
from apps.receipts.reconciliation.sheet import difference_sheet

__all__ = [
    "MOST_EXPORTED",
    "Asked",
    "Count",
    "Difference",
    "Place",
    "banked_by",
    "counts",
    "difference_of",
    "difference_sheet",
    "differences",
    "explanations_of",
    "hands_of",
    "open_deposits",
    "open_lines",
    "open_ours",
    "open_payments",
    "open_refunds",
    "orders_named",
]
