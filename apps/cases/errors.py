"""Why a verb on a case does nothing."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.core.errors import Invalid, NotAllowed, NotFound, Refusal, refuses_constraint


class CaseUnknown(NotFound):
    code = "case_unknown"
    text = _("There is no case with this code that you may see.")


class CaseCodeMalformed(Invalid):
    code = "case_code_malformed"
    status = 404
    text = _("A case code looks like H26.001.00001-261124-0001.")


class VerbNotOpen(Refusal):
    """The case is not, or no longer, where this may be done; tells who brought it there by what, and when."""

    code = "verb_not_open"
    text = _("This cannot be done now: the case is “%(status)s”.")


class NotYours(NotAllowed):
    code = "not_your_post"
    text = _("You hold no post that may do this to this case now.")


class PartyMayNotAct(NotAllowed):
    code = "party_may_not_act"
    text = _("You are a party to this case and may not act on it as an official.")


class ProposerMayNotApprove(NotAllowed):
    code = "proposer_may_not_approve"
    text = _("You proposed this result and may not approve it.")


class NothingProposed(Refusal):
    code = "nothing_proposed"
    text = _("No proposed result waits for a decision.")


class NotApproved(Refusal):
    code = "not_approved"
    text = _("The result has not been approved yet.")


class NotCompetent(Refusal):
    code = "not_competent"
    text = _("The case is not at its competent agency, or is not routed yet.")


class PrerequisiteAwaited(Refusal):
    """A linked case of which the agency has nothing to answer before the result of another is delivered to it."""

    code = "prerequisite_awaited"
    text = _("This case waits for the result of %(codes)s; its time has not begun.")


class PrerequisiteNotGranted(Refusal):
    """Reopening a case would leave it waiting for ever."""

    code = "prerequisite_not_granted"
    text = _("%(code)s, on whose result this case rests, has ended without one: that is reopened first.")


class FeesUnpaid(Refusal):
    code = "fees_unpaid"
    text = _("%(amount)s đ must be paid first.")


class ReasonMissing(Invalid):
    code = "reason_missing"
    text = _("Give the reason.")


class ReasonUnknown(Invalid):
    code = "reason_unknown"
    text = _("Choose one of the reasons offered.")


class SupplementOnce(Refusal):
    code = "supplement_once"
    text = _("A supplement was already requested at this stage; the law allows one request.")


class ItemsMissing(Invalid):
    code = "items_missing"
    text = _("List what has to be completed, and why.")


class NotProvidedFor(Refusal):
    """What only some versions allow: time to verify, time as agreed, a draft to be confirmed."""

    code = "not_provided_for"
    text = _("What the law says of this procedure does not provide for this.")


class ConfirmationAwaited(Refusal):
    code = "confirmation_awaited"
    text = _("The applicant has the draft and has not answered yet.")


class NothingToConfirm(Refusal):
    code = "nothing_to_confirm"
    text = _("No draft waits to be confirmed.")


class DraftMissing(Invalid):
    code = "draft_missing"
    text = _("Write out the draft that the applicant is to confirm.")


class ObligationMissing(Invalid):
    code = "obligation_missing"
    text = _("Say what has to be paid or done, and which authority has set it.")


class AmountWrong(Invalid):
    code = "amount_wrong"
    text = _("The amount is a number of đồng above 0, or is left empty while it is not known.")


class VoucherMissing(Invalid):
    code = "voucher_missing"
    text = _("Give the number of the paper by which the obligation is proven to be fulfilled.")


class AgreementMissing(Invalid):
    code = "agreement_missing"
    text = _("Name the paper in which the applicant agrees, and its date.")


class NewTimeWrong(Invalid):
    code = "new_time_wrong"
    text = _("Give a time after %(due)s, on a working day, at most a year ahead.")


class VerificationTooLong(Invalid):
    code = "verification_too_long"
    text = _("With the time to verify the limit is at most %(limit)s in all, and more than before.")


class ExtendedOnce(Refusal):
    code = "extended_once"
    text = _("The time was extended once already; the law allows no second extension.")


class ExtensionTooLate(Refusal):
    code = "extension_too_late"
    text = _(
        "An extension is decided at least 8 working hours before the time runs out, which is at %(due)s."
    )


class ProlongedOnce(Refusal):
    code = "prolonged_once"
    text = _("The time was prolonged for verification once already.")


class DuePassed(Refusal):
    code = "due_passed"
    text = _("The time ran out at %(due)s: what is late gets an apology, and no more time.")


class NotLate(Refusal):
    code = "not_late"
    text = _("The case is not late: its time runs out at %(due)s.")


class ApologisedAlready(Refusal):
    code = "apologised_already"
    text = _("The applicant has been sent an apology for this delay already.")


class LateEntryAtDesk(Invalid):
    code = "late_entry_at_desk"
    text = _("Only a desk enters what it took on paper during an outage.")


class LateEntryIncomplete(Invalid):
    code = "late_entry_incomplete"
    text = _("Say why the case was taken on paper, and give the number of the paper form.")


class LateEntryTimeWrong(Invalid):
    code = "late_entry_time_wrong"
    text = _("Give the time at which it was taken: not in the future, and at most %(span)s ago.")


class AlreadyAssigned(Refusal):
    code = "already_assigned"
    text = _("The case is already with %(handler)s.")


class NotAHandler(Invalid):
    code = "not_a_handler"
    text = _("This person holds no post of handler at this agency.")


class StepNeedsItsAct(Refusal):
    code = "step_needs_its_act"
    text = _("This step is completed by “%(act)s”.")


class AssigneeMissing(Invalid):
    code = "assignee_missing"
    text = _("Name a handler, or a pool of handlers.")


class PoolUnknown(Invalid):
    code = "pool_unknown"
    text = _("This agency has no such pool of handlers.")


class PoolNameMissing(Invalid):
    code = "pool_name_missing"
    text = _("Say what the pool is called.")


class PoolNameTaken(Invalid):
    """Found by the database alone: two heads may open the same pool at once."""

    code = "pool_name_taken"
    text = _("The agency has a pool of this name already.")

    def __init__(self, *, field: str | None = "name", **data: Any) -> None:
        super().__init__(field=field, **data)


class PoolHasCases(Refusal):
    code = "pool_has_cases"
    text = _("Open cases are in this pool: give them to somebody first.")


class ProductMissing(Invalid):
    code = "product_missing"
    text = _("The step is completed with: %(product)s.")


class StepNotSkippable(Refusal):
    code = "step_not_skippable"
    text = _("This step cannot be left out.")


class NoEarlierStep(Refusal):
    code = "no_earlier_step"
    text = _("No step has been completed before this one.")


class OpinionUnknown(Invalid):
    code = "opinion_unknown"
    text = _("No request for an opinion of this number waits for your agency.")


class OpinionAskedAlready(Refusal):
    code = "opinion_asked_already"
    text = _("This agency has been asked already and has not answered yet.")


class OpinionHoursWrong(Invalid):
    code = "opinion_hours_wrong"
    text = _("Give the time to answer in working hours, from 1 to %(most)s.")


class OpinionAwaited(Refusal):
    code = "opinion_awaited"
    text = _("An opinion is awaited until %(due)s: wait for it, or revoke the request.")


class RemindedToday(Refusal):
    code = "reminded_today"
    text = _("The agency has been reminded today already.")


class HandoverOpen(Refusal):
    code = "handover_open"
    text = _("The case has been handed over and waits for an answer.")


class AgencyUnknown(Invalid):
    code = "agency_unknown"
    text = _("There is no such agency, or it has ended.")


class NothingToMove(Refusal):
    code = "nothing_to_move"
    text = _("No open case stands on another version.")


class NothingToUndo(Refusal):
    code = "nothing_to_undo"
    text = _("The last act cannot be undone: %(reason)s.")


class AlreadyUndone(Refusal):
    code = "already_undone"
    text = _("The last act has been undone already.")


class ApplicantUnknown(Invalid):
    code = "applicant_unknown"
    text = _("Say who applies: yourself, or a business for which you may act.")


class ApplicantTwice(Invalid):
    code = "applicant_twice"
    text = _("The application is made for one: a person, or an organisation.")


class PayerUnknown(Invalid):
    code = "payer_unknown"
    text = _("Say who pays: a person, or an organisation.")


class AuthorityMissing(Invalid):
    code = "authority_missing"
    text = _(
        "Say by what right this person acts for another: the paper of authority, or how they are related."
    )


class ConsentMissing(Invalid):
    code = "consent_missing"
    text = _("The person at the counter must agree that the application is filed for them.")


class UnitUnknown(Invalid):
    code = "unit_unknown"
    text = _("There is no such place.")


class UnitEnded(Invalid):
    code = "unit_ended"
    text = _("%(unit)s ended on %(ended_on)s; choose the place that it belongs to today.")


class UnitNotAWard(Invalid):
    code = "unit_not_a_ward"
    text = _("%(unit)s is not a ward; choose the ward, which says which agency is competent.")


class UnitMissing(Invalid):
    code = "unit_missing"
    text = _("Say which place this is about: it decides which agency is competent.")


class PaperMissing(Invalid):
    code = "paper_missing"
    text = _("This paper is required: %(paper)s")


class PaperUnknown(Invalid):
    code = "paper_unknown"
    text = _("The procedure does not ask for this paper.")


class PaperNotHeld(Invalid):
    code = "paper_not_held"
    text = _("We do not hold this paper of the applicant: %(paper)s")


class OriginalsElsewhere(Invalid):
    code = "originals_elsewhere"
    text = _("Original papers are taken in at the desk where the case is: %(agency)s.")


class NoOriginalHeld(Refusal):
    code = "no_original_held"
    text = _("No agency holds an original paper of this case any more.")


class RecipientMissing(Invalid):
    code = "recipient_missing"
    text = _("Say to whom the originals are given, and which identity paper was seen.")


class IdentityUnchecked(Invalid):
    code = "identity_unchecked"
    text = _("Check the identity of the person first, and say so: whoever has the secret sees the case.")


class AttachmentUnknown(Invalid):
    code = "attachment_unknown"
    text = _("This file was not uploaded by you, or no longer exists.")


class DeskUnknown(Invalid):
    code = "desk_unknown"
    text = _("Choose the desk that receives the application.")


class EmailMissing(Invalid):
    code = "email_missing"
    text = _("Give an e-mail address, so that we can tell you of every step.")


class AccountMissing(Invalid):
    code = "account_missing"
    text = _("Who has no account cannot receive the result electronically; choose the counter or the post.")


class PostalAddressMissing(Invalid):
    code = "postal_address_missing"
    text = _("Give the address to which the result is posted.")


class TrackingFailed(NotFound):
    code = "tracking_failed"
    text = _("No case matches this code and secret together.")


class PaperNotOfCase(Invalid):
    code = "paper_not_of_case"
    text = _("This paper does not belong to the case.")


class PaperNotCorrected(Invalid):
    code = "paper_not_corrected"
    text = _("Only forms 01 to 05 are corrected. A control sheet is made anew; old papers stay as they were.")


class PaperReplaced(Refusal):
    code = "paper_replaced"
    text = _("Another paper replaces this one already. Correct that one.")


class CheckCodeUnknown(NotFound):
    code = "check_code_unknown"
    text = _("No paper was issued under this check code.")


class OutcomeUnknown(Invalid):
    code = "outcome_unknown"
    text = _("Say whether the result is granted, granted in part or refused.")


class DeliveryIncomplete(Invalid):
    code = "delivery_incomplete"
    text = _("Say to whom the result was given, or the carrier and its number.")


class NumberMissing(Invalid):
    code = "number_missing"
    text = _("Give the number and date under which the result is registered.")


class ResultDateWrong(Invalid):
    code = "result_date_wrong"
    text = _(
        "A result bears a date from %(decided)s, when it was approved, to %(today)s, when it is released."
    )


class NumberTaken(Invalid):
    """Found by the database alone: two registrars may enter the same number at once."""

    code = "number_taken"
    text = _("The agency has already released a result under this number in the same year.")

    def __init__(self, *, field: str | None = "number", **data: Any) -> None:
        super().__init__(field=field, **data)


refuses_constraint("handover_open_once", HandoverOpen)
refuses_constraint("pool_name_once", PoolNameTaken)
refuses_constraint("opinion_open_once_an_agency", OpinionAskedAlready)
refuses_constraint("supplement_once_a_phase", SupplementOnce)
refuses_constraint("supplement_open_once", SupplementOnce)
refuses_constraint("result_number_once", NumberTaken)
refuses_constraint("case_approver_is_not_proposer", ProposerMayNotApprove)
