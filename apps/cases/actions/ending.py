"""Ending before a result: the applicant asks to withdraw, the desk answers; a case is stopped on a ground of the list."""

from __future__ import annotations

from datetime import datetime

from apps.accounts.actors import Actor
from apps.cases.actions.acting import Act, acting
from apps.cases.actions.dependants import owe_dependants
from apps.cases.actions.handover import lapse_offer
from apps.cases.actions.opinions import lapse_opinions
from apps.cases.actions.refunding import refunds_of_end
from apps.cases.choices import EventKind, Status, StopGround
from apps.cases.errors import ReasonMissing, ReasonUnknown, VerbNotOpen
from apps.cases.history import last_of
from apps.cases.models import CaseEvent
from apps.cases.papers import issue_form_05
from apps.cases.selectors import case_seen_by, group_of
from apps.core.request_keys import Replayed
from apps.receipts.choices import RefundGround


def request_withdrawal(code: str, *, reason: str, by: Actor, at: datetime, request_key: str) -> CaseEvent:
    """The applicant's side asks to withdraw; from status 1 that stops the case at once. The clock goes on as it was.

    Whoever has no account says so at a desk, which has looked at their identity paper and enters it.

    Raises ReasonMissing, and what all verbs raise.
    """
    with acting(
        "request_withdrawal", code, by=by, at=at, request_key=request_key, body={"reason": reason}
    ) as act:
        if not reason.strip():
            raise ReasonMissing(field="reason")
        if act.case.status == Status.SUBMITTED:
            return stop(act, StopGround.APPLICANT_REQUEST, reason)
        return act.record(
            EventKind.WITHDRAWAL_REQUESTED, changes={"status": Status.WITHDRAWAL_REQUESTED}, text=reason
        )


def withdraw_application(code: str, *, reason: str, by: Actor, at: datetime, request_key: str) -> int:
    """The applicant's side withdraws every case of the application that this one belongs to and that is still open to it.

    Each is an act of its own, the last opened first, so that none is stopped because of another; what has ended stays.
    A repeat goes on where the first was cut off. Gives how many were withdrawn. Raises what `request_withdrawal` does.
    """
    case = case_seen_by(code, seen_by=by).case
    group = group_of(case, seen_by=by)
    codes = [each.case.code for each in group.cases] if group else [case.code]
    withdrawn = 0
    for each in reversed(codes):
        try:
            request_withdrawal(each, reason=reason, by=by, at=at, request_key=f"{each}:{request_key}"[:80])
        except VerbNotOpen:
            continue
        except Replayed:
            pass
        withdrawn += 1
    if not withdrawn:
        raise VerbNotOpen(status=str(Status(case.status).label))
    return withdrawn


def decline_withdrawal(code: str, *, reason: str, by: Actor, at: datetime, request_key: str) -> CaseEvent:
    """The withdrawal is not granted, since a decision exists or the law does not allow it: back to where it was.

    Raises ReasonMissing, and what all verbs raise.
    """
    with acting(
        "decline_withdrawal", code, by=by, at=at, request_key=request_key, body={"reason": reason}
    ) as act:
        if not reason.strip():
            raise ReasonMissing(field="reason")
        asked = last_of(act.entries, EventKind.WITHDRAWAL_REQUESTED)
        assert asked is not None and asked.from_status is not None
        return act.record(EventKind.WITHDRAWAL_DECLINED, changes={"status": asked.from_status}, text=reason)


# Grounds that presuppose a status: nothing lapses that nobody waits for.
_ONLY_WHILE = {
    StopGround.APPLICANT_REQUEST: Status.WITHDRAWAL_REQUESTED,
    StopGround.SUPPLEMENT_LAPSED: Status.AWAITING_SUPPLEMENT,
    StopGround.PAYMENT_LAPSED: Status.AWAITING_PAYMENT,
}


def stop_case(code: str, *, ground: str, text: str, by: Actor, at: datetime, request_key: str) -> CaseEvent:
    """Stops the case on a ground of the fixed list, with form 05. (Thông tư 03/2025/TT-VPCP, article 7.)

    Raises ReasonUnknown, also for a ground that does not fit the status, ReasonMissing, and what all verbs raise.
    """
    body = {"ground": ground, "text": text}
    with acting("stop_case", code, by=by, at=at, request_key=request_key, body=body) as act:
        if ground not in StopGround.values:
            raise ReasonUnknown(field="ground")
        if act.case.status != _ONLY_WHILE.get(StopGround(ground), act.case.status):
            raise ReasonUnknown(field="ground")
        if not text.strip():
            raise ReasonMissing(field="text")
        return stop(act, StopGround(ground), text)


def stop(act: Act, ground: StopGround, text: str) -> CaseEvent:
    """The act itself, on a case already locked; the program plays it when a window has ended.

    What was paid for a service not done is proposed to be paid back.
    """
    lapse_offer(act)
    lapse_opinions(act)
    event = act.record(
        EventKind.CASE_STOPPED,
        changes={"status": Status.STOPPED, "ended_at": act.at},
        data={"ground": ground.value, **refunds_of_end(act, _refunded_as(ground))},
        text=text,
    )
    issue_form_05(act, event, ground, text)
    owe_dependants(act, event)
    return event


def _refunded_as(ground: StopGround) -> RefundGround:
    return RefundGround.CANCELLED if ground == StopGround.APPLICANT_REQUEST else RefundGround.STOPPED
