"""What a line of the bank may be is offered the best first, searched by what an accountant has in hand, and never all at once."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.cases.selectors.to_match import MOST_OFFERED
from apps.receipts.models import BankMatch, Receipt
from tests import given
from tests.receipts import books
from tests.receipts.books import MONDAY

pytestmark = pytest.mark.django_db


def a_line(amount: int) -> str:
    """The address at which a line is matched that the bank booked at the start of Monday."""
    books.taken_in(books.an_account(), (MONDAY, "FT-BANK", amount, "khong ro"))
    return reverse("audit:match_line", args=[books.line("FT-BANK").uuid])


def deposit(reference: str, amount: int, *, days: int = 0) -> None:
    """Cash that a cashier of the desk took to the bank so many days later."""
    books.a_deposit(given.ward_committee(), amount, reference, at=given.after(given.NOW, days=days))


def offered(client: Any, url: str, typed: str = "") -> list[str]:
    """The names of what is offered, in its order."""
    page = client.get(url, {"q": typed} if typed else {}).content.decode()
    return re.findall(r"</strong> (?:Deposit|Payment|Refund) ([^<]+)<", page)


def test_of_the_lines_own_amount_first_then_the_nearest_in_time(enter):
    url, client = a_line(70_000), enter(books.accountant())
    deposit("NT-FAR", 69_000, days=3)
    deposit("NT-NEAR", 60_000, days=1)
    deposit("NT-SAME-FAR", 70_000, days=9)
    deposit("NT-SAME-NEAR", 70_000, days=8)
    assert offered(client, url) == ["NT-SAME-NEAR", "NT-SAME-FAR", "NT-NEAR", "NT-FAR"]
    assert client.get(url).content.decode().count("the line&#x27;s own amount") == 2


def test_what_went_out_may_be_a_refund_of_its_amount(enter):
    case = given.case_at_intake()
    given.paid_online(case, 50_000)
    given.refund_decided(case, "transfer")
    refund = given.refund_paid(case).refund
    body = refund.proposal.payment.collecting_body
    account = books.an_account(body)
    books.taken_in(account, (MONDAY, "FT-OUT", -50_000, "hoan phi"))
    client = enter(books.accountant(body))
    url = reverse("audit:match_line", args=[books.line("FT-OUT").uuid])
    assert offered(client, url)[0] == refund.reference
    assert offered(client, url, case.code)[0] == refund.reference
    typed = {"ours": [f"proposal:{refund.proposal.uuid}"], "reason": "Hoàn", "request_key": given.key()}
    assert client.post(url, typed).status_code == 302
    assert BankMatch.objects.get().refund == refund


@pytest.mark.parametrize(
    "typed", ["reference", "part", "order", "case", "receipt", "number", "lookup", "amount", "lower"]
)
def test_one_is_found_among_many_by_what_an_accountant_has_in_hand(enter, typed):
    case, url = given.taken_at_counter(), a_line(70_000)
    payment = books.paid_by_bank(case, "FT-OURS-77")
    for number in range(MOST_OFFERED + 1):
        deposit(f"NT-{number}", 70_000)
    receipt = Receipt.objects.get(payment=payment)
    said = {
        "reference": payment.reference,
        "part": "ours-7",
        "order": payment.order.code,
        "case": f" {case.code} ",
        "receipt": f"EBL01 {receipt.series.code} {receipt.number}",
        "number": str(receipt.number),
        "lookup": " ".join(re.findall("....", receipt.lookup_code)),
        "amount": "8.000 đ",
        "lower": payment.order.code.lower(),
    }[typed]
    client = enter(books.accountant())
    assert payment.reference not in offered(client, url)
    assert payment.reference in offered(client, url, said)


@pytest.mark.parametrize("typed", ["%", "x" * 300, "9" * 19, "EBL01 26TAA 0", "_"])
def test_what_names_nothing_finds_nothing(enter, typed):
    url = a_line(70_000)
    deposit("NT01", 60_000)
    answer = enter(books.accountant()).get(url, {"q": typed})
    assert answer.status_code == 200
    assert re.findall(r"</strong> Deposit ([^<]+)<", answer.content.decode()) == []


def test_no_more_are_read_than_are_shown_and_how_many_were_left_off_is_said(enter):
    url, client = a_line(70_000), enter(books.accountant())
    deposit("NT-0", 70_000)
    client.get(url)

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        reads = [query["sql"] for query in queries if 'FROM "receipts_cashmovement"' in query["sql"]]
        assert all("LIMIT" in sql or "COUNT" in sql for sql in reads) and reads
        return len(queries)

    few = asked()
    assert "not shown" not in client.get(url).content.decode()
    for number in range(1, MOST_OFFERED + 3):
        deposit(f"NT-{number}", 70_000)
    assert len(offered(client, url)) == MOST_OFFERED
    assert "3 more are not shown" in client.get(url).content.decode()
    # One that counts them.
    assert asked() == few + 1


def test_of_a_body_that_another_has_succeeded_its_successor_matches(enter):
    payment = books.paid_by_bank(given.taken_at_counter(), "FT-OLD")
    successor = given.succeeded(payment.collecting_body)
    assert successor != payment.collecting_body
    books.taken_in(books.an_account(successor), (MONDAY, "FT-BANK", 8_000, "khong ro"))
    client = enter(books.accountant(successor))
    url = reverse("audit:match_line", args=[books.line("FT-BANK").uuid])
    assert offered(client, url) == ["FT-OLD"]
    typed = {"ours": [f"payment:{payment.uuid}"], "reason": "Đã sáp nhập", "request_key": given.key()}
    assert client.post(url, typed).status_code == 302
    assert BankMatch.objects.get().payment == payment
