"""Money that goes back: what is proposed, what of it an act withdraws, and what a drawer holds to pay it from."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import uuid4

from django.db.models import Sum

from apps.receipts.choices import CashMovementKind, PaymentMethod, RefundGround, RefundMethod
from apps.receipts.errors import DrawerTooEmpty
from apps.receipts.models import (
    CashierSession,
    FeeDue,
    Payment,
    Refund,
    RefundDecision,
    RefundProposal,
)


def propose(
    payment: Payment, *, ground: RefundGround, amount: int, fee: FeeDue | None = None, at: datetime
) -> RefundProposal:
    """Opens a proposal to pay back đồng of a payment: of a line that it settled, or what settled nothing (no `fee`).

    The act that calls this names the proposal's uuid in its event, under `refunds`, and ties it to the case. The
    database refuses more than the line or the payment has left.
    """
    return RefundProposal.objects.create(
        uuid=uuid4(), payment=payment, fee=fee, ground=ground, amount=amount, opened_at=at
    )


def withdraw(proposals: Iterable[RefundProposal], *, why: str, at: datetime) -> None:
    """An act has made undecided proposals pointless; `why` names the kind of its event."""
    RefundDecision.objects.bulk_create(
        [
            RefundDecision(proposal=proposal, is_granted=False, reason=why, decided_by=None, decided_at=at)
            for proposal in proposals
        ]
    )


def cash_in(session: CashierSession) -> int:
    """The đồng that a drawer holds by its rows: opening balance, cash taken and brought, less what left it."""
    paid = session.payments.filter(method=PaymentMethod.CASH).aggregate(sum=Sum("amount"))["sum"] or 0
    moved = dict(session.movements.values_list("kind").annotate(sum=Sum("amount")))
    back = session.refunds.aggregate(sum=Sum("amount"))["sum"] or 0
    brought = moved.get(CashMovementKind.CHANGE, 0) - moved.get(CashMovementKind.DEPOSIT, 0)
    return int(session.opening_balance + paid + brought - back)


def pay_out(
    proposal: RefundProposal, session: CashierSession, *, reference: str = "", at: datetime
) -> Refund:
    """Cash out of a drawer, all that was granted. Two payments from one drawer wait for each other.

    Raises DrawerTooEmpty.
    """
    locked = CashierSession.objects.select_for_update(no_key=True, of=("self",)).get(pk=session.pk)
    held = cash_in(locked)
    if held < proposal.amount:
        spelled = (f"{each:,}".replace(",", ".") for each in (held, proposal.amount))
        raise DrawerTooEmpty(**dict(zip(("held", "amount"), spelled, strict=True)))
    return Refund.objects.create(
        proposal=proposal,
        amount=proposal.amount,
        method=RefundMethod.CASH,
        reference=reference,
        session=locked,
        paid_by=locked.cashier,
        paid_at=at,
    )


def paid_elsewhere(
    proposal: RefundProposal, *, method: RefundMethod, reference: str, by_id: int | None, at: datetime
) -> Refund:
    """The money went back by a transfer or through the gateway, under the other side's own number of it."""
    return Refund.objects.create(
        proposal=proposal,
        amount=proposal.amount,
        method=method,
        reference=reference,
        paid_by_id=by_id,
        paid_at=at,
    )
