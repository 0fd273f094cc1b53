"""Lawful prolongations, for which nobody apologises: to verify facts, once; or as the applicant agrees in writing."""

from __future__ import annotations

from datetime import datetime

from apps.accounts.actors import Actor
from apps.calendars.working_time import Limit
from apps.cases.actions.acting import Act, acting
from apps.cases.actions.extension import refuse_new_time, spoken
from apps.cases.actions.intake import limit_row_of_clock
from apps.cases.choices import EventKind
from apps.cases.errors import (
    AgreementMissing,
    DuePassed,
    NotProvidedFor,
    ProlongedOnce,
    ReasonMissing,
    VerificationTooLong,
)
from apps.cases.history import last_of
from apps.cases.models import CaseEvent
from apps.core.canonical import spell_moment
from apps.procedures.choices import LimitUnit
from apps.procedures.selectors import as_limit, most_with_verification


def prolong_for_verification(
    code: str, *, value: int, reason: str, by: Actor, at: datetime, request_key: str
) -> CaseEvent:
    """Lengthens the limit, once, to `value` in all, in the unit and up to the most that the version gives to verify.

    The promise and the law's time are re-set. Raises NotProvidedFor, ProlongedOnce, DuePassed, ReasonMissing,
    VerificationTooLong, ConfirmationAwaited, and what all verbs raise. (Luật Hộ tịch: marriage, recognition of parents,
    change and correction.)
    """
    body = {"value": value, "reason": reason}
    with acting("prolong_for_verification", code, by=by, at=at, request_key=request_key, body=body) as act:
        row = limit_row_of_clock(act)
        most = most_with_verification(row)
        if most is None:
            raise NotProvidedFor()
        if last_of(act.entries, EventKind.PROLONGED_TO_VERIFY) is not None:
            raise ProlongedOnce()
        _refuse_late_or_groundless(act, reason)
        least = as_limit(row)
        if not (least.value if least.unit == most.unit else 0) < value <= most.value:
            raise VerificationTooLong(field="value", limit=_in_words(most))
        said = {"value": value, "unit": most.unit.value}
        return act.record(EventKind.PROLONGED_TO_VERIFY, data=said, text=reason)


def prolong_by_agreement(
    code: str,
    *,
    until: datetime,
    agreement: str,
    reason: str,
    by: Actor,
    at: datetime,
    request_key: str,
) -> CaseEvent:
    """Sets the time on which the applicant has agreed in writing; the promise and the law's time are re-set.

    `agreement` names the paper. Raises NotProvidedFor, DuePassed, ReasonMissing, AgreementMissing, NewTimeWrong,
    ConfirmationAwaited, and what all verbs raise. (Nghị định 23/2015/NĐ-CP, articles 21, 33 and 37.)
    """
    body = {"until": until, "agreement": agreement, "reason": reason}
    with acting("prolong_by_agreement", code, by=by, at=at, request_key=request_key, body=body) as act:
        if not act.rules.version.is_agreement_provided:
            raise NotProvidedFor()
        _refuse_late_or_groundless(act, reason)
        if not agreement.strip():
            raise AgreementMissing(field="agreement")
        refuse_new_time(act, until, "until")
        text = f"{reason.strip()}\n{agreement.strip()}"
        return act.record(EventKind.PROLONGED_BY_AGREEMENT, data={"until": spell_moment(until)}, text=text)


def _refuse_late_or_groundless(act: Act, reason: str) -> None:
    if act.at > act.case.due_at:
        raise DuePassed(due=spoken(act.case.due_at))
    if not reason.strip():
        raise ReasonMissing(field="reason")


def _in_words(limit: Limit) -> str:
    return f"{limit.value} {LimitUnit(limit.unit.value).label}"
