"""The day's list to the tax authority (01/TH-BLĐT): what it tells, the files made of it, and every answer."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import cached_property

from apps.accounts.models import User
from apps.documents.models import Stored
from apps.receipts.choices import AnswerOutcome, DayReportState, ReportMedium, ToldKind
from apps.receipts.models.notices import ReceiptNotice
from apps.receipts.models.receipts import Receipt
from apps.units.models import Agency


class DayReport(models.Model):
    """What a collecting body tells the tax authority of one day. A later list of the same day is the next part.

    Made of what no list had told yet, sent, answered; a rejected one is made anew as another edition of the same lines.
    `send_by` is the end of the third working day after: unsent longer, it raises an alarm, once (`alarmed_at`).
    `total` is in đồng, of the receipts issued.
    """

    uuid = models.UUIDField(unique=True)
    collecting_body = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="day_reports")
    day = models.DateField()
    part = models.PositiveSmallIntegerField()
    lines_in_all = models.PositiveIntegerField()
    total = models.PositiveBigIntegerField()
    made_at = models.DateTimeField()
    send_by = models.DateTimeField()
    state = models.CharField(max_length=8, choices=DayReportState.choices, default=DayReportState.MADE)
    sent_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    alarmed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["collecting_body", "day", "part"], name="day_report_part_once"),
            models.CheckConstraint(
                condition=Q(part__gte=1, lines_in_all__gte=1), name="day_report_not_empty"
            ),
            models.CheckConstraint(
                condition=Q(state=DayReportState.MADE, answered_at__isnull=True)
                | Q(state=DayReportState.SENT, sent_at__isnull=False, answered_at__isnull=True)
                | Q(
                    state__in=[DayReportState.ACCEPTED, DayReportState.REJECTED],
                    sent_at__isnull=False,
                    answered_at__isnull=False,
                ),
                name="day_report_state_has_its_times",
            ),
        ]
        indexes = [
            models.Index(fields=["collecting_body", "-id"], name="day_report_of_body"),
            models.Index(
                fields=["send_by"], name="day_report_open", condition=~Q(state=DayReportState.ACCEPTED)
            ),
        ]

    @property
    def is_late(self) -> bool:
        """Whether it was made on a later day than the one that it tells of."""
        return timezone.localdate(self.made_at) > self.day


class DayReportLine(models.Model):
    """One thing told, as it was frozen: a receipt's issue, a replacement, or a notice of an error. Told once for ever.

    `source` is the uuid of what is told (of a receipt, of a notice). `rate` is in đồng, where the receipt has one line.
    `related` is the wrong receipt that a replacement names, `adjusted_day` the day on which that one was told. A notice
    moves no money and has no amount.
    """

    report = models.ForeignKey(DayReport, on_delete=models.PROTECT, related_name="lines")
    position = models.PositiveIntegerField()
    source = models.UUIDField(unique=True)
    kind = models.CharField(max_length=12, choices=ToldKind.choices)
    receipt = models.ForeignKey(Receipt, on_delete=models.PROTECT, related_name="report_lines")
    related = models.ForeignKey(Receipt, null=True, on_delete=models.PROTECT, related_name="+")
    form = models.CharField(max_length=5)
    series = models.CharField(max_length=5)
    number = models.PositiveIntegerField()
    issued_on = models.DateField()
    fee_name = models.TextField()
    rate = models.PositiveBigIntegerField(null=True)
    amount = models.PositiveBigIntegerField(null=True)
    adjusted_day = models.DateField(null=True)
    explanation = models.TextField(blank=True, default="")
    note = models.TextField(blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["report", "position"], name="day_report_line_key"),
            models.CheckConstraint(
                condition=Q(kind=ToldKind.NOTICE, amount__isnull=True)
                | (~Q(kind=ToldKind.NOTICE) & Q(amount__isnull=False)),
                name="day_report_notice_moves_no_money",
            ),
            models.CheckConstraint(
                condition=Q(kind=ToldKind.REPLACEMENT, related__isnull=False) | ~Q(kind=ToldKind.REPLACEMENT),
                name="day_report_replacement_names_the_wrong_one",
            ),
        ]

    @property
    def other_body(self) -> Agency | None:
        """Whose receipt it replaces or explains, where that is not the list's own body: one that has ended. A number is unique
        only within its body.
        """
        wrong = self.receipt if self.kind == ToldKind.NOTICE else self.related
        if wrong is None or wrong.series.collecting_body_id == self.report.collecting_body_id:
            return None
        return wrong.series.collecting_body

    @cached_property
    def notice(self) -> ReceiptNotice | None:
        """The notice that it tells, which says what was wrong and what is right; none where it tells a receipt."""
        if self.kind != ToldKind.NOTICE:
            return None
        return ReceiptNotice.objects.select_related("receipt__series__collecting_body").get(uuid=self.source)


class DayReportEdition(models.Model):
    """A list as it is sent: the body as it stood then, and after a rejection why it was made anew, and by whom."""

    report = models.ForeignKey(DayReport, on_delete=models.PROTECT, related_name="editions")
    number = models.PositiveSmallIntegerField()
    body = models.JSONField()
    explanation = models.CharField(max_length=500, blank=True, default="")
    made_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["report", "number"], name="day_report_edition_key"),
            models.CheckConstraint(
                condition=Q(number=1, explanation="", made_by__isnull=True)
                | (Q(number__gt=1, made_by__isnull=False) & ~Q(explanation="")),
                name="day_report_made_anew_for_a_reason",
            ),
        ]


class DayReportFile(Stored):
    """The bytes of an edition: what is sent (XML), and the same as a spreadsheet and on paper. Written once."""

    edition = models.ForeignKey(DayReportEdition, on_delete=models.PROTECT, related_name="files")
    medium = models.CharField(max_length=4, choices=ReportMedium.choices)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["edition", "medium"], name="day_report_file_once")]


class DayReportAnswer(models.Model):
    """What the tax authority said of an edition, byte for byte, whether it can be read or not. Never edited."""

    edition = models.ForeignKey(DayReportEdition, on_delete=models.PROTECT, related_name="answers")
    status = models.PositiveSmallIntegerField()
    body = models.BinaryField()
    outcome = models.CharField(max_length=10, choices=AnswerOutcome.choices)
    reference = models.CharField(max_length=80, blank=True, default="")
    reasons = models.JSONField(default=list)
    received_at = models.DateTimeField()
