"""The day's lists of receipts to the tax authority (01/TH-BLĐT)."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from apps.api.v1.serializers.parts import AgencyName


class DayListOut(serializers.Serializer):
    """What a collecting body tells the tax authority of one day; a later list of the same day is the next part."""

    uuid = serializers.UUIDField()
    collecting_body = AgencyName()
    day = serializers.DateField()
    part = serializers.IntegerField(help_text="1 for the first list of the day.")
    lines = serializers.IntegerField(source="lines_in_all", help_text="How many lines it has.")
    total = serializers.IntegerField(help_text="Of the receipts issued, in đồng.")
    state = serializers.CharField(help_text="made, sent, accepted, rejected.")
    made_at = serializers.DateTimeField()
    is_late = serializers.BooleanField(help_text="Made on a later day than the one that it tells of.")
    send_by = serializers.DateTimeField(help_text="The end of the third working day after the day.")
    sent_at = serializers.DateTimeField(allow_null=True)
    answered_at = serializers.DateTimeField(allow_null=True)


class DayListLineOut(serializers.Serializer):
    """One receipt, replacement or notice of an error."""

    position = serializers.IntegerField()
    kind = serializers.CharField(help_text="issued, replacement, notice.")
    form = serializers.CharField()
    series = serializers.CharField()
    number = serializers.IntegerField()
    issued_on = serializers.DateField()
    fee_name = serializers.CharField()
    rate = serializers.IntegerField(allow_null=True, help_text="In đồng, where the receipt has one line.")
    amount = serializers.IntegerField(allow_null=True, help_text="In đồng; null for a notice of an error.")
    adjusted_day = serializers.DateField(allow_null=True)
    related_series = serializers.SerializerMethodField(help_text="Of the receipt that it replaces, or empty.")
    related_number = serializers.SerializerMethodField(help_text="Of the receipt that it replaces, or null.")
    other_body = serializers.SerializerMethodField(
        help_text="Identification code of the ended body whose receipt is replaced or explained, or empty: the list's own."
    )
    explanation = serializers.CharField()
    note = serializers.CharField()

    def get_other_body(self, line: Any) -> str:
        return str(line.other_body.identification_code) if line.other_body else ""

    def get_related_series(self, line: Any) -> str:
        return str(line.related.series.code) if line.related else ""

    def get_related_number(self, line: Any) -> int | None:
        return int(line.related.number) if line.related else None


class DayListAnswerOut(serializers.Serializer):
    """What the tax authority said, as it was understood; the page of the list shows it word for word."""

    edition = serializers.IntegerField(source="edition.number")
    outcome = serializers.CharField(help_text="accepted, rejected, received, unreadable.")
    reference = serializers.CharField()
    reasons = serializers.ListField(child=serializers.CharField())
    received_at = serializers.DateTimeField()


class OneDayListOut(DayListOut):
    """A list with its answers, newest first. Its lines are a page of their own."""

    answers = DayListAnswerOut(many=True)
