"""Who may do what to a case. Rights follow from posts and from roles on the application, and are asked here only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from apps.accounts.actors import Actor, HeldPost
from apps.accounts.choices import Role
from apps.applications.choices import PartyRole
from apps.applications.models import Party
from apps.cases.choices import Routing, Status
from apps.cases.errors import NotYours
from apps.cases.models import Case, Handover, OpinionRequest
from apps.cases.transitions import OPEN_IN
from apps.procedures.choices import StepAct
from apps.procedures.models import Step
from apps.procedures.selectors import rules_of
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
from apps.units.choices import Level

# By default one person at a counter is receptionist, cashier and result desk.
DESK = (Role.RECEPTIONIST, Role.CASHIER, Role.RESULT_DESK)
CASEWORK = (*DESK, Role.HANDLER, Role.HEAD, Role.APPROVER, Role.REGISTRAR)
GIVE_OPINIONS = (Role.HANDLER, Role.HEAD, Role.APPROVER)
_TRANSFER_REFUNDS = (Role.CASHIER, Role.HEAD)
_ANSWER_HANDOVERS = (Role.RECEPTIONIST, Role.HANDLER, Role.HEAD)
ACTING_PARTIES = frozenset({PartyRole.FILER, PartyRole.APPLICANT, PartyRole.REPRESENTATIVE})


@dataclass(frozen=True, slots=True)
class Standing:
    """What ties one actor to one case today: roles on the application, a handover that waits, past sendings.

    `is_mandate_over`: the actor filed for a business for which they may no longer act.

    `has_originals` is whether an agency still holds original papers of a case that has ended. `asked_agencies` are
    those whose opinion was asked for, and not revoked; `collecting_agencies` those for which a fee was collected where that
    is not who decides; `pool_ids` the actor's pools, read for a case that is in one. `refunds` are
    all proposals to pay money of the case back, however they stand.
    """

    party_roles: frozenset[PartyRole] = frozenset()
    is_mandate_over: bool = False
    open_handover: Handover | None = None
    sent_by_agencies: frozenset[int] = frozenset()
    has_originals: bool = False
    open_opinions: tuple[OpinionRequest, ...] = ()
    asked_agencies: frozenset[int] = frozenset()
    collecting_agencies: frozenset[int] = frozenset()
    pool_ids: frozenset[int] = frozenset()
    refunds: tuple[RefundProposal, ...] = ()

    @property
    def is_party(self) -> bool:
        """Whether the matter is the actor's own; who only pays for another is no party to it."""
        return bool(self.party_roles - {PartyRole.PAYER})

    @property
    def is_acting_party(self) -> bool:
        return bool(self.party_roles & ACTING_PARTIES) and not self.is_mandate_over


def posts_of_casework(actor: Actor) -> tuple[HeldPost, ...]:
    """The posts that give a place at the desk: whoever holds none works on no case."""
    return actor.posts_with(*CASEWORK)


def agencies_worked_at(actor: Actor) -> tuple[int, ...]:
    """The agencies on whose cases the actor works."""
    return actor.agencies_with(*CASEWORK)


def agencies_headed(actor: Actor) -> tuple[HeldPost, ...]:
    """The posts in which the actor heads an agency: whoever does gives its cases to people and pools."""
    return actor.posts_with(Role.HEAD)


def may_manage_pools(agency_id: int, actor: Actor) -> None:
    """Raises NotYours unless the actor heads the agency."""
    if not actor.holds(agency_id, Role.HEAD):
        raise NotYours()


def agencies_giving_opinions(actor: Actor) -> tuple[int, ...]:
    """The agencies for which the actor answers when another asks for their opinion."""
    return actor.agencies_with(*GIVE_OPINIONS)


def agencies_answered_for(actor: Actor) -> tuple[int, ...]:
    """The agencies for which the actor receives or returns a handover."""
    return actor.agencies_with(*_ANSWER_HANDOVERS)


def counters_of(actor: Actor) -> tuple[HeldPost, ...]:
    """The posts at whose counters the actor takes applications."""
    return actor.posts_with(Role.RECEPTIONIST)


def is_actors(citizen_id: int | None, business_id: int | None, actor: Actor) -> bool:
    """Whether a party is the actor's own person, or a business for which they may act today."""
    is_person = citizen_id is not None and citizen_id == actor.citizen_id
    return is_person or (business_id is not None and business_id in actor.business_ids)


