"""The official file itself: a case, its ledger, and the marks that stand beside it.

The columns of a case are a cache of its ledger: `ledger.record` is the only function that writes them.
"""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Least

from apps.accounts.models import Pool, User
from apps.applications.models import Application
from apps.calendars.models import CalendarVersion
from apps.cases.choices import ENDED_CLOCK, EventKind, Outcome, Routing, Status
from apps.procedures.models import ProcedureVersion
from apps.units.models import Agency

_OPEN = ~Q(status__in=[Status.DECLINED, Status.STOPPED, Status.DELIVERED])
# After every due time: a queue ends with what has none.
_LAST = datetime(9999, 12, 31, tzinfo=UTC)
_FRUITLESS = Q(status__in=[Status.DECLINED, Status.STOPPED])


class Case(models.Model):
    """One case. `due_at` is when whoever holds it must have acted: the intake clock in status 1, the case clock after.

    A withdrawal that waits has a time of its own, `withdrawal_due_at`; the clock stays as it was. `applicant_due_at` is
    by when the applicant answers what the case waits for, where the version sets a window.
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
    pool = models.ForeignKey(Pool, null=True, on_delete=models.PROTECT, related_name="cases")
    step = models.PositiveSmallIntegerField(null=True)
    # Where the present step is done, if not where the case is decided.
    step_agency = models.ForeignKey(Agency, null=True, on_delete=models.PROTECT, related_name="cases_at_step")
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
    applicant_due_at = models.DateTimeField(null=True)
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
                condition=Q(handler__isnull=True) | Q(pool__isnull=True), name="case_with_a_person_or_a_pool"
            ),
            models.CheckConstraint(
                condition=Q(step_agency__isnull=True) | ~Q(step_agency=F("competent_agency")),
                name="case_step_elsewhere",
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
            models.CheckConstraint(
                condition=Q(applicant_due_at__isnull=True) | Q(is_clock_running=False),
                name="case_stands_while_it_waits",
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
            # What lapses, counts as consent or is reminded of next, in the whole city.
            models.Index(
                fields=["applicant_due_at"],
                name="case_waits_for_applicant",
                condition=Q(applicant_due_at__isnull=False),
            ),
        ]

    @property
    def is_draft_awaited(self) -> bool:
        """Whether the applicant has a draft to confirm: the status stays, and only then does its clock stand."""
        return self.status in (Status.ACCEPTED, Status.IN_PROGRESS) and not self.is_clock_running

    @property
    def is_prerequisite_awaited(self) -> bool:
        """Whether it waits for the result of another case: only then the clock stands in status 1."""
        return self.status == Status.SUBMITTED and not self.is_clock_running


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


class LateEntry(models.Model):
    """A case that was taken on paper while the system was away, and entered later: when, and on which form.

    Why stands with the first event of the case; the supervisor sees each one.
    """

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="late_entry")
    form_number = models.CharField(max_length=60)
    taken_at = models.DateTimeField()
    entered_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(entered_at__gte=F("taken_at")), name="late_entry_after_it_was_taken"
            )
        ]
        indexes = [models.Index(fields=["entered_at"], name="late_entry_when")]
