"""Paying online: what is due now becomes an order for each collecting body, and the gateway is told after the commit."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from apps.accounts.actors import Actor
from apps.cases.actions.acting import Act, lock_case
from apps.cases.actions.collecting import by_collecting_body
from apps.cases.actions.payment import due_now
from apps.cases.actions.settling import end_unpaid
from apps.cases.errors import CaseUnknown
from apps.cases.models import CaseOrder
from apps.cases.policies import can_pay_online
from apps.cases.selectors import orders_of, standing_of
from apps.cases.transitions import OPEN_IN
from apps.core import request_keys
from apps.core.request_keys import Replayed
from apps.core.transactions import verb_transaction
from apps.receipts.actions.orders import (
    BY_TRANSFER,
    Heard,
    ask_to_create,
    can_be_given_again,
    keep_created,
    new_order,
)
from apps.receipts.choices import GatewayMessageKind
from apps.receipts.errors import NothingDue, OnlinePaymentOff
from apps.receipts.gateways import OrderState, Refused, TryAgain, gateway_named, gateway_on
from apps.receipts.models import FeeDue, PaymentOrder
from apps.receipts.selectors import account_of
from apps.units.models import Agency


def open_order(code: str, *, by: Actor, at: datetime, request_key: str) -> list[PaymentOrder]:
    """Opens what is due now as one order for each collecting body; an open one for the same lines is given again.

    The applicant's side or a named payer asks. The rows are committed before the gateway hears of them; where it does not
    answer, an order has no `pay_url` yet: asking again tells it again. Nothing is written to the ledger: nothing has been paid.
    Raises CaseUnknown, NothingDue (also of a case that has ended), FeeNotEstablished, NotCompetent (no collecting body yet),
    OnlinePaymentOff, Replayed, KeyReused.
    """
    gateway = gateway_on()
    name = gateway.name if gateway else BY_TRANSFER
    with verb_transaction():
        first = request_keys.claim(
            actor_id=by.account_id,
            key=request_key,
            verb="open_order",
            body={"code": code},
            answer=code,
            at=at,
        )
        if first is not None:
            raise Replayed(first)
        case = lock_case(code)
        act = Act(case=case, by=by, at=at, standing=standing_of(case, by))
        if not can_pay_online(by, act.standing):
            raise CaseUnknown(field="code")
        if case.status not in OPEN_IN["record_payment"]:
            raise NothingDue()
        had = orders_of(case)
        orders = [
            _order_for(act, had, body, lines, name) for body, lines in by_collecting_body(act, due_now(act))
        ]
    for order in orders:
        tell_gateway(order, at=at)
    return orders


def _order_for(
    act: Act, had: list[PaymentOrder], body: Agency, lines: list[FeeDue], gateway: str
) -> PaymentOrder:
    if gateway == BY_TRANSFER and account_of(body, timezone.localdate(act.at)) is None:
        raise OnlinePaymentOff(body=body.title)
    for order in had:
        if can_be_given_again(order, lines, body=body, gateway=gateway, at=act.at):
            return order
    order = new_order(lines, collecting_body=body, gateway=gateway, by=act.by, at=act.at)
    CaseOrder.objects.create(case=act.case, order=order)
    return order


def tell_gateway(order: PaymentOrder, *, at: datetime) -> None:
    """Tells the gateway of an order that it has not answered for yet. An order that it will not have ends."""
    gateway = gateway_named(order.gateway)
    if gateway is None or order.pay_url:
        return
    try:
        created = ask_to_create(gateway, order)
    except TryAgain:
        # It may have heard of it all the same: the reconciler asks.
        return
    except Refused as refused:
        heard = Heard(gateway.name, GatewayMessageKind.CREATED, refused.kind)
        end_unpaid(order.code, OrderState.FAILED, heard, at=at)
        order.refresh_from_db()
        return
    keep_created(order, created, at=at)
