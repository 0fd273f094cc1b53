"""Words of a case: the ten national statuses, the kinds of its events, the grounds and reasons from fixed lists."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Status(models.IntegerChoices):
    """National status codes (QĐ 766 and the national portal); public and fixed."""

    SUBMITTED = 1, _("Newly filed")
    ACCEPTED = 2, _("Accepted")
    DECLINED = 3, _("Not accepted")
    IN_PROGRESS = 4, _("In progress")
    AWAITING_SUPPLEMENT = 5, _("Supplement requested")
    AWAITING_PAYMENT = 6, _("Financial obligation")
    WITHDRAWAL_REQUESTED = 7, _("Withdrawal requested")
    STOPPED = 8, _("Stopped")
    RESOLVED = 9, _("Resolved")
    DELIVERED = 10, _("Result delivered")


OPEN_STATUSES = (
    Status.SUBMITTED,
    Status.ACCEPTED,
    Status.IN_PROGRESS,
    Status.AWAITING_SUPPLEMENT,
    Status.AWAITING_PAYMENT,
    Status.WITHDRAWAL_REQUESTED,
    Status.RESOLVED,
)
STOPPED_CLOCK = (Status.AWAITING_SUPPLEMENT, Status.AWAITING_PAYMENT)
ENDED_CLOCK = (Status.DECLINED, Status.STOPPED, Status.RESOLVED, Status.DELIVERED)


class Routing(models.TextChoices):
    PENDING = "pending", _("Not yet routed")
    ROUTED = "routed", _("Routed")
    UNROUTABLE = "unroutable", _("Cannot be routed")


class UnroutableReason(models.TextChoices):
    NO_CONNECTING_UNIT = "no_connecting_unit", _("The application names no place that ties it to an agency")
    UNIT_ENDED = "unit_ended", _("The place it names no longer exists; a person must choose")
    NO_COMPETENCE = "no_competence", _("The procedure names no competent agency for these answers")
    NO_AGENCY = "no_agency", _("The competent kind of agency does not exist at that place")


class EventKind(models.TextChoices):
    APPLICATION_SUBMITTED = "application_submitted", _("Application filed")
    CASE_ROUTED = "case_routed", _("Sent to the competent agency")
    ROUTING_FAILED = "routing_failed", _("Could not be routed")
    PREREQUISITE_DELIVERED = "prerequisite_delivered", _("Result of the case before it received")
    PREREQUISITE_REFUSED = "prerequisite_refused", _("The case before it was refused after all")
    INTAKE_ACCEPTED = "intake_accepted", _("Accepted")
    INTAKE_DECLINED = "intake_declined", _("Not accepted")
    SUPPLEMENT_REQUESTED = "supplement_requested", _("Supplement requested")
    SUPPLEMENT_PART_GIVEN = "supplement_part_given", _("Part of a supplement received")
    SUPPLEMENT_PROVIDED = "supplement_provided", _("Supplement received")
    PAYMENT_REQUESTED = "payment_requested", _("Obligation to another authority")
    OBLIGATION_FULFILLED = "obligation_fulfilled", _("Obligation fulfilled")
    CONFIRMATION_ASKED = "confirmation_asked", _("Draft sent to be confirmed")
    DRAFT_CONFIRMED = "draft_confirmed", _("Draft answered")
    APPLICANT_REMINDED = "applicant_reminded", _("Applicant reminded")
    DEADLINE_EXTENDED = "deadline_extended", _("Extended, with an apology")
    LATE_APOLOGISED = "late_apologised", _("Apology for being late")
    PROLONGED_TO_VERIFY = "prolonged_to_verify", _("Prolonged to verify")
    PROLONGED_BY_AGREEMENT = "prolonged_by_agreement", _("Prolonged as agreed with the applicant")
    HANDLER_ASSIGNED = "handler_assigned", _("Assigned")
    STEP_COMPLETED = "step_completed", _("Step completed")
    STEP_SKIPPED = "step_skipped", _("Step left out")
    STEP_SENT_BACK = "step_sent_back", _("Sent back to an earlier step")
    OPINION_REQUESTED = "opinion_requested", _("Opinion requested")
    OPINION_REMINDED = "opinion_reminded", _("Reminded of an opinion")
    OPINION_GIVEN = "opinion_given", _("Opinion given")
    OPINION_REVOKED = "opinion_revoked", _("Request for an opinion revoked")
    CASE_HANDED_OVER = "case_handed_over", _("Handed over")
    HANDOVER_RECEIVED = "handover_received", _("Handover received")
    HANDOVER_RETURNED = "handover_returned", _("Handover returned")
    PAYMENT_RECORDED = "payment_recorded", _("Payment recorded")
    PAYMENT_NOT_APPLIED = "payment_not_applied", _("Money received that settles nothing")
    REFUND_DECIDED = "refund_decided", _("Refund decided")
    REFUND_PAID = "refund_paid", _("Money paid back")
    REFUND_FAILED = "refund_failed", _("Not paid back by the gateway")
    RECEIPT_NOTICED = "receipt_noticed", _("Notice of a wrong receipt")
    RECEIPT_REPLACED = "receipt_replaced", _("Receipt replaced")
    RESULT_PROPOSED = "result_proposed", _("Result proposed")
    PROPOSAL_SENT_BACK = "proposal_sent_back", _("Proposal sent back")
    RESULT_APPROVED = "result_approved", _("Result approved")
    RESULT_RELEASED = "result_released", _("Result released")
    RESULT_HANDED_OVER = "result_handed_over", _("Result delivered")
    ORIGINALS_GIVEN_BACK = "originals_given_back", _("Original papers given back")
    PAPER_CORRECTED = "paper_corrected", _("Paper corrected")
    PAPER_TAKEN_OVER = "paper_taken_over", _("Old paper attached")
    SECRET_ISSUED_AGAIN = "secret_issued_again", _("Tracking secret issued again")
    WITHDRAWAL_REQUESTED = "withdrawal_requested", _("Withdrawal requested")
    WITHDRAWAL_DECLINED = "withdrawal_declined", _("Withdrawal not granted")
    CASE_STOPPED = "case_stopped", _("Stopped")
    VERSION_CHANGED = "version_changed", _("Moved to another version")
    ACT_UNDONE = "act_undone", _("Last act undone")
    CASE_REOPENED = "case_reopened", _("Reopened")
    DUE_TIMES_REDERIVED = "due_times_rederived", _("Due times moved by the calendar")


class StayReason(models.TextChoices):
    """Why an open case cannot be moved to another version of its procedure: it stays on its own."""

    STEP_MISSING = "step_missing", _("Its step does not exist in that version")
    FORM_DIFFERS = "form_differs", _("Its answers do not fit the form of that version")
    PAPER_MISSING = "paper_missing", _("A paper was given that that version does not ask for")
    ORIGINAL_HELD = "original_held", _("An original paper is held under its version")
    ENDED = "ended", _("It has ended meanwhile")
    THERE_ALREADY = "there_already", _("It stands on that version already")


class DeclineReason(models.TextChoices):
    """Why an application is not accepted; the provision that each rests on is a `LegalProvision`."""

    NOT_COMPETENT = "not_competent", _("The matter is not for this agency")
    PAPERS_MISSING = "papers_missing", _("Required papers are missing")
    CONTENT_WRONG = "content_wrong", _("The declaration is not consistent")
    CONDITIONS_NOT_MET = "conditions_not_met", _("The conditions of the procedure are not met")


class RefusalReason(models.TextChoices):
    """Why the result is a refusal; the provision that each rests on is a `LegalProvision`."""

    CONDITIONS_NOT_MET = "conditions_not_met", _("The conditions of the law are not met")
    FACTS_NOT_PROVEN = "facts_not_proven", _("The facts declared are not proven")
    DISPUTE_PENDING = "dispute_pending", _("A dispute on the matter is pending")


class StopGround(models.TextChoices):
    APPLICANT_REQUEST = "applicant_request", _("At the applicant's request")
    SUPPLEMENT_LAPSED = "supplement_lapsed", _("No supplement within the time given")
    PAYMENT_LAPSED = "payment_lapsed", _("No payment within the time given")
    DEATH_OR_DISSOLUTION = "death_or_dissolution", _("Death of the person or dissolution of the organisation")
    RULING = "ruling", _("Ruling of a court or authority")
    DUPLICATE = "duplicate", _("Filed twice")
    PREREQUISITE_REFUSED = "prerequisite_refused", _("A prerequisite was refused")


class ProvisionSubject(models.TextChoices):
    """What a provision of the law is the basis of."""

    DECLINE = "decline", _("Not accepting an application")
    REFUSE = "refuse", _("Refusing what was asked for")
    STOP = "stop", _("Stopping a case")
    COMPLAIN = "complain", _("Complaining")


class Certainty(models.TextChoices):
    """How sure it is that a provision says so."""

    ESTABLISHED = "established", _("established")
    SECOND_HAND = "second_hand", _("read second-hand")
    UNSET = "unset", _("not established")


# What whoever does not agree may do; on which law it rests is a `LegalProvision`.
HOW_TO_COMPLAIN = _(
    "You have the right to send feedback, to make a proposal or to complain to the head of the agency that decides, "
    "or to go to court, as the law provides."
)


class ReopenGround(models.TextChoices):
    OFFICIAL_ERROR = "official_error", _("Error of the administration")
    COMPLAINT_UPHELD = "complaint_upheld", _("Complaint upheld")
    COURT = "court", _("Ruling of a court")


class Outcome(models.TextChoices):
    GRANTED = "granted", _("Granted")
    PARTLY = "partly", _("Granted in part")
    REFUSED = "refused", _("Refused")


class Move(models.TextChoices):
    """What a change of the calendar does to an open case."""

    LATER = "later", _("Later")
    SOONER = "sooner", _("Sooner")
    LATE = "late", _("Sooner, and late at once")
    INSIDE = "inside", _("Only inside: a step or an answer")
    NONE = "none", _("Not moved after all")


class OpinionEnd(models.TextChoices):
    """How a request for an opinion ended."""

    GIVEN = "given", _("Given")
    REVOKED = "revoked", _("Revoked")
    LAPSED = "lapsed", _("Not needed any more: the case went on or ended")


class HandoverAnswer(models.TextChoices):
    RECEIVED = "received", _("Received")
    RETURNED = "returned", _("Returned")


class Omission(models.TextChoices):
    """Whose omission a supplement mends; the office's own carries an apology."""

    APPLICANT = "applicant", _("The applicant's")
    OFFICE = "office", _("The office's")
