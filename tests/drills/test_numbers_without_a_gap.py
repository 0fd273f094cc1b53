"""Receipt numbers under pressure: many at once, rollbacks in the middle, a process killed; 1…n, no gap, no double."""

from __future__ import annotations

import os
import random
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from time import perf_counter

import pytest
from django.db import connection, transaction

from apps.accounts.choices import Role
from apps.cases.actions import collecting
from apps.cases.actions.payment import record_payment
from apps.cases.models import Case
from apps.core.errors import Busy
from apps.core.models import OutboxRow
from apps.operations.integrity import check
from apps.receipts.actions import numbering
from apps.receipts.actions.series import close_series
from apps.receipts.errors import NoOpenSeries
from apps.receipts.models import Payment, Receipt, ReceiptSeries
from tests import databases, given
from tests.drills.at_once import at_once, errors
from tests.drills.processes import until, waits_for_a_lock

pytestmark = pytest.mark.commits
THREADS = 50


class PowerCut(Exception):
    """Something breaks after the number was taken and before the commit."""


def cases(most: int) -> list[Case]:
    desk = given.ward_committee()
    return [given.taken_at_counter(desk=desk) for _ in range(most)]


def numbers() -> list[int]:
    return list(Receipt.objects.order_by("number").values_list("number", flat=True))


def test_fifty_payments_at_once_with_rollbacks_in_the_middle_are_numbered_without_a_gap(
    committing_db, monkeypatch
):
    waiting = cases(THREADS)
    cashier = given.cashier(given.ward_committee())
    # Some acts break once or twice just after they took their number, and are sent again with the same key.
    chance = random.Random(23112026)
    breaks = {case.code: chance.choice([0, 0, 1, 2]) for case in waiting}
    assert 10 < sum(breaks.values()) < 100
    take_numbers = collecting.take_numbers

    def take_and_perhaps_break(receipts, **arguments):
        take_numbers(receipts, **arguments)
        code = receipts[0].snapshot["case_code"]
        if breaks[code]:
            breaks[code] -= 1
            raise PowerCut

    monkeypatch.setattr(collecting, "take_numbers", take_and_perhaps_break)

    def pay(case):
        key = given.key()

        def act():
            while True:
                try:
                    return record_payment(
                        case.code, amount=8000, method="cash", by=cashier, at=given.NOW, request_key=key
                    )
                except PowerCut:
                    continue

        return act

    assert errors(at_once(*(pay(case) for case in waiting))) == []
    assert numbers() == list(range(1, THREADS + 1))
    assert sum(breaks.values()) == 0
    assert (
        Payment.objects.count()
        == OutboxRow.objects.filter(task__endswith="render_receipt").count()
        == THREADS
    )
    series = ReceiptSeries.objects.get(receipts__number=THREADS)
    assert series.last_number == THREADS
    assert check(at=given.NOW).broken == {}


def test_a_process_killed_after_it_took_a_number_gives_it_back(committing_db):
    first, second, third = cases(3)
    cashier = given.cashier(given.ward_committee())

    def pay(case):
        record_payment(
            case.code, amount=8000, method="cash", by=cashier, at=given.NOW, request_key=given.key()
        )

    pay(first)
    holding = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "tests.drills.hold_a_number",
            second.code,
            "8000",
            str(cashier.user_id),
            given.NOW.isoformat(),
        ],
        cwd=databases.ROOT,
        env={**os.environ, "DATABASE_URL": databases.url_of(committing_db)},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert holding.stdout.readline().strip() == "2"
    finally:
        holding.kill()
        holding.wait(timeout=30)
        holding.stdout.close()
    pay(third)
    pay(second)
    assert numbers() == [1, 2, 3]
    assert list(Receipt.objects.order_by("number").values_list("snapshot__case_code", flat=True)) == [
        first.code,
        third.code,
        second.code,
    ]
    assert check(at=given.NOW).broken == {}


