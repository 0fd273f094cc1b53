"""Being late: extended once in good time with an apology, or apologised for afterwards; form 04 either way."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from apps.accounts.actors import Actor
from apps.calendars.selectors import working_calendar
from apps.calendars.working_time import Limit, Unit
from apps.cases.actions.acting import Act, acting
from apps.cases.actions.intake import limit_of_clock
from apps.cases.choices import EventKind
from apps.cases.errors import (
    ApologisedAlready,
    ExtendedOnce,
    ExtensionTooLate,
    NewTimeWrong,
    NotLate,
    ReasonMissing,
)
from apps.cases.history import last_of
from apps.cases.models import CaseEvent
from apps.cases.papers import issue_form_04
from apps.core.canonical import spell_moment

AHEAD = timedelta(hours=8)
_FURTHEST = timedelta(days=366)
# Limits up to a day: for these an extension is in time until the very end. Nothing by number for the same day.
_A_DAY = {Unit.SAME_DAY: 1, Unit.WORKING_HOUR: 8, Unit.CLOCK_HOUR: 24, Unit.WORKING_DAY: 1, Unit.DAY: 1}


def extend_deadline(
    code: str, *, until: datetime, reason: str, by: Actor, at: datetime, request_key: str
) -> CaseEvent:
    """Gives the case a new time, once, with an apology (form 04); the old promise stays beside it.

    In good time: at least 8 working hours before the time runs out, for limits up to a day at any moment before.
    Raises ExtendedOnce, ExtensionTooLate, ReasonMissing, NewTimeWrong, ConfirmationAwaited, and what all verbs raise.
    (Nghị định 118/2025/NĐ-CP, articles 19 and 20; Thông tư 03/2025/TT-VPCP, form 04.)
    """
    body = {"until": until, "reason": reason}
    with acting("extend_deadline", code, by=by, at=at, request_key=request_key, body=body) as act:
        if last_of(act.entries, EventKind.DEADLINE_EXTENDED) is not None:
            raise ExtendedOnce()
        calendar = working_calendar(act.case.calendar_version_id)
        is_short = is_up_to_a_day(limit_of_clock(act))
        left = calendar.working_between(act.at, act.case.due_at)
        if act.at > act.case.due_at or (left < AHEAD and not is_short):
            raise ExtensionTooLate(due=spoken(act.case.due_at))
        if not reason.strip():
            raise ReasonMissing(field="reason")
        refuse_new_time(act, until, "until")
        promised = act.case.promised_due_at
        event = act.record(EventKind.DEADLINE_EXTENDED, data={"until": spell_moment(until)}, text=reason)
        issue_form_04(act, event, reason=reason, promised=promised, renewed=act.case.renewed_due_at)
        return event


def apologise_late(
    code: str,
    *,
    expected: datetime | None = None,
    reason: str,
    by: Actor,
    at: datetime,
    request_key: str,
) -> CaseEvent:
    """Apologises to the applicant once the time has run out (form 04). It moves no time: the case is late and stays so.

    `expected` is when the result is likely, where that can be said; it is printed and binds nobody's clock. Raises
    NotLate, ApologisedAlready for the same delay, ReasonMissing, NewTimeWrong, and what all verbs raise.
    """
    body = {"expected": expected, "reason": reason}
    with acting("apologise_late", code, by=by, at=at, request_key=request_key, body=body) as act:
        case = act.case
        if act.at <= case.due_at:
            raise NotLate(due=spoken(case.due_at))
        before = last_of(act.entries, EventKind.LATE_APOLOGISED)
        if before is not None and before.at > case.due_at:
            raise ApologisedAlready()
        if not reason.strip():
            raise ReasonMissing(field="reason")
        if expected is not None:
            refuse_new_time(act, expected, "expected")
        event = act.record(
            EventKind.LATE_APOLOGISED,
            data={"expected": spell_moment(expected) if expected else None},
            text=reason,
        )
        issue_form_04(act, event, reason=reason, promised=case.promised_due_at, renewed=expected)
        return event


def is_up_to_a_day(limit: Limit) -> bool:
    """Whether a limit gives a day or less, by its own unit."""
    return limit.value <= _A_DAY[limit.unit]


def refuse_new_time(act: Act, until: datetime, field: str) -> None:
    """Raises NewTimeWrong unless the time lies after what was to hold, in counted time, and at most a year ahead."""
    calendar, after = working_calendar(act.case.calendar_version_id), max(act.at, act.case.due_at)
    local = timezone.localtime(until)
    is_worked = until <= act.at + _FURTHEST and any(
        session.start < local.time() <= session.end for session in calendar.counted_sessions(local.date())
    )
    if not is_worked or until <= after:
        raise NewTimeWrong(field=field, due=spoken(after))


def spoken(moment: datetime) -> str:
    """A moment as a refusal says it."""
    return timezone.localtime(moment).strftime("%H:%M %d/%m/%Y")
