"""What a gateway said stands on the page of the payment: callbacks, answers, cancellations and refunds, word for word."""

from __future__ import annotations

import html

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.accounts.choices import Role
from apps.cases import tasks
from apps.cases.actions.mending import reopen_case
from apps.cases.actions.settling import reconcile
from apps.core.models import OutboxRow
from apps.receipts.models import GatewayMessage, Payment
from tests import given, online
from tests.receipts import books

pytestmark = pytest.mark.django_db


def url_of(payment: Payment) -> str:
    return reverse("audit:payment", args=[payment.uuid])


def test_every_message_of_the_order_and_of_its_refund_stands_there(enter, simulator):
    case = given.filed_with_a_fee()
    order = online.ordered(case)
    online.paid_online(simulator, order, 700_300)
    given.refund_decided(case, "gateway")
    simulator.plan["refund"] = [422]
    tasks.refund_at_gateway(OutboxRow.objects.get(task__endswith="refund_at_gateway").pk)
    page = enter(books.auditor()).get(url_of(Payment.objects.get())).content.decode()
    assert "What the gateway said" in page
    for said in ("Answer to a new order", "Callback", "Answer to a refund", "Settled the order"):
        assert said in page
    assert "Recorded as not paid back; another way is decided" in page
    for message in GatewayMessage.objects.all():
        assert html.escape(message.body) in page.replace("&#x27;", "'").replace("&#39;", "'")
    assert GatewayMessage.objects.count() == 3


def test_of_another_order_nothing_stands_there_and_what_was_sent_is_text(enter, simulator):
    first, second = given.filed_with_a_fee(), given.filed_with_a_fee()
    online.paid_online(simulator, online.ordered(first))
    online.paid_online(simulator, online.ordered(second))
    mine, other = Payment.objects.order_by("pk")
    GatewayMessage.objects.create(
        gateway="city",
        kind="answer",
        order=mine.order,
        body="<script>alert(1)</script>",
        is_authentic=True,
        outcome="noted",
        received_at=given.NOW,
    )
    page = enter(books.auditor()).get(url_of(mine)).content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert" not in page
    assert other.order.code not in page


def test_a_payment_at_the_counter_has_no_gateway(enter):
    given.paid(given.taken_at_counter())
    page = enter(books.auditor()).get(url_of(Payment.objects.get())).content.decode()
    assert "What the gateway said" not in page


def test_a_refund_that_its_act_withdrew_is_said_so(enter):
    case = given.declined_after_payment()
    reopen_case(
        case.code,
        ground="official_error",
        reason="Nhầm",
        by=given.staff(case.receiving_agency, Role.HEAD),
        at=given.NOW,
        request_key=given.key(),
    )
    payment = Payment.objects.get()
    answer = enter(books.auditor()).get(url_of(payment))
    assert answer.status_code == 200
    assert "Withdrawn: the money is used after all" in answer.content.decode()


def test_many_messages_cost_no_more_questions(enter, simulator):
    order = online.ordered(given.filed_with_a_fee())
    online.paid_online(simulator, order)
    client = enter(books.auditor())

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url_of(Payment.objects.get())).status_code == 200
        return len(queries)

    asked()
    before = asked()
    for _ in range(5):
        reconcile(order.code, at=given.NOW)
    assert asked() == before
