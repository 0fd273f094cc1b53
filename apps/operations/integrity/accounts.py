"""The money of cases against what their ledgers tell of it: payments, receipts and refunds, in both directions."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from apps.cases.choices import EventKind
from apps.cases.history import Entry, receipts_told
from apps.cases.models import Case, CaseFee, CaseOrder, CaseReceipt, CaseRefund
from apps.operations.integrity.walking import Fault
from apps.receipts.choices import RefundMethod


@dataclass
class MoneyRows:
    """Rows of one case: payments by uuid with their amount, the payment of each receipt, and refunds with how they stand.

    `decided` are (refund, is it granted, how) and `paid` (refund, amount, how), as the ledger should tell them.
    """

    payments: dict[str, int] = field(default_factory=dict)
    receipts: dict[str, str] = field(default_factory=dict)
    proposed: list[str] = field(default_factory=list)
    withdrawn: list[str] = field(default_factory=list)
    decided: list[tuple[str, bool, str]] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    paid: list[tuple[str, int, str]] = field(default_factory=list)


def money_of(first: int, last: int) -> Mapping[int, MoneyRows]:
    """The rows of the cases from one key to another."""
    found: dict[int, MoneyRows] = defaultdict(MoneyRows)
    within = {"case_id__gte": first, "case_id__lte": last}
    receipts = CaseReceipt.objects.filter(**within)
    for case_id, receipt, payment in receipts.values_list(
        "case_id", "receipt__uuid", "receipt__payment__uuid"
    ):
        found[case_id].receipts[str(receipt)] = str(payment)
    settled = CaseFee.objects.filter(**within, fee__settlement__isnull=False)
    names = ("fee__settlement__payment__uuid", "fee__settlement__payment__amount")
    for case_id, payment, amount in settled.values_list("case_id", *names):
        found[case_id].payments[str(payment)] = amount
    ordered = CaseOrder.objects.filter(**within, order__payments__isnull=False)
    for case_id, payment, amount in ordered.values_list(
        "case_id", "order__payments__uuid", "order__payments__amount"
    ):
        found[case_id].payments[str(payment)] = amount
    refunds = CaseRefund.objects.filter(**within).select_related(
        "proposal__decision", "proposal__failure", "proposal__refund"
    )
    for row in refunds.prefetch_related("proposal__other_ways"):
        _add(found[row.case_id], row)
    return found


def _add(rows: MoneyRows, row: CaseRefund) -> None:
    refund, uuid = row.proposal, str(row.proposal.uuid)
    rows.proposed.append(uuid)
    decision = getattr(refund, "decision", None)
    if decision is not None and decision.decided_by_id is None:
        rows.withdrawn.append(uuid)
    elif decision is not None:
        rows.decided.append((uuid, decision.is_granted, decision.method))
    rows.decided += [(uuid, True, way.method) for way in refund.other_ways.all()]
    if hasattr(refund, "failure"):
        rows.failed.append(uuid)
    if hasattr(refund, "refund"):
        rows.paid.append((uuid, refund.refund.amount, refund.refund.method))


def money_faults(case: Case, entries: Sequence[Entry], rows: MoneyRows) -> Iterator[Fault]:
    """What the ledger of a case tells of its money otherwise than it is."""
    receipts = [receipt for entry in entries for receipt in receipts_told(entry)]
    if sorted(receipts) != sorted(rows.receipts):
        yield Fault("money_told", case.pk, case.code, "receipts_differ")
    if not _tells_payments(entries, rows):
        yield Fault("money_told", case.pk, case.code, "payments_differ")
    if not _tells_refunds(entries, rows):
        yield Fault("money_told", case.pk, case.code, "refunds_differ")


def _tells_payments(entries: Sequence[Entry], rows: MoneyRows) -> bool:
    told: list[str] = []
    for entry in entries:
        if "payments" not in entry.data:
            # As it was written while an act took only one payment, which its receipt names.
            told += [rows.receipts.get(receipt, "") for receipt in receipts_told(entry) if _took(entry)]
            continue
        told += entry.data["payments"]
        if _took(entry) and entry.data["amount"] != sum(
            rows.payments.get(payment, 0) for payment in entry.data["payments"]
        ):
            return False
    return sorted(told) == sorted(rows.payments)


def _took(entry: Entry) -> bool:
    return entry.kind == EventKind.PAYMENT_RECORDED


def _tells_refunds(entries: Sequence[Entry], rows: MoneyRows) -> bool:
    data = [(entry.kind, entry.data) for entry in entries]
    return (
        Counter(uuid for _kind, said in data for uuid in said.get("refunds", ())) == Counter(rows.proposed)
        and Counter(uuid for _kind, said in data for uuid in said.get("refunds_withdrawn", ()))
        == Counter(rows.withdrawn)
        and Counter(
            (said["refund"], said["is_granted"], said["method"])
            for kind, said in data
            if kind == EventKind.REFUND_DECIDED
        )
        == Counter(rows.decided)
        and Counter(said["refund"] for kind, said in data if kind == EventKind.REFUND_FAILED)
        == Counter(rows.failed)
        and Counter(
            (said["refund"], said["amount"], RefundMethod(said["method"]).value)
            for kind, said in data
            if kind == EventKind.REFUND_PAID
        )
        == Counter(rows.paid)
    )
