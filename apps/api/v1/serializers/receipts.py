"""Receipts of a payer, and receipts put together in one file: asked for, followed, downloaded."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from apps.api.v1.serializers.parts import AgencyName, identifier
from apps.bundles.choices import BundleOf, Medium
from apps.bundles.selectors import FIRST_YEAR
from apps.documents.choices import FileState


class YearIn(serializers.Serializer):
    """Which receipts are listed."""

    year = serializers.IntegerField(
        required=False,
        min_value=FIRST_YEAR,
        max_value=9998,
        help_text="Of issue, in Hanoi; this year unless told.",
    )
    business = identifier(
        required=False, help_text="A business that the reader acts for; else theirs and those of all of them."
    )


class PayerReceiptOut(serializers.Serializer):
    """A receipt as its payer finds it; nobody is named in it."""

    id = serializers.UUIDField(source="receipt.uuid")
    case = serializers.CharField(
        source="case.code", help_text="Where its file is: cases/{case}/receipts/{id}."
    )
    collecting_body = AgencyName(source="receipt.series.collecting_body")
    form = serializers.CharField(source="receipt.series.form")
    series = serializers.CharField(source="receipt.series.code")
    number = serializers.IntegerField(source="receipt.number")
    amount = serializers.IntegerField(source="receipt.amount", help_text="In đồng.")
    issued_at = serializers.DateTimeField(source="receipt.issued_at")
    is_replaced = serializers.SerializerMethodField(help_text="Another stands for it, and it does not count.")
    is_file_made = serializers.SerializerMethodField(help_text="False while its file is still being made.")

    def get_is_replaced(self, row: Any) -> bool:
        return hasattr(row.receipt, "replaced_by")

    def get_is_file_made(self, row: Any) -> bool:
        return hasattr(row.receipt, "paper")


class BundleIn(serializers.Serializer):
    """Which receipts are put together: `year` (of the reader), `day` (of an agency) or `session` (of a cashier)."""

    of = serializers.ChoiceField(choices=BundleOf.values, help_text="year, day, session.")
    medium = serializers.ChoiceField(
        choices=Medium.values,
        default=Medium.PDF,
        help_text="pdf for reading and printing, in which no signature is left; zip (of a year alone) for the signed files.",
    )
    year = serializers.IntegerField(required=False, min_value=1, max_value=9998)
    business = identifier(required=False, help_text="With a year: of this business alone.")
    agency = identifier(required=False, help_text="With a day: at whose desk, or for which, money was taken.")
    day = serializers.DateField(required=False)
    session = serializers.UUIDField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Each kind has what it needs. Raises ValidationError."""
        needed = {BundleOf.YEAR: ("year",), BundleOf.DAY: ("agency", "day"), BundleOf.SESSION: ("session",)}
        missing = [name for name in needed[BundleOf(attrs["of"])] if name not in attrs]
        if missing:
            required = self.fields[missing[0]].error_messages["required"]
            raise serializers.ValidationError(dict.fromkeys(missing, required), code="required")
        return attrs


class BundleOut(serializers.Serializer):
    """Receipts in one file: asked for, made part by part, kept some days, cleared away."""

    id = serializers.UUIDField(source="uuid")
    of = serializers.CharField(help_text="year, day, session.")
    medium = serializers.CharField(help_text="pdf, zip.")
    year = serializers.IntegerField(allow_null=True)
    agency = AgencyName(allow_null=True)
    day = serializers.DateField(allow_null=True)
    state = serializers.ChoiceField(choices=FileState.values, help_text="asked, ready, failed, cleared.")
    asked_at = serializers.DateTimeField()
    total = serializers.IntegerField(help_text="How many receipts it is of.")
    done = serializers.IntegerField(help_text="How many are put together.")
    lacking = serializers.IntegerField(
        help_text="How many are named and have no file in it; its list says why."
    )
    made_at = serializers.DateTimeField(allow_null=True)
    cleared_from = serializers.DateTimeField(allow_null=True, help_text="Until then it is kept.")
    size = serializers.IntegerField(allow_null=True, help_text="In bytes.")
    sha256 = serializers.SerializerMethodField(help_text="In hexadecimal; empty until it is made.")

    def get_sha256(self, bundle: Any) -> str:
        return bytes(bundle.sha256).hex() if bundle.sha256 is not None else ""
