"""The pages of a cash drawer: opened from a payment, moved in, counted, printed, acknowledged; what was typed stays."""

from __future__ import annotations

import re

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.accounts.choices import Role
from apps.receipts.actions.cashiers import close_session, open_session
from apps.receipts.drawers import notes_of
from apps.receipts.models import CashierSession, CashMovement, DifferenceAcknowledged, Payment
from tests import given
from tests.receipts.test_drawers import closed, desk, drawer, paid

pytestmark = pytest.mark.django_db


def text(answer) -> str:
    """What the page says, without its markup."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode())).replace("\xa0", " ")


def send(client, url: str, **typed):
    return client.post(url, {"request_key": given.key(), **typed})


def page_of(session: CashierSession, act: str = "") -> str:
    return f"/desk/drawer/{session.uuid}/{act}"


def test_a_payment_leads_to_the_opening_of_a_drawer_and_back(enter):
    case = given.taken_at_counter()
    by = given.staff(case.current_agency, Role.CASHIER)
    client = enter(by)
    payment = f"/desk/cases/{case.code}/record-payment/"
    opening = f"/desk/drawer/?case={case.code}"
    page = client.get(payment)
    assert f'href="{opening}"' in page.content.decode()
    assert "Open your cashier&#x27;s session first" in page.content.decode()
    assert case.code in text(client.get(opening))
    answer = send(client, opening, desk=case.current_agency.pk, opening_balance="200.000")
    assert answer["Location"] == payment
    assert drawer(by).opening_balance == 200_000
    assert "Open your cashier" not in client.get(payment).content.decode()
    assert send(client, payment, amount="8.000", method="cash").status_code == 302
    assert Payment.objects.get().session == drawer(by)


def test_opening_for_a_case_out_of_sight_leads_to_the_drawer(enter):
    case = given.taken_at_counter()
    elsewhere = given.ward_committee("Phường Hàng Bạc")
    client = enter(given.staff(elsewhere, Role.CASHIER))
    for code in (case.code, "//elsewhere.example", "H26-261123-9999"):
        assert client.get(f"/desk/drawer/?case={code}").status_code == 200
    answer = send(client, f"/desk/drawer/?case={case.code}", desk=elsewhere.pk, opening_balance="0")
    assert answer["Location"] == "/desk/drawer/"


def test_the_payment_of_a_cashier_whose_drawer_is_of_yesterday_leads_to_its_count(enter):
    case = given.taken_at_counter()
    by = given.cashier(case.current_agency, at=given.after(given.NOW, days=-1))
    page = enter(by).get(f"/desk/cases/{case.code}/record-payment/").content.decode()
    assert f'href="{page_of(drawer(by), "close/")}"' in page
    shown = text(enter(by).get(page_of(drawer(by))))
    assert "No money is taken in it any more" in shown
    assert "Change or deposit" not in shown


def test_a_payment_at_the_counter_is_cash_or_card_and_keeps_what_was_typed(enter):
    case = given.taken_at_counter()
    client = enter(given.cashier(case.current_agency))
    url = f"/desk/cases/{case.code}/record-payment/"
    methods = re.findall(r'name="method" type="radio" value="(\w+)"', client.get(url).content.decode())
    assert methods == ["cash", "card"]
    answer = send(client, url, amount="80.000", method="card", reference="THE 0042")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "The amount due is 8.000 đ" in page
    assert 'value="80.000"' in page and 'value="THE 0042"' in page
    for amount in ("-8000", "8000,5", "tám nghìn", "", "9" * 30):
        answer = send(client, url, amount=amount, method="cash")
        assert answer.status_code == 422
        assert f'value="{amount}"' in answer.content.decode() or not amount
    assert not Payment.objects.exists()


@pytest.mark.parametrize("typed", ["-1", "1,5", "nhiều", "", "100.000.001", "9" * 30])
def test_an_opening_balance_that_is_none_is_shown_again(enter, typed):
    by = given.staff(desk(), Role.CASHIER)
    answer = send(enter(by), "/desk/drawer/", desk=desk().pk, opening_balance=typed)
    assert answer.status_code == 422
    assert "govuk-error-summary" in answer.content.decode()
    assert f'value="{typed}"' in answer.content.decode() or not typed
    assert not CashierSession.objects.exists()


def test_the_opening_is_offered_with_what_was_in_the_last_drawer(enter):
    by = given.cashier(desk())
    closed(drawer(by), by, 200_000)
    page = enter(by).get("/desk/drawer/")
    assert 'value="200,000"' in page.content.decode()
    assert "Your last drawer was closed at" in text(page)


def test_two_tabs_that_open_a_drawer_open_one(enter):
    by = given.staff(desk(), Role.CASHIER)
    client, typed = enter(by), {"desk": desk().pk, "opening_balance": "0", "request_key": given.key()}
    assert client.post("/desk/drawer/", typed)["Location"] == "/desk/drawer/"
    assert client.post("/desk/drawer/", typed)["Location"] == "/desk/drawer/"
    second = client.post("/desk/drawer/", {**typed, "request_key": given.key()})
    assert second.status_code == 409
    assert "You have an open cashier&#x27;s session already" in second.content.decode()
    assert client.get("/desk/drawer/")["Location"] == page_of(drawer(by))
    assert CashierSession.objects.count() == 1


def test_a_drawer_shows_where_its_money_came_from_and_its_payments(enter):
    by = given.cashier(desk())
    paid(by)
    paid(by, method="card")
    client = enter(by)
    answer = send(client, page_of(drawer(by), "move/"), kind="deposit", amount="100.000", reference="GNT 15")
    assert answer["Location"] == page_of(drawer(by))
    page = client.get(page_of(drawer(by)))
    for said in (
        "Cash expected in the drawer 108.000 đ",
        "Card slips expected 8.000 đ",
        "GNT 15",
        "26TAA – 2",
    ):
        assert said in text(page)
    for payment in Payment.objects.all():
        assert re.search(r'href="/desk/cases/H26[\w.-]+/"', page.content.decode()), payment


def test_a_movement_that_is_refused_keeps_what_was_typed(enter):
    by = given.cashier(desk())
    url = page_of(drawer(by), "move/")
    client = enter(by)
    answer = send(client, url, kind="deposit", amount="200.001", reference="GNT 15")
    assert answer.status_code == 409
    assert "The drawer holds 200.000" in text(answer)
    assert 'value="200.001"' in answer.content.decode() and 'value="GNT 15"' in answer.content.decode()
    assert "needs the number of the paying-in slip" in text(send(client, url, kind="deposit", amount="1000"))
    for amount in ("0", "-5", "1.5", "trăm", "9" * 30):
        assert send(client, url, kind="change", amount=amount).status_code == 422
    assert not CashMovement.objects.exists()


def test_a_count_that_differs_is_summed_and_keeps_what_was_typed_until_it_is_explained(enter):
    by = given.cashier(desk())
    paid(by)
    client, url = enter(by), page_of(drawer(by), "close/")
    typed = {"note_100000": "2", "note_1000": "3", "counted_cards": "0"}
    answer = send(client, url, **typed)
    assert answer.status_code == 422
    said = text(answer)
    assert "expected 208.000 đ, counted 203.000 đ, difference \N{MINUS SIGN}5.000 đ" in said
    assert "= 200.000 đ" in said and "The notes typed so far are worth 203.000 đ" in said
    assert re.search(r'name="note_1000" value="3"', answer.content.decode())
    assert drawer(by).is_open
    answer = send(client, url, **typed, explanation="Trả thừa cho khách")
    assert answer["Location"] == page_of(drawer(by))
    page = text(client.get(page_of(drawer(by))))
    for part in ("Record of the cash count", "Trả thừa cho khách", "Hai trăm linh ba nghìn đồng"):
        assert part in page


@pytest.mark.parametrize("number", ["-1", "1,5", "ba", "20001", "9" * 30])
def test_a_number_of_notes_that_is_none_is_shown_again(enter, number):
    by = given.cashier(desk())
    answer = send(
        enter(by),
        page_of(drawer(by), "close/"),
        note_100000="2",
        note_500=number,
        counted_cards="0",
        explanation="x",
    )
    assert answer.status_code == 422
    assert f'value="{number}"' in answer.content.decode()
    assert 'href="#id_note_500"' in answer.content.decode()
    assert drawer(by).is_open


def test_a_drawer_closed_in_another_tab_is_shown_closed(enter):
    by = given.cashier(desk())
    closed(drawer(by), by, 200_000)
    client = enter(by)
    for act in ("close/", "move/"):
        answer = client.get(page_of(drawer(by), act), follow=True)
        assert "This drawer is closed already" in text(answer)
        assert send(client, page_of(drawer(by), act), note_500="1").status_code == 302
    assert CashierSession.objects.count() == 1 and not CashMovement.objects.exists()


def test_the_head_counts_in_the_cashiers_stead_and_another_acknowledges(enter):
    by, head = given.cashier(desk()), given.staff(desk(), Role.HEAD)
    client, url = enter(head), page_of(drawer(by), "close/")
    typed = {"counted_cards": "0", "explanation": "Thiếu tiền lẻ"}
    assert send(client, url, **typed).status_code == 422
    assert drawer(by).is_open
    assert send(client, url, **typed, reason="Thủ quỹ nghỉ ốm").status_code == 302
    page = text(client.get(page_of(drawer(by))))
    assert "Thủ quỹ nghỉ ốm" in page and "Acknowledge the difference" not in page
    assert send(client, page_of(drawer(by), "acknowledge/"), note="Tự tôi").status_code == 403
    second = enter(given.staff(desk(), Role.APPROVER))
    assert "Differences to be acknowledged" in text(second.get("/desk/drawer/all/"))
    assert send(second, page_of(drawer(by), "acknowledge/"), note="").status_code == 422
    assert send(second, page_of(drawer(by), "acknowledge/"), note="Đã lập biên bản").status_code == 302
    assert "Đã lập biên bản" in text(second.get(page_of(drawer(by))))
    assert "Differences to be acknowledged" not in text(second.get("/desk/drawer/all/"))
    assert DifferenceAcknowledged.objects.count() == 1


def test_a_clerk_who_keeps_no_drawer_is_not_offered_one(enter):
    client = enter(given.staff(desk(), Role.HANDLER, Role.REGISTRAR))
    assert "Cash drawer" not in text(client.get("/desk/"))
    for url in ("/desk/drawer/", "/desk/drawer/all/"):
        assert client.get(url).status_code == 403
    head = enter(given.staff(desk(), Role.HEAD))
    assert "Cash drawer" in text(head.get("/desk/"))
    assert head.get("/desk/drawer/")["Location"] == "/desk/drawer/all/"


def test_a_cashier_sees_their_own_sessions_and_nobody_elses(enter):
    mine, other = given.cashier(desk()), given.cashier(desk())
    page = text(enter(mine).get("/desk/drawer/all/"))
    assert mine.name in page and other.name not in page
    assert enter(mine).get(page_of(drawer(other))).status_code == 404


def _days(count: int, by) -> None:
    """A drawer of each of so many days before, with a difference."""
    for number in range(count):
        at = given.after(given.NOW, days=-number - 1)
        session = open_session(desk().pk, opening_balance=0, by=by, at=at, request_key=given.key())
        close_session(
            session.uuid,
            count=notes_of(1_000),
            counted_cards=0,
            explanation="Thừa",
            by=by,
            at=at,
            request_key=given.key(),
        )


def _queries(client, url: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert client.get(url).status_code == 200
    return len(seen)


def test_the_list_costs_the_same_with_more_sessions(enter):
    by = given.staff(desk(), Role.CASHIER)
    client = enter(given.staff(desk(), Role.HEAD))
    _days(2, by)
    few = _queries(client, "/desk/drawer/all/")
    _days(18, given.staff(desk(), Role.CASHIER))
    assert _queries(client, "/desk/drawer/all/") == few <= 8


def test_a_session_costs_the_same_with_more_payments(enter):
    by = given.cashier(desk())
    client = enter(by)
    paid(by)
    few = _queries(client, page_of(drawer(by)))
    for _ in range(5):
        paid(by)
    assert _queries(client, page_of(drawer(by))) == few <= 14


def test_a_drawer_left_open_is_marked_in_the_list_of_its_head(enter):
    by, head = given.cashier(desk()), given.staff(desk(), Role.HEAD)
    with time_machine.travel(given.after(given.NOW, days=1), tick=False):
        client = enter(head)
        assert "Left open since that day" in text(client.get("/desk/drawer/all/"))
        closed(drawer(by), by, 200_000, at=given.after(given.NOW, days=1))
        assert "Closed late" in text(client.get("/desk/drawer/all/"))
