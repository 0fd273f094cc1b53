"""The receipts of a day at the desk: sums, sessions, and the PDF that is printed."""

from __future__ import annotations

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.accounts.choices import Role
from apps.bundles.models import Bundle
from apps.receipts.models import CashierSession
from tests import given
from tests.bundles.paid import MAKE, paid_by
from tests.doors.cast import browser

pytestmark = pytest.mark.django_db

DAY = {"day_day": "23", "day_month": "11", "day_year": "2026"}


@pytest.fixture(autouse=True)
def _at_nine():
    with time_machine.travel(given.NOW, tick=False):
        yield


def paid():
    by, business = given.representative()
    return paid_by(by, business_id=business)


def test_the_head_prints_the_day_and_one_session_of_it():
    cases = [paid(), paid()]
    desk = cases[0].current_agency
    client = browser(given.staff(desk, Role.HEAD))
    said = client.get("/desk/receipts/").content.decode()
    assert "2 receipts in force" in said and said.count("Make the PDF<") == 2
    page = client.post("/desk/receipts/", {"agency": desk.pk, **DAY})["Location"]
    session = CashierSession.objects.filter(desk=desk).first()
    other = client.post("/desk/receipts/", {"agency": desk.pk, **DAY, "session": str(session.uuid)})
    assert [bundle.total for bundle in Bundle.objects.order_by("id")] == [2, 1]
    given.carry_out(given.NOW, *MAKE)
    for address in (page, other["Location"]):
        answer = client.get(f"{address}download/")
        assert b"".join(answer.streaming_content).startswith(b"%PDF-1.7")
    colleague = browser(given.staff(desk, Role.HEAD))
    assert colleague.get(page).status_code == 404
    assert client.post("/desk/receipts/", {"agency": desk.pk, **DAY, "session": "x"}).status_code == 422


def test_who_neither_takes_money_nor_answers_for_it_has_no_such_page():
    client = browser(given.staff(paid().current_agency, Role.HANDLER))
    assert client.get("/desk/receipts/").status_code == 403
    assert "/desk/receipts/" not in client.get("/desk/").content.decode()


def test_the_page_costs_the_same_for_1_session_and_for_4():
    desk = paid().current_agency
    client = browser(given.staff(desk, Role.HEAD))

    def counted() -> int:
        client.get("/desk/receipts/")
        with CaptureQueriesContext(connection) as queries:
            client.get("/desk/receipts/")
        return len(queries)

    one = counted()
    for _ in range(3):
        paid()
    assert counted() == one
