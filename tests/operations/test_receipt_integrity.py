"""The check of integrity over corrected receipts: silent over lawful ones, and naming what is broken by force."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.conf import settings

from apps.operations.integrity import receipts
from apps.operations.integrity.walking import rows_of
from apps.receipts.actions.numbering import Unnumbered, take_numbers
from apps.receipts.models import Receipt, ReceiptNotice
from tests import given

pytestmark = pytest.mark.django_db


def faults() -> list[tuple[int, str]]:
    """(row, what is wrong), of receipts and then of notices."""
    found = []
    every = {"first": 1, "last": 10**9}
    found += rows_of(receipts.CHAINS, **every)
    found += rows_of(receipts.IN_TIME, **every, slack=receipts.LONGEST_ACT, zone=settings.TIME_ZONE)
    found += rows_of(receipts.NOTICES, **every)
    return [(pk, wrong) for pk, _name, wrong in found]


def paid() -> Receipt:
    return given.wrong_receipt(given.paid(given.taken_at_counter()))


def issued(like: Receipt, *, at=given.NOW, snapshot=None, **fields) -> Receipt:
    """A receipt around the verbs, of the same series."""
    wanted = Unnumbered(like.series, like.payment, like.amount, snapshot or {}, uuid4())
    wanted = replace(wanted, **fields)
    take_numbers([wanted], at=at)
    return Receipt.objects.get(uuid=wanted.uuid)


def naming(receipt: Receipt) -> dict:
    return {
        "replaces": {"form": receipt.series.form, "series": receipt.series.code, "number": receipt.number}
    }


def test_corrected_receipts_are_whole():
    case = given.paid(given.taken_at_counter())
    given.notified(case)
    given.replaced(case)
    given.replaced(case, identity="001185777777")
    assert faults() == []


def test_a_receipt_that_replaces_one_of_another_payment_is_found():
    first, second = paid(), paid()
    wrong = issued(first, payment=second.payment, snapshot=naming(first), replaces=first)
    assert faults() == [(wrong.pk, "replaces_of_another_payment")]


def test_a_receipt_that_names_another_than_it_replaces_is_found():
    first = paid()
    said = naming(first)
    said["replaces"]["number"] += 7
    assert faults() == []
    wrong = issued(first, snapshot=said, replaces=first)
    assert faults() == [(wrong.pk, "replaced_otherwise_than_said")]


def test_numbers_that_do_not_ascend_in_time_are_found():
    first = paid()
    early = issued(first, at=given.NOW - timedelta(hours=1), snapshot=naming(first), replaces=first)
    assert (early.pk, "issued_before_its_number") in faults()


def test_a_receipt_issued_after_its_series_closed_is_found():
    first = paid()
    type(first.series).objects.filter(pk=first.series_id).update(closed_at=given.NOW - timedelta(hours=1))
    assert faults() == [(first.pk, "after_its_series_closed")]


def test_a_gap_in_the_notices_of_a_body_and_one_without_paper_are_found():
    case = given.notified(given.paid(given.taken_at_counter()))
    notice = ReceiptNotice.objects.get()
    document = given.notified(case, name="Khác").documents.exclude(document=notice.document).get().document
    assert document.kind == "form_04ss"
    other = given.paid(given.taken_at_counter()).documents.first()
    assert other is None
    paper = given.accepted(given.taken_at_counter()).documents.get().document
    wrong = ReceiptNotice.objects.create(
        uuid=uuid4(),
        receipt=notice.receipt,
        body=notice.body,
        year=2026,
        number=5,
        corrections={},
        reason="x",
        document=paper,
        noticed_by=notice.noticed_by,
        noticed_at=given.NOW,
    )
    assert faults() == [(wrong.pk, "gap_or_double")]
