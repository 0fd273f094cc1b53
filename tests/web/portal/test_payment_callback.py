"""The door of a gateway's callbacks: what is believed, what is kept, and what does not happen."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from apps.cases.actions.settling import reconcile
from apps.core.models import OutboxRow
from apps.receipts.choices import OrderOutcome
from apps.receipts.models import GatewayMessage, Payment, PaymentOrder, Receipt, RefundProposal
from apps.web.portal.payment_callback import MOST_BYTES
from tests import given, online
from tests.cases import doors
from tests.online import ordered

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(simulator) -> PaymentOrder:
    return ordered(given.filed_with_a_fee())


def send(body: bytes, headers: dict[str, str], *, gateway: str = "city"):
    """As a gateway does: no session, no token."""
    kind = headers.get("Content-Type", "application/json")
    others = {name: value for name, value in headers.items() if name != "Content-Type"}
    client = Client(enforce_csrf_checks=True)
    return client.post(f"/payments/callback/{gateway}", body, content_type=kind, headers=others)


def kept() -> GatewayMessage:
    return GatewayMessage.objects.latest("pk")


def of(order: PaymentOrder) -> PaymentOrder:
    return PaymentOrder.objects.get(pk=order.pk)


def refused(body: bytes, headers: dict[str, str], *, status: int, outcome: str) -> GatewayMessage:
    """It is kept and nothing else happens at all; sent again, it is answered again."""
    before, rows = doors.world(), OutboxRow.objects.count()
    for _ in range(2):
        answer = send(body, headers)
        assert (answer.status_code, answer.json()) == (status, {"outcome": outcome})
    assert (doors.world(), OutboxRow.objects.count()) == (before, rows)
    assert GatewayMessage.objects.filter(outcome=outcome).count() == 2
    return kept()


def test_a_signed_callback_settles_and_is_kept_word_for_word(simulator, order):
    body, headers = simulator.callback(order.code, "paid", simulator.pay(order.code))
    answer = send(body, headers)
    assert (answer.status_code, answer.json()) == (200, {"outcome": "settled"})
    assert (kept().body, kept().is_authentic, kept().order) == (body.decode(), True, order)
    assert of(order).outcome == OrderOutcome.SETTLED
    assert Receipt.objects.count() == 1
    assert answer.cookies == {}


def test_doubled_it_is_answered_again_and_acts_once(simulator, order):
    body, headers = simulator.callback(order.code, "paid", simulator.pay(order.code))
    answers = [send(body, headers).json()["outcome"] for _ in range(3)]
    assert answers == ["settled", "repeated", "repeated"]
    assert (Payment.objects.count(), Receipt.objects.count(), RefundProposal.objects.count()) == (1, 1, 0)


def test_with_a_wrong_signature_nothing_happens_and_it_is_kept_as_forged(simulator, order):
    body, headers = simulator.callback(order.code, "paid", simulator.pay(order.code), key=b"guessed")
    message = refused(body, headers, status=400, outcome="forged")
    assert (message.is_authentic, message.order) == (False, None)
    assert of(order).closed_at is None


def test_a_signature_of_another_message_does_not_serve(simulator, order):
    _, headers = simulator.callback(order.code, "failed")
    body, _ = simulator.callback(order.code, "paid", simulator.pay(order.code))
    refused(body, headers, status=400, outcome="forged")


def test_an_order_that_is_none_of_ours_is_kept_as_unknown(simulator, order):
    body, headers = simulator.callback("NOSUCHORDER2", "failed")
    message = refused(body, headers, status=404, outcome="unknown")
    assert (message.is_authentic, message.order) == (True, None)


def test_a_transaction_of_another_case_contradicts(simulator, order):
    other = ordered(given.filed_with_a_fee())
    paid = simulator.pay(order.code)
    send(*simulator.callback(order.code, "paid", paid))
    body, headers = simulator.callback(other.code, "paid", paid)
    refused(body, headers, status=409, outcome="contradicts")
    assert of(other).closed_at is None


@pytest.mark.parametrize(
    ("amount", "receipts", "outcome"), [(699_999, 0, "not_applied"), (700_001, 1, "settled")]
)
def test_less_or_more_money_is_recorded_and_what_it_does_not_settle_goes_back(
    simulator, order, amount, receipts, outcome
):
    answer = send(*simulator.callback(order.code, "paid", simulator.pay(order.code, amount)))
    assert answer.json() == {"outcome": outcome}
    assert (Payment.objects.get().amount, Receipt.objects.count()) == (amount, receipts)
    assert RefundProposal.objects.get().amount == amount - 700_000 * receipts


@pytest.mark.parametrize("signed", ["a year ago", "now"])
def test_a_year_late_it_is_not_believed_alone_and_the_gateway_is_asked(simulator, order, signed):
    reconcile(order.code, at=order.expires_at)
    assert of(order).outcome == OrderOutcome.EXPIRED
    paid = simulator.pay(order.code)
    # A series of that year does not exist: what is asked is asked within the same one.
    later = given.NOW + timedelta(days=30 if signed == "now" else 0)
    sent_at = later if signed == "now" else given.NOW - timedelta(days=365)
    body, headers = simulator.callback(order.code, "paid", paid, sent_at=sent_at)
    before = doors.world()
    with time_machine.travel(later, tick=False):
        assert send(body, headers).json() == {"outcome": "asked"}
    after = doors.world()
    assert {name for name in after if after[name] != before[name]} <= {"OutboxRow"}
    assert not Payment.objects.exists()
    assert given.carry_out(later, "ask_gateway") == 1
    assert of(order).outcome == OrderOutcome.SETTLED
    assert Receipt.objects.count() == 1


def test_what_is_a_year_late_and_not_true_brings_nothing(simulator, order):
    paid = {"number": "GD-CLAIMED", "amount": 700_000, "paid_at": given.NOW.isoformat()}
    body, headers = simulator.callback(order.code, "paid", paid, sent_at=given.NOW - timedelta(days=365))
    assert send(body, headers).json() == {"outcome": "asked"}
    given.carry_out(given.NOW, "ask_gateway")
    assert not Payment.objects.exists()
    assert (kept().kind, kept().outcome) == ("answer", "noted")


def test_failed_after_paid_changes_nothing(simulator, order):
    send(*simulator.callback(order.code, "paid", simulator.pay(order.code)))
    body, headers = simulator.callback(order.code, "failed")
    before = doors.world()
    assert send(body, headers).json() == {"outcome": "noted"}
    assert doors.world() == before
    assert of(order).outcome == OrderOutcome.SETTLED


def test_paid_after_failed_settles(simulator, order):
    assert send(*simulator.callback(order.code, "failed")).json() == {"outcome": "closed"}
    assert of(order).outcome == OrderOutcome.FAILED
    answer = send(*simulator.callback(order.code, "paid", simulator.pay(order.code)))
    assert answer.json() == {"outcome": "settled"}
    assert of(order).outcome == OrderOutcome.SETTLED


@pytest.mark.parametrize(("state", "outcome"), [("cancelled", "cancelled"), ("expired", "expired")])
def test_an_order_that_ends_at_the_gateway_ends_here(simulator, order, state, outcome):
    assert send(*simulator.callback(order.code, state)).json() == {"outcome": "closed"}
    assert of(order).outcome == outcome
    assert not Payment.objects.exists()


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"null", b"\x00\x01\xff", b"order=ABC&state=paid", b"[" * 9000, b'{"order": null}']
)
def test_garbage_is_kept_as_forged(simulator, order, body):
    _, headers = simulator.callback(order.code, "paid")
    refused(body, headers, status=400, outcome="forged")


def test_a_huge_body_is_not_read_to_its_end(simulator, order):
    _, headers = simulator.callback(order.code, "paid")
    message = refused(b"x" * (MOST_BYTES * 20), headers, status=400, outcome="forged")
    assert len(message.body) == 2000


@pytest.mark.parametrize("kind", ["text/plain", "multipart/form-data; boundary=x", "application/xml"])
def test_even_a_signed_one_of_another_content_type_is_refused(simulator, order, kind):
    body, headers = simulator.callback(order.code, "paid", simulator.pay(order.code))
    refused(body, {**headers, "Content-Type": kind}, status=400, outcome="forged")


def test_a_gateway_that_is_not_ours_is_not_heard_at_all(simulator, order, settings):
    body, headers = simulator.callback(order.code, "paid", simulator.pay(order.code))
    messages = GatewayMessage.objects.count()
    assert send(body, headers, gateway="other").status_code == 404
    settings.PAYMENT_GATEWAY = {**settings.PAYMENT_GATEWAY, "url": ""}
    assert send(body, headers).status_code == 404
    assert GatewayMessage.objects.count() == messages
    assert not Payment.objects.exists()


class TestForgedInNumbers:
    """Whoever forges is slowed, and fills no table; what the gateway has signed is heard always."""

    def sent_from(self, address: str, body: bytes, headers: dict[str, str]):
        others = {name: value for name, value in headers.items() if name != "Content-Type"}
        return Client(enforce_csrf_checks=True).post(
            "/payments/callback/city",
            body,
            content_type="application/json",
            headers=others,
            REMOTE_ADDR=address,
        )

    def forged(self, simulator, order, *, times: int, address: str = "203.0.113.5") -> list[int]:
        paid = {"number": "GD-CLAIMED", "amount": 700_000, "paid_at": given.NOW.isoformat()}
        body, headers = simulator.callback(order.code, "paid", paid)
        guesses = ({**headers, "X-Signature": f"{guess:064x}"} for guess in range(times))
        return [self.sent_from(address, body, guess).status_code for guess in guesses]

    def test_of_a_hundred_most_are_429_and_nothing_changes_and_the_genuine_one_is_taken(
        self, simulator, order, settings, caplog
    ):
        before, rows, messages = doors.world(), OutboxRow.objects.count(), GatewayMessage.objects.count()
        most = settings.GUESS_LIMIT
        assert self.forged(simulator, order, times=100) == [400] * most + [429] * (100 - most)
        assert (doors.world(), OutboxRow.objects.count()) == (before, rows)
        assert GatewayMessage.objects.count() == messages + most
        assert of(order).closed_at is None
        assert "203.0.113.5" not in caplog.text
        assert "not kept" in caplog.text
        genuine = simulator.callback(order.code, "paid", simulator.pay(order.code))
        answer = self.sent_from("203.0.113.5", *genuine)
        assert (answer.status_code, answer.json()) == (200, {"outcome": "settled"})
        assert of(order).outcome == OrderOutcome.SETTLED

    def test_it_is_said_that_there_were_too_many(self, simulator, order, settings):
        self.forged(simulator, order, times=settings.GUESS_LIMIT)
        answer = self.sent_from("203.0.113.5", b"{}", {})
        assert (answer.status_code, answer.json()) == (429, {"outcome": "too_many_guesses"})

    def test_whatever_is_forged_counts(self, simulator, order, settings):
        body, headers = simulator.callback(order.code, "failed")
        for _ in range(settings.GUESS_LIMIT):
            send(b"x" * (MOST_BYTES * 2), headers)
        assert send(body, {**headers, "Content-Type": "text/plain"}).status_code == 429
        assert send(body, headers).json() == {"outcome": "closed"}

    def test_another_address_is_answered_as_before(self, simulator, order, settings):
        self.forged(simulator, order, times=settings.GUESS_LIMIT + 1)
        assert self.forged(simulator, order, times=1, address="203.0.113.6") == [400]

    def test_what_is_signed_never_counts_however_often_it_comes(self, simulator, order, settings):
        unknown = simulator.callback("NOSUCHORDER2", "failed")
        answers = {send(*unknown).status_code for _ in range(settings.GUESS_LIMIT * 3)}
        assert answers == {404}
        assert self.forged(simulator, order, times=1, address="127.0.0.1") == [400]


def test_it_is_only_posted_to(simulator):
    assert Client().get("/payments/callback/city").status_code == 405


def test_neither_the_answer_nor_the_log_names_a_person_or_the_key(simulator, order, caplog):
    body, headers = simulator.callback(order.code, "paid", simulator.pay(order.code), key=b"guessed")
    answer = send(body, headers)
    for text in (caplog.text, json.dumps(answer.json())):
        assert online.KEY not in text
        assert order.code not in text
