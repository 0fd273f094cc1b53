"""The adapter against a gateway that really listens: what goes over the wire, and every way in which it goes wrong."""

from __future__ import annotations

import json
import logging
from datetime import timedelta

import pytest

from apps.receipts.gateways import (
    Asked,
    Forged,
    OrderState,
    Refused,
    TryAgain,
    by_http,
    gateway_named,
    gateway_on,
    refund_at_gateway,
)
from apps.receipts.models import Payment, PaymentOrder
from tests import given, online

ORDER = "ABCDEFGH2345"


def asked(code: str = ORDER, amount: int = 8000) -> Asked:
    return Asked(
        code=code,
        amount=amount,
        payee="UBND phường Phúc Xá",
        description="Phí, lệ phí",
        expires_at=given.after(given.NOW, minutes=30),
        return_url="http://localhost/payments/x/",
        callback_url="http://localhost/payments/callback/city",
    )


def payment(transaction: dict) -> Payment:
    return Payment(
        order=PaymentOrder(code=ORDER, gateway="city"), reference=transaction["number"], amount=8000
    )


def test_where_the_settings_name_no_gateway_there_is_none(settings):
    settings.PAYMENT_GATEWAY = {"name": "city", "url": "", "merchant": "", "key": ""}
    assert gateway_on() is None
    assert gateway_named("city") is None


def test_only_the_gateway_of_the_settings_is_known_by_its_name(simulator):
    assert gateway_named("city").name == "city"
    assert gateway_named("other") is None


def test_an_order_is_told_once_however_often_it_is_asked_for(simulator):
    first, again = gateway_on().create(asked()), gateway_on().create(asked())
    assert (first.reference, first.pay_url) == (again.reference, again.pay_url)
    assert first.pay_url.startswith(simulator.url)
    assert list(simulator.orders) == [ORDER]
    with pytest.raises(Refused, match="answered_422"):
        gateway_on().create(asked(amount=9000))


def test_what_happened_to_an_order_is_answered_with_every_transaction(simulator):
    assert gateway_on().query(ORDER).state == OrderState.UNKNOWN
    gateway_on().create(asked())
    assert gateway_on().query(ORDER).state == OrderState.PENDING
    paid = [simulator.pay(ORDER), simulator.pay(ORDER, 500)]
    answer = gateway_on().query(ORDER)
    assert answer.state == OrderState.PAID
    assert [(each.number, each.amount) for each in answer.transactions] == [
        (each["number"], each["amount"]) for each in paid
    ]
    assert json.loads(answer.said)["transactions"] == paid


@pytest.mark.parametrize(
    ("trouble", "kind"),
    [(500, "answered_500"), (429, "answered_429"), ("hang up", "no_connection"), ("drop", "no_connection")],
)
def test_trouble_that_passes_is_tried_again_within_the_call_and_then_later(simulator, trouble, kind):
    gateway_on().create(asked())
    simulator.plan["query"] = [trouble]
    assert gateway_on().query(ORDER).state == OrderState.PENDING
    simulator.plan["query"] = [trouble, trouble]
    with pytest.raises(TryAgain, match=kind):
        gateway_on().query(ORDER)


def test_an_answer_that_takes_too_long_is_not_waited_for(simulator, monkeypatch):
    monkeypatch.setattr(by_http, "ANSWER", 0.2)
    simulator.plan["create"] = [0.8, 0.8]
    with pytest.raises(TryAgain, match="no_answer"):
        gateway_on().create(asked())
    # It had heard of it all the same, and answers as before.
    assert gateway_on().create(asked()).reference == simulator.orders[ORDER]["reference"]


def test_nor_is_one_to_a_question_or_a_cancellation(simulator, monkeypatch):
    gateway_on().create(asked())
    monkeypatch.setattr(by_http, "ANSWER", 0.2)
    for kind, ask in (("query", gateway_on().query), ("cancel", gateway_on().cancel)):
        simulator.plan[kind] = [0.8, 0.8]
        with pytest.raises(TryAgain, match="no_answer"):
            ask(ORDER)
    simulator.plan["statement"] = [0.8, 0.8]
    with pytest.raises(TryAgain, match="no_answer"):
        gateway_on().statement(given.NOW.date())
    # The cancellation had been done all the same.
    assert gateway_on().query(ORDER).state == OrderState.CANCELLED


@pytest.mark.parametrize("amount", [0, -8000, 8000.5, "8000", True, None, 10**13])
def test_an_answer_that_names_no_whole_dong_is_not_believed(simulator, amount):
    gateway_on().create(asked())
    simulator.pay(ORDER)["amount"] = amount
    for ask in (gateway_on().query, gateway_on().cancel):
        with pytest.raises(TryAgain, match="answer_malformed"):
            ask(ORDER)


