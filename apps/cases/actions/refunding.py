"""Money that goes back by itself: what an act proposes as a case ends before service, and what it asks again when it reopens."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from apps.cases.actions.acting import Act
from apps.cases.choices import EventKind
from apps.cases.history import last_of
from apps.cases.models import CaseFee, CaseRefund
from apps.cases.selectors import fees_of
from apps.procedures.choices import PayBefore
from apps.receipts.actions.refunds import propose, withdraw
from apps.receipts.choices import RefundGround, RefundState
from apps.receipts.models import FeeDue, RefundProposal

# What an accepted case is asked beyond what it paid is due before it is decided.
AFTER_ACCEPTANCE: dict[str, str] = {
    PayBefore.FILING: PayBefore.DECISION,
    PayBefore.ACCEPTANCE: PayBefore.DECISION,
}


def told_of(
    act: Act, proposed: Sequence[RefundProposal], withdrawn: Sequence[RefundProposal] = ()
) -> dict[str, Any]:
    """Ties proposals to the case; what the act's event says of them: uuids, and the đồng that may go back."""
    CaseRefund.objects.bulk_create([CaseRefund(case=act.case, proposal=proposal) for proposal in proposed])
    told: dict[str, Any] = {}
    if proposed:
        told["refunds"] = [str(proposal.uuid) for proposal in proposed]
        told["going_back"] = sum(proposal.amount for proposal in proposed)
    if withdrawn:
        told["refunds_withdrawn"] = [str(proposal.uuid) for proposal in withdrawn]
    return told


def refunds_of_end(act: Act, ground: RefundGround) -> dict[str, Any]:
    """Proposes to pay back what was paid for a service that will not be done, as the act ends the case; what it tells.

    What the budget bears or nobody paid is no money of the applicant's, and what is proposed already is not proposed twice.
    """
    paid = [fee for fee in fees_of(act.case) if hasattr(fee, "settlement") and not is_served(act, fee)]
    before: dict[int, int] = {}
    for refund in RefundProposal.objects.standing().filter(fee__in=paid):
        before[refund.fee_id or 0] = before.get(refund.fee_id or 0, 0) + refund.amount
    proposed = [
        propose(fee.settlement.payment, ground=ground, amount=left, fee=fee, at=act.at)
        for fee in paid
        if (left := (fee.amount or 0) - before.get(fee.pk, 0))
    ]
    return told_of(act, proposed)


def is_served(act: Act, fee: FeeDue) -> bool:
    """Whether what a fee pays for has been done since it was asked (ADR 0018).

    Due before hand-over it pays for the result in hand; due before any other gate, for a decision, which is there once
    it is signed.
    """
    if fee.pay_before == PayBefore.HAND_OVER:
        done = last_of(act.entries, EventKind.RESULT_HANDED_OVER)
    elif act.case.approved_by_id is not None:
        return True
    else:
        done = last_of(act.entries, EventKind.RESULT_RELEASED)
    return done is not None and done.at >= fee.assessed_at


def refunds_of_reopening(act: Act) -> dict[str, Any]:
    """A case that goes on needs its money: what its end proposed to pay back is withdrawn, and where it has been granted
    meanwhile the fee is asked again, by a line of its own. What the reopening tells.
    """
    ended = last_of(act.entries, EventKind.INTAKE_DECLINED, EventKind.CASE_STOPPED)
    named = ended.data.get("refunds", ()) if ended else ()
    refunds = list(RefundProposal.objects.filter(uuid__in=named).with_state().order_by("pk"))
    undecided = [refund for refund in refunds if refund.state == RefundState.PROPOSED]
    withdraw(undecided, why=EventKind.CASE_REOPENED, at=act.at)
    gone = (RefundState.GRANTED, RefundState.FAILED, RefundState.PAID)
    again = [_asked_again(act, refund) for refund in refunds if refund.state in gone]
    FeeDue.objects.bulk_create(again)
    CaseFee.objects.bulk_create([CaseFee(case=act.case, fee=fee) for fee in again])
    return {**({"fees": [str(fee.uuid) for fee in again]} if again else {}), **told_of(act, (), undecided)}


def _asked_again(act: Act, refund: RefundProposal) -> FeeDue:
    """A line like the one whose money goes back, of that amount, due before a gate that is still ahead."""
    fee = refund.fee
    assert fee is not None
    is_whole = refund.amount == fee.amount
    return FeeDue(
        uuid=uuid4(),
        rule=fee.rule,
        kind=fee.kind,
        name=fee.name,
        name_en=fee.name_en,
        unit_price=fee.unit_price,
        quantity=fee.quantity if is_whole else -(-refund.amount // (fee.unit_price or 1)),
        amount=refund.amount,
        borne_by=fee.borne_by,
        pay_before=AFTER_ACCEPTANCE.get(fee.pay_before, fee.pay_before)
        if act.case.accepted_at
        else fee.pay_before,
        legal_basis=fee.legal_basis,
        exempted=fee.exempted if is_whole else 0,
        exempt_basis=fee.exempt_basis if is_whole else "",
        assessed_at=act.at,
    )
