"""Words of money."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class PaymentMethod(models.TextChoices):
    """Cash and card are taken by a cashier at a counter; the others come for an order."""

    CASH = "cash", _("Cash")
    CARD = "card", _("Card")
    ONLINE = "online", _("Online")
    TRANSFER = "transfer", _("Bank transfer")


AT_COUNTER = (PaymentMethod.CASH, PaymentMethod.CARD)


class ReceiptForm(models.TextChoices):
    """Forms of Nghị định 254/2026/NĐ-CP, in force for receipts issued from 2026-07-01."""

    NO_FACE_VALUE = "EBL01", _("Receipt without face value")
    FACE_VALUE = "EBL02", _("Receipt with face value")


class CashMovementKind(models.TextChoices):
    CHANGE = "change", _("Change brought")
    DEPOSIT = "deposit", _("Taken to the bank")


# Notes in use, in đồng; coins are not in use any more.
NOTES = (500_000, 200_000, 100_000, 50_000, 20_000, 10_000, 5_000, 2_000, 1_000, 500, 200)


class OrderOutcome(models.TextChoices):
    """How an order for an online payment ended."""

    SETTLED = "settled", _("Paid")
    FAILED = "failed", _("Payment failed")
    CANCELLED = "cancelled", _("Cancelled")
    EXPIRED = "expired", _("Not paid in time")


class GatewayMessageKind(models.TextChoices):
    """On which occasion a gateway or a bank said something."""

    CREATED = "created", _("Answer to a new order")
    CALLBACK = "callback", _("Callback")
    ANSWER = "answer", _("Answer to a query")
    CANCELLED = "cancelled", _("Answer to a cancellation")
    REFUND = "refund", _("Answer to a refund")


class MessageOutcome(models.TextChoices):
    """What a message of a gateway brought about."""

    SETTLED = "settled", _("Settled the order")
    NOT_APPLIED = "not_applied", _("Recorded as money that settles nothing")
    REPEATED = "repeated", _("Nothing: it was known already")
    CLOSED = "closed", _("Closed the order without money")
    PAID_BACK = "paid_back", _("Recorded as paid back")
    NOT_PAID_BACK = "not_paid_back", _("Recorded as not paid back; another way is decided")
    NOTED = "noted", _("Nothing")
    ASKED = "asked", _("The gateway is asked")
    FORGED = "forged", _("Refused: the signature is wrong")
    UNKNOWN = "unknown", _("Refused: no such order")
    CONTRADICTS = "contradicts", _("Refused: it contradicts the order")


class RefundGround(models.TextChoices):
    DECLINED = "declined", _("Declined at intake")
    CANCELLED = "cancelled", _("Cancelled by the applicant")
    STOPPED = "stopped", _("Stopped before service")
    PAID_TWICE = "paid_twice", _("Paid twice")
    NOT_DUE = "not_due", _("Paid what is not due")
    FEE_LOWERED = "fee_lowered", _("The fee was assessed lower")


class RefundMethod(models.TextChoices):
    GATEWAY = "gateway", _("Through the payment gateway")
    CASH = "cash", _("Cash")
    TRANSFER = "transfer", _("Bank transfer")


class ReceiptState(models.TextChoices):
    """How a receipt stands to whoever holds it. A notice corrects what another receipt need not replace."""

    IN_FORCE = "in_force", _("In force")
    NOTICED = "noticed", _("In force, corrected by a notice")
    REPLACED = "replaced", _("Replaced by another")


class FileVerdict(models.TextChoices):
    """What a file is that somebody holds and takes for a receipt."""

    GENUINE = "genuine", _("Genuine and unchanged")
    OTHER_BYTES = "other_bytes", _("Signed by us, but not the file that was issued")
    OF_ANOTHER = "of_another", _("Signed by us, but another receipt")
    ALTERED = "altered", _("Altered")


class RefundState(models.TextChoices):
    """How money that may have to go back stands."""

    PROPOSED = "proposed", _("To be decided")
    GRANTED = "granted", _("To be paid back")
    FAILED = "failed", _("The gateway did not pay it back; another way is to be decided")
    PAID = "paid", _("Paid back")
    REFUSED = "refused", _("Not paid back")
    WITHDRAWN = "withdrawn", _("Withdrawn: the money is used after all")


class MoneyState(models.TextChoices):
    """The state of a case's money, beside its status."""

    NOTHING = "nothing", _("Nothing was paid, and nothing is due")
    DUE = "due", _("Something is due")
    SETTLED = "settled", _("Settled")
    REFUNDED = "refunded", _("Refunded")


