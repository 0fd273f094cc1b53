"""The money of a case: what was due, paid and paid back, row by row, and what waits to be paid back."""

from __future__ import annotations

from typing import Any

from django.db.models import TextChoices
from rest_framework import serializers

from apps.api.v1.serializers.catalogue import in_language
from apps.api.v1.serializers.parts import AgencyName, ProcedureName, StatusField
from apps.receipts.choices import MoneyState, RefundGround, RefundMethod, RefundState


def one_of(words: type[TextChoices]) -> str:
    """The values that a field may have, for its description."""
    return f"{', '.join(words.values)}."


class RefundOut(serializers.Serializer):
    """Money that goes back, may, or does not: proposed by an act of the case, decided by a person, paid once."""

    uuid = serializers.UUIDField()
    fee = serializers.SerializerMethodField(help_text="Null for money that settled nothing.", allow_null=True)
    is_refundable = serializers.SerializerMethodField(
        help_text="Whether it may be granted: by the rule of the fee; what settled nothing always is."
    )
    ground = serializers.CharField(help_text=one_of(RefundGround))
    amount = serializers.IntegerField(help_text="In đồng.")
    state = serializers.CharField(help_text=one_of(RefundState))
    method = serializers.CharField(help_text=f"{one_of(RefundMethod)} Empty until it is granted.")
    opened_at = serializers.DateTimeField()

    def get_fee(self, refund: Any) -> str | None:
        return in_language(refund.fee, "name") if refund.fee else None

    def get_is_refundable(self, refund: Any) -> bool:
        return refund.fee is None or refund.fee.rule.is_refundable


class MoneyRowOut(serializers.Serializer):
    """One row of the account, in đồng: a fee line in force, or money that settled nothing."""

    fee = serializers.SerializerMethodField(help_text="Null for money that settled nothing.", allow_null=True)
    due = serializers.IntegerField(help_text="From the applicant; what the budget bears is 0.")
    paid = serializers.IntegerField()
    refunded = serializers.IntegerField()
    going_back = serializers.IntegerField(help_text="Proposed, or granted and not paid yet.")

    def get_fee(self, row: Any) -> str | None:
        return in_language(row.fee, "name") if row.fee else None


class MoneyOut(serializers.Serializer):
    """The account of the case, in đồng: each total is the sum of its column of rows."""

    state = serializers.CharField(help_text=f"Beside the status of the case: {one_of(MoneyState)}")
    due = serializers.IntegerField()
    paid = serializers.IntegerField()
    refunded = serializers.IntegerField()
    going_back = serializers.IntegerField()
    still_due = serializers.IntegerField(help_text="Of lines that nobody has paid.")
    rows = MoneyRowOut(many=True)
    refunds = RefundOut(many=True)


class RefundRow(serializers.Serializer):
    """A refund that waits at one of the reader's agencies."""

    code = serializers.CharField(source="case.code")
    status = StatusField(source="case.status")
    procedure = ProcedureName(source="case.version.procedure")
    collecting_body = AgencyName(source="proposal.payment.collecting_body")
    refund = RefundOut(source="proposal")
