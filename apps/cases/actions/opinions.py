"""Opinions: another agency is asked while the case stays; it answers, is reminded, or is asked no more. No clock stops."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils import timezone

from apps.accounts.actors import Actor
from apps.cases.actions.act_papers import evidence, keep_paper, paper_given
from apps.cases.actions.acting import Act, acting
from apps.cases.actions.answers_due import opinion_due
from apps.cases.choices import EventKind, OpinionEnd, Status
from apps.cases.errors import (
    AgencyUnknown,
    OpinionAwaited,
    OpinionHoursWrong,
    OpinionUnknown,
    ReasonMissing,
    RemindedToday,
)
from apps.cases.models import CaseEvent, OpinionRequest
from apps.cases.policies import opinions_answered_by
from apps.core.spoken import moment
from apps.units.models import Agency

# Fifteen working days: what needs longer is no opinion beside a case.
MOST_HOURS = 120


def request_opinion(
    code: str, *, to_agency: int, hours: int, question: str, by: Actor, at: datetime, request_key: str
) -> CaseEvent:
    """Asks another agency, which has `hours` working hours to answer; the case and its time stay where they are.

    Raises ReasonMissing, AgencyUnknown, OpinionHoursWrong, OpinionAskedAlready, HandoverOpen, and what all verbs raise.
    """
    body = {"to_agency": to_agency, "hours": hours, "question": question}
    with acting("request_opinion", code, by=by, at=at, request_key=request_key, body=body) as act:
        if not question.strip():
            raise ReasonMissing(field="question")
        if not 1 <= hours <= MOST_HOURS:
            raise OpinionHoursWrong(field="hours", most=MOST_HOURS)
        case = act.case
        agency = Agency.objects.valid_on(timezone.localdate(act.at)).filter(pk=to_agency).first()
        if agency is None or agency.pk == case.current_agency_id:
            raise AgencyUnknown(field="to_agency")
        number = OpinionRequest.objects.filter(case=case).count() + 1
        due = opinion_due(agency, act.at, hours)
        event = act.record(
            EventKind.OPINION_REQUESTED,
            changes={"status": Status.IN_PROGRESS} if case.handler_id == by.user_id else {},
            data={"opinion": number, "of_agency": agency.pk, "due": due},
            text=question,
        )
        OpinionRequest.objects.create(
            case=case,
            number=number,
            from_agency_id=case.current_agency_id,
            to_agency=agency,
            question=event,
            asked_at=act.at,
            asked_by_id=by.account_id,
            hours=hours,
            due_at=due,
        )
        return event


def give_opinion(
    code: str,
    *,
    number: int,
    text: str,
    attachment: UUID | None = None,
    by: Actor,
    at: datetime,
    request_key: str,
) -> CaseEvent:
    """The agency that was asked answers. Raises OpinionUnknown, ReasonMissing, AttachmentUnknown, and what all verbs raise."""
    body = {"number": number, "text": text, "attachment": attachment}
    with acting("give_opinion", code, by=by, at=at, request_key=request_key, body=body) as act:
        asked = next((each for each in opinions_answered_by(by, act.standing) if each.number == number), None)
        if asked is None:
            raise OpinionUnknown(field="number")
        if not text.strip():
            raise ReasonMissing(field="text")
        file = paper_given(act, attachment)
        event = act.record(
            EventKind.OPINION_GIVEN,
            data={
                "opinion": number,
                "of_agency": asked.to_agency_id,
                "is_late": act.at > asked.due_at,
                **evidence(file),
            },
            text=text,
        )
        keep_paper(act, event, file)
        asked.answer = event
        _close(act, asked, OpinionEnd.GIVEN, by.user_id)
        return event


def remind_opinion(code: str, *, number: int, by: Actor, at: datetime, request_key: str) -> CaseEvent:
    """Reminds the agency, once a day; it is marked in that agency's list. Raises OpinionUnknown, RemindedToday."""
    with acting(
        "remind_opinion", code, by=by, at=at, request_key=request_key, body={"number": number}
    ) as act:
        asked = _open(act, number)
        if asked.reminded_at and timezone.localdate(asked.reminded_at) == timezone.localdate(act.at):
            raise RemindedToday()
        asked.reminded_at = act.at
        asked.save(update_fields=["reminded_at"])
        return act.record(
            EventKind.OPINION_REMINDED, data={"opinion": number, "of_agency": asked.to_agency_id}
        )


def revoke_opinion(
    code: str, *, number: int, reason: str, by: Actor, at: datetime, request_key: str
) -> CaseEvent:
    """The opinion is not needed any more. Raises OpinionUnknown, ReasonMissing, and what all verbs raise."""
    body = {"number": number, "reason": reason}
    with acting("revoke_opinion", code, by=by, at=at, request_key=request_key, body=body) as act:
        asked = _open(act, number)
        if not reason.strip():
            raise ReasonMissing(field="reason")
        _close(act, asked, OpinionEnd.REVOKED, by.user_id)
        return act.record(
            EventKind.OPINION_REVOKED,
            data={"opinion": number, "of_agency": asked.to_agency_id},
            text=reason,
        )


def refuse_awaited_opinion(act: Act) -> None:
    """Raises OpinionAwaited while an agency may still answer in time; past that its silence keeps nobody."""
    waiting = [asked for asked in act.standing.open_opinions if asked.due_at >= act.at]
    if waiting:
        raise OpinionAwaited(due=moment(max(asked.due_at for asked in waiting)))


def lapse_opinions(act: Act) -> None:
    """What nobody has answered is asked no more once the case has ended."""
    for asked in OpinionRequest.objects.filter(case=act.case, ended_at__isnull=True):
        _close(act, asked, OpinionEnd.LAPSED, None)


def _open(act: Act, number: int) -> OpinionRequest:
    asked = next((each for each in act.standing.open_opinions if each.number == number), None)
    if asked is None:
        raise OpinionUnknown(field="number")
    return asked


def _close(act: Act, asked: OpinionRequest, end: OpinionEnd, by: int | None) -> None:
    asked.end, asked.ended_at, asked.ended_by_id = end, act.at, by
    asked.save(update_fields=["end", "ended_at", "ended_by", "answer"])
