"""Who may do which act of casework: at the counter, in handling, in deciding and in handing back."""

from __future__ import annotations

from collections.abc import Callable

from apps.accounts.actors import Actor
from apps.accounts.choices import Role
from apps.cases.choices import Routing, Status
from apps.cases.models import Case, OpinionRequest
from apps.cases.policies.money import can_record_payment
from apps.cases.policies.standing import ANSWER_HANDOVERS, DESK, GIVE_OPINIONS, Standing, agencies_of
from apps.procedures.choices import StepAct
from apps.procedures.models import Step
from apps.procedures.selectors import rules_of


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
    return handover is not None and actor.holds(handover.to_agency_id, *ANSWER_HANDOVERS)


can_return_handover = can_receive_handover


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
