"""Money told of by a callback, a gateway's answer or a bank: settled once, by whoever tells first (ADR 0017)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from apps.accounts.actors import PAYMENTS
from apps.cases.actions.acting import Act, lock_case
from apps.cases.actions.collecting import collect, issue
from apps.cases.actions.payment import deliver_if_paid
from apps.cases.actions.refunding import told_of
from apps.cases.choices import EventKind
from apps.cases.selectors import case_code_of_order, standing_of
from apps.cases.transitions import OPEN_IN
from apps.core import outbox
from apps.core.errors import Refusal
from apps.core.models import OutboxRow
from apps.core.transactions import verb_transaction
from apps.receipts.actions.orders import BY_TRANSFER, Heard, close_order, keep_message
from apps.receipts.actions.payments import Taken, settle
from apps.receipts.actions.refunds import propose
from apps.receipts.choices import (
    GatewayMessageKind,
    MessageOutcome,
    OrderOutcome,
    PaymentMethod,
    RefundGround,
)
from apps.receipts.gateways import (
    Answer,
    OrderState,
    PaymentGateway,
    Transaction,
    TryAgain,
    gateway_named,
)
from apps.receipts.models import BankLine, FeeDue, Payment, PaymentOrder

ASK = "apps.cases.tasks.ask_gateway"
# A callback is believed when it was signed just now and its order is not long over; else the gateway is asked.
_JUST_NOW = timedelta(minutes=15)
_LONG_OVER = timedelta(days=7)
_ENDS = {
    OrderState.FAILED: OrderOutcome.FAILED,
    OrderState.CANCELLED: OrderOutcome.CANCELLED,
    OrderState.EXPIRED: OrderOutcome.EXPIRED,
}


@dataclass(frozen=True, slots=True)
class MoneyTold:
    """Money for an order as somebody tells of it: the other side's number of it, đồng, when, and by which way it came."""

    reference: str
    amount: int
    paid_at: datetime
    method: PaymentMethod


def settle_order(
    order_code: str, told: MoneyTold, *, at: datetime, heard: Heard | None = None
) -> MessageOutcome:
    """Records money that came for an order, once, and settles with it what of the order is still owed.

    Lines are settled whole or not at all: too little settles none, and what they do not use up is proposed to be refunded in
    the same transaction. `heard` is kept with what became of it. Raises OrderUnknown, NoOpenSeries, Busy: nothing is
    recorded then, and it must be told again.
    """
    with verb_transaction():
        case = lock_case(case_code_of_order(order_code))
        order = PaymentOrder.objects.select_related("collecting_body").get(code=order_code)
        outcome = _known(order, told)
        if outcome is None:
            act = Act(
                case=case, by=PAYMENTS, at=max(at, case.last_event_at), standing=standing_of(case, PAYMENTS)
            )
            return _record(act, order, told, heard)
        if heard:
            keep_message(heard, order, outcome, at=at)
        return outcome


def settle_by_bank_line(order: PaymentOrder, line: BankLine, at: datetime) -> None:
    """The bank says that an order was transferred: its line names it. Raises what `settle_order` raises."""
    told = MoneyTold(line.reference, line.amount, line.booked_at, PaymentMethod.TRANSFER)
    settle_order(order.code, told, at=at)


def _known(order: PaymentOrder, told: MoneyTold) -> MessageOutcome | None:
    """What telling of this transaction brings about where it was told before; None where it is new."""
    before = Payment.objects.filter(reference=told.reference, method=told.method, order__isnull=False)
    # Two gateways may give the same number, and two banks.
    same = {"order__gateway": order.gateway} if told.method == PaymentMethod.ONLINE else {"order": order}
    before = before.filter(**same)
    payment = before.first()
    if payment is None:
        return None
    is_same = (payment.order_id, payment.amount) == (order.pk, told.amount)
    return MessageOutcome.REPEATED if is_same else MessageOutcome.CONTRADICTS


def _record(act: Act, order: PaymentOrder, told: MoneyTold, heard: Heard | None) -> MessageOutcome:
    lines = list(
        FeeDue.objects.filter(order_lines__order=order).select_related("rule", "settlement").order_by("pk")
    )
    applied = _applied(act, lines, told.amount)
    # A clock that is not ours is believed within the life of the order.
    taken_at = min(max(told.paid_at, order.created_at), act.at)
    taken = Taken(told.method, taken_at, told.reference, order=order)
    if applied:
        collected = collect(act, applied, taken, amount=told.amount)
        receipts, payment = collected.receipts, collected.receipts[0].payment
        data = {**collected.told, "amount": told.amount}
    else:
        receipts = []
        payment = settle([], collecting_body=order.collecting_body, taken=taken, amount=told.amount)
        data = {"payments": [str(payment.uuid)], "receipts": [], "amount": told.amount}
    surplus = told.amount - sum(fee.amount or 0 for fee in applied)
    if surplus:
        is_twice = not applied and all(hasattr(fee, "settlement") for fee in lines)
        ground = RefundGround.PAID_TWICE if is_twice else RefundGround.NOT_DUE
        data |= told_of(act, [propose(payment, ground=ground, amount=surplus, at=act.at)])
    if order.outcome != OrderOutcome.SETTLED and (applied or order.closed_at is None):
        close_order(order, OrderOutcome.SETTLED if applied else OrderOutcome.FAILED, at=act.at)
    data |= {"method": told.method.value, "order": order.code}
    if applied:
        event = act.record(EventKind.PAYMENT_RECORDED, data=data)
        deliver_if_paid(act, event)
    else:
        event = act.record(EventKind.PAYMENT_NOT_APPLIED, data=data)
    outcome = MessageOutcome.SETTLED if applied else MessageOutcome.NOT_APPLIED
    if heard:
        keep_message(heard, order, outcome, at=act.at)
    issue(act, receipts, event.pk)
    return outcome


