"""Exemption from a fee, with its dates and its law: computed before filing, and said on the line that stands."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.db import IntegrityError, transaction

from apps.cases.selectors import fees_of, owed_at
from apps.procedures.errors import VersionNotSound
from apps.receipts.models import FeeDue
from tests import given

pytestmark = pytest.mark.django_db

# The exemption of the “digital citizen” ends with 28/02/2027 (Thông tư 117/2026/TT-BTC).
LAST_DAY = datetime(2027, 2, 26, 9, 0, tzinfo=given.HANOI)
AFTER = datetime(2027, 3, 1, 9, 0, tzinfo=given.HANOI)


def taken(at=given.NOW, **answers):
    said = given.answers(given.CIVIL_EXTRACT) | {"copies": 2} | answers
    return given.taken_at_counter(answers=said, at=at)


def test_a_digital_citizen_pays_nothing_for_an_extract_at_a_counter_and_the_line_says_why():
    case = taken(is_digital_citizen=True)
    (fee,) = fees_of(case)
    assert (fee.amount, fee.exempted, fee.unit_price, fee.quantity) == (0, 16_000, 8000, 2)
    assert "117/2026/TT-BTC" in fee.exempt_basis
    assert owed_at(case) == 0
    assert given.accepted(case).accepted_at is not None


@pytest.mark.parametrize("said", [{}, {"is_digital_citizen": False}])
def test_everybody_else_pays(said):
    case = taken(**said)
    (fee,) = fees_of(case)
    assert (fee.amount, fee.exempted, fee.exempt_basis) == (16_000, 0, "")


def test_the_exemption_ends_with_its_last_day():
    assert [fee.amount for fee in fees_of(taken(LAST_DAY, is_digital_citizen=True))] == [0]
    assert [fee.amount for fee in fees_of(taken(AFTER, is_digital_citizen=True))] == [16_000]


def test_an_exemption_without_its_law_is_not_published():
    def without(rows):
        rows[0]["exempt_basis"] = ""

    with pytest.raises(VersionNotSound) as told:
        given.new_version(given.CIVIL_EXTRACT, fee_rules=without)
    assert [(fault.row, fault.field) for fault in told.value.faults] == [("fee_rules/1", "exempt_basis")]


def test_the_database_keeps_no_exempted_amount_without_a_law():
    taken()
    with pytest.raises(IntegrityError, match="fee_exempted_by_law"), transaction.atomic():
        FeeDue.objects.bulk_create(
            [
                FeeDue(
                    uuid="0b0e7f0e-3f9f-4a55-9d7c-2d5a6a3f7a10",
                    rule=FeeDue.objects.first().rule,
                    kind="phi",
                    name="Phí",
                    name_en="Fee",
                    unit_price=8000,
                    quantity=1,
                    amount=0,
                    exempted=8000,
                    borne_by="applicant",
                    pay_before="acceptance",
                    assessed_at=given.NOW,
                )
            ]
        )
