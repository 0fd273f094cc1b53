"""What the database itself refuses of receipts, their numbers and their series."""

from __future__ import annotations

import re
from datetime import datetime
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, ProgrammingError, connection, transaction
from django.test.utils import CaptureQueriesContext

from apps.core.errors import refusal_of_constraint
from apps.receipts.actions import numbering
from apps.receipts.actions.numbering import Unnumbered, open_series_of, take_numbers
from apps.receipts.actions.series import load_series
from apps.receipts.errors import AlreadySettled, NoOpenSeries, SeriesOverlaps
from apps.receipts.models import Payment, PaymentLine, Receipt, ReceiptSeries
from tests import given

pytestmark = pytest.mark.django_db


def paid_receipt() -> Receipt:
    given.paid(given.taken_at_counter())
    return Receipt.objects.select_related("series__collecting_body", "payment").order_by("pk").last()


def another_payment(like: Receipt) -> Payment:
    """1 đ more, in the same drawer."""
    return Payment.objects.create(
        uuid=uuid4(),
        collecting_body=like.series.collecting_body,
        taken_at_desk=like.payment.taken_at_desk,
        session=like.payment.session,
        amount=1,
        method="cash",
        taken_by=like.payment.taken_by,
        taken_at=given.NOW,
    )


def unnumbered(receipt: Receipt, payment: Payment, **fields) -> Unnumbered:
    return Unnumbered(receipt.series, payment, payment.amount, {}, uuid4(), **fields)


def insert(receipt: Receipt, number: int) -> None:
    """Writes a receipt with a number of one's own choice, around `take_number`."""
    payment = another_payment(receipt)
    Receipt.objects.create(
        uuid=payment.uuid,
        series=receipt.series,
        number=number,
        payment=payment,
        amount=1,
        snapshot={},
        lookup_code=f"CODE{number}",
        issued_at=given.NOW,
    )


@pytest.mark.parametrize(("number", "guard"), [(3, "would leave a gap"), (1, "receipt_number_once|gap")])
def test_a_number_out_of_turn_is_refused_by_the_database(number, guard):
    receipt = paid_receipt()
    with pytest.raises(IntegrityError, match=guard), transaction.atomic():
        insert(receipt, number)
    assert Receipt.objects.filter(series=receipt.series).count() == 1


def test_the_first_number_of_a_series_is_1():
    receipt = paid_receipt()
    other = ReceiptSeries.objects.exclude(pk=receipt.series_id).select_related("collecting_body").first()
    receipt.series = other
    with pytest.raises(IntegrityError, match="gap|begin_at_1"), transaction.atomic():
        insert(receipt, 2)


def test_a_receipt_with_a_number_that_its_series_has_not_given_is_refused():
    receipt = paid_receipt()
    with pytest.raises(IntegrityError, match="gap"), transaction.atomic():
        insert(receipt, 2)


def test_a_series_gives_no_number_without_a_receipt():
    receipt = paid_receipt()
    series = ReceiptSeries.objects.filter(pk=receipt.series_id)
    with transaction.atomic():
        series.update(last_number=2)
        with pytest.raises(IntegrityError, match="number 2 of series .* has no receipt"):
            connection.check_constraints()
        transaction.set_rollback(True)
    take_numbers([unnumbered(receipt, another_payment(receipt)) for _ in range(2)], at=given.NOW)
    connection.check_constraints()
    assert series.get().last_number == 3


