"""The law of statuses as a table: which event leads from where to where, and in which statuses a verb is open."""

from __future__ import annotations

from apps.cases.choices import EventKind, Status

_1, _2, _3, _4, _5 = (
    Status.SUBMITTED,
    Status.ACCEPTED,
    Status.DECLINED,
    Status.IN_PROGRESS,
    Status.AWAITING_SUPPLEMENT,
)
_6, _7, _8, _9, _10 = (
    Status.AWAITING_PAYMENT,
    Status.WITHDRAWAL_REQUESTED,
    Status.STOPPED,
    Status.RESOLVED,
    Status.DELIVERED,
)

HANDLING = (_2, _4)

# (from, to) of every event that changes the status; an event that is not named changes none.
TRANSITIONS: dict[EventKind, frozenset[tuple[Status | None, Status]]] = {
    EventKind.APPLICATION_SUBMITTED: frozenset({(None, _1)}),
    EventKind.INTAKE_ACCEPTED: frozenset({(_1, _2)}),
    EventKind.INTAKE_DECLINED: frozenset({(_1, _3)}),
    EventKind.SUPPLEMENT_REQUESTED: frozenset({(_1, _5), (_2, _5), (_4, _5)}),
    EventKind.SUPPLEMENT_PROVIDED: frozenset({(_5, _1), (_5, _2), (_5, _4)}),
    EventKind.PAYMENT_REQUESTED: frozenset({(_1, _6), (_2, _6), (_4, _6)}),
    EventKind.OBLIGATION_FULFILLED: frozenset({(_6, _1), (_6, _2), (_6, _4)}),
    # 2→4 happens inside the first act of a handler.
    EventKind.CONFIRMATION_ASKED: frozenset({(_2, _4)}),
    EventKind.STEP_COMPLETED: frozenset({(_2, _4)}),
    EventKind.STEP_SKIPPED: frozenset({(_2, _4)}),
    EventKind.STEP_SENT_BACK: frozenset({(_2, _4)}),
    EventKind.OPINION_REQUESTED: frozenset({(_2, _4)}),
    EventKind.RESULT_PROPOSED: frozenset({(_2, _4)}),
    EventKind.CASE_HANDED_OVER: frozenset({(_2, _4)}),
    EventKind.RESULT_RELEASED: frozenset({(_2, _9), (_4, _9)}),
    EventKind.RESULT_HANDED_OVER: frozenset({(_9, _10)}),
    EventKind.WITHDRAWAL_REQUESTED: frozenset({(_2, _7), (_4, _7), (_5, _7), (_6, _7)}),
    EventKind.WITHDRAWAL_DECLINED: frozenset({(_7, _2), (_7, _4), (_7, _5), (_7, _6)}),
    EventKind.CASE_STOPPED: frozenset({(_1, _8), (_4, _8), (_5, _8), (_6, _8), (_7, _8)}),
    # The way back of an undone act; which acts can be undone is in `actions.mending`.
    EventKind.ACT_UNDONE: frozenset({(_4, _2)}),
    EventKind.CASE_REOPENED: frozenset(
        {(_3, _1), (_8, _1), (_8, _2), (_8, _4), (_8, _5), (_8, _6), (_9, _4), (_10, _4)}
    ),
}

OPEN_IN: dict[str, tuple[Status, ...]] = {
    # In every open status before the result: what the applicant is asked meanwhile does not keep a case from its agency.
    "route_case": (_1, _2, _4, _5, _6, _7),
    "accept_intake": (_1,),
    "decline_intake": (_1,),
    "request_supplement": (_1, _2, _4),
    "provide_supplement": (_5,),
    "request_payment": (_1, _2, _4),
    "fulfil_obligation": (_6,),
    # While the applicant reads the draft the status stays; the clock stands.
    "ask_confirmation": HANDLING,
    "confirm_draft": HANDLING,
    "extend_deadline": HANDLING,
    "apologise_late": HANDLING,
    "prolong_for_verification": HANDLING,
    "prolong_by_agreement": HANDLING,
    "assign_handler": HANDLING,
    "complete_step": HANDLING,
    "skip_step": HANDLING,
    "send_back_step": HANDLING,
    "request_opinion": HANDLING,
    # Whatever the case waits for meanwhile: an opinion stops nothing, and nothing stops it.
    "give_opinion": (_2, _4, _5, _6, _7),
    "remind_opinion": (_2, _4, _5, _6, _7),
    "revoke_opinion": (_2, _4, _5, _6, _7),
    # From status 1 only a case that could not be routed: a person chooses its agency.
    "hand_over_case": (_1, *HANDLING),
    "receive_handover": (_1, _2, _4, _5, _6, _7),
    "return_handover": (_1, _2, _4, _5, _6, _7),
    "record_payment": (_1, _2, _4, _5, _6, _7, _9),
    # Money may have to go back at any time: also what arrives when all is over.
    "decide_refund": tuple(Status),
    "pay_refund": tuple(Status),
    "propose_result": HANDLING,
    "send_back": (_4,),
    "approve_result": (_4,),
    "release_result": (_4,),
    "hand_over_result": (_9,),
    # With the result they are given along; what ended otherwise leaves them at the desk until they are fetched.
    "give_back_originals": (_3, _8, _10),
    # Once form 01 is issued, and for as long as anybody may want to look.
    "issue_secret_again": (_2, _4, _5, _6, _7, _8, _9, _10),
    # A paper is corrected for as long as anybody may hold it.
    "correct_paper": tuple(Status),
    # A receipt is answered for as long as anybody may hold it.
    "notify_receipt_error": tuple(Status),
    "replace_receipt": tuple(Status),
    "request_withdrawal": (_1, _2, _4, _5, _6),
    "decline_withdrawal": (_7,),
    "stop_case": (_4, _5, _6, _7),
    "undo_last": HANDLING,
    "reopen_case": (_3, _8, _9, _10),
}


class TransitionUnlawful(Exception):
    """A verb tried a change of status that is not in the table: a fault of the program, never of its user."""


def refuse_unlawful(kind: EventKind, before: Status | None, after: Status) -> None:
    """Raises TransitionUnlawful unless the table has this change, or nothing changes."""
    if before == after:
        return
    if (before, after) not in TRANSITIONS.get(kind, frozenset()):
        raise TransitionUnlawful(f"{kind}: {before} → {after}")
