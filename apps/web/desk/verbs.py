"""The verbs of a case at the desk: one table, verb → form → action; one view shows the form and plays the verb."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

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
)
from apps.cases.actions.closed import refuse_closed, refuse_unseen
from apps.cases.errors import CaseUnknown
from apps.cases.selectors import SeenCase
from apps.cases.transitions import OPEN_IN
from apps.core.errors import Refusal
from apps.core.request_keys import Replayed, answer_before
from apps.interface.actors import actor_of_request
from apps.interface.request_keys import FIELD, key_of
from apps.web.desk import cashier_forms, clock_forms, forms, opinion_forms, receipt_forms, refund_forms
from apps.web.desk.access import for_clerks, seen_at_desk
from apps.web.ui.due_times import due_of, withdrawal_due_of
from apps.web.ui.faults import quiet, show_refusal
from apps.web.ui.keyed_forms import say_replayed
from apps.web.ui.ledger_shown import ledger_of
from apps.web.ui.parts import Text
from apps.web.ui.schema_form import AnswersForm


@dataclass(frozen=True, slots=True)
class Verb:
    """One verb as a page: the words of its button, what it does to the case, its form, its action."""

    title: Text
    explained: Text
    form: type[forms.VerbForm]
    play: Callable[..., Any]
    is_grave: bool = False


VERBS: dict[str, Verb] = {
    "accept_intake": Verb(
        _("Accept"),
        _("The clock starts, and form 01 promises when the result is handed over."),
        forms.VerbForm,
        intake.accept_intake,
    ),
    "decline_intake": Verb(
        _("Do not accept"),
        _("The application is not taken in; form 03 says why and how to complain."),
        forms.DeclineIntakeForm,
        intake.decline_intake,
        is_grave=True,
    ),
    "request_supplement": Verb(
        _("Request a supplement"),
        _("The clock stops until the file is complete. The law allows one request at each stage."),
        forms.RequestSupplementForm,
        supplement.request_supplement,
    ),
    "provide_supplement": Verb(
        _("Take in a supplement"),
        _(
            "A part, or the whole: once the applicant declares the file complete, the case goes back to where it was."
        ),
        forms.ProvideSupplementForm,
        supplement.provide_supplement,
    ),
    "request_payment": Verb(
        _("Wait for an obligation to another authority"),
        _("The clock stops until it is proven to be fulfilled. Our own fees are no such obligation."),
        clock_forms.RequestPaymentForm,
        obligation.request_payment,
    ),
    "fulfil_obligation": Verb(
        _("The obligation is fulfilled"),
        _("The case goes back to where it was, and what was left of its time runs."),
        clock_forms.FulfilObligationForm,
        obligation.fulfil_obligation,
    ),
    "ask_confirmation": Verb(
        _("Send a draft to be confirmed"),
        _("The clock stands until the applicant answers; silence until their time ends is consent."),
        clock_forms.AskConfirmationForm,
        confirmation.ask_confirmation,
    ),
    "confirm_draft": Verb(
        _("Enter the answer on the draft"),
        _("The clock goes on, whatever the answer is."),
        clock_forms.ConfirmDraftForm,
        confirmation.confirm_draft,
    ),
    "prolong_for_verification": Verb(
        _("Prolong to verify"),
        _("Once, up to what the law gives to verify facts; the promise moves with it."),
        clock_forms.ProlongForVerificationForm,
        prolongation.prolong_for_verification,
    ),
    "prolong_by_agreement": Verb(
        _("Prolong as agreed"),
        _("The applicant has agreed in writing to a new time; the promise moves with it."),
        clock_forms.ProlongByAgreementForm,
        prolongation.prolong_by_agreement,
    ),
    "extend_deadline": Verb(
        _("Extend, with an apology"),
        _(
            "Once, and in good time: form 04 apologises and names the new time. The old promise stays on record."
        ),
        clock_forms.ExtendDeadlineForm,
        extension.extend_deadline,
        is_grave=True,
    ),
    "apologise_late": Verb(
        _("Apologise for being late"),
        _("Form 04 apologises. It moves no time: the case stays late."),
        clock_forms.ApologiseLateForm,
        extension.apologise_late,
    ),
    "assign_handler": Verb(
        _("Assign"),
        _("The case is given to a handler, or to a pool of them."),
        forms.AssignHandlerForm,
        handling.assign_handler,
    ),
    "complete_step": Verb(
        _("Complete the step"),
        _("The case goes on to the next step."),
        forms.CompleteStepForm,
        steps.complete_step,
    ),
    "skip_step": Verb(
        _("Leave the step out"),
        _("The case goes on without it; the reason goes into the ledger."),
        forms.ReasonForm,
        steps.skip_step,
    ),
    "send_back_step": Verb(
        _("Send back to the step before"),
        _("Whoever did that step has the case again, with what is wrong. The clock goes on."),
        forms.ReasonForm,
        steps.send_back_step,
    ),
    "request_opinion": Verb(
        _("Ask for an opinion"),
        _("The case stays here, and its clock goes on: silence past the time given keeps nobody."),
        opinion_forms.RequestOpinionForm,
        opinions.request_opinion,
    ),
    "give_opinion": Verb(
        _("Give the opinion"),
        _("The agency that asked has it at once; the applicant does not read it."),
        opinion_forms.GiveOpinionForm,
        opinions.give_opinion,
    ),
    "remind_opinion": Verb(
        _("Remind of the opinion"),
        _("Marked in the list of the agency that was asked; once a day."),
        opinion_forms.OpinionForm,
        opinions.remind_opinion,
    ),
    "revoke_opinion": Verb(
        _("Revoke the request for an opinion"),
        _("The agency need not answer any more, and no longer sees the case."),
        opinion_forms.RevokeOpinionForm,
        opinions.revoke_opinion,
    ),
    "hand_over_case": Verb(
        _("Hand over"),
        _("Until the other agency receives it, the case and its time stay here."),
        forms.HandOverCaseForm,
        handover.hand_over_case,
    ),
    "receive_handover": Verb(
        _("Receive the handover"),
        _("The case and its time are this agency's from now on."),
        forms.VerbForm,
        handover.receive_handover,
    ),
    "return_handover": Verb(
        _("Return the handover"),
        _("The case stays with the agency that sent it."),
        forms.ReasonForm,
        handover.return_handover,
    ),
    "record_payment": Verb(
        _("Record a payment"),
        _("A numbered receipt is issued at once and cannot be deleted."),
        cashier_forms.RecordPaymentForm,
        payment.record_payment,
    ),
    "decide_refund": Verb(
        _("Decide on a refund"),
        _("The rule of the fee says whether it may go back. The applicant is told."),
        refund_forms.DecideRefundForm,
        refund.decide_refund,
        is_grave=True,
    ),
    "pay_refund": Verb(
        _("Pay a refund"),
        _("All of it, once: cash out of your drawer, or a transfer that the bank has made."),
        refund_forms.PayRefundForm,
        refund.pay_refund,
        is_grave=True,
    ),
    "propose_result": Verb(
        _("Propose a result"),
        _("Somebody else approves it."),
        forms.ProposeResultForm,
        decision.propose_result,
    ),
    "send_back": Verb(
        _("Send the proposal back"),
        _("The handler proposes anew."),
        forms.SendBackForm,
        decision.send_back,
    ),
    "approve_result": Verb(
        _("Approve the result"),
        _("You sign the proposal; the registrar then releases the result."),
        forms.VerbForm,
        decision.approve_result,
    ),
    "release_result": Verb(
        _("Release the result"),
        _("The result gets its number and date, and the clock ends."),
        forms.ReleaseResultForm,
        decision.release_result,
    ),
    "hand_over_result": Verb(
        _("Deliver the result"),
        _("The result reaches the applicant, and the case is closed."),
        forms.HandOverResultForm,
        decision.hand_over_result,
    ),
    "give_back_originals": Verb(
        _("Give the originals back"),
        _("The applicant, or somebody with their authority, has every original paper again."),
        forms.GiveBackOriginalsForm,
        custody.give_back_originals,
    ),
    "issue_secret_again": Verb(
        _("Issue the secret again"),
        _("Form 01 is issued again with a new tracking secret. The one before opens nothing any more."),
        forms.IssueSecretAgainForm,
        tracking.issue_secret_again,
    ),
    "correct_paper": Verb(
        _("Correct a paper"),
        _(
            "The paper is issued again from the application as it stands, names the one before and replaces it. "
            "The applicant is told."
        ),
        forms.CorrectPaperForm,
        correcting.correct_paper,
        is_grave=True,
    ),
    "notify_receipt_error": Verb(
        _("Wrong name or address on a receipt"),
        _(
            "A wrong name, address or amount in words is answered by a notice (04/SS-CTĐT) to the payer and the tax authority; "
            "the receipt stays in force. Anything else is answered by another receipt: the law decides, whatever you came for."
        ),
        receipt_forms.WrongReceiptForm,
        receipt_forms.answer_wrong_receipt,
    ),
    "replace_receipt": Verb(
        _("Other error on a receipt"),
        _(
            "Another receipt with a number of its own names the wrong one and replaces it. Its amount is what was paid less what "
            "was refunded, and is never typed. Where a notice is enough the law wants a notice, and one is given."
        ),
        receipt_forms.WrongReceiptForm,
        receipt_forms.answer_wrong_receipt,
        is_grave=True,
    ),
    "request_withdrawal": Verb(
        _("Take in a withdrawal"),
        _("The person, whose identity paper you have seen, asks that the case be withdrawn."),
        forms.ReasonForm,
        ending.request_withdrawal,
        is_grave=True,
    ),
    "decline_withdrawal": Verb(
        _("Do not grant the withdrawal"),
        _("The case goes back to where it was."),
        forms.ReasonForm,
        ending.decline_withdrawal,
    ),
    "stop_case": Verb(
        _("Stop the case"),
        _("The case ends without a result; form 05 says why."),
        forms.StopCaseForm,
        ending.stop_case,
        is_grave=True,
    ),
    "undo_last": Verb(
        _("Undo the last act"),
        _("Only today's act, and only while nothing has left the house. The act itself stays in the ledger."),
        forms.ReasonForm,
        mending.undo_last,
        is_grave=True,
    ),
    "reopen_case": Verb(
        _("Reopen the case"),
        _("The old promise stays; a corrected result will name the old one."),
        forms.ReopenCaseForm,
        mending.reopen_case,
        is_grave=True,
    ),
}
# Actions name a few fields otherwise than the forms do.
FIELD_NAMES = {
    "items": "item_1",
    "until": "until_on",
    "expected": "until_on",
}


def verb_url(code: str, verb: str) -> str:
    return reverse("desk:verb", args=[code, verb.replace("_", "-")])


@for_clerks
@require_http_methods(["GET", "POST"])
def play_verb(request: HttpRequest, code: str, verb: str) -> HttpResponse:
    """GET shows the form of a verb that is open to the actor; POST plays it."""
    name = verb.replace("-", "_")
    if name not in VERBS or "_" in verb:
        raise Http404
    actor, at = actor_of_request(request), timezone.now()
    try:
        seen = seen_at_desk(code, seen_by=actor)
    except CaseUnknown:
        if request.method == "POST" and _was_played(request, name, code):
            return _already_done(request, code)
        refuse_unseen(name, code, by=actor)
        raise
    if request.method == "POST":
        return _play(request, name, seen, at)
    refuse_closed(name, seen.case, actor, seen.standing)
    form_class = VERBS[name].form
    if issubclass(form_class, forms.AgencySearchForm):
        form_class = type("Searched", (form_class,), {"search_words": request.GET.get("search", "")[:80]})
    return _form_page(request, name, seen, form_class(seen=seen, actor=actor, at=at))


def _play(request: HttpRequest, name: str, seen: SeenCase, at: datetime) -> HttpResponse:
    verb, actor, code = VERBS[name], actor_of_request(request), seen.case.code
    if name not in seen.verbs and seen.case.status in OPEN_IN[name]:
        # Before anything is read or stored; a closed status is told beside what was typed.
        if _was_played(request, name, code):
            return _already_done(request, code)
        refuse_closed(name, seen.case, actor, seen.standing)
    form = verb.form(request.POST, request.FILES, seen=seen, actor=actor, at=at)
    is_valid = form.is_valid()
    for refusal in form.keep_files():
        is_valid = False
        show_refusal(refusal, form)
    if isinstance(answers := form.further.get("answers"), AnswersForm) and answers.is_rearranged:
        quiet([form, *form.further.values()])
        return _form_page(request, name, seen, form)
    if not is_valid:
        return _form_page(request, name, seen, form, status=422)
    try:
        verb.play(code, **form.arguments(), by=actor, at=at, request_key=key_of(request))
    except Replayed:
        return _already_done(request, code)
    except CaseUnknown:
        raise
    except Refusal as refusal:
        _show(refusal, form)
        return _form_page(request, name, seen, form, status=refusal.status)
    messages.success(request, _("%(act)s: %(code)s") % {"act": verb.title, "code": code})
    return _onward(request, code)


def _was_played(request: HttpRequest, name: str, code: str) -> bool:
    """Whether this very form was answered before; the act itself may have taken the case out of sight."""
    user_id = actor_of_request(request).user_id
    key = request.POST.get(FIELD, "").replace("\x00", "")
    return user_id is not None and answer_before(actor_id=user_id, key=key, verb=name) == code


def _already_done(request: HttpRequest, code: str) -> HttpResponse:
    say_replayed(request)
    return _onward(request, code)


def _onward(request: HttpRequest, code: str) -> HttpResponse:
    """To the case, or to the inbox when the act took the case out of the actor's sight."""
    try:
        seen_at_desk(code, seen_by=actor_of_request(request))
    except CaseUnknown:
        return redirect("desk:inbox")
    return redirect("desk:case", code)


def _show(refusal: Refusal, form: forms.VerbForm) -> None:
    if refusal.field == "attachment":
        # The one file that the form takes.
        refusal.field = f"file_{next(iter(form.papers), '')}"
    if refusal.field in FIELD_NAMES and FIELD_NAMES[refusal.field] in form.fields:
        refusal.field = FIELD_NAMES[refusal.field]
    form.show(refusal)


def _form_page(
    request: HttpRequest, name: str, seen: SeenCase, form: forms.VerbForm, *, status: int = 200
) -> HttpResponse:
    context = {
        "verb": VERBS[name],
        "case": seen.case,
        "due": due_of(seen.case, form.at),
        "withdrawal": withdrawal_due_of(seen.case, form.at),
        "last": ledger_of(seen, whole=False, works=True)[:1],
        "form": form,
        "forms": [form, *form.further.values()],
        "answers_form": form.further.get("answers"),
        "is_search": isinstance(form, forms.AgencySearchForm),
        "has_files": form.is_multipart(),
        "case_url": reverse("desk:case", args=[seen.case.code]),
    }
    return render(request, "desk/verb.html", context, status=status)
