"""The official file: a case, its ledger, and the rows that tie it to fees, receipts, papers and notices.

The columns of a case are a cache of its ledger: `ledger.record` is the only function that writes them.
"""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import ExtractYear, Least

from apps.accounts.models import User
from apps.applications.models import Application, ApplicationRevision, Attachment
from apps.calendars.models import CalendarVersion
from apps.cases.choices import (
    ENDED_CLOCK,
    Certainty,
    EventKind,
    HandoverAnswer,
    Omission,
    Outcome,
    ProvisionSubject,
    Routing,
    Status,
)
from apps.documents.models import Document
from apps.notifications.models import Notice
from apps.procedures.models import Component, ProcedureVersion
from apps.receipts.models import FeeDue, Receipt
from apps.units.models import Agency

_OPEN = ~Q(status__in=[Status.DECLINED, Status.STOPPED, Status.DELIVERED])
# After every due time: a queue ends with what has none.
_LAST = datetime(9999, 12, 31, tzinfo=UTC)
_FRUITLESS = Q(status__in=[Status.DECLINED, Status.STOPPED])


class Case(models.Model):
    """One case. `due_at` is when whoever holds it must have acted: the intake clock in status 1, the case clock after.

    A withdrawal that waits has a time of its own, `withdrawal_due_at`; the clock stays as it was.
    """

    code = models.CharField(max_length=50, unique=True)
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="cases")
    version = models.ForeignKey(ProcedureVersion, on_delete=models.PROTECT, related_name="cases")
    status = models.PositiveSmallIntegerField(choices=Status.choices)
    routing = models.CharField(max_length=12, choices=Routing.choices)
    routing_reason = models.CharField(max_length=24, blank=True, default="")
    receiving_agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="cases_received")
    competent_agency = models.ForeignKey(
        Agency, null=True, on_delete=models.PROTECT, related_name="cases_decided"
    )
    returning_agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="cases_returned")
    current_agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="cases_held")
    handler = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="cases_handled")
    step = models.PositiveSmallIntegerField(null=True)
    proposed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    approved_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=8, blank=True, default="")
    received_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    intake_due_at = models.DateTimeField()
    due_at = models.DateTimeField()
    statutory_due_at = models.DateTimeField(null=True)
    promised_due_at = models.DateTimeField(null=True)
    renewed_due_at = models.DateTimeField(null=True)
    step_due_at = models.DateTimeField(null=True)
    withdrawal_due_at = models.DateTimeField(null=True)
    is_clock_running = models.BooleanField()
    # What a queue is ordered by. Whoever holds it has nothing to do while the clock stands: such cases come last.
    next_due_at = models.GeneratedField(
        expression=Least(
            F("withdrawal_due_at"),
            models.Case(models.When(is_clock_running=True, then=F("due_at")), default=Value(_LAST)),
        ),
        output_field=models.DateTimeField(),
        db_persist=True,
    )
    calendar_version = models.ForeignKey(CalendarVersion, on_delete=models.PROTECT, related_name="+")
    tracking_hash = models.BinaryField()
    tracking_generation = models.PositiveSmallIntegerField(default=1)
    last_sequence = models.PositiveIntegerField()
    last_hash = models.BinaryField()
    last_event_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(status__in=Status.values), name="case_status_known"),
            models.CheckConstraint(
                condition=Q(routing=Routing.ROUTED, competent_agency__isnull=False)
                | ~Q(routing=Routing.ROUTED),
                name="case_routed_has_an_agency",
            ),
            models.CheckConstraint(
                condition=Q(routing=Routing.UNROUTABLE) ^ Q(routing_reason=""),
                name="case_unroutable_has_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("proposed_by")),
                name="case_approver_is_not_proposer",
            ),
            models.CheckConstraint(
                condition=Q(status__in=ENDED_CLOCK) ^ Q(ended_at__isnull=True), name="case_ended_has_its_time"
            ),
            models.CheckConstraint(
                condition=Q(outcome="") | Q(outcome__in=Outcome.values), name="case_outcome_known"
            ),
            models.CheckConstraint(
                condition=Q(status=Status.WITHDRAWAL_REQUESTED) ^ Q(withdrawal_due_at__isnull=True),
                name="case_withdrawal_has_its_time",
            ),
        ]
        indexes = [
            # Every queue begins with an agency and holds open cases only.
            models.Index(fields=["current_agency", "next_due_at", "id"], name="case_queue", condition=_OPEN),
            models.Index(fields=["handler", "next_due_at", "id"], name="case_desk", condition=_OPEN),
            models.Index(fields=["receiving_agency", "due_at"], name="case_received_open", condition=_OPEN),
            models.Index(fields=["competent_agency", "due_at"], name="case_decided_open", condition=_OPEN),
            # What ended without a result, as its supervisor lists it.
            models.Index(
                fields=["receiving_agency", "ended_at"], name="case_received_ended", condition=_FRUITLESS
            ),
            models.Index(
                fields=["competent_agency", "ended_at"], name="case_decided_ended", condition=_FRUITLESS
            ),
            models.Index(fields=["receiving_agency", "received_at"], name="case_received_at"),
            models.Index(fields=["competent_agency", "received_at"], name="case_decided_at"),
            models.Index(
                fields=["receiving_agency", "id"],
                name="case_unrouted",
                condition=Q(routing=Routing.UNROUTABLE),
            ),
        ]


