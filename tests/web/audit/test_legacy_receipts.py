"""Receipts of the old regime in the books: found by what is printed on them, shown with their payer masked, and no others'."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from apps.accounts.choices import Role
from apps.core.models import AccessRecord
from apps.receipts.models import LegacyReceipt
from apps.units.models import Agency
from tests import given
from tests.receipts import books

pytestmark = pytest.mark.django_db


def taken_over(body: Agency | None = None, number: str = "0000123") -> LegacyReceipt:
    return LegacyReceipt.objects.create(
        collecting_body=body or given.ward_committee(),
        form="01BLP0-001",
        series="BL-18E",
        number=number,
        payer="Trần Thị Bưởi",
        fee_name="Phí cung cấp thông tin hộ tịch",
        amount=8_000,
        issued_on=date(2018, 5, 17),
        source="bien-lai.csv",
        imported_at=given.NOW,
    )


def page_of(receipt: LegacyReceipt) -> str:
    return reverse("audit:legacy_receipt", args=[receipt.pk])


def found(client, typed: str) -> str:
    answer = client.get(reverse("audit:find"), {"q": typed})
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize(
    "typed",
    [
        "01BLP0-001 BL-18E 0000123",
        "01BLP0-001/BL-18E/123",
        "bl-18e 123",
        "BL-18E 0000123",
        "01BLP0-001 0000123",
        "0000123",
        "8.000 17/05/2018",
    ],
)
def test_it_is_found_by_what_is_printed_on_it(enter, typed):
    receipt, other = taken_over(), taken_over(number="0000124")
    page = found(enter(books.auditor()), typed)
    assert f'href="{page_of(receipt)}"' in page and "Bưởi" not in page
    assert (f'href="{page_of(other)}"' in page) == typed.startswith("8.000")


@pytest.mark.parametrize(
    "typed",
    ["123", "01BLP0-001 BL-18E 125", "02BLP0-001 BL-18E 123", "BL-18T 123", "0000000", "01BLP0-001 123"],
)
def test_what_is_not_printed_on_it_finds_nothing(enter, typed):
    receipt = taken_over()
    page = found(enter(books.auditor()), typed)
    assert page_of(receipt) not in page and "Nothing in the books" in page


def test_it_is_shown_as_it_was_printed_and_its_payer_whole_for_a_reason_alone(enter):
    receipt, client = taken_over(), enter(books.auditor())
    page = client.get(page_of(receipt)).content.decode()
    for said in ("01BLP0-001", "BL-18E", "0000123", "T. T. Bưởi", "8.000", "303/2016/TT-BTC", "bien-lai.csv"):
        assert said in page, said
    assert "Trần Thị Bưởi" not in page
    reveal = reverse("audit:reveal_legacy_receipt", args=[receipt.pk])
    assert client.post(reveal, {"reason": ""}).status_code == 422
    assert not AccessRecord.objects.exists()
    whole = client.post(reveal, {"reason": "Đối chiếu quyết toán năm 2018"}).content.decode()
    assert "Trần Thị Bưởi" in whole
    kept = AccessRecord.objects.get()
    assert (kept.subject, kept.reason) == (f"legacy-receipt:{receipt.pk}", "Đối chiếu quyết toán năm 2018")


def test_whoever_reads_other_books_does_not_find_it_and_the_successors_auditor_does(enter):
    receipt = taken_over()
    elsewhere = given.staff(given.ward_committee("Phường Hàng Bạc"), Role.AUDITOR)
    heir = given.staff(given.ward_committee("Phường Trúc Bạch"), Role.AUDITOR)
    for reader in (elsewhere, heir):
        client = enter(reader)
        assert client.get(page_of(receipt)).status_code == 404
        assert page_of(receipt) not in found(client, "0000123")
        reveal = reverse("audit:reveal_legacy_receipt", args=[receipt.pk])
        assert client.post(reveal, {"reason": "Xem thử cho biết"}).status_code == 404
    assert not AccessRecord.objects.exists()
    given.succeeded(given.ward_committee())
    assert page_of(receipt) in found(enter(heir), "0000123")
    assert enter(heir).get(page_of(receipt)).status_code == 200
    assert enter(elsewhere).get(page_of(receipt)).status_code == 404
