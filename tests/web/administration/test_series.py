"""The pages of series: what a keeper sees, opens, records and closes; and the same over the API."""

from __future__ import annotations

import pytest
from django.urls import reverse

from apps.accounts.choices import Role
from apps.receipts.models import ReceiptSeries
from tests import given
from tests.api.calls import Caller
from tests.web.administration.test_query_counts import LIST, asked

pytestmark = pytest.mark.django_db
TYPED = {
    "form": "EBL02",
    "face_value": "8.000",
    "code": "26TAB",
    "year": "2026",
    "acceptance_number": "123/TB-CT",
    "accepted_on_day": "20",
    "accepted_on_month": "11",
    "accepted_on_year": "2026",
}


def head():
    return given.staff(given.ward_committee(), Role.HEAD)


def stored() -> ReceiptSeries:
    return ReceiptSeries.objects.get(collecting_body=given.ward_committee(), form="EBL01")


def of_body() -> str:
    return reverse("administration:series_of", args=[given.ward_committee().pk])


def test_a_head_sees_the_numbers_used_and_opens_another_series(enter):
    given.paid(given.taken_at_counter())
    client = enter(head())
    page = client.get(of_body()).content.decode()
    assert "1–1" in page and "not established" in page
    assert client.post(of_body(), TYPED).status_code == 302
    assert "26TAB" in client.get(of_body()).content.decode()
    opened = ReceiptSeries.objects.get(code="26TAB")
    assert (opened.acceptance_number, opened.face_value) == ("123/TB-CT", 8000)


def test_a_fault_stands_beside_its_field_and_nothing_is_opened(enter):
    client = enter(head())
    answer = client.post(of_body(), {**TYPED, "code": "26TAI"})
    assert answer.status_code == 422
    assert 'href="#id_code"' in answer.content.decode()
    answer = client.post(of_body(), {**TYPED, "form": "EBL01", "face_value": ""})
    assert "already has an open series" in answer.content.decode()
    assert not ReceiptSeries.objects.filter(code="26TAB").exists()


def test_an_acceptance_is_recorded_and_the_series_closed_on_its_page(enter):
    client, series = enter(head()), stored()
    page = reverse("administration:series", args=[series.collecting_body_id, series.pk])
    typed = {f"accept-{name}": text for name, text in TYPED.items() if name.startswith("accept")}
    assert client.post(page, typed).status_code == 302
    assert stored().acceptance_number == "123/TB-CT"
    assert "Accepted by the tax authority: 123/TB-CT" in client.get(page).content.decode()
    assert client.post(page, {"action": "close", "close-reason": ""}).status_code == 422
    assert client.post(page, {"action": "close", "close-reason": "Hết"}).status_code == 302
    assert stored().closed_at is not None
    # Of a closed one there is nothing to do.
    assert client.get(page).status_code == 302
    assert "Hết" in client.get(of_body()).content.decode()


def test_a_head_of_another_body_does_not_reach_it(enter):
    other = given.staff(given.ward_committee("Phường Trúc Bạch"), Role.HEAD)
    assert enter(other).get(of_body()).status_code == 404


def test_the_list_of_bodies_costs_the_same_for_2_and_for_20(enter):
    client = enter(given.administrator())
    url = reverse("administration:series_bodies")
    few = asked(client, f"{url}?name=Phúc Xá")
    assert asked(client, url) == few <= LIST


def test_a_head_opens_accepts_and_closes_over_the_api():
    caller, body = Caller(head()), given.ward_committee().pk
    sent = {
        "form": "EBL02",
        "face_value": 8000,
        "code": "26TAB",
        "year": 2026,
        "acceptance_number": "123/TB-CT",
        "accepted_on": "2026-11-20",
    }
    path = f"/agencies/{body}/receipt-series"
    answer = caller.post(path, sent)
    assert (answer.status_code, answer.json()["last_number"]) == (201, 0)
    answer = caller.post(path, sent)
    assert (answer.status_code, answer.json()["code"]) == (409, "series_overlaps")
    series = stored().pk
    accepted = {"acceptance_number": "9/TB", "accepted_on": "2026-11-20"}
    assert caller.post(f"/receipt-series/{series}/acceptance", accepted).json()["acceptance_number"] == "9/TB"
    assert caller.post(f"/receipt-series/{series}/close", {"reason": "Hết"}).json()["closed_at"]
    assert caller.post(f"/receipt-series/{series}/close", {"reason": "Hết"}).json()["code"] == "series_closed"
    assert len(caller.get(path).json()) == 2
    assert Caller(given.citizen()).get(path).status_code == 403
