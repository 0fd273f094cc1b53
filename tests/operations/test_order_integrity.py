"""The check of integrity over orders: whoever pays is led to the page that the gateway gave, and nowhere else."""

from __future__ import annotations

import pytest

from apps.operations.integrity import money
from apps.operations.integrity.walking import rows_of
from apps.receipts.models import PaymentOrder
from tests import given
from tests.online import ordered, paid_online

pytestmark = pytest.mark.django_db


def faults() -> list[tuple[int, str]]:
    return [(pk, wrong) for pk, _name, wrong in rows_of(money.ORDERS, first=1, last=10**9)]


def test_orders_open_and_paid_are_whole(simulator):
    ordered(given.filed_with_a_fee())
    paid_online(simulator, ordered(given.filed_with_a_fee()))
    assert PaymentOrder.objects.exclude(pay_url="").count() == 2
    assert faults() == []


def test_an_order_that_is_paid_at_another_page_is_found(simulator):
    order, _other = (ordered(given.filed_with_a_fee()) for _ in range(2))
    PaymentOrder.objects.filter(pk=order.pk).update(pay_url="https://gateway.example/pay/OTHER")
    assert faults() == [(order.pk, "paid_at_another_page")]
