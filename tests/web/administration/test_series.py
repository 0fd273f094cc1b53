"""The pages of series: what a keeper sees, opens, records and closes; and the same over the API."""

from __future__ import annotations

import pytest
from django.urls import reverse

from apps.accounts.choices import Role
from apps.receipts.actions.series import close_series
from apps.receipts.models import CollectingSuccession, ReceiptSeries
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


def test_an_administrator_records_the_successor_of_a_body_and_its_series_close(enter):
    body, successor = given.ward_committee(), given.ward_committee("Phường Trúc Bạch")
    page = reverse("administration:succession", args=[body.pk])
    client = enter(given.administrator())
    assert page in client.get(of_body()).content.decode()
    assert "EBL01 26TAA" in client.get(page).content.decode()
    typed = {
        "successor": successor.identification_code,
        "decision": "1656/NQ-UBTVQH15",
        "decided_on_day": "20",
        "decided_on_month": "11",
        "decided_on_year": "2026",
    }
    for wrong, said in (
        ({"successor": "H26.999"}, "No agency of today"),
        ({"successor": body.identification_code}, "another agency of today"),
        ({"decision": ""}, "id_decision"),
        ({"decided_on_year": "2027"}, "cannot be dated in the future"),
    ):
        answer = client.post(page, {**typed, **wrong})
        assert (answer.status_code, said in answer.content.decode()) == (422, True), wrong
    assert stored().closed_at is None
    assert client.post(page, typed).status_code == 302
    assert stored().closed_at is not None
    told = client.get(of_body()).content.decode()
    assert "1656/NQ-UBTVQH15 of 20/11/2026" in told and "Truc Bach Ward" in told
    # Nothing is opened there any more, and it has one successor.
    assert "Open the series" not in told and client.get(page).status_code == 302
    assert client.post(of_body(), TYPED).status_code == 422
    # The successor's head reads what it left, and its own; nobody of the body records who succeeds it.
    assert enter(given.staff(successor, Role.HEAD)).get(of_body()).status_code == 200
    assert enter(head()).get(page).status_code == 403


def test_where_the_successor_has_no_open_series_the_page_says_that_no_money_can_be_taken(enter):
    body, successor = given.ward_committee(), given.ward_committee("Phường Trúc Bạch")
    own = ReceiptSeries.objects.get(collecting_body=successor, year=2026)
    close_series(own.pk, reason="Hết", by=given.administrator(), at=given.NOW)
    given.succeeded(body)
    assert "no money can be taken until" in enter(given.administrator()).get(of_body()).content.decode()


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


def test_an_administrator_records_a_successor_over_the_api_and_nobody_else():
    body, successor = given.ward_committee(), given.ward_committee("Phường Trúc Bạch")
    path = f"/agencies/{body.pk}/succession"
    sent = {"successor": successor.pk, "decision": "1656/NQ", "decided_on": "2026-11-20"}
    assert Caller(head()).post(path, sent).status_code == 403
    caller = Caller(given.administrator())
    for wrong, code in (
        ({"successor": 2**40}, "successor_wrong"),
        ({"successor": body.pk}, "successor_wrong"),
        ({"decision": " "}, "decision_missing"),
        ({"decided_on": "2026-11-24"}, "decision_in_future"),
    ):
        assert caller.post(path, {**sent, **wrong}).json()["code"] == code
    assert not CollectingSuccession.objects.exists()
    answer = caller.post(path, sent)
    assert (answer.status_code, answer.json()["successor"]["id"]) == (201, successor.pk)
    assert caller.post(path, sent).json()["code"] == "body_succeeded"
    back = caller.post(f"/agencies/{successor.pk}/succession", {**sent, "successor": body.pk})
    assert back.json()["code"] == "successor_wrong"
