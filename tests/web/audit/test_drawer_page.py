"""What an auditor reads of a drawer: also who counted it in the cashier's stead, and who acknowledged its difference."""

from __future__ import annotations

import pytest
from django.urls import reverse

from apps.accounts.choices import Role
from tests import given
from tests.receipts import books
from tests.receipts.test_drawers import acknowledged, closed, desk, opened

pytestmark = pytest.mark.django_db


def page_of(session, enter) -> str:
    return enter(books.auditor()).get(reverse("audit:session", args=[session.uuid])).content.decode()


def test_a_difference_stands_beside_who_acknowledged_it_and_what_they_found(enter):
    by = given.staff(desk(), Role.CASHIER)
    session = closed(opened(by), by, 0, explanation="Mất")
    assert "Nobody has acknowledged it" in page_of(session, enter)
    head = given.staff(desk(), Role.HEAD)
    acknowledged(session, head, "Đã xem camera")
    told = page_of(session, enter)
    assert head.name in told and "Đã xem camera" in told and "Nobody has acknowledged it" not in told


def test_a_drawer_that_another_counted_says_who_and_why(enter):
    by, head = given.staff(desk(), Role.CASHIER), given.staff(desk(), Role.HEAD)
    session = closed(opened(by), head, 200_000, reason="Thủ quỹ nghỉ ốm")
    told = page_of(session, enter)
    assert head.name in told and "Thủ quỹ nghỉ ốm" in told
    # It agreed: nothing waits to be acknowledged.
    assert "Difference acknowledged by" not in told


def test_the_page_of_finding_says_nothing_before_anything_is_asked(enter):
    client = enter(books.auditor())
    nothing = b"Nothing in the books that you may read"
    assert nothing not in client.get(reverse("audit:find")).content
    assert nothing in client.get(f"{reverse('audit:find')}?q=KHONGCO").content
