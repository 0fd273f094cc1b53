"""Two replace the same receipt; a series is closed while replacing runs; fifty wait for one series and say how long."""

from __future__ import annotations

import sys
from statistics import median
from time import perf_counter
from uuid import uuid4

import pytest
from django.db import connection

from apps.accounts.choices import Role
from apps.cases.actions import collecting
from apps.cases.actions.payment import record_payment
from apps.cases.actions.wrong_receipts import notify_receipt_error, replace_receipt
from apps.operations.integrity import check
from apps.receipts.actions.series import close_past_years, close_series
from apps.receipts.errors import NoOpenSeries, ReceiptReplaced
from apps.receipts.models import Receipt, ReceiptNotice, ReceiptSeries
from tests import given
from tests.drills.at_once import at_once, errors

pytestmark = pytest.mark.commits


@pytest.fixture(autouse=True)
def _whole_afterwards(committing_db):
    yield
    assert check(at=given.NOW).broken == {}


def paid():
    return given.paid(given.taken_at_counter())


def replacing(case, receipt, by, identity):
    return lambda: replace_receipt(
        case.code,
        receipt=receipt.uuid,
        corrections={"identity": identity},
        reason="Nhập nhầm",
        by=by,
        at=given.NOW,
        request_key=given.key(),
    )


def test_of_two_who_replace_a_receipt_one_does_and_the_other_is_told():
    case = paid()
    wrong = given.wrong_receipt(case)
    people = [given.answers_for(wrong, role) for role in (Role.HEAD, Role.CASHIER, Role.APPROVER)]
    acts = [replacing(case, wrong, by, f"00118500000{n}") for n, by in enumerate(people, 5)]
    lost = errors(at_once(*acts))
    assert [type(error) for error in lost] == [ReceiptReplaced] * 2
    assert list(Receipt.objects.order_by("number").values_list("number", "replaces__number")) == [
        (1, None),
        (2, 1),
    ]


def test_notices_given_at_once_are_numbered_one_after_the_other():
    cases = [paid() for _ in range(8)]
    by = given.answers_for(given.wrong_receipt(cases[0]))

    def notice(case):
        receipt = given.wrong_receipt(case).uuid
        return lambda: notify_receipt_error(
            case.code,
            receipt=receipt,
            corrections={"name": "Tên đúng"},
            reason="Nhập nhầm",
            by=by,
            at=given.NOW,
            request_key=given.key(),
        )

    assert errors(at_once(*map(notice, cases))) == []
    numbers = ReceiptNotice.objects.order_by("number").values_list("number", flat=True)
    assert list(numbers) == list(range(1, 9))


def test_a_series_closed_while_receipts_are_replaced_gives_no_number_afterwards():
    cases = [paid() for _ in range(8)]
    wrong = [given.wrong_receipt(case) for case in cases]
    by, series = given.answers_for(wrong[0]), wrong[0].series
    answers = at_once(
        lambda: close_series(series.pk, reason="Đóng", by=by, at=given.NOW),
        *(replacing(case, receipt, by, "001185000999") for case, receipt in zip(cases, wrong, strict=True)),
    )
    lost = errors(answers)
    assert all(isinstance(error, NoOpenSeries) for error in lost), lost
    series.refresh_from_db()
    assert series.closed_at is not None
    assert series.last_number == 16 - len(lost) == Receipt.objects.count()


def test_the_year_is_closed_while_money_of_its_last_second_is_being_taken():
    """Whoever is numbering is waited for; whoever comes later is refused and has taken nothing."""
    cases = [given.taken_at_counter() for _ in range(6)]
    cashier = given.cashier(given.ward_committee())
    past = given.after(given.NOW, days=60)
    answers = at_once(
        lambda: close_past_years(at=past),
        *(
            lambda case=case: record_payment(
                case.code, amount=8000, method="cash", by=cashier, at=given.NOW, request_key=given.key()
            )
            for case in cases
        ),
    )
    lost = errors(answers)
    assert all(isinstance(error, NoOpenSeries) for error in lost), lost
    assert Receipt.objects.count() == 6 - len(lost)
    assert not ReceiptSeries.objects.filter(year=2026, closed_at__isnull=True).exists()


def test_how_long_fifty_wait_for_one_series(monkeypatch, capsys):
    cases = [given.taken_at_counter() for _ in range(50)]
    cashier = given.cashier(given.ward_committee())
    waits: list[float] = []
    take_numbers = collecting.take_numbers

    def timed(receipts, **arguments):
        began = perf_counter()
        take_numbers(receipts, **arguments)
        waits.append((perf_counter() - began) * 1000)

    monkeypatch.setattr(collecting, "take_numbers", timed)

    def pay(case):
        key = str(uuid4())
        return lambda: record_payment(
            case.code, amount=8000, method="cash", by=cashier, at=given.NOW, request_key=key
        )

    assert errors(at_once(*map(pay, cases))) == []
    connection.close()
    assert len(waits) == 50 == Receipt.objects.count()
    waits.sort()
    with capsys.disabled():
        sys.stdout.write(
            f"\nwaiting for the series, 50 at once: median {median(waits):.1f} ms, "
            f"p95 {waits[47]:.1f} ms, longest {waits[-1]:.1f} ms\n"
        )