@pytest.mark.parametrize(
    "said",
    [
        {"order": "ANOTHERORDER"},
        {"state": "perhaps"},
        {"transactions": None},
        {"transactions": [{"number": "GD1", "amount": 8000}]},
        {"transactions": [{"number": "GD 1", "amount": 8000, "paid_at": given.NOW.isoformat()}]},
        {"transactions": [{"number": "G" * 81, "amount": 8000, "paid_at": given.NOW.isoformat()}]},
        {"transactions": [{"number": "GD1", "amount": 8000, "paid_at": "2026-11-23T09:00:00"}]},
        {"transactions": [{"number": "GD1", "amount": 8000, "paid_at": "yesterday"}]},
    ],
)
def test_nor_one_of_another_order_or_shape(simulator, said):
    gateway_on().create(asked())
    simulator.orders[ORDER] |= said
    with pytest.raises(TryAgain, match="answer_malformed"):
        gateway_on().query(ORDER)


@pytest.mark.parametrize(
    "said", [{"pay_url": "javascript:alert(1)"}, {"pay_url": "x" * 301}, {"reference": ""}, {"reference": 5}]
)
def test_nor_one_to_a_new_order_that_leads_nowhere(simulator, said):
    gateway_on().create(asked())
    simulator.orders[ORDER] |= said
    with pytest.raises(TryAgain, match="answer_malformed"):
        gateway_on().create(asked())


class TestCancelling:
    """An order ends at the gateway unless money has come or is on its way; asked twice it answers as before."""

    def test_it_ends_and_asked_again_has_ended(self, simulator):
        gateway_on().create(asked())
        assert gateway_on().cancel(ORDER).state == OrderState.CANCELLED
        answer = gateway_on().cancel(ORDER)
        assert (answer.state, answer.may_bring_money) == (OrderState.CANCELLED, False)
        assert simulator.orders[ORDER]["state"] == "cancelled"

    def test_one_that_it_never_heard_of_is_said(self, simulator):
        answer = gateway_on().cancel(ORDER)
        assert (answer.state, answer.may_bring_money) == (OrderState.UNKNOWN, False)

    def test_what_came_or_is_on_its_way_is_said_and_nothing_ends(self, simulator):
        gateway_on().create(asked())
        simulator.under_way.add(ORDER)
        answer = gateway_on().cancel(ORDER)
        assert (answer.state, answer.may_bring_money) == (OrderState.PENDING, True)
        paid = simulator.pay(ORDER)
        answer = gateway_on().cancel(ORDER)
        assert (answer.state, answer.may_bring_money) == (OrderState.PAID, True)
        assert [each.number for each in answer.transactions] == [paid["number"]]


def test_a_key_that_is_not_ours_is_refused_and_says_nothing_of_the_order(simulator, settings):
    settings.PAYMENT_GATEWAY = {**settings.PAYMENT_GATEWAY, "key": "another"}
    # The answer is signed with the gateway's key, which we do not hold: it is not believed.
    with pytest.raises(TryAgain, match="answer_unsigned"):
        gateway_on().create(asked())
    assert simulator.orders == {}


def test_nobody_listens(settings):
    settings.PAYMENT_GATEWAY = {"name": "city", "url": "http://127.0.0.1:9", "merchant": "M", "key": "k"}
    with pytest.raises(TryAgain, match="no_connection"):
        gateway_on().query(ORDER)


def test_the_key_is_in_no_log_and_in_no_text(simulator, caplog, settings):
    caplog.set_level(logging.DEBUG)
    gateway_on().create(asked())
    simulator.plan["query"] = [500, 500]
    with pytest.raises(TryAgain) as told:
        gateway_on().query(ORDER)
    for text in (caplog.text, repr(gateway_on()), str(gateway_on()), repr(told.value)):
        assert online.KEY not in text


