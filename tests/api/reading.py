"""The books as tests read them over HTTP: money of which all is known, and the rows of a list."""

from __future__ import annotations

from typing import Any

from apps.receipts.models import Payment
from tests import given
from tests.api.calls import Caller
from tests.receipts import books
from tests.receipts.books import MONDAY, NAME


def banked() -> tuple[Any, Payment, Any]:
    """A case paid by transfer, and its line at the bank."""
    account = books.an_account()
    case = given.taken_at_counter()
    payment = books.paid_by_bank(case, f"FT{given.key()}")
    memo = f"{NAME} {payment.order.code} 0987654321"
    books.taken_in(account, (MONDAY, payment.reference, payment.amount, memo))
    return case, payment, books.line(payment.reference)


def found(caller: Caller, what: str, **asked: Any) -> list[dict[str, Any]]:
    answer = caller.get(f"/books/{what}", **asked)
    assert answer.status_code == 200, answer.content
    return answer.json()["results"]


def only(caller: Caller, what: str, **asked: Any) -> dict[str, Any]:
    (row,) = found(caller, what, **asked)
    return row