def test_bodies_number_each_for_themselves_and_at_once(committing_db):
    places = ["Phường Trúc Bạch", "Phường Hàng Bạc", "Phường Phúc Xá"]
    waiting = [
        given.taken_at_counter(desk=given.ward_committee(name), connecting_unit_id=given.ward(name).pk)
        for name in places
        for _ in range(3)
    ]
    cashiers = {name: given.cashier(given.ward_committee(name)) for name in places}
    by_desk = {given.ward_committee(name).pk: cashiers[name] for name in places}
    answers = at_once(
        *(
            lambda case=case: record_payment(
                case.code,
                amount=8000,
                method="cash",
                by=by_desk[case.receiving_agency_id],
                at=given.NOW,
                request_key=given.key(),
            )
            for case in waiting
        )
    )
    assert errors(answers) == []
    for name in places:
        series = ReceiptSeries.objects.get(collecting_body=given.ward_committee(name))
        issued = list(series.receipts.order_by("number").values_list("number", flat=True))
        assert issued == [1, 2, 3]


def test_a_series_closed_while_payments_run_gives_no_number_afterwards(committing_db):
    waiting = cases(10)
    cashier = given.cashier(given.ward_committee())

    series = ReceiptSeries.objects.get(collecting_body=given.ward_committee(), year=2026)
    head = given.staff(given.ward_committee(), Role.HEAD)

    def close():
        close_series(series.pk, reason="Đóng", by=head, at=given.NOW)

    answers = at_once(
        close,
        *(
            lambda case=case: record_payment(
                case.code, amount=8000, method="cash", by=cashier, at=given.NOW, request_key=given.key()
            )
            for case in waiting
        ),
    )
    lost = errors(answers)
    assert all(isinstance(error, NoOpenSeries) for error in lost), lost
    assert numbers() == list(range(1, 11 - len(lost)))
    assert Payment.objects.count() == 10 - len(lost)
    assert check(at=given.NOW).broken == {}


@pytest.fixture
def told(caplog):
    """What the log says of numbering: milliseconds, and what became of it."""
    with caplog.at_level("INFO", logger=numbering.__name__):
        yield lambda: [
            (float(milliseconds), outcome)
            for said in caplog.messages
            for milliseconds, outcome in re.findall(r"series=\d+ count=1 ms=(\S+) outcome=(\w+)$", said)
        ]


@contextmanager
def every_series_held():
    with transaction.atomic():
        connection.cursor().execute("SELECT FROM receipts_receiptseries FOR NO KEY UPDATE")
        yield


def test_how_long_a_series_was_waited_for_is_measured(committing_db, told, tmp_path):
    [case], cashier = cases(1), given.cashier(given.ward_committee())

    def pay():
        record_payment(
            case.code, amount=8000, method="cash", by=cashier, at=given.NOW, request_key=given.key()
        )

    with ThreadPoolExecutor(1) as pool:
        with every_series_held():
            paying = pool.submit(at_once, pay)
            until(waits_for_a_lock, "waiting for the series", tmp_path)
            seen = perf_counter()
            assert not wait([paying], timeout=0.2).done
            waited = (perf_counter() - seen) * 1000
        assert paying.result(timeout=60) == [None]
    [(milliseconds, outcome)] = told()
    assert milliseconds >= waited and outcome == "done"
    assert numbers() == [1]


def test_a_series_that_was_waited_for_in_vain_is_measured_and_the_cashier_tries_again(
    committing_db, told, monkeypatch
):
    monkeypatch.setitem(connection.settings_dict["OPTIONS"], "options", "-c lock_timeout=200ms")
    [case], cashier, key = cases(1), given.cashier(given.ward_committee()), given.key()

    def pay():
        record_payment(case.code, amount=8000, method="cash", by=cashier, at=given.NOW, request_key=key)

    with every_series_held():
        [refusal] = at_once(pay)
    assert type(refusal) is Busy
    [(milliseconds, outcome)] = told()
    assert milliseconds >= 200 and outcome == "failed"
    assert not (Payment.objects.exists() or Receipt.objects.exists())
    pay()
    assert numbers() == [1] and Payment.objects.count() == 1
    assert check(at=given.NOW).broken == {}
