"""Numbers 1…n of a series, without a gap or a double, whatever crashes: they are taken by the last statements of an act."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from time import perf_counter
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.utils import timezone

from apps.core.canonical import canonical
from apps.core.printed_codes import new_code
from apps.receipts.choices import ReceiptForm
from apps.receipts.errors import NoOpenSeries, SeriesNotAccepted
from apps.receipts.models import LOOKUP_CODE_LENGTH, FeeDue, Payment, Receipt, ReceiptSeries
from apps.receipts.regimes import ELECTRONIC, regime_of
from apps.units.models import Agency

logger = logging.getLogger(__name__)
# The statement that numbers waits for every other issuer of the series; longer than this, in seconds, is a warning.
LONG_WAIT = 0.5


@dataclass(frozen=True, slots=True)
class Unnumbered:
    """A receipt that says everything but its number. `amount` is in đồng; `replaces` is the wrong one that it stands for."""

    series: ReceiptSeries
    payment: Payment
    amount: int
    snapshot: dict[str, Any]
    uuid: UUID
    replaces: Receipt | None = None


def open_series_of(collecting_body: Agency, *, at: datetime, face_value: int | None = None) -> ReceiptSeries:
    """The series in which a body issues at a moment, with a face value in đồng or without one.

    The moment of issue decides the law and the year. Raises NoOpenSeries; SeriesNotAccepted where the tax authority's notice
    is not recorded, unless UNACCEPTED_SERIES_ALLOWED.
    """
    day = timezone.localdate(at)
    series = ReceiptSeries.objects.filter(
        collecting_body=collecting_body,
        form=ReceiptForm.NO_FACE_VALUE if face_value is None else ReceiptForm.FACE_VALUE,
        face_value=face_value,
        year=day.year,
        closed_at__isnull=True,
    ).first()
    if series is None or regime_of(day) is not ELECTRONIC:
        raise NoOpenSeries(body=collecting_body.title)
    if not series.acceptance_number and not settings.UNACCEPTED_SERIES_ALLOWED:
        raise SeriesNotAccepted(body=collecting_body.title)
    return series


def face_value_of(fees: Sequence[FeeDue]) -> int | None:
    """The amount, in đồng, that the receipt of these lines has printed: one line of a fixed price, asked whole.

    What an exemption has lowered has none.
    """
    if len(fees) != 1:
        return None
    fee = fees[0]
    is_fixed = fee.rule.has_face_value and fee.quantity == 1 and fee.amount == fee.unit_price
    return fee.amount if is_fixed else None


_TAKE_NUMBERS = """
    WITH block AS (
        UPDATE receipts_receiptseries SET last_number = last_number + %(count)s
        WHERE id = %(series)s AND closed_at IS NULL
        RETURNING last_number - %(count)s AS before
    )
    INSERT INTO receipts_receipt
        (uuid, series_id, number, payment_id, amount, snapshot, lookup_code, issued_at, replaces_id)
    SELECT r.uuid, %(series)s, block.before + r.place, r.payment, r.amount, r.snapshot, r.lookup_code, %(at)s, r.replaces
    FROM block, unnest(
        %(uuids)s::uuid[], %(payments)s::bigint[], %(amounts)s::bigint[], %(snapshots)s::jsonb[],
        %(lookup_codes)s::text[], %(replaces)s::bigint[]
    ) WITH ORDINALITY AS r (uuid, payment, amount, snapshot, lookup_code, replaces, place)
    ORDER BY r.place
    RETURNING number
"""


def take_numbers(receipts: Sequence[Unnumbered], *, at: datetime) -> None:
    """Issues the receipts: those of one series take a block of numbers that follow one another, in one statement.

    These must be the very last statements before commit: from here on every other issuer of the series waits. A rollback
    gives the numbers back; none is ever skipped. Series are locked in one order. Raises NoOpenSeries when one was
    closed meanwhile.
    """
    in_order = sorted(receipts, key=lambda receipt: receipt.series.pk)
    for _, block in groupby(in_order, key=lambda receipt: receipt.series.pk):
        _take_block(list(block), at)


def _take_block(block: Sequence[Unnumbered], at: datetime) -> None:
    series = block[0].series
    with _timed(series, len(block)), connection.cursor() as cursor:
        cursor.execute(
            _TAKE_NUMBERS,
            {
                "series": series.pk,
                "count": len(block),
                "at": at,
                "uuids": [receipt.uuid for receipt in block],
                "payments": [receipt.payment.pk for receipt in block],
                "amounts": [receipt.amount for receipt in block],
                "snapshots": [canonical(receipt.snapshot).decode() for receipt in block],
                "lookup_codes": [new_code(LOOKUP_CODE_LENGTH) for _ in block],
                "replaces": [receipt.replaces.pk if receipt.replaces else None for receipt in block],
            },
        )
        if not cursor.fetchall():
            raise NoOpenSeries(body=series.collecting_body.title)


@contextmanager
def _timed(series: ReceiptSeries, count: int) -> Iterator[None]:
    """One line of the log for each statement that numbers, also where it waited in vain."""
    began, outcome = perf_counter(), "failed"
    try:
        yield
        outcome = "done"
    finally:
        took = perf_counter() - began
        logger.log(
            logging.WARNING if took > LONG_WAIT else logging.INFO,
            "numbering series=%d count=%d ms=%.1f outcome=%s",
            series.pk,
            count,
            took * 1000,
            outcome,
        )
