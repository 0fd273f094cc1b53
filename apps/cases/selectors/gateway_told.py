"""What a gateway told of money, beside what is known of it here: its messages, lines of its own lists, and orders of ours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet

from apps.accounts.actors import Actor
from apps.cases.models import CaseOrder
from apps.cases.selectors.books import payments
from apps.core.errors import NotFound
from apps.core.masking import mask_memo
from apps.core.printed_codes import can_be_code
from apps.receipts.choices import PaymentMethod
from apps.receipts.models import ORDER_CODE_LENGTH, GatewayMessage, GatewayStatementLine, PaymentOrder
from apps.receipts.policies import sight_of


@dataclass(frozen=True, slots=True)
class Known:
    """What is known here of what a gateway told: the order of ours, with `case_code`, and the payments in sight."""

    order: Any | None
    payments: list[Any]


def gateway_line_of(pk: int, *, seen_by: Actor) -> tuple[GatewayStatementLine, Known]:
    """A line of a gateway's own list, with the order that it names and payments of that order, or of the line's number.

    What names no order of ours is of no body. Raises NotAllowed, NotFound.
    """
    line = GatewayStatementLine.objects.filter(pk=pk).first()
    order = _orders().filter(code=line.order_code, gateway=line.gateway).first() if line else None
    _may_see(line, order, seen_by, "line")
    assert line is not None
    numbered = Q(reference=line.number, method=PaymentMethod.ONLINE)
    return line, _known(order, numbered, seen_by)


def gateway_message_of(pk: int, *, seen_by: Actor) -> tuple[GatewayMessage, Known]:
    """What a gateway, and nobody in its name, said. Raises NotAllowed, NotFound."""
    message = GatewayMessage.objects.filter(pk=pk, is_authentic=True).first()
    order = _orders().filter(pk=message.order_id).first() if message and message.order_id else None
    _may_see(message, order, seen_by, "message")
    assert message is not None
    return message, _known(order, Q(pk__in=[]), seen_by)


@dataclass(frozen=True, slots=True)
class OrderTold:
    """An order of ours, with `case_code`, and all that came for it, and all that a gateway said: messages word for word, lines of its own lists."""

    order: Any
    payments: list[Any]
    messages: list[dict[str, Any]]
    lines: list[GatewayStatementLine]


def order_of(code: str, *, seen_by: Actor) -> OrderTold:
    """An order of a body in sight by its code. Raises NotAllowed, NotFound."""
    order = _orders().filter(code=code).first() if can_be_code(code, ORDER_CODE_LENGTH) else None
    _may_see(order, order, seen_by, "order")
    assert order is not None
    told = order.messages.order_by("received_at", "id")
    named = GatewayStatementLine.objects.filter(order_code=order.code, gateway=order.gateway)
    return OrderTold(
        order,
        _known(order, Q(pk__in=[]), seen_by).payments,
        list(told.values("kind", "outcome", "body", "received_at", refunded=F("refund__amount"))),
        list(named.order_by("at", "id")),
    )


def order_code_shown(code: str) -> str:
    """A code that a gateway named and no order of ours has: what cannot be a code of ours may be anything, and is masked."""
    return mask_memo(code, {code} if can_be_code(code, ORDER_CODE_LENGTH) else ())


def _orders() -> QuerySet[Any]:
    of_case = CaseOrder.objects.filter(order=OuterRef("pk")).values("case__code")[:1]
    return PaymentOrder.objects.select_related("collecting_body__unit").annotate(case_code=of_case)


def _may_see(found: object, order: Any | None, actor: Actor, field: str) -> None:
    """Raises NotAllowed, and NotFound where there is nothing, or nothing in sight."""
    if not sight_of(actor).covers(order.collecting_body if order else None) or found is None:
        raise NotFound(field=field)


def _known(order: Any | None, also: Q, seen_by: Actor) -> Known:
    of_order = Q(order=order) if order else Q(pk__in=[])
    return Known(order, list(payments(seen_by=seen_by).filter(of_order | also).order_by("taken_at", "id")))
