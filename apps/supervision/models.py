"""The register, form 07: asked for by agency, period and field, made once by a worker, and never changed."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from apps.documents.choices import FileState
from apps.documents.models import AskedFile, Document, whole_or_none
from apps.units.models import Agency


class Register(AskedFile):
    """The cases that an agency received in a period, both days included; of one field, or of all where it is empty.

    The file is the spreadsheet, which holds every line; the paper beside it is a document like any other.
    """

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="registers")
    starts_on = models.DateField()
    ends_on = models.DateField()
    field = models.CharField(max_length=160, blank=True, default="")
    lines = models.PositiveIntegerField(null=True)
    paper = models.OneToOneField(Document, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="register_ends_after_start"
            ),
            models.CheckConstraint(condition=whole_or_none("lines", "paper"), name="register_ready_is_whole"),
            # Who asks while the same is being made is given that one.
            models.UniqueConstraint(
                fields=["agency", "starts_on", "ends_on", "field"],
                condition=Q(state=FileState.ASKED),
                name="register_asked_once",
            ),
        ]
        indexes = [models.Index(fields=["agency", "-id"], name="register_of_agency")]


class QuarterReport(AskedFile):
    """The use of a body's series in a quarter on paper: asked for, made once by a worker as things stood then, never changed."""

    body = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="quarter_reports")
    year = models.PositiveSmallIntegerField()
    quarter = models.PositiveSmallIntegerField()
    snapshot = models.JSONField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(quarter__gte=1, quarter__lte=4), name="quarter_of_four"),
            models.CheckConstraint(condition=whole_or_none("snapshot"), name="quarter_report_ready_is_whole"),
            models.UniqueConstraint(
                fields=["body", "year", "quarter"],
                condition=Q(state=FileState.ASKED),
                name="quarter_report_asked_once",
            ),
        ]
        indexes = [models.Index(fields=["body", "year", "quarter", "-id"], name="quarter_report_of_body")]
