"""One application of linked procedures in a real browser: its applicant follows one page, a clerk sees their own part."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests import given
from tests.browser.conftest import with_password
from tests.cases import linked
from tests.cases.linked import BIRTH, BIRTH_GROUP, CARD, RESIDENCE

pytestmark = pytest.mark.browser


def test_the_applicant_follows_all_cases_on_one_page_and_the_clerk_opens_the_result(
    page, sign_in, axe
) -> None:
    page.goto(f"/procedures/{BIRTH_GROUP}/")
    axe(page)
    cases = linked.routed()
    sign_in(page, *with_password(given.act_as(cases[BIRTH].application.filed_by)))
    page.goto(f"/cases/{cases[CARD].code}/linked/")
    expect(page.locator(".mc-linked")).to_contain_text("Waits for the result of case 1")
    axe(page)
    linked.decided(cases[BIRTH])
    linked.follow(cases)
    page.reload()
    expect(page.locator(".mc-linked")).not_to_contain_text("Waits for the result of case 1")
    page.click("text=Permanent residence registration")
    expect(page.locator(".mc-linked")).to_contain_text("this case")
    axe(page)
    page.context.clear_cookies()
    sign_in(page, *with_password(given.receptionist(cases[RESIDENCE].current_agency)))
    page.goto(f"/desk/cases/{cases[RESIDENCE].code}/")
    expect(page.locator(".mc-linked")).not_to_contain_text(cases[CARD].code)
    axe(page)
    with page.expect_download() as result:
        page.click("main >> a[href*='/results/']")
    assert result.value.suggested_filename.endswith(".pdf")
