"""Verbs of a case over HTTP: one row each, from the name to what is sent and what is done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from apps.api.v1.serializers import verbs as sent
from apps.cases.actions import (
    confirmation,
    correcting,
    custody,
    decision,
    ending,
    extension,
    handling,
    handover,
    intake,
    mending,
    obligation,
    opinions,
    payment,
    prolongation,
    refund,
    steps,
    supplement,
    tracking,
    wrong_receipts,
)


@dataclass(frozen=True, slots=True)
class HttpVerb:
    """What is sent for a verb, and the action that plays it."""

    body: type[sent.Verb]
    action: Callable[..., Any]


VERBS: dict[str, HttpVerb] = {
    "accept_intake": HttpVerb(sent.AcceptIntakeIn, intake.accept_intake),
    "decline_intake": HttpVerb(sent.DeclineIntakeIn, intake.decline_intake),
    "request_supplement": HttpVerb(sent.RequestSupplementIn, supplement.request_supplement),
    "provide_supplement": HttpVerb(sent.ProvideSupplementIn, supplement.provide_supplement),
    "request_payment": HttpVerb(sent.RequestPaymentIn, obligation.request_payment),
    "fulfil_obligation": HttpVerb(sent.FulfilObligationIn, obligation.fulfil_obligation),
    "ask_confirmation": HttpVerb(sent.AskConfirmationIn, confirmation.ask_confirmation),
    "confirm_draft": HttpVerb(sent.ConfirmDraftIn, confirmation.confirm_draft),
    "prolong_for_verification": HttpVerb(
        sent.ProlongForVerificationIn, prolongation.prolong_for_verification
    ),
    "prolong_by_agreement": HttpVerb(sent.ProlongByAgreementIn, prolongation.prolong_by_agreement),
    "extend_deadline": HttpVerb(sent.ExtendDeadlineIn, extension.extend_deadline),
    "apologise_late": HttpVerb(sent.ApologiseLateIn, extension.apologise_late),
    "assign_handler": HttpVerb(sent.AssignHandlerIn, handling.assign_handler),
    "complete_step": HttpVerb(sent.CompleteStepIn, steps.complete_step),
    "skip_step": HttpVerb(sent.ReasonIn, steps.skip_step),
    "send_back_step": HttpVerb(sent.ReasonIn, steps.send_back_step),
    "request_opinion": HttpVerb(sent.RequestOpinionIn, opinions.request_opinion),
    "give_opinion": HttpVerb(sent.GiveOpinionIn, opinions.give_opinion),
    "remind_opinion": HttpVerb(sent.OpinionIn, opinions.remind_opinion),
    "revoke_opinion": HttpVerb(sent.RevokeOpinionIn, opinions.revoke_opinion),
    "hand_over_case": HttpVerb(sent.HandOverCaseIn, handover.hand_over_case),
    "receive_handover": HttpVerb(sent.ReceiveHandoverIn, handover.receive_handover),
    "return_handover": HttpVerb(sent.ReasonIn, handover.return_handover),
    "record_payment": HttpVerb(sent.RecordPaymentIn, payment.record_payment),
    "decide_refund": HttpVerb(sent.DecideRefundIn, refund.decide_refund),
    "pay_refund": HttpVerb(sent.PayRefundIn, refund.pay_refund),
    "propose_result": HttpVerb(sent.ProposeResultIn, decision.propose_result),
    "send_back": HttpVerb(sent.SendBackIn, decision.send_back),
    "approve_result": HttpVerb(sent.ApproveResultIn, decision.approve_result),
    "release_result": HttpVerb(sent.ReleaseResultIn, decision.release_result),
    "hand_over_result": HttpVerb(sent.HandOverResultIn, decision.hand_over_result),
    "give_back_originals": HttpVerb(sent.GiveBackOriginalsIn, custody.give_back_originals),
    "issue_secret_again": HttpVerb(sent.IssueSecretAgainIn, tracking.issue_secret_again),
    "correct_paper": HttpVerb(sent.CorrectPaperIn, correcting.correct_paper),
    "notify_receipt_error": HttpVerb(sent.WrongReceiptIn, wrong_receipts.notify_receipt_error),
    "replace_receipt": HttpVerb(sent.WrongReceiptIn, wrong_receipts.replace_receipt),
    "request_withdrawal": HttpVerb(sent.ReasonIn, ending.request_withdrawal),
    "decline_withdrawal": HttpVerb(sent.ReasonIn, ending.decline_withdrawal),
    "stop_case": HttpVerb(sent.StopCaseIn, ending.stop_case),
    "undo_last": HttpVerb(sent.ReasonIn, mending.undo_last),
    "reopen_case": HttpVerb(sent.ReopenCaseIn, mending.reopen_case),
}


def hyphenated(verb: str) -> str:
    """As it stands in an address."""
    return verb.replace("_", "-")
