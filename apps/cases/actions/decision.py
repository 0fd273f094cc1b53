"""The decision: proposed by the handler, approved by somebody else, released by the registrar, handed over."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.utils import timezone

from apps.accounts.actors import Actor
from apps.applications.actions import own_attachments
from apps.applications.choices import Delivery
from apps.applications.errors import FileKindRefused
from apps.applications.selectors import acting_parties, has_account
from apps.cases.actions.acting import Act, acting
from apps.cases.actions.custody import give_back, send_along
from apps.cases.actions.dependants import owe_dependants
from apps.cases.actions.intake import applicable_limit, refuse_unpaid
from apps.cases.actions.opinions import lapse_opinions, refuse_awaited_opinion
from apps.cases.choices import EventKind, Outcome, RefusalReason, Status
from apps.cases.errors import (
    AccountMissing,
    AttachmentUnknown,
    DeliveryIncomplete,
    NotApproved,
    NothingProposed,
    NumberMissing,
    OutcomeUnknown,
    ProposerMayNotApprove,
    ReasonMissing,
    ReasonUnknown,
    ResultDateWrong,
    StepNeedsItsAct,
)
from apps.cases.history import last_of
from apps.cases.models import CaseEvent, CaseResult
from apps.procedures.choices import PayBefore, StepAct
from apps.procedures.conditions import facts_used


def propose_result(
    code: str, *, outcome: str, reason: str = "", text: str, by: Actor, at: datetime, request_key: str
) -> CaseEvent:
    """The handler proposes to grant, grant in part or refuse; a refusal needs a reason from the list.

    Raises OutcomeUnknown, ReasonUnknown, ReasonMissing, StepNeedsItsAct while an earlier step is open, OpinionAwaited,
    HandoverOpen, and what all verbs raise.
    """
    body = {"outcome": outcome, "reason": reason, "text": text}
    with acting("propose_result", code, by=by, at=at, request_key=request_key, body=body) as act:
        if outcome not in Outcome.values:
            raise OutcomeUnknown(field="outcome")
        if outcome == Outcome.REFUSED and reason not in RefusalReason.values:
            raise ReasonUnknown(field="reason")
        if not text.strip():
            raise ReasonMissing(field="text")
        refuse_awaited_opinion(act)
        return act.record(
            EventKind.RESULT_PROPOSED,
            changes={
                "status": Status.IN_PROGRESS,
                "step": _step_after(act, StepAct.PROPOSE_RESULT),
                "proposed_by_id": by.user_id,
                "outcome": outcome,
            },
            data={"outcome": outcome, "reason": reason, **_limit_of(act, outcome)},
            text=text,
        )


def _limit_of(act: Act, outcome: str) -> dict[str, int]:
    """The limit that this outcome has of its own, where the version says so: it decides from now on."""
    limits = act.rules.time_limits
    own = {limit.position for limit in limits if "outcome" in facts_used(limit.condition)}
    position = applicable_limit(act, outcome) if own else None
    return {"limit": position} if position is not None and position in own else {}


def _step_after(act: Act, closing: StepAct) -> int | None:
    """The step that follows once this act closes its own. Raises StepNeedsItsAct when an earlier one is open."""
    if act.case.step is None:
        return None
    step = act.rules.step(act.case.step)
    if step.act != closing:
        raise StepNeedsItsAct(act=str(StepAct(step.act).label))
    # Steps that could be left out or done elsewhere stand before the proposal.
    following = act.rules.steps_after(step.position)
    return following[0].position if following else step.position


def send_back(code: str, *, text: str, by: Actor, at: datetime, request_key: str) -> CaseEvent:
    """The approver gives the proposal back to the handler with a reason.

    Raises NothingProposed, ReasonMissing, and what all verbs raise.
    """
    with acting("send_back", code, by=by, at=at, request_key=request_key, body={"text": text}) as act:
        _refuse_undecidable(act)
        if not text.strip():
            raise ReasonMissing(field="text")
        return act.record(EventKind.PROPOSAL_SENT_BACK, changes=act.undecided(), text=text)


def _refuse_undecidable(act: Act) -> None:
    """Raises NothingProposed unless a proposal waits to be approved or sent back."""
    if act.case.proposed_by_id is None or act.case.approved_by_id is not None:
        raise NothingProposed()


def approve_result(code: str, *, by: Actor, at: datetime, request_key: str) -> CaseEvent:
    """Signs the proposal; the status stays until the registrar releases the result.

    Raises NothingProposed, ProposerMayNotApprove, FeesUnpaid for what is due before the decision, and what all verbs
    raise.
    """
    with acting("approve_result", code, by=by, at=at, request_key=request_key) as act:
        _refuse_undecidable(act)
        if act.case.proposed_by_id == by.user_id:
            raise ProposerMayNotApprove()
        refuse_unpaid(act, PayBefore.DECISION)
        return act.record(
            EventKind.RESULT_APPROVED,
            changes={"approved_by_id": by.user_id, "step": _step_after(act, StepAct.APPROVE_RESULT)},
            data={"outcome": act.case.outcome},
        )


def release_result(
    code: str, *, number: str, dated_on: date, attachment: UUID, by: Actor, at: datetime, request_key: str
) -> CaseEvent:
    """The registrar enters number and date and releases the signed file, granted or refused; the clock ends.

    A result released again after reopening names and supersedes the one before it. What the applicant chose to have
    electronically is delivered by the program at once. Raises HandoverOpen, NotApproved, NumberMissing, ResultDateWrong
    for a date before the approval or to come, NumberTaken, AttachmentUnknown, FileKindRefused, and what all verbs raise.
    """
    body = {"number": number, "dated_on": dated_on, "attachment": attachment}
    with acting("release_result", code, by=by, at=at, request_key=request_key, body=body) as act:
        case = act.case
        if case.approved_by_id is None:
            raise NotApproved()
        if not number.strip():
            raise NumberMissing(field="number")
        _refuse_date(act, dated_on)
        file = own_attachments([attachment], by=by).get(attachment)
        if file is None:
            raise AttachmentUnknown(field="attachment")
        if file.media_type != "application/pdf":
            raise FileKindRefused(field="attachment")
        old = CaseResult.objects.filter(case=case, superseded_by__isnull=True).first()
        result = CaseResult.objects.create(
            agency_id=case.current_agency_id,
            case=case,
            outcome=case.outcome,
            number=number.strip(),
            dated_on=dated_on,
            attachment=file,
            signed_by_id=case.approved_by_id,
            released_by_id=by.account_id,
            released_at=act.at,
            supersedes=old,
        )
        send_along(act, case.returning_agency_id)
        lapse_opinions(act)
        event = act.record(
            EventKind.RESULT_RELEASED,
            changes={
                "status": Status.RESOLVED,
                "ended_at": act.at,
                "current_agency_id": case.returning_agency_id,
                "handler_id": None,
                "pool_id": None,
            },
            data={
                "result": result.pk,
                "outcome": case.outcome,
                "sha256": bytes(file.sha256).hex(),
                "supersedes": old.pk if old else None,
            },
        )
        owe_dependants(act, event)
        if case.application.delivery == Delivery.ELECTRONIC:
            act.owe("apps.cases.tasks.deliver_result", f"deliver:{event.pk}", code=case.code)
        return event


def _refuse_date(act: Act, dated_on: date) -> None:
    approved = last_of(act.entries, EventKind.RESULT_APPROVED)
    assert approved is not None
    decided, today = timezone.localdate(approved.at), timezone.localdate(act.at)
    if not decided <= dated_on <= today:
        raise ResultDateWrong(field="dated_on", decided=f"{decided:%d/%m/%Y}", today=f"{today:%d/%m/%Y}")


def hand_over_result(
    code: str, *, delivery: str, recipient: str, by: Actor, at: datetime, request_key: str
) -> CaseEvent:
    """Gives the result to an identified person, to a carrier with its number, or into the applicant's own store.

    On paper the originals that were filed are given back with it.

    `recipient` says who, or the carrier and number. Raises DeliveryIncomplete, FeesUnpaid for what is due before
    hand-over, and what all verbs raise.
    """
    body = {"delivery": delivery, "recipient": recipient}
    with acting("hand_over_result", code, by=by, at=at, request_key=request_key, body=body) as act:
        return deliver(act, delivery, recipient)


def _has_account(act: Act) -> bool:
    return has_account(acting_parties(act.case.application_id), day=timezone.localdate(act.at))


def deliver(act: Act, delivery: str, recipient: str) -> CaseEvent:
    """The act itself, on a case already locked; the program plays it for electronic delivery."""
    if delivery not in Delivery.values:
        raise DeliveryIncomplete(field="delivery")
    if delivery == Delivery.ELECTRONIC and not _has_account(act):
        raise AccountMissing(field="delivery")
    if delivery != Delivery.ELECTRONIC and not recipient.strip():
        raise DeliveryIncomplete(field="recipient")
    refuse_unpaid(act, PayBefore.HAND_OVER)
    # Into an account no paper goes: the originals wait at the desk.
    is_on_paper = delivery != Delivery.ELECTRONIC
    given = give_back(act, is_in_person=delivery == Delivery.COUNTER) if is_on_paper else []
    return act.record(
        EventKind.RESULT_HANDED_OVER,
        changes={"status": Status.DELIVERED},
        data={"delivery": delivery, **({"originals": given} if given else {})},
        text=recipient,
    )