@pytest.mark.parametrize(
    "table",
    [
        *("receipts_receipt", "receipts_payment", "receipts_paymentline", "receipts_receiptdocument"),
        *("cases_casefee", "cases_casereceipt", "cases_caseorder", "cases_caserefund"),
    ],
)
@pytest.mark.parametrize("edit", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_nothing_of_a_receipt_can_be_edited_or_deleted_by_the_program(table, edit):
    paid_receipt()
    with pytest.raises(ProgrammingError, match="permission denied|is refused"), transaction.atomic():
        connection.cursor().execute(edit.format(table))


def test_a_closed_series_gives_no_number():
    receipt = paid_receipt()
    ReceiptSeries.objects.filter(pk=receipt.series_id).update(closed_at=given.NOW)
    with pytest.raises(NoOpenSeries):
        take_numbers([unnumbered(receipt, receipt.payment)], at=given.NOW)
    with pytest.raises(NoOpenSeries):
        open_series_of(receipt.series.collecting_body, at=given.NOW)
    assert ReceiptSeries.objects.get(pk=receipt.series_id).last_number == 1


def test_a_rolled_back_number_is_given_again():
    receipt = paid_receipt()
    for _ in range(2):
        with transaction.atomic():
            wanted = unnumbered(receipt, another_payment(receipt))
            take_numbers([wanted], at=given.NOW)
            assert Receipt.objects.get(uuid=wanted.uuid).number == 2
            transaction.set_rollback(True)
    assert ReceiptSeries.objects.get(pk=receipt.series_id).last_number == 1


def test_a_batch_takes_a_block_of_numbers_that_follow_one_another():
    receipt = paid_receipt()
    batch = [unnumbered(receipt, another_payment(receipt)) for _ in range(5)]
    with CaptureQueriesContext(connection) as queries:
        take_numbers(batch, at=given.NOW)
    assert len(queries) == 1
    numbers = dict(Receipt.objects.values_list("uuid", "number"))
    assert [numbers[each.uuid] for each in batch] == [2, 3, 4, 5, 6]
    assert ReceiptSeries.objects.get(pk=receipt.series_id).last_number == 6


@pytest.mark.parametrize(("long", "level"), [(3600, "INFO"), (-1, "WARNING")])
def test_how_long_numbering_took_is_told_in_the_log_and_a_long_wait_is_a_warning(
    monkeypatch, caplog, long, level
):
    receipt = paid_receipt()
    monkeypatch.setattr(numbering, "LONG_WAIT", long)
    with caplog.at_level("INFO", logger=numbering.__name__):
        take_numbers([unnumbered(receipt, another_payment(receipt)) for _ in range(3)], at=given.NOW)
    [record] = caplog.records
    said = rf"numbering series={receipt.series_id} count=3 ms=\d+\.\d outcome=done"
    assert record.levelname == level and re.fullmatch(said, record.getMessage())


def test_before_the_law_was_in_force_no_series_issues():
    body = given.ward_committee()
    assert open_series_of(body, at=datetime(2026, 7, 1, tzinfo=given.HANOI)).collecting_body == body
    with pytest.raises(NoOpenSeries):
        open_series_of(body, at=datetime(2026, 6, 30, 23, 59, tzinfo=given.HANOI))


def test_the_database_refuses_a_receipt_of_another_year_than_its_series():
    receipt = paid_receipt()
    with pytest.raises(IntegrityError, match="issued in another year"), transaction.atomic():
        take_numbers(
            [unnumbered(receipt, another_payment(receipt))], at=datetime(2027, 1, 1, tzinfo=given.HANOI)
        )


def test_a_payment_has_one_receipt_that_replaces_no_other():
    receipt = paid_receipt()
    with pytest.raises(IntegrityError, match="receipt_replaced_not_doubled"), transaction.atomic():
        take_numbers([unnumbered(receipt, receipt.payment)], at=given.NOW)


def test_a_body_has_one_open_series_of_a_form_in_a_year():
    body = given.ward_committee()
    with pytest.raises(IntegrityError, match="series_open_once_a_year") as refused, transaction.atomic():
        ReceiptSeries.objects.create(
            collecting_body=body, form="EBL01", code="26TAB", year=2026, opened_at=given.NOW
        )
    name = refused.value.__cause__.diag.constraint_name
    assert refusal_of_constraint(name) is SeriesOverlaps


def test_a_fee_is_settled_once():
    receipt = paid_receipt()
    line = receipt.payment.lines.get()
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        PaymentLine.objects.create(payment=receipt.payment, fee_id=line.fee_id)
    assert refusal_of_constraint(refused.value.__cause__.diag.constraint_name) is AlreadySettled


@pytest.mark.parametrize("code", ["26TAF", "26SAA", "6TAA", "26Taa", "26TA", "26TAAA", "26TIA"])
def test_a_series_code_has_the_shape_of_the_law(code):
    with pytest.raises(DatabaseError, match="series_code_has_its_shape|too long"), transaction.atomic():
        ReceiptSeries.objects.create(
            collecting_body=given.ward_committee(), form="EBL01", code=code, year=2026, opened_at=given.NOW
        )


def test_series_of_a_year_are_opened_once_for_each_body():
    bodies = [given.ward_committee(name).pk for name in ("Phường Phúc Xá", "Phường Trúc Bạch")]
    assert load_series(bodies, year=2027, at=given.NOW) == 2
    assert load_series([*bodies, *bodies], year=2027, at=given.NOW) == 0
    opened = ReceiptSeries.objects.filter(year=2027)
    assert {(series.code, series.last_number) for series in opened} == {("27TAA", 0)}
