"""An administrator imports the list and builds a procedure from nothing: a conditional form, fees, steps at two levels.

It is tried and published, and a citizen files it. With axe on the way.
"""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from apps.applications.selectors import answers_of
from apps.cases.models import Case
from apps.cases.selectors import fees_of
from apps.procedures.models import ProcedureVersion
from tests import given
from tests.browser.conftest import with_password
from tests.workbooks import national_list

pytestmark = pytest.mark.browser
CODE = "1.777700"
ON_THE_LIST = (CODE, "Cho mượn hội trường", "Bộ Văn hóa", "Ủy ban nhân dân cấp xã", "Văn hóa")
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def fill(page: Page, **typed: str) -> None:
    """Types into what has these names; a list is chosen from, a tick or a radio is set."""
    for name, value in typed.items():
        control = page.locator(f"main [name='{name}']").first
        if control.evaluate("node => node.tagName") == "SELECT":
            control.select_option(value)
        elif control.get_attribute("type") == "radio":
            page.check(f"main [name='{name}'][value='{value}']", force=True)
        elif control.get_attribute("type") == "checkbox":
            control.check(force=True)
        else:
            control.fill(value)


def save(page: Page) -> None:
    page.click("main form >> button:text-is('Save'):visible >> nth=-1")
    expect(page.locator(".mc-banner--success")).to_be_visible()


def ask(page: Page, kind: str, titles: tuple[str, str], within: str = "", **typed: str) -> None:
    """Adds a question, from the page of the form or to a group of it."""
    page.click(f"main a[href$='?group={within}']" if within else "main >> text=Add a question >> nth=0")
    page.click(f"main label[for=kind-{kind}]")
    expect(page.locator(f"#kind-{kind}")).to_be_checked()
    page.click("main >> text=Continue")
    if "visible-fact0" in typed:
        page.click("text=It is always asked; add a condition")
    fill(page, title=titles[0], title_en=titles[1], **typed)
    save(page)


def change(page: Page, part: str, **typed: str) -> None:
    """Changes the first row of a part of the draft and saves it."""
    page.click(f"main a[href$='/parts/{part}/'] >> text=Change")
    fill(page, **typed)
    save(page)


def import_list(page: Page) -> None:
    """The spreadsheet of the national portal: read, shown, decided, and carried out by the worker."""
    page.goto("/administration/imports/")
    file = {"name": "danh-sach.xlsx", "mimeType": SHEET, "buffer": national_list(ON_THE_LIST)}
    page.set_input_files("main [name=file]", file)
    page.click("main >> text=Read the file")
    fill(page, decision=given.DECISION)
    page.click("main >> button:has-text('Change 1 procedure')")
    given.carry_out(given.NOW, "import_catalogue")


def price(page: Page, axe: Any) -> None:
    """Who sells tickets pays, everybody else does not: two rules, each with its law and its condition."""
    page.click("main a[href$='/parts/fee_rules/'] >> text=Change")
    page.click("main >> text=Add a row")
    for row, (amount, answer) in enumerate((("50000", "yes"), ("0", "no"))):
        page.locator(f"#row{row} >> text=Counts always; add a condition").click()
        law = {"name": "Phí", "name_en": "Fee", "unit_price": amount, "legal_basis": "Nghị quyết 1/NQ-HĐND"}
        typed = {**law, "is_established": "on", "note": "", "note_en": ""}
        when = {"condition-fact0": "co_thu_tien_ve", "condition-op0": "eq", "condition-value0": answer}
        fill(page, **{f"row{row}-{name}": value for name, value in {**typed, **when}.items()})
    axe(page)
    save(page)


def steps(page: Page, axe: Any) -> None:
    """The district looks at it before the ward decides: a step at another level, with the record that it leaves."""
    page.click("main a[href$='/parts/steps/'] >> text=Change")
    page.click("main >> text=Add a row")
    district = {
        "code": "review",
        "name": "Cấp huyện thẩm tra",
        "name_en": "Review by the district",
        "agency_kind": "district_culture",
        "factor": "receiving_agency",
        "role": "handler",
        "act": "complete_step",
        "product": "note",
        "product_name": "Ý kiến thẩm tra",
        "product_name_en": "Note of the review",
        "share": "1",
        "share_of": "8",
    }
    fill(page, **{"row1-share": "3"}, **{f"row4-{name}": value for name, value in district.items()})
    for place in (4, 3, 2):
        page.click(f"main button[value=up-{place}]")
    axe(page)
    save(page)


