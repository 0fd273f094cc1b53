"""Receipts from before Nghị định 254/2026/NĐ-CP, taken over as they were printed."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from apps.units.models import Agency


class LegacyReceipt(models.Model):
    """A receipt of Thông tư 303/2016/TT-BTC, such as 01BLP0-001, BL-18E, 0000123: it can be found, and is never edited.

    Its number is as printed, with its zeros. `amount` is in đồng. `source` is the file that it came from.
    """

    collecting_body = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="legacy_receipts")
    form = models.CharField(max_length=12)
    series = models.CharField(max_length=8)
    number = models.CharField(max_length=7)
    payer = models.CharField(max_length=300)
    fee_name = models.CharField(max_length=300)
    amount = models.PositiveBigIntegerField()
    issued_on = models.DateField()
    source = models.CharField(max_length=200)
    imported_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["form", "series", "number", "collecting_body"], name="legacy_receipt_once"
            ),
            models.CheckConstraint(
                condition=Q(form__regex=r"^[0-9]{2}BLP[0-9]-[0-9]{3}$"), name="legacy_form_has_its_shape"
            ),
            models.CheckConstraint(
                condition=Q(series__regex=r"^[A-Z]{2}-[0-9]{2}[EPT]$"), name="legacy_series_has_its_shape"
            ),
            models.CheckConstraint(
                condition=Q(number__regex=r"^[0-9]{7}$") & ~Q(number="0000000"),
                name="legacy_number_has_7_digits",
            ),
        ]
        indexes = [models.Index(fields=["number", "series"], name="legacy_receipt_by_number")]
