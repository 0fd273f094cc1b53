"""Series of receipts: what is sent to open, accept and close one, and what is shown."""

from __future__ import annotations

from rest_framework import serializers

from apps.api.v1.serializers.parts import AgencyName
from apps.receipts.choices import ReceiptForm


class AcceptanceIn(serializers.Serializer):
    """With which notice the tax authority accepted a series."""

    acceptance_number = serializers.CharField(max_length=60, allow_blank=True)
    accepted_on = serializers.DateField(help_text="Not to come.")


class SeriesIn(AcceptanceIn):
    """A new series of a collecting body (Nghị định 254/2026/NĐ-CP)."""

    form = serializers.ChoiceField(choices=ReceiptForm.values, help_text="EBL01, or EBL02 with a face value.")
    face_value = serializers.IntegerField(
        allow_null=True,
        default=None,
        min_value=0,
        max_value=2_000_000_000,
        help_text="Đồng; for EBL02 alone.",
    )
    code = serializers.CharField(max_length=5, help_text="The year, T and two letters, such as 26TAA.")
    year = serializers.IntegerField(min_value=0, max_value=9999, help_text="This year or the next.")


class ClosingIn(serializers.Serializer):
    """Why a series is closed."""

    reason = serializers.CharField(max_length=200, allow_blank=True)


class SuccessionIn(serializers.Serializer):
    """Who succeeds a collecting body, by which decision."""

    successor = serializers.IntegerField(help_text="The id of another agency of today.")
    decision = serializers.CharField(max_length=200, allow_blank=True, help_text="Its number.")
    decided_on = serializers.DateField(help_text="Not to come.")


class SuccessionOut(serializers.Serializer):
    """A collecting body ended by reorganisation, and who stands for it since."""

    body = AgencyName()
    successor = AgencyName()
    decision = serializers.CharField()
    decided_on = serializers.DateField()
    recorded_at = serializers.DateTimeField()


class SeriesOut(serializers.Serializer):
    """A series: a book of numbers of one collecting body, form and year."""

    id = serializers.IntegerField()
    form = serializers.CharField()
    face_value = serializers.IntegerField(allow_null=True, help_text="Đồng; null for EBL01.")
    code = serializers.CharField()
    year = serializers.IntegerField()
    last_number = serializers.IntegerField(help_text="Numbers 1 to this one are used; 0 while none is.")
    acceptance_number = serializers.CharField(help_text="Empty while it is not established.")
    accepted_on = serializers.DateField(allow_null=True)
    opened_at = serializers.DateTimeField()
    closed_at = serializers.DateTimeField(allow_null=True, help_text="Null while it is open.")
