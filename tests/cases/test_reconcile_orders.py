"""Orders that nobody tells of: the gateway is asked, in growing waits, until each has ended one way or the other."""

from __future__ import annotations

import pytest

from apps.cases.actions.settling import reconcile
from apps.cases.periodic import ask_after_orders
from apps.core.models import OutboxRow
from apps.receipts.choices import OrderOutcome
from apps.receipts.gateways import TryAgain
from apps.receipts.models import GatewayMessage, Payment, PaymentOrder, Receipt
from tests import given, online
from tests.online import heard, ordered

pytestmark = pytest.mark.django_db
SOON, SILENT, OVER = (given.after(given.NOW, minutes=minutes) for minutes in (4, 6, 31))


@pytest.fixture
def order(simulator) -> PaymentOrder:
    return ordered(given.filed_with_a_fee())


def questions():
    return OutboxRow.objects.filter(task__endswith="ask_gateway")


def of(order: PaymentOrder) -> PaymentOrder:
    return PaymentOrder.objects.get(pk=order.pk)


def test_a_callback_is_waited_for_before_anybody_asks(order):
    ask_after_orders(SOON)
    assert not questions().exists()
    ask_after_orders(SILENT)
    assert questions().get().payload == {"order": order.code}


def test_one_question_at_a_time_is_owed_for_an_order(order):
    for minutes in (6, 11, 16):
        ask_after_orders(given.after(given.NOW, minutes=minutes))
    assert questions().count() == 1


def test_an_order_that_ended_is_not_asked_after(simulator, order):
    heard(simulator, order, "failed")
    ask_after_orders(SILENT)
    assert not questions().exists()


def test_a_payment_whose_callback_was_lost_is_found_and_settled(simulator, order):
    simulator.pay(order.code)
    ask_after_orders(SILENT)
    given.carry_out(SILENT, "ask_gateway")
    assert of(order).outcome == OrderOutcome.SETTLED
    assert Receipt.objects.count() == 1
    # The callback comes after all.
    paid = simulator.orders[order.code]["transactions"][0]
    assert heard(simulator, order, "paid", paid, at=SILENT) == "repeated"
    assert Payment.objects.count() == 1


def test_every_transaction_that_the_gateway_names_is_recorded(simulator, order):
    simulator.pay(order.code)
    simulator.pay(order.code)
    reconcile(order.code, at=SILENT)
    assert (Payment.objects.count(), Receipt.objects.count()) == (2, 1)


def test_an_order_is_waited_for_until_its_time_is_over(order):
    reconcile(order.code, at=SILENT)
    assert of(order).closed_at is None
    reconcile(order.code, at=OVER)
    assert of(order).outcome == OrderOutcome.EXPIRED
    assert [message.outcome for message in GatewayMessage.objects.filter(kind="answer").order_by("pk")] == [
        "noted",
        "closed",
    ]
    assert not Payment.objects.exists()


def test_an_order_whose_creation_was_lost_expires_or_is_found_paid(simulator):
    simulator.plan["create"] = ["hang up", "hang up"]
    lost = ordered(given.filed_with_a_fee())
    reconcile(lost.code, at=OVER)
    assert of(lost).outcome == OrderOutcome.EXPIRED
    simulator.plan["create"] = ["drop", "drop"]
    done = ordered(given.filed_with_a_fee())
    assert done.pay_url == ""
    simulator.pay(done.code)
    reconcile(done.code, at=SILENT)
    assert of(done).outcome == OrderOutcome.SETTLED


@pytest.mark.parametrize("trouble", [500, 503, 429, "hang up", "drop"])
def test_trouble_is_waited_out_by_the_outbox(simulator, order, trouble):
    simulator.pay(order.code)
    simulator.plan["query"] = [trouble] * 2
    ask_after_orders(SILENT)
    with pytest.raises(TryAgain):
        given.carry_out(SILENT, "ask_gateway")
    row = questions().get()
    assert row.done_at is None
    assert row.last_error in (f"answered_{trouble}", "no_connection")
    assert of(order).closed_at is None
    given.carry_out(SILENT, "ask_gateway")
    assert of(order).outcome == OrderOutcome.SETTLED


def test_a_question_that_was_given_up_is_asked_anew(order):
    ask_after_orders(SILENT)
    questions().update(failed_at=SILENT)
    ask_after_orders(OVER)
    assert questions().count() == 2


def test_an_order_of_a_gateway_that_is_switched_off_stays_visible(order, settings):
    settings.PAYMENT_GATEWAY = {**settings.PAYMENT_GATEWAY, "url": ""}
    with pytest.raises(TryAgain, match="gateway_off"):
        reconcile(order.code, at=OVER)
    assert of(order).closed_at is None


def test_what_is_paid_by_transfer_alone_ends_when_its_time_is_over(settings):
    case = given.filed_with_a_fee()
    online.with_account(case.competent_agency)
    order = ordered(case)
    ask_after_orders(OVER)
    assert not questions().exists()
    tomorrow = given.after(given.NOW, days=1)
    ask_after_orders(tomorrow)
    given.carry_out(tomorrow, "ask_gateway")
    assert of(order).outcome == OrderOutcome.EXPIRED
