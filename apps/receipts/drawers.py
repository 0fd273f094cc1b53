"""What lies in a cashier's drawer: the sum of a session's rows, which its count is held against."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet, Sum

from apps.core.spoken import dong
from apps.receipts.choices import NOTES, CashMovementKind, PaymentMethod
from apps.receipts.models import CashierSession, CashMovement, Payment, Refund


@dataclass(frozen=True, slots=True)
class Drawer:
    """The money of one session by where it came from and went, in đồng."""

    opening: int
    cash: int
    change: int
    deposits: int
    refunds: int
    cards: int

    @property
    def expected_cash(self) -> int:
        """What must be in the drawer now."""
        return self.opening + self.cash + self.change - self.deposits - self.refunds

    @property
    def expected_cards(self) -> int:
        """What the card slips must add up to."""
        return self.cards


def drawer_of(session: CashierSession) -> Drawer:
    """Adds up the rows of a session. Under the session's lock nothing can be added meanwhile."""
    taken = _sums(
        Payment.objects.filter(session=session),
        cash=Q(method=PaymentMethod.CASH),
        cards=Q(method=PaymentMethod.CARD),
    )
    moved = _sums(
        CashMovement.objects.filter(session=session),
        change=Q(kind=CashMovementKind.CHANGE),
        deposits=Q(kind=CashMovementKind.DEPOSIT),
    )
    back = _sums(Refund.objects.filter(session=session), refunds=Q())
    return Drawer(opening=session.opening_balance, **taken, **moved, **back)


def _sums(rows: QuerySet[Any], **parts: Q) -> dict[str, int]:
    """The amounts of each part of some rows, 0 where there is none."""
    return rows.aggregate(**{name: Sum("amount", filter=of, default=0) for name, of in parts.items()})


def sum_of(count: Mapping[int, int]) -> int:
    """What so many of each note are worth, in đồng."""
    return sum(note * number for note, number in count.items())


def notes_of(amount: int) -> dict[int, int]:
    """An amount in as few notes as make it up; what is less than the smallest note is left over."""
    count = {}
    for note in NOTES:
        count[note], amount = divmod(amount, note)
    return count


def signed(difference: int) -> str:
    """A difference in đồng with its sign: more was found, or less."""
    return f"+{dong(difference)}" if difference > 0 else dong(difference)
