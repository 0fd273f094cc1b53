"""Receipts of a case: which were issued, for whom, and who answers for those that are wrong."""

from __future__ import annotations

from apps.accounts.actors import Actor
from apps.cases.models import Case, CaseReceipt
from apps.procedures.selectors import rules_of
from apps.receipts.models import Receipt
from apps.receipts.policies import can_answer_for_receipts
from apps.receipts.succession import issuing_body


def receipts_of(case: Case) -> list[CaseReceipt]:
    """All receipts of a case in the order of their issue, wrong ones with what replaces them and the notices about each."""
    return list(
        CaseReceipt.objects.filter(case=case)
        .select_related(
            "receipt__series__collecting_body",
            "receipt__paper__document__file",
            "receipt__replaced_by__series",
            "receipt__replaces",
        )
        .prefetch_related("receipt__notices")
        .order_by("receipt__issued_at", "receipt__pk")
    )


def answerable_receipts(case: Case, *, by: Actor) -> list[Receipt]:
    """The receipts in force of a case for which the actor answers if they are wrong."""
    rows = (
        CaseReceipt.objects.filter(case=case, receipt__replaced_by__isnull=True)
        .select_related("receipt__series__collecting_body")
        .order_by("receipt__issued_at", "receipt__pk")
    )
    receipts = [row.receipt for row in rows]
    bodies = {receipt.series.collecting_body for receipt in receipts}
    theirs = {body for body in bodies if can_answer_for_receipts(issuing_body(body).pk, by)}
    return [receipt for receipt in receipts if receipt.series.collecting_body in theirs]


def collecting_agencies(case: Case) -> frozenset[int]:
    """For whom a fee of the case was collected, where its version authorises another than who decides.

    Reads nothing where the version names none.
    """
    if not any(rule.collector_kind_id for rule in rules_of(case.version_id).fee_rules):
        return frozenset()
    receipts = CaseReceipt.objects.filter(case=case)
    return frozenset(receipts.values_list("receipt__series__collecting_body_id", flat=True))
