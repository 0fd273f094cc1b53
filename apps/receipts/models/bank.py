"""What a bank says came in and went out, what of ours each line is, and what somebody said of a difference."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import TruncDate

from apps.accounts.models import User
from apps.documents.models import Stored
from apps.receipts.choices import DifferenceKind, MatchedHow
from apps.receipts.models.accounts import CollectionAccount
from apps.receipts.models.cashiers import CashMovement
from apps.receipts.models.payments import REFERENCE_AT_MOST, Payment
from apps.receipts.models.refunds import Refund
from apps.units.models import Agency

MEMO_AT_MOST = 500


class BankStatement(Stored):
    """A statement of one account for some days: opening balance plus its lines is its closing balance, in đồng. And the
    file as the bank gave it, which names payers and their accounts whole.

    Never edited; the same file is taken once. Lines that an earlier statement had already are not taken again. Of statements
    that were taken in before files were kept there is none: `storage_name`, `size` and `stored_at` are null there alone, and
    the database takes no more such rows.
    """

    uuid = models.UUIDField(unique=True)
    storage_name = models.CharField(max_length=200, unique=True, null=True)  # type: ignore[assignment]
    size = models.PositiveIntegerField(null=True)  # type: ignore[assignment]
    stored_at = models.DateTimeField(null=True)  # type: ignore[assignment]
    account = models.ForeignKey(CollectionAccount, on_delete=models.PROTECT, related_name="statements")
    sha256 = models.BinaryField(unique=True)
    starts_on = models.DateField()
    ends_on = models.DateField()
    opening = models.BigIntegerField()
    closing = models.BigIntegerField()
    imported_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    imported_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="statement_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=Q(storage_name__isnull=False, size__isnull=False, stored_at__isnull=False),
                name="statement_has_its_file",
            ),
        ]
        indexes = [models.Index(fields=["account", "-ends_on"], name="statement_of_account")]


class BankLine(models.Model):
    """A line of a statement. `amount` is in đồng: what came in is positive, what went out negative. Never edited.

    `reference` is the bank's own number of the transaction, which it may use again on another day. `memo` may name persons and their accounts.
    """

    uuid = models.UUIDField(unique=True)
    statement = models.ForeignKey(BankStatement, on_delete=models.PROTECT, related_name="lines")
    account = models.ForeignKey(CollectionAccount, on_delete=models.PROTECT, related_name="lines")
    position = models.PositiveIntegerField()
    booked_at = models.DateTimeField()
    amount = models.BigIntegerField()
    memo = models.CharField(max_length=MEMO_AT_MOST, blank=True, default="")
    reference = models.CharField(max_length=REFERENCE_AT_MOST)

    class Meta:
        constraints = [
            models.UniqueConstraint("account", "reference", TruncDate("booked_at"), name="bank_line_once"),
            models.UniqueConstraint(fields=["statement", "position"], name="bank_line_position"),
            models.CheckConstraint(condition=~Q(amount=0), name="bank_line_moves_money"),
            models.CheckConstraint(condition=~Q(reference=""), name="bank_line_has_a_reference"),
        ]
        indexes = [
            models.Index(fields=["account", "booked_at"], name="bank_line_of_account"),
            models.Index(fields=["reference"], name="bank_line_reference"),
        ]


class BankMatch(models.Model):
    """A bank line is this payment, deposit or refund of ours. A pay-out of a gateway is many payments, a row for each.

    Found to be wrong it is withdrawn, once, with the reason, and stays to be read; no worker makes it again. The database
    refuses what a line cannot be: something of another body, of another kind, or of another amount where that is what it was
    known by.
    """

    line = models.ForeignKey(BankLine, on_delete=models.PROTECT, related_name="matches")
    payment = models.ForeignKey(Payment, null=True, on_delete=models.PROTECT, related_name="bank_matches")
    deposit = models.ForeignKey(
        CashMovement, null=True, on_delete=models.PROTECT, related_name="bank_matches"
    )
    refund = models.ForeignKey(Refund, null=True, on_delete=models.PROTECT, related_name="bank_matches")
    how = models.CharField(max_length=10, choices=MatchedHow.choices)
    reason = models.CharField(max_length=300, blank=True, default="")
    matched_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    matched_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    withdrawn_reason = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(payment__isnull=False, deposit__isnull=True, refund__isnull=True)
                | Q(payment__isnull=True, deposit__isnull=False, refund__isnull=True)
                | Q(payment__isnull=True, deposit__isnull=True, refund__isnull=False),
                name="match_is_of_one_thing",
            ),
            *(
                models.UniqueConstraint(
                    fields=[side], condition=Q(withdrawn_at__isnull=True), name=f"match_of_{side}_once"
                )
                for side in ("payment", "deposit", "refund")
            ),
            # A line that says by itself what it is says one thing.
            models.UniqueConstraint(
                fields=["line"],
                condition=Q(withdrawn_at__isnull=True, how__in=[MatchedHow.ORDER_CODE, MatchedHow.REFERENCE]),
                name="match_of_line_known_once",
            ),
            models.CheckConstraint(
                condition=(Q(how=MatchedHow.BY_HAND, matched_by__isnull=False) & ~Q(reason=""))
                | Q(~Q(how=MatchedHow.BY_HAND), matched_by__isnull=True),
                name="match_by_hand_says_why",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True, withdrawn_reason="")
                | (
                    Q(withdrawn_at__gte=F("matched_at"), withdrawn_by__isnull=False) & ~Q(withdrawn_reason="")
                ),
                name="match_withdrawn_says_why",
            ),
        ]

    @property
    def hand(self) -> int | None:
        """The account of the person through whose hands what it names went, where a person's."""
        if self.payment is not None:
            return self.payment.taken_by_id
        if self.deposit is not None:
            return self.deposit.session.cashier_id
        return self.refund.paid_by_id if self.refund is not None else None


class DifferenceExplanation(models.Model):
    """Somebody looked into a difference and says why it is there. The difference stays to be read beside it. Never edited.

    `subject` is what differs, as the reconciliation names it, with the amount that it had then: where the amount changes the
    difference is a new one. What a gateway told of and no order of ours knows is of no body.
    """

    kind = models.CharField(max_length=24, choices=DifferenceKind.choices)
    subject = models.CharField(max_length=80)
    amount = models.BigIntegerField()
    body = models.ForeignKey(Agency, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=500)
    explained_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    explained_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="explanation_has_a_reason"),
            models.CheckConstraint(
                condition=Q(body__isnull=False) | Q(kind=DifferenceKind.UNKNOWN_HERE),
                name="explanation_of_a_body",
            ),
        ]
        indexes = [models.Index(fields=["kind", "subject"], name="explanation_of")]
