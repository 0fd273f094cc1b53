"""The page where a case is paid: what is due, the way to the gateway and back, the code of a transfer, the receipt."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.applications.choices import PartyRole
from apps.cases.actions.settling import reconcile
from apps.cases.tasks import render_receipt
from apps.core.models import OutboxRow
from apps.core.spoken import dong
from apps.receipts.models import Payment, PaymentOrder, Receipt
from tests import given, online
from tests.online import heard, ordered, paid_online, payer_of

FEE = dong(700_000)


@pytest.fixture
def case(db):
    return given.filed_with_a_fee()


def url_of(case) -> str:
    return f"/cases/{case.code}/payment/"


def page_of(client, case) -> str:
    answer = client.get(url_of(case))
    assert answer.status_code == 200
    return answer.content.decode()


def press(client, case):
    return client.post(url_of(case), {"request_key": given.key()})


def test_the_case_leads_to_its_payment_while_something_is_due(enter, simulator, case):
    client = enter(payer_of(case))
    assert f'href="{url_of(case)}"' in client.get(f"/cases/{case.code}/").content.decode()
    given.paid(case)
    assert f'href="{url_of(case)}"' not in client.get(f"/cases/{case.code}/").content.decode()
    assert "Nothing is to be paid now." in page_of(client, case)


def test_what_is_due_is_shown_and_pressing_opens_an_order(enter, simulator, case):
    client = enter(payer_of(case))
    page = page_of(client, case)
    assert FEE in page
    assert "Pay online" in page
    assert not PaymentOrder.objects.exists()
    answer = press(client, case)
    assert (answer.status_code, answer["Location"]) == (302, url_of(case))
    order = PaymentOrder.objects.get()
    page = page_of(client, case)
    assert f'href="{order.pay_url}"' in page
    assert "Waiting for the payment" in page
    assert order.code in page


def test_pressed_twice_there_is_one_order(enter, simulator, case):
    client = enter(payer_of(case))
    press(client, case)
    press(client, case)
    assert PaymentOrder.objects.count() == 1


def test_without_a_gateway_the_page_says_that_online_payment_is_off(enter, case):
    client = enter(payer_of(case))
    assert "Online payment is off" in page_of(client, case)
    answer = press(client, case)
    assert answer.status_code == 409
    assert "Online payment is off, and" in answer.content.decode()
    assert not PaymentOrder.objects.exists()


def test_without_a_gateway_a_transfer_is_offered_with_its_code(enter, case):
    online.with_account(case.competent_agency)
    client = enter(payer_of(case))
    press(client, case)
    page = page_of(client, case)
    assert "Online payment is off" in page
    assert 'src="data:image/svg+xml;base64,' in page
    for said in ("0011002345678", PaymentOrder.objects.get().code, "Tài khoản của bản mô phỏng", FEE):
        assert said in page
    assert "Not established by a source" in page


def test_a_gateway_that_does_not_answer_is_said_and_asked_again(enter, simulator, case):
    simulator.plan["create"] = [500, 500]
    client = enter(payer_of(case))
    press(client, case)
    page = page_of(client, case)
    assert "The payment gateway does not answer" in page
    assert "Ask the gateway again" in page
    press(client, case)
    assert f'href="{PaymentOrder.objects.get().pay_url}"' in page_of(client, case)


@pytest.mark.parametrize("claim", ["", "?status=paid", "?vnp_ResponseCode=00", "?state=failed"])
def test_back_from_the_gateway_the_page_says_what_we_know_whatever_the_address_claims(
    enter, simulator, case, claim
):
    order = ordered(case)
    client = enter(payer_of(case))
    answer = client.get(f"/payments/{order.code}/{claim}")
    assert (answer.status_code, answer["Location"]) == (302, url_of(case))
    assert "Waiting for the payment" in page_of(client, case)
    assert not Payment.objects.exists()


def test_who_was_sent_back_signed_out_signs_in_first_and_strangers_learn_nothing(
    client, enter, simulator, case
):
    order = ordered(case)
    assert client.get(f"/payments/{order.code}/")["Location"].startswith("/account/login/")
    assert enter(given.citizen()).get(f"/payments/{order.code}/").status_code == 404
    assert enter(payer_of(case)).get("/payments/NOSUCHORDER2/").status_code == 404


def test_once_paid_the_receipt_is_there_as_soon_as_it_is_made(enter, simulator, case):
    order = ordered(case)
    paid_online(simulator, order)
    client = enter(payer_of(case))
    page = page_of(client, case)
    assert "Paid" in page
    assert "being made; look again in a moment" in page
    assert 'data-refresh="1"' in page
    render_receipt(OutboxRow.objects.get(task__endswith="render_receipt").pk)
    page = page_of(client, case)
    receipt = f"/cases/{case.code}/receipts/{Receipt.objects.get().uuid}/"
    assert f'href="{receipt}"' in page
    assert "data-refresh" not in page
    assert client.get(receipt).status_code == 200


@pytest.mark.parametrize(
    ("state", "said"),
    [("failed", "Payment failed"), ("cancelled", "Cancelled"), ("expired", "Not paid in time")],
)
def test_an_order_that_ended_without_money_is_said_and_another_can_be_opened(
    enter, simulator, case, state, said
):
    heard(simulator, ordered(case), state)
    client = enter(payer_of(case))
    page = page_of(client, case)
    assert said in page
    assert "Pay online" in page
    press(client, case)
    assert PaymentOrder.objects.count() == 2


def test_an_order_whose_time_is_over_is_not_paid_any_more(enter, simulator, case):
    order = ordered(case)
    with time_machine.travel(order.expires_at + timedelta(seconds=1), tick=False):
        page = page_of(enter(payer_of(case)), case)
        assert "Time is over; the gateway is asked" in page
        assert order.pay_url not in page
        reconcile(order.code, at=order.expires_at)
        assert "Not paid in time" in page_of(enter(payer_of(case)), case)


def test_money_that_settled_nothing_is_said(enter, simulator, case):
    paid_online(simulator, ordered(case), 699_999)
    page = page_of(enter(payer_of(case)), case)
    assert f"{dong(699_999)} settled nothing." in page
    assert "Pay online" in page


def test_a_payer_sees_what_is_due_and_nothing_else_of_the_case(enter, simulator, case):
    payer = given.citizen()
    party = case.application.parties.filter(role=PartyRole.FILER).first()
    name = party.particulars["name"]
    party.pk, party.role, party.citizen_id, party.business_id = None, PartyRole.PAYER, payer.citizen_id, None
    party.save(force_insert=True)
    client = enter(payer)
    assert client.get(f"/cases/{case.code}/").status_code == 404
    page = page_of(client, case)
    assert FEE in page
    assert case.version.procedure.name not in page
    assert name not in page
    assert f'href="/cases/{case.code}/"' not in page


def test_addresses_and_titles_name_no_person(enter, simulator, case):
    client = enter(payer_of(case))
    press(client, case)
    page = page_of(client, case)
    order = PaymentOrder.objects.get()
    name = case.application.parties.filter(role=PartyRole.FILER).first().particulars["name"]
    assert name not in re.search(r"<title>(.*?)</title>", page, re.S)[1]
    assert case.code not in str(simulator.orders[order.code])


def test_many_attempts_cost_no_more_questions(enter, simulator, case):
    def attempts(count: int) -> int:
        for _ in range(count):
            heard(simulator, ordered(case), "failed")
        with CaptureQueriesContext(
            connection,
        ) as asked:
            page_of(client, case)
        return len(asked)

    client = enter(payer_of(case))
    page_of(client, case)
    assert attempts(2) == attempts(18)


class TestCancelling:
    """An order that will not be paid is ended from its page."""

    def press(self, client, case, order, *, key: str = ""):
        url = f"{url_of(case)}{order.code}/cancel/"
        return client.post(url, {"request_key": key or given.key()})

    @time_machine.travel(given.NOW, tick=False)
    def test_the_button_ends_it_and_what_is_due_can_be_paid_anew(self, enter, simulator, case):
        order, client, key = ordered(case), enter(payer_of(case)), given.key()
        assert f'action="{url_of(case)}{order.code}/cancel/"' in page_of(client, case)
        answer = self.press(client, case, order, key=key)
        assert (answer.status_code, answer["Location"]) == (302, url_of(case))
        page = page_of(client, case)
        assert "The payment is cancelled. What is due can be paid anew." in page
        assert "Cancelled" in page
        assert order.pay_url not in page
        assert "Pay online" in page
        assert "/cancel/" not in page
        # Pressed twice it is answered again.
        assert self.press(client, case, order, key=key).status_code == 302
        press(client, case)
        assert PaymentOrder.objects.count() == 2

    @time_machine.travel(given.NOW, tick=False)
    def test_paid_meanwhile_it_is_said_and_the_receipt_is_there(self, enter, simulator, case):
        order, client = ordered(case), enter(payer_of(case))
        simulator.pay(order.code)
        answer = self.press(client, case, order)
        assert answer.status_code == 409
        page = answer.content.decode()
        assert "This payment order has ended already: “Paid”." in page
        assert Receipt.objects.count() == 1

    @time_machine.travel(given.NOW, tick=False)
    def test_a_silent_gateway_and_money_under_way_are_said_and_it_stays_open(self, enter, simulator, case):
        order, client = ordered(case), enter(payer_of(case))
        simulator.plan["cancel"] = [500, 500]
        answer = self.press(client, case, order)
        assert answer.status_code == 503
        assert "The payment gateway does not answer, so that the order stays open." in answer.content.decode()
        simulator.under_way.add(order.code)
        answer = self.press(client, case, order)
        assert answer.status_code == 409
        assert "A payment of this order is under way" in answer.content.decode()
        assert f'href="{order.pay_url}"' in page_of(client, case)

    @time_machine.travel(given.NOW, tick=False)
    def test_strangers_find_nothing_and_no_other_case_serves(self, enter, simulator, case):
        order, other = ordered(case), given.filed_with_a_fee()
        assert self.press(enter(given.citizen()), case, order).status_code == 404
        assert self.press(enter(payer_of(other)), case, order).status_code == 404
        assert self.press(enter(payer_of(other)), other, order).status_code == 404
        assert enter(payer_of(case)).get(f"{url_of(case)}{order.code}/cancel/").status_code == 405
        for code in ("NOSUCHORDER2", "%00", "'--", "x" * 500):
            answer = enter(payer_of(case)).post(f"{url_of(case)}{code}/cancel/", {"request_key": given.key()})
            assert answer.status_code == 404
        assert PaymentOrder.objects.get().closed_at is None
