"""The calendar in the browser: read at a glance, changed row by row, every case that moves shown before the decision."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.accounts.choices import Role
from apps.calendars.models import CalendarVersion
from apps.core.models import Job, JobState
from tests import given

pytestmark = pytest.mark.django_db

YEAR, PROPOSE = "/administration/calendar/", "/administration/calendar/propose/"
THREE_DAYS, DECISION = "1.004873", "2345/QĐ-UBND 23/11/2026"


@pytest.fixture
def browser(enter):
    return enter(given.staff(given.city_agency("city_inspectorate"), Role.ADMINISTRATOR))


def row(number: int = 0, day: str = "25-11-2026", **typed: str) -> dict[str, str]:
    day_of, month, year = day.split("-")
    said = {
        "action": "add",
        "kind": "holiday",
        "date_day": day_of,
        "date_month": month,
        "date_year": year,
        "name": "Ngày nghỉ theo quyết định",
        "name_en": "Day off by decision",
        "decision": "99/QĐ-TTg",
        "agency": "",
        **typed,
    }
    return {f"row_{number}-{name}": value for name, value in said.items()}


def rows(*filled: dict[str, str], count: int = 3) -> dict[str, str]:
    empty = {
        f"row_{n}-{name}": value
        for n in range(count)
        for name, value in {"action": "add", "kind": "holiday", "date_day": ""}.items()
    }
    sent = {"rows": str(count), **empty}
    for each in filled:
        sent |= each
    return sent


def text_of(answer) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())))


def proposed(browser, *filled) -> Job:
    answer = browser.post(PROPOSE, rows(*(filled or [row()])))
    assert answer.status_code == 302, text_of(answer)
    return Job.objects.get(kind="change_calendar")


def test_a_year_shows_each_special_day_with_its_kind_and_decision(browser):
    answer = browser.get(YEAR, {"year": "2026"})
    page = answer.content.decode()
    assert page.count('class="mc-month"') == 12
    assert 'title="Public holiday: Vietnamese Culture Day">24' in page
    assert 'mc-day--swapped_work" title="Working day, swapped in' in page
    assert "Nghị quyết 28/2026/QH16" in page
    assert ">February<" in page


def test_a_year_reads_in_vietnamese(browser):
    page = browser.get(YEAR, {"year": "2026"}, headers={"accept-language": "vi"}).content.decode()
    assert "Ngày Văn hóa Việt Nam" in page and "Vietnamese Culture Day" not in page


@pytest.mark.parametrize("year", ["", "abcd", "0000", "20261", "²026"])
def test_a_year_that_cannot_be_read_is_this_one(browser, year):
    assert "Working calendar 2026" in browser.get(YEAR, {"year": year}).content.decode()


def test_a_change_is_typed_shown_decided_and_done(browser):
    case = given.accepted_case(THREE_DAYS)
    versions = CalendarVersion.objects.count()
    job = proposed(browser)
    page = browser.get(f"{YEAR}{job.pk}/")
    said = text_of(page)
    assert "1 open case moves." in said and "0 of them become due sooner." in said
    assert case.code in said and "Monday 30 November 2026, 17:00" in said
    assert CalendarVersion.objects.count() == versions
    answer = browser.post(f"{YEAR}{job.pk}/start/", {"decision": DECISION})
    assert answer.status_code == 302
    assert "The new calendar is in force." in text_of(browser.get(f"{YEAR}{job.pk}/"))
    given.carry_out(given.NOW, "change_calendar")
    done = text_of(browser.get(f"{YEAR}{job.pk}/"))
    assert "1 open case has moved." in done and DECISION in done
    year = text_of(browser.get(YEAR))
    assert "Day off by decision" in year and DECISION in year


def test_a_change_that_moves_nothing_can_be_done_all_the_same(browser):
    job = proposed(browser, row(0, "03-03-2027"))
    assert "0 open cases move." in text_of(browser.get(f"{YEAR}{job.pk}/"))
    assert browser.post(f"{YEAR}{job.pk}/start/", {"decision": DECISION}).status_code == 302
    given.carry_out(given.NOW, "change_calendar")
    assert Job.objects.get(pk=job.pk).state == JobState.DONE


def test_a_closure_of_one_agency_is_typed_with_its_code(browser):
    code = given.ward_committee().identification_code
    closure = row(kind="closure", agency=code.lower(), moves_due_times="on")
    job = proposed(browser, closure)
    said = text_of(browser.get(f"{YEAR}{job.pk}/"))
    assert given.ward_committee().name_en in said and "moves due times" in said


def test_every_fault_stands_at_its_field_and_what_was_typed_is_kept(browser):
    answer = browser.post(
        PROPOSE, rows(row(0, "20-11-2026"), row(2, "28-11-2026", kind="swapped_off", name=""))
    )
    assert answer.status_code == 422
    said = text_of(answer)
    assert "20/11/2026 has passed." in said and "28/11/2026 is not a working day" in said
    assert 'href="#id_row_0-date_day"' in answer.content.decode()
    assert 'href="#id_row_2-name"' in answer.content.decode()
    assert "Day off by decision" in answer.content.decode()
    assert not Job.objects.exists()


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"date_day": "31", "date_month": "11"}, "date"),
        ({"agency": "H26.99.99", "kind": "closure"}, "There is no agency with the code"),
        ({"kind": "feast"}, "feast is not one of the available choices"),
        ({"decision": ""}, "Decision on this day"),
        ({"name_en": "x" * 121}, "Name in English"),
    ],
)
def test_what_cannot_be_read_is_told_at_its_field(browser, typed, told):
    answer = browser.post(PROPOSE, rows(row(**typed)))
    assert answer.status_code == 422 and told in text_of(answer)
    assert not Job.objects.exists()


def test_no_row_at_all_is_told(browser):
    answer = browser.post(PROPOSE, rows())
    assert answer.status_code == 422 and "Name at least one day that changes." in text_of(answer)


def test_more_rows_come_without_a_script_and_keep_what_was_typed(browser):
    answer = browser.post(PROPOSE, {**rows(row()), "more": "1"})
    page = answer.content.decode()
    assert answer.status_code == 200 and 'name="rows" value="7"' in page
    assert "Day off by decision" in page and not Job.objects.exists()
    assert browser.post(PROPOSE, {**rows(), "rows": "999", "more": "1"}).status_code == 200


def test_a_special_day_of_the_year_is_opened_to_be_changed(browser):
    page = browser.get(PROPOSE, {"date": "2026-11-24", "kind": "holiday", "agency": ""}).content.decode()
    assert 'value="Ngày Văn hóa Việt Nam"' in page
    assert '<option value="change" selected>' in page
    assert browser.get(PROPOSE, {"date": "soon"}).status_code == 200


def test_without_a_decision_nothing_is_done(browser):
    job = proposed(browser)
    assert browser.post(f"{YEAR}{job.pk}/start/", {"decision": " "}).status_code == 422
    assert Job.objects.get().state == JobState.PROPOSED


def test_a_change_that_came_second_is_told_so(browser):
    first = proposed(browser)
    browser.post(PROPOSE, rows(row(0, "26-11-2026")))
    second = Job.objects.latest("pk")
    browser.post(f"{YEAR}{first.pk}/start/", {"decision": DECISION})
    given.carry_out(given.NOW, "change_calendar")
    answer = browser.post(f"{YEAR}{second.pk}/start/", {"decision": DECISION})
    assert answer.status_code == 409 and "Propose it again" in text_of(answer)


def test_a_proposal_is_put_away(browser):
    job = proposed(browser)
    answer = browser.post(f"{YEAR}{job.pk}/drop/", follow=True)
    assert "nothing was changed" in text_of(answer)
    assert Job.objects.get().state == JobState.DROPPED


def test_there_is_no_page_of_a_job_of_another_kind(browser):
    other = Job.objects.create(kind="import_catalogue", subject="x", proposed_at=given.NOW, total=0)
    assert browser.get(f"{YEAR}{other.pk}/").status_code == 404
    assert browser.post(f"{YEAR}{other.pk}/start/", {"decision": DECISION}).status_code == 404


def test_the_pages_cost_the_same_for_2_cases_and_for_20(browser):
    def counted(path: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert browser.get(path).status_code == 200
        return len(captured)

    def change_with(cases: int) -> int:
        for _ in range(cases):
            given.accepted_case(THREE_DAYS)
        assert browser.post(PROPOSE, rows(row())).status_code == 302
        job = Job.objects.latest("pk")
        assert job.total >= cases
        return counted(f"{YEAR}{job.pk}/")

    assert change_with(2) == change_with(18) <= 12
    assert counted(YEAR) <= 10


def test_a_dry_run_costs_the_same_for_2_cases_and_for_20(browser):
    def counted(cases: int) -> int:
        for _ in range(cases):
            given.accepted_case(THREE_DAYS)
        with CaptureQueriesContext(connection) as captured:
            assert browser.post(PROPOSE, rows(row())).status_code == 302
        return len(captured)

    counted(1)
    assert counted(1) == counted(18) <= 25
