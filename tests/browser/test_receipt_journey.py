"""A receipt in a real browser: saved by its payer, verified on the page of checking, altered and told, printed at the desk."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from apps.cases.selectors import receipts_of
from tests import given
from tests.browser.conftest import with_password
from tests.documents.reading import pages_of, squeezed, text_of

pytestmark = pytest.mark.browser


def saved(page: Page, address: str, path: Path) -> Path:
    """The file behind a link of this page."""
    with page.expect_download() as download:
        page.click(f"a[href='{address}']")
    download.value.save_as(path)
    return path


def verify(page: Page, path: Path) -> None:
    page.set_input_files("input[name=file]", path)
    page.click("text=Verify the file")


@pytest.mark.parametrize("width", [360, 1280])
def test_a_receipt_is_saved_verified_altered_and_printed(page, sign_in, axe, tmp_path, width):
    who = given.citizen(full_name="Nguyễn Văn Kín")
    case = given.resolved_case(given.FOOD_SAFETY, by=who)
    given.carry_out(given.NOW, "render_paper", "render_receipt")
    receipt = receipts_of(case)[0].receipt
    page.set_viewport_size({"width": width, "height": 800})
    sign_in(page, *with_password(who))
    page.goto(f"/cases/{case.code}/")
    address = f"/cases/{case.code}/receipts/{receipt.uuid}/"
    pdf = saved(page, address, tmp_path / "bien-lai.pdf")
    xml = saved(page, f"{address}data/", tmp_path / "bien-lai.xml")
    altered = tmp_path / "altered.pdf"
    content = bytearray(pdf.read_bytes())
    content[3_000] ^= 1
    altered.write_bytes(content)

    page.context.clear_cookies()
    for path, said in ((pdf, "Genuine and unchanged"), (xml, "Genuine and unchanged"), (altered, "altered")):
        page.goto("/r/" if path == pdf else f"/r/{receipt.lookup_code}")
        verify(page, path)
        expect(page.locator(".mc-notice__title").first).to_contain_text(said)
        expect(page.locator("main")).to_contain_text("700.000")
        expect(page.locator("main")).not_to_contain_text("Kín")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        axe(page)

    sign_in(page, *with_password(given.receptionist(case.competent_agency)))
    page.goto(f"/desk/cases/{case.code}/")
    axe(page)


def test_a_print_looks_like_the_paper_and_says_what_it_is(page, sign_in, axe):
    case = given.paid(given.taken_at_counter())
    given.carry_out(given.NOW, "render_receipt")
    clerk = given.receptionist(case.current_agency)
    sign_in(page, *with_password(clerk))
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text))
    page.goto(f"/desk/cases/{case.code}/")
    page.click("text=Print")
    expect(page.locator(".converted")).to_contain_text("BẢN CHUYỂN ĐỔI TỪ BIÊN LAI ĐIỆN TỬ")
    expect(page.locator("h1")).to_have_css("text-transform", "uppercase")
    assert page.locator("img").evaluate("image => image.naturalWidth") > 0
    assert refused == []
    axe(page)
    printed = page.pdf(prefer_css_page_size=True)
    assert pages_of(printed) == 1
    assert squeezed("BẢN CHUYỂN ĐỔI TỪ BIÊN LAI ĐIỆN TỬ") in squeezed(text_of(printed))