def test_a_procedure_is_imported_built_tried_published_and_filed(page, sign_in, axe) -> None:
    admin, citizen = given.administrator(), given.citizen()
    sign_in(page, *with_password(admin))
    import_list(page)
    page.goto(f"/administration/procedures/{CODE}/describe/")
    fill(page, name_en="Loan of a hall", field_en="Culture", level="ward", for_citizens="on")
    page.click("main form >> button[type=submit]")
    page.click("main >> button:has-text('Begin a draft')")
    change(page, "basics", **{"row0-result_name": "Giấy cho mượn", "row0-result_name_en": "Permit"})
    change(page, "time_limits", **{"row0-value": "3", "row0-is_established": "on"})

    page.click("a[href$='/form/'] >> text=Change")
    axe(page)
    ask(page, "yes_no", ("Có thu tiền vé", "Tickets are sold"), needed="always")
    sold = {"visible-fact0": "co_thu_tien_ve", "visible-op0": "eq", "visible-value0": "yes"}
    ask(page, "money", ("Giá vé", "Price of a ticket"), needed="always", **sold)
    ask(page, "group", ("Tiết mục", "Performance"), minItems="1", maxItems="5")
    ask(page, "text", ("Tên tiết mục", "Title"), within="tiet_muc", needed="always")
    expect(page.locator("#question-gia_ve")).to_contain_text("“Có thu tiền vé”: có")
    axe(page)

    draft = ProcedureVersion.objects.get(procedure__code=CODE)
    page.goto(f"/administration/versions/{draft.pk}/")
    price(page, axe)
    steps(page, axe)
    page.click("a[href$='/form/'] >> text=Change")

    # Tried: the hidden question stays hidden, the sample is accepted.
    page.click("main >> text=Try it as the applicant")
    asked = page.locator("[name=answers-gia_ve]")
    expect(asked).to_be_hidden()
    page.check("#id_answers-co_thu_tien_ve_0", force=True)
    expect(asked).to_be_visible()
    page.locator("main button[value=fill]").last.click()
    page.locator("main button[value=try]").last.click()
    expect(page.locator("main")).to_contain_text("The answers are accepted.")
    axe(page)

    page.goto(f"/administration/versions/{draft.pk}/publish/")
    fill(page, decision=given.DECISION)
    page.click("main form >> button:text-is('Publish')")
    expect(page.locator(".mc-banner--success")).to_contain_text("was published")

    file(page, sign_in, citizen)
    axe(page)
    case = Case.objects.get()
    assert case.version_id == draft.pk
    assert answers_of(case.application_id) == {
        "request_content": "Mượn hội trường",
        "co_thu_tien_ve": False,
        "tiet_muc": [{"ten_tiet_muc": "Chèo"}],
    }
    assert [(fee.amount, fee.legal_basis) for fee in fees_of(case)] == [(0, "Nghị quyết 1/NQ-HĐND")]
    given.carry_out(given.NOW, "route_case")
    given.accepted(given.fresh(case))
    offered = case.handovers.get()
    assert offered.is_for_step and offered.to_agency.kind.code == "district_culture"


def file(page: Page, sign_in: Any, citizen: Any) -> None:
    """A citizen files the procedure: no ticket is sold, so no price is asked for."""
    page.context.clear_cookies()
    sign_in(page, *with_password(citizen))
    page.goto(f"/procedures/{CODE}/apply/")
    fill(page, **{"answers-request_content": "Mượn hội trường", "answers-tiet_muc.0.ten_tiet_muc": "Chèo"})
    page.check("#id_answers-co_thu_tien_ve_1", force=True)
    expect(page.locator("[name=answers-gia_ve]")).to_be_hidden()
    page.click("text=Check before filing")
    page.check("#id_declared", force=True)
    page.click("text=File the application")
    expect(page.locator("h1")).to_have_text("Application filed")
