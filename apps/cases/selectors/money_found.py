"""Anything of the books by one field: what was typed is taken for whatever it can be, and all that is found is told."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q

from apps.accounts.actors import Actor
from apps.cases.codes import read_case_code
from apps.cases.errors import CaseCodeMalformed, CaseUnknown
from apps.cases.selectors.books import case_money, payments, receipts
from apps.core.printed_codes import as_stored, can_be_code
from apps.receipts import books
from apps.receipts.bank_file import clean
from apps.receipts.books import LinesAsked
from apps.receipts.models import LOOKUP_CODE_LENGTH, ORDER_CODE_LENGTH, REFERENCE_AT_MOST
from apps.receipts.reconciliation.spans import start_of

MOST_FOUND = 50
_NUMBERED = re.compile(r"(?:(EBL0[12])[\s/–-]*)?([0-9]{2}T[A-Z]{2})[\s/–-]*([0-9]{1,8})", re.IGNORECASE)
_LEGACY = re.compile(
    r"(?:(?P<form>[0-9]{2}BLP[0-9]-[0-9]{3})[\s/,–-]*)?(?:(?P<series>[A-Z]{2}-[0-9]{2}[EPT])[\s/,–-]*)?(?P<number>[0-9]{1,7})",
    re.IGNORECASE,
)
_AMOUNT_ON_DAY = re.compile(r"(-?[0-9][0-9.,]{0,18})\s*đ?\s+(\d{1,2})/(\d{1,2})/(\d{4})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Found:
    """Something of the books. `kind` is line, payment, receipt, legacy or case; `key` what its page is addressed by."""

    kind: str
    key: str
    name: str
    body: str
    amount: int | None
    at: datetime | None


def find_money(typed: str, *, seen_by: Actor) -> list[Found]:
    """What can be meant: a bank's, gateway's or our reference, a code of an order or a receipt, a case code, form, series and
    number of a receipt, also one of the old regime (`01BLP0-001 BL-18E 0000123`), or an amount and a day (`200.000
    23/11/2026`). Raises NotAllowed.
    """
    text = clean(typed)[:REFERENCE_AT_MOST]
    if not text:
        return []
    if found := _AMOUNT_ON_DAY.fullmatch(text):
        return list(_by_amount(found, seen_by))
    return [
        *_case(text, seen_by),
        *_receipts(text, seen_by),
        *_legacy(text, seen_by),
        *_by_reference(text, seen_by),
    ]


def _case(text: str, seen_by: Actor) -> Iterator[Found]:
    try:
        code = read_case_code(text)
        case = case_money(code, seen_by=seen_by).case
    except (CaseCodeMalformed, CaseUnknown):
        return
    body = case.competent_agency.title if case.competent_agency else ""
    yield Found("case", case.code, case.code, body, None, case.received_at)


def receipts_named(text: str) -> Q | None:
    """Which receipts a look-up code names, or a series and number, also with their form; None where the text is neither."""
    code = as_stored(text)
    if can_be_code(code, LOOKUP_CODE_LENGTH):
        return Q(lookup_code=code)
    if numbered := _NUMBERED.fullmatch(text):
        form, series, number = numbered.groups()
        of_form = Q(series__form=form.upper()) if form else Q()
        return Q(series__code=series.upper(), number=int(number)) & of_form
    return None


def _receipts(text: str, seen_by: Actor) -> Iterator[Found]:
    wanted = receipts_named(text)
    if wanted is None:
        return
    for row in receipts(seen_by=seen_by).filter(wanted).order_by("-issued_at")[:MOST_FOUND]:
        series = row.series
        name = f"{series.form} {series.code} {row.number}"
        yield Found("receipt", str(row.uuid), name, series.collecting_body.title, row.amount, row.issued_at)


def _legacy(text: str, seen_by: Actor) -> Iterator[Found]:
    """By what is printed: form and series may be left away, the zeros of the number only beside a series."""
    numbered = _LEGACY.fullmatch(text)
    if numbered is None or not (numbered["series"] or len(numbered["number"]) == 7):
        return
    printed = {name: said.upper() for name, said in numbered.groupdict().items() if said}
    yield from _legacy_found(Q(**{**printed, "number": numbered["number"].zfill(7)}), seen_by)


def _legacy_found(wanted: Q, seen_by: Actor) -> Iterator[Found]:
    for row in books.legacy_receipts(seen_by=seen_by).filter(wanted)[:MOST_FOUND]:
        name = f"{row.form} {row.series} {row.number}"
        yield Found(
            "legacy", str(row.pk), name, row.collecting_body.title, row.amount, start_of(row.issued_on)
        )


def _by_reference(text: str, seen_by: Actor) -> Iterator[Found]:
    named = Q(reference__iexact=text)
    code = as_stored(text)
    of_order = Q(order__code=code) if can_be_code(code, ORDER_CODE_LENGTH) else Q(pk__in=[])
    by_memo = Q(memo__icontains=code) if can_be_code(code, ORDER_CODE_LENGTH) else Q(pk__in=[])
    yield from _lines(named | by_memo, seen_by)
    yield from _payments(named | of_order, seen_by)


def _by_amount(found: re.Match[str], seen_by: Actor) -> Iterator[Found]:
    amount = int(re.sub(r"[.,]", "", found[1]))
    try:
        first = date(int(found[4]), int(found[3]), int(found[2]))
        start, end = start_of(first), start_of(first + timedelta(days=1))
    except (ValueError, OverflowError):
        return
    if abs(amount) >= 2**62:
        return
    yield from _lines(Q(amount=amount, booked_at__gte=start, booked_at__lt=end), seen_by)
    if amount > 0:
        yield from _payments(Q(amount=amount, taken_at__gte=start, taken_at__lt=end), seen_by)
        yield from _legacy_found(Q(amount=amount, issued_on=first), seen_by)


def _lines(wanted: Q, seen_by: Actor) -> Iterator[Found]:
    for row in books.lines(LinesAsked(), seen_by=seen_by).filter(wanted).order_by("-booked_at")[:MOST_FOUND]:
        yield Found("line", str(row.uuid), row.reference, row.account.agency.title, row.amount, row.booked_at)


def _payments(wanted: Q, seen_by: Actor) -> Iterator[Found]:
    row: Any
    for row in payments(seen_by=seen_by).filter(wanted).order_by("-taken_at")[:MOST_FOUND]:
        name = row.reference or row.case_code or str(row.uuid)[:8]
        yield Found("payment", str(row.uuid), name, row.collecting_body.title, row.amount, row.taken_at)
