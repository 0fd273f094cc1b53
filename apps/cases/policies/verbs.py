"""Which verbs of a case an actor would be let through to now."""

from __future__ import annotations

from collections.abc import Callable

from apps.accounts.actors import Actor
from apps.cases.models import Case
from apps.cases.policies import casework, money
from apps.cases.policies.standing import Standing
from apps.cases.transitions import OPEN_IN
from apps.receipts.models import RefundProposal

# While a handover waits for its answer the case is the sender's, and nobody moves it on.
WAIT_FOR_HANDOVER = frozenset(
    {
        "assign_handler",
        "complete_step",
        "skip_step",
        "send_back_step",
        "request_opinion",
        "hand_over_case",
        "request_supplement",
        "propose_result",
        "send_back",
        "approve_result",
        "release_result",
        "request_payment",
        "ask_confirmation",
    }
)

# While the applicant has a draft to confirm nobody decides on it, and the time that stands is not moved.
WAIT_FOR_CONFIRMATION = WAIT_FOR_HANDOVER - {"assign_handler"} | {
    "extend_deadline",
    "apologise_late",
    "prolong_for_verification",
    "prolong_by_agreement",
}
# Only while a draft waits to be confirmed.
NEED_A_DRAFT = frozenset({"confirm_draft"})

# What a case that waits for the result of another is not open to: its agency has nothing to answer yet.
WAIT_FOR_PREREQUISITE = frozenset(
    {"accept_intake", "decline_intake", "request_supplement", "request_payment"}
)

# Nothing to do once the applicant has every original back.
NEED_ORIGINALS = frozenset({"give_back_originals"})

# Nothing to do while no refund waits for the actor.
NEED_A_REFUND: dict[str, Callable[[Case, Actor, Standing], list[RefundProposal]]] = {
    "decide_refund": lambda _case, actor, standing: money.refunds_decided_by(actor, standing),
    "pay_refund": money.refunds_paid_by,
}

# Acts of the applicant's side; every other verb is an official's, closed to whoever is a party to the case.
VERBS_OF_PARTIES = frozenset({"provide_supplement", "confirm_draft", "request_withdrawal"})

CAN: dict[str, Callable[[Case, Actor, Standing], bool]] = {
    "accept_intake": casework.can_accept_intake,
    "decline_intake": casework.can_decline_intake,
    "request_supplement": casework.can_request_supplement,
    "provide_supplement": casework.can_provide_supplement,
    "request_payment": casework.can_request_payment,
    "fulfil_obligation": casework.can_fulfil_obligation,
    "ask_confirmation": casework.can_ask_confirmation,
    "confirm_draft": casework.can_confirm_draft,
    "extend_deadline": casework.can_extend_deadline,
    "apologise_late": casework.can_apologise_late,
    "prolong_for_verification": casework.can_prolong_for_verification,
    "prolong_by_agreement": casework.can_prolong_by_agreement,
    "assign_handler": casework.can_assign_handler,
    "complete_step": casework.can_complete_step,
    "skip_step": casework.can_skip_step,
    "send_back_step": casework.can_send_back_step,
    "request_opinion": casework.can_request_opinion,
    "give_opinion": casework.can_give_opinion,
    "remind_opinion": casework.can_remind_opinion,
    "revoke_opinion": casework.can_revoke_opinion,
    "hand_over_case": casework.can_hand_over_case,
    "receive_handover": casework.can_receive_handover,
    "return_handover": casework.can_return_handover,
    "record_payment": money.can_record_payment,
    "decide_refund": money.can_decide_refund,
    "pay_refund": money.can_pay_refund,
    "propose_result": casework.can_propose_result,
    "send_back": casework.can_send_back,
    "approve_result": casework.can_approve_result,
    "release_result": casework.can_release_result,
    "hand_over_result": casework.can_hand_over_result,
    "give_back_originals": casework.can_give_back_originals,
    "issue_secret_again": casework.can_issue_secret_again,
    "correct_paper": casework.can_correct_paper,
    "notify_receipt_error": money.can_notify_receipt_error,
    "replace_receipt": money.can_replace_receipt,
    "request_withdrawal": casework.can_request_withdrawal,
    "decline_withdrawal": casework.can_decline_withdrawal,
    "stop_case": casework.can_stop_case,
    "undo_last": casework.can_undo_last,
    "reopen_case": casework.can_reopen_case,
}


def verbs_open(case: Case, actor: Actor, standing: Standing) -> list[str]:
    """The verbs that the actor would be let through to now, in the order of a case's life."""
    return [
        verb
        for verb, can in CAN.items()
        if case.status in OPEN_IN[verb]
        and not (standing.open_handover and verb in WAIT_FOR_HANDOVER)
        and (standing.has_originals or verb not in NEED_ORIGINALS)
        and not (case.is_draft_awaited and verb in WAIT_FOR_CONFIRMATION)
        and not (case.is_prerequisite_awaited and verb in WAIT_FOR_PREREQUISITE)
        and (case.is_draft_awaited or verb not in NEED_A_DRAFT)
        and (verb not in NEED_A_REFUND or NEED_A_REFUND[verb](case, actor, standing))
        and can(case, actor, standing)
        and (verb in VERBS_OF_PARTIES or not standing.is_party)
    ]
