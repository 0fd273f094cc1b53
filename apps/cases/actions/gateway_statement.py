"""The gateway's own list of a day: kept line by line, and money in it that nobody has recorded here is asked after."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from apps.cases.actions.settling import owed_question
from apps.core import outbox
from apps.core.models import OutboxRow
from apps.receipts.choices import PaymentMethod
from apps.receipts.gateways import StatementLine, TryAgain, gateway_named
from apps.receipts.models import GatewayStatementLine, Payment, PaymentOrder

READ = "apps.cases.tasks.read_gateway_statement"


def owed_reading(gateway: str, day: date, *, at: datetime) -> OutboxRow:
    """The outbox row by which a gateway's list of a day is read; once for ever."""
    return outbox.owe(READ, f"gateway_statement:{gateway}:{day}", at, gateway=gateway, day=day.isoformat())


def read_statement(row_id: int, gateway_name: str, day: date, *, at: datetime) -> None:
    """Reads a gateway's list of a day of Hanoi and keeps what it names; closes the outbox row.

    Of money that came for an order of ours and is not recorded the gateway is asked, so that it is settled as any other; what
    stays unknown is a difference (`DifferenceKind.UNKNOWN_HERE`). Raises TryAgain, Refused: it is to be read again.
    """
    gateway = gateway_named(gateway_name)
    if gateway is None:
        raise TryAgain("gateway_off")
    lines = gateway.statement(day)
    outbox.effect(row_id, at, lambda: _keep(gateway_name, lines, at))


def _keep(gateway: str, lines: Sequence[StatementLine], at: datetime) -> None:
    rows = [
        GatewayStatementLine(
            gateway=gateway,
            order_code=line.order_code,
            number=line.number,
            amount=line.amount,
            at=line.at,
            read_at=at,
        )
        for line in lines
    ]
    GatewayStatementLine.objects.bulk_create(rows, ignore_conflicts=True)
    came = {line.number: line for line in lines if line.amount > 0}
    known = Payment.objects.filter(method=PaymentMethod.ONLINE, reference__in=list(came))
    missing = came.keys() - set(known.values_list("reference", flat=True))
    orders = PaymentOrder.objects.filter(
        gateway=gateway, code__in={came[number].order_code for number in missing}
    )
    questions = [owed_question(order, f"statement-{at:%Y%m%d%H%M%S}", at=at) for order in orders]
    OutboxRow.objects.bulk_create(questions, ignore_conflicts=True)
