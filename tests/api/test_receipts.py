"""Receipts of a payer, and receipts in one file, through the API."""

from __future__ import annotations

import pytest
import time_machine

from apps.accounts.choices import Role
from apps.receipts.models import CashierSession
from tests import given
from tests.api.calls import Caller
from tests.bundles.paid import MAKE, paid_by, receipt_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at_nine():
    with time_machine.travel(given.NOW, tick=False):
        yield


def test_a_payer_lists_a_year_asks_for_it_and_follows_it():
    by, business = given.representative()
    receipt = receipt_of(paid_by(by, business_id=business))
    caller = Caller(by)
    (row,) = caller.get("/my-receipts", year=2026).json()["results"]
    assert (row["id"], row["number"], row["amount"]) == (str(receipt.uuid), receipt.number, receipt.amount)
    assert (row["is_replaced"], row["is_file_made"]) == (False, True) and "payer" not in row
    assert caller.get("/my-receipts", year=2025).json()["results"] == []
    assert Caller(given.citizen()).get("/my-receipts").json()["results"] == []
    asked = caller.post("/receipt-bundles", {"of": "year", "medium": "zip", "year": 2026})
    assert asked.status_code == 201 and (asked.json()["state"], asked.json()["total"]) == ("asked", 1)
    address = f"/receipt-bundles/{asked.json()['id']}"
    assert caller.get(f"{address}/download").json()["code"] == "file_not_ready"
    given.carry_out(given.NOW, *MAKE)
    made = caller.get(address).json()
    assert (made["state"], made["done"], made["lacking"]) == ("ready", 1, 0)
    content = b"".join(caller.get(f"{address}/download").streaming_content)
    assert len(content) == made["size"]
    assert [row["id"] for row in caller.get("/receipt-bundles").json()["results"]] == [made["id"]]


def test_each_kind_needs_what_it_is_of():
    by, business = given.representative()
    case = paid_by(by, business_id=business)
    caller = Caller(given.staff(case.current_agency, Role.CASHIER))
    for body in ({"of": "year"}, {"of": "day", "day": "2026-11-23"}, {"of": "session"}, {"of": "all"}):
        assert caller.post("/receipt-bundles", body).status_code == 422
    session = CashierSession.objects.get()
    day = {"of": "day", "agency": case.current_agency_id, "day": "2026-11-23"}
    for body in (day, {"of": "session", "session": str(session.uuid)}):
        answer = caller.post("/receipt-bundles", body)
        assert answer.status_code == 201 and answer.json()["total"] == 1
