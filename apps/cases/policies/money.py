"""Who may take the money of a case, pay it back, and read or mend its receipts."""

from __future__ import annotations

from apps.accounts.actors import Actor
from apps.accounts.choices import Role
from apps.applications.choices import PartyRole
from apps.applications.models import Party
from apps.cases.models import Case
from apps.cases.policies.standing import Standing, agencies_of, is_actors
from apps.receipts.choices import RefundMethod, RefundState
from apps.receipts.models import Payment, RefundProposal
from apps.receipts.policies import (
    ANSWER_FOR_MONEY,
    ANSWER_FOR_RECEIPTS,
    TAKE_MONEY,
    bodies_held,
    can_answer_for_receipts,
    holds_for,
    takes_money_for,
)
from apps.receipts.succession import succeeded_by

_TRANSFER_REFUNDS = (Role.CASHIER, Role.HEAD)


def can_record_payment(case: Case, actor: Actor, standing: Standing) -> bool:
    """The cashier of a desk that has a part in the case, or of the one that has succeeded it."""
    return takes_money_for(desks_of(case), actor)


def can_pay_online(actor: Actor, standing: Standing) -> bool:
    """The applicant's side, and who was named as payer; a payer need not see the case otherwise."""
    return standing.is_acting_party or PartyRole.PAYER in standing.party_roles


def desks_of(case: Case) -> frozenset[int]:
    """The agencies at whose desks a case may be paid: that received it, holds it, decides it or hands it back."""
    agencies = (
        case.current_agency_id,
        case.receiving_agency_id,
        case.competent_agency_id,
        case.returning_agency_id,
    )
    return frozenset(agency for agency in agencies if agency is not None)


def is_desk_of(case: Case, desk_id: int) -> bool:
    """Whether a case may be paid at a desk: at one of its own, or at who has succeeded one of them."""
    desks = desks_of(case)
    return desk_id in desks or not desks.isdisjoint(succeeded_by([desk_id]))


def agencies_deciding_refunds(actor: Actor) -> tuple[int, ...]:
    """The collecting bodies whose refunds the actor decides."""
    return bodies_held(actor, *ANSWER_FOR_MONEY)


def agencies_taking_money(actor: Actor) -> tuple[int, ...]:
    """The agencies for whose desks the actor takes money, and pays it back in cash."""
    return bodies_held(actor, *TAKE_MONEY)


def agencies_transferring_refunds(actor: Actor) -> tuple[int, ...]:
    """The collecting bodies from whose account the actor has money transferred back."""
    return bodies_held(actor, *_TRANSFER_REFUNDS)


def _may_decide(refund: RefundProposal, actor: Actor) -> bool:
    """The head of the collecting body, or who signs there; never who took the money."""
    payment = refund.payment
    is_own = payment.taken_by_id is not None and payment.taken_by_id == actor.user_id
    return not is_own and holds_for([payment.collecting_body_id], actor, *ANSWER_FOR_MONEY)


def can_decide_refund(case: Case, actor: Actor, standing: Standing) -> bool:
    return any(_may_decide(refund, actor) for refund in standing.refunds)


def refunds_decided_by(actor: Actor, standing: Standing) -> list[RefundProposal]:
    """Those on which the actor may decide now, also anew: as long as a person is to pay, or the gateway did not."""
    return [
        refund
        for refund in standing.refunds
        if _may_decide(refund, actor)
        and (
            refund.state in (RefundState.PROPOSED, RefundState.FAILED)
            or (refund.state == RefundState.GRANTED and refund.method != RefundMethod.GATEWAY)
        )
    ]


def _may_pay(refund: RefundProposal, case: Case, actor: Actor) -> bool:
    """Cash: a cashier of a desk that has a part in the case, who has not decided it. A transfer: the head or the cashier
    of the collecting body.
    """
    if refund.method == RefundMethod.CASH:
        is_own = refund.decided_by_id == actor.user_id
        return not is_own and takes_money_for(desks_of(case), actor)
    is_transfer = refund.method == RefundMethod.TRANSFER
    return is_transfer and holds_for([refund.payment.collecting_body_id], actor, *_TRANSFER_REFUNDS)


def can_pay_refund(case: Case, actor: Actor, standing: Standing) -> bool:
    return any(_may_pay(refund, case, actor) for refund in standing.refunds)


def refunds_paid_by(case: Case, actor: Actor, standing: Standing) -> list[RefundProposal]:
    """Those that were granted and that the actor may pay now."""
    return [
        refund
        for refund in standing.refunds
        if refund.state == RefundState.GRANTED and _may_pay(refund, case, actor)
    ]


def can_read_receipt(payment: Payment, payer: Party | None, actor: Actor, standing: Standing) -> bool:
    """Its payer, which is the applicant's side where nobody else paid; the desk that took the money; who answers for the
    money at the body that it was collected for. A payer need not see the case otherwise.
    """
    if payer is None:
        is_payer = standing.is_acting_party
    else:
        is_payer = is_actors(payer.citizen_id, payer.business_id, actor)
    return (
        is_payer
        or takes_money_for([payment.taken_at_desk_id], actor)
        or can_answer_for_receipts(payment.collecting_body_id, actor)
    )


def can_notify_receipt_error(case: Case, actor: Actor, standing: Standing) -> bool:
    """Who answers for money at an agency concerned; whether that is the collecting body, the verb says."""
    return holds_for(agencies_of(case, standing), actor, *ANSWER_FOR_RECEIPTS)


can_replace_receipt = can_notify_receipt_error
