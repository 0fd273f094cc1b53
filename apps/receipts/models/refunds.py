"""Money that goes back: proposed by itself, decided by a person, paid out, each a row that is never edited."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from apps.accounts.models import User
from apps.receipts.choices import RefundGround, RefundMethod
from apps.receipts.models.cashiers import CashierSession
from apps.receipts.models.fees import FeeDue
from apps.receipts.models.payments import REFERENCE_AT_MOST, Payment


class RefundProposal(models.Model):
    """Đồng of a payment that may have to go back, and why: a settled line, or money that settled nothing (no `fee`).

    The fee's own rule says whether it may (`FeeRule.is_refundable`); money that settled nothing always does.
    """

    uuid = models.UUIDField(unique=True)
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="refund_proposals")
    fee = models.ForeignKey(FeeDue, null=True, on_delete=models.PROTECT, related_name="refund_proposals")
    ground = models.CharField(max_length=20, choices=RefundGround.choices)
    amount = models.PositiveBigIntegerField()
    opened_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="refund_is_positive"),
            models.UniqueConstraint(
                fields=["payment"], condition=Q(fee__isnull=True), name="unapplied_money_proposed_once"
            ),
        ]


class RefundDecision(models.Model):
    """Somebody who may decided: it goes back, by this way, or it stays, for this reason. Once for each proposal."""

    proposal = models.OneToOneField(RefundProposal, on_delete=models.PROTECT, related_name="decision")
    is_granted = models.BooleanField()
    method = models.CharField(max_length=10, choices=RefundMethod.choices, blank=True, default="")
    reason = models.CharField(max_length=500)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(is_granted=True, method__in=RefundMethod.values) | Q(is_granted=False, method=""),
                name="refund_granted_says_how",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="refund_decision_has_a_reason"),
        ]


class Refund(models.Model):
    """The money went back: all of what was granted, once. Out of a drawer it belongs to a cashier's session."""

    proposal = models.OneToOneField(RefundProposal, on_delete=models.PROTECT, related_name="refund")
    amount = models.PositiveBigIntegerField()
    method = models.CharField(max_length=10, choices=RefundMethod.choices)
    reference = models.CharField(max_length=REFERENCE_AT_MOST, blank=True, default="")
    session = models.ForeignKey(CashierSession, null=True, on_delete=models.PROTECT, related_name="refunds")
    paid_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    paid_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(method=RefundMethod.CASH, session__isnull=False, paid_by__isnull=False)
                | (~Q(method=RefundMethod.CASH) & Q(session__isnull=True) & ~Q(reference="")),
                name="refund_in_cash_is_of_a_session",
            )
        ]
