"""Whether a verb is open to an actor; and where somebody's act has closed it: who did what, and when."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TypeVar

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.actors import Actor
from apps.cases.choices import EventKind, Status
from apps.cases.deadlines import cases_awaited
from apps.cases.errors import (
    AlreadyAssigned,
    AlreadyUndone,
    ApologisedAlready,
    CaseUnknown,
    ConfirmationAwaited,
    ExtendedOnce,
    HandoverOpen,
    NoOriginalHeld,
    NotApproved,
    NothingProposed,
    NothingToConfirm,
    NotYours,
    PartyMayNotAct,
    PrerequisiteAwaited,
    ProlongedOnce,
    StepNeedsItsAct,
    VerbNotOpen,
)
from apps.cases.history import Entry, effective, fold
from apps.cases.models import Case, CaseEvent, Handover, OpinionRequest
from apps.cases.policies import (
    CAN,
    NEED_A_DRAFT,
    NEED_A_REFUND,
    NEED_ORIGINALS,
    VERBS_OF_PARTIES,
    WAIT_FOR_CONFIRMATION,
    WAIT_FOR_HANDOVER,
    WAIT_FOR_PREREQUISITE,
    Standing,
    can_see,
    works_where_it_is,
)
from apps.cases.selectors import entries_of, standing_of
from apps.cases.transitions import OPEN_IN
from apps.core.errors import Refusal
from apps.receipts.errors import NoRefundToDecide, NoRefundToPay, NothingDue

R = TypeVar("R", bound=Refusal)
IsIt = Callable[[Entry], bool]


def _was(*kinds: EventKind) -> IsIt:
    return lambda entry: entry.kind in kinds


def _changed(*columns: str) -> IsIt:
    return lambda entry: any(column in entry.changes for column in columns)


_OF_REFUNDS = (EventKind.REFUND_DECIDED, EventKind.REFUND_PAID, EventKind.REFUND_FAILED)

# Refusals of a state that an act has brought about: the latest such act is told with them.
MADE_BY: dict[type[Refusal], IsIt] = {
    HandoverOpen: _was(EventKind.CASE_HANDED_OVER, EventKind.CASE_ROUTED, EventKind.CASE_REOPENED),
    AlreadyAssigned: _changed("handler_id"),
    StepNeedsItsAct: _changed("step"),
    NothingProposed: _changed("proposed_by_id", "approved_by_id"),
    NotApproved: _changed("approved_by_id"),
    NothingDue: _was(EventKind.PAYMENT_RECORDED),
    ConfirmationAwaited: _was(EventKind.CONFIRMATION_ASKED),
    NothingToConfirm: _was(EventKind.DRAFT_CONFIRMED),
    ExtendedOnce: _was(EventKind.DEADLINE_EXTENDED),
    ProlongedOnce: _was(EventKind.PROLONGED_TO_VERIFY),
    ApologisedAlready: _was(EventKind.LATE_APOLOGISED),
    NoOriginalHeld: _was(EventKind.ORIGINALS_GIVEN_BACK, EventKind.RESULT_HANDED_OVER),
    NoRefundToDecide: _was(*_OF_REFUNDS, EventKind.CASE_REOPENED),
    NoRefundToPay: _was(*_OF_REFUNDS),
    AlreadyUndone: _was(EventKind.ACT_UNDONE),
}


def refuse_closed(verb: str, case: Case, by: Actor, standing: Standing) -> None:
    """Lets a verb pass that is open to the actor now.

    Raises CaseUnknown, PartyMayNotAct, VerbNotOpen, HandoverOpen, ConfirmationAwaited, NothingToConfirm, NoOriginalHeld,
    NotYours, PrerequisiteAwaited, NoRefundToDecide, NoRefundToPay. Whoever might have played
    the verb until an act closed it is told of that act, for it is a better answer than a missing right; also where
    that very act has taken the case out of their sight.
    """
    is_theirs = CAN[verb](case, by, standing)
    if not can_see(case, by, standing):
        closing = _closing_act(verb, case, by, standing)
        if closing is None or closing.sequence != case.last_sequence:
            raise CaseUnknown(field="code")
        raise _not_open(case, _event_of(case, closing))
    if standing.is_party and verb not in VERBS_OF_PARTIES:
        raise PartyMayNotAct()
    closing = None if is_theirs else _closing_act(verb, case, by, standing)
    if not (is_theirs or closing or works_where_it_is(case, by)):
        raise NotYours()
    if case.status not in OPEN_IN[verb]:
        raise _not_open(case, _last_of_status(case))
    if standing.open_handover is not None and verb in WAIT_FOR_HANDOVER:
        raise tell_who(HandoverOpen(), case, entries_of(case))
    if case.is_draft_awaited and verb in WAIT_FOR_CONFIRMATION:
        raise tell_who(ConfirmationAwaited(), case, entries_of(case))
    if closing is not None:
        raise _not_open(case, _event_of(case, closing))
    if not is_theirs:
        raise NotYours()
    if case.is_prerequisite_awaited and verb in WAIT_FOR_PREREQUISITE:
        raise PrerequisiteAwaited(codes=", ".join(cases_awaited(effective(entries_of(case)))))
    if verb in NEED_A_DRAFT and not case.is_draft_awaited:
        raise tell_who(NothingToConfirm(), case, entries_of(case))
    if verb in NEED_ORIGINALS and not standing.has_originals:
        raise tell_who(NoOriginalHeld(), case, entries_of(case))
    if verb in NEED_A_REFUND and not NEED_A_REFUND[verb](case, by, standing):
        nothing = NoRefundToDecide() if verb == "decide_refund" else NoRefundToPay()
        raise tell_who(nothing, case, entries_of(case))


def refuse_unseen(verb: str, code: str, *, by: Actor) -> None:
    """Raises VerbNotOpen where the last act has taken the case out of the sight of who might have played the verb."""
    case = (
        Case.objects.select_related("receiving_agency__unit", "competent_agency__unit")
        .filter(code=code)
        .first()
    )
    if case is not None:
        refuse_closed(verb, case, by, standing_of(case, by))


def tell_who(refusal: R, case: Case, entries: Iterable[Entry]) -> R:
    """The same refusal; where an act has brought about what it refuses, it now also says who did what, and when."""
    is_it = MADE_BY.get(type(refusal))
    # The first event of a case is its filing, which made nothing of this.
    made = is_it and next((entry for entry in reversed([*entries][1:]) if is_it(entry)), None)
    return _told(refusal, _event_of(case, made)) if made else refusal


def _closing_act(verb: str, case: Case, by: Actor, standing: Standing) -> Entry | None:
    """The act before which the verb was open to an actor to whom it is no more; None where it never was.

    The case is followed back through its ledger, with the handovers that were answered on the way.
    """
    if not by.posts:
        return None
    entries = entries_of(case)
    answered = Handover.objects.in_bulk(
        [entry.data["handover"] for entry in entries if "handover" in entry.data]
    )
    ended = (EventKind.OPINION_GIVEN, EventKind.OPINION_REVOKED)
    has_asked = any(entry.kind in ended for entry in entries)
    asked = {each.number: each for each in OpinionRequest.objects.filter(case=case)} if has_asked else {}
    for place in range(len(entries) - 1, 0, -1):
        entry = entries[place]
        if "handover" in entry.data:
            standing = replace(standing, open_handover=answered[entry.data["handover"]])
        if entry.kind in ended:
            was_open = (*standing.open_opinions, asked[entry.data["opinion"]])
            standing = replace(standing, open_opinions=was_open)
        before = Case(**{"version_id": case.version_id, **fold(entries[:place])})
        if before.status in OPEN_IN[verb] and CAN[verb](before, by, standing):
            return entry
    return None


def _event_of(case: Case, entry: Entry) -> CaseEvent:
    return CaseEvent.objects.select_related("by").get(case=case, sequence=entry.sequence)


def _last_of_status(case: Case) -> CaseEvent:
    """The event that brought the case into its status."""
    changed = CaseEvent.objects.filter(case=case).exclude(from_status=F("to_status"))
    return changed.select_related("by").latest("sequence")


def _not_open(case: Case, event: CaseEvent) -> VerbNotOpen:
    return _told(VerbNotOpen(status=str(Status(case.status).label)), event)


def _told(refusal: R, event: CaseEvent) -> R:
    refusal.further = _("%(last_act)s: %(last_by)s, %(last_at)s.")
    refusal.data |= {
        "last_act": str(EventKind(event.kind).label),
        "last_by": event.by.full_name if event.by else "—",
        "last_at": timezone.localtime(event.at).strftime("%H:%M %d/%m/%Y"),
    }
    return refusal
