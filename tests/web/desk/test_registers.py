"""The register at the desk and from above: asked for, listed, taken; and the control sheet of a case."""

from __future__ import annotations

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape

from apps.accounts.choices import Role
from apps.cases.models import CaseDocument
from apps.supervision.models import Register
from tests import given
from tests.cases.doors import supervisor
from tests.doors.cast import browser

pytestmark = pytest.mark.django_db

PERIOD = {
    "starts_on_day": "1",
    "starts_on_month": "11",
    "starts_on_year": "2026",
    "ends_on_day": "23",
    "ends_on_month": "11",
    "ends_on_year": "2026",
}


@pytest.fixture(autouse=True)
def _at_nine():
    with time_machine.travel(given.NOW, tick=False):
        yield


def test_a_clerk_asks_for_the_register_of_their_agency_and_takes_both_files():
    agency = given.ward_committee()
    given.case_at_intake()
    client = browser(given.staff(agency, Role.RECEPTIONIST))
    answer = client.post("/desk/register/", {"agency": agency.pk, **PERIOD, "field": ""}, follow=True)
    assert "Being made" in answer.content.decode()
    given.carry_out(given.NOW, "render_register")
    register = Register.objects.get()
    said = client.get("/desk/register/").content.decode()
    for medium in ("pdf", "xlsx"):
        url = f"/desk/register/{register.pk}/{medium}/"
        assert url in said
        assert client.get(url).status_code == 200
    assert client.get(f"/desk/register/{register.pk}/csv/").status_code == 404


def test_a_supervisor_finds_an_agency_by_words_and_asks_for_its_register():
    agency = given.ward_committee()
    client = browser(supervisor(agency.unit))
    said = client.get("/oversight/register/?search=Phúc+Xá").content.decode()
    assert escape(agency.name_en) in said
    answer = client.post("/oversight/register/", {"agency": agency.pk, **PERIOD, "field": ""}, follow=True)
    assert answer.status_code == 200 and Register.objects.get().agency == agency


def test_a_period_that_ends_before_it_begins_is_told_beside_it():
    agency = given.ward_committee()
    client = browser(given.staff(agency, Role.RECEPTIONIST))
    answer = client.post(
        "/desk/register/", {"agency": agency.pk, **PERIOD, "starts_on_day": "24", "field": ""}
    )
    assert answer.status_code == 422 and "A period ends" in answer.content.decode()
    assert not Register.objects.exists()


@pytest.mark.parametrize("address", ["/desk/register/", "/api/v1/registers"])
def test_a_list_of_registers_asks_the_same_however_long_it_is(address):
    agency = given.ward_committee()
    client = browser(given.staff(agency, Role.RECEPTIONIST))
    asked = []
    for until in (2, 20):
        while Register.objects.count() < until:
            given.register_asked(agency)
            given.carry_out(given.NOW, "render_register")
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(address).status_code == 200
        asked.append(len(queries))
    assert asked[0] == asked[1] <= 8, asked


def test_the_control_sheet_is_asked_for_on_the_page_of_the_case_and_then_taken():
    case = given.accepted_case()
    client = browser(given.receptionist(case.current_agency))
    assert "Control sheet (form 06)" in client.get(f"/desk/cases/{case.code}/").content.decode()
    answer = client.post(f"/desk/cases/{case.code}/control-sheet/", follow=True)
    assert "being made" in answer.content.decode()
    given.carry_out(given.NOW, "render_paper")
    answer = client.post(f"/desk/cases/{case.code}/control-sheet/", follow=True)
    assert answer.content.startswith(b"%PDF")
    assert CaseDocument.objects.filter(document__kind="form_06").count() == 1
