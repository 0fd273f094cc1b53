"""Inner steps of money; the verbs of cases own the transaction and call each of these once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID, uuid4

from django.db import connection
from django.utils import timezone

from apps.accounts.actors import Actor
from apps.core.canonical import canonical
from apps.core.printed_codes import new_code
from apps.procedures.tariff import AssessedFee
from apps.receipts.choices import PaymentMethod, ReceiptForm
from apps.receipts.errors import NoOpenSeries
from apps.receipts.models import LOOKUP_CODE_LENGTH, FeeDue, Payment, PaymentLine, ReceiptSeries
from apps.units.models import Agency

_SERIES_LETTERS = "ABCDEGHKLMNPQRSTUVXY"


def new_fees(lines: Iterable[AssessedFee], *, at: datetime) -> list[FeeDue]:
    """Rows, not yet stored, one for each line in the same order; names are frozen as assessed."""
    return [
        FeeDue(
            uuid=uuid4(),
            rule=line.rule,
            kind=line.rule.kind,
            name=line.rule.name,
            name_en=line.rule.name_en,
            unit_price=line.rule.unit_price,
            quantity=line.quantity,
            amount=line.amount,
            borne_by=line.rule.borne_by,
            pay_before=line.rule.pay_before,
            legal_basis=line.rule.legal_basis,
            exempted=line.exempted,
            exempt_basis=line.rule.exempt_basis if line.exempted else "",
            assessed_at=at,
        )
        for line in lines
    ]


@dataclass(frozen=True, slots=True)
class Reassessment:
    """What another assessment changed. `overpaid`: đồng settled beyond what is asked now; nothing is refunded here."""

    added: list[FeeDue]
    withdrawn: list[FeeDue]
    overpaid: int


def assess_again(
    standing: Sequence[FeeDue],
    lines: Sequence[AssessedFee],
    *,
    at: datetime,
    gate_instead: Mapping[str, str] = MappingProxyType({}),
) -> Reassessment:
    """Brings the lines in force to what is asked now, rule by rule: settled ones stay, others are kept or withdrawn.

    `standing` are the lines in force with their settlement. Where more is asked than was settled under a rule, a new
    line asks the difference; where less is asked, nothing is collected. `gate_instead` gives, for a gate that
    has passed, the one before which a new line is due.
    """
    asked = {line.rule.pk: line for line in lines}
    standing_by_rule: dict[int, list[FeeDue]] = {rule: [] for rule in asked}
    for fee in standing:
        standing_by_rule.setdefault(fee.rule_id, []).append(fee)
    wanted: list[AssessedFee] = []
    withdrawn: list[FeeDue] = []
    overpaid = 0
    for rule, fees in standing_by_rule.items():
        line = asked.get(rule)
        settled = sum(fee.amount or 0 for fee in fees if hasattr(fee, "settlement"))
        unsettled = [fee for fee in fees if not hasattr(fee, "settlement")]
        still_asked = _beyond(line, settled) if line else None
        kept = [fee for fee in unsettled if still_asked and _is_same(fee, still_asked)][:1]
        withdrawn += [fee for fee in unsettled if fee not in kept]
        if still_asked and not kept:
            wanted.append(still_asked)
        overpaid += max(settled - (line.amount or 0 if line else 0), 0)
    added = new_fees(wanted, at=at)
    for fee in added:
        fee.pay_before = gate_instead.get(fee.pay_before, fee.pay_before)
    FeeDue.objects.bulk_create(added)
    FeeDue.objects.filter(pk__in=[fee.pk for fee in withdrawn]).update(withdrawn_at=at)
    return Reassessment(added, withdrawn, overpaid)


def _beyond(line: AssessedFee, settled: int) -> AssessedFee | None:
    """What a line asks beyond what was settled under its rule, in as few units of its price as explain it."""
    if line.amount is None or not settled:
        return line
    more = line.amount - settled
    if more <= 0:
        return None
    return replace(line, quantity=-(-more // (line.rule.unit_price or 1)), amount=more)


def _is_same(fee: FeeDue, line: AssessedFee) -> bool:
    return (fee.quantity, fee.amount, fee.exempted) == (line.quantity, line.amount, line.exempted)


def settle(
    fees: Sequence[FeeDue],
    *,
    collecting_body: Agency,
    desk: Agency,
    method: PaymentMethod,
    reference: str,
    by: Actor,
    at: datetime,
) -> Payment:
    """Takes the money for these lines in one settlement. A line is settled once; the database refuses a second."""
    payment = Payment.objects.create(
        uuid=uuid4(),
        collecting_body=collecting_body,
        taken_at_desk=desk,
        amount=sum(fee.amount or 0 for fee in fees),
        method=method,
        reference=reference,
        taken_by_id=by.account_id,
        taken_at=at,
    )
    PaymentLine.objects.bulk_create([PaymentLine(payment=payment, fee=fee) for fee in fees])
    return payment


def open_series_of(collecting_body: Agency, *, at: datetime) -> ReceiptSeries:
    """The series in which a body issues at a moment. Raises NoOpenSeries."""
    year = timezone.localtime(at).year
    series = ReceiptSeries.objects.filter(
        collecting_body=collecting_body, form=ReceiptForm.NO_FACE_VALUE, year=year, closed_at__isnull=True
    ).first()
    if series is None:
        raise NoOpenSeries(body=collecting_body.title)
    return series


_TAKE_NUMBER = """
    WITH next AS (
        UPDATE receipts_receiptseries SET last_number = last_number + 1
        WHERE id = %(series)s AND closed_at IS NULL
        RETURNING last_number
    )
    INSERT INTO receipts_receipt (uuid, series_id, number, payment_id, amount, snapshot, lookup_code, issued_at)
    SELECT %(uuid)s, %(series)s, last_number, %(payment)s, %(amount)s, %(snapshot)s, %(lookup_code)s, %(at)s FROM next
    RETURNING number
"""


def take_number(
    *, uuid: UUID, series: ReceiptSeries, payment: Payment, snapshot: dict[str, Any], at: datetime
) -> int:
    """Issues the receipt: takes the next number and writes the receipt in one statement.

    It must be the very last statement before commit: from here on every other issuer of the series waits. A rollback
    gives the number back; no number is ever skipped. Raises NoOpenSeries when the series was closed meanwhile.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _TAKE_NUMBER,
            {
                "uuid": uuid,
                "series": series.pk,
                "payment": payment.pk,
                "amount": payment.amount,
                "snapshot": canonical(snapshot).decode(),
                "lookup_code": new_code(LOOKUP_CODE_LENGTH),
                "at": at,
            },
        )
        row = cursor.fetchone()
    if row is None:
        raise NoOpenSeries(body=series.collecting_body.title)
    return int(row[0])


def open_series(bodies: Iterable[int], *, year: int, at: datetime) -> int:
    """Opens the year's series of bodies that have none; returns how many. The acceptance stays empty until it is known.

    Every body may use the same pair of letters: a series is one of a body, a form and a year.
    """
    code = f"{year % 100:02d}T{_SERIES_LETTERS[0] * 2}"
    have = set(
        ReceiptSeries.objects.filter(form=ReceiptForm.NO_FACE_VALUE, year=year).values_list(
            "collecting_body_id", flat=True
        )
    )
    new = [
        ReceiptSeries(
            collecting_body_id=body, form=ReceiptForm.NO_FACE_VALUE, code=code, year=year, opened_at=at
        )
        for body in dict.fromkeys(bodies)
        if body not in have
    ]
    ReceiptSeries.objects.bulk_create(new, ignore_conflicts=True)
    return len(new)
