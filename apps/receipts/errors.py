"""Why money is not taken or a receipt not given."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from apps.core.errors import Invalid, NotAllowed, NotFound, Refusal, refuses_constraint
from apps.core.loading import Fault


class NoOpenSeries(Refusal):
    code = "no_open_series"
    text = _("%(body)s has no open receipt series for this year; the money cannot be taken.")


class SeriesNotAccepted(NoOpenSeries):
    """The law lets a body issue only what the tax authority has accepted."""

    code = "series_not_accepted"
    text = _(
        "The tax authority has not accepted a receipt series of %(body)s yet; the money cannot be taken."
    )


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


class SessionUnknown(NotFound):
    code = "session_unknown"
    text = _("There is no such cashier's session, or it is not yours to see.")


class NotYourDrawer(NotAllowed):
    code = "not_your_drawer"
    text = _("Only the cashier whose drawer it is moves cash in it.")


class SessionClosed(Refusal):
    code = "session_closed"
    text = _("This session was counted and closed at %(at)s by %(by)s.")


class AmountOutOfRange(Invalid):
    code = "amount_out_of_range"
    text = _("The amount is in whole đồng, from %(least)s to %(most)s.")


class MovementKindUnknown(Invalid):
    code = "movement_kind_unknown"
    text = _("Say whether change was brought or money taken to the bank.")


class DepositWithoutReference(Invalid):
    code = "deposit_without_reference"
    text = _("Money taken to the bank needs the number of the paying-in slip.")


class DrawerHoldsLess(Refusal):
    code = "drawer_holds_less"
    text = _("The drawer holds %(holds)s, not %(given)s.")


class NoteUnknown(Invalid):
    code = "note_unknown"
    text = _("There is no note of %(note)s đồng to be counted.")


class TooManyNotes(Invalid):
    code = "too_many_notes"
    text = _("A number of notes is a whole number from 0 to %(most)s.")


class DifferenceUnexplained(Invalid):
    """The count is not what the rows add up to, and nobody says why."""

    code = "difference_unexplained"
    text = _(
        "Cash: expected %(expected_cash)s, counted %(counted_cash)s, difference %(cash)s. Card slips: expected "
        "%(expected_cards)s, counted %(counted_cards)s, difference %(cards)s. Count again, or explain the difference."
    )


class ClosingReasonMissing(Invalid):
    code = "closing_reason_missing"
    text = _("Say why you and not the cashier count this drawer.")


class TextTooLong(Invalid):
    code = "text_too_long"
    text = _("This may have at most %(most)d characters.")


class NothingToAcknowledge(Refusal):
    code = "nothing_to_acknowledge"
    text = _("This session is closed without a difference, or is still open.")


class DifferenceAcknowledgedAlready(Refusal):
    code = "difference_acknowledged"
    text = _("The difference of this session has been acknowledged already.")


class OwnDifference(NotAllowed):
    code = "own_difference"
    text = _("Somebody else than who kept or counted the drawer acknowledges its difference.")


class OwnMoney(NotAllowed):
    code = "own_money"
    text = _("This money went through your own hands. Somebody else says what became of it.")


class NoteMissing(Invalid):
    code = "acknowledgement_without_note"
    text = _("Say in a few words what you found about the difference.")


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


class OnlinePaymentOff(Refusal):
    code = "online_payment_off"
    text = _("Online payment is off, and %(body)s has no account to transfer to. Pay at a counter.")


class OrderUnknown(NotFound):
    code = "order_unknown"
    text = _("No payment order of ours carries this code.")


class OrderEnded(Refusal):
    code = "order_ended"
    text = _("This payment order has ended already: “%(outcome)s”.")


class PaymentUnderWay(Refusal):
    """Money for an order is on its way, or came and cannot be recorded yet."""

    code = "payment_under_way"
    text = _("A payment of this order is under way, so that it cannot be cancelled. Look again in a moment.")


class GatewaySilent(Refusal):
    """The gateway gives no answer that can be used; nothing was changed here."""

    code = "gateway_silent"
    status = 503
    text = _(
        "The payment gateway does not answer, so that the order stays open. Try again in a moment; "
        "an order that nobody pays ends by itself."
    )


class TransactionOfAnother(Refusal):
    code = "transaction_of_another"
    text = _("This transaction was recorded for another payment order.")


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


class SuccessorWrong(Invalid):
    code = "successor_wrong"
    text = _("The successor is another agency of today that has not itself been succeeded.")


class DecisionInFuture(Invalid):
    code = "decision_in_future"
    text = _("The decision cannot be dated in the future.")


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


class FeeTextOfNoRule(Invalid):
    """What a fee is called, and by which law it is asked, is published with its rule and typed by nobody."""

    code = "fee_text_of_no_rule"
    text = _("No published version of this procedure says “%(text)s” of a fee: it is published first.")


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


class WordsOfAnotherAmount(Invalid):
    code = "words_of_another_amount"
    text = _("These words are not the amount of the receipt, which is %(amount)s.")


class NothingLeft(Refusal):
    code = "nothing_left"
    text = _("All of it was refunded: there is nothing left to issue a receipt of.")


class ReceiptUnknown(NotFound):
    code = "receipt_unknown"
    text = _("No receipt of ours carries this code.")


class FileNotOurs(NotFound):
    code = "file_not_ours"
    text = _(
        "The file is not a receipt of ours: it carries no signature of a collecting body of this city. A scan or a print "
        "is never signed; check it by the code that stands on it."
    )


class FileUnread(NotFound):
    code = "file_unread"
    text = _("%(why)s It was not verified.")


class RefundUnknown(Invalid):
    code = "refund_unknown"
    text = _("This refund is none that you may deal with in this case now.")


class NoRefundToDecide(Refusal):
    code = "no_refund_to_decide"
    text = _("No refund waits for your decision in this case.")


class NoRefundToPay(Refusal):
    code = "no_refund_to_pay"
    text = _("No refund waits to be paid by you in this case.")


class NotRefundable(Refusal):
    """The rule of the fee says that it stays, whatever becomes of the case."""

    code = "not_refundable"
    text = _("“%(rule)s” is not refundable by its own rule (%(basis)s); it can only be refused.")


class AlwaysReturned(Refusal):
    code = "always_returned"
    text = _("This money settled nothing and always goes back; it can only be granted.")


class NotPaidOnline(Invalid):
    code = "not_paid_online"
    text = _("This money did not come through a payment gateway, or the gateway has not paid it back.")


class DecidedAlready(Refusal):
    code = "decided_already"
    text = _("This refund has been granted; only the way in which it is paid may still be changed.")


class SlipMissing(Invalid):
    code = "slip_missing"
    text = _("A payment by card needs the number of its slip.")


class ReferenceMissing(Invalid):
    code = "reference_missing"
    text = _("Give the number of the transfer, as the bank has it.")


class RecipientMissing(Invalid):
    code = "recipient_missing"
    text = _("Say who receives the money, and by which paper they showed who they are.")


class ReasonTooLong(Invalid):
    code = "reason_too_long"
    text = _("The reason may have at most %(most)d characters.")


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


class AccountOverlaps(Refusal):
    code = "account_overlaps"
    text = _("The body has another account on these days. End that one first.")


class AccountMalformed(Invalid):
    code = "account_malformed"
    text = _("A bank has 6 digits, an account 4 to 19 digits or capitals, and it ends after it begins.")


class AccountUnconfirmed(Refusal):
    code = "account_unconfirmed"
    text = _("The body has not confirmed this account: no statement of it is taken, and nobody pays into it.")


class AccountConfirmed(Refusal):
    code = "account_confirmed"
    text = _("This account is confirmed already.")


class OwnAccount(NotAllowed):
    code = "own_account"
    text = _("You opened this account: somebody else who answers for the body's money confirms it.")


class AccountUnknown(NotFound):
    code = "account_unknown"
    text = _("There is no such account.")


MOST_FAULTS_TOLD = 200


class StatementRefused(Invalid):
    """A bank statement cannot be read; `faults` name every line that is wrong, and its data the first of them."""

    code = "statement_refused"
    text = _("The statement cannot be taken: it has %(count)d faults.")

    def __init__(self, faults: Sequence[Fault]) -> None:
        told = [
            {"line": fault.row, "field": fault.field, "message": fault.message}
            for fault in faults[:MOST_FAULTS_TOLD]
        ]
        super().__init__(field="file", count=len(faults), faults=told)
        self.faults = tuple(faults)


class StatementKnown(Refusal):
    code = "statement_known"
    text = _("This file was taken in already.")


class StatementFileNotKept(Refusal):
    code = "statement_file_not_kept"
    text = _(
        "This statement was given before files of statements were kept: its file is not here. A proposal that still waits is put away, and the file given again."
    )


class LineUnknown(NotFound):
    code = "line_unknown"
    text = _("There is no such line of a bank.")


class NotMatched(Invalid):
    code = "not_matched"
    text = _(
        "Choose what the line is and say why. It must be of the same body and the same direction, and not matched yet."
    )


class MatchedAlready(Refusal):
    code = "matched_already"
    text = _("This is matched to a line of the bank already. Withdraw that match first.")


class MatchWithdrawn(Refusal):
    code = "match_withdrawn"
    text = _("This match has been withdrawn already.")


class PaymentUnknown(NotFound):
    code = "payment_unknown"
    text = _("There is no such payment.")


class DifferenceUnknown(NotFound):
    code = "difference_unknown"
    text = _("There is no such difference now.")


class ReasonMissing(Invalid):
    code = "reason_missing"
    text = _("Say why.")


refuses_constraint("day_report_edition_key", DayReportNotRejected)
refuses_constraint("series_open_once_a_year", SeriesOverlaps)
refuses_constraint("series_of_a_body_that_stands", BodySucceeded)
refuses_constraint("succeeded_by_who_stands", SuccessorWrong)
refuses_constraint("succeeded_by_another", SuccessorWrong)
refuses_constraint("receipts_collectingsuccession_body_id_key", BodySucceeded)
refuses_constraint("series_key", SeriesOverlaps)
refuses_constraint("money_in_an_open_session", NoOpenSession)
refuses_constraint("cashier_has_one_open_session", SessionOpen)
refuses_constraint("transaction_of_one_order", TransactionOfAnother)
refuses_constraint("order_of_gateway_once", GatewaySilent)
refuses_constraint("payment_told_once", TransactionOfAnother)
refuses_constraint("receipts_differenceacknowledged_session_id_key", DifferenceAcknowledgedAlready)
refuses_constraint("receipts_refund_proposal_id_key", NoRefundToPay)
refuses_constraint("receipts_refunddecision_proposal_id_key", NoRefundToDecide)
refuses_constraint("receipts_paymentline_fee_id_key", AlreadySettled)
refuses_constraint("account_of_body_once_at_a_time", AccountOverlaps)
refuses_constraint("account_ends_after_it_begins", AccountMalformed)
refuses_constraint("account_confirmed_by_another", OwnAccount)
refuses_constraint("statement_of_a_confirmed_account", AccountUnconfirmed)
refuses_constraint("account_bank_has_6_digits", AccountMalformed)
refuses_constraint("account_number_has_its_shape", AccountMalformed)
refuses_constraint("receipts_bankstatement_sha256_key", StatementKnown)
refuses_constraint("statement_has_its_file", StatementFileNotKept)
refuses_constraint("match_of_payment_once", MatchedAlready)
refuses_constraint("match_of_deposit_once", MatchedAlready)
refuses_constraint("match_of_refund_once", MatchedAlready)
refuses_constraint("match_of_what_it_can_be", NotMatched)
refuses_constraint("match_by_another", OwnMoney)
refuses_constraint("receipts_receipt_replaces_id_key", ReceiptReplaced)
