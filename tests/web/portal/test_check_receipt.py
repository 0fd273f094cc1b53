"""Whoever holds a receipt learns that it is genuine, replaced by which, or corrected by a notice; and no more than that."""

from __future__ import annotations

from html import unescape

import pytest
from django.test import Client

from apps.accounts.choices import Role
from apps.receipts.models import Receipt
from tests import given
from tests.api.calls import Caller

pytestmark = pytest.mark.django_db


def page(receipt: Receipt) -> str:
    client = Client(headers={"accept-language": "en"})
    return unescape(client.get(f"/r/{receipt.lookup_code}").content.decode())


def corrected() -> tuple[Receipt, Receipt]:
    """A receipt of which a notice was given and that was then replaced, and the one in its place."""
    case = given.accepted(given.taken_at_counter())
    first = given.wrong_receipt(case)
    given.notified(case)
    return first, given.replaced(case)


def test_a_receipt_that_was_never_corrected_tells_of_no_chain():
    said = page(given.wrong_receipt(given.accepted(given.taken_at_counter())))
    assert "This receipt was issued here" in said
    assert "Its corrections" not in said and "replaced" not in said


def test_a_noticed_receipt_is_in_force_and_says_so():
    case = given.notified(given.accepted(given.taken_at_counter()))
    said = page(given.wrong_receipt(case))
    assert "Corrected by a notice" in said and "Notice 1 of 2026" in said
    assert "This receipt is replaced" not in said


def test_the_chain_is_seen_from_either_end():
    first, second = corrected()
    old, new = page(first), page(second)
    assert "This receipt is replaced" in old and "This receipt is replaced" not in new
    for said in (old, new):
        assert f"{first.series.code} – 1" in said and f"{second.series.code} – 2" in said
        assert "in force" in said and "replaced by the next" in said


def test_a_receipt_of_another_body_in_the_chain_is_named_with_its_body():
    """A number is unique only within its body: the successor's first receipt would look like the one that it replaces."""
    case = given.accepted(given.taken_at_counter())
    first = given.wrong_receipt(case)
    successor = given.succeeded(first.series.collecting_body)
    second = given.replaced(case, by=given.staff(successor, Role.HEAD))
    assert (second.series.code, second.number) == (first.series.code, first.number)
    assert f"– 1, {successor.name_en}," in page(first)
    assert f"– 1, {first.series.collecting_body.name_en}," in page(second)


def test_neither_names_nor_reasons_nor_the_code_of_the_other_are_told():
    first, second = corrected()
    for said in (page(first), page(second)):
        assert "Bưởi" not in said and "Nhập nhầm" not in said and "001185" not in said
    assert second.lookup_code not in page(first)
    assert second.lookup_code not in Caller().get(f"/receipts/{first.lookup_code}").content.decode()


def test_programs_are_told_the_same():
    first, second = corrected()
    old = Caller().get(f"/receipts/{first.lookup_code}").json()
    new = Caller().get(f"/receipts/{second.lookup_code}").json()
    assert (old["state"], new["state"]) == ("replaced", "in_force")
    assert old["chain"] == new["chain"]
    assert [(link["number"], link["is_in_force"], link["notices"]) for link in old["chain"]] == [
        (1, False, 1),
        (2, True, 0),
    ]
