"""A citizen's whole way in a real browser: find, file with an upload, keep the code, track signed out. With axe on every page."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from apps.cases.choices import Status
from apps.cases.models import Case
from apps.cases.selectors import receipts_of
from tests import given
from tests.browser.conftest import PASSWORD, with_password

pytestmark = pytest.mark.browser

PDF = {"name": "uy-quyen.pdf", "mimeType": "application/pdf"}


def test_a_citizen_finds_files_and_tracks(page, sign_in, axe) -> None:
    who = given.citizen()
    username, _password = with_password(who)

    page.goto("/")
    axe(page)
    page.fill("#id_words", given.HOUSEHOLD)
    page.press("#id_words", "Enter")
    axe(page)
    page.click("text=Business household registration")
    axe(page)

    # Not signed in: the way to the form leads through the sign-in page and back.
    page.click("text=File online")
    axe(page)
    page.fill("input[name=login]", username)
    page.fill("input[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url("**/apply/")
    axe(page)

    # A first attempt with a fault: the summary leads to the field, what was typed and uploaded stays.
    answers = given.answers(given.HOUSEHOLD)
    for name, value in answers.items():
        if name != "household_name":
            page.fill(f"[name=answers-{name}]", str(value))
    page.set_input_files("[name=papers-authority]", {**PDF, "buffer": given.a_pdf()})
    page.click("text=Check before filing")
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    axe(page)
    page.click(".govuk-error-summary a")
    expect(page.locator("#id_answers-household_name")).to_be_focused()
    expect(page.locator("[name=answers-business_line]")).to_have_value(str(answers["business_line"]))
    expect(page.locator("text=uy-quyen.pdf")).to_be_visible()
    page.fill("#id_answers-household_name", "Hộ kinh doanh Bưởi Diễn")
    page.click("text=Check before filing")

    # The second step: what it costs and where it goes.
    expect(page.locator("h1")).to_have_text("Check before filing")
    expect(page.locator("main")).to_contain_text("Nghị quyết 78/2026/NQ-HĐND")
    expect(page.locator("main")).to_contain_text("uy-quyen.pdf")
    axe(page)
    page.check("#id_declared")
    page.click("text=File the application")

    expect(page.locator("h1")).to_have_text("Application filed")
    axe(page)
    code = page.inner_text("#case-code")
    secret = page.inner_text("#tracking-secret").replace(" ", "")
    case = Case.objects.get(code=code)
    assert case.status == Status.SUBMITTED

    page.click("text=To the page of the case")
    expect(page.locator("main")).to_contain_text("Application filed")
    axe(page)
    page.click(".govuk-service-navigation >> text=My cases")
    expect(page.locator("main")).to_contain_text(code)
    axe(page)

    # Signed out, by code and secret, after the desk accepted it.
    page.click("text=Sign out")
    page.wait_for_load_state()
    given.carry_out(given.NOW, "route_case")
    given.accepted(given.fresh(case))
    page.goto(f"/track/{code}#{secret}")
    expect(page.locator("[name=secret]")).to_have_value(secret)
    assert "#" not in page.url
    axe(page)
    page.click("text=Show the status")
    expect(page.locator(".govuk-tag.mc-tag")).to_have_text("Accepted")
    expect(page.locator("main")).not_to_contain_text(who.name)
    axe(page)


@pytest.mark.parametrize("width", [360, 1280])
def test_every_page_fits_the_screen_and_can_be_used_by_everybody(page, sign_in, axe, width: int) -> None:
    who = given.citizen()
    waiting, _handler = given.case_awaiting_supplement(by=who)
    finished = given.resolved_case(given.FOOD_SAFETY, by=who)
    receipt = receipts_of(finished)[0].receipt
    given.carry_out(given.NOW, "render_paper", "render_receipt")
    page.set_viewport_size({"width": width, "height": 800})
    sign_in(page, *with_password(who))
    for address in (
        "/",
        "/procedures/?words=zzz",
        f"/procedures/{given.FOOD_SAFETY}/",
        "/procedures/2.002913/",
        f"/procedures/{given.FOOD_SAFETY}/apply/",
        "/cases/",
        f"/cases/{waiting.code}/",
        f"/cases/{finished.code}/",
        f"/cases/{waiting.code}/filed/",
        f"/cases/{waiting.code}/provide-supplement/",
        f"/cases/{waiting.code}/request-withdrawal/",
        "/track/",
        "/r/",
        f"/r/{receipt.lookup_code}",
        "/r/AAAAAAAAAAAAAAAA",
    ):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address
        axe(page)


def test_filing_works_without_scripts(browser, site) -> None:
    who = given.citizen()
    username, password = with_password(who)
    context = browser.new_context(base_url=site, java_script_enabled=False, locale="en-GB")
    page = context.new_page()
    page.goto(f"/account/login/?next=/procedures/{given.HOUSEHOLD}/apply/")
    page.fill("input[name=login]", username)
    page.fill("input[name=password]", password)
    page.click("main button[type=submit]")
    for name, value in given.answers(given.HOUSEHOLD).items():
        page.fill(f"[name=answers-{name}]", str(value))
    page.click("text=Check before filing")
    page.check("#id_declared")
    page.click("text=File the application")
    expect(page).to_have_url(re.compile(r"/cases/[^/]+/filed/$"))
    context.close()
