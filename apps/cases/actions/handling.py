"""Handling: a case is given to a handler, who completes the steps that produce no paper of their own."""

from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone

from apps.accounts.actors import Actor
from apps.accounts.models import User
from apps.accounts.selectors import is_handler_at
from apps.businesses.selectors import businesses_of
from apps.cases.actions.acting import acting
from apps.cases.choices import EventKind, Status
from apps.cases.errors import AlreadyAssigned, NotAHandler, NotYours, StepNeedsItsAct
from apps.cases.models import Case, CaseEvent
from apps.cases.policies import can_assign_others
from apps.cases.selectors import standing_of
from apps.procedures.choices import StepAct


def assign_handler(code: str, *, handler: int, by: Actor, at: datetime, request_key: str) -> CaseEvent:
    """Gives the case to a handler of the agency; a handler may take for themselves a case that nobody has.

    Raises AlreadyAssigned, NotAHandler, NotYours, and what all verbs raise.
    """
    with acting(
        "assign_handler", code, by=by, at=at, request_key=request_key, body={"handler": handler}
    ) as act:
        case = act.case
        if case.handler_id == handler:
            raise AlreadyAssigned(handler=User.objects.get(pk=handler).full_name)
        if handler != by.user_id and not can_assign_others(case, by):
            raise NotYours()
        day = timezone.localdate(act.at)
        if not is_handler_at(handler, case.current_agency_id, day) or _is_party(case, handler, day):
            raise NotAHandler(field="handler")
        return act.record(EventKind.HANDLER_ASSIGNED, changes={"handler_id": handler})


def _is_party(case: Case, user_id: int, day: date) -> bool:
    """Whether a member of staff is a party to the case today, and so could do nothing to it.

    Who acts for a business is one while the mandate lasts; whoever filed for it is one for good.
    """
    citizen_id, business_ids = businesses_of(user_id, day)
    person = Actor(user_id=user_id, name="", citizen_id=citizen_id, business_ids=business_ids)
    return standing_of(case, person).is_party


def complete_step(code: str, *, note: str, by: Actor, at: datetime, request_key: str) -> CaseEvent:
    """Completes the handler's step and goes on to the next; the first act of a handler makes the case “in progress”.

    Raises StepNeedsItsAct for a step that is completed by a proposal, an approval or a release, HandoverOpen, and
    what all verbs raise.
    """
    with acting("complete_step", code, by=by, at=at, request_key=request_key, body={"note": note}) as act:
        step = act.rules.step(act.case.step) if act.case.step is not None else None
        if step is None or step.act != StepAct.COMPLETE_STEP:
            raise StepNeedsItsAct(act=str(StepAct(step.act).label) if step else "—")
        following = act.rules.step_after(step.position)
        return act.record(
            EventKind.STEP_COMPLETED,
            changes={
                "status": Status.IN_PROGRESS,
                "step": following.position if following else step.position,
            },
            data={"step": step.position},
            text=note,
        )
