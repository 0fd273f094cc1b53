"""The register, form 07: asked for by agency, period and field, made once by a worker, and never changed."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from apps.accounts.models import User
from apps.documents.models import Document
from apps.supervision.choices import RegisterState
from apps.units.models import Agency


class Register(models.Model):
    """The cases that an agency received in a period, both days included; of one field, or of all where it is empty.

    The paper is a document like any other; the spreadsheet beside it holds every line. Both have their hash.
    """

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="registers")
    starts_on = models.DateField()
    ends_on = models.DateField()
    field = models.CharField(max_length=160, blank=True, default="")
    state = models.CharField(max_length=8, choices=RegisterState.choices, default=RegisterState.ASKED)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    made_at = models.DateTimeField(null=True)
    lines = models.PositiveIntegerField(null=True)
    paper = models.OneToOneField(Document, null=True, on_delete=models.PROTECT, related_name="+")
    sheet_name = models.CharField(max_length=200, unique=True, null=True)
    sheet_sha256 = models.BinaryField(null=True)
    sheet_size = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="register_ends_after_start"
            ),
            models.CheckConstraint(
                condition=Q(
                    state=RegisterState.ASKED,
                    made_at__isnull=True,
                    lines__isnull=True,
                    paper__isnull=True,
                    sheet_name__isnull=True,
                    sheet_sha256__isnull=True,
                    sheet_size__isnull=True,
                )
                | Q(
                    state=RegisterState.READY,
                    made_at__isnull=False,
                    lines__isnull=False,
                    paper__isnull=False,
                    sheet_name__isnull=False,
                    sheet_sha256__isnull=False,
                    sheet_size__isnull=False,
                ),
                name="register_ready_is_whole",
            ),
            # Who asks while the same is being made is given that one.
            models.UniqueConstraint(
                fields=["agency", "starts_on", "ends_on", "field"],
                condition=Q(state=RegisterState.ASKED),
                name="register_asked_once",
            ),
        ]
        indexes = [models.Index(fields=["agency", "-id"], name="register_of_agency")]


class QuarterReport(models.Model):
    """The use of a body's series in a quarter on paper: asked for, made once by a worker as things stood then, never changed."""

    body = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="quarter_reports")
    year = models.PositiveSmallIntegerField()
    quarter = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=8, choices=RegisterState.choices, default=RegisterState.ASKED)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    made_at = models.DateTimeField(null=True)
    snapshot = models.JSONField(null=True)
    file_name = models.CharField(max_length=200, unique=True, null=True)
    file_sha256 = models.BinaryField(null=True)
    file_size = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(quarter__gte=1, quarter__lte=4), name="quarter_of_four"),
            models.CheckConstraint(
                condition=Q(
                    state=RegisterState.ASKED,
                    made_at__isnull=True,
                    snapshot__isnull=True,
                    file_name__isnull=True,
                    file_sha256__isnull=True,
                    file_size__isnull=True,
                )
                | Q(
                    state=RegisterState.READY,
                    made_at__isnull=False,
                    snapshot__isnull=False,
                    file_name__isnull=False,
                    file_sha256__isnull=False,
                    file_size__isnull=False,
                ),
                name="quarter_report_ready_is_whole",
            ),
            models.UniqueConstraint(
                fields=["body", "year", "quarter"],
                condition=Q(state=RegisterState.ASKED),
                name="quarter_report_asked_once",
            ),
        ]
        indexes = [models.Index(fields=["body", "year", "quarter", "-id"], name="quarter_report_of_body")]
