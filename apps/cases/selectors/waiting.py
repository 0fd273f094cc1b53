"""Cases that wait for their applicant: whose windows end, and what another authority has set."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from apps.accounts.actors import Actor
from apps.calendars.working_time import Limit
from apps.cases.choices import EventKind, Status
from apps.cases.history import last_of
from apps.cases.models import Case, CaseEvent, Obligation
from apps.cases.selectors.parts import correctable_of, entries_of
from apps.cases.selectors.receipted import answerable_receipts
from apps.procedures.selectors import most_with_verification, rules_of, window_of


def windows_ending(until: datetime) -> Iterable[Case]:
    """Cases whose applicant's window ends before a moment, the first to end first; not while a withdrawal waits."""
    return (
        Case.objects.filter(applicant_due_at__lt=until)
        .exclude(status=Status.WITHDRAWAL_REQUESTED)
        .only("code", "applicant_due_at", "calendar_version_id", "last_sequence")
        .order_by("applicant_due_at", "id")
        .iterator(chunk_size=500)
    )


def obligations_of(case: Case) -> list[Obligation]:
    """What other authorities have set in the case, each time."""
    return list(Obligation.objects.filter(case=case).select_related("asked_by").order_by("number"))


def draft_of(case: Case) -> str:
    """The wording that waits to be confirmed; empty where none does. The caller has asked who reads it."""
    if not case.is_draft_awaited:
        return ""
    asked = (
        CaseEvent.objects.filter(case=case, kind=EventKind.CONFIRMATION_ASKED)
        .select_related("text")
        .latest("sequence")
    )
    return str(asked.text.text) if asked.text.redacted_at is None else ""


def is_provided_for(verb: str, of: Case, by: Actor) -> bool:
    """Whether a case's version provides for a verb that only some versions do; and whether there is a paper to correct."""
    rules = rules_of(of.version_id)
    match verb:
        case "correct_paper":
            return bool(correctable_of(of, by=by))
        case "notify_receipt_error" | "replace_receipt":
            return bool(answerable_receipts(of, by=by))
        case "ask_confirmation":
            return window_of(rules.version, "confirmation") is not None
        case "prolong_by_agreement":
            return rules.version.is_agreement_provided
        case "prolong_for_verification":
            return any(limit.verified_value for limit in rules.time_limits)
    return True


def most_to_verify(case: Case) -> Limit | None:
    """The most that the case's limit gives in all where facts must be verified; None where it gives no more."""
    accepted = last_of(entries_of(case), EventKind.INTAKE_ACCEPTED)
    if accepted is None:
        return None
    return most_with_verification(rules_of(case.version_id).time_limit(accepted.data["limit"]))
