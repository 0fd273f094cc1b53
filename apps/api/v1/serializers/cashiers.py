"""The cashier's session: what is sent to open, move, close and acknowledge, and how a session is answered."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.api.v1.serializers.parts import AgencyName, PersonName, identifier
from apps.api.v1.serializers.verbs import words
from apps.receipts.actions.cashiers import MOST_CARDS, MOST_CHANGE, MOST_NOTES, TEXT_AT_MOST
from apps.receipts.choices import NOTES, CashMovementKind
from apps.receipts.drawers import drawer_of

_MOST = 10**15


class OpenSessionIn(serializers.Serializer):
    """Opens a drawer at a desk. A cashier has one open at a time."""

    desk = identifier(help_text="An agency at whose desk the reader takes money.")
    opening_balance = serializers.IntegerField(
        min_value=0, max_value=MOST_CHANGE, help_text="What lies in the drawer, đồng."
    )


class MovementIn(serializers.Serializer):
    """Cash that is no fee: change brought, or money taken to the bank."""

    kind = serializers.ChoiceField(choices=CashMovementKind.values)
    amount = serializers.IntegerField(
        min_value=1, max_value=_MOST, help_text="Đồng; a deposit is never more than the drawer holds."
    )
    reference = serializers.CharField(
        max_length=80, allow_blank=True, default="", help_text="The paying-in slip; obligatory for a deposit."
    )


class NotesIn(serializers.Serializer):
    """How many of each note, by its value in đồng; a note that is left out was not there."""

    def get_fields(self) -> dict[str, serializers.Field]:
        return {
            str(note): serializers.IntegerField(min_value=0, max_value=MOST_NOTES, default=0)
            for note in NOTES
        }

    def to_internal_value(self, data: Any) -> dict[int, int]:
        """Raises ValidationError also for a note that does not exist."""
        unknown = sorted(set(data) - set(self.fields))[:5] if isinstance(data, dict) else []
        if unknown:
            raise serializers.ValidationError({name: ["There is no such note."] for name in unknown})
        return {int(note): number for note, number in super().to_internal_value(data).items()}


class CloseSessionIn(serializers.Serializer):
    """Closes a drawer with what was found in it. A difference is explained, or nothing is closed."""

    count = NotesIn()
    counted_cards = serializers.IntegerField(
        min_value=0, max_value=MOST_CARDS, help_text="The sum of the card slips, đồng."
    )
    explanation = words(TEXT_AT_MOST, default="", help_text="Of a difference.")
    reason = words(
        TEXT_AT_MOST,
        default="",
        help_text="Why another than the cashier counts; obligatory then, else ignored.",
    )


class AcknowledgeIn(serializers.Serializer):
    """What a second pair of eyes found about a difference."""

    note = words(TEXT_AT_MOST)


class MovementOut(serializers.Serializer):
    """One movement of cash that is no fee. Never edited."""

    uuid = serializers.UUIDField()
    kind = serializers.CharField(help_text="change, deposit.")
    amount = serializers.IntegerField(help_text="Đồng.")
    reference = serializers.CharField()
    at = serializers.DateTimeField()


class AcknowledgedOut(serializers.Serializer):
    """Who looked into a difference, when, and what they found."""

    by = PersonName()
    at = serializers.DateTimeField()
    note = serializers.CharField()


class SessionOut(serializers.Serializer):
    """A session of a list. What was expected and counted, in đồng, is null while it is open."""

    uuid = serializers.UUIDField()
    desk = AgencyName()
    cashier = PersonName()
    opened_at = serializers.DateTimeField()
    opening_balance = serializers.IntegerField()
    closed_at = serializers.DateTimeField(allow_null=True)
    closed_by = PersonName(allow_null=True)
    closing_reason = serializers.CharField(help_text="Why another than the cashier counted.")
    is_closed_late = serializers.BooleanField(help_text="On another day than it was opened.")
    expected_cash = serializers.IntegerField(allow_null=True)
    counted_cash = serializers.IntegerField(allow_null=True)
    expected_cards = serializers.IntegerField(allow_null=True)
    counted_cards = serializers.IntegerField(allow_null=True)
    count = serializers.DictField(
        child=serializers.IntegerField(), help_text="How many of each note, by its value."
    )
    explanation = serializers.CharField()
    acknowledged = serializers.SerializerMethodField(
        help_text="By whom a difference was acknowledged; null else."
    )

    @extend_schema_field(AcknowledgedOut(allow_null=True))
    def get_acknowledged(self, session: Any) -> Any:
        found = getattr(session, "acknowledged", None)
        return AcknowledgedOut(found).data if found else None


class DrawerOut(serializers.Serializer):
    """Where the money of a session came from and went, in đồng, as it stands now."""

    opening = serializers.IntegerField()
    cash = serializers.IntegerField(help_text="Fees taken in cash.")
    change = serializers.IntegerField(help_text="Change brought.")
    deposits = serializers.IntegerField(help_text="Taken to the bank.")
    refunds = serializers.IntegerField(help_text="Paid back in cash.")
    cards = serializers.IntegerField(help_text="Fees paid by card.")
    expected_cash = serializers.IntegerField()
    expected_cards = serializers.IntegerField()


class OneSessionOut(SessionOut):
    """A session with what must be in its drawer and what moved in it."""

    drawer = serializers.SerializerMethodField()
    movements = serializers.SerializerMethodField()

    @extend_schema_field(DrawerOut)
    def get_drawer(self, session: Any) -> Any:
        return DrawerOut(drawer_of(session)).data

    @extend_schema_field(MovementOut(many=True))
    def get_movements(self, session: Any) -> Any:
        return MovementOut(session.movements.order_by("at", "id"), many=True).data