def agencies_of(case: Case, standing: Standing) -> frozenset[int | None]:
    """The agencies whose staff see the case: those it names, the one it is offered to, those that sent it on, those asked,
    those that collected, and those that have money of it to give back.
    """
    offered = {standing.open_handover.to_agency_id} if standing.open_handover else set()
    named = {
        case.receiving_agency_id,
        case.competent_agency_id,
        case.returning_agency_id,
        case.current_agency_id,
    }
    refunding = {refund.payment.collecting_body_id for refund in standing.refunds}
    return frozenset(
        named
        | offered
        | standing.sent_by_agencies
        | standing.asked_agencies
        | standing.collecting_agencies
        | refunding
    )


def can_see(case: Case, actor: Actor, standing: Standing) -> bool:
    """Parties; staff of the agencies concerned; the supervisor of the district; the city's inspectors."""
    if standing.is_acting_party or actor.program:
        return True
    return works_at_agency_of(case, actor, standing) or can_supervise(case, actor)


def works_at_agency_of(case: Case, actor: Actor, standing: Standing) -> bool:
    """Whether the actor works on cases at one of the agencies whose staff see this one, or at who has succeeded one."""
    return holds_for(agencies_of(case, standing), actor, *CASEWORK)


def works_on(case: Case, actor: Actor, standing: Standing) -> bool:
    """Whether the actor is of the applicant's side or works on the case: who only supervises does not."""
    return standing.is_acting_party or works_at_agency_of(case, actor, standing)


def works_where_it_is(case: Case, actor: Actor) -> bool:
    """Whether the actor works on cases at the agency that holds this one."""
    return actor.holds(case.current_agency_id, *CASEWORK)


def can_read_party(party: Party, actor: Actor, standing: Standing) -> bool:
    """A party whole as it is: who filed has declared it; everybody else knows only their own."""
    is_filer = PartyRole.FILER in standing.party_roles and standing.is_acting_party
    return is_filer or is_actors(party.citizen_id, party.business_id, actor)


def can_supervise(case: Case, actor: Actor) -> bool:
    """A supervisor sees what the district or a ward below received or decided; an inspector sees the whole city."""
    units: set[int | None] = set()
    for agency in (case.receiving_agency, case.competent_agency):
        if agency is not None:
            units |= {agency.unit_id, agency.unit.parent_id}
    return any(
        post.role == Role.INSPECTOR
        or (post.role == Role.SUPERVISOR and post.level == Level.DISTRICT and post.unit_id in units)
        for post in actor.posts
    )


def _at_current(*roles: Role) -> Callable[[Case, Actor, Standing], bool]:
    def can(case: Case, actor: Actor, standing: Standing) -> bool:
        return actor.holds(case.current_agency_id, *roles)

    return can


def _is_competent(case: Case) -> bool:
    """Whether the case is where it is decided, and what is to be done next is done there."""
    return (
        case.competent_agency_id is not None
        and case.current_agency_id == case.competent_agency_id
        and case.step_agency_id is None
    )


def _is_at_its_step(case: Case) -> bool:
    """Whether the case is where its present step is done: where it is decided, or at another agency."""
    return _is_competent(case) or (
        case.step_agency_id is not None and case.current_agency_id == case.step_agency_id
    )


can_accept_intake = _at_current(Role.RECEPTIONIST)
can_decline_intake = _at_current(Role.RECEPTIONIST)


def can_request_supplement(case: Case, actor: Actor, standing: Standing) -> bool:
    """At intake the receptionist where the case is; in handling the handler or the head, where the step is done."""
    if case.accepted_at is None:
        return actor.holds(case.current_agency_id, Role.RECEPTIONIST)
    return _is_at_its_step(case) and (
        _is_handler(case, actor) or actor.holds(case.current_agency_id, Role.HEAD)
    )


def can_provide_supplement(case: Case, actor: Actor, standing: Standing) -> bool:
    """The applicant's side, or a desk to which the papers were brought."""
    return standing.is_acting_party or any(
        actor.holds(agency, Role.RECEPTIONIST)
        for agency in (case.current_agency_id, case.receiving_agency_id)
    )


