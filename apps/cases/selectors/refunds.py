"""Money of cases that may go back: of each case, of an agency, and the account of a case row by row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from django.db.models import F, Q, QuerySet

from apps.accounts.actors import Actor
from apps.cases.models import Case, CaseRefund
from apps.cases.policies import (
    agencies_deciding_refunds,
    agencies_taking_money,
    agencies_transferring_refunds,
)
from apps.receipts.choices import MoneyState, RefundMethod, RefundState
from apps.receipts.models import FeeDue, RefundProposal


def refunds_by_case(cases: Collection[Case]) -> dict[int, list[RefundProposal]]:
    """All proposals of these cases with what tells their state, the oldest first."""
    rows = _with_state(CaseRefund.objects.filter(case__in=cases)).order_by("proposal_id")
    found: dict[int, list[RefundProposal]] = defaultdict(list)
    for row in rows:
        found[row.case_id].append(row.proposal)
    return found


def _with_state(rows: QuerySet[CaseRefund]) -> QuerySet[CaseRefund]:
    return rows.select_related(
        "proposal__payment",
        "proposal__fee__rule",
        "proposal__decision",
        "proposal__failure",
        "proposal__refund",
    ).prefetch_related("proposal__other_ways")


def refunds_waiting(*, seen_by: Actor) -> QuerySet[CaseRefund]:
    """Refunds that wait for a decision or a payment at the actor's agencies, the oldest first."""
    to_decide = Q(
        proposal__in=RefundProposal.objects.to_decide(),
        proposal__payment__collecting_body_id__in=agencies_deciding_refunds(seen_by),
    )
    if seen_by.user_id is not None:
        to_decide &= ~Q(proposal__payment__taken_by_id=seen_by.user_id)
    desks = agencies_taking_money(seen_by)
    in_cash = Q(proposal__in=RefundProposal.objects.to_pay(RefundMethod.CASH)) & (
        Q(case__current_agency_id__in=desks)
        | Q(case__receiving_agency_id__in=desks)
        | Q(case__competent_agency_id__in=desks)
        | Q(case__returning_agency_id__in=desks)
    )
    by_transfer = Q(
        proposal__in=RefundProposal.objects.to_pay(RefundMethod.TRANSFER),
        proposal__payment__collecting_body_id__in=agencies_transferring_refunds(seen_by),
    )
    return (
        _with_state(CaseRefund.objects.filter(to_decide | in_cash | by_transfer))
        .select_related("case__version__procedure", "proposal__payment__collecting_body")
        .annotate(opened_at=F("proposal__opened_at"))
        .order_by("opened_at", "id")
    )


@dataclass(frozen=True, slots=True)
class MoneyRow:
    """One row of a case's account, in đồng: a line of a fee, or money that settled nothing (no `fee`).

    `going_back` is what may still go back: proposed, or granted and not paid yet.
    """

    fee: FeeDue | None
    due: int
    paid: int
    refunded: int
    going_back: int
    refunds: tuple[RefundProposal, ...]


@dataclass(frozen=True, slots=True)
class Account:
    """The money of a case, explained row by row; each total is the sum of its column."""

    rows: tuple[MoneyRow, ...]

    @property
    def refunds(self) -> tuple[RefundProposal, ...]:
        """All proposals to pay money back, however they stand."""
        return tuple(refund for row in self.rows for refund in row.refunds)

    @property
    def due(self) -> int:
        """What the applicant was asked and is not withdrawn."""
        return sum(row.due for row in self.rows)

    @property
    def paid(self) -> int:
        return sum(row.paid for row in self.rows)

    @property
    def refunded(self) -> int:
        return sum(row.refunded for row in self.rows)

    @property
    def going_back(self) -> int:
        return sum(row.going_back for row in self.rows)

    @property
    def still_due(self) -> int:
        """Lines that nobody has paid; what was paid twice elsewhere pays none of them."""
        return sum(row.due - row.paid for row in self.rows if row.fee is not None)

    @property
    def state(self) -> MoneyState:
        """The state of the money, beside the status of the case."""
        if self.still_due:
            return MoneyState.DUE
        if not self.paid:
            return MoneyState.NOTHING
        return MoneyState.REFUNDED if self.refunded == self.paid else MoneyState.SETTLED


_MAY_STILL = (RefundState.PROPOSED, RefundState.GRANTED, RefundState.FAILED)


def account_of(fees: Iterable[FeeDue], refunds: Sequence[RefundProposal]) -> Account:
    """The account of a case by its lines in force with their settlement, and its refunds. Pure.

    A line that the budget bears, or without a price, is due with 0 from the applicant.
    """
    rows = [
        _row(
            fee,
            due=fee.amount or 0 if fee.is_owed_by_applicant else 0,
            paid=fee.amount or 0 if hasattr(fee, "settlement") else 0,
            refunds=[refund for refund in refunds if refund.fee_id == fee.pk],
        )
        for fee in fees
    ]
    unapplied = [refund for refund in refunds if refund.fee_id is None]
    return Account((*rows, *(_row(None, due=0, paid=each.amount, refunds=[each]) for each in unapplied)))


def _row(fee: FeeDue | None, *, due: int, paid: int, refunds: Sequence[RefundProposal]) -> MoneyRow:
    return MoneyRow(
        fee=fee,
        due=due,
        paid=paid,
        refunded=sum(refund.amount for refund in refunds if refund.state == RefundState.PAID),
        going_back=sum(refund.amount for refund in refunds if refund.state in _MAY_STILL),
        refunds=tuple(refunds),
    )
