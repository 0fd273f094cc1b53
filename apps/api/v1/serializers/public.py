"""The public status and the public checks of receipts and papers: what is asked and what is told."""

from __future__ import annotations

from rest_framework import serializers

from apps.receipts.choices import ReceiptState


class StatusIn(serializers.Serializer):
    """The two things printed on form 01; the code alone never tells anything."""

    code = serializers.CharField(max_length=60, help_text="Such as H26.001.00001-261124-0001.")
    secret = serializers.CharField(max_length=60, help_text="16 letters and digits; spaces do not matter.")


class ReceiptLinkOut(serializers.Serializer):
    """One receipt of a chain of corrections: enough to name it, nothing of a person and no code to look it up."""

    form = serializers.CharField(source="receipt.series.form")
    series = serializers.CharField(source="receipt.series.code")
    number = serializers.IntegerField(source="receipt.number")
    issued_at = serializers.DateTimeField(source="receipt.issued_at")
    is_in_force = serializers.BooleanField()
    notices = serializers.IntegerField(source="notice_count", help_text="Notices of what is wrong in it.")


class ReceiptCheck(serializers.Serializer):
    """What anybody who holds a receipt may compare with it."""

    is_genuine = serializers.BooleanField()
    is_signed = serializers.BooleanField(help_text="A receipt is numbered, then signed, then available.")
    is_trial = serializers.BooleanField(
        help_text="True where it has no value as a receipt: not signed yet, or signed by a test authority."
    )
    form = serializers.CharField()
    series = serializers.CharField()
    number = serializers.IntegerField()
    collecting_body = serializers.CharField()
    amount = serializers.IntegerField(help_text="Đồng.")
    issued_at = serializers.DateTimeField()
    state = serializers.ChoiceField(
        choices=ReceiptState.choices,
        help_text="In force; in force with a notice of what is wrong in it; replaced by another.",
    )
    chain = ReceiptLinkOut(
        many=True, help_text="All receipts of one payment, oldest first; the last is in force."
    )


class PaperCheck(serializers.Serializer):
    """What anybody who holds a statutory paper may compare with it; nothing of any person."""

    check_code = serializers.CharField()
    kind = serializers.CharField(help_text="form_01 to form_07.")
    case_code = serializers.CharField(help_text="Empty for a register, which belongs to no case.")
    issued_by = serializers.CharField(help_text="The agency, as the paper names it.")
    issued_at = serializers.DateTimeField()
    sha256 = serializers.CharField(help_text="Of the PDF, in hexadecimal; empty until it is made.")
    is_current = serializers.BooleanField(help_text="False once another paper has taken its place.")
    replaced_at = serializers.DateTimeField(allow_null=True)
