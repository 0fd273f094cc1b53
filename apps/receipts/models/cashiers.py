"""The cashier's session: one drawer, from its opening balance to its count, with every movement of cash between."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from apps.accounts.models import User
from apps.receipts.choices import CashMovementKind
from apps.units.models import Agency


class CashierSession(models.Model):
    """A cashier's drawer at a desk, opened with a balance and closed with a count, in đồng. Closed once, then never edited.

    `expected_*` is what the rows of the session add up to when it is closed, `counted_*` what was found: the cash in the drawer
    and the sum of the card slips. Where they differ `explanation` says why.
    """

    uuid = models.UUIDField(unique=True)
    desk = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="cashier_sessions")
    cashier = models.ForeignKey(User, on_delete=models.PROTECT, related_name="cashier_sessions")
    opened_at = models.DateTimeField()
    opening_balance = models.PositiveBigIntegerField()
    closed_at = models.DateTimeField(null=True)
    expected_cash = models.BigIntegerField(null=True)
    counted_cash = models.PositiveBigIntegerField(null=True)
    expected_cards = models.PositiveBigIntegerField(null=True)
    counted_cards = models.PositiveBigIntegerField(null=True)
    # How many of each note were in the drawer: {"500000": 3, …}.
    count = models.JSONField(default=dict)
    explanation = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["cashier"], condition=Q(closed_at__isnull=True), name="cashier_has_one_open_session"
            ),
            models.CheckConstraint(
                condition=Q(
                    closed_at__isnull=True,
                    expected_cash__isnull=True,
                    counted_cash__isnull=True,
                    expected_cards__isnull=True,
                    counted_cards__isnull=True,
                )
                | Q(
                    closed_at__gte=models.F("opened_at"),
                    expected_cash__isnull=False,
                    counted_cash__isnull=False,
                    expected_cards__isnull=False,
                    counted_cards__isnull=False,
                ),
                name="session_closed_with_a_count",
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True)
                | (Q(expected_cash=models.F("counted_cash")) & Q(expected_cards=models.F("counted_cards")))
                | ~Q(explanation=""),
                name="session_difference_explained",
            ),
        ]
        indexes = [models.Index(fields=["desk", "-opened_at"], name="session_of_desk")]

    @property
    def is_open(self) -> bool:
        return self.closed_at is None


class CashMovement(models.Model):
    """Cash that came into or left the drawer and is no fee: change brought, money taken to the bank. Never edited."""

    uuid = models.UUIDField(unique=True)
    session = models.ForeignKey(CashierSession, on_delete=models.PROTECT, related_name="movements")
    kind = models.CharField(max_length=10, choices=CashMovementKind.choices)
    amount = models.PositiveBigIntegerField()
    reference = models.CharField(max_length=80, blank=True, default="")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="movement_is_positive")]