# Whoever asks for a supplement says as well what another authority has set.
can_request_payment = can_request_supplement


def can_fulfil_obligation(case: Case, actor: Actor, standing: Standing) -> bool:
    """A desk to which the proof was brought, and whoever handles or heads where the case is."""
    at_desk = any(actor.holds(agency, *DESK) for agency in (case.current_agency_id, case.receiving_agency_id))
    return at_desk or actor.holds(case.current_agency_id, Role.HANDLER, Role.HEAD)


can_confirm_draft = can_provide_supplement


def can_take_in_originals(case: Case, actor: Actor) -> bool:
    """The receptionist where the case is: originals lie with it."""
    return actor.holds(case.current_agency_id, Role.RECEPTIONIST)


def can_assign_handler(case: Case, actor: Actor, standing: Standing) -> bool:
    """The head gives a case to anybody; a handler takes one that nobody has, from a pool only a member of it."""
    if not _is_at_its_step(case):
        return False
    is_free = case.handler_id is None and (case.pool_id is None or case.pool_id in standing.pool_ids)
    takes = is_free and actor.holds(case.current_agency_id, Role.HANDLER)
    return takes or can_assign_others(case, actor)


def can_assign_others(case: Case, actor: Actor) -> bool:
    """Only the head gives a case to somebody else than themselves."""
    return actor.holds(case.current_agency_id, Role.HEAD)


def _is_handler(case: Case, actor: Actor) -> bool:
    return (
        case.handler_id is not None
        and case.handler_id == actor.user_id
        and actor.holds(case.current_agency_id, Role.HANDLER)
    )


def can_complete_step(case: Case, actor: Actor, standing: Standing) -> bool:
    """The handler; a step of another role is completed by whoever holds that role where it is done."""
    step = _step_of(case)
    role = Role(step.role) if step and step.act == StepAct.COMPLETE_STEP else Role.HANDLER
    is_theirs = (
        _is_handler(case, actor) if role == Role.HANDLER else actor.holds(case.current_agency_id, role)
    )
    return _is_at_its_step(case) and is_theirs


def _step_of(case: Case) -> Step | None:
    return rules_of(case.version_id).step(case.step) if case.step is not None else None


def can_skip_step(case: Case, actor: Actor, standing: Standing) -> bool:
    """The role that the step names, where the case is decided, or where it is while the step is done there."""
    step = _step_of(case)
    if step is None or not step.may_skip:
        return False
    at_step = case.step_agency_id if case.current_agency_id == case.step_agency_id else None
    return any(actor.holds(agency, Role(step.may_skip)) for agency in (case.competent_agency_id, at_step))


def can_send_back_step(case: Case, actor: Actor, standing: Standing) -> bool:
    """The handler or the head where the case is, until a result is proposed."""
    is_theirs = _is_handler(case, actor) or actor.holds(case.current_agency_id, Role.HEAD)
    return is_theirs and case.proposed_by_id is None


def can_request_opinion(case: Case, actor: Actor, standing: Standing) -> bool:
    """The handler or the head, where the case is worked on."""
    is_theirs = _is_handler(case, actor) or actor.holds(case.current_agency_id, Role.HEAD)
    return _is_at_its_step(case) and is_theirs


def opinions_answered_by(actor: Actor, standing: Standing) -> list[OpinionRequest]:
    """The open requests that an actor answers for their agency: a handler, a head or who signs there."""
    return [asked for asked in standing.open_opinions if actor.holds(asked.to_agency_id, *GIVE_OPINIONS)]


def can_give_opinion(case: Case, actor: Actor, standing: Standing) -> bool:
    return bool(opinions_answered_by(actor, standing))


def can_remind_opinion(case: Case, actor: Actor, standing: Standing) -> bool:
    """Whoever could ask today, while somebody has not answered; wherever the case is meanwhile."""
    is_theirs = _is_handler(case, actor) or actor.holds(case.current_agency_id, Role.HEAD)
    return is_theirs and bool(standing.open_opinions)


can_revoke_opinion = can_remind_opinion


