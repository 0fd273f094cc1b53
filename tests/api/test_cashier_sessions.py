"""Cashier's sessions over the API: one life from opening to acknowledgement, replays, bad bodies, and what a list costs."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from apps.accounts.choices import Role
from apps.receipts.models import CashierSession, CashMovement
from tests import given
from tests.api.calls import Caller
from tests.api.refusals import nothing_changes, refused
from tests.api.test_query_counts import the_same_at_2_and_at_20

pytestmark = pytest.mark.django_db

SESSIONS = "/cashier-sessions"


def desk() -> Any:
    return given.ward_committee()


def faulty(answer: Any, field: str) -> None:
    """The body is refused for this field, before any verb is played."""
    assert (answer.status_code, answer.json()["field"]) == (422, field), answer.content


def opened(balance: int = 200_000) -> tuple[Caller, str]:
    """A cashier with an open drawer, and its address."""
    caller = Caller(given.staff(desk(), Role.CASHIER))
    answer = caller.post(SESSIONS, {"desk": desk().pk, "opening_balance": balance})
    assert answer.status_code == 201, answer.content
    return caller, f"{SESSIONS}/{answer.json()['uuid']}"


def test_a_session_from_its_opening_to_its_acknowledgement():
    caller, url = opened()
    case = given.taken_at_counter()
    paid = caller.post(f"/cases/{case.code}/record-payment", {"amount": 8_000, "method": "cash"})
    assert paid.status_code == 200
    moved = caller.post(f"{url}/movements", {"kind": "deposit", "amount": 100_000, "reference": "GNT 15"})
    assert moved.status_code == 201
    assert moved.json()["drawer"] == {
        "opening": 200_000,
        "cash": 8_000,
        "change": 0,
        "deposits": 100_000,
        "refunds": 0,
        "cards": 0,
        "expected_cash": 108_000,
        "expected_cards": 0,
    }
    assert [each["reference"] for each in moved.json()["movements"]] == ["GNT 15"]
    count = {"count": {"100000": 1, "5000": 1}, "counted_cards": 0}
    with nothing_changes():
        told = refused(caller.post(f"{url}/close", count), 422, "difference_unexplained", "explanation")
    assert "difference \N{MINUS SIGN}3.000" in told["message"]
    assert told["data"]["expected_cash"] == "108.000\N{NO-BREAK SPACE}đ"
    closed = caller.post(f"{url}/close", {**count, "explanation": "Trả thừa"}).json()
    assert (closed["counted_cash"], closed["expected_cash"], closed["is_closed_late"]) == (
        105_000,
        108_000,
        False,
    )
    assert closed["count"] == {"100000": 1, "5000": 1}
    assert closed["closed_by"]["name"] == closed["cashier"]["name"]
    head = Caller(given.staff(desk(), Role.HEAD))
    found = head.post(f"{url}/acknowledge-difference", {"note": "Đã lập biên bản"}).json()["acknowledged"]
    assert found["note"] == "Đã lập biên bản"
    assert head.get(SESSIONS).json()["results"][0]["acknowledged"] == found
    assert caller.get(url).json()["acknowledged"] == found


def test_the_same_request_is_answered_again_and_acts_once():
    caller, url = opened()
    body = {"kind": "change", "amount": 50_000}
    first = caller.post(f"{url}/movements", body, key="movement-0001")
    again = caller.post(f"{url}/movements", body, key="movement-0001")
    assert (first.status_code, again.status_code) == (201, 200)
    assert again["Idempotent-Replay"] == "true" and again.json() == first.json()
    assert CashMovement.objects.count() == 1
    refused(
        caller.post(f"{url}/movements", {**body, "amount": 1}, key="movement-0001"), 409, "request_key_reused"
    )
    other = Caller(given.staff(desk(), Role.CASHIER))
    opening = {"desk": desk().pk, "opening_balance": 0}
    answers = [other.post(SESSIONS, opening, key="opening-00001") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 200]
    assert answers[0].json()["uuid"] == answers[1].json()["uuid"]


@pytest.mark.parametrize("balance", [-1, 1.5, "nhiều", None, 100_000_001, 10**30, True])
def test_an_opening_balance_that_is_none_is_refused(balance):
    caller = Caller(given.staff(desk(), Role.CASHIER))
    with nothing_changes():
        answer = caller.post(SESSIONS, {"desk": desk().pk, "opening_balance": balance})
        faulty(answer, "opening_balance")
    assert not CashierSession.objects.exists()


@pytest.mark.parametrize(
    ("count", "field"),
    [
        ({"300000": 1}, "count.300000"),
        ({"500000": -1}, "count.500000"),
        ({"500000": 20_001}, "count.500000"),
        ({"500000": 1.5}, "count.500000"),
        ({"500000": "ba"}, "count.500000"),
        ({"500000": None}, "count.500000"),
        ([1], "count"),
        (None, "count"),
    ],
)
def test_a_count_that_is_none_is_refused(count, field):
    caller, url = opened()
    with nothing_changes():
        answer = caller.post(f"{url}/close", {"count": count, "counted_cards": 0, "explanation": "x"})
        faulty(answer, field)
    assert CashierSession.objects.get().is_open


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"kind": "tip", "amount": 1}, "kind"),
        ({"kind": "change", "amount": 0}, "amount"),
        ({"kind": "change", "amount": -5}, "amount"),
        ({"kind": "change", "amount": 1.5}, "amount"),
        ({"kind": "change", "amount": 10**30}, "amount"),
        ({"kind": "deposit", "amount": 1, "reference": "9" * 81}, "reference"),
        ({"kind": "deposit", "amount": 1, "reference": "a\x00b"}, "reference"),
    ],
)
def test_a_movement_that_is_none_is_refused(body, field):
    caller, url = opened()
    with nothing_changes():
        faulty(caller.post(f"{url}/movements", body), field)
    assert not CashMovement.objects.exists()


def test_what_the_verbs_refuse_keeps_its_code():
    caller, url = opened()
    deposit = {"kind": "deposit", "amount": 200_001, "reference": "GNT 15"}
    refused(caller.post(f"{url}/movements", deposit), 409, "drawer_holds_less", "amount")
    unnamed = {**deposit, "amount": 1, "reference": " "}
    refused(caller.post(f"{url}/movements", unnamed), 422, "deposit_without_reference", "reference")
    refused(caller.post(SESSIONS, {"desk": desk().pk, "opening_balance": 0}), 409, "session_open")
    refused(caller.get(f"{SESSIONS}/{uuid4()}"), 404, "session_unknown", "session")
    head = Caller(given.staff(desk(), Role.HEAD))
    count = {"count": {"200000": 1}, "counted_cards": 0}
    refused(head.post(f"{url}/close", count), 422, "closing_reason_missing", "reason")
    assert head.post(f"{url}/close", {**count, "reason": "Vắng"}).status_code == 200
    refused(caller.post(f"{url}/close", count), 409, "session_closed")
    refused(head.post(f"{url}/acknowledge-difference", {"note": "x"}), 409, "nothing_to_acknowledge")


def test_a_payment_is_recorded_by_no_other_method_than_cash_and_card():
    caller, _url = opened()
    case = given.taken_at_counter()
    for method in ("online", "transfer"):
        with nothing_changes():
            answer = caller.post(f"/cases/{case.code}/record-payment", {"amount": 8_000, "method": method})
            faulty(answer, "method")


def test_the_list_costs_the_same_for_2_sessions_and_for_20():
    head = Caller(given.staff(desk(), Role.HEAD))
    the_same_at_2_and_at_20(head, SESSIONS, lambda how_many: [given.cashier(desk()) for _ in range(how_many)])
