"""Money: what is due and by which rule, what was paid, and receipts whose numbers run 1…n without a gap.

The program may only add receipts. All amounts are whole đồng.
"""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import F, Q

from apps.accounts.models import User
from apps.documents.models import Document
from apps.procedures.choices import BorneBy, FeeKind, PayBefore
from apps.procedures.models import FeeRule
from apps.receipts.choices import PaymentMethod, ReceiptForm
from apps.units.models import Agency

REFERENCE_AT_MOST = 80
LOOKUP_CODE_LENGTH = 16


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


class Payment(models.Model):
    """Money taken for one collecting body, from one payer, in one settlement."""

    uuid = models.UUIDField(unique=True)
    collecting_body = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="payments")
    taken_at_desk = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="payments_taken")
    amount = models.PositiveBigIntegerField()
    method = models.CharField(max_length=12, choices=PaymentMethod.choices)
    reference = models.CharField(max_length=REFERENCE_AT_MOST, blank=True, default="")
    taken_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="payments_taken")
    taken_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="payment_is_positive")]


class PaymentLine(models.Model):
    """A due line is settled by being on a payment, once."""

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="lines")
    fee = models.OneToOneField(FeeDue, on_delete=models.PROTECT, related_name="settlement")


class ReceiptSeries(models.Model):
    """A book of numbers of one collecting body, form and year. Its row is locked by the last statement of an issue.

    Opened with the tax authority's acceptance; where that is not established, every receipt says so.
    """

    collecting_body = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="receipt_series")
    form = models.CharField(max_length=5, choices=ReceiptForm.choices)
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
                fields=["collecting_body", "form", "year"],
                condition=Q(closed_at__isnull=True),
                name="series_open_once_a_year",
            ),
            models.CheckConstraint(
                condition=Q(code__regex=r"^[0-9]{2}T[ABCDEGHKLMNPQRSTUVXY]{2}$"),
                name="series_code_has_its_shape",
            ),
            models.CheckConstraint(
                condition=Q(last_number__lte=99_999_999), name="series_number_has_8_digits"
            ),
        ]


class Receipt(models.Model):
    """A numbered receipt: a frozen snapshot. Never edited, never deleted, its number never used again."""

    uuid = models.UUIDField(unique=True)
    series = models.ForeignKey(ReceiptSeries, on_delete=models.PROTECT, related_name="receipts")
    number = models.PositiveIntegerField()
    payment = models.OneToOneField(Payment, on_delete=models.PROTECT, related_name="receipt")
    amount = models.PositiveBigIntegerField()
    snapshot = models.JSONField()
    lookup_code = models.CharField(max_length=LOOKUP_CODE_LENGTH, unique=True)
    issued_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["series", "number"], name="receipt_number_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="receipt_numbers_begin_at_1"),
        ]


class ReceiptDocument(models.Model):
    """The paper of a receipt: it is there from the moment that both its files are signed and stored, and never before.

    `certificate` is the SHA-256 of the certificate with which both were signed.
    """

    receipt = models.OneToOneField(Receipt, on_delete=models.PROTECT, related_name="paper")
    document = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="+")
    certificate = models.BinaryField()
    signed_at = models.DateTimeField()


class UnsignedAlarm(models.Model):
    """A receipt that was not signed within a working hour of its collecting body: raised once, cleared once it is."""

    receipt = models.OneToOneField(Receipt, on_delete=models.PROTECT, related_name="alarm")
    raised_at = models.DateTimeField()
    cleared_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(cleared_at__isnull=True) | Q(cleared_at__gte=F("raised_at")),
                name="alarm_cleared_after_raised",
            )
        ]
