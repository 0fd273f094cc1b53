"""A receipt printed at the desk says that it is a conversion, when, and by whom; it is a page, and no file."""

from __future__ import annotations

import base64
import hashlib
import re
from html import unescape

import pytest

from apps.core.models import AccessRecord
from apps.documents.models import StoredData, StoredFile
from apps.receipts.models import Receipt
from tests import given

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    case = given.paid(given.taken_at_counter())
    given.carry_out(given.NOW, "render_receipt")
    return case


def address(case, name="print/") -> str:
    return f"/desk/cases/{case.code}/receipts/{Receipt.objects.get().uuid}/{name}"


def test_the_print_says_that_it_is_a_conversion_when_and_by_whom(case, enter):
    clerk = given.receptionist(case.current_agency)
    answer = enter(clerk).get(address(case))
    page = unescape(answer.content.decode())
    assert "BẢN CHUYỂN ĐỔI TỪ BIÊN LAI ĐIỆN TỬ" in page
    name = re.search(r"Người chuyển đổi: (.+?)\.</p>", page)[1]
    assert "Chuyển đổi lúc 09:00 ngày 23/11/2026." in page
    assert name
    receipt = Receipt.objects.get()
    for said in (
        "Biên lai thu phí, lệ phí",
        "Ký bởi:",
        receipt.lookup_code[:4],
        receipt.snapshot["total_in_words"],
    ):
        assert said in page
    assert [(row.action, row.actor_id) for row in AccessRecord.objects.all()] == [
        ("print receipt", clerk.user_id)
    ]
    assert (StoredFile.objects.filter(document__kind="receipt").count(), StoredData.objects.count()) == (1, 1)


def test_the_page_runs_nothing_and_has_the_style_of_the_paper(case, enter):
    answer = enter(given.receptionist(case.current_agency)).get(address(case))
    policy = answer.headers["Content-Security-Policy"]
    style = re.search(r"<style>(.*?)</style>", answer.content.decode(), re.DOTALL)[1]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"'sha256-{digest}'" in policy
    assert "default-src 'none'" in policy
    assert "@page" in style
    assert "no-store" in answer.headers["Cache-Control"]
    assert "style=" not in answer.content.decode()


def test_the_case_at_the_desk_leads_to_pdf_data_and_print_once_it_is_signed(enter):
    case = given.paid(given.taken_at_counter())
    client = enter(given.receptionist(case.current_agency))
    page = f"/desk/cases/{case.code}/"
    for name in ("", "data/", "print/"):
        assert address(case, name) not in client.get(page).content.decode()
        assert client.get(address(case, name)).status_code in (404, 409)
    assert not AccessRecord.objects.exists()
    given.carry_out(given.NOW, "render_receipt")
    shown = client.get(page).content.decode()
    for name in ("", "data/", "print/"):
        assert address(case, name) in shown
        assert client.get(address(case, name)).status_code == 200
