"""The bank and the books side by side: statements, lines with what of ours they are, differences. All money is in whole đồng."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.api.v1.serializers.money import one_of
from apps.api.v1.serializers.parts import AgencyName, PersonName, identifier
from apps.api.v1.serializers.verbs import words
from apps.core.models import JobState
from apps.receipts.books import SUBJECT, amount_of, subject_of
from apps.receipts.choices import DifferenceKind, LineOutcome, MatchedHow
from apps.receipts.reconciliation import Asked, explanations_of

MOST_DAYS = timedelta(days=366)
_MOST = 10**15
DAYS_WRONG = _("The days must follow one another, and be at most a year.")
SUBJECTS = "payment:{uuid}, deposit:{uuid}, or of a refund proposal:{uuid}"


class AccountName(serializers.Serializer):
    """An account of a collecting body."""

    id = serializers.IntegerField()
    collecting_body = AgencyName(source="agency")
    bank_name = serializers.CharField()
    number = serializers.CharField()
    holder = serializers.CharField()


class AccountOut(AccountName):
    """An account with the days on which it is the body's."""

    bank_bin = serializers.CharField(help_text="The bank's number (NAPAS).")
    valid_from = serializers.DateField()
    valid_to = serializers.DateField(allow_null=True, help_text="The first day on which it no longer is.")
    is_confirmed = serializers.BooleanField(
        help_text="Whether the body has confirmed it; before that nobody pays into it."
    )


class StatementIn(serializers.Serializer):
    """A statement as the bank gives it (.xlsx, or .csv in UTF-8), and what the bank's own summary says of it."""

    account = identifier(help_text="An account that the reader keeps: books/accounts.")
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    opening = serializers.IntegerField(min_value=-_MOST, max_value=_MOST)
    closing = serializers.IntegerField(min_value=-_MOST, max_value=_MOST)
    file = serializers.FileField()


class StatementJobOut(serializers.Serializer):
    """A statement that was read and waits to be taken in, or that a worker takes in."""

    id = serializers.IntegerField()
    file = serializers.CharField(source="subject", help_text="The name of the file.")
    state = serializers.CharField(help_text=one_of(JobState))
    new = serializers.SerializerMethodField(help_text="Lines that it adds.")
    known = serializers.SerializerMethodField(help_text="Lines that another statement had already.")
    contradicts = serializers.SerializerMethodField(help_text="Lines that another statement told otherwise.")
    proposed_at = serializers.DateTimeField()
    started_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)
    statement = serializers.SerializerMethodField(
        help_text="books/bank-statements/{uuid}; null until it is started."
    )

    def get_new(self, job: Any) -> int:
        return self._counted(job, LineOutcome.NEW)

    def get_known(self, job: Any) -> int:
        return self._counted(job, LineOutcome.KNOWN)

    def get_contradicts(self, job: Any) -> int:
        return self._counted(job, LineOutcome.CONTRADICTS)

    def _counted(self, job: Any, outcome: LineOutcome) -> int:
        return int(self.context["counts"].get(outcome, 0))

    @extend_schema_field({"type": ["string", "null"], "format": "uuid"})
    def get_statement(self, job: Any) -> str | None:
        found = self.context["statement"]
        return str(found.uuid) if found else None


class BankStatementOut(serializers.Serializer):
    """A statement that was taken in: its opening balance plus all lines of its file is its closing balance."""

    uuid = serializers.UUIDField()
    account = AccountName()
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    opening = serializers.IntegerField()
    closing = serializers.IntegerField()
    lines = serializers.IntegerField(
        source="count", help_text="Lines that it brought; those known from another are not counted."
    )
    total = serializers.SerializerMethodField(help_text="The sum of the lines that it brought.")
    sha256 = serializers.SerializerMethodField(help_text="Of the file, in hexadecimal.")
    size = serializers.IntegerField(
        allow_null=True,
        help_text="Of the file, in bytes; null where it was taken in before files were kept.",
    )
    imported_by = PersonName()
    imported_at = serializers.DateTimeField()

    def get_total(self, statement: Any) -> int:
        return int(statement.total or 0)

    def get_sha256(self, statement: Any) -> str:
        return bytes(statement.sha256).hex()


class MatchOut(serializers.Serializer):
    """What of ours a line is, or was thought to be. Never edited but to withdraw it."""

    id = serializers.IntegerField()
    subject = serializers.SerializerMethodField(help_text=f"{SUBJECTS}.")
    amount = serializers.SerializerMethodField(help_text="As the bank would have it: a refund is negative.")
    how = serializers.CharField(help_text=one_of(MatchedHow))
    reason = serializers.CharField(help_text="Of a match by hand.")
    matched_by = PersonName(allow_null=True, help_text="Null where the program was certain.")
    matched_at = serializers.DateTimeField()
    withdrawn_by = PersonName(allow_null=True)
    withdrawn_at = serializers.DateTimeField(allow_null=True)
    withdrawn_reason = serializers.CharField()

    def get_subject(self, match: Any) -> str:
        return subject_of(match)

    def get_amount(self, match: Any) -> int:
        return amount_of(match)


