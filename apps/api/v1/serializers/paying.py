"""Payment orders as programs read them."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from apps.receipts.choices import OrderOutcome, PaymentMethod


class PaidOut(serializers.Serializer):
    """Money that came for an order."""

    amount = serializers.IntegerField(help_text="Đồng.")
    method = serializers.ChoiceField(choices=PaymentMethod.values)
    reference = serializers.CharField(help_text="The gateway's or the bank's own number of the transaction.")
    taken_at = serializers.DateTimeField()
    receipts = serializers.SerializerMethodField(
        help_text="The receipts of it by uuid; none where it settled nothing and is proposed to go back."
    )

    def get_receipts(self, payment: Any) -> list[str]:
        return [str(receipt.uuid) for receipt in payment.receipts.all()]


class PaymentOrderOut(serializers.Serializer):
    """What is to be paid online to one collecting body, where, until when, and how it ended."""

    code = serializers.CharField(help_text="12 letters and digits: the memo of a bank transfer.")
    collecting_body = serializers.CharField(source="collecting_body.title")
    amount = serializers.IntegerField(help_text="Đồng.")
    pay_url = serializers.CharField(
        help_text="Where it is paid; empty while the gateway has not answered, and where no gateway is connected."
    )
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    closed_at = serializers.DateTimeField(allow_null=True)
    outcome = serializers.ChoiceField(choices=["", *OrderOutcome.values], help_text="Empty while it is open.")
    payments = PaidOut(many=True)
