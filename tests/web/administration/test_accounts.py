"""Pages of bank accounts: the city opens and ends, the head of the body confirms, each sees who did what on which decision."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.accounts.choices import Role
from apps.receipts.models import CollectionAccount
from tests import given
from tests.receipts import books

pytestmark = pytest.mark.django_db

OF_THE_BODY = reverse("administration:accounts_of_body")
ALL = reverse("administration:accounts")


def typed(body) -> dict[str, str]:
    first = {"valid_from_day": "1", "valid_from_month": "1", "valid_from_year": "2026"}
    return {
        "agency": body.identification_code,
        "bank_bin": "970436",
        "bank_name": "Ngân hàng Kiểm thử",
        "number": "0011002345678",
        "holder": "UY BAN NHAN DAN PHUONG",
        "decision": "12/QĐ-UBND 02/01/2026",
        **first,
    }


def test_the_city_opens_the_head_confirms_and_both_see_who_did_it(enter):
    body = given.ward_committee()
    city, head = given.administrator(), given.staff(body, Role.HEAD)
    assert enter(city).post(ALL, typed(body)).status_code == 302
    account = CollectionAccount.objects.get()
    confirm = reverse("administration:confirm_account", args=[account.pk])
    assert enter(city).get(OF_THE_BODY).status_code == 403
    assert enter(city).post(confirm, {"decision": given.DECISION}).status_code == 403
    page = enter(head).get(OF_THE_BODY).content.decode()
    assert confirm in page and "12/QĐ-UBND 02/01/2026" in page and city.name in page
    assert enter(head).post(confirm, {"decision": ""}).status_code == 422
    assert not CollectionAccount.objects.get().is_confirmed
    assert enter(head).post(confirm, {"decision": "Giấy xác nhận 05/2026"}).status_code == 302
    assert CollectionAccount.objects.get().confirmed_by_id == head.user_id
    for who, url in ((head, OF_THE_BODY), (city, ALL)):
        page = enter(who).get(url).content.decode()
        assert head.name in page and "Giấy xác nhận 05/2026" in page
        assert confirm not in page


def test_the_page_offers_to_nobody_the_account_that_they_opened(enter):
    body = given.ward_committee()
    both = given.administrator()
    given.PostFactory(user_id=both.user_id, agency=body, role=Role.HEAD)
    both = given.act_as(given.User(pk=both.user_id))
    account = books.an_unconfirmed_account(body, by=both)
    confirm = reverse("administration:confirm_account", args=[account.pk])
    page = enter(both).get(OF_THE_BODY)
    assert account.number in page.content.decode() and confirm not in page.content.decode()
    assert enter(both).post(confirm, {"decision": given.DECISION}).status_code == 403
    assert not CollectionAccount.objects.get().is_confirmed


def test_an_account_that_ended_says_who_ended_it_and_why(enter):
    account, city = books.an_account(), given.administrator()
    ends = {"on_day": "1", "on_month": "12", "on_year": "2026", "decision": "99/QĐ-UBND 20/11/2026"}
    assert enter(city).post(reverse("administration:end_account", args=[account.pk]), ends).status_code == 302
    for who, url in ((given.staff(account.agency, Role.HEAD), OF_THE_BODY), (city, ALL)):
        page = enter(who).get(url).content.decode()
        assert "99/QĐ-UBND 20/11/2026" in page and city.name in page


def test_the_page_of_a_body_costs_as_many_queries_with_the_accounts_of_those_it_has_succeeded(enter):
    body = given.ward_committee()
    books.an_unconfirmed_account(body)
    successor = given.succeeded(body)
    client = enter(given.staff(successor, Role.HEAD))

    def counted() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(OF_THE_BODY).status_code == 200
        return len(queries)

    client.get(OF_THE_BODY)
    few = counted()
    for name in ("Phường Hàng Bạc", "Phường Cống Vị"):
        ended = given.ward_committee(name)
        books.an_unconfirmed_account(ended)
        given.succeeded(ended)
    assert counted() == few
    assert client.get(OF_THE_BODY).content.decode().count("/confirm/") == 3
