"""The check of integrity over corrected receipts: silent over lawful ones, and naming what is broken by force."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import transaction

from apps.accounts.choices import Role
from apps.cases.papers import receipt_paper
from apps.core.canonical import fingerprint
from apps.documents.models import Document, StoredData, StoredFile
from apps.operations.integrity import papers, receipts
from apps.operations.integrity.walking import rows_of
from apps.receipts.actions.numbering import Unnumbered, take_numbers
from apps.receipts.actions.series import close_series, record_acceptance
from apps.receipts.models import CollectingSuccession, Receipt, ReceiptDocument, ReceiptNotice
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


def said_of(sql: str) -> list[tuple[int, str]]:
    return [(pk, wrong) for pk, _name, wrong in rows_of(sql, first=1, last=10**9)]


@pytest.mark.parametrize(
    "change",
    [{"total": 9_000_000}, {"lines": []}, {"issued_at": "2026-11-22T09:00:00+07:00"}, {"total": None}],
)
def test_a_receipt_that_says_another_amount_or_time_than_it_is_of_is_found(change):
    first = paid()
    assert said_of(receipts.SAID) == []
    wrong = issued(first, snapshot={**first.snapshot, **naming(first), **change}, replaces=first)
    assert said_of(receipts.SAID) == [(wrong.pk, "says_otherwise")]


def test_an_acceptance_that_nobody_recorded_is_found():
    first = paid()
    series = first.series
    assert said_of(receipts.SERIES) == []
    series.acceptance_number, series.accepted_on = "1/TB", given.NOW.date()
    series.save(update_fields=["acceptance_number", "accepted_on"])
    assert said_of(receipts.SERIES) == [(series.pk, "series_accepted_by_no_act")]


def test_an_acceptance_that_was_moved_to_another_day_is_found():
    series = paid().series
    by = given.staff(series.collecting_body, Role.HEAD)
    day = given.NOW.date()
    record_acceptance(series.pk, acceptance_number="1/TB", accepted_on=day, by=by, at=given.NOW)
    assert said_of(receipts.SERIES) == []
    type(series).objects.filter(pk=series.pk).update(accepted_on=day - timedelta(days=300))
    assert said_of(receipts.SERIES) == [(series.pk, "series_accepted_by_no_act")]


def test_a_series_closed_by_no_act_is_found():
    series = paid().series
    by = given.staff(series.collecting_body, Role.HEAD)
    other = given.city_agency("city_inspectorate")
    close_series(series.pk, reason="Đóng", by=by, at=given.NOW)
    assert said_of(receipts.SERIES) == []
    wrong = type(series).objects.create(
        collecting_body=other, form=series.form, code="26TXY", year=2026, opened_at=given.NOW
    )
    type(series).objects.filter(pk=wrong.pk).update(closed_at=given.NOW)
    assert said_of(receipts.SERIES) == [(wrong.pk, "series_closed_by_no_act")]


def test_a_successor_whom_no_act_names_is_found():
    given.succeeded(given.ward_committee())
    assert said_of(receipts.SUCCESSIONS) == []
    body, successor = given.ward_committee("Phường Trúc Bạch"), given.city_agency("city_committee")
    wrong = CollectingSuccession.objects.create(
        body=body,
        successor=successor,
        decision="1/QĐ",
        decided_on=given.NOW.date(),
        recorded_by_id=given.administrator().account_id,
        recorded_at=given.NOW,
    )
    assert said_of(receipts.SUCCESSIONS) == [(wrong.pk, "succeeded_by_no_act")]


@pytest.mark.parametrize(
    "change", [{"number": 7}, {"total": 1}, {"check": {"code": "A" * 16}}, {"payer": {"name": "X"}}]
)
def test_a_receipt_whose_paper_says_something_else_is_found(change):
    receipt = paid()
    paper = receipt_paper(receipt)
    certificate = bytes(32)

    def attached(said) -> None:
        said = {**said, "signature": {"certificate": certificate.hex()}}
        document = Document.objects.create(
            uuid=uuid4(), kind="receipt", snapshot=said, snapshot_hash=fingerprint(said), created_at=given.NOW
        )
        for kind in (StoredFile, StoredData):
            kind.objects.create(
                document=document, storage_name=str(uuid4()), sha256=b"", size=0, stored_at=given.NOW
            )
        ReceiptDocument.objects.create(
            receipt=receipt, document=document, certificate=certificate, signed_at=given.NOW
        )

    with transaction.atomic():
        attached(paper)
        assert said_of(papers.RECEIPT_PAPERS) == []
        transaction.set_rollback(True)
    attached({**paper, **change})
    assert said_of(papers.RECEIPT_PAPERS) == [(receipt.pk, "paper_of_another")]
