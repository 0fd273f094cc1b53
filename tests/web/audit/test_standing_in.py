"""The page of a difference says whose it is to explain it, and lets in who stands in for an accountant, there alone."""

from __future__ import annotations

import pytest
import time_machine
from django.urls import reverse

from apps.accounts.choices import Role
from apps.receipts.models import DifferenceExplanation
from tests import given
from tests.receipts import books
from tests.receipts.books import LATER
from tests.receipts.test_drawers import closed, opened

pytestmark = pytest.mark.django_db


@pytest.fixture
def page():
    """The page of what lacks in the drawer of the ward's only cashier, who is its only accountant."""
    both = given.staff(given.ward_committee(), Role.CASHIER, Role.ACCOUNTANT)
    session = closed(opened(both), both, 0, explanation="Thiếu")
    return both, reverse("audit:difference", args=["session_difference", f"session:{session.uuid}"])


@time_machine.travel(LATER)
def test_the_only_accountant_reads_who_explains_what_went_through_their_own_hands(enter, page):
    both, address = page
    head = given.staff(given.ward_committee(), Role.HEAD)
    told = enter(both).get(address)
    assert told.status_code == 200
    assert f"{head.name} (Head of division, " in told.content.decode()
    assert b'name="reason"' not in told.content


@time_machine.travel(LATER)
def test_who_heads_the_body_explains_it_there_and_reads_no_other_page_of_the_books(enter, page):
    _both, address = page
    head = enter(given.staff(given.ward_committee(), Role.HEAD))
    shown = head.get(address).content
    assert b'name="reason"' in shown
    # Nothing leads to a page that is closed to them.
    assert b'href="/audit/' not in shown
    for closed_page in (reverse("audit:home"), reverse("audit:differences")):
        assert head.get(closed_page).status_code == 403
    told = head.post(address, {"reason": "Đã kiểm đếm lại", "request_key": given.key()})
    assert (told.status_code, told["Location"]) == (302, address)
    assert DifferenceExplanation.objects.get().reason == "Đã kiểm đếm lại"


@time_machine.travel(LATER)
def test_who_does_not_stand_in_is_refused(enter, page):
    _both, address = page
    books.accountant()
    for role in (Role.HEAD, Role.APPROVER, Role.HANDLER):
        assert enter(given.staff(given.ward_committee(), role)).get(address).status_code == 403
    assert not DifferenceExplanation.objects.exists()


@time_machine.travel(LATER)
def test_where_nobody_may_the_page_says_so(enter, page):
    both, address = page
    assert b"Nobody holds a post that may" in enter(both).get(address).content
