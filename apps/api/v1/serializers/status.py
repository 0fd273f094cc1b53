"""What a status always shows, to whoever may see it."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.api.v1.serializers.parts import ProcedureName, StatusField
from apps.cases.choices import EventKind


class MilestoneOut(serializers.Serializer):
    """One line of the public timeline."""

    kind = serializers.CharField()
    text = serializers.SerializerMethodField()
    at = serializers.DateTimeField()
    agency = serializers.CharField()

    def get_text(self, milestone: Any) -> str:
        return str(EventKind(milestone.kind).label)


class ProvisionOut(serializers.Serializer):
    """On which provision of the law something rests, and how sure that is."""

    text = serializers.CharField(help_text="Document, article, clause; empty where none is established.")
    certainty = serializers.CharField(help_text="established, second_hand, unset.")
    note = serializers.CharField(help_text="What is not established, and why.")


class DueExplainedOut(serializers.Serializer):
    """A due time, and in a sentence why it is then."""

    kind = serializers.CharField(help_text="intake, promised, statutory, renewed.")
    title = serializers.CharField()
    at = serializers.DateTimeField()
    sentence = serializers.CharField()


class StatusShownOut(serializers.Serializer):
    """What a status always shows: who received and who handles, every time, why it stopped, what to do.

    Nothing personal is in it but the names of officials. (Nghị định 118/2025/NĐ-CP.)
    """

    code = serializers.CharField(help_text="The case code; it never changes.")
    status = StatusField()
    procedure = serializers.SerializerMethodField()
    receiving_agency = serializers.CharField(help_text="Where it was filed.")
    competent_agency = serializers.CharField(help_text="Who decides; empty until the case is routed.")
    current_agency = serializers.CharField(help_text="Where it is.")
    returning_agency = serializers.CharField(help_text="Where the result is handed over.")
    received_by = serializers.CharField(help_text="The official who accepted it.")
    handled_by = serializers.CharField()
    received_at = serializers.DateTimeField()
    accepted_at = serializers.DateTimeField(allow_null=True)
    handling_since = serializers.DateTimeField(allow_null=True)
    promised_at = serializers.DateTimeField(allow_null=True, help_text="When the result was promised.")
    is_clock_running = serializers.BooleanField(
        help_text="False while something is awaited from the applicant, and at the end: the promise is then no promise."
    )
    intake_due_at = serializers.DateTimeField(allow_null=True, help_text="By when the desk must answer.")
    withdrawal_due_at = serializers.DateTimeField(
        allow_null=True, help_text="By when the withdrawal that was asked for is answered."
    )
    applicant_due_at = serializers.DateTimeField(
        allow_null=True, help_text="By when the applicant answers, where the law gives a window."
    )
    ended_at = serializers.DateTimeField(allow_null=True)
    outcome = serializers.CharField(help_text="Empty until there is a result.")
    why = serializers.CharField(help_text="Why it stopped, waits, was declined or refused.")
    provision = ProvisionOut(
        allow_null=True, help_text="On which that rests; null where no reason of the law is named."
    )
    how_to_complain = serializers.CharField(help_text="Empty where there is nothing to complain of.")
    complaint_provision = ProvisionOut(allow_null=True)
    to_do = serializers.CharField(
        help_text="What the applicant must do now; empty when it is not their turn."
    )
    owed = serializers.IntegerField(help_text="What the applicant owes, đồng.")
    is_fee_established = serializers.BooleanField(
        help_text="False when a price is not established: nothing is collected, and `owed` is no total."
    )
    milestones = MilestoneOut(many=True)
    explained = DueExplainedOut(many=True, help_text="Each due time that is kept, with its reasons.")
    unestablished = serializers.ListField(
        child=serializers.CharField(),
        help_text="What of this is ours and not the law's, a sentence each: codes of agencies, undecided calendars.",
    )

    @extend_schema_field(ProcedureName)
    def get_procedure(self, shown: Any) -> dict[str, str]:
        return {"code": shown.procedure_code, "name": shown.procedure}
