"""The register (form 07): what is asked for and what was made."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from apps.api.v1.serializers.parts import AgencyName, identifier


class RegisterIn(serializers.Serializer):
    """Whose register, for which days, of which field."""

    agency = identifier(help_text="An agency where the reader works on cases, or that they supervise.")
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(
        help_text="Included; not after today, and at most a year after the start."
    )
    field = serializers.CharField(
        max_length=160, default="", allow_blank=True, help_text="As the catalogue spells it; empty for all."
    )


class RegisterOut(serializers.Serializer):
    """A register: asked for, then made once by a worker, and never changed."""

    id = serializers.IntegerField()
    agency = AgencyName()
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    field = serializers.CharField(help_text="Empty for all fields.")
    state = serializers.CharField(help_text="asked, ready, failed.")
    asked_at = serializers.DateTimeField()
    made_at = serializers.DateTimeField(allow_null=True)
    lines = serializers.IntegerField(allow_null=True, help_text="How many cases it holds.")
    check_code = serializers.SerializerMethodField(help_text="Of the paper, for its public check.")
    pdf_sha256 = serializers.SerializerMethodField(help_text="In hexadecimal; empty until it is made.")
    xlsx_sha256 = serializers.SerializerMethodField(help_text="In hexadecimal; empty until it is made.")

    def get_check_code(self, register: Any) -> str:
        return str(register.paper.check_code) if register.paper else ""

    def get_pdf_sha256(self, register: Any) -> str:
        return bytes(register.paper.file.sha256).hex() if register.paper else ""

    def get_xlsx_sha256(self, register: Any) -> str:
        return bytes(register.sha256).hex() if register.sha256 is not None else ""
