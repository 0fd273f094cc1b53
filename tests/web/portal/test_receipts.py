"""A person's own receipts as pages: listed by year, put together, followed and downloaded."""

from __future__ import annotations

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.bundles.models import Bundle
from apps.core.models import AccessRecord
from apps.documents.choices import FileState
from tests import given
from tests.bundles.paid import MAKE, paid_by, receipt_of
from tests.doors.cast import browser

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at_nine():
    with time_machine.travel(given.NOW, tick=False):
        yield


def test_a_payer_lists_puts_together_and_downloads_and_another_sees_none():
    by, business = given.representative()
    case = paid_by(by, business_id=business)
    client, stranger = browser(by), browser(given.citizen())
    said = client.get("/receipts/").content.decode()
    receipt = receipt_of(case)
    assert f"/cases/{case.code}/receipts/{receipt.uuid}/" in said and "1 receipt in force" in said
    assert case.code not in stranger.get("/receipts/").content.decode()
    assert stranger.post("/receipts/", {"year": "2026", "medium": "zip"}).status_code == 422
    answer = client.post("/receipts/", {"year": "2026", "medium": "zip"})
    bundle = Bundle.objects.get()
    page = answer["Location"]
    assert page == f"/receipts/files/{bundle.uuid}/"
    running = client.get(page).content.decode()
    assert "0 of 1 receipts put together" in running and "progress.js" in running
    assert client.get(f"{page}download/").status_code == 409
    given.carry_out(given.NOW, *MAKE)
    assert f"{page}download/" in client.get(page).content.decode()
    file = client.get(f"{page}download/")
    assert file["Content-Type"] == "application/zip" and file["Cache-Control"] == "private, no-store"
    assert int(file["Content-Length"]) == len(b"".join(file.streaming_content))
    assert AccessRecord.objects.filter(subject=f"bundle:{bundle.uuid}").count() == 1
    assert stranger.get(page).status_code == stranger.get(f"{page}download/").status_code == 404
    Bundle.objects.update(state=FileState.CLEARED)
    assert "cleared away" in client.get(page).content.decode()
    assert page not in client.get("/receipts/").content.decode()


def test_a_receipt_whose_file_is_still_being_made_is_in_the_list_and_says_so():
    by, business = given.representative()
    case = paid_by(by, business_id=business, is_stored=False)
    said = browser(by).get("/receipts/").content.decode()
    assert case.code in said and "still being made" in said
    assert f"/receipts/{receipt_of(case).uuid}/" not in said


def test_the_list_costs_the_same_for_1_receipt_and_for_6_and_turns_pages(monkeypatch):
    by, business = given.representative()
    client = browser(by)

    def counted() -> int:
        client.get("/receipts/")
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get("/receipts/")
        return len(queries)

    paid_by(by, business_id=business)
    one = counted()
    codes = [paid_by(by, business_id=business).code for _ in range(5)]
    assert counted() == one
    monkeypatch.setattr("apps.web.portal.receipts.PAGE_SIZE", 3)
    first = client.get("/receipts/").content.decode()
    assert codes[-1] not in first and "after=" in first


def test_a_business_is_chosen_by_who_acts_for_it_and_a_strange_year_is_the_latest():
    by, business = given.representative()
    case = paid_by(by, business_id=business)
    client = browser(by)
    assert case.code in client.get("/receipts/", {"year": "2026", "business": business}).content.decode()
    assert case.code in client.get("/receipts/", {"year": "x"}).content.decode()
    assert client.get("/receipts/", {"year": "2026", "business": 999_999}).status_code == 422
