"""A citizen pays online in a real browser: cancelled once, failed once, then paid, with the receipt; axe on every page of ours."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from apps.cases import tasks
from apps.core.models import OutboxRow
from apps.core.spoken import dong
from apps.receipts.models import Payment, PaymentOrder, Receipt
from tests import given, online
from tests.browser.conftest import with_password

pytestmark = pytest.mark.browser


def test_a_fee_is_paid_at_the_gateway_after_a_first_attempt_that_failed(
    page, sign_in, axe, site, settings
) -> None:
    settings.PUBLIC_URL = site
    with online.gateway(settings) as simulator:
        case = given.filed_with_a_fee()
        online.with_account(case.competent_agency)
        sign_in(page, *with_password(online.payer_of(case)))
        page.goto(f"/cases/{case.code}/")
        page.get_by_role("button", name="Pay online").click()
        expect(page.locator("main")).to_contain_text(dong(700_000))
        axe(page)
        page.get_by_role("button", name="Pay online").click()
        expect(page.locator("main")).to_contain_text("Waiting for the payment")
        expect(page.locator("img.portal-qr")).to_be_visible()
        axe(page)

        page.get_by_role("button", name="Cancel this payment").click()
        expect(page.locator("main")).to_contain_text("The payment is cancelled.")
        expect(page.get_by_role("button", name="Cancel this payment")).to_have_count(0)
        assert [order["state"] for order in simulator.orders.values()] == ["cancelled"]
        axe(page)
        page.get_by_role("button", name="Pay online").click()

        page.get_by_role("button", name="Go on to the payment gateway").click()
        expect(page.locator("h1")).to_have_text("Cổng thanh toán mô phỏng")
        page.get_by_role("button", name="Giao dịch không thành công").click()
        expect(page.locator("main")).to_contain_text("Payment failed")
        expect(page).to_have_url(f"{site}/cases/{case.code}/payment/")
        axe(page)

        page.get_by_role("button", name="Pay online").click()
        page.get_by_role("button", name="Go on to the payment gateway").click()
        page.get_by_role("button", name="Thanh toán, thông báo kết quả gửi hai lần").click()
        expect(page.locator("main")).to_contain_text("being made; look again in a moment")
        assert (Payment.objects.count(), Receipt.objects.count()) == (1, 1)
        assert PaymentOrder.objects.count() == len(simulator.orders) == 3
        axe(page)

        # The page looks again by itself once the receipt is made.
        tasks.render_receipt(OutboxRow.objects.get(task__endswith="render_receipt").pk)
        receipt = page.get_by_role("link", name="Receipt 26TAA number 1")
        expect(receipt).to_be_visible()
        with page.expect_download() as saved:
            receipt.click()
        assert saved.value.path().read_bytes().startswith(b"%PDF")
        axe(page)
