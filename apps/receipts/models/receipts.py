"""Receipts: numbered, frozen, and the paper that is made of each."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from apps.documents.models import Document
from apps.receipts.models.payments import Payment
from apps.receipts.models.series import ReceiptSeries

LOOKUP_CODE_LENGTH = 16


class Receipt(models.Model):
    """A numbered receipt: a frozen snapshot. Never edited, never deleted, its number never used again.

    A payment has one receipt in force: a wrong one stays, and another that names it replaces it.
    """

    uuid = models.UUIDField(unique=True)
    series = models.ForeignKey(ReceiptSeries, on_delete=models.PROTECT, related_name="receipts")
    number = models.PositiveIntegerField()
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="receipts")
    amount = models.PositiveBigIntegerField()
    snapshot = models.JSONField()
    lookup_code = models.CharField(max_length=LOOKUP_CODE_LENGTH, unique=True)
    issued_at = models.DateTimeField()
    replaces = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="replaced_by")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["series", "number"], name="receipt_number_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="receipt_numbers_begin_at_1"),
            models.UniqueConstraint(
                fields=["payment"], condition=Q(replaces__isnull=True), name="receipt_replaced_not_doubled"
            ),
            models.CheckConstraint(
                condition=Q(replaces__isnull=True) | ~Q(replaces=F("id")), name="receipt_replaces_another"
            ),
        ]


class ReceiptDocument(models.Model):
    """The paper of a receipt: it is there from the moment that both its files are signed and stored, and never before.

    `certificate` is the SHA-256 of the certificate with which both were signed.
    """

    receipt = models.OneToOneField(Receipt, on_delete=models.PROTECT, related_name="paper")
    document = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="+")
    certificate = models.BinaryField()
    signed_at = models.DateTimeField()


class UnsignedAlarm(models.Model):
    """A receipt that was not signed within a working hour of its collecting body: raised once, cleared once it is."""

    receipt = models.OneToOneField(Receipt, on_delete=models.PROTECT, related_name="alarm")
    raised_at = models.DateTimeField()
    cleared_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(cleared_at__isnull=True) | Q(cleared_at__gte=F("raised_at")),
                name="alarm_cleared_after_raised",
            )
        ]
