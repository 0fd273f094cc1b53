import pytest, time_machine
from tests import given
from apps.accounts.choices import Role
from tests.browser.conftest import with_password
pytestmark = pytest.mark.browser
def test_look(browser, site, sign_in):
    desk = given.ward_committee()
    old = given.after(given.NOW, days=-5)
    with time_machine.travel(old, tick=True):
        for _ in range(3): given.case_at_intake(at=old)
        given.case_awaiting_supplement(at=old)
    given.case_at_intake(); given.case_at_intake("1.001612")
    case, h = given.proposed_case(given.CIVIL_EXTRACT)
    t = given.taken_at_counter(desk=desk)
    clerk = given.staff(desk, *[r for r in Role if r not in (Role.SUPERVISOR, Role.INSPECTOR, Role.ADMINISTRATOR)])
    sup = given.staff(given.agency("district_committee", given.ward().parent), Role.SUPERVISOR)
    for width in (1280, 360):
        ctx = browser.new_context(base_url=site, viewport={"width": width, "height": 900}, locale="vi-VN")
        page = ctx.new_page()
        sign_in(page, *with_password(clerk))
        for name, url in [("inbox","/desk/"),("case",f"/desk/cases/{t.code}/"),("case2",f"/desk/cases/{case.code}/"),("take",f"/desk/take-application/2.000635/"),("supp",f"/desk/cases/{t.code}/request-supplement/"),("pay",f"/desk/cases/{t.code}/record-payment/")]:
            page.goto(url); page.screenshot(path=f"/tmp/shots/{name}-{width}.png", full_page=True)
            print(name, width, page.evaluate("document.documentElement.scrollWidth"))
        ctx.clear_cookies()
        sign_in(page, *with_password(sup))
        for name, url in [("wards","/oversight/"),("list",f"/oversight/{given.ward().code}/late-at-intake/"),("ocase",f"/oversight/cases/{t.code}/")]:
            page.goto(url); page.screenshot(path=f"/tmp/shots/{name}-{width}.png", full_page=True)
            print(name, width, page.evaluate("document.documentElement.scrollWidth"))
        ctx.close()
