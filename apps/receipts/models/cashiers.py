"""The cashier's session: one drawer, from its opening balance to its count, with every movement of cash between."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from apps.accounts.models import User
from apps.receipts.choices import CashMovementKind
from apps.units.models import Agency


class CashierSession(models.Model):
    """A cashier's drawer at a desk, opened with a balance and closed with a count, in đồng. Closed once, then never edited.

    `expected_*` is what the rows of the session add up to when it is closed, `counted_*` what was found: the cash in the drawer
    and the sum of the card slips. Where they differ `explanation` says why. `closed_by` is the cashier, or who counted in
    their absence, which `closing_reason` then explains.
    """

    uuid = models.UUIDField(unique=True)
    desk = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="cashier_sessions")
    cashier = models.ForeignKey(User, on_delete=models.PROTECT, related_name="cashier_sessions")
    opened_at = models.DateTimeField()
    opening_balance = models.PositiveBigIntegerField()
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    closing_reason = models.CharField(max_length=500, blank=True, default="")
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
                    closed_by__isnull=True,
                    expected_cash__isnull=True,
                    counted_cash__isnull=True,
                    expected_cards__isnull=True,
                    counted_cards__isnull=True,
                )
                | Q(
                    closed_at__gte=models.F("opened_at"),
                    closed_by__isnull=False,
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
            models.CheckConstraint(
                condition=Q(closed_by__isnull=True)
                | Q(closed_by=models.F("cashier"), closing_reason="")
                | (~Q(closed_by=models.F("cashier")) & ~Q(closing_reason="")),
                name="session_closed_for_another_says_why",
            ),
        ]
        indexes = [models.Index(fields=["desk", "-opened_at"], name="session_of_desk")]

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def is_closed_late(self) -> bool:
        """Closed on another day than it was opened."""
        return self.closed_at is not None and timezone.localdate(self.closed_at) != timezone.localdate(
            self.opened_at
        )

    @property
    def cash_difference(self) -> int:
        """Đồng found beyond what was expected; less than 0 where some is missing."""
        return (self.counted_cash or 0) - (self.expected_cash or 0)

    @property
    def cards_difference(self) -> int:
        """Đồng on card slips beyond what was expected; less than 0 where some is missing."""
        return (self.counted_cards or 0) - (self.expected_cards or 0)

    @property
    def has_difference(self) -> bool:
        return bool(self.cash_difference or self.cards_difference)


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


class DifferenceAcknowledged(models.Model):
    """Somebody who answers for the desk has looked into a session's difference, and says what they found. Never edited."""

    session = models.OneToOneField(CashierSession, on_delete=models.PROTECT, related_name="acknowledged")
    note = models.CharField(max_length=500)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(note=""), name="acknowledged_with_a_note")]
