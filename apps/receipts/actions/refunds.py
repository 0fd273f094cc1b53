"""Money that goes back: what is proposed, what of it an act withdraws, and what a drawer holds to pay it from."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import uuid4

from apps.core.spoken import dong
from apps.core.transactions import lock_one
from apps.receipts.choices import RefundGround, RefundMethod
from apps.receipts.drawers import drawer_of
from apps.receipts.errors import DrawerHoldsLess
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


def pay_out(
    proposal: RefundProposal, session: CashierSession, *, reference: str = "", at: datetime
) -> Refund:
    """Cash out of a drawer, all that was granted. Two payments from one drawer wait for each other.

    Raises DrawerHoldsLess.
    """
    locked = lock_one(CashierSession.objects.filter(pk=session.pk))
    holds = drawer_of(locked).expected_cash
    if holds < proposal.amount:
        raise DrawerHoldsLess(holds=dong(holds), given=dong(proposal.amount))
    return Refund.objects.create(
        proposal=proposal,
        amount=proposal.amount,
        method=RefundMethod.CASH,
        reference=reference,
        session=locked,
        paid_by=locked.cashier,
        paid_at=max(at, locked.opened_at),
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
