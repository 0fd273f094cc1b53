"""Refunds at the desk and on the pages of a case: the list of who decides and pays, the account, what is refused in words."""

from __future__ import annotations

import pytest
from django.urls import reverse

from apps.accounts.choices import Role
from apps.receipts.models import RefundDecision
from tests import given
from tests.cases import doors
from tests.web.desk.test_lists import queries_of

pytestmark = pytest.mark.django_db


def test_the_list_says_what_waits_counts_it_and_leads_to_the_case(enter):
    first, second = given.declined_after_payment(), given.declined_after_payment()
    head = given.staff(first.current_agency, Role.HEAD)
    page = enter(head).get(reverse("desk:refunds")).content.decode()
    assert page.index(first.code) < page.index(second.code)
    assert "Declined at intake" in page and "refundable by the rule of the fee" in page
    assert 'Refunds <span class="mc-tabs__count">2</span>' in page
    elsewhere = given.staff(doors.other_ward(), Role.HEAD)
    assert first.code not in enter(elsewhere).get(reverse("desk:refunds")).content.decode()


def test_the_list_costs_as_many_queries_at_20_rows_as_at_2_and_at_most_8(enter):
    def more(number: int) -> None:
        for _ in range(number):
            given.declined_after_payment()

    more(2)
    client = enter(given.staff(given.ward_committee(), Role.HEAD))
    at_2 = queries_of(client, reverse("desk:refunds"))
    more(10)
    at_12 = queries_of(client, reverse("desk:refunds"))
    assert len(at_2) == len(at_12) <= 8, "\n".join(at_12)


def test_the_account_of_a_case_stands_on_its_pages_row_by_row_with_its_totals(enter):
    who = given.citizen()
    case = given.declined_after_payment(by=who)
    given.refund_decided(case)
    given.refund_paid(case)
    for by, name in ((given.staff(case.current_agency, Role.HEAD), "desk:case"), (who, "portal:case")):
        page = enter(by).get(reverse(name, args=[case.code])).content.decode()
        assert "Paid and paid back" in page and "Refunded" in page
        assert "700.000\N{NO-BREAK SPACE}đ: Paid back." in page


def test_a_page_of_a_case_that_nobody_paid_shows_no_account(enter):
    case = given.taken_at_counter()
    by = given.receptionist(case.current_agency)
    page = enter(by).get(reverse("desk:case", args=[case.code])).content.decode()
    assert "Paid and paid back" not in page


def test_a_decision_that_the_money_does_not_allow_is_told_beside_its_field(enter):
    case = given.declined_after_payment()
    client = enter(given.staff(case.current_agency, Role.HEAD))
    url = reverse("desk:verb", args=[case.code, "decide-refund"])
    sent = {
        "request_key": given.key(),
        "refund": str(given.refund_of(case).uuid),
        "is_granted": "yes",
        "method": "gateway",
        "reason": "Không được tiếp nhận",
    }
    answer = client.post(url, sent)
    assert answer.status_code == 422
    assert "did not come through a payment gateway" in answer.content.decode()
    for changed in ({"refund": "no uuid"}, {"is_granted": ""}, {"reason": ""}, {"reason": "x" * 501}):
        assert client.post(url, {**sent, "method": "cash", **changed}).status_code == 422
    assert RefundDecision.objects.count() == 0
