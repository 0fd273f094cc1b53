"""Money that came in: what was asked to be paid online, what a gateway said of it, and payments."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from apps.accounts.models import User
from apps.receipts.choices import GatewayMessageKind, MessageOutcome, OrderOutcome, PaymentMethod
from apps.receipts.models.cashiers import CashierSession
from apps.receipts.models.fees import FeeDue
from apps.units.models import Agency

REFERENCE_AT_MOST = 80
ORDER_CODE_LENGTH = 12


class PaymentOrder(models.Model):
    """What is to be paid online to one collecting body, in one settlement: these lines, this amount in đồng, until then.

    `code` is what the gateway and the bank give back: in the request, the signed callback, the VietQR code and the memo on
    the statement. It is closed once, with its outcome; money that arrives for a closed order is still money, and is recorded.
    `cancelled_by` is who of the payer's side ended it; empty where the gateway or the clock did.
    """

    uuid = models.UUIDField(unique=True)
    code = models.CharField(max_length=ORDER_CODE_LENGTH, unique=True)
    collecting_body = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="payment_orders")
    amount = models.PositiveBigIntegerField()
    gateway = models.CharField(max_length=20)
    gateway_reference = models.CharField(max_length=REFERENCE_AT_MOST, blank=True, default="")
    pay_url = models.CharField(max_length=300, blank=True, default="")
    created_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=12, choices=OrderOutcome.choices, blank=True, default="")
    cancelled_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="order_is_positive"),
            models.CheckConstraint(
                condition=Q(expires_at__gt=models.F("created_at")), name="order_expires_after_it_begins"
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, outcome="")
                | (Q(closed_at__isnull=False) & ~Q(outcome="")),
                name="order_closed_with_an_outcome",
            ),
            # Money may still come for one that was cancelled.
            models.CheckConstraint(
                condition=Q(cancelled_by__isnull=True)
                | Q(outcome__in=[OrderOutcome.CANCELLED, OrderOutcome.SETTLED]),
                name="order_cancelled_by_whom",
            ),
            models.UniqueConstraint(
                fields=["gateway", "gateway_reference"],
                condition=~Q(gateway_reference=""),
                name="order_of_gateway_once",
            ),
        ]
        indexes = [
            models.Index(fields=["created_at"], name="order_open", condition=Q(closed_at__isnull=True))
        ]


class PaymentOrderLine(models.Model):
    """A due line that an order is for. It may be on several orders, and is settled once."""

    order = models.ForeignKey(PaymentOrder, on_delete=models.PROTECT, related_name="lines")
    fee = models.ForeignKey(FeeDue, on_delete=models.PROTECT, related_name="order_lines")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["order", "fee"], name="order_line_once")]


class GatewayMessage(models.Model):
    """What a gateway said, word for word, whether it was really the gateway, and what became of it. Never edited.

    `refund` is the proposal that an answer to a refund is about.
    """

    gateway = models.CharField(max_length=20)
    kind = models.CharField(max_length=10, choices=GatewayMessageKind.choices)
    order = models.ForeignKey(PaymentOrder, null=True, on_delete=models.PROTECT, related_name="messages")
    refund = models.ForeignKey(
        "receipts.RefundProposal", null=True, on_delete=models.PROTECT, related_name="messages"
    )
    body = models.TextField()
    is_authentic = models.BooleanField()
    outcome = models.CharField(max_length=16, choices=MessageOutcome.choices)
    received_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(refund__isnull=True) | Q(kind=GatewayMessageKind.REFUND, order__isnull=False),
                name="message_of_a_refund",
            )
        ]
        indexes = [models.Index(fields=["gateway", "received_at"], name="gateway_message_at")]


class GatewayStatementLine(models.Model):
    """A line of a gateway's own list of a day: what it says came or, negative, went back, in đồng. Never edited.

    It settles nothing: one that is unknown here is a reason to ask, and a difference for as long as it is unknown. The gateway's
    number with another amount is another line.
    """

    gateway = models.CharField(max_length=20)
    order_code = models.CharField(max_length=REFERENCE_AT_MOST)
    number = models.CharField(max_length=REFERENCE_AT_MOST)
    amount = models.BigIntegerField()
    at = models.DateTimeField()
    read_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(amount=0), name="gateway_line_of_money"),
            models.UniqueConstraint(
                fields=["gateway", "number", "amount", "order_code"], name="gateway_line_once"
            ),
        ]
        indexes = [models.Index(fields=["at"], name="gateway_line_at")]


class Payment(models.Model):
    """Money taken for one collecting body, from one payer, in one settlement.

    At the counter (cash, card) a cashier takes it in their open session; online (through a gateway, or by a transfer that the
    bank reports) it comes for an order, and `reference` is the other side's own number of it: at one gateway of one order, which the database holds to. What the lines do not use up
    settles nothing and is proposed to be refunded.
    """

    uuid = models.UUIDField(unique=True)
    collecting_body = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="payments")
    taken_at_desk = models.ForeignKey(
        Agency, null=True, on_delete=models.PROTECT, related_name="payments_taken"
    )
    session = models.ForeignKey(CashierSession, null=True, on_delete=models.PROTECT, related_name="payments")
    order = models.ForeignKey(PaymentOrder, null=True, on_delete=models.PROTECT, related_name="payments")
    amount = models.PositiveBigIntegerField()
    method = models.CharField(max_length=12, choices=PaymentMethod.choices)
    reference = models.CharField(max_length=REFERENCE_AT_MOST, blank=True, default="")
    taken_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="payments_taken")
    taken_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="payment_is_positive"),
            models.CheckConstraint(
                condition=Q(
                    method__in=[PaymentMethod.CASH, PaymentMethod.CARD],
                    session__isnull=False,
                    taken_by__isnull=False,
                    taken_at_desk__isnull=False,
                    order__isnull=True,
                )
                | (
                    Q(
                        method__in=[PaymentMethod.ONLINE, PaymentMethod.TRANSFER],
                        session__isnull=True,
                        taken_by__isnull=True,
                        taken_at_desk__isnull=True,
                        order__isnull=False,
                    )
                    & ~Q(reference="")
                ),
                name="payment_at_a_counter_or_for_an_order",
            ),
            models.UniqueConstraint(
                fields=["order", "reference"], condition=Q(order__isnull=False), name="payment_told_once"
            ),
        ]
        indexes = [
            models.Index(fields=["collecting_body", "taken_at"], name="payment_of_body"),
            models.Index(
                fields=["reference"], condition=Q(method=PaymentMethod.ONLINE), name="payment_transaction"
            ),
        ]


class PaymentLine(models.Model):
    """A due line is settled by being on a payment, once."""

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="lines")
    fee = models.OneToOneField(FeeDue, on_delete=models.PROTECT, related_name="settlement")
