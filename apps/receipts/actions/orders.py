"""Payment orders as rows: opened, told to the gateway, ended; and what a gateway said, kept word for word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from django.conf import settings

from apps.accounts.actors import Actor
from apps.core.printed_codes import new_code
from apps.core.transactions import verb_transaction
from apps.receipts.choices import GatewayMessageKind, MessageOutcome, OrderOutcome
from apps.receipts.gateways import Asked, Created, PaymentGateway
from apps.receipts.models import (
    ORDER_CODE_LENGTH,
    FeeDue,
    GatewayMessage,
    PaymentOrder,
    PaymentOrderLine,
    RefundProposal,
)
from apps.units.models import Agency

# The name that stands for a gateway where an order is paid by a bank transfer alone.
BY_TRANSFER = "transfer"
_LASTS = timedelta(minutes=30)
_TRANSFER_LASTS = timedelta(days=1)
# An order about to end is not given again: nobody pays within so little.
_LEAST = timedelta(minutes=5)
# Of a person nothing: it is shown at the gateway and on statements.
_DESCRIPTION = "Phí, lệ phí giải quyết thủ tục hành chính"
_KEPT_OF_FORGED = 2000


@dataclass(frozen=True, slots=True)
class Heard:
    """What a gateway really said, not yet kept."""

    gateway: str
    kind: GatewayMessageKind
    said: str


def new_order(
    fees: Sequence[FeeDue], *, collecting_body: Agency, gateway: str, by: Actor, at: datetime
) -> PaymentOrder:
    """A row for what is to be paid to one collecting body, before any gateway hears of it."""
    order = PaymentOrder.objects.create(
        uuid=uuid4(),
        code=new_code(ORDER_CODE_LENGTH),
        collecting_body=collecting_body,
        amount=sum(fee.amount or 0 for fee in fees),
        gateway=gateway,
        created_by_id=by.user_id,
        created_at=at,
        expires_at=at + (_TRANSFER_LASTS if gateway == BY_TRANSFER else _LASTS),
    )
    PaymentOrderLine.objects.bulk_create([PaymentOrderLine(order=order, fee=fee) for fee in fees])
    return order


def can_be_given_again(
    order: PaymentOrder, fees: Sequence[FeeDue], *, body: Agency, gateway: str, at: datetime
) -> bool:
    """Whether an order is open for just these lines, with time left to pay it."""
    return (
        order.closed_at is None
        and order.expires_at - at >= _LEAST
        and (order.gateway, order.collecting_body_id) == (gateway, body.pk)
        and {line.fee_id for line in order.lines.all()} == {fee.pk for fee in fees}
    )


def ask_to_create(gateway: PaymentGateway, order: PaymentOrder) -> Created:
    """Tells the gateway of an order; never inside a transaction. Raises TryAgain, Refused."""
    return gateway.create(
        Asked(
            code=order.code,
            amount=order.amount,
            payee=order.collecting_body.name,
            description=_DESCRIPTION,
            expires_at=order.expires_at,
            return_url=f"{settings.PUBLIC_URL}/payments/{order.code}/",
            callback_url=f"{settings.PUBLIC_URL}/payments/callback/{gateway.name}",
        )
    )


def keep_created(order: PaymentOrder, created: Created, *, at: datetime) -> None:
    """Where the order is paid, as the gateway said; once, whoever asked at the same time. One that has ended is not paid.

    Raises GatewaySilent for an answer with the number of another order.
    """
    with verb_transaction():
        PaymentOrder.objects.filter(pk=order.pk, gateway_reference="", closed_at=None).update(
            gateway_reference=created.reference, pay_url=created.pay_url
        )
        heard = Heard(order.gateway, GatewayMessageKind.CREATED, created.said)
        keep_message(heard, order, MessageOutcome.NOTED, at=at)
    order.refresh_from_db(fields=["gateway_reference", "pay_url", "closed_at", "outcome"])


def close_order(
    order: PaymentOrder, outcome: OrderOutcome, *, at: datetime, cancelled_by: Actor | None = None
) -> None:
    """Ends an order; the caller holds its case."""
    order.closed_at, order.outcome = max(at, order.created_at), outcome
    if cancelled_by:
        order.cancelled_by_id = cancelled_by.account_id
    order.save(update_fields=["closed_at", "outcome", "cancelled_by"])


def keep_message(
    heard: Heard,
    order: PaymentOrder | None,
    outcome: MessageOutcome,
    *,
    refund: RefundProposal | None = None,
    at: datetime,
) -> GatewayMessage:
    """Keeps what the gateway said, and what became of it; of which refund, where it is an answer to one."""
    return _kept(heard, order, outcome, refund=refund, is_authentic=True, at=at)


def keep_forged(gateway: str, body: bytes, *, at: datetime) -> None:
    """Keeps the beginning of what somebody sent in the gateway's name."""
    said = body[:_KEPT_OF_FORGED].decode(errors="replace")
    heard = Heard(gateway, GatewayMessageKind.CALLBACK, said)
    _kept(heard, None, MessageOutcome.FORGED, is_authentic=False, at=at)


def _kept(
    heard: Heard,
    order: PaymentOrder | None,
    outcome: MessageOutcome,
    *,
    refund: RefundProposal | None = None,
    is_authentic: bool,
    at: datetime,
) -> GatewayMessage:
    return GatewayMessage.objects.create(
        gateway=heard.gateway,
        kind=heard.kind,
        order=order,
        refund=refund,
        # A text of the database has no NUL.
        body=heard.said.replace("\x00", "\ufffd"),
        is_authentic=is_authentic,
        outcome=outcome,
        received_at=at,
    )
