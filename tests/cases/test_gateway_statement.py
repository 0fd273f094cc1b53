"""The gateway's own list of a day: kept once, money that nobody recorded is found by it, and what stays unknown is a difference."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction

from apps.cases import tasks
from apps.cases.models import Case
from apps.cases.periodic import owe_statements
from apps.core.models import OutboxRow
from apps.operations.integrity import check
from apps.receipts.choices import DifferenceKind, OrderOutcome
from apps.receipts.gateways import TryAgain
from apps.receipts.models import GatewayStatementLine, Payment, PaymentOrder, Receipt
from apps.receipts.reconciliation import Asked, differences
from tests import given
from tests.online import heard, ordered, paid_online
from tests.receipts import books

pytestmark = pytest.mark.django_db
NIGHT = given.after(given.NOW, days=1)


@pytest.fixture
def order(simulator) -> PaymentOrder:
    return ordered(given.filed_with_a_fee())


def of(order: PaymentOrder) -> PaymentOrder:
    return PaymentOrder.objects.get(pk=order.pk)


def read(*, at=NIGHT) -> None:
    """A night: what is owed is read."""
    owe_statements(at)
    given.carry_out(at, "read_gateway_statement")


def questions() -> int:
    return OutboxRow.objects.filter(task__endswith="ask_gateway", done_at=None).count()


def unknown() -> list[tuple[str, int]]:
    asked = Asked.until(given.after(NIGHT, days=1).date())
    found = differences(asked, at=NIGHT, seen_by=books.auditor())
    return [(row.name, row.amount) for row in found if row.kind == DifferenceKind.UNKNOWN_HERE]


def test_each_of_the_last_days_is_read_once_and_a_missed_night_is_made_up(simulator):
    for at in (NIGHT, NIGHT, given.after(NIGHT, days=2)):
        owe_statements(at)
    days = OutboxRow.objects.filter(task__endswith="read_gateway_statement").order_by("payload__day")
    first = given.NOW.date() - timedelta(days=6)
    assert [row.payload["day"] for row in days] == [str(first + timedelta(days=n)) for n in range(9)]
    given.carry_out(given.after(NIGHT, days=2), "read_gateway_statement")
    assert sorted(path for kind, path, _ in simulator.requests if kind == "statement") == [
        f"/statements/{row.payload['day']}" for row in days
    ]


def test_where_online_payment_is_off_nothing_is_read(settings):
    settings.PAYMENT_GATEWAY = {"name": "city", "url": "", "merchant": "", "key": ""}
    owe_statements(NIGHT)
    assert not OutboxRow.objects.exists()


def test_what_is_known_is_kept_asked_nobody_and_differs_in_nothing(simulator, order):
    paid_online(simulator, order, 700_300)
    refund = given.refund_decided(Case.objects.get(orders__order=order), "gateway")
    tasks.refund_at_gateway(OutboxRow.objects.get(task__endswith="refund_at_gateway").pk)
    read()
    read(at=given.after(NIGHT, days=1))
    came, went = GatewayStatementLine.objects.order_by("pk")
    assert (came.order_code, came.number, came.amount, came.read_at) == (
        order.code,
        Payment.objects.get().reference,
        700_300,
        NIGHT,
    )
    assert (went.order_code, went.number, went.amount) == (
        order.code,
        simulator.refunds[str(refund.uuid)]["reference"],
        -300,
    )
    assert (questions(), unknown()) == (0, [])
    assert check(at=NIGHT, with_files=False).broken == {}


def test_money_for_an_order_that_ended_without_it_is_found_and_settled(simulator, order):
    heard(simulator, order, "failed")
    paid = simulator.pay(order.code)
    read()
    assert unknown() == [(paid["number"], 700_000)]
    assert not Payment.objects.exists()
    assert questions() == 1
    given.carry_out(NIGHT, "ask_gateway")
    assert of(order).outcome == OrderOutcome.SETTLED
    assert (Payment.objects.count(), Receipt.objects.count(), unknown()) == (1, 1, [])


def test_two_transactions_of_one_order_are_one_question(simulator, order):
    heard(simulator, order, "failed")
    simulator.pay(order.code)
    simulator.pay(order.code)
    read()
    assert questions() == 1
    given.carry_out(NIGHT, "ask_gateway")
    assert (Payment.objects.count(), unknown()) == (2, [])


def test_an_order_and_a_refund_that_are_none_of_ours_are_differences(simulator, order):
    simulator.orders["NOSUCHORDER2"] = {**simulator.orders[order.code], "transactions": []}
    paid = simulator.pay("NOSUCHORDER2", 9_000)
    paid_online(simulator, order)
    simulator.refunds["R1"] = {
        "order": order.code,
        "transaction": "X",
        "amount": 500,
        "reference": "HT1",
        "at": given.NOW.isoformat(),
    }
    read()
    assert sorted(unknown()) == sorted([(paid["number"], 9_000), ("HT1", -500)])
    assert questions() == 0


def test_another_amount_than_was_recorded_is_a_difference(simulator, order):
    paid_online(simulator, order)
    [transaction_] = simulator.orders[order.code]["transactions"]
    transaction_["amount"] = 700_001
    read()
    assert unknown() == [(transaction_["number"], 700_001)]
    assert Payment.objects.get().amount == 700_000


@pytest.mark.parametrize("trouble", [503, "hang up"])
def test_a_gateway_in_trouble_is_asked_for_it_again(simulator, order, trouble):
    simulator.pay(order.code)
    owe_statements(NIGHT)
    row = OutboxRow.objects.get(payload__day=str(given.NOW.date()), task__endswith="read_gateway_statement")
    simulator.plan["statement"] = [trouble] * 2
    with pytest.raises(TryAgain):
        tasks.read_gateway_statement(row.pk)
    assert (OutboxRow.objects.get(pk=row.pk).done_at, GatewayStatementLine.objects.count()) == (None, 0)
    tasks.read_gateway_statement(row.pk)
    assert GatewayStatementLine.objects.count() == 1


@pytest.mark.parametrize("amount", [0, 1.5, "8000", None, True, 10**13])
def test_a_list_with_something_that_is_no_money_is_not_believed(simulator, order, amount):
    simulator.pay(order.code)
    simulator.orders[order.code]["transactions"][0]["amount"] = amount
    owe_statements(NIGHT)
    row = OutboxRow.objects.get(payload__day=str(given.NOW.date()), task__endswith="read_gateway_statement")
    with pytest.raises(TryAgain, match="answer_malformed"):
        tasks.read_gateway_statement(row.pk)
    assert not GatewayStatementLine.objects.exists()


def test_the_day_is_one_of_hanoi(simulator, order):
    simulator.pay(order.code, at=given.NOW.replace(hour=23, minute=59))
    simulator.pay(order.code, at=given.after(given.NOW, days=1).replace(hour=0, minute=1))
    of_days = [simulator.statement(str(date(2026, 11, day))) for day in (23, 24)]
    assert [len(lines) for lines in of_days] == [1, 1]


def test_a_line_of_it_is_never_edited(simulator, order):
    simulator.pay(order.code)
    read()
    for change in (
        lambda: GatewayStatementLine.objects.update(amount=1),
        lambda: GatewayStatementLine.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
