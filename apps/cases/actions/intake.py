"""Intake: the desk accepts an application with form 01, or declines it with form 03."""

from __future__ import annotations

from datetime import datetime

from apps.accounts.actors import Actor
from apps.calendars.working_time import Limit, Unit
from apps.cases.actions.acting import Act, acting
from apps.cases.actions.dependants import owe_dependants
from apps.cases.actions.handover import lapse_offer
from apps.cases.actions.refunding import refunds_of_end
from apps.cases.actions.routing import calendar_of_clock, is_taken_at_desk
from apps.cases.actions.steps import enter, next_step
from apps.cases.choices import DeclineReason, EventKind, Routing, Status
from apps.cases.deadlines import with_verification
from apps.cases.errors import FeesUnpaid, NotCompetent, ReasonMissing, ReasonUnknown
from apps.cases.history import last_of
from apps.cases.models import CaseEvent
from apps.cases.papers import issue_form_01, issue_form_03
from apps.cases.selectors import facts_of_case, owed_at
from apps.procedures.choices import PayBefore
from apps.procedures.conditions import holds
from apps.procedures.models import TimeLimit
from apps.procedures.selectors import as_limit
from apps.receipts.choices import RefundGround


def accept_intake(code: str, *, by: Actor, at: datetime, request_key: str) -> CaseEvent:
    """Accepts an application: the case clock starts and form 01 promises when the result is handed over.

    Raises FeesUnpaid while something due before acceptance is open, NotCompetent for a case from online that is not
    yet with its competent agency, and what all verbs raise. (Thông tư 03/2025/TT-VPCP, form 01.)
    """
    with acting("accept_intake", code, by=by, at=at, request_key=request_key) as act:
        case = act.case
        if not is_taken_at_desk(case) and case.routing != Routing.ROUTED:
            raise NotCompetent()
        refuse_unpaid(act, PayBefore.FILING, PayBefore.ACCEPTANCE)
        changes, elsewhere = enter(act, next_step(act, case.step)) if case.step is not None else ({}, {})
        event = act.record(
            EventKind.INTAKE_ACCEPTED,
            changes={
                "status": Status.ACCEPTED,
                "accepted_at": act.at,
                **changes,
            },
            data={"limit": applicable_limit(act), **elsewhere},
            calendar_version=calendar_of_clock(case, act.at),
        )
        issue_form_01(act, event)
        if case.routing == Routing.PENDING:
            act.owe("apps.cases.tasks.route_case", f"route:{case.code}", code=case.code)
        return event


def applicable_limit(act: Act, outcome: str = "") -> int:
    """The position of the first limit whose condition holds for the case as filed, and for its outcome once proposed."""
    facts = {**facts_of_case(act.case), "outcome": outcome or None}
    limits = act.rules.time_limits
    return next((limit.position for limit in limits if holds(limit.condition, facts)), limits[0].position)


def limit_row_of_clock(act: Act) -> TimeLimit:
    """The limit that the acceptance chose, as the version says it."""
    accepted = last_of(act.entries, EventKind.INTAKE_ACCEPTED)
    assert accepted is not None
    return act.rules.time_limit(accepted.data["limit"])


def limit_of_clock(act: Act) -> Limit:
    """The limit that runs: that of acceptance, or the longer one with the time to verify."""
    limit = as_limit(limit_row_of_clock(act))
    prolonged = last_of(act.entries, EventKind.PROLONGED_TO_VERIFY)
    if prolonged is None:
        return limit
    return with_verification(limit, Limit(prolonged.data["value"], Unit(prolonged.data["unit"])))


def refuse_unpaid(act: Act, *gates: PayBefore) -> None:
    """Raises FeesUnpaid when the applicant owes something at one of these gates."""
    owed = owed_at(act.case, *gates)
    if owed:
        raise FeesUnpaid(amount=f"{owed:,}".replace(",", "."), due=owed)


def decline_intake(
    code: str, *, reason: str, text: str, by: Actor, at: datetime, request_key: str
) -> CaseEvent:
    """Declines to take an application in: a reason from the list, in words, with how to complain (form 03).

    What was paid is proposed to be paid back.
    Raises ReasonUnknown, ReasonMissing, and what all verbs raise.
    """
    body = {"reason": reason, "text": text}
    with acting("decline_intake", code, by=by, at=at, request_key=request_key, body=body) as act:
        if reason not in DeclineReason.values:
            raise ReasonUnknown(field="reason")
        if not text.strip():
            raise ReasonMissing(field="text")
        lapse_offer(act)
        event = act.record(
            EventKind.INTAKE_DECLINED,
            changes={"status": Status.DECLINED, "ended_at": act.at},
            data={"reason": reason, **refunds_of_end(act, RefundGround.DECLINED)},
            text=text,
        )
        issue_form_03(act, event, DeclineReason(reason), text)
        owe_dependants(act, event)
        return event
