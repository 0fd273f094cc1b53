"""Through whose hands the money of a difference went: who took it, counted it, brought it to the bank or paid it back."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import QuerySet

from apps.receipts.models import BankMatch, CashierSession, CashMovement, Payment, Receipt, RefundProposal

# How a subject begins, the rows it names, by which of their columns, and the columns that name a person.
_HANDS: Mapping[str, tuple[QuerySet, str, tuple[str, ...]]] = {
    "line": (
        BankMatch.objects.filter(withdrawn_at__isnull=True),
        "line__uuid",
        ("payment__taken_by", "deposit__session__cashier", "refund__paid_by"),
    ),
    "payment": (Payment.objects.all(), "uuid", ("taken_by",)),
    "deposit": (CashMovement.objects.all(), "uuid", ("session__cashier",)),
    "session": (CashierSession.objects.all(), "uuid", ("cashier", "closed_by")),
    "receipt": (Receipt.objects.all(), "uuid", ("payment__taken_by",)),
    "proposal": (RefundProposal.objects.all(), "uuid", ("refund__paid_by",)),
}


def hands_of(subject: str) -> frozenset[int]:
    """The accounts of those through whose hands what a difference names went; of what no person touched, nobody's."""
    kind, _, key = subject.partition(":")
    if kind not in _HANDS:
        return frozenset()
    rows, column, people = _HANDS[kind]
    named = rows.filter(**{column: key}).values_list(*people)
    return frozenset(person for row in named for person in row if person is not None)
