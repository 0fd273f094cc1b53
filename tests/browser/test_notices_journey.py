"""An administrator changes what applicants are told, reading it while it is typed, in a real browser. With axe on every page."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from apps.cases import tasks
from apps.core.models import OutboxRow
from apps.notifications.models import Sending
from tests import given, provider
from tests.browser.conftest import with_password

pytestmark = pytest.mark.browser


def test_words_are_read_as_they_are_typed_saved_compared_and_a_lost_message_is_sent_again(
    page, sign_in, axe, settings
) -> None:
    with provider.running() as gateway:
        settings.NOTICE_GATEWAYS = {
            "sms": {"url": gateway.url, "token": ""},
            "zalo": {"url": "", "token": ""},
        }
        given.accepted_case(contact_phone="0912345678", contact_email="an@example.vn")
        gateway.plan = [422, 422]
        for row in OutboxRow.objects.filter(payload__channel="sms"):
            tasks.send_notice(row.pk)

    sign_in(page, *with_password(given.administrator()))
    page.click(".govuk-service-navigation >> text=Notices")
    expect(page.locator("main")).to_contain_text("2 messages wait for a person.")
    axe(page)
    page.click("main >> text=Draft sent to be confirmed")
    expect(page.locator("#preview")).to_contain_text("counts as confirmed")
    axe(page)
    page.fill("#id_subject_en", "Case {{ code }}: read this")
    expect(page.locator("#preview")).to_contain_text("Case H26.1.1-261123-0001: read this")
    page.uncheck("#met_applicant_due_at")
    expect(page.locator("#preview")).not_to_contain_text("counts as confirmed")
    page.fill("#id_body_en", "{{ nobody }}")
    expect(page.locator("#preview")).to_contain_text("there is no name “nobody”")
    page.click("text=Save as a new version")
    expect(page.locator(".govuk-error-summary")).to_contain_text("line 1: there is no name “nobody”")
    axe(page)
    page.fill("#id_body_en", "Please read the draft on the page of the case.")
    page.click("text=Save as a new version")
    expect(page.locator("main")).to_contain_text("Version 2 is in force.")
    page.get_by_role("link", name="Version 2").click()
    expect(page.locator("main ins").first).to_have_text("Case {{ code }}: read this")
    axe(page)

    page.goto("/administration/unsent/")
    expect(page.locator("main")).to_contain_text("Answered with 422")
    expect(page.locator("main")).not_to_contain_text("0912345678")
    axe(page)
    page.locator("text=Send again").first.click()
    expect(page.locator("main")).to_contain_text("1 message is sent again.")
    page.click("text=Send all shown again")
    expect(page.locator("main")).to_contain_text("Everything was sent")
    assert not Sending.objects.filter(state="failed").exists()
