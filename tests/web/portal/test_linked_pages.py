"""Linked procedures on the applicant's pages: before filing, filed, one page for all, tracked, withdrawn."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.cases.choices import Status
from apps.cases.models import Case
from apps.cases.tracking import secret_of
from tests import given
from tests.cases import linked
from tests.cases.linked import BIRTH, BIRTH_GROUP, CARD, INSURANCE, RESIDENCE
from tests.web.portal.test_catalogue_pages import text_of
from tests.web.portal.test_filing_pages import fields, pdf

pytestmark = pytest.mark.django_db


def test_the_page_of_a_group_says_which_cases_open_when_where_and_in_what_time(nobody):
    page = text_of(nobody.get(f"/procedures/{BIRTH_GROUP}/"))
    assert "One application, several cases" in page
    assert "Ward police · 2 working days; at most 5 working days in all" in page
    assert "District social insurance · 2 working days" in page
    assert "Begins once the result of this is there: Birth registration." in page
    assert "File online" in page


def test_the_page_of_a_closed_group_names_the_part_without_a_limit(nobody):
    page = text_of(nobody.get(f"/procedures/{linked.DEATH_GROUP}/"))
    assert "Nobody can file this now" in page
    assert linked.REMOVAL in page
    assert "File online" not in page
    linked.limits_set_by_decision()
    assert "File online" in text_of(nobody.get(f"/procedures/{linked.DEATH_GROUP}/"))


def test_before_filing_the_applicant_reads_which_cases_will_open_and_files_them_in_one_act(as_actor):
    who = given.citizen()
    browser = as_actor(who)
    address = f"/procedures/{BIRTH_GROUP}/apply/"
    typed = {
        **fields(BIRTH_GROUP),
        **given.typed(linked.birth_answers()),
        "answers-wants_identity_card": "no",
        "connecting_unit": given.ward().pk,
        "papers-birth_proof": pdf(),
    }
    review = text_of(browser.post(address, {**typed, "action": "review"}))
    assert "One application, several cases" in review
    assert "Begins once the result of this is there" in review
    assert Case.objects.count() == 0
    typed["papers-birth_proof"] = pdf()
    answer = browser.post(address, {**typed, "action": "submit", "declared": "yes"})
    first = Case.objects.order_by("pk").first()
    assert answer.url == f"/cases/{first.code}/filed/"
    assert [case.version.procedure.code for case in Case.objects.order_by("pk")] == [
        BIRTH,
        RESIDENCE,
        INSURANCE,
    ]
    filed = text_of(browser.get(answer.url))
    assert all(case.code in filed for case in Case.objects.all())


def test_one_page_shows_every_case_what_waits_for_what_and_when_all_is_done(as_actor):
    cases = linked.routed()
    browser = as_actor(given.act_as(cases[BIRTH].application.filed_by))
    page = text_of(browser.get(f"/cases/{cases[CARD].code}/linked/"))
    for case in cases.values():
        assert case.code in page
    assert page.count("Waits for the result of case 1; its time has not begun.") == 3
    assert "When all is done is known once every case has its own time." in page
    linked.decided(cases[BIRTH])
    cases = linked.follow(cases)
    for code in (RESIDENCE, INSURANCE, CARD):
        given.accepted(cases[code])
    page = text_of(browser.get(f"/cases/{cases[CARD].code}/linked/"))
    assert "Waits for the result" not in page
    assert page.count("Rests on the result of case 1.") == 3
    assert "The last result is promised for" in page
    own = text_of(browser.get(f"/cases/{cases[RESIDENCE].code}/"))
    assert cases[CARD].code in own
    assert text_of(browser.get("/cases/")).count("Inter-agency e-service: birth") == 4


def test_a_case_opened_alone_has_no_such_page(as_actor):
    case = given.filed_online()
    browser = as_actor(given.act_as(case.application.filed_by))
    assert browser.get(f"/cases/{case.code}/linked/").url == f"/cases/{case.code}/"


def test_the_page_of_the_application_costs_the_same_for_two_cases_and_for_four(as_actor):
    def cost(cases: dict[str, Case]) -> int:
        browser = as_actor(given.act_as(cases[BIRTH].application.filed_by))
        address = f"/cases/{cases[BIRTH].code}/linked/"
        browser.get(address)
        with CaptureQueriesContext(connection) as found:
            assert browser.get(address).status_code == 200
        return len(found)

    def of_two(rows):
        del rows[2:]

    four = cost(linked.routed())
    given.new_version(BIRTH_GROUP, linked_parts=of_two)
    two = linked.routed()
    assert list(two) == [BIRTH, RESIDENCE]
    assert cost(two) == four


def test_the_secret_of_any_case_shows_where_all_stand(nobody):
    cases = linked.routed()
    case = cases[INSURANCE]
    page = text_of(nobody.post("/track/", {"code": case.code, "secret": secret_of(case.code, 1)}))
    assert all(each.code in page for each in cases.values())
    assert "Trần Thị Mít" not in page
    assert f"It waits for the result of {cases[BIRTH].code}" in page


@pytest.mark.parametrize(("whole", "left"), [("", {BIRTH, RESIDENCE, CARD}), ("on", set())])
def test_one_case_or_the_whole_application_is_withdrawn_on_one_page(as_actor, whole, left):
    cases = linked.routed()
    browser = as_actor(given.act_as(cases[BIRTH].application.filed_by))
    address = f"/cases/{cases[INSURANCE].code}/request-withdrawal/"
    assert "Withdraw every case of this application" in text_of(browser.get(address))
    answer = browser.post(
        address, {"reason": "Không còn nhu cầu", "whole": whole, "request_key": given.key()}
    )
    assert answer.status_code == 302
    open_ones = {code for code, status in linked.statuses(cases).items() if status == Status.SUBMITTED}
    assert open_ones == left


def test_the_clerk_of_a_waiting_case_reads_for_what_it_waits_and_opens_the_result_that_came(as_actor):
    cases = linked.routed()
    desk = given.receptionist(cases[RESIDENCE].current_agency)
    browser = as_actor(desk)
    address = f"/desk/cases/{cases[RESIDENCE].code}/"
    page = text_of(browser.get(address))
    assert f"It waits for the result of {cases[BIRTH].code}" in page
    assert cases[CARD].code not in page
    assert "accept-intake" not in browser.get(address).content.decode()
    linked.decided(cases[BIRTH])
    linked.follow(cases)
    answer = browser.get(address)
    assert "Result of the case before it received" in text_of(answer)
    path = answer.content.decode().split(f'href="{address}results/')[1].split('"')[0]
    assert browser.get(f"{address}results/{path}").status_code == 200
