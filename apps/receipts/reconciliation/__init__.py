"""Money against money: what waits to be matched, and every difference that there is."""

from apps.receipts.reconciliation.differences import (
    MOST_EXPORTED,
    Asked,
    Count,
    Difference,
    counts,
    difference_of,
    differences,
)
from apps.receipts.reconciliation.open_sides import (
    open_deposits,
    open_lines,
    open_ours,
    open_payments,
    open_refunds,
    orders_named,
)

__all__ = [
    "MOST_EXPORTED",
    "Asked",
    "Count",
    "Difference",
    "counts",
    "difference_of",
    "differences",
    "open_deposits",
    "open_lines",
    "open_ours",
    "open_payments",
    "open_refunds",
    "orders_named",
]
