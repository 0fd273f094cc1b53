"""The auditor's walk in a real browser: bank line, payment, case, receipt, files, signature, day's list, day, and back."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import etree
from playwright.sync_api import Page, expect

from apps.cases.models import Case
from apps.core.models import AccessRecord
from apps.core.spoken import dong
from apps.receipts.actions.day_reports import make_lists
from apps.receipts.models import DayReport, Payment
from tests import given, online
from tests.browser.conftest import with_password
from tests.documents.signed import by_poppler
from tests.receipts import authority as authorities
from tests.receipts import books
from tests.receipts.authority import SCHEMA
from tests.receipts.books import MONDAY, NAME

pytestmark = pytest.mark.browser

LINE, STRANGE = "FT26327001", "FT26327002"
EVENING = given.NOW.replace(hour=18)


def a_day_with_its_money_told(settings) -> Case:
    """A case whose fee came by transfer, as the bank's statement told; its receipt is signed, and the day's list accepted."""
    case = given.case_at_intake(given.FOOD_SAFETY, by=given.citizen(full_name="Nguyễn Thị Bưởi"))
    account = books.an_account(case.competent_agency)
    order = online.ordered(case)
    memo = f"{NAME} {order.code}"
    books.taken_in(
        account, (MONDAY, LINE, order.amount, memo), (MONDAY, STRANGE, 9_000, "LE VAN C chuyen tien")
    )
    given.carry_out(given.NOW, "render_receipt")
    with authorities.running() as authority:
        settings.TAX_AUTHORITY = {"url": authority.url, "token": "khoa-cua-thue"}
        assert make_lists(MONDAY, at=EVENING) == 1
        given.carry_out(EVENING, "render_day_report", "send_day_report")
    return case


def saved(page: Page, link: str, folder: Path) -> Path:
    """The file behind a link of the page, whose hash stands on the page."""
    with page.expect_download() as download:
        page.locator("main").locator(link).click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize("width", [360, 1280])
def test_an_auditor_walks_from_a_bank_line_to_the_receipt_and_back(
    page, sign_in, axe, settings, tmp_path, width
) -> None:
    case = a_day_with_its_money_told(settings)
    payment, report = Payment.objects.get(), DayReport.objects.get()
    receipt = payment.receipts.get()
    name = f"EBL01 {receipt.series.code} {receipt.number}"
    page.set_viewport_size({"width": width, "height": 900})
    main = page.locator("main")
    arrived = _arrival(page, axe, width)

    sign_in(page, *with_password(books.auditor()))
    page.goto("/audit/")
    arrived("Money")
    expect(main).to_contain_text("Bank line without anything of ours")
    page.fill("#q", LINE)
    page.click("main button:has-text('Find')")
    arrived("Find in the books")
    page.click(f"main tr:has-text('Bank line') a:has-text('{LINE}')")

    arrived("Bank line")
    began = page.url
    expect(main).to_contain_text("It agrees.")
    expect(main).not_to_contain_text("BUOI")
    page.click(f"main a:has-text('Payment {LINE}')")

    arrived("Payment")
    expect(main).to_contain_text(payment.order.code)
    expect(main).to_contain_text(dong(payment.amount))
    page.click(f"main a:has-text('{case.code}')")

    arrived("The money of a case")
    page.click(f"main a:has-text('{name}')")

    arrived("Receipt")
    expect(main).to_contain_text("N. T. Bưởi")
    pdf = saved(page, "a[href$='/pdf/']", tmp_path)
    assert pdf.name == f"bien-lai-{receipt.series.code}-{receipt.number}.pdf"
    expect(main).to_contain_text(sha256(pdf))
    verdict = by_poppler(pdf.read_bytes(), tmp_path)
    assert (verdict.signatures, verdict.is_valid, verdict.is_whole) == (1, True, True)
    # The test authority says in the name what it is, and on the page.
    expect(main).to_contain_text(verdict.signer.removeprefix("THỬ NGHIỆM - "))
    expect(main).to_contain_text("Signed by a test authority: no legal value.")
    xml = saved(page, "a[href$='/xml/']", tmp_path)
    expect(main).to_contain_text(sha256(xml))
    assert receipt.lookup_code in xml.read_text()
    expect(main).to_contain_text(_signing_certificate(xml))
    page.click(f"main dd a:has-text('{receipt.series.code}')")

    arrived("Receipt series")
    expect(main).to_contain_text("none is missing, and none stands twice")
    page.click(f"main tbody a:text-is('{receipt.number}')")

    arrived("Receipt")
    page.click("main a:has-text('part 1, line 1: Accepted')")

    arrived("List to the tax authority")
    expect(main).to_contain_text(f"MO-PHONG-{str(report.uuid)[:8]}")
    expect(main).to_contain_text("<KQua>CHAP_NHAN</KQua>")
    expect(main.locator("tr", has_text=name)).to_contain_text(dong(receipt.amount))
    for medium in ("xml", "xlsx", "pdf"):
        file = saved(page, f"a[href$='/files/{medium}/']", tmp_path)
        expect(main).to_contain_text(sha256(file))
        if medium == "xml":
            SCHEMA.assertValid(etree.parse(file))
    page.click(f"main tbody a:has-text('{name}')")

    arrived("Receipt")
    page.go_back()
    page.click("main dd a:has-text('23 November 2026')")

    arrived("Monday 23 November 2026")
    expect(main).to_contain_text("Figures of the day")
    expect(main).to_contain_text(STRANGE)
    expect(main.locator("a:has-text('part 1: Accepted')")).to_have_attribute(
        "href", f"/oversight/receipts/lists/{report.uuid}/"
    )
    page.click(f"main tbody a:has-text('{name}')")
    page.click(f"main dd a:has-text('{LINE}')")
    page.click(f"main dd a:has-text('{LINE}')")
    arrived("Bank line")
    assert page.url == began
    page.click("main dd a:has-text('23 November 2026')")
    page.click("main .govuk-summary-list__row:has(dt:text-is('Came in at the bank')) a")
    arrived("Bank lines")
    page.click(f"main tbody a:has-text('{LINE}')")
    assert page.url == began

    page.click("text=Show the particulars whole")
    page.fill("#id_reason", "Đối chiếu sao kê")
    page.click("main form >> button:has-text('Show')")
    expect(main).to_contain_text(NAME)
    files = ["audited receipt"] * 2 + ["day list"] * 3
    assert list(AccessRecord.objects.order_by("pk").values_list("action", flat=True)) == [
        *(f"download {what}" for what in files),
        "reveal",
    ]
    page.goto("/audit/differences/")
    arrived("Differences")
    expect(main).to_contain_text(STRANGE)


def _arrival(page: Page, axe: Callable[[Page], None], width: int) -> Callable[[str], None]:
    """What holds of every stop: its heading, that anybody can use it, and that nothing leaves the screen sideways."""

    def arrived(heading: str) -> None:
        expect(page.locator("h1")).to_contain_text(heading)
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, page.url

    return arrived


def _signing_certificate(xml: Path) -> str:
    """The SHA-256 of the certificate with which the data of a receipt is signed."""
    first = next(etree.parse(xml).iter("{http://www.w3.org/2000/09/xmldsig#}X509Certificate"))
    return hashlib.sha256(base64.b64decode(first.text or "")).hexdigest()
