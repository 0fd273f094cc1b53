"""What a gateway told and nobody here knows has a page, as every difference has one, for those whose money it is."""

from __future__ import annotations

import html

import pytest
from django.urls import reverse

from apps.receipts.choices import DifferenceKind, GatewayMessageKind, MessageOutcome, OrderOutcome
from apps.receipts.models import GatewayMessage, GatewayStatementLine, PaymentOrder
from apps.receipts.reconciliation import Asked, differences
from apps.web.audit.parts import subject_url
from tests import given
from tests.receipts import books
from tests.receipts.books import LATER

pytestmark = pytest.mark.django_db


def a_line(order: PaymentOrder | None = None, **said) -> GatewayStatementLine:
    return GatewayStatementLine.objects.create(
        **{
            "gateway": "sandbox",
            "order_code": order.code if order else "TRANTHIBUOI0987654321",
            "number": "GW-1",
            "amount": 8_000,
            "at": given.NOW,
            "read_at": given.after(given.NOW, days=1),
            **said,
        }
    )


def a_message(order: PaymentOrder | None = None, **said) -> GatewayMessage:
    return GatewayMessage.objects.create(
        **{
            "gateway": "sandbox",
            "kind": GatewayMessageKind.CALLBACK,
            "order": order,
            "body": '{"payer": "0987654321", "order": "<b>X</b>"}',
            "is_authentic": True,
            "outcome": MessageOutcome.CONTRADICTS if order else MessageOutcome.UNKNOWN,
            "received_at": given.NOW,
            **said,
        }
    )


def page(client, name: str, key: object):
    return client.get(reverse(f"audit:{name}", args=[key]))


def test_each_difference_leads_to_the_page_of_what_differs(enter):
    order = books.an_order(given.accepted_case(), 8_000)
    settled = books.an_order(given.accepted_case(), 9_000)
    PaymentOrder.objects.filter(pk=settled.pk).update(closed_at=given.NOW, outcome=OrderOutcome.SETTLED)
    a_line(), a_line(order, number="GW-2"), a_message(), a_message(order)
    client = enter(books.auditor())
    rows = differences(Asked.until(LATER.date()), at=LATER, seen_by=books.auditor())
    unknown = [row for row in rows if row.kind == DifferenceKind.UNKNOWN_HERE]
    assert sorted(row.subject.partition(":")[0] for row in unknown) == [
        "gateway_line",
        "gateway_line",
        "message",
        "message",
        "order",
    ]
    shown = client.get(reverse("audit:differences")).content.decode()
    for row in rows:
        url = subject_url(row)
        assert client.get(url, follow=True).status_code == 200, row
        one = client.get(reverse("audit:difference", args=[row.kind.value, row.subject])).content.decode()
        assert f'href="{url}"' in one
    for row in unknown:
        assert f'href="{subject_url(row)}"' in shown


def test_a_line_that_no_order_of_ours_knows_is_shown_masked_to_those_of_the_whole_city(enter):
    line = a_line()
    seeing = (books.auditor(), books.accountant(given.city_agency("city_agriculture")))
    for who in seeing:
        shown = page(enter(who), "gateway_line", line.pk).content.decode()
        assert "GW-1" in shown and "8.000" in shown and "no order of ours" in shown
        assert "BUOI" not in shown and "0987654321" not in shown
        assert "No payment is known of it." in shown
    district = books.auditor(given.agency("district_committee", given.ward().parent))
    for who in (books.accountant(), district):
        assert page(enter(who), "gateway_line", line.pk).status_code == 404
    assert page(enter(given.receptionist(given.ward_committee())), "gateway_line", line.pk).status_code == 403


def test_a_line_of_an_order_of_ours_leads_to_the_order_the_case_and_the_payment(enter):
    case = given.taken_at_counter()
    payment = books.paid_by_bank(case, "GW-9", method=books.PaymentMethod.ONLINE)
    order = payment.order
    line, body = a_line(order, number="GW-9", amount=7_000), order.collecting_body
    for who in (books.auditor(), books.accountant(body)):
        shown = page(enter(who), "gateway_line", line.pk).content.decode()
        for url in (
            reverse("audit:order", args=[order.code]),
            reverse("audit:case", args=[case.code]),
            reverse("audit:payment", args=[payment.uuid]),
        ):
            assert f'href="{url}"' in shown
        assert "7.000" in shown and "8.000" in shown
    stranger = books.accountant(given.ward_committee("Phường Trúc Bạch"))
    city = books.accountant(given.city_agency("city_agriculture"))
    for who in (stranger, city):
        for name, key in (("gateway_line", line.pk), ("order", order.code)):
            assert page(enter(who), name, key).status_code == 404


def test_another_gateways_line_with_the_code_of_an_order_is_of_no_order(enter):
    order = books.an_order(given.accepted_case(), 8_000)
    line = a_line(order, gateway="other")
    shown = page(enter(books.auditor()), "gateway_line", line.pk).content.decode()
    assert f"{order.code}: no order of ours" in shown
    assert reverse("audit:order", args=[order.code]) not in shown
    assert page(enter(books.accountant(order.collecting_body)), "gateway_line", line.pk).status_code == 404


def test_a_message_is_word_for_word_where_it_is_of_our_order_and_else_masked(enter):
    order = books.an_order(given.accepted_case(), 8_000)
    unknown, known = a_message(), a_message(order)
    client = enter(books.auditor())
    shown = page(client, "gateway_message", unknown.pk).content.decode()
    assert "0987654321" not in shown and "<b>X</b>" not in shown and "&lt;b&gt;X" in shown
    assert "Refused: no such order" in shown and "No order of ours is known of it." in shown
    shown = page(client, "gateway_message", known.pk).content.decode()
    assert html.escape(known.body).replace("&#x27;", "&#39;") in shown
    assert reverse("audit:order", args=[order.code]) in shown
    assert page(enter(books.accountant()), "gateway_message", unknown.pk).status_code == 404


def test_what_somebody_said_in_the_gateways_name_has_no_page(enter):
    forged = a_message(is_authentic=False, outcome=MessageOutcome.FORGED)
    assert page(enter(books.auditor()), "gateway_message", forged.pk).status_code == 404


def test_an_order_without_a_payment_shows_all_that_was_said_of_it(enter):
    case = given.accepted_case()
    order = books.an_order(case, 8_000)
    line, message = a_line(order), a_message(order)
    shown = page(enter(books.auditor()), "order", order.code).content.decode()
    assert reverse("audit:gateway_line", args=[line.pk]) in shown
    assert html.escape(message.body) in shown
    assert "No payment is known of it." in shown and case.code in shown


def test_what_does_not_exist_has_no_page_and_nobody_is_sent_to_sign_in(enter, client):
    signed_in = enter(books.auditor())
    for url in (
        "/audit/gateway/lines/999999/",
        f"/audit/gateway/lines/{10**30}/",
        "/audit/gateway/messages/999999/",
        "/audit/orders/NOSUCHORDERS/",
    ):
        assert signed_in.get(url).status_code == 404, url
        assert client.get(url)["Location"].startswith("/account/login/")
    assert signed_in.get("/audit/orders/%00/").status_code == 404