class BankLineOut(serializers.Serializer):
    """A line of the bank with what of ours it is."""

    uuid = serializers.UUIDField()
    statement = serializers.UUIDField(source="statement.uuid", help_text="books/bank-statements/{uuid}.")
    account = AccountName()
    reference = serializers.CharField(help_text="The bank's own number of the transaction.")
    booked_at = serializers.DateTimeField()
    amount = serializers.IntegerField(help_text="What came in is positive, what went out negative.")
    memo = serializers.SerializerMethodField(help_text="Masked: all that is no code of ours.")
    matched = serializers.SerializerMethodField(
        help_text="All of ours together that it is matched to; another sum than its amount is a difference."
    )
    matches = MatchOut(source="matches.all", many=True)

    def get_memo(self, line: Any) -> str:
        return str(self.context["memos"][line.pk])

    def get_matched(self, line: Any) -> int:
        return sum(amount_of(match) for match in line.matches.all() if match.withdrawn_at is None)


class MatchIn(serializers.Serializer):
    """What a line is, and how that is known."""

    ours = serializers.ListField(
        child=serializers.RegexField(SUBJECT),
        min_length=1,
        max_length=200,
        help_text=f"Each {SUBJECTS}, of the same body and matched to no line.",
    )
    reason = words(300)


class WithdrawIn(serializers.Serializer):
    """Which match of a line is withdrawn, and why."""

    match = identifier()
    reason = words(300)


class DifferencesIn(serializers.Serializer):
    """Which differences are listed: those of a year until today, unless told."""

    kind = serializers.ChoiceField(
        choices=DifferenceKind.values, required=False, help_text=one_of(DifferenceKind)
    )
    body = identifier(required=False, help_text="Of this collecting body alone.")
    first = serializers.DateField(required=False, help_text="Since this day or later.")
    last = serializers.DateField(required=False, help_text="Since this day or earlier; at most a year later.")
    explained = serializers.BooleanField(
        required=False, allow_null=True, default=None, help_text="Explained as it stands, or not."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """The days follow one another. Raises ValidationError."""
        year = Asked.until(attrs.get("last") or timezone.localdate())
        attrs.setdefault("last", year.last)
        attrs.setdefault("first", year.first)
        # The calendar's last day ends at no moment that there is.
        is_last = attrs["last"] == date.max
        if is_last or not timedelta(0) <= attrs["last"] - attrs["first"] <= MOST_DAYS:
            raise serializers.ValidationError({"last": [DAYS_WRONG]}, code="days_wrong")
        return attrs

    def asked(self) -> Asked:
        given = self.validated_data
        return Asked(
            given["first"],
            given["last"],
            kind=DifferenceKind(given["kind"]) if "kind" in given else None,
            body_id=given.get("body"),
            is_explained=given["explained"],
        )


class BodyName(serializers.Serializer):
    """A collecting body."""

    id = serializers.IntegerField()
    name = serializers.CharField()


class DifferenceOut(serializers.Serializer):
    """Something in which the bank, the gateway, the cash, the payments, the receipts or the day's lists differ, as it stands now."""

    kind = serializers.CharField(help_text=one_of(DifferenceKind))
    text = serializers.CharField(source="kind.label", help_text="The kind in the reader's language.")
    subject = serializers.CharField(help_text="What differs, for programs, such as payment:{uuid}.")
    name = serializers.CharField(help_text="The same for people.")
    collecting_body = serializers.SerializerMethodField()
    since = serializers.DateTimeField()
    amount = serializers.IntegerField(help_text="As the bank would have it.")
    is_explained = serializers.BooleanField(help_text="Somebody said why, and it has not changed since.")
    reason = serializers.CharField(help_text="What was said of it last; empty where it is not explained.")
    explained_by = serializers.CharField(help_text="The name of the official; empty as well.")
    explained_at = serializers.DateTimeField(allow_null=True)

    @extend_schema_field(BodyName(allow_null=True))
    def get_collecting_body(self, row: Any) -> dict[str, Any] | None:
        return {"id": row.body_id, "name": row.body} if row.body_id else None


class ExplanationOut(serializers.Serializer):
    """What somebody said of a difference. Never edited."""

    reason = serializers.CharField()
    amount = serializers.IntegerField(help_text="What differed then.")
    explained_by = PersonName()
    explained_at = serializers.DateTimeField()


class OneDifferenceOut(DifferenceOut):
    """A difference with all that was ever said of it, the newest first."""

    explanations = serializers.SerializerMethodField()

    @extend_schema_field(ExplanationOut(many=True))
    def get_explanations(self, row: Any) -> Any:
        return ExplanationOut(explanations_of(row.kind, row.subject), many=True).data


class ExplainIn(serializers.Serializer):
    """Why a difference is there."""

    reason = words(500)
