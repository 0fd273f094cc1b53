"""Why money is not taken or a receipt not given."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from apps.core.errors import Invalid, NotFound, Refusal, refuses_constraint
from apps.core.loading import Fault


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


refuses_constraint("series_open_once_a_year", SeriesOverlaps)
refuses_constraint("series_key", SeriesOverlaps)
refuses_constraint("money_in_an_open_session", NoOpenSession)
refuses_constraint("cashier_has_one_open_session", SessionOpen)
refuses_constraint("receipts_paymentline_fee_id_key", AlreadySettled)


class AccountOverlaps(Refusal):
    code = "account_overlaps"
    text = _("The body has another account on these days. End that one first.")


class AccountMalformed(Invalid):
    code = "account_malformed"
    text = _("A bank has 6 digits, an account 4 to 19 digits or capitals, and it ends after it begins.")


class AccountUnknown(NotFound):
    code = "account_unknown"
    text = _("There is no such account.")


class StatementRefused(Invalid):
    """A bank statement cannot be read; `faults` name every line that is wrong."""

    code = "statement_refused"
    text = _("The statement cannot be taken: it has %(count)d faults.")

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(field="file", count=len(faults))
        self.faults = tuple(faults)


class StatementKnown(Refusal):
    code = "statement_known"
    text = _("This file was taken in already.")


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


class SeriesUnknown(NotFound):
    code = "series_unknown"
    text = _("There is no such receipt series.")


class SessionUnknown(NotFound):
    code = "session_unknown"
    text = _("There is no such cashier's session.")


class PaymentUnknown(NotFound):
    code = "payment_unknown"
    text = _("There is no such payment.")


class DifferenceUnknown(NotFound):
    code = "difference_unknown"
    text = _("There is no such difference now.")


class ReasonMissing(Invalid):
    code = "reason_missing"
    text = _("Say why.")


refuses_constraint("account_of_body_once_at_a_time", AccountOverlaps)
refuses_constraint("account_ends_after_it_begins", AccountMalformed)
refuses_constraint("account_bank_has_6_digits", AccountMalformed)
refuses_constraint("account_number_has_its_shape", AccountMalformed)
refuses_constraint("receipts_bankstatement_sha256_key", StatementKnown)
refuses_constraint("match_of_payment_once", MatchedAlready)
refuses_constraint("match_of_deposit_once", MatchedAlready)
refuses_constraint("match_of_refund_once", MatchedAlready)
