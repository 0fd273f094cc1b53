"""Why money is not taken or a receipt not given."""

from django.utils.translation import gettext_lazy as _

from apps.core.errors import Invalid, NotAllowed, NotFound, Refusal, refuses_constraint


class NoOpenSeries(Refusal):
    code = "no_open_series"
    text = _("%(body)s has no open receipt series for this year; the money cannot be taken.")


class AmountNotDue(Invalid):
    code = "amount_not_due"
    text = _("The amount due is %(due)s đ, not %(given)s đ.")


class NoOpenSession(Refusal):
    code = "no_open_session"
    text = _("Open your cashier's session first: money at the counter is taken within one.")


class SessionNotOfToday(Refusal):
    code = "session_not_of_today"
    text = _("Your cashier's session of %(on)s is still open. Count and close it first.")


class SessionOpen(Refusal):
    code = "session_open"
    text = _("You have an open cashier's session already. Close it before you open another.")


class NotYourDesk(Refusal):
    code = "not_your_desk"
    text = _("You hold no post at the desk of this agency that takes money.")


class SessionElsewhere(Refusal):
    code = "session_elsewhere"
    text = _("Your cashier's session is at %(desk)s, which has no part in this case.")


class ReferenceTooLong(Invalid):
    code = "reference_too_long"
    text = _("The reference may have at most %(most)d characters.")


class NothingDue(Refusal):
    code = "nothing_due"
    text = _("Nothing is due from the applicant in this case.")


class FeeNotEstablished(Refusal):
    code = "fee_not_established"
    text = _("The fee of this procedure is not established; nothing may be collected.")


class AlreadySettled(Refusal):
    code = "already_settled"
    text = _("This fee has already been paid.")


class SeriesOverlaps(Refusal):
    code = "series_overlaps"
    text = _("The collecting body already has an open series for this form and year.")


class ReceiptUnknown(NotFound):
    code = "receipt_unknown"
    text = _("No receipt of ours carries this code.")


class DayReportUnknown(NotFound):
    code = "day_report_unknown"
    text = _("There is no such list, or it is not yours to read.")


class DayReportNotYours(NotAllowed):
    code = "day_report_not_yours"
    text = _("Only the head of the collecting body, or who signs there, answers for its lists.")


class DayReportNotRejected(Refusal):
    code = "day_report_not_rejected"
    text = _("Only a list that the tax authority has rejected is made anew.")


class DayReportNotWaiting(Refusal):
    code = "day_report_not_waiting"
    text = _("This list does not wait to be sent again: it is on its way, or was answered.")


class ExplanationMissing(Invalid):
    code = "explanation_missing"
    text = _("Say in a sentence, of at most 500 characters, why the list is made anew.")


class DayReportFileNotMade(Refusal):
    code = "day_report_file_not_made"
    text = _("The files of this list are still being made. Try again in a moment.")


refuses_constraint("day_report_edition_key", DayReportNotRejected)
refuses_constraint("series_open_once_a_year", SeriesOverlaps)
refuses_constraint("series_key", SeriesOverlaps)
refuses_constraint("money_in_an_open_session", NoOpenSession)
refuses_constraint("cashier_has_one_open_session", SessionOpen)
refuses_constraint("receipts_paymentline_fee_id_key", AlreadySettled)
