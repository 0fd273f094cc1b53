"""The cashier's drawer: opened with a balance, and the session in which somebody takes money now."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from django.utils import timezone

from apps.accounts.actors import Actor
from apps.core.transactions import verb_transaction
from apps.receipts.errors import NoOpenSession, NotYourDesk, SessionNotOfToday
from apps.receipts.models import CashierSession
from apps.receipts.policies import can_take_money_at


def open_session(desk_id: int, *, opening_balance: int, by: Actor, at: datetime) -> CashierSession:
    """Opens a drawer at a desk with so many đồng in it. Raises NotYourDesk, SessionOpen."""
    if not can_take_money_at(desk_id, by):
        raise NotYourDesk(field="desk")
    with verb_transaction():
        return CashierSession.objects.create(
            uuid=uuid4(),
            desk_id=desk_id,
            cashier_id=by.account_id,
            opened_at=at,
            opening_balance=opening_balance,
        )


def session_to_take_money(*, by: Actor, at: datetime) -> CashierSession:
    """The open session of a cashier; the database refuses a payment in one that is closed meanwhile.

    Raises NoOpenSession, SessionNotOfToday.
    """
    session = (
        CashierSession.objects.select_related("desk", "cashier")
        .filter(cashier_id=by.account_id, closed_at__isnull=True)
        .first()
    )
    if session is None:
        raise NoOpenSession()
    if timezone.localdate(session.opened_at) != timezone.localdate(at):
        raise SessionNotOfToday(on=timezone.localdate(session.opened_at).strftime("%d/%m/%Y"))
    return session
