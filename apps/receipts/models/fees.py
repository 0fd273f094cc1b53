"""Fees due: a line of what is owed is a row of its own, and a change of mind is another row."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import F, Q

from apps.procedures.choices import BorneBy, FeeKind, PayBefore
from apps.procedures.models import FeeRule


class FeeDueQuerySet(models.QuerySet):
    """Adjectives of fee lines: everybody who asks what is due asks here."""

    def in_force(self) -> Self:
        """Not withdrawn by a later assessment."""
        return self.filter(withdrawn_at__isnull=True)

    def owed(self) -> Self:
        """What the applicant still has to pay; a line without a price is none of it."""
        return self.in_force().filter(borne_by=BorneBy.APPLICANT, amount__gt=0, settlement__isnull=True)


class FeeDue(models.Model):
    """A line of what is owed: by which rule, how much, borne by whom, before which gate. A change of mind is a new row.

    `exempted`, in đồng, is what an exemption has taken off the amount, by its legal basis.

    A line whose price is not established has neither price nor amount: it stands, is never 0, and collects nothing.
    `withdrawn_at`: a later assessment no longer asks it. It is set once, on a line not settled, and nothing else ever
    changes: the database refuses it.
    """

    uuid = models.UUIDField(unique=True)
    rule = models.ForeignKey(FeeRule, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=FeeKind.choices)
    name = models.CharField(max_length=300)
    name_en = models.CharField(max_length=300)
    unit_price = models.PositiveIntegerField(null=True)
    quantity = models.PositiveIntegerField()
    amount = models.PositiveBigIntegerField(null=True)
    borne_by = models.CharField(max_length=12, choices=BorneBy.choices)
    pay_before = models.CharField(max_length=12, choices=PayBefore.choices)
    legal_basis = models.CharField(max_length=200, blank=True, default="")
    exempted = models.PositiveBigIntegerField(default=0)
    exempt_basis = models.CharField(max_length=200, blank=True, default="")
    assessed_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    objects = FeeDueQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__lte=F("unit_price") * F("quantity")), name="fee_amount_explained"
            ),
            models.CheckConstraint(
                condition=Q(exempted=0, exempt_basis="") | (Q(exempted__gt=0) & ~Q(exempt_basis="")),
                name="fee_exempted_by_law",
            ),
            models.CheckConstraint(
                condition=Q(unit_price__isnull=True, amount__isnull=True)
                | Q(unit_price__isnull=False, amount__isnull=False),
                name="fee_price_and_amount_together",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gte=F("assessed_at")),
                name="fee_withdrawn_after_assessed",
            ),
        ]

    @property
    def is_established(self) -> bool:
        return self.amount is not None

    @property
    def is_owed_by_applicant(self) -> bool:
        return self.borne_by == BorneBy.APPLICANT and bool(self.amount)
