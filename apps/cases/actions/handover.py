"""Handover between agencies: offered with a reason, received or returned; until then the case is the sender's."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from apps.accounts.actors import Actor
from apps.cases.actions.acting import Act, acting
from apps.cases.actions.answers_due import handover_due
from apps.cases.actions.custody import carry
from apps.cases.choices import EventKind, HandoverAnswer, Routing, Status
from apps.cases.errors import AgencyUnknown, ReasonMissing
from apps.cases.models import CaseEvent, Handover
from apps.units.models import Agency


def offer(act: Act, agency_id: int, *, is_for_step: bool = False) -> Handover:
    """The row of an offer; due within the time to answer (4 working hours by default) of the agency offered it.

    `is_for_step`: the agency is to do a step, or has the case back after one; to decide stays where it was.
    """
    return Handover.objects.create(
        case=act.case,
        from_agency_id=act.case.current_agency_id,
        to_agency_id=agency_id,
        is_for_step=is_for_step,
        offered_at=act.at,
        offered_by_id=act.by.user_id,
        due_at=handover_due(Agency.objects.get(pk=agency_id), act.at),
    )


def hand_over_case(
    code: str, *, to_agency: int, reason: str, by: Actor, at: datetime, request_key: str
) -> CaseEvent:
    """Offers the case to another agency. Raises ReasonMissing, AgencyUnknown, HandoverOpen, and what all verbs raise."""
    body = {"to_agency": to_agency, "reason": reason}
    with acting("hand_over_case", code, by=by, at=at, request_key=request_key, body=body) as act:
        if not reason.strip():
            raise ReasonMissing(field="reason")
        agency = Agency.objects.valid_on(timezone.localdate(act.at)).filter(pk=to_agency).first()
        if agency is None or agency.pk == act.case.current_agency_id:
            raise AgencyUnknown(field="to_agency")
        # While the step is to be done elsewhere, that is what the case is sent on for.
        offer(act, agency.pk, is_for_step=act.case.step_agency_id is not None)
        changes = {"status": Status.IN_PROGRESS} if act.case.handler_id == act.by.user_id else {}
        return act.record(
            EventKind.CASE_HANDED_OVER, changes=changes, data={"agency": agency.pk}, text=reason
        )


def receive_handover(code: str, *, by: Actor, at: datetime, request_key: str) -> CaseEvent:
    """Takes the case over, its time and its original papers with it. Raises what all verbs raise."""
    with acting("receive_handover", code, by=by, at=at, request_key=request_key) as act:
        handover = _answer(act, HandoverAnswer.RECEIVED)
        carry(
            act,
            handover.to_agency_id,
            offered_at=handover.offered_at,
            offered_by=handover.offered_by_id,
        )
        changes: dict[str, object] = {
            "current_agency_id": handover.to_agency_id,
            "handler_id": None,
            "pool_id": None,
        }
        if handover.is_for_step:
            is_home = handover.to_agency_id == act.case.competent_agency_id
            changes["step_agency_id"] = None if is_home else handover.to_agency_id
        elif act.case.routing == Routing.UNROUTABLE:
            # A person has chosen the agency that the look-up could not find.
            changes |= {
                "routing": Routing.ROUTED,
                "routing_reason": "",
                "competent_agency_id": handover.to_agency_id,
            }
        elif handover.from_agency_id == act.case.competent_agency_id:
            # Whoever would decide has sent it on and another has taken it: to decide is the receiver's from here on, and
            # what was proposed or signed at the sender's counts no more.
            changes["competent_agency_id"] = handover.to_agency_id
            if act.case.proposed_by_id is not None:
                changes |= act.undecided()
        return act.record(EventKind.HANDOVER_RECEIVED, changes=changes, data={"handover": handover.pk})


def return_handover(code: str, *, reason: str, by: Actor, at: datetime, request_key: str) -> CaseEvent:
    """Sends the case back to where it still is. Raises ReasonMissing, and what all verbs raise."""
    with acting(
        "return_handover", code, by=by, at=at, request_key=request_key, body={"reason": reason}
    ) as act:
        if not reason.strip():
            raise ReasonMissing(field="reason")
        handover = _answer(act, HandoverAnswer.RETURNED)
        return act.record(EventKind.HANDOVER_RETURNED, data={"handover": handover.pk}, text=reason)


def lapse_offer(act: Act) -> None:
    """An offer that nobody has answered ends with the case: it counts as returned, by nobody."""
    # Asked here and not of the standing: an applicant's does not know of handovers.
    offered = Handover.objects.filter(case=act.case, answered_at__isnull=True).first()
    if offered is not None:
        _close(act, offered, HandoverAnswer.RETURNED, None)


def _answer(act: Act, answer: HandoverAnswer) -> Handover:
    handover = act.standing.open_handover
    # Whoever may answer one may do so while it waits.
    assert handover is not None
    _close(act, handover, answer, act.by.user_id)
    return handover


def _close(act: Act, handover: Handover, answer: HandoverAnswer, answered_by: int | None) -> None:
    handover.answer = answer
    handover.answered_at = act.at
    handover.answered_by_id = answered_by
    handover.save(update_fields=["answer", "answered_at", "answered_by"])
