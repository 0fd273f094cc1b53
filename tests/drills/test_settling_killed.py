"""Orders of one case to two bodies, paid online: whoever hears of it is killed at any step, and the money is settled once."""

from __future__ import annotations

import pytest
from django.conf import settings as now

from apps.cases.actions.online_payment import open_order
from apps.cases.actions.settling import hear_callback, reconcile
from apps.cases.choices import EventKind
from apps.cases.models import CaseEvent, CaseOrder, CaseReceipt
from apps.cases.selectors import owed_at
from apps.core.models import OutboxRow
from apps.operations.integrity import check
from apps.receipts.choices import MessageOutcome, OrderOutcome
from apps.receipts.gateways import gateway_on
from apps.receipts.models import GatewayMessage, Payment, PaymentOrder, Receipt, RefundProposal
from tests import given, online
from tests.cases.bodies import AUTHORISED, fee_rules
from tests.drills import die_settling
from tests.drills.die_settling import STEPS
from tests.drills.dying import killed_in

pytestmark = pytest.mark.commits
AT = given.NOW.isoformat()


@pytest.fixture
def killed(simulator, committing_db):
    said = {f"PAYMENT_GATEWAY_{name.upper()}": value for name, value in now.PAYMENT_GATEWAY.items()}
    with killed_in(die_settling.__name__, database=committing_db, **said) as killed:
        yield killed


def ordered_of_two_bodies() -> list[PaymentOrder]:
    case = given.case_at_intake()
    return open_order(case.code, by=online.payer_of(case), at=given.NOW, request_key=given.key())


def has_settled(order: PaymentOrder) -> bool:
    """Everything that settling an order brings about, or nothing of it."""
    receipts = Receipt.objects.filter(payment__order=order)
    order = PaymentOrder.objects.get(pk=order.pk)
    kept = GatewayMessage.objects.filter(order=order, outcome=MessageOutcome.SETTLED).count()
    recorded = CaseEvent.objects.filter(kind=EventKind.PAYMENT_RECORDED).values_list("body", flat=True)
    events = sum(order.code.encode() in bytes(body) for body in recorded)
    tied = CaseReceipt.objects.filter(receipt_id__in=receipts.values("uuid")).count()
    owed = OutboxRow.objects.filter(effect__in=[f"receipt:{each.uuid}" for each in receipts]).count()
    found = {Payment.objects.filter(order=order).count(), len(receipts), kept, events, tied, owed}
    assert len(found) == 1 and (order.outcome == OrderOutcome.SETTLED) == (found == {1}), (order, found)
    return found == {1}


def test_who_is_killed_hearing_of_money_has_settled_all_or_nothing_and_it_is_settled_once(killed, simulator):
    fee_rules({}, {"unit_price": 5000, **AUTHORISED})
    for number, step in enumerate(STEPS, 1):
        told, asked = orders = ordered_of_two_bodies()
        body, headers = simulator.callback(told.code, "paid", simulator.pay(told.code))
        transaction = simulator.pay(asked.code)
        assert killed(step, order=told.code, at=AT, callback=(body.decode(), headers)) == -9, step
        assert killed(step, order=asked.code, at=AT) == -9, step
        was_settled = step == "after the commit"
        assert [has_settled(order) for order in orders] == [was_settled] * 2, step
        assert check(at=given.NOW).broken == {}, step
        # Of the one the gateway is asked before it tells again, of the other it tells before it is asked again.
        reconcile(told.code, at=given.NOW)
        late = hear_callback(gateway_on(), body, headers, at=given.NOW)
        first = online.heard(simulator, asked, "paid", transaction)
        reconcile(asked.code, at=given.NOW)
        assert late == "repeated", step
        assert first == ("repeated" if was_settled else "settled"), step
        assert all(has_settled(order) for order in orders), step
        case = CaseOrder.objects.get(order=told).case
        assert owed_at(case) == 0 and case.receipts.count() == 2, step
        assert Payment.objects.count() == Receipt.objects.count() == 2 * number, step
    assert not RefundProposal.objects.exists()
    for body in {order.collecting_body_id for order in orders}:
        numbers = Receipt.objects.filter(series__collecting_body=body).order_by("number")
        assert list(numbers.values_list("number", flat=True)) == list(range(1, len(STEPS) + 1))
    assert check(at=given.NOW).broken == {}