class CaseEvent(models.Model):
    """One act on a case. Append-only: the database refuses UPDATE, DELETE and TRUNCATE to the program and its owner.

    `body` is canonical JSON with references only; `hash` = sha256(previous hash ‖ body). The columns beside them are
    for queues and are checked against the body.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="events", db_constraint=True)
    sequence = models.PositiveIntegerField()
    kind = models.CharField(max_length=24, choices=EventKind.choices)
    at = models.DateTimeField()
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    from_status = models.PositiveSmallIntegerField(null=True)
    to_status = models.PositiveSmallIntegerField()
    from_agency = models.ForeignKey(Agency, null=True, on_delete=models.PROTECT, related_name="+")
    to_agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    handler = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    step = models.PositiveSmallIntegerField(null=True)
    due_at = models.DateTimeField()
    calendar_version = models.ForeignKey(CalendarVersion, on_delete=models.PROTECT, related_name="+")
    body = models.BinaryField()
    previous_hash = models.BinaryField()
    hash = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "sequence"], name="event_place_once"),
        ]
        indexes = [models.Index(fields=["to_agency", "kind", "at"], name="event_of_agency")]


class EventText(models.Model):
    """The free text of an event, held apart: it can be redacted, and its hash stays in the ledger."""

    event = models.OneToOneField(CaseEvent, on_delete=models.PROTECT, related_name="text")
    text = models.TextField()
    redacted_at = models.DateTimeField(null=True)


class CodeSerial(models.Model):
    """The last serial of the day that an agency gave. A gap is allowed, reuse is not."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    last = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agency", "day"], name="code_serial_key")]


class Handover(models.Model):
    """A case offered to another agency: until it is received the case and its time are the sender's."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="handovers")
    from_agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="handovers_sent")
    to_agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="handovers_offered")
    offered_at = models.DateTimeField()
    offered_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    due_at = models.DateTimeField()
    answer = models.CharField(max_length=8, choices=HandoverAnswer.choices, blank=True, default="")
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(answered_at__isnull=True), name="handover_open_once"
            ),
            models.CheckConstraint(
                condition=Q(answer="", answered_at__isnull=True)
                | (~Q(answer="") & Q(answered_at__isnull=False)),
                name="handover_answer_has_its_time",
            ),
            models.CheckConstraint(
                condition=~Q(from_agency=F("to_agency")), name="handover_to_another_agency"
            ),
        ]
        indexes = [
            models.Index(
                fields=["to_agency", "due_at"], name="handover_open", condition=Q(answered_at__isnull=True)
            ),
            models.Index(
                fields=["from_agency", "case"],
                name="handover_sent",
                condition=Q(answer=HandoverAnswer.RECEIVED),
            ),
        ]


class OriginalCustody(models.Model):
    """One turn of holding an original paper that was filed: by an agency, or by the applicant, who has no `holder`.

    Given by a clerk, or by the applicant (nobody); received by a clerk of the holder. Until `received_at` is known the
    paper is on its way. Exactly one turn of a paper is open, by an agency only where the case is.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="originals")
    component = models.ForeignKey(Component, on_delete=models.PROTECT, related_name="+")
    holder = models.ForeignKey(Agency, null=True, on_delete=models.PROTECT, related_name="originals_held")
    given_at = models.DateTimeField()
    given_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    received_at = models.DateTimeField(null=True)
    received_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    left_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "component"], condition=Q(left_at__isnull=True), name="original_held_once"
            ),
            models.CheckConstraint(
                condition=Q(received_by__isnull=True) | Q(received_at__isnull=False, holder__isnull=False),
                name="original_received_by_a_holder",
            ),
            models.CheckConstraint(
                condition=Q(received_at__isnull=True) | Q(received_at__gte=F("given_at")),
                name="original_received_after_given",
            ),
            models.CheckConstraint(
                condition=Q(left_at__isnull=True)
                | Q(received_at__isnull=False, left_at__gte=F("received_at")),
                name="original_left_after_received",
            ),
        ]