class TestCallbacks:
    """Whether a message is the gateway's; what one that is not brings about is tested with the cases."""

    def read(self, body: bytes, headers: dict):
        return gateway_on().read_callback(body, headers)

    def test_a_signed_one_is_read(self, simulator):
        gateway_on().create(asked())
        paid = simulator.pay(ORDER)
        told = self.read(*simulator.callback(ORDER, "paid", paid))
        assert (told.order_code, told.state, told.sent_at) == (ORDER, OrderState.PAID, given.NOW)
        assert (told.transaction.number, told.transaction.amount) == (paid["number"], 8000)

    def test_every_single_byte_of_it_is_signed(self, simulator):
        body, headers = simulator.callback(ORDER, "failed")
        for place in range(len(body)):
            altered = bytearray(body)
            altered[place] ^= 1
            with pytest.raises(Forged):
                self.read(bytes(altered), headers)

    @pytest.mark.parametrize(
        "other",
        [
            {"X-Signature": ""},
            {"X-Signature": "ữ"},
            {"X-Signature": "0" * 64},
            {"X-Timestamp": "1"},
            {"X-Timestamp": ""},
            {"X-Timestamp": "-1"},
            {"X-Timestamp": "9" * 40},
        ],
    )
    def test_with_another_signature_or_time_it_is_forged(self, simulator, other):
        body, headers = simulator.callback(ORDER, "failed")
        with pytest.raises(Forged):
            self.read(body, {**headers, **other})

    def test_without_signature_it_is_forged(self, simulator):
        body, _ = simulator.callback(ORDER, "failed")
        with pytest.raises(Forged):
            self.read(body, {})

    def test_what_was_signed_for_another_purpose_is_forged(self, simulator):
        gateway = gateway_on()
        body, headers = simulator.callback(ORDER, "failed")
        signed = gateway.keys.sign("REQUEST", ORDER, headers["X-Timestamp"], by_http._hash(body))
        with pytest.raises(Forged):
            self.read(body, {**headers, "X-Signature": signed})

    @pytest.mark.parametrize(
        "body", [b"", b"null", b"[]", b"{}", b"\xff\xfe", b'{"order": 5}', b"[" * 50_000, b'{"order": "A"}']
    )
    def test_garbage_is_forged(self, simulator, body):
        stamp = str(int(given.NOW.timestamp()))
        signed = gateway_on().keys.sign("CALLBACK", "A", stamp, by_http._hash(body))
        with pytest.raises(Forged):
            self.read(body, {"X-Timestamp": stamp, "X-Signature": signed})

    @pytest.mark.parametrize("amount", [0, -8000, 8000.5, "8000", True, None, 10**13])
    def test_even_a_signed_one_must_name_an_amount_of_whole_dong(self, simulator, amount):
        paid = {"number": "GD1", "amount": amount, "paid_at": given.NOW.isoformat()}
        with pytest.raises(Forged):
            self.read(*simulator.callback(ORDER, "paid", paid))

    def test_paid_without_money_and_money_without_being_paid_say_nothing(self, simulator):
        paid = {"number": "GD1", "amount": 8000, "paid_at": given.NOW.isoformat()}
        for state, transaction in (("paid", None), ("failed", paid)):
            with pytest.raises(Forged):
                self.read(*simulator.callback(ORDER, state, transaction))


class TestRefunds:
    """Once for each code, whatever is lost on the way."""

    @pytest.fixture
    def paid(self, simulator):
        gateway_on().create(asked())
        return simulator.pay(ORDER)

    def test_money_goes_back_once_for_a_code(self, simulator, paid):
        first = refund_at_gateway(payment(paid), 8000, "R1")
        assert refund_at_gateway(payment(paid), 8000, "R1") == first
        assert [each["amount"] for each in simulator.refunds.values()] == [8000]

    def test_an_answer_that_was_lost_is_found_by_the_code(self, simulator, paid):
        simulator.plan["refund"] = ["drop"]
        told = refund_at_gateway(payment(paid), 8000, "R1")
        assert told.number == simulator.refunds["R1"]["reference"]
        assert [kind for kind, _, _ in simulator.requests].count("refund") == 1

    def test_one_that_never_arrived_is_to_be_tried_again_with_the_same_code(self, simulator, paid):
        simulator.plan["refund"] = ["hang up"]
        with pytest.raises(TryAgain):
            refund_at_gateway(payment(paid), 8000, "R1")
        assert simulator.refunds == {}
        assert refund_at_gateway(payment(paid), 8000, "R1")
        assert len(simulator.refunds) == 1

    def test_more_than_was_paid_is_refused_for_good(self, simulator, paid):
        with pytest.raises(Refused, match="answered_422"):
            refund_at_gateway(payment(paid), 8001, "R1")
        refund_at_gateway(payment(paid), 8000, "R1")
        with pytest.raises(Refused):
            refund_at_gateway(payment(paid), 1, "R2")

    def test_money_that_came_by_no_gateway_does_not_go_back_by_one(self, simulator):
        with pytest.raises(Refused, match="not_of_a_gateway"):
            refund_at_gateway(Payment(amount=8000), 8000, "R1")

    def test_a_gateway_that_is_off_is_waited_for(self, simulator, paid, settings):
        settings.PAYMENT_GATEWAY = {**settings.PAYMENT_GATEWAY, "url": ""}
        with pytest.raises(TryAgain, match="gateway_off"):
            refund_at_gateway(payment(paid), 8000, "R1")


def test_the_statement_of_a_day_lists_what_came_and_what_went(simulator):
    gateway_on().create(asked())
    paid = simulator.pay(ORDER)
    simulator.pay(ORDER, 500, at=given.NOW + timedelta(days=1))
    reference = refund_at_gateway(payment(paid), 8000, "R1").number
    lines = gateway_on().statement(given.NOW.date())
    assert [(line.order_code, line.number, line.amount) for line in lines] == [
        (ORDER, paid["number"], 8000),
        (ORDER, reference, -8000),
    ]
