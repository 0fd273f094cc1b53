"""Why money is not taken or a receipt not given."""

from django.utils.translation import gettext_lazy as _

from apps.core.errors import Invalid, NotFound, Refusal, refuses_constraint


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


class SeriesUnknown(NotFound):
    code = "series_unknown"
    text = _("There is no such receipt series.")


class SeriesClosed(Refusal):
    code = "series_closed"
    text = _("This receipt series is closed; it gives no more numbers and is not changed.")


class SeriesYearWrong(Invalid):
    code = "series_year_wrong"
    text = _("A series is opened for this year or the next.")


class SeriesCodeWrong(Invalid):
    code = "series_code_wrong"
    text = _("A series is the year, T and two letters, such as %(example)s.")


class FormNotInForce(Invalid):
    code = "form_not_in_force"
    text = _("Only the forms EBL01 and EBL02 can be issued, from %(since)s on.")


class FaceValueWrong(Invalid):
    code = "face_value_wrong"
    text = _("EBL02 has a face value in đồng; EBL01 has none.")


class AcceptanceMissing(Invalid):
    code = "acceptance_missing"
    text = _("A series is opened with the number of the tax authority's acceptance.")


class AcceptanceInFuture(Invalid):
    code = "acceptance_in_future"
    text = _("The acceptance cannot be dated in the future.")


class AcceptanceKnown(Refusal):
    code = "acceptance_known"
    text = _("The acceptance of this series is recorded already.")


class ReasonNeeded(Invalid):
    code = "reason_needed"
    text = _("Say why.")


class BodySucceeded(Refusal):
    code = "body_succeeded"
    text = _("This collecting body has ended; its successor issues receipts.")


class ReceiptNotOfCase(NotFound):
    code = "receipt_not_of_case"
    text = _("This case has no such receipt.")


class ReceiptReplaced(Refusal):
    code = "receipt_replaced"
    text = _(
        "This receipt has been replaced already; what is wrong now is wrong in the one that replaces it."
    )


class NoticeIsEnough(Refusal):
    code = "notice_is_enough"
    text = _(
        "Only a name, an address or the amount in words is wrong: the law wants a notice (04/SS-CTĐT) and no new receipt."
    )


class ReplacementIsNeeded(Invalid):
    code = "replacement_is_needed"
    text = _("This is more than a name, an address or the amount in words: the law wants another receipt.")


class NothingCorrected(Invalid):
    code = "nothing_corrected"
    text = _("Nothing of what you wrote differs from the receipt.")


class CorrectionUnknown(Invalid):
    code = "correction_unknown"
    text = _("This cannot be corrected on a receipt.")


class AmountIsComputed(Invalid):
    code = "amount_is_computed"
    text = _("The amount of a receipt is never typed: it is what was paid less what was refunded.")


class NothingLeft(Refusal):
    code = "nothing_left"
    text = _("All of it was refunded: there is nothing left to issue a receipt of.")


class ReceiptUnknown(NotFound):
    code = "receipt_unknown"
    text = _("No receipt of ours carries this code.")


refuses_constraint("series_open_once_a_year", SeriesOverlaps)
refuses_constraint("series_key", SeriesOverlaps)
refuses_constraint("money_in_an_open_session", NoOpenSession)
refuses_constraint("cashier_has_one_open_session", SessionOpen)
refuses_constraint("receipts_paymentline_fee_id_key", AlreadySettled)
refuses_constraint("receipts_receipt_replaces_id_key", ReceiptReplaced)
