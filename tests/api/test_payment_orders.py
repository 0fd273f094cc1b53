"""Payment orders over HTTP: opened, read, replayed, refused."""

from __future__ import annotations

import pytest
import time_machine

from apps.receipts.models import PaymentOrder, Receipt
from tests import given, online
from tests.api.calls import Caller
from tests.online import paid_online, payer_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(given.NOW, tick=False):
        yield


@pytest.fixture
def simulator(settings):
    with online.gateway(settings) as simulator:
        yield simulator


@pytest.fixture
def case():
    return given.filed_with_a_fee()


def test_what_is_due_is_opened_paid_and_read_with_its_receipt(simulator, case):
    caller, path = Caller(payer_of(case)), f"/cases/{case.code}/payment-orders"
    assert caller.get(path).json() == []
    answer = caller.post(path)
    assert answer.status_code == 200
    [order] = answer.json()
    assert (order["amount"], order["outcome"], order["payments"]) == (700_000, "", [])
    assert order["pay_url"] == simulator.orders[order["code"]]["pay_url"]
    paid_online(simulator, PaymentOrder.objects.get())
    [order] = caller.get(path).json()
    assert order["outcome"] == "settled"
    [paid] = order["payments"]
    assert (paid["amount"], paid["method"]) == (700_000, "online")
    assert paid["receipts"] == [str(Receipt.objects.get().uuid)]


def test_the_same_request_is_answered_again_and_opens_nothing_more(simulator, case):
    caller, path, key = Caller(payer_of(case)), f"/cases/{case.code}/payment-orders", given.key()
    first, again = caller.post(path, key=key), caller.post(path, key=key)
    assert again.json() == first.json()
    assert again.headers["Idempotent-Replay"] == "true"
    assert PaymentOrder.objects.count() == 1


def test_where_nothing_can_be_paid_online_that_is_said(case):
    answer = Caller(payer_of(case)).post(f"/cases/{case.code}/payment-orders")
    assert (answer.status_code, answer.json()["code"]) == (409, "online_payment_off")
    assert not PaymentOrder.objects.exists()


def test_a_clerk_opens_no_order_for_anybody(simulator, case):
    clerk = given.cashier(case.current_agency)
    answer = Caller(clerk).post(f"/cases/{case.code}/payment-orders")
    assert (answer.status_code, answer.json()["code"]) == (404, "case_unknown")
    assert simulator.orders == {}
