"""Words of notices: what each kind tells, by which channels it goes, how a sending stands, what went wrong with it."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class NoticeKind(models.TextChoices):
    """What is told; each kind has words of its own. `letter` tells nothing: it is the frame of every e-mail."""

    LETTER = "letter", _("Frame of every e-mail")
    SUBMITTED = "submitted", _("Application filed")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Not accepted")
    SUPPLEMENT_REQUESTED = "supplement_requested", _("Supplement requested")
    SUPPLEMENT_PROVIDED = "supplement_provided", _("Supplement received")
    PAYMENT_REQUESTED = "payment_requested", _("Obligation to another authority")
    OBLIGATION_FULFILLED = "obligation_fulfilled", _("Obligation fulfilled")
    IN_PROGRESS = "in_progress", _("In progress")
    SET_BACK = "set_back", _("Not in progress yet, an act was undone")
    CONFIRMATION_ASKED = "confirmation_asked", _("Draft sent to be confirmed")
    REMINDED = "reminded", _("Applicant reminded")
    EXTENDED = "extended", _("Extended, with an apology")
    LATE = "late", _("Apology for being late")
    PROLONGED = "prolonged", _("Prolonged")
    WITHDRAWAL_REQUESTED = "withdrawal_requested", _("Withdrawal requested")
    WITHDRAWAL_DECLINED = "withdrawal_declined", _("Withdrawal not granted")
    STOPPED = "stopped", _("Stopped")
    REOPENED = "reopened", _("Reopened")
    RELEASED = "released", _("Result released")
    HANDED_OVER = "handed_over", _("Result delivered")
    REFUND_DECIDED = "refund_decided", _("Refund decided")
    REFUND_PAID = "refund_paid", _("Money paid back")
    SECRET_ISSUED_AGAIN = "secret_issued_again", _("Tracking secret issued again")
    PAPER_CORRECTED = "paper_corrected", _("Paper corrected")
    RECEIPT_NOTICED = "receipt_noticed", _("Notice of a wrong receipt")
    RECEIPT_REPLACED = "receipt_replaced", _("Receipt replaced")
    VERSION_CHANGED = "version_changed", _("Moved to another version")
    DUE_TIMES_REDERIVED = "due_times_rederived", _("Due times moved by the calendar")


class Channel(models.TextChoices):
    """By which way a notice leaves the house; on the applicant's page it stands without any."""

    EMAIL = "email", _("E-mail")
    SMS = "sms", _("SMS")
    ZALO = "zalo", _("Zalo")


ON_PHONE = (Channel.SMS, Channel.ZALO)


class SendingState(models.TextChoices):
    WAITING = "waiting", _("Not sent yet")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Could not be sent")


class Language(models.TextChoices):
    """The languages in which every notice is written."""

    VI = "vi", _("Vietnamese")
    EN = "en", _("English")
