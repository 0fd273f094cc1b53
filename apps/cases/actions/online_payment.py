"""Paying online: what is due now becomes an order for each collecting body, told to the gateway after the commit; and cancelled."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import Any

from django.utils import timezone

from apps.accounts.actors import Actor
from apps.cases.actions.acting import Act, lock_case
from apps.cases.actions.collecting import by_collecting_body
from apps.cases.actions.payment import due_now
from apps.cases.actions.settling import end_unpaid, hear_answer, owed_question
from apps.cases.errors import CaseUnknown
from apps.cases.models import CaseOrder
from apps.cases.policies import can_pay_online
from apps.cases.selectors import case_code_of_order, order_to_pay, orders_of, standing_of
from apps.cases.transitions import OPEN_IN
from apps.core import request_keys
from apps.core.request_keys import Replayed
from apps.core.transactions import verb_transaction
from apps.receipts.actions.orders import (
    BY_TRANSFER,
    Heard,
    ask_to_create,
    can_be_given_again,
    close_order,
    keep_created,
    keep_message,
    new_order,
)
from apps.receipts.choices import GatewayMessageKind, MessageOutcome, OrderOutcome
from apps.receipts.errors import (
    GatewaySilent,
    NoOpenSeries,
    NothingDue,
    OnlinePaymentOff,
    OrderEnded,
    PaymentUnderWay,
)
from apps.receipts.gateways import (
    Answer,
    GatewayFailed,
    OrderState,
    Refused,
    TryAgain,
    gateway_named,
    gateway_on,
)
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
        heard = Heard(gateway.name, GatewayMessageKind.CREATED, refused.said or refused.kind)
        end_unpaid(order.code, OrderState.FAILED, heard, at=at)
        order.refresh_from_db()
        return
    # An answer that gives the number of another order is none: nobody is led to pay that one.
    with suppress(GatewaySilent):
        keep_created(order, created, at=at)


def cancel_order(code: str, order_code: str, *, by: Actor, at: datetime, request_key: str) -> PaymentOrder:
    """Ends an open order that will not be paid; what is due can be ordered anew. Whoever may pay in the case may end it.

    The gateway ends it first, outside any transaction: money that has come there settles the order instead, and while money
    is on its way nothing is cancelled. As with opening, nothing is written to the ledger: the order says who ended it. Money
    that comes for it all the same is settled as what comes late; the gateway is asked once more when its time is over.
    Raises CaseUnknown, OrderUnknown, OrderEnded (also where its time is over), PaymentUnderWay, GatewaySilent, Replayed,
    KeyReused, Busy.
    """
    order = order_to_pay(code, order_code, seen_by=by)
    claimed: dict[str, Any] = {
        "actor_id": by.account_id,
        "key": request_key,
        "verb": "cancel_order",
        "body": {"code": code, "order": order_code},
    }
    # Before the gateway is told: of what was answered already, and of what another request's key came with, it hears nothing.
    if first := request_keys.answered(**claimed):
        raise Replayed(first)
    answer = _end_at_gateway(order, at=at) if _is_open(order, at) and order.gateway != BY_TRANSFER else None
    with verb_transaction():
        if first := request_keys.claim(**claimed, answer=code, at=at):
            raise Replayed(first)
        case = lock_case(case_code_of_order(order_code))
        if not can_pay_online(by, standing_of(case, by)):
            raise CaseUnknown(field="code")
        order.refresh_from_db()
        if not _is_open(order, at):
            raise OrderEnded(outcome=str(OrderOutcome(order.outcome or OrderOutcome.EXPIRED).label))
        if answer is not None and answer.may_bring_money:
            raise PaymentUnderWay()
        close_order(order, OrderOutcome.CANCELLED, cancelled_by=by, at=at)
        if answer is not None:
            heard = Heard(order.gateway, GatewayMessageKind.CANCELLED, answer.said)
            keep_message(heard, order, MessageOutcome.CLOSED, at=at)
            owed_question(order, "cancelled", at=at, not_before=order.expires_at).save()
    return order


def _is_open(order: PaymentOrder, at: datetime) -> bool:
    return order.closed_at is None and at < order.expires_at


def _end_at_gateway(order: PaymentOrder, *, at: datetime) -> Answer:
    """Has the gateway end an order, and records money that it names instead. Raises GatewaySilent, PaymentUnderWay, Busy."""
    gateway = gateway_named(order.gateway)
    if gateway is None:
        raise GatewaySilent()
    try:
        answer = gateway.cancel(order.code)
    except GatewayFailed as error:
        raise GatewaySilent() from error
    if answer.may_bring_money:
        try:
            hear_answer(order, answer, kind=GatewayMessageKind.CANCELLED, at=at)
        except NoOpenSeries as error:
            # The reconciler asks until it can be recorded.
            raise PaymentUnderWay() from error
    return answer
