"""Notices of a wrong receipt, on form 04/SS-CTĐT: what was wrong of it that needs no new one."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from apps.accounts.models import User
from apps.documents.models import Document
from apps.receipts.models.receipts import Receipt
from apps.units.models import Agency


class ReceiptNotice(models.Model):
    """The payer and the tax authority are told how a name, an address or the amount in words should read. Never edited.

    `corrections` has for each of `NOTICED` what stood there and what is right: {"name": {"was": …, "right": …}}. `body`, the
    collecting body or who has succeeded it, numbers its notices from 1 in each year.
    """

    uuid = models.UUIDField(unique=True)
    receipt = models.ForeignKey(Receipt, on_delete=models.PROTECT, related_name="notices")
    body = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="receipt_notices")
    year = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    corrections = models.JSONField()
    reason = models.CharField(max_length=500)
    document = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="+")
    noticed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    noticed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["body", "year", "number"], name="receipt_notice_number_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="receipt_notices_begin_at_1"),
            models.CheckConstraint(condition=~Q(reason=""), name="receipt_notice_has_a_reason"),
        ]
        indexes = [models.Index(fields=["body", "noticed_at"], name="receipt_notice_of_body")]
