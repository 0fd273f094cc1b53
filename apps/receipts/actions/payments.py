"""Money that comes in settles the lines it was taken for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from apps.receipts.choices import PaymentMethod
from apps.receipts.models import CashierSession, FeeDue, Payment, PaymentLine, PaymentOrder
from apps.units.models import Agency


@dataclass(frozen=True, slots=True)
class Taken:
    """How money came in, and when: at a counter by a cashier in their session, or for an order.

    `reference` is the number of the card slip, or the other side's own number of the transaction.
    """

    method: PaymentMethod
    at: datetime
    reference: str = ""
    session: CashierSession | None = None
    order: PaymentOrder | None = None


def settle(
    fees: Sequence[FeeDue], *, collecting_body: Agency, taken: Taken, amount: int | None = None
) -> Payment:
    """Takes the money for these lines in one settlement. A line is settled once; the database refuses a second.

    `amount`, in đồng, is what came in where it is not the sum of the lines: what they do not use up settles nothing.
    """
    payment = Payment.objects.create(
        uuid=uuid4(),
        collecting_body=collecting_body,
        taken_at_desk=taken.session.desk if taken.session else None,
        session=taken.session,
        order=taken.order,
        amount=sum(fee.amount or 0 for fee in fees) if amount is None else amount,
        method=taken.method,
        reference=taken.reference,
        taken_by=taken.session.cashier if taken.session else None,
        # A request may have begun before the drawer was opened in another tab: its money is of the session all the same.
        taken_at=max(taken.at, taken.session.opened_at) if taken.session else taken.at,
    )
    PaymentLine.objects.bulk_create([PaymentLine(payment=payment, fee=fee) for fee in fees])
    return payment
