"""Books of numbers: one of a collecting body, a form and a year."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from apps.accounts.models import User
from apps.receipts.choices import ReceiptForm
from apps.units.models import Agency


class ReceiptSeries(models.Model):
    """A book of numbers of one collecting body, form and year. Its row is locked by the last statement of an issue.

    Opened with the tax authority's acceptance; where that is not established, every receipt says so. Receipts with a face
    value (EBL02) are all of that amount, in đồng.
    """

    collecting_body = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="receipt_series")
    form = models.CharField(max_length=5, choices=ReceiptForm.choices)
    face_value = models.PositiveIntegerField(null=True)
    code = models.CharField(max_length=5)
    year = models.PositiveSmallIntegerField()
    acceptance_number = models.CharField(max_length=60, blank=True, default="")
    accepted_on = models.DateField(null=True)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    last_number = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["collecting_body", "form", "code"], name="series_key"),
            models.UniqueConstraint(
                fields=["collecting_body", "form", "year", "face_value"],
                condition=Q(closed_at__isnull=True),
                nulls_distinct=False,
                name="series_open_once_a_year",
            ),
            models.CheckConstraint(
                condition=Q(code__regex=r"^[0-9]{2}T[ABCDEGHKLMNPQRSTUVXY]{2}$"),
                name="series_code_has_its_shape",
            ),
            models.CheckConstraint(
                condition=Q(last_number__lte=99_999_999), name="series_number_has_8_digits"
            ),
            models.CheckConstraint(
                condition=Q(form=ReceiptForm.NO_FACE_VALUE, face_value__isnull=True)
                | Q(form=ReceiptForm.FACE_VALUE, face_value__gt=0),
                name="series_face_value_of_its_form",
            ),
        ]


class CollectingSuccession(models.Model):
    """A collecting body ended by reorganisation, and who stands for it since, by which decision. Never edited.

    The database refuses a successor that has itself ended, so that no chain of them comes back to where it began, and a
    series of a body that has ended.
    """

    body = models.OneToOneField(Agency, on_delete=models.PROTECT, related_name="collecting_successor")
    successor = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="succeeded_collecting")
    decision = models.CharField(max_length=200)
    decided_on = models.DateField()
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(body=models.F("successor")), name="succeeded_by_another")
        ]
