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
    REFUND = "refund", _("Answer to a refund")


class MessageOutcome(models.TextChoices):
    """What a message of a gateway brought about."""

    SETTLED = "settled", _("Settled the order")
    NOT_APPLIED = "not_applied", _("Recorded as money that settles nothing")
    REPEATED = "repeated", _("Nothing: it was known already")
    CLOSED = "closed", _("Closed the order without money")
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
