"""Of what the applicant is told, in which words, and of what not and why: one table over all kinds of events."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from apps.applications.choices import Delivery
from apps.cases.choices import EventKind
from apps.cases.history import Entry
from apps.notifications.choices import NoticeKind

# What the applicant is told of, and in which words. `is_told` says which of these events are.
TOLD: Mapping[EventKind, NoticeKind] = {
    EventKind.APPLICATION_SUBMITTED: NoticeKind.SUBMITTED,
    EventKind.INTAKE_ACCEPTED: NoticeKind.ACCEPTED,
    EventKind.INTAKE_DECLINED: NoticeKind.DECLINED,
    EventKind.SUPPLEMENT_REQUESTED: NoticeKind.SUPPLEMENT_REQUESTED,
    EventKind.SUPPLEMENT_PROVIDED: NoticeKind.SUPPLEMENT_PROVIDED,
    EventKind.PAYMENT_REQUESTED: NoticeKind.PAYMENT_REQUESTED,
    EventKind.OBLIGATION_FULFILLED: NoticeKind.OBLIGATION_FULFILLED,
    EventKind.CONFIRMATION_ASKED: NoticeKind.CONFIRMATION_ASKED,
    EventKind.APPLICANT_REMINDED: NoticeKind.REMINDED,
    EventKind.DEADLINE_EXTENDED: NoticeKind.EXTENDED,
    EventKind.LATE_APOLOGISED: NoticeKind.LATE,
    EventKind.PROLONGED_TO_VERIFY: NoticeKind.PROLONGED,
    EventKind.PROLONGED_BY_AGREEMENT: NoticeKind.PROLONGED,
    EventKind.STEP_COMPLETED: NoticeKind.IN_PROGRESS,
    EventKind.STEP_SKIPPED: NoticeKind.IN_PROGRESS,
    EventKind.STEP_SENT_BACK: NoticeKind.IN_PROGRESS,
    EventKind.OPINION_REQUESTED: NoticeKind.IN_PROGRESS,
    EventKind.RESULT_PROPOSED: NoticeKind.IN_PROGRESS,
    EventKind.CASE_HANDED_OVER: NoticeKind.IN_PROGRESS,
    EventKind.ACT_UNDONE: NoticeKind.SET_BACK,
    EventKind.WITHDRAWAL_REQUESTED: NoticeKind.WITHDRAWAL_REQUESTED,
    EventKind.WITHDRAWAL_DECLINED: NoticeKind.WITHDRAWAL_DECLINED,
    EventKind.CASE_STOPPED: NoticeKind.STOPPED,
    EventKind.CASE_REOPENED: NoticeKind.REOPENED,
    EventKind.REFUND_DECIDED: NoticeKind.REFUND_DECIDED,
    EventKind.REFUND_PAID: NoticeKind.REFUND_PAID,
    EventKind.RESULT_RELEASED: NoticeKind.RELEASED,
    EventKind.RESULT_HANDED_OVER: NoticeKind.HANDED_OVER,
    EventKind.SECRET_ISSUED_AGAIN: NoticeKind.SECRET_ISSUED_AGAIN,
    EventKind.PAPER_CORRECTED: NoticeKind.PAPER_CORRECTED,
    EventKind.RECEIPT_NOTICED: NoticeKind.RECEIPT_NOTICED,
    EventKind.RECEIPT_REPLACED: NoticeKind.RECEIPT_REPLACED,
    EventKind.VERSION_CHANGED: NoticeKind.VERSION_CHANGED,
    EventKind.DUE_TIMES_REDERIVED: NoticeKind.DUE_TIMES_REDERIVED,
}

# Acts of the house: told where they bring the case to another status, and else not.
TOLD_WITH_STATUS = (
    EventKind.STEP_COMPLETED,
    EventKind.STEP_SKIPPED,
    EventKind.STEP_SENT_BACK,
    EventKind.OPINION_REQUESTED,
    EventKind.RESULT_PROPOSED,
    EventKind.CASE_HANDED_OVER,
    EventKind.ACT_UNDONE,
)

# What the applicant is not told of by a message, and why; administrators read it beside the words of the rest.
UNTOLD: Mapping[EventKind, str | Promise] = {
    EventKind.CASE_ROUTED: gettext_lazy("The acceptance names the agency."),
    EventKind.ROUTING_FAILED: gettext_lazy(
        "The office chooses the agency by hand; the applicant need do nothing."
    ),
    EventKind.PREREQUISITE_DELIVERED: gettext_lazy(
        "The result of the case before it was told when it was released; the acceptance of this one is told next."
    ),
    EventKind.PREREQUISITE_REFUSED: gettext_lazy(
        "The refusal of the case before it was told with that case."
    ),
    EventKind.SUPPLEMENT_PART_GIVEN: gettext_lazy("The applicant's own act, answered where it is done."),
    EventKind.DRAFT_CONFIRMED: gettext_lazy(
        "The applicant's own act; what silence means was told when the draft was sent."
    ),
    EventKind.HANDLER_ASSIGNED: gettext_lazy("Work inside the office: no status changes."),
    EventKind.HANDOVER_RECEIVED: gettext_lazy("Work between offices: no status changes."),
    EventKind.HANDOVER_RETURNED: gettext_lazy("Work between offices: no status changes."),
    EventKind.OPINION_REMINDED: gettext_lazy("Work between offices: no status changes."),
    EventKind.OPINION_GIVEN: gettext_lazy("Work between offices: no status changes."),
    EventKind.OPINION_REVOKED: gettext_lazy("Work between offices: no status changes."),
    EventKind.PAYMENT_RECORDED: gettext_lazy("Whoever pays has the receipt at once."),
    EventKind.PAYMENT_NOT_APPLIED: gettext_lazy(
        "The page of the payment says so at once; what goes back is told when it is decided."
    ),
    EventKind.REFUND_FAILED: gettext_lazy("The office decides on another way, and that is told."),
    EventKind.PROPOSAL_SENT_BACK: gettext_lazy("Work inside the office: nothing is decided yet."),
    EventKind.RESULT_APPROVED: gettext_lazy("Signed and not yet released: the release is told."),
    EventKind.PAPER_TAKEN_OVER: gettext_lazy("An old paper that the applicant has had since it was issued."),
    EventKind.ORIGINALS_GIVEN_BACK: gettext_lazy("Done face to face, against a signature."),
}


def is_told(event: Entry, *, wanted: str) -> bool:
    """Whether the applicant is told of an event; `wanted` is how they chose to have the result.

    Of these kinds always, but for acts of the house that change no status and for what moves nothing of theirs.
    """
    if event.kind in TOLD_WITH_STATUS:
        return event.from_status != event.to_status
    if event.kind == EventKind.RESULT_HANDED_OVER:
        # What came into the applicant's own account, as they wanted, was told with the release.
        return {event.data["delivery"], wanted} != {Delivery.ELECTRONIC.value}
    if event.kind == EventKind.DUE_TIMES_REDERIVED:
        return "promised" in event.data
    if event.kind == EventKind.VERSION_CHANGED:
        return bool(event.data.get("is_promise_changed"))
    return event.kind in TOLD
