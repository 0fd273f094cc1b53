"""Money that goes back: proposed by itself, decided by a person, paid out, each a row that is never edited."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from apps.accounts.models import User
from apps.receipts.choices import RefundGround, RefundMethod, RefundState
from apps.receipts.models.cashiers import CashierSession
from apps.receipts.models.fees import FeeDue
from apps.receipts.models.payments import REFERENCE_AT_MOST, Payment


class RefundProposalQuerySet(models.QuerySet):
    """Adjectives of proposals: everybody who asks how one stands asks here."""

    def with_state(self) -> Self:
        """With all that `state` and `method` read."""
        return self.select_related("payment", "fee__rule", "decision", "failure", "refund").prefetch_related(
            "other_ways"
        )

    def standing(self) -> Self:
        """Those that went back, or may: neither refused nor withdrawn."""
        return self.exclude(decision__is_granted=False)

    def to_decide(self) -> Self:
        """Nobody has decided yet, or the gateway did not pay back what was granted."""
        return self.filter(
            Q(decision__isnull=True) | Q(failure__isnull=False, other_ways__isnull=True, refund__isnull=True)
        )

    def in_state(self, state: RefundState) -> Self:
        """Those that stand so: in the database what the property `state` says of one."""
        granted = Q(decision__is_granted=True, refund__isnull=True)
        failed = Q(failure__isnull=False, other_ways__isnull=True)
        return self.filter(
            {
                RefundState.PROPOSED: Q(decision__isnull=True),
                RefundState.GRANTED: granted & ~failed,
                RefundState.FAILED: granted & failed,
                RefundState.PAID: Q(refund__isnull=False),
                RefundState.REFUSED: Q(decision__is_granted=False, decision__decided_by__isnull=False),
                RefundState.WITHDRAWN: Q(decision__is_granted=False, decision__decided_by__isnull=True),
            }[state]
        )

    def to_pay(self, method: RefundMethod) -> Self:
        """Granted, and to be paid in this way, as it was decided last."""
        last = RefundOtherWay.objects.filter(proposal=OuterRef("pk")).order_by("-pk").values("method")[:1]
        return self.alias(way=Coalesce(Subquery(last), F("decision__method"))).filter(
            way=method, decision__is_granted=True, refund__isnull=True
        )


class RefundProposal(models.Model):
    """Đồng of a payment that may have to go back, and why: a settled line, or money that settled nothing (no `fee`).

    The fee's own rule says whether it may (`FeeRule.is_refundable`); money that settled nothing always does.
    """

    uuid = models.UUIDField(unique=True)
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="refund_proposals")
    fee = models.ForeignKey(FeeDue, null=True, on_delete=models.PROTECT, related_name="refund_proposals")
    ground = models.CharField(max_length=20, choices=RefundGround.choices)
    amount = models.PositiveBigIntegerField()
    opened_at = models.DateTimeField()

    objects = RefundProposalQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="refund_is_positive"),
            models.UniqueConstraint(
                fields=["payment"], condition=Q(fee__isnull=True), name="unapplied_money_proposed_once"
            ),
        ]

    @property
    def state(self) -> RefundState:
        decision = getattr(self, "decision", None)
        if decision is None:
            return RefundState.PROPOSED
        if not decision.is_granted:
            return RefundState.REFUSED if decision.decided_by_id else RefundState.WITHDRAWN
        if hasattr(self, "refund"):
            return RefundState.PAID
        return RefundState.FAILED if hasattr(self, "failure") and not self._last_way else RefundState.GRANTED

    @property
    def method(self) -> str:
        """The way in which it is to be paid, as it was decided last; empty until it is granted."""
        decision = getattr(self, "decision", None)
        last = self._last_way or decision
        return last.method if last else ""

    @property
    def decided_by_id(self) -> int | None:
        """Who decided last."""
        last = self._last_way or getattr(self, "decision", None)
        return last.decided_by_id if last else None

    @property
    def _last_way(self) -> RefundOtherWay | None:
        return max(self.other_ways.all(), key=lambda way: way.pk, default=None)


class RefundDecision(models.Model):
    """Somebody who may decided: it goes back, by this way, or it stays, for this reason. Once for each proposal.

    Nobody decided (`decided_by` is None) where an act has withdrawn the proposal: the money is used after all.
    """

    proposal = models.OneToOneField(RefundProposal, on_delete=models.PROTECT, related_name="decision")
    is_granted = models.BooleanField()
    method = models.CharField(max_length=10, choices=RefundMethod.choices, blank=True, default="")
    reason = models.CharField(max_length=500)
    decided_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(is_granted=True, method__in=RefundMethod.values) | Q(is_granted=False, method=""),
                name="refund_granted_says_how",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="refund_decision_has_a_reason"),
            models.CheckConstraint(
                condition=Q(is_granted=False) | Q(decided_by__isnull=False), name="refund_granted_by_a_person"
            ),
        ]


class RefundFailure(models.Model):
    """The gateway's last word: it does not pay this back. Another way is decided."""

    proposal = models.OneToOneField(RefundProposal, on_delete=models.PROTECT, related_name="failure")
    said = models.CharField(max_length=REFERENCE_AT_MOST)
    at = models.DateTimeField()


class RefundOtherWay(models.Model):
    """A granted refund that is to be paid in another way than was decided: by hand, never again through the gateway."""

    proposal = models.ForeignKey(RefundProposal, on_delete=models.PROTECT, related_name="other_ways")
    method = models.CharField(max_length=10, choices=RefundMethod.choices)
    reason = models.CharField(max_length=500)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(method__in=[RefundMethod.CASH, RefundMethod.TRANSFER]),
                name="refund_other_way_by_hand",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="refund_other_way_has_a_reason"),
        ]


class Refund(models.Model):
    """The money went back: all of what was granted, once. Out of a drawer it belongs to a cashier's session."""

    proposal = models.OneToOneField(RefundProposal, on_delete=models.PROTECT, related_name="refund")
    amount = models.PositiveBigIntegerField()
    method = models.CharField(max_length=10, choices=RefundMethod.choices)
    reference = models.CharField(max_length=REFERENCE_AT_MOST, blank=True, default="")
    session = models.ForeignKey(CashierSession, null=True, on_delete=models.PROTECT, related_name="refunds")
    paid_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    paid_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(method=RefundMethod.CASH, session__isnull=False, paid_by__isnull=False)
                | (~Q(method=RefundMethod.CASH) & Q(session__isnull=True) & ~Q(reference="")),
                name="refund_in_cash_is_of_a_session",
            )
        ]
