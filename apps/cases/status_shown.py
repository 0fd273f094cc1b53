"""What a status always shows, to whoever may see it: who received and handles, all times, why it stopped, what to do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from apps.applications.choices import Delivery
from apps.calendars.selectors import working_calendar
from apps.cases.choices import (
    HOW_TO_COMPLAIN,
    DeclineReason,
    EventKind,
    Outcome,
    ProvisionSubject,
    RefusalReason,
    Routing,
    Status,
    StopGround,
    UnroutableReason,
)
from apps.cases.deadlines import ClockRules, cases_awaited, clock_rules
from apps.cases.due_explained import DueExplained, due_explained
from apps.cases.history import Entry, effective, last_of
from apps.cases.models import Case, CaseEvent
from apps.cases.selectors import (
    ENDED,
    Owed,
    Provision,
    entries_of,
    fees_of,
    has_originals,
    owed_of,
    provision_of,
)
from apps.procedures.selectors import rules_of

# What an office says to itself before anything is signed is no news for the applicant.
_INTERNAL = frozenset(
    {EventKind.RESULT_PROPOSED, EventKind.PROPOSAL_SENT_BACK, EventKind.RESULT_APPROVED, EventKind.ACT_UNDONE}
)


_SUBJECTS = {
    DeclineReason: ProvisionSubject.DECLINE,
    RefusalReason: ProvisionSubject.REFUSE,
    StopGround: ProvisionSubject.STOP,
}


# Nothing is due any more, and nothing was promised.
_WITHOUT_PROMISE = (Status.DECLINED, Status.STOPPED)


@dataclass(frozen=True, slots=True)
class Milestone:
    """One line of the timeline: what happened, when, at which agency."""

    kind: EventKind
    at: datetime
    agency: str


@dataclass(frozen=True, slots=True)
class StatusShown:
    """The status of a case in the reader's language; nothing personal is in it but the names of officials.

    `explained` says of each due time in a sentence why it is then. `provision` is that on which `why` rests; `how_to_complain` is empty where there is nothing to complain of.
    `unestablished` says of what is shown here what is ours and not the law's, a sentence each.
    """

    code: str
    status: Status
    procedure_code: str
    procedure: str
    receiving_agency: str
    competent_agency: str
    current_agency: str
    returning_agency: str
    received_by: str
    handled_by: str
    received_at: datetime
    accepted_at: datetime | None
    handling_since: datetime | None
    promised_at: datetime | None
    is_clock_running: bool
    intake_due_at: datetime | None
    withdrawal_due_at: datetime | None
    applicant_due_at: datetime | None
    ended_at: datetime | None
    outcome: str
    why: str
    provision: Provision | None
    how_to_complain: str
    complaint_provision: Provision | None
    to_do: str
    owed: int
    is_fee_established: bool
    milestones: tuple[Milestone, ...]
    explained: tuple[DueExplained, ...]
    unestablished: tuple[str, ...]


def status_shown(case: Case) -> StatusShown:
    """All that the law wants shown of a case; the caller has asked whether the reader may see it."""
    entries = entries_of(case)
    accepted = last_of(entries, EventKind.INTAKE_ACCEPTED)
    begun = last_of(entries, EventKind.HANDLER_ASSIGNED)
    status = Status(case.status)
    events = {
        event.sequence: event
        for event in CaseEvent.objects.filter(case=case)
        .select_related("by", "to_agency", "handler")
        .order_by("sequence")
    }
    owed = owed_of(fees_of(case))
    reason = _reason_in_law(case, entries)
    is_adverse = _is_adverse(case, reason)
    return StatusShown(
        code=case.code,
        status=status,
        procedure_code=case.version.procedure.code,
        procedure=case.version.procedure.title,
        receiving_agency=case.receiving_agency.title,
        competent_agency=case.competent_agency.title if case.competent_agency else "",
        current_agency=case.current_agency.title,
        returning_agency=case.returning_agency.title,
        received_by=_who(events, accepted),
        handled_by=_handler(events, begun),
        received_at=case.received_at,
        accepted_at=case.accepted_at,
        handling_since=begun.at if begun else None,
        promised_at=case.renewed_due_at or case.promised_due_at,
        is_clock_running=case.is_clock_running,
        intake_due_at=case.intake_due_at
        if status == Status.SUBMITTED and not case.is_prerequisite_awaited
        else None,
        withdrawal_due_at=case.withdrawal_due_at,
        applicant_due_at=case.applicant_due_at,
        ended_at=case.ended_at,
        outcome=str(Outcome(case.outcome).label) if case.outcome and case.ended_at else "",
        why=str(reason.label) if reason else _why(case, entries),
        provision=provision_of(_SUBJECTS[type(reason)], reason) if reason else None,
        how_to_complain=str(HOW_TO_COMPLAIN) if is_adverse else "",
        complaint_provision=provision_of(ProvisionSubject.COMPLAIN) if is_adverse else None,
        to_do=_to_do(case, owed),
        owed=owed.amount,
        is_fee_established=owed.is_established,
        milestones=tuple(
            Milestone(entry.kind, entry.at, events[entry.sequence].to_agency.title)
            for entry in effective(entries)
            if entry.sequence in events and entry.kind not in _INTERNAL
        ),
        explained=()
        if status in _WITHOUT_PROMISE or case.is_prerequisite_awaited
        else due_explained(entries, _clock_rules(case)),
        unestablished=tuple(_unestablished(case)),
    )


def _clock_rules(case: Case) -> ClockRules:
    return clock_rules(rules_of(case.version_id))


def undecided_years(case: Case) -> tuple[int, ...]:
    """The years whose days off are not decided and that a due time shown of the case was reckoned through."""
    calendar = working_calendar(case.calendar_version_id)
    promised = case.renewed_due_at or case.promised_due_at or case.due_at
    return calendar.undecided_years(case.received_at, max(promised, case.intake_due_at))


def _unestablished(case: Case) -> Iterator[str]:
    if not case.receiving_agency.is_code_established:
        yield _(
            "The identification code of the agency, with which this case's code begins, is ours and not the State's."
        )
    if years := undecided_years(case):
        yield _(
            "Due times are reckoned with a calendar of %(years)s that has not been decided yet: they may move."
        ) % {"years": ", ".join(map(str, years))}


def _who(events: dict[int, CaseEvent], entry: Entry | None) -> str:
    event = events.get(entry.sequence) if entry else None
    return event.by.full_name if event and event.by else ""


def _handler(events: dict[int, CaseEvent], assigned: Entry | None) -> str:
    """Who handles it, or handled it to the end: the last to whom it was given."""
    event = events.get(assigned.sequence) if assigned else None
    return event.handler.full_name if event and event.handler else ""


def _reason_in_law(case: Case, entries: list[Entry]) -> DeclineReason | RefusalReason | StopGround | None:
    """The reason of the law's lists for which a case was declined, stopped or refused; None for any other end."""
    if case.status == Status.STOPPED:
        stopped = last_of(entries, EventKind.CASE_STOPPED)
        return StopGround(stopped.data["ground"]) if stopped else None
    if case.status == Status.DECLINED:
        declined = last_of(entries, EventKind.INTAKE_DECLINED)
        return DeclineReason(declined.data["reason"]) if declined else None
    if case.ended_at and case.outcome == Outcome.REFUSED:
        proposed = last_of(entries, EventKind.RESULT_PROPOSED)
        return RefusalReason(proposed.data["reason"]) if proposed else None
    return None


