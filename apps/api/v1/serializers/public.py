"""The public status and the public check of a receipt: what is asked and what is told."""

from __future__ import annotations

from rest_framework import serializers


class StatusIn(serializers.Serializer):
    """The two things printed on form 01; the code alone never tells anything."""

    code = serializers.CharField(max_length=60, help_text="Such as H26.001.00001-261124-0001.")
    secret = serializers.CharField(max_length=60, help_text="16 letters and digits; spaces do not matter.")


class ReceiptCheck(serializers.Serializer):
    """What anybody who holds a receipt may compare with it."""

    is_genuine = serializers.BooleanField()
    is_trial = serializers.BooleanField(
        help_text="True while it is unsigned: then it has no value as a receipt."
    )
    form = serializers.CharField()
    series = serializers.CharField()
    number = serializers.IntegerField()
    collecting_body = serializers.CharField()
    amount = serializers.IntegerField(help_text="Đồng.")
    issued_at = serializers.DateTimeField()
