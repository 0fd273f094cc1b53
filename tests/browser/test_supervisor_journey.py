"""A supervisor looks from the district down to the ledger of one late case, in a real browser. With axe on every page."""

from __future__ import annotations

import pytest
import time_machine
from playwright.sync_api import expect

from apps.accounts.choices import Role
from tests import given
from tests.browser.conftest import with_password

pytestmark = pytest.mark.browser


def test_a_supervisor_goes_from_the_figures_to_the_ledger_and_can_press_nothing(page, sign_in, axe) -> None:
    last_week = given.after(given.NOW, days=-7)
    with time_machine.travel(last_week, tick=True):
        late = given.case_at_intake(at=last_week)
    given.assigned_case()
    supervisor = given.staff(given.agency("district_committee", given.ward().parent), Role.SUPERVISOR)

    sign_in(page, *with_password(supervisor))
    page.click(".govuk-service-navigation >> text=Wards")
    expect(page.locator("h1")).to_contain_text("Ba Dinh")
    axe(page)
    page.click(".mc-stat >> text=Late at intake")
    expect(page.locator("main")).to_contain_text(late.code)
    axe(page)
    page.click(f"text={late.code}")
    expect(page.locator(".mc-timeline")).to_contain_text("Application filed")
    axe(page)
    assert page.locator("main form").count() == 1
    assert page.locator("main a[href^='/desk/']").count() == 0
    page.click("text=Show the particulars whole")
    page.fill("#id_reason", "Kiểm tra hồ sơ trễ")
    page.click("main form >> button:has-text('Show')")
    expect(page.locator("main")).to_contain_text("0010")
    axe(page)
    page.goto(f"/desk/cases/{late.code}/")
    expect(page.locator("h1")).not_to_contain_text(late.code)