def _is_adverse(case: Case, reason: DeclineReason | RefusalReason | StopGround | None) -> bool:
    """Whether it ended otherwise than the applicant asked: there is something to complain of."""
    if reason is not None:
        return reason != StopGround.APPLICANT_REQUEST
    return bool(case.ended_at) and case.outcome == Outcome.PARTLY


def _why(case: Case, entries: list[Entry]) -> str:
    """Why an open case waits."""
    if case.is_prerequisite_awaited:
        return _("It waits for the result of %(codes)s; its time begins when that comes to its agency.") % {
            "codes": ", ".join(cases_awaited(effective(entries)))
        }
    if case.routing == Routing.UNROUTABLE:
        return str(UnroutableReason(case.routing_reason).label)
    if case.status == Status.AWAITING_SUPPLEMENT:
        return _("The file is not complete; the time until it is does not count.")
    if case.status == Status.AWAITING_PAYMENT:
        return _("An obligation to another authority is open; the time until it is fulfilled does not count.")
    if case.is_draft_awaited:
        return _("The applicant has the draft to confirm; the time until they answer does not count.")
    return ""


def _to_do(case: Case, owed: Owed) -> str:
    """What the applicant must do now; empty when the next act is the administration's."""
    if case.status == Status.AWAITING_SUPPLEMENT:
        # What is asked for names papers of a person: it stands in the request, for whoever may read that.
        return _("Complete the file, as the request for it says.")
    if case.status == Status.AWAITING_PAYMENT:
        return _("Fulfil the obligation to the other authority, and bring the proof to a desk of the case.")
    if case.is_draft_awaited:
        return _(
            "Read the draft and say whether it is right; silence until your time ends counts as consent."
        )
    if owed.is_payable and case.status not in (Status.DECLINED, Status.STOPPED, Status.DELIVERED):
        desks = dict.fromkeys((case.receiving_agency.title, case.current_agency.title))
        return _("Pay %(amount)s đ at %(desk)s, and give the code of the case.") % {
            "amount": f"{owed.amount:,}".replace(",", "."),
            "desk": f" {_('or')} ".join(desks),
        }
    if case.status in ENDED and has_originals(case):
        return _("Fetch your original papers at %(agency)s.") % {"agency": case.current_agency.title}
    if case.status == Status.RESOLVED:
        return to_have_the_result(case)
    return ""


def to_have_the_result(case: Case) -> str:
    """How a released result reaches the applicant, as they chose."""
    if case.application.delivery == Delivery.COUNTER:
        return _("Fetch the result at %(agency)s, and bring your identity paper.") % {
            "agency": case.returning_agency.title
        }
    if case.application.delivery == Delivery.POST:
        return _("Wait for the post: the result is sent to the address that you gave.")
    return ""