def can_hand_over_case(case: Case, actor: Actor, standing: Standing) -> bool:
    """The handler or the head where the case is; the desk while nobody handles it."""
    is_early = case.status == Status.SUBMITTED and case.routing != Routing.UNROUTABLE
    if standing.open_handover is not None or is_early:
        return False
    by_desk = case.handler_id is None and actor.holds(case.current_agency_id, Role.RECEPTIONIST)
    return by_desk or _is_handler(case, actor) or actor.holds(case.current_agency_id, Role.HEAD)


def can_receive_handover(case: Case, actor: Actor, standing: Standing) -> bool:
    handover = standing.open_handover
    return handover is not None and actor.holds(handover.to_agency_id, *_ANSWER_HANDOVERS)


can_return_handover = can_receive_handover


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


def can_propose_result(case: Case, actor: Actor, standing: Standing) -> bool:
    return _is_competent(case) and _is_handler(case, actor)


can_ask_confirmation = can_propose_result


def can_extend_deadline(case: Case, actor: Actor, standing: Standing) -> bool:
    """Time is moved and apologised for by the head where the case is decided, or by who signs there; also while
    another agency does a step of it."""
    is_under_way = case.current_agency_id in (case.competent_agency_id, case.step_agency_id)
    return is_under_way and actor.holds(case.competent_agency_id, Role.HEAD, Role.APPROVER)


can_apologise_late = can_extend_deadline
can_prolong_for_verification = can_extend_deadline
can_prolong_by_agreement = can_extend_deadline


def can_approve_result(case: Case, actor: Actor, standing: Standing) -> bool:
    return _is_competent(case) and actor.holds(case.current_agency_id, Role.APPROVER)


can_send_back = can_approve_result


def can_release_result(case: Case, actor: Actor, standing: Standing) -> bool:
    return _is_competent(case) and actor.holds(case.current_agency_id, Role.REGISTRAR)


def can_hand_over_result(case: Case, actor: Actor, standing: Standing) -> bool:
    return actor.holds(case.returning_agency_id, *DESK)


can_give_back_originals = _at_current(*DESK)


def can_issue_secret_again(case: Case, actor: Actor, standing: Standing) -> bool:
    """A desk that takes money in the case; only where form 01, on which the secret stands, was issued."""
    return case.accepted_at is not None and can_record_payment(case, actor, standing)


def can_correct_paper(case: Case, actor: Actor, standing: Standing) -> bool:
    """A head at an agency concerned; which paper, `paper_rights` says."""
    return any(actor.holds(agency, Role.HEAD) for agency in agencies_of(case, standing))


def can_notify_receipt_error(case: Case, actor: Actor, standing: Standing) -> bool:
    """Who answers for money at an agency concerned; whether that is the collecting body, the verb says."""
    return holds_for(agencies_of(case, standing), actor, *ANSWER_FOR_RECEIPTS)


can_replace_receipt = can_notify_receipt_error


def can_request_withdrawal(case: Case, actor: Actor, standing: Standing) -> bool:
    """The applicant's side, or a desk to which the person came to say so."""
    return can_provide_supplement(case, actor, standing)


def can_decline_withdrawal(case: Case, actor: Actor, standing: Standing) -> bool:
    return actor.holds(case.current_agency_id, Role.RECEPTIONIST, Role.HEAD)


def can_stop_case(case: Case, actor: Actor, standing: Standing) -> bool:
    """The head, where the case is decided while another agency does a step; a withdrawal also the desk grants."""
    if case.status == Status.WITHDRAWAL_REQUESTED:
        return can_decline_withdrawal(case, actor, standing)
    is_at_step = case.step_agency_id is not None and case.current_agency_id == case.step_agency_id
    return actor.holds(case.competent_agency_id if is_at_step else case.current_agency_id, Role.HEAD)


def can_undo_last(case: Case, actor: Actor, standing: Standing) -> bool:
    """The head of the agency whose act it is: what can be undone is done where the case is worked on."""
    return _is_at_its_step(case) and actor.holds(case.current_agency_id, Role.HEAD)


def can_reopen_case(case: Case, actor: Actor, standing: Standing) -> bool:
    return actor.holds(case.competent_agency_id or case.receiving_agency_id, Role.HEAD)


# While a handover waits for its answer the case is the sender's, and nobody moves it on.
WAIT_FOR_HANDOVER = frozenset(
    {
        "assign_handler",
        "complete_step",
        "skip_step",
        "send_back_step",
        "request_opinion",
        "hand_over_case",
        "request_supplement",
        "propose_result",
        "send_back",
        "approve_result",
        "release_result",
        "request_payment",
        "ask_confirmation",
    }
)

