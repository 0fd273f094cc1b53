"""Many issuers at once over twenty series: every series 1…n, every payment on one receipt, and how long the last statement waited.

`DRILL_ISSUERS=500` plays it at full size; by default sixty issue, three of each series.
"""

from __future__ import annotations

import os
import random
import sys
import threading
import time
from collections import Counter

import pytest
from django.db import connection

from apps.cases.actions import collecting
from apps.cases.actions.payment import record_payment
from apps.operations.integrity import check
from apps.receipts.models import Payment, Receipt, ReceiptSeries
from apps.units.models import AdministrativeUnit
from tests import given
from tests.drills.at_once import at_once, errors

pytestmark = pytest.mark.commits
SERIES = 20
ISSUERS = int(os.environ.get("DRILL_ISSUERS", "60"))
# As the pools of a few web processes have them: whoever finds none free waits for one.
CONNECTIONS = 80


def test_issuers_at_once_number_every_series_without_a_gap(committing_db, monkeypatch):
    wards = AdministrativeUnit.objects.filter(level="ward", parent__name="Quận Ba Đình").order_by("code")
    wards = [
        *wards,
        *AdministrativeUnit.objects.filter(level="ward", parent__name="Quận Hoàn Kiếm").order_by("code"),
    ]
    bodies = [given.agency("ward_committee", ward) for ward in wards[:SERIES]]
    assert len(bodies) == SERIES
    cashiers = {body.pk: given.cashier(body) for body in bodies}
    waiting = [
        given.taken_at_counter(desk=body, connecting_unit_id=body.unit_id)
        for body in bodies
        for _ in range(ISSUERS // SERIES)
    ]
    random.Random(4).shuffle(waiting)
    waits: list[float] = []
    take_numbers = collecting.take_numbers

    def timed(receipts, **arguments):
        began = time.monotonic()
        take_numbers(receipts, **arguments)
        waits.append(time.monotonic() - began)

    monkeypatch.setattr(collecting, "take_numbers", timed)
    places = threading.BoundedSemaphore(CONNECTIONS)

    def pay(case):
        def act():
            with places:
                try:
                    return record_payment(
                        case.code,
                        amount=8000,
                        method="cash",
                        by=cashiers[case.receiving_agency_id],
                        at=given.NOW,
                        request_key=given.key(),
                    )
                finally:
                    connection.close()

        return act

    answers = at_once(*(pay(case) for case in waiting))
    assert errors(answers) == []
    issued = Counter(Receipt.objects.values_list("series_id", flat=True))
    assert sorted(issued.values()) == [ISSUERS // SERIES] * SERIES
    for series in ReceiptSeries.objects.filter(pk__in=issued):
        numbers = list(series.receipts.order_by("number").values_list("number", flat=True))
        assert numbers == list(range(1, series.last_number + 1))
    assert Payment.objects.count() == Receipt.objects.count() == ISSUERS
    assert check(at=given.NOW).broken == {}
    waits.sort()
    sys.stdout.write(
        f"\n{ISSUERS} issuers, {SERIES} series: the last statement took"
        f" {waits[len(waits) // 2] * 1000:.1f} ms (median), {waits[int(len(waits) * 0.95)] * 1000:.1f} ms (95 %),"
        f" {waits[-1] * 1000:.1f} ms (longest)\n"
    )