class DayReportState(models.TextChoices):
    """How a day's list stands with the tax authority."""

    MADE = "made", _("Made, not sent yet")
    SENT = "sent", _("Sent, not answered yet")
    ACCEPTED = "accepted", _("Accepted")
    REJECTED = "rejected", _("Rejected")


class ToldKind(models.TextChoices):
    """What a line of the day's list tells."""

    ISSUED = "issued", _("New")
    REPLACEMENT = "replacement", _("Replacement")
    NOTICE = "notice", _("Notice of an error")


class ReportMedium(models.TextChoices):
    XML = "xml", "XML"
    XLSX = "xlsx", "XLSX"
    PDF = "pdf", "PDF"


class AnswerOutcome(models.TextChoices):
    """What an answer of the tax authority says."""

    ACCEPTED = "accepted", _("Accepted")
    REJECTED = "rejected", _("Rejected")
    RECEIVED = "received", _("Received, not decided yet")
    UNREADABLE = "unreadable", _("Cannot be read")


class MatchedHow(models.TextChoices):
    """By what a bank line was known to be something of ours."""

    ORDER_CODE = "order_code", _("By the code of the order in the memo")
    PAYOUT = "payout", _("By the reference of the gateway's pay-out")
    REFERENCE = "reference", _("By its reference and amount")
    BY_HAND = "by_hand", _("By hand")


class DifferenceKind(models.TextChoices):
    """In what the bank, the gateway, the cash, the payments, the receipts and the day's lists may differ."""

    LINE_WITHOUT_PAYMENT = "line_without_payment", _("Bank line without anything of ours")
    PAYMENT_WITHOUT_LINE = "payment_without_line", _("Payment not seen at the bank")
    AMOUNTS_DIFFER = "amounts_differ", _("The bank's amount is another than ours")
    STATEMENT_JUMPS = "statement_jumps", _("Statement that does not follow the one before")
    UNKNOWN_HERE = "unknown_here", _("Paid at the gateway and unknown here")
    DEPOSIT_NOT_ARRIVED = "deposit_not_arrived", _("Cash taken to the bank and not seen there")
    REFUND_NOT_SEEN = "refund_not_seen", _("Refund not seen at the bank")
    SESSION_DIFFERENCE = "session_difference", _("Cash counted otherwise than expected")
    CARDS_DIFFERENCE = "cards_difference", _("Card slips counted otherwise than expected")
    OPENED_OTHERWISE = "opened_otherwise", _("Drawer opened with another sum than was left in it")
    SESSION_LEFT_OPEN = "session_left_open", _("Cashier's session not closed")
    NO_RECEIPT = "no_receipt", _("Payment without a receipt in force")
    RECEIPT_DIFFERS = "receipt_differs", _("Receipt of another amount than was settled")
    RECEIPT_UNSIGNED = "receipt_unsigned", _("Receipt without its signed file")
    RECEIPT_NOT_REPORTED = "receipt_not_reported", _("Receipt on no day's list")
    REFUND_UNDECIDED = "refund_undecided", _("Refund proposed and not decided")
    REFUND_UNPAID = "refund_unpaid", _("Refund granted and not paid out")


class LineOutcome(models.TextChoices):
    """What a line of a statement is to those that are there already. The head says what the statement is."""

    HEAD = "head", _("The statement")
    NEW = "new", _("New")
    KNOWN = "known", _("Known from another statement")
    CONTRADICTS = "contradicts", _("Told otherwise by another statement")