def _applied(act: Act, lines: list[FeeDue], amount: int) -> list[FeeDue]:
    """Those lines of the order that the money settles: all that are still owed, or none where it is too little for them."""
    if act.case.status not in OPEN_IN["record_payment"]:
        return []
    owed = [
        fee
        for fee in lines
        if fee.withdrawn_at is None and fee.is_owed_by_applicant and not hasattr(fee, "settlement")
    ]
    return owed if sum(fee.amount or 0 for fee in owed) <= amount else []


def end_unpaid(order_code: str, state: OrderState, heard: Heard | None, *, at: datetime) -> MessageOutcome:
    """Ends an open order without money, as the gateway or the clock says; one that has ended stays as it is.

    Raises OrderUnknown, Busy.
    """
    with verb_transaction():
        lock_case(case_code_of_order(order_code))
        order = PaymentOrder.objects.get(code=order_code)
        outcome = MessageOutcome.NOTED
        if state in _ENDS and order.closed_at is None:
            close_order(order, _ENDS[state], at=at)
            outcome = MessageOutcome.CLOSED
        if heard:
            keep_message(heard, order, outcome, at=at)
        return outcome


def hear_callback(
    gateway: PaymentGateway, body: bytes, headers: Mapping[str, str], *, at: datetime
) -> MessageOutcome:
    """What a message of the gateway brings about. It is kept always, and its money is never lost.

    Where it is not believed alone, or cannot be acted on now, the gateway is asked until it can. Raises Forged where the
    gateway has not signed it: nothing is kept then.
    """
    told = gateway.read_callback(body, headers)
    heard = Heard(gateway.name, GatewayMessageKind.CALLBACK, told.said)
    order = PaymentOrder.objects.filter(code=told.order_code, gateway=gateway.name).first()
    if order is None:
        keep_message(heard, None, MessageOutcome.UNKNOWN, at=at)
        return MessageOutcome.UNKNOWN
    if abs(at - told.sent_at) > _JUST_NOW or at - order.expires_at > _LONG_OVER:
        return _ask_later(heard, order, at=at)
    try:
        if told.transaction is None:
            return end_unpaid(order.code, told.state, heard, at=at)
        return settle_order(order.code, _online(told.transaction), at=at, heard=heard)
    except Refusal:
        return _ask_later(heard, order, at=at)


def _online(paid: Transaction) -> MoneyTold:
    return MoneyTold(paid.number, paid.amount, paid.paid_at, PaymentMethod.ONLINE)


def _ask_later(heard: Heard, order: PaymentOrder, *, at: datetime) -> MessageOutcome:
    with verb_transaction():
        message = keep_message(heard, order, MessageOutcome.ASKED, at=at)
        owed_question(order, f"message-{message.pk}", at=at).save()
    return MessageOutcome.ASKED


def owed_question(
    order: PaymentOrder, occasion: str, *, at: datetime, not_before: datetime | None = None
) -> OutboxRow:
    """The outbox row by which the gateway is asked what happened to an order; at once, or when a time has come."""
    row = outbox.owe(ASK, f"ask_gateway:{order.code}:{occasion}", at, order=order.code)
    row.next_attempt_at = not_before or at
    return row


def reconcile(order_code: str, *, at: datetime) -> None:
    """Asks the gateway what happened to an order and acts on it; an order whose time is over ends.

    Raises OrderUnknown, TryAgain and what `settle_order` raises: it is to be asked again.
    """
    order = PaymentOrder.objects.get(code=order_code)
    if order.gateway == BY_TRANSFER:
        # The bank tells by its statement; nobody can be asked.
        if at >= order.expires_at:
            end_unpaid(order_code, OrderState.EXPIRED, None, at=at)
        return
    gateway = gateway_named(order.gateway)
    if gateway is None:
        raise TryAgain("gateway_off")
    hear_answer(order, gateway.query(order_code), at=at)


def hear_answer(
    order: PaymentOrder,
    answer: Answer,
    *,
    kind: GatewayMessageKind = GatewayMessageKind.ANSWER,
    at: datetime,
) -> None:
    """Acts on what a gateway answers of an order: every transaction is settled, each once.

    Raises OrderUnknown and what `settle_order` raises.
    """
    heard = Heard(order.gateway, kind, answer.said)
    for paid in answer.transactions:
        settle_order(order.code, _online(paid), at=at, heard=heard)
    if not answer.transactions:
        is_over = answer.state in (OrderState.PENDING, OrderState.UNKNOWN) and at >= order.expires_at
        end_unpaid(order.code, OrderState.EXPIRED if is_over else answer.state, heard, at=at)
