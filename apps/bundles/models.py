"""A bundle: which receipts in one file, for whom, how far it is made; and its parts, each made once."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from apps.bundles.choices import BundleOf, Medium
from apps.businesses.models import Business
from apps.documents.choices import FileState
from apps.documents.models import AskedFile, whole_or_none
from apps.receipts.models import CashierSession
from apps.units.models import Agency

KEPT = timedelta(days=7)


class Bundle(AskedFile):
    """Receipts as they were when somebody asked: of a payer's year, an agency's day, or a cashier's session.

    `total` and `done` count receipts, `lacking` those whose file could not be put in. `contents` tells two bundles of the
    same receipts from two of others. The file is for whoever asked, while they may still read every receipt in it.
    """

    uuid = models.UUIDField(unique=True)
    of = models.CharField(max_length=8, choices=BundleOf.choices)
    medium = models.CharField(max_length=3, choices=Medium.choices)
    year = models.PositiveSmallIntegerField(null=True)
    # Of this business alone; where none is named, of the person and of every business that they act for.
    business = models.ForeignKey(Business, null=True, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, null=True, on_delete=models.PROTECT, related_name="+")
    day = models.DateField(null=True)
    session = models.ForeignKey(CashierSession, null=True, on_delete=models.PROTECT, related_name="+")
    contents = models.BinaryField()
    total = models.PositiveIntegerField()
    done = models.PositiveIntegerField(default=0)
    lacking = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    of=BundleOf.YEAR,
                    year__isnull=False,
                    agency__isnull=True,
                    day__isnull=True,
                    session__isnull=True,
                )
                | Q(
                    of=BundleOf.DAY,
                    year__isnull=True,
                    business__isnull=True,
                    agency__isnull=False,
                    day__isnull=False,
                    session__isnull=True,
                )
                | Q(
                    of=BundleOf.SESSION,
                    year__isnull=True,
                    business__isnull=True,
                    agency__isnull=False,
                    day__isnull=False,
                    session__isnull=False,
                ),
                name="bundle_is_of_one_thing",
            ),
            models.CheckConstraint(
                condition=whole_or_none() | Q(state=FileState.CLEARED), name="bundle_ready_is_whole"
            ),
            models.CheckConstraint(
                condition=Q(total__gte=1)
                & Q(done__lte=F("total"))
                & (~Q(state=FileState.READY) | Q(done=F("total"))),
                name="bundle_done_fits",
            ),
            # Who asks while the same is being made is given that one.
            models.UniqueConstraint(
                fields=["asked_by", "of", "medium", "year", "business", "agency", "day", "session"],
                condition=Q(state=FileState.ASKED),
                nulls_distinct=False,
                name="bundle_asked_once",
            ),
        ]
        indexes = [models.Index(fields=["asked_by", "-id"], name="bundle_of_person")]

    @property
    def cleared_from(self) -> datetime | None:
        """From when on the file is cleared away."""
        return self.made_at and self.made_at + KEPT

    @property
    def folder(self) -> str:
        """Where everything of it is stored, also what a crash has left."""
        return f"bundles/{self.uuid}"


class BundlePart(models.Model):
    """Some receipts of a bundle in their order, and the file that was made of them: stored once, bound with the others.

    `made` says what binding needs: sums, page counts, and where in the file each object of a PDF begins.
    """

    bundle = models.ForeignKey(Bundle, on_delete=models.PROTECT, related_name="parts")
    position = models.PositiveSmallIntegerField()
    receipts = ArrayField(models.BigIntegerField())
    made_at = models.DateTimeField(null=True)
    storage_name = models.CharField(max_length=200, unique=True, null=True)
    made = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["bundle", "position"], name="bundle_part_key"),
            models.CheckConstraint(
                condition=Q(made_at__isnull=True, storage_name__isnull=True)
                | Q(made_at__isnull=False, storage_name__isnull=False),
                name="bundle_part_made_is_stored",
            ),
        ]
