"""A case through the hands of a ward's clerks in a real browser, from the counter to the result. With axe on every page."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from apps.accounts.actors import Actor
from apps.accounts.choices import Role
from apps.cases.choices import Status
from apps.cases.models import Case
from tests import given
from tests.browser.conftest import with_password

pytestmark = pytest.mark.browser

RESULT = {"name": "ket-qua.pdf", "mimeType": "application/pdf"}


def come_in(page: Page, sign_in: Any, actor: Actor) -> None:
    """One clerk leaves the browser, the next signs in and opens the inbox."""
    page.context.clear_cookies()
    sign_in(page, *with_password(actor))
    page.goto("/desk/")


def play(page: Page, axe: Any, code: str, button: str, **typed: str) -> None:
    """From the case's page: opens a verb's form by its button, types, and sends it."""
    page.goto(f"/desk/cases/{code}/")
    page.click(f".mc-case__acts >> text={button}")
    expect(page.locator("h1")).to_contain_text(button)
    axe(page)
    for name, value in typed.items():
        control = page.locator(f"main [name={name}]").first
        if control.get_attribute("type") == "radio":
            page.check(f"main [name={name}][value={value}]")
        elif control.evaluate("node => node.tagName") == "SELECT":
            control.select_option(value)
        else:
            control.fill(value)
    page.click(f"main form[method=post] >> button:has-text('{button}')")
    expect(page.locator(".mc-banner--success")).to_contain_text(button)


def test_clerks_take_handle_and_deliver_an_application(page, sign_in, axe) -> None:
    desk = given.ward_committee()
    counter = given.staff(desk, Role.RECEPTIONIST, Role.CASHIER, Role.RESULT_DESK)
    handler, approver, registrar = (
        given.staff(desk, role) for role in (Role.HANDLER, Role.APPROVER, Role.REGISTRAR)
    )

    come_in(page, sign_in, counter)
    axe(page)
    for tab in ("To receive", "Sent on", "Unrouted"):
        page.click(f".mc-tabs >> text={tab}")
        axe(page)
    page.click(".govuk-service-navigation >> text=Take an application")
    axe(page)
    page.fill("#q", given.CIVIL_EXTRACT)
    page.click("main >> text=Find")
    page.click("main >> text=Copy of civil-status extract")
    axe(page)

    # First with a fault: the summary leads to the field, what was typed stays.
    page.fill("#id_filer-name", "Trần Thị Bưởi")
    page.fill("#id_filer-identity_number", "001185000001")
    page.fill("#id_filer-residence", "Phuc Xa Ward")
    page.fill("#id_connecting_unit", "Phuc Xa Ward, Ba Dinh District")
    page.fill("#id_answers-request_content", "Xin bản sao trích lục khai sinh")
    page.select_option("#id_answers-record_kind", "birth")
    page.fill("#id_answers-person_name", "Trần Thị Bưởi")
    page.fill("#id_answers-copies", "2")
    page.check("#id_has_consent")
    page.click("text=Take the application")
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    axe(page)
    page.click(".govuk-error-summary a")
    expect(page.locator("#id_filer-residence")).to_be_focused()
    expect(page.locator("#id_answers-copies")).to_have_value("2")
    page.fill("#id_filer-residence", "Phường Phúc Xá, Quận Ba Đình")
    page.click("text=Take the application")
    expect(page.locator(".mc-banner--success")).to_contain_text("Application taken")
    axe(page)

    case = Case.objects.get()
    page.goto(f"/desk/cases/{case.code}/record-payment/")
    axe(page)
    page.click("main >> a:has-text('Open the drawer')")
    axe(page)
    page.fill("#id_opening_balance", "200.000")
    page.click("main form >> button:has-text('Open the drawer')")
    expect(page.locator("h1")).to_contain_text("Record a payment")
    play(page, axe, case.code, "Record a payment")
    play(page, axe, case.code, "Accept")
    axe(page)
    given.carry_out(given.NOW, "route_case")

    come_in(page, sign_in, handler)
    expect(page.locator("main")).to_contain_text(case.code)
    page.fill("#id_code", case.code[-4:])
    page.click("main >> text=Narrow")
    axe(page)
    play(page, axe, case.code, "Assign")
    play(page, axe, case.code, "Propose a result", outcome="granted", text="Đủ điều kiện.")

    come_in(page, sign_in, approver)
    play(page, axe, case.code, "Approve the result")

    come_in(page, sign_in, registrar)
    page.goto(f"/desk/cases/{case.code}/release-result/")
    page.fill("#id_number", "15/TL-UBND")
    page.set_input_files("[name=file_result]", {**RESULT, "buffer": given.a_pdf()})
    axe(page)
    page.click("main form >> button:has-text('Release the result')")
    expect(page.locator(".mc-banner--success")).to_contain_text("Release the result")

    come_in(page, sign_in, counter)
    play(page, axe, case.code, "Deliver the result", recipient="Trần Thị Bưởi, căn cước đã xem")
    axe(page)
    page.click("text=Show the particulars whole")
    page.fill("#id_reason", "Đối chiếu")
    page.click("main form >> button:has-text('Show')")
    expect(page.locator("main")).to_contain_text("001185000001")
    axe(page)
    assert given.fresh(case).status == Status.DELIVERED
    count_and_close(page, axe)


def count_and_close(page: Page, axe: Any) -> None:
    """216.000 đ must be in the drawer: first counted wrong, then right."""
    page.click(".govuk-service-navigation >> text=Cash drawer")
    axe(page)
    page.click("main >> text=Change or deposit")
    axe(page)
    page.go_back()
    page.click("main >> text=Count and close")
    axe(page)
    page.fill("#id_note_200000", "1")
    page.fill("#id_counted_cards", "0")
    page.click("main form >> button:has-text('Close the drawer')")
    expect(page.locator(".govuk-error-summary")).to_contain_text("expected 216.000")
    axe(page)
    expect(page.locator("#id_note_200000")).to_have_value("1")
    page.fill("#id_note_5000", "3")
    page.fill("#id_note_1000", "1")
    page.click("main form >> button:has-text('Close the drawer')")
    expect(page.locator("h1")).to_contain_text("Record of the cash count")
    axe(page)
