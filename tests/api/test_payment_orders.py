"""Payment orders over HTTP: opened, read, replayed, refused."""

from __future__ import annotations

import pytest
import time_machine

from apps.receipts.models import PaymentOrder, Receipt
from tests import given
from tests.api.calls import Caller
from tests.online import paid_online, payer_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(given.NOW, tick=False):
        yield


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


def cancel_path(case, code: str) -> str:
    return f"/cases/{case.code}/payment-orders/{code}/cancel"


def test_an_order_is_cancelled_once_and_another_opened(simulator, case):
    caller, key = Caller(payer_of(case)), given.key()
    [order] = caller.post(f"/cases/{case.code}/payment-orders").json()
    answer = caller.post(cancel_path(case, order["code"]), key=key)
    assert answer.status_code == 200
    assert [each["outcome"] for each in answer.json()] == ["cancelled"]
    again = caller.post(cancel_path(case, order["code"]), key=key)
    assert again.headers["Idempotent-Replay"] == "true"
    refused = caller.post(cancel_path(case, order["code"]))
    assert (refused.status_code, refused.json()["code"]) == (409, "order_ended")
    caller.post(f"/cases/{case.code}/payment-orders")
    assert PaymentOrder.objects.count() == 2
    assert simulator.orders[order["code"]]["state"] == "cancelled"


def test_one_that_was_paid_is_under_way_or_whose_gateway_is_silent_is_not_cancelled(simulator, case):
    caller = Caller(payer_of(case))
    [order] = caller.post(f"/cases/{case.code}/payment-orders").json()
    simulator.plan["cancel"] = [500, 500]
    answer = caller.post(cancel_path(case, order["code"]))
    assert (answer.status_code, answer.json()["code"]) == (503, "gateway_silent")
    simulator.under_way.add(order["code"])
    answer = caller.post(cancel_path(case, order["code"]))
    assert (answer.status_code, answer.json()["code"]) == (409, "payment_under_way")
    simulator.pay(order["code"])
    answer = caller.post(cancel_path(case, order["code"]))
    assert (answer.status_code, answer.json()["code"]) == (409, "order_ended")
    assert caller.get(f"/cases/{case.code}/payment-orders").json()[0]["outcome"] == "settled"


def test_an_order_of_another_case_or_of_nobody_is_not_cancelled(simulator, case):
    caller, other = Caller(payer_of(case)), given.filed_with_a_fee()
    [order] = Caller(payer_of(other)).post(f"/cases/{other.code}/payment-orders").json()
    for path, said in (
        (cancel_path(case, order["code"]), "order_unknown"),
        (cancel_path(other, order["code"]), "case_unknown"),
        (cancel_path(case, "NOSUCHORDER2"), "order_unknown"),
        (cancel_path(case, "x'--"), "order_unknown"),
    ):
        answer = caller.post(path)
        assert (answer.status_code, answer.json()["code"]) == (404, said)
    assert PaymentOrder.objects.get().closed_at is None