# While the applicant has a draft to confirm nobody decides on it, and the time that stands is not moved.
WAIT_FOR_CONFIRMATION = WAIT_FOR_HANDOVER - {"assign_handler"} | {
    "extend_deadline",
    "apologise_late",
    "prolong_for_verification",
    "prolong_by_agreement",
}
# Only while a draft waits to be confirmed.
NEED_A_DRAFT = frozenset({"confirm_draft"})

# What a case that waits for the result of another is not open to: its agency has nothing to answer yet.
WAIT_FOR_PREREQUISITE = frozenset(
    {"accept_intake", "decline_intake", "request_supplement", "request_payment"}
)

# Nothing to do once the applicant has every original back.
NEED_ORIGINALS = frozenset({"give_back_originals"})

# Nothing to do while no refund waits for the actor.
NEED_A_REFUND: dict[str, Callable[[Case, Actor, Standing], list[RefundProposal]]] = {
    "decide_refund": lambda _case, actor, standing: refunds_decided_by(actor, standing),
    "pay_refund": refunds_paid_by,
}

# Acts of the applicant's side; every other verb is an official's, closed to whoever is a party to the case.
VERBS_OF_PARTIES = frozenset({"provide_supplement", "confirm_draft", "request_withdrawal"})

CAN: dict[str, Callable[[Case, Actor, Standing], bool]] = {
    "accept_intake": can_accept_intake,
    "decline_intake": can_decline_intake,
    "request_supplement": can_request_supplement,
    "provide_supplement": can_provide_supplement,
    "request_payment": can_request_payment,
    "fulfil_obligation": can_fulfil_obligation,
    "ask_confirmation": can_ask_confirmation,
    "confirm_draft": can_confirm_draft,
    "extend_deadline": can_extend_deadline,
    "apologise_late": can_apologise_late,
    "prolong_for_verification": can_prolong_for_verification,
    "prolong_by_agreement": can_prolong_by_agreement,
    "assign_handler": can_assign_handler,
    "complete_step": can_complete_step,
    "skip_step": can_skip_step,
    "send_back_step": can_send_back_step,
    "request_opinion": can_request_opinion,
    "give_opinion": can_give_opinion,
    "remind_opinion": can_remind_opinion,
    "revoke_opinion": can_revoke_opinion,
    "hand_over_case": can_hand_over_case,
    "receive_handover": can_receive_handover,
    "return_handover": can_return_handover,
    "record_payment": can_record_payment,
    "decide_refund": can_decide_refund,
    "pay_refund": can_pay_refund,
    "propose_result": can_propose_result,
    "send_back": can_send_back,
    "approve_result": can_approve_result,
    "release_result": can_release_result,
    "hand_over_result": can_hand_over_result,
    "give_back_originals": can_give_back_originals,
    "issue_secret_again": can_issue_secret_again,
    "correct_paper": can_correct_paper,
    "notify_receipt_error": can_notify_receipt_error,
    "replace_receipt": can_replace_receipt,
    "request_withdrawal": can_request_withdrawal,
    "decline_withdrawal": can_decline_withdrawal,
    "stop_case": can_stop_case,
    "undo_last": can_undo_last,
    "reopen_case": can_reopen_case,
}


def verbs_open(case: Case, actor: Actor, standing: Standing) -> list[str]:
    """The verbs that the actor would be let through to now, in the order of a case's life."""
    return [
        verb
        for verb, can in CAN.items()
        if case.status in OPEN_IN[verb]
        and not (standing.open_handover and verb in WAIT_FOR_HANDOVER)
        and (standing.has_originals or verb not in NEED_ORIGINALS)
        and not (case.is_draft_awaited and verb in WAIT_FOR_CONFIRMATION)
        and not (case.is_prerequisite_awaited and verb in WAIT_FOR_PREREQUISITE)
        and (case.is_draft_awaited or verb not in NEED_A_DRAFT)
        and (verb not in NEED_A_REFUND or NEED_A_REFUND[verb](case, actor, standing))
        and can(case, actor, standing)
        and (verb in VERBS_OF_PARTIES or not standing.is_party)
    ]