class SupplementRequest(models.Model):
    """One request to complete the file: what, why, whose omission; closed by one declaration of completeness."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="supplement_requests")
    number = models.PositiveSmallIntegerField()
    is_at_intake = models.BooleanField()
    omission = models.CharField(max_length=12, choices=Omission.choices)
    items = models.JSONField()
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    completed_at = models.DateTimeField(null=True)
    revision = models.ForeignKey(ApplicationRevision, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "number"], name="supplement_key"),
            models.UniqueConstraint(
                fields=["case"], condition=Q(completed_at__isnull=True), name="supplement_open_once"
            ),
            # One request at intake and one in handling.
            models.UniqueConstraint(fields=["case", "is_at_intake"], name="supplement_once_a_phase"),
        ]
        # Few cases are asked twice: whoever lists them need not read every request that ever was.
        indexes = [models.Index(fields=["case"], name="supplement_second", condition=Q(number__gte=2))]

    @property
    def items_by_number(self) -> dict[str, str]:
        """What is asked for, in its own words, by the number under which files are given for it: “1”, “2”…"""
        return {str(number): each["item"] for number, each in enumerate(self.items, 1)}


class LegalProvision(models.Model):
    """On which provision of the law a reason rests: document, article, clause, and how sure that is.

    It is data that an administrator changes by decision. Where nothing is established the document is unset.
    """

    subject = models.CharField(max_length=8, choices=ProvisionSubject.choices)
    code = models.CharField(max_length=24, blank=True)
    document = models.CharField(max_length=120, blank=True)
    article = models.CharField(max_length=20, blank=True)
    clause = models.CharField(max_length=20, blank=True)
    certainty = models.CharField(max_length=12, choices=Certainty.choices)
    note = models.CharField(max_length=300, blank=True)
    note_en = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subject", "code"], name="provision_key"),
            models.CheckConstraint(
                condition=Q(certainty=Certainty.UNSET, document="", article="", clause="")
                | (
                    Q(certainty__in=[Certainty.ESTABLISHED, Certainty.SECOND_HAND])
                    & ~Q(document="")
                    & ~Q(article="")
                ),
                name="provision_unset_or_named",
            ),
        ]


class CaseResult(models.Model):
    """The written result, granted or refused: number, date, file, hash, signer. A corrected one names the old one.

    `agency` released it: within one year of dates it gives a number once, also to a corrected result.
    """

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="results_released")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="results")
    outcome = models.CharField(max_length=8, choices=Outcome.choices)
    number = models.CharField(max_length=60)
    dated_on = models.DateField()
    attachment = models.ForeignKey(Attachment, on_delete=models.PROTECT, related_name="+")
    signed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    released_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    released_at = models.DateTimeField()
    supersedes = models.OneToOneField(
        "self", null=True, on_delete=models.PROTECT, related_name="superseded_by"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(supersedes__isnull=True), name="result_superseded_not_doubled"
            ),
            models.UniqueConstraint("agency", ExtractYear("dated_on"), "number", name="result_number_once"),
        ]


class CaseFee(models.Model):
    """A fee line of this case."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="fees")
    fee = models.OneToOneField(FeeDue, on_delete=models.PROTECT, related_name="+")


class CaseReceipt(models.Model):
    """A receipt issued in this case."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="receipts")
    # By uuid: the row is written before the number is taken, and checked when the transaction commits.
    receipt = models.OneToOneField(Receipt, to_field="uuid", on_delete=models.PROTECT, related_name="+")


class CaseDocument(models.Model):
    """A statutory paper of this case."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="documents")
    event = models.ForeignKey(CaseEvent, on_delete=models.PROTECT, related_name="documents")
    document = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="+")


class CaseNotice(models.Model):
    """A notice about this case, once for each event."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="notices")
    event = models.OneToOneField(CaseEvent, on_delete=models.PROTECT, related_name="notice")
    notice = models.OneToOneField(Notice, on_delete=models.PROTECT, related_name="+")
