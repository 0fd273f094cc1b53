"""The books row by row for programs: each row with all that belongs to it, a page of them in as many queries as one."""

from __future__ import annotations

from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.db.models.functions import JSONObject

from apps.accounts.actors import Actor
from apps.cases.models import CaseRefund
from apps.cases.selectors.books import decided, of_case, payments, receipts, settled
from apps.receipts.choices import ReceiptState
from apps.receipts.errors import PaymentUnknown, ReceiptUnknown
from apps.receipts.models import (
    DayReportLine,
    Payment,
    PaymentLine,
    Receipt,
    ReceiptNotice,
    RefundProposal,
)
from apps.receipts.policies import sight_of


def payments_listed(*, seen_by: Actor) -> QuerySet[Payment]:
    """Payments of bodies in sight, as `payments` gives them, each with `channel`, in which its case was filed.

    `lines` are what it settled, `chain` its receipts, the first one first, `refund_proposals` what of it may go back.
    Raises NotAllowed.
    """
    refunds = decided(RefundProposal.objects.with_state())
    return (
        payments(seen_by=seen_by)
        .annotate(channel=of_case("case__application__channel"), chain=_chain("pk", seen_by))
        .prefetch_related(
            Prefetch("lines", settled(PaymentLine.objects.all())), Prefetch("refund_proposals", refunds)
        )
    )


def payment_listed(uuid: UUID, *, seen_by: Actor) -> Payment:
    """One of them. Raises NotAllowed, PaymentUnknown."""
    found = payments_listed(seen_by=seen_by).filter(uuid=uuid).first()
    if found is None:
        raise PaymentUnknown(field="payment")
    return found


def receipts_listed(*, seen_by: Actor) -> QuerySet[Receipt]:
    """Receipts of bodies in sight, as `receipts` gives them, each with its `notices`, with the lines of day's lists that told
    of it (`report_lines`), and with the `chain` of corrections, the first one first. Raises NotAllowed.
    """
    return (
        receipts(seen_by=seen_by)
        .annotate(chain=_chain("payment_id", seen_by))
        .prefetch_related(
            Prefetch("notices", ReceiptNotice.objects.order_by("pk")),
            Prefetch("report_lines", DayReportLine.objects.select_related("report").order_by("pk")),
        )
    )


def receipts_in_state(rows: QuerySet[Receipt], state: ReceiptState) -> QuerySet[Receipt]:
    """Those that stand so; a replaced one is replaced, whatever notices there are of it."""
    if state == ReceiptState.REPLACED:
        return rows.filter(replaced_by__isnull=False)
    noticed = Exists(ReceiptNotice.objects.filter(receipt=OuterRef("pk")))
    is_noticed = state == ReceiptState.NOTICED
    return rows.filter(noticed if is_noticed else ~noticed, replaced_by__isnull=True)


def _chain(payment: str, seen_by: Actor) -> ArraySubquery:
    """All receipts of a payment in sight, by their names alone: a chain is read with the row that it is of."""
    of_payment = Receipt.objects.filter(
        sight_of(seen_by).of("series__collecting_body"), payment=OuterRef(payment)
    )
    said = JSONObject(
        uuid="uuid",
        form="series__form",
        series="series__code",
        number="number",
        amount="amount",
        is_replaced=Exists(Receipt.objects.filter(replaces=OuterRef("pk"))),
    )
    return ArraySubquery(of_payment.order_by("issued_at", "id").values(said=said))


def receipt_listed(uuid: UUID, *, seen_by: Actor) -> Receipt:
    """One of them. Raises NotAllowed, ReceiptUnknown."""
    found = receipts_listed(seen_by=seen_by).filter(uuid=uuid).first()
    if found is None:
        raise ReceiptUnknown(field="receipt")
    return found


def refunds_listed(*, seen_by: Actor) -> QuerySet[RefundProposal]:
    """Money of bodies in sight that may go back, does or did, as `decided` gives it, each with `case_code`. Raises NotAllowed."""
    case = CaseRefund.objects.filter(proposal=OuterRef("pk")).values("case__code")[:1]
    in_sight = RefundProposal.objects.with_state().filter(sight_of(seen_by).of("payment__collecting_body"))
    return decided(in_sight).select_related("payment__collecting_body").annotate(case_code=case)


def refund_listed(uuid: UUID, *, seen_by: Actor) -> RefundProposal:
    """One of them. Raises NotAllowed, PaymentUnknown."""
    found = refunds_listed(seen_by=seen_by).filter(uuid=uuid).first()
    if found is None:
        raise PaymentUnknown(field="refund")
    return found
