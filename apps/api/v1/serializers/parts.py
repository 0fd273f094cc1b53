"""Small parts that many answers hold: a status, an agency, a unit, an identifier."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.cases.choices import Status

MOST = 2**63 - 1


def identifier(**options: Any) -> serializers.IntegerField:
    """The number of a row."""
    return serializers.IntegerField(min_value=1, max_value=MOST, **options)


class StatusOut(serializers.Serializer):
    """The status of a case: national codes 1 to 10, public and fixed."""

    code = serializers.IntegerField(min_value=1, max_value=10, help_text="The national code.")
    name = serializers.CharField(help_text="The same as a word: submitted, accepted, in_progress…")
    text = serializers.CharField(help_text="The same in the reader's language.")


def status_out(value: int) -> dict[str, Any]:
    status = Status(value)
    return {"code": status.value, "name": status.name.lower(), "text": str(status.label)}


@extend_schema_field(StatusOut)
class StatusField(serializers.Field):
    def to_representation(self, value: int) -> dict[str, Any]:
        return status_out(value)


class UnitName(serializers.Serializer):
    """A unit of the city's structure."""

    id = serializers.IntegerField()
    code = serializers.CharField(
        help_text="The State's code; it may name different places at different times."
    )
    name = serializers.CharField(source="title")


class AgencyName(serializers.Serializer):
    """An office that acts."""

    id = serializers.IntegerField()
    name = serializers.CharField(source="title")
    code = serializers.CharField(source="identification_code", help_text="The agency's identification code.")


class ProcedureName(serializers.Serializer):
    """A procedure of the catalogue."""

    code = serializers.CharField()
    name = serializers.CharField(source="title")


class PersonName(serializers.Serializer):
    """An official, by name."""

    id = serializers.IntegerField()
    name = serializers.CharField(source="full_name")


class Established(serializers.Serializer):
    """Whether a row of a procedure is the law's (true) or ours until somebody establishes it (false), with a note."""

    is_established = serializers.BooleanField()
    note = serializers.CharField(source="note_text", help_text="Empty when there is nothing to say.")
