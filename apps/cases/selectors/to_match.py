"""What a line of the bank may be, among all of its body that waits for one: of its own amount first, then the nearest in time."""

from __future__ import annotations

import re
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import (
    Case,
    CharField,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Greatest

from apps.accounts.actors import Actor
from apps.cases.codes import read_case_code
from apps.cases.errors import CaseCodeMalformed
from apps.cases.models import CaseRefund
from apps.cases.selectors.books import of_case
from apps.cases.selectors.money_found import receipts_named
from apps.core.printed_codes import as_stored, can_be_code
from apps.receipts.bank_file import clean
from apps.receipts.models import ORDER_CODE_LENGTH, REFERENCE_AT_MOST, BankLine, Receipt
from apps.receipts.reconciliation import open_deposits, open_payments, open_refunds

MOST_OFFERED = 20
_AMOUNT = re.compile(r"-?([0-9][0-9.,]{0,18})\s*đ?", re.IGNORECASE)
_NUMBER = re.compile(r"[0-9]{1,8}")


@dataclass(frozen=True, slots=True)
class Offered:
    """Something of ours that a line may be: a payment, deposit or refund (`side`), named by `subject`.

    `amount` in đồng, as the bank would have it; `of_amount`: it is the line's own; `away`: how far from its booking.
    """

    side: str
    subject: str
    row: Any
    amount: int
    at: datetime
    of_amount: bool
    away: timedelta


@dataclass(frozen=True, slots=True)
class Offer:
    """The best of what a line may be, and how many more there are of what was asked for."""

    rows: list[Offered]
    left_off: int


@dataclass(frozen=True, slots=True)
class _Side:
    """What of ours waits: its rows, how subjects name them, their uuid, moment, sign at the bank, and payment."""

    side: str
    named: str
    rows: QuerySet[Any]
    uuid: str
    at: str
    sign: int
    payment: str | None


def offered(line: BankLine, *, typed: str = "", chosen: Collection[str] = (), seen_by: Actor) -> Offer:
    """What of its body a line may be and did not go through the actor's own hands; the caller has shown the line.

    Where something is typed only what that names: part of a reference, a code of an order or a case, a receipt's number or
    look-up code, an amount. What is `chosen` already, by subjects, stands first whatever is typed.
    """
    text, rows, total = clean(typed)[:REFERENCE_AT_MOST], [], 0
    for side in _sides(line.account.agency_id, seen_by):
        uuids = [subject.partition(":")[2] for subject in chosen if subject.startswith(f"{side.named}:")]
        is_chosen = Q(**{f"{side.uuid}__in": uuids})
        found = _ranked(side, line)
        rows += [_offered(side, row) for row in found.filter(is_chosen)] if uuids else []
        asked = found.filter(_named(side, text)) if text else found
        asked = asked.exclude(is_chosen) if uuids else asked
        nearest = [_offered(side, row) for row in asked[:MOST_OFFERED]]
        rows += nearest
        total += asked.count() if len(nearest) == MOST_OFFERED else len(nearest)
    ticked = [row for row in rows if row.subject in chosen]
    others = sorted(
        (row for row in rows if row.subject not in chosen), key=lambda row: (not row.of_amount, row.away)
    )[:MOST_OFFERED]
    return Offer(ticked + others, total - len(others))


def _sides(body_id: int, seen_by: Actor) -> list[_Side]:
    receipts = Receipt.objects.select_related("series").order_by("issued_at", "id")
    payments = (
        open_payments(body_id)
        .exclude(taken_by=seen_by.user_id)
        .annotate(case_code=of_case("case__code"))
        .prefetch_related(Prefetch("receipts", receipts))
    )
    deposits = (
        open_deposits(body_id)
        .exclude(session__cashier=seen_by.user_id)
        .annotate(case_code=Value("", output_field=CharField()))
    )
    of_refund = CaseRefund.objects.filter(proposal=OuterRef("proposal_id")).values("case__code")[:1]
    refunds = open_refunds(body_id).exclude(paid_by=seen_by.user_id).annotate(case_code=of_refund)
    return [
        _Side("payment", "payment", payments, "uuid", "taken_at", 1, ""),
        _Side("deposit", "deposit", deposits, "uuid", "at", 1, None),
        _Side("refund", "proposal", refunds, "proposal__uuid", "paid_at", -1, "proposal__payment__"),
    ]


def _ranked(side: _Side, line: BankLine) -> QuerySet[Any]:
    """The best first: the database keeps no more of them than are asked for."""
    later, earlier = F(side.at) - Value(line.booked_at), Value(line.booked_at) - F(side.at)
    ranked: QuerySet[Any] = side.rows.annotate(
        of_amount=Case(When(amount=side.sign * line.amount, then=True), default=False),
        away=Greatest(
            ExpressionWrapper(later, output_field=DurationField()),
            ExpressionWrapper(earlier, output_field=DurationField()),
        ),
    ).order_by("-of_amount", "away", "pk")
    return ranked


def _offered(side: _Side, row: Any) -> Offered:
    of = row.proposal if side.side == "refund" else row
    return Offered(
        side=side.side,
        subject=f"{side.named}:{of.uuid}",
        row=row,
        amount=side.sign * row.amount,
        at=getattr(row, side.at),
        of_amount=row.of_amount,
        away=row.away,
    )


def _named(side: _Side, text: str) -> Q:
    """Which rows of a side a text names; deposits have neither payment, case nor receipt."""
    wanted = Q(reference__icontains=text)
    if amount := _AMOUNT.fullmatch(text):
        wanted |= Q(amount=int(re.sub(r"[.,]", "", amount[1])))
    if side.payment is None:
        return wanted
    code = as_stored(text)
    if can_be_code(code, ORDER_CODE_LENGTH):
        wanted |= Q(**{f"{side.payment}order__code": code})
    wanted |= Q(**{f"{side.payment}order__gateway_reference__iexact": text})
    with suppress(CaseCodeMalformed):
        wanted |= Q(case_code=read_case_code(text))
    numbered = Q(number=int(text)) if _NUMBER.fullmatch(text) else receipts_named(text)
    if numbered is not None:
        wanted |= Q(Exists(Receipt.objects.filter(numbered, payment=OuterRef(f"{side.payment}pk"))))
    return wanted
