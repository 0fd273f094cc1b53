"""The auditor's walk in a real browser: from a bank line to the payment, the case, the receipt, its PDF, its day, and back."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from apps.core.models import AccessRecord
from apps.receipts.models import Receipt
from tests import given
from tests.browser.conftest import with_password
from tests.receipts import books
from tests.receipts.books import MONDAY, NAME

pytestmark = pytest.mark.browser


def test_an_auditor_walks_from_a_bank_line_to_the_receipt_and_back(page, sign_in, axe) -> None:
    account, case = books.an_account(), given.taken_at_counter()
    payment = books.paid_by_bank(case, "FT26327001")
    given.carry_out(given.NOW, "render_receipt")
    lines = [
        (MONDAY, "FT26327001", payment.amount, f"{NAME} {payment.order.code}"),
        (MONDAY, "FT26327002", 9_000, "LE VAN C chuyen tien"),
    ]
    books.taken_in(account, *lines)
    receipt = Receipt.objects.get(payment=payment)

    sign_in(page, *with_password(books.auditor()))
    page.click(".govuk-service-navigation >> text=Money")
    expect(page.locator("main")).to_contain_text("Bank line without anything of ours")
    axe(page)
    page.fill("#q", "FT26327001")
    page.click("main button:has-text('Find')")
    axe(page)
    page.click("main tr:has-text('Bank line') a:has-text('FT26327001')")
    expect(page.locator("h1")).to_contain_text("Bank line")
    expect(page.locator("main")).to_contain_text("It agrees.")
    expect(page.locator("main")).not_to_contain_text("BUOI")
    axe(page)
    page.click("main a:has-text('Payment FT26327001')")
    expect(page.locator("h1")).to_contain_text("Payment")
    axe(page)
    page.click(f"main a:has-text('{case.code}')")
    expect(page.locator("h1")).to_contain_text("The money of a case")
    axe(page)
    page.click(f"main a:has-text('EBL01 {receipt.series.code} {receipt.number}')")
    expect(page.locator("h1")).to_contain_text("Receipt")
    expect(page.locator("main")).to_contain_text("T. T. Bưởi")
    axe(page)
    with page.expect_download() as download:
        page.click("main a:has-text('Download')")
    assert download.value.suggested_filename == f"bien-lai-{receipt.series.code}-{receipt.number}.pdf"
    page.click(f"main dd a:has-text('{receipt.series.code}')")
    expect(page.locator("main")).to_contain_text("none is missing, and none stands twice")
    axe(page)
    page.click("main tbody a:text-is('1')")
    page.click("main a:has-text('23 November 2026')")
    expect(page.locator("main")).to_contain_text("Figures of the day")
    expect(page.locator("main")).to_contain_text("FT26327002")
    axe(page)
    page.click("main tbody a:has-text('EBL01')")
    page.click("main dd a:has-text('FT26327001')")
    page.click("main dd a:has-text('FT26327001')")
    expect(page.locator("h1")).to_contain_text("Bank line")
    page.click("text=Show the particulars whole")
    page.fill("#id_reason", "Đối chiếu sao kê")
    page.click("main form >> button:has-text('Show')")
    expect(page.locator("main")).to_contain_text(NAME)
    assert list(AccessRecord.objects.order_by("pk").values_list("action", flat=True)) == [
        "download audited receipt",
        "reveal",
    ]
    page.click(".govuk-service-navigation >> text=Differences")
    expect(page.locator("main")).to_contain_text("FT26327002")
    axe(page)
