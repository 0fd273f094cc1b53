"""The steps of a case: completed with what they must leave, done without, sent back; and where the next one is done."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from apps.accounts.actors import Actor
from apps.applications.models import Attachment
from apps.cases.actions.act_papers import evidence, keep_paper, paper_given
from apps.cases.actions.acting import Act, acting
from apps.cases.actions.handover import offer
from apps.cases.choices import EventKind, Routing, Status, UnroutableReason
from apps.cases.errors import (
    NoEarlierStep,
    ProductMissing,
    ReasonMissing,
    StepNeedsItsAct,
    StepNotSkippable,
)
from apps.cases.models import CaseEvent
from apps.cases.selectors import agency_of_step, facts_of_case
from apps.procedures.choices import StepAct, StepProduct
from apps.procedures.conditions import holds
from apps.procedures.models import Step
from apps.procedures.selectors import rules_of
from apps.units.models import Agency


def complete_step(
    code: str, *, note: str = "", attachment: UUID | None = None, by: Actor, at: datetime, request_key: str
) -> CaseEvent:
    """Completes a step with what it must leave, and goes on to the next, at another agency where that one is done there.

    The first act of a handler makes the case “in progress”. Raises StepNeedsItsAct for a step that is completed by a
    proposal, an approval or a release, ProductMissing, AttachmentUnknown, HandoverOpen, and what all verbs raise.
    """
    body = {"note": note, "attachment": attachment}
    with acting("complete_step", code, by=by, at=at, request_key=request_key, body=body) as act:
        step = _step_to_complete(act)
        file = _product(act, step, note, attachment)
        changes, data = enter(act, next_step(act, step.position))
        event = act.record(
            EventKind.STEP_COMPLETED,
            changes={"status": Status.IN_PROGRESS, **changes},
            data={
                "step": step.position,
                **evidence(file),
                **data,
            },
            text=note,
        )
        keep_paper(act, event, file)
        return event


def skip_step(code: str, *, reason: str, by: Actor, at: datetime, request_key: str) -> CaseEvent:
    """Does without a step, where the version lets the actor's role do so.

    Raises StepNotSkippable, ReasonMissing, HandoverOpen, and what all verbs raise.
    """
    with acting("skip_step", code, by=by, at=at, request_key=request_key, body={"reason": reason}) as act:
        if not reason.strip():
            raise ReasonMissing(field="reason")
        step = _step_to_complete(act)
        if not step.may_skip:
            raise StepNotSkippable()
        changes, data = enter(act, next_step(act, step.position))
        return act.record(
            EventKind.STEP_SKIPPED,
            changes={"status": Status.IN_PROGRESS, **changes},
            data={"step": step.position, **data},
            text=reason,
        )


def send_back_step(code: str, *, reason: str, by: Actor, at: datetime, request_key: str) -> CaseEvent:
    """Sends the case back to the step before, to the agency that did it, with what is wrong.

    Raises NoEarlierStep, ReasonMissing, HandoverOpen, and what all verbs raise.
    """
    with acting(
        "send_back_step", code, by=by, at=at, request_key=request_key, body={"reason": reason}
    ) as act:
        if not reason.strip():
            raise ReasonMissing(field="reason")
        step = step_before(act)
        if step is None:
            raise NoEarlierStep()
        changes, data = enter(act, step)
        return act.record(
            EventKind.STEP_SENT_BACK,
            changes={"status": Status.IN_PROGRESS, **changes},
            data={"step": step.position, **data},
            text=reason,
        )


def _step_to_complete(act: Act) -> Step:
    step = act.rules.step(act.case.step) if act.case.step is not None else None
    if step is None or step.act != StepAct.COMPLETE_STEP:
        raise StepNeedsItsAct(act=str(StepAct(step.act).label) if step else "—")
    return step


def _product(act: Act, step: Step, note: str, attachment: UUID | None) -> Attachment | None:
    """The file given with the completion. Raises ProductMissing, AttachmentUnknown."""
    file = paper_given(act, attachment)
    if step.product == StepProduct.NOTE and not note.strip():
        raise ProductMissing(field="note", product=step.product_title)
    if step.product == StepProduct.FILE and file is None:
        raise ProductMissing(field="attachment", product=step.product_title)
    return file


def next_step(act: Act, position: int) -> Step | None:
    """The first step after a place whose condition holds for the case as filed and supplemented."""
    rest = act.rules.steps_after(position)
    facts = facts_of_case(act.case) if any(step.condition for step in rest) else {}
    return next((step for step in rest if holds(step.condition, facts)), None)


def step_before(act: Act) -> Step | None:
    """The last step before the present one that was completed and not done without.

    Steps are numbered within a version; across a move they are known by their code.
    """
    version, last_act = act.case.version_id, dict[str, EventKind]()
    for entry in reversed(act.effective_entries):
        if entry.kind in (EventKind.STEP_COMPLETED, EventKind.STEP_SKIPPED):
            last_act.setdefault(rules_of(version).step(entry.data["step"]).code, entry.kind)
        version = entry.data.get("from_version", version)
    completed = [
        step
        for step in act.rules.steps
        if step.position < (act.case.step or 0) and last_act.get(step.code) == EventKind.STEP_COMPLETED
    ]
    return completed[-1] if completed else None


def enter(act: Act, step: Step | None) -> tuple[dict[str, Any], dict[str, Any]]:
    """The changes and the data with which a case goes to a step; after the last it stays there.

    Where the step is done elsewhere the case is offered to the agency there; it stays with its holder until that
    receives it. Where there is no such agency whoever decides does the step, and the event says why.
    """
    if step is None:
        return {}, {}
    case = act.case
    place = agency_of_step(case, step, at=act.at)
    elsewhere = place.pk if isinstance(place, Agency) and place.pk != case.competent_agency_id else None
    changes: dict[str, Any] = {"step": step.position}
    if case.step_agency_id != elsewhere:
        changes["step_agency_id"] = elsewhere
    data: dict[str, Any] = {"no_agency": place.value} if isinstance(place, UnroutableReason) else {}
    target = elsewhere or case.competent_agency_id
    # Before it is routed the routing brings it there.
    if case.routing == Routing.ROUTED and target is not None and target != case.current_agency_id:
        offer(act, target, is_for_step=True)
        data["agency"] = target
    return changes, data
