"""Mending: the last act is undone while nothing has left the house; a case that ended is reopened by decision."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.actors import Actor
from apps.cases.actions.acting import acting
from apps.cases.actions.custody import send_along
from apps.cases.actions.handover import offer
from apps.cases.actions.linked import owe_what_came_meanwhile, refuse_waiting_for_ever
from apps.cases.actions.refunding import refunds_of_reopening
from apps.cases.actions.routing import is_taken_at_desk
from apps.cases.choices import EventKind, ReopenGround, Routing, Status
from apps.cases.errors import AlreadyUndone, NothingToUndo, ReasonMissing, ReasonUnknown
from apps.cases.history import Entry, fold, last_of
from apps.cases.models import CaseEvent

# Acts of which nothing reached the applicant or another agency.
UNDOABLE = frozenset(
    {
        EventKind.HANDLER_ASSIGNED,
        EventKind.STEP_COMPLETED,
        EventKind.STEP_SKIPPED,
        EventKind.STEP_SENT_BACK,
        EventKind.RESULT_PROPOSED,
        EventKind.PROPOSAL_SENT_BACK,
        EventKind.RESULT_APPROVED,
    }
)


def undo_last(code: str, *, reason: str, by: Actor, at: datetime, request_key: str) -> CaseEvent:
    """The head takes the last act back, on the same day, by a new event; the act itself stays in the ledger.

    Raises AlreadyUndone, NothingToUndo with why, ReasonMissing, and what all verbs raise.
    """
    with acting("undo_last", code, by=by, at=at, request_key=request_key, body={"reason": reason}) as act:
        if not reason.strip():
            raise ReasonMissing(field="reason")
        last = act.entries[-1]
        refuse_undo(last, act.at)
        before = fold(act.entries[:-1])
        now = fold(act.entries)
        changes = {name: before[name] for name in now if now[name] != before[name]}
        return act.record(EventKind.ACT_UNDONE, changes=changes, data={"undone": last.sequence}, text=reason)


def refuse_undo(last: Entry, at: datetime) -> None:
    """Raises AlreadyUndone, or NothingToUndo unless the act was today's and stayed in the house."""
    if last.kind == EventKind.ACT_UNDONE:
        raise AlreadyUndone()
    # A step that is done elsewhere went to another agency.
    if last.kind not in UNDOABLE or "agency" in last.data:
        raise NothingToUndo(
            reason=_("it has reached the applicant or another agency, or is itself a correction")
        )
    if timezone.localdate(last.at) != timezone.localdate(at):
        raise NothingToUndo(reason=_("it was not done today"))


def reopen_case(
    code: str, *, ground: str, reason: str, by: Actor, at: datetime, request_key: str
) -> CaseEvent:
    """The head decides to open an ended case again; the old promise stays, a corrected result will supersede the old.

    Refunds that its end proposed are withdrawn, and fees whose refund has been granted are asked again.
    Raises ReasonUnknown, ReasonMissing, PrerequisiteNotGranted, and what all verbs raise.
    """
    body = {"ground": ground, "reason": reason}
    with acting("reopen_case", code, by=by, at=at, request_key=request_key, body=body) as act:
        if ground not in ReopenGround.values:
            raise ReasonUnknown(field="ground")
        if not reason.strip():
            raise ReasonMissing(field="reason")
        case = act.case
        refuse_waiting_for_ever(act)
        changes: dict[str, object] = {"ended_at": None, "status": _back_to(Status(case.status), act.entries)}
        if case.status in (Status.RESOLVED, Status.DELIVERED):
            send_along(act, case.competent_agency_id)
            changes |= {"current_agency_id": case.competent_agency_id, **act.undecided()}
        elif (
            case.accepted_at
            and case.competent_agency_id
            and case.current_agency_id != (case.step_agency_id or case.competent_agency_id)
        ):
            # It was stopped on its way to the agency whose turn it was: the offer ended with it and is made anew.
            offer(
                act,
                case.step_agency_id or case.competent_agency_id,
                is_for_step=case.step_agency_id is not None,
            )
        money = refunds_of_reopening(act) if case.status in (Status.DECLINED, Status.STOPPED) else {}
        event = act.record(
            EventKind.CASE_REOPENED, changes=changes, data={"ground": ground, **money}, text=reason
        )
        if case.routing == Routing.PENDING and (case.accepted_at is not None or not is_taken_at_desk(case)):
            # It ended before it was routed: the routing that was owed has found it closed.
            act.owe("apps.cases.tasks.route_case", f"route:{case.code}:{event.sequence}", code=case.code)
        owe_what_came_meanwhile(act, event)
        return event


def _back_to(status: Status, entries: list[Entry]) -> Status:
    """3→1, 8→where it was, 9 and 10→4."""
    if status == Status.DECLINED:
        return Status.SUBMITTED
    if status == Status.STOPPED:
        stopped = last_of(entries, EventKind.CASE_STOPPED)
        assert stopped is not None and stopped.from_status is not None
        if stopped.from_status == Status.WITHDRAWAL_REQUESTED:
            asked = last_of(entries, EventKind.WITHDRAWAL_REQUESTED)
            assert asked is not None and asked.from_status is not None
            return asked.from_status
        return stopped.from_status
    return Status.IN_PROGRESS
