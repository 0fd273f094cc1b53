"""The cases of one application of linked procedures, as the API shows them."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.api.v1.serializers.parts import StatusField
from apps.api.v1.serializers.status import StatusShownOut


class LinkedCaseOut(serializers.Serializer):
    """One case of an application, in the order of its procedure. What the reader may not see of it is empty or null."""

    code = serializers.CharField(help_text="Empty where the reader may not know of the case.")
    procedure = serializers.CharField(source="procedure_code")
    name = serializers.CharField(source="procedure")
    status = StatusField(allow_null=True)
    outcome = serializers.CharField(help_text="In the reader's language, once it is released; else empty.")
    agency = serializers.CharField(help_text="Who decides it.")
    waits_for = serializers.ListField(
        child=serializers.CharField(), help_text="Codes of the cases on whose results it rests."
    )
    is_waiting = serializers.BooleanField(
        help_text="Whether its time has not begun, since a result is missing."
    )
    due_at = serializers.DateTimeField(
        allow_null=True, help_text="When its result is promised; null before there is a promise to keep."
    )
    result = serializers.IntegerField(
        source="result.pk",
        default=None,
        allow_null=True,
        help_text="Id of its result, where it was delivered to the case asked for: a file of that case.",
    )


class GroupOut(serializers.Serializer):
    """All cases that one application opened."""

    code = serializers.CharField(help_text="The code of the group's own procedure.")
    name = serializers.CharField(source="title")
    due_at = serializers.DateTimeField(
        allow_null=True,
        help_text="When the last is promised, or as the procedure states for the whole; null while that is not known.",
    )
    is_ended = serializers.BooleanField()
    cases = LinkedCaseOut(many=True)


class PublicStatusOut(StatusShownOut):
    """The status of a case and, of linked procedures, where the others of the application stand."""

    group = serializers.SerializerMethodField(help_text="Null for a case that was opened alone.")

    @extend_schema_field(GroupOut(allow_null=True))
    def get_group(self, _shown: Any) -> dict[str, Any] | None:
        group = self.context["group"]
        return dict(GroupOut(group).data) if group else None
