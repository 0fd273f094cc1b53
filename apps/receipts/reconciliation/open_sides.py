"""What waits to be matched: lines of a bank without anything of ours, and payments, deposits and refunds without a line."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from apps.core.printed_codes import can_be_code
from apps.receipts.choices import CashMovementKind, PaymentMethod, RefundMethod
from apps.receipts.matching import OpenLine, Ours, payout_reference, words_of
from apps.receipts.models import (
    ORDER_CODE_LENGTH,
    BankLine,
    BankMatch,
    CashMovement,
    Payment,
    PaymentOrder,
    Refund,
)
from apps.receipts.succession import succeeded_by

# What a line can be, as the fields of a match are named.
SIDES = ("payment", "deposit", "refund")
# Everything that a bank should show; cash shows when it is taken there.
AT_BANK = (PaymentMethod.ONLINE, PaymentMethod.TRANSFER, PaymentMethod.CARD)


def banked_by(body_id: int) -> frozenset[int]:
    """Whose money a line of a body's account may be: its own, and that of those it has succeeded."""
    return frozenset({body_id}) | succeeded_by([body_id])


def _without_match(rows: QuerySet, side: str) -> QuerySet:
    standing = BankMatch.objects.filter(withdrawn_at__isnull=True, **{side: OuterRef("pk")})
    return rows.filter(~Exists(standing))


def open_lines(account_id: int) -> list[BankLine]:
    """The lines of an account that nothing of ours is matched to, the oldest first."""
    lines = BankLine.objects.filter(account_id=account_id).select_related("account")
    return list(_without_match(lines, "line").order_by("booked_at", "id"))


def withdrawn_pairs(lines: Iterable[BankLine]) -> set[tuple[int, str, int]]:
    """What some lines were once thought to be: (line, side, key), each taken back by an accountant."""
    rows = BankMatch.objects.filter(line__in=list(lines), withdrawn_at__isnull=False)
    return {
        (line, side, pk)
        for line, *sides in rows.values_list("line_id", *(f"{side}_id" for side in SIDES))
        for side, pk in zip(SIDES, sides, strict=True)
        if pk is not None
    }


def accounts_with_open_lines() -> list[int]:
    """Accounts of which a line waits."""
    lines = _without_match(BankLine.objects.all(), "line")
    return list(lines.order_by("account_id").values_list("account_id", flat=True).distinct())


def as_open_line(line: BankLine) -> OpenLine:
    return OpenLine(line.pk, line.amount, line.memo, line.reference)


def open_payments(body_id: int) -> QuerySet[Payment]:
    """Payments of a body that a bank should show and no line is matched to."""
    payments = Payment.objects.filter(collecting_body_id__in=banked_by(body_id), method__in=AT_BANK)
    return _without_match(payments, "payment").select_related("order").order_by("taken_at", "id")


def open_deposits(body_id: int) -> QuerySet[CashMovement]:
    """Cash that the desk of a body took to the bank and no line is matched to."""
    deposits = CashMovement.objects.filter(
        session__desk_id__in=banked_by(body_id), kind=CashMovementKind.DEPOSIT
    )
    return _without_match(deposits, "deposit").select_related("session").order_by("at", "id")


def open_refunds(body_id: int) -> QuerySet[Refund]:
    """Refunds of a body's payments that went by a bank and no line is matched to."""
    refunds = Refund.objects.filter(proposal__payment__collecting_body_id__in=banked_by(body_id)).exclude(
        method=RefundMethod.CASH
    )
    return (
        _without_match(refunds, "refund").select_related("proposal__payment__order").order_by("paid_at", "id")
    )


def open_ours(body_id: int, named: Collection[tuple[str, int]] | None = None) -> Iterator[Ours]:
    """All of a body that waits for a line, as matching reads it; where some are `named`, (side, key), of those alone."""

    def of(side: str, rows: QuerySet) -> QuerySet:
        return rows if named is None else rows.filter(pk__in=[pk for each, pk in named if each == side])

    for payment in of("payment", open_payments(body_id)):
        yield ours_of_payment(payment)
    for deposit in of("deposit", open_deposits(body_id)):
        hand = deposit.session.cashier_id
        yield Ours("deposit", deposit.pk, deposit.amount, reference=deposit.reference, hand=hand)
    for refund in of("refund", open_refunds(body_id)):
        yield ours_of_refund(refund)


def ours_of_payment(payment: Payment) -> Ours:
    order = payment.order
    is_online = payment.method == PaymentMethod.ONLINE and order is not None
    return Ours(
        "payment",
        payment.pk,
        payment.amount,
        reference=payment.reference,
        code=order.code if order is not None and payment.method == PaymentMethod.TRANSFER else "",
        payout=payout_reference(order.gateway, timezone.localdate(payment.taken_at))
        if is_online and order is not None
        else "",
        hand=payment.taken_by_id,
    )


def ours_of_refund(refund: Refund) -> Ours:
    """Through a gateway it is taken off what the gateway pays out that day."""
    order = refund.proposal.payment.order
    payout = ""
    if refund.method == RefundMethod.GATEWAY and order is not None:
        payout = payout_reference(order.gateway, timezone.localdate(refund.paid_at))
    return Ours(
        "refund",
        refund.pk,
        -refund.amount,
        reference=refund.reference,
        payout=payout,
        hand=refund.paid_by_id,
    )


def orders_named(lines: Iterable[BankLine]) -> list[tuple[BankLine, PaymentOrder]]:
    """Lines that name an order of their body, or of one that it has succeeded, for which no payment with their reference is
    known.
    """
    words = {
        line: [word for word in words_of(line.memo) if can_be_code(word, ORDER_CODE_LENGTH)]
        for line in lines
        if line.amount > 0
    }
    codes = {word for found in words.values() for word in found}
    orders = {order.code: order for order in PaymentOrder.objects.filter(code__in=codes)} if codes else {}
    told = set(
        Payment.objects.filter(order__code__in=list(orders)).values_list("order__code", "reference")
        if orders
        else ()
    )
    owners = {line.account.agency_id for line in words} if orders else set()
    bodies = {owner: banked_by(owner) for owner in owners}
    return [
        (line, orders[word])
        for line, found in words.items()
        for word in found
        if word in orders
        and orders[word].collecting_body_id in bodies[line.account.agency_id]
        and (word, line.reference) not in told
    ]
