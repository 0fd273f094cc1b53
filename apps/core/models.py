"""Rows that every verb needs: request keys, the outbox, the access log, acts of administration, long jobs."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class RequestKey(models.Model):
    """A request that was answered: the same key and body get the same answer, kept for 30 days.

    `actor_id` is the user's id without a foreign key: this app lies below the users.
    """

    actor_id = models.BigIntegerField()
    key = models.CharField(max_length=80)
    verb = models.CharField(max_length=60)
    fingerprint = models.BinaryField()
    answer = models.CharField(max_length=80)
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["actor_id", "key"], name="request_key_once")]


class OutboxRow(models.Model):
    """An effect that a committed change still owes the world; closed by its consumer with the effect itself."""

    effect = models.CharField(max_length=120, unique=True)
    task = models.CharField(max_length=80)
    payload = models.JSONField()
    created_at = models.DateTimeField()
    next_attempt_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=300, blank=True, default="")
    done_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                name="outbox_due",
                condition=Q(done_at__isnull=True, failed_at__isnull=True),
            ),
            models.Index(fields=["failed_at"], name="outbox_failed", condition=Q(failed_at__isnull=False)),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(done_at__isnull=True) | Q(failed_at__isnull=True), name="outbox_done_or_failed"
            )
        ]


class AccessRecord(models.Model):
    """Somebody read personal data whole, or took a file: who, what, why, when. Never edited."""

    actor_id = models.BigIntegerField(null=True)
    action = models.CharField(max_length=40)
    subject = models.CharField(max_length=120)
    reason = models.CharField(max_length=300, blank=True, default="")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["subject", "at"], name="access_of_subject")]


class AdministrativeAct(models.Model):
    """Somebody changed what all cases stand on: who, what, by which decision, when. Never edited."""

    actor_id = models.BigIntegerField(null=True)
    kind = models.CharField(max_length=40)
    subject = models.CharField(max_length=120)
    decision = models.CharField(max_length=200, blank=True, default="")
    body = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["subject", "id"], name="administration_of"),
            models.Index(fields=["at"], name="administration_at"),
        ]


class JobState(models.TextChoices):
    PROPOSED = "proposed", _("Waits for a decision")
    RUNNING = "running", _("Under way")
    DONE = "done", _("Done")
    DROPPED = "dropped", _("Dropped")


class Job(models.Model):
    """Work on many rows, first proposed, then done by a worker chunk by chunk; a broken-off job goes on where it was.

    `subject` says what it is about, in a person's words (the name of a file). `total` and `done` count rows.
    """

    kind = models.CharField(max_length=40)
    subject = models.CharField(max_length=200)
    state = models.CharField(max_length=8, choices=JobState.choices, default=JobState.PROPOSED)
    proposed_by = models.BigIntegerField(null=True)
    proposed_at = models.DateTimeField()
    started_by = models.BigIntegerField(null=True)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    decision = models.CharField(max_length=200, blank=True, default="")
    total = models.PositiveIntegerField()
    done = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind"], condition=Q(state=JobState.RUNNING), name="job_of_a_kind_once_at_a_time"
            ),
            models.CheckConstraint(condition=Q(state__in=JobState.values), name="job_state_known"),
            models.CheckConstraint(condition=Q(done__lte=F("total")), name="job_done_fits"),
            models.CheckConstraint(
                condition=Q(state__in=[JobState.DONE, JobState.DROPPED]) ^ Q(ended_at__isnull=True),
                name="job_ended_has_its_time",
            ),
        ]
        indexes = [models.Index(fields=["kind", "-id"], name="job_of_kind")]


class JobRow(models.Model):
    """One row of a job: what it is about, what is to become of it and, once done, what became of it."""

    job = models.ForeignKey(Job, on_delete=models.PROTECT, related_name="rows")
    position = models.PositiveIntegerField()
    key = models.CharField(max_length=80)
    outcome = models.CharField(max_length=16)
    content = models.JSONField()
    difference = models.JSONField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["job", "position"], name="job_row_key")]
        indexes = [
            models.Index(fields=["job", "outcome", "position"], name="job_row_outcome"),
            models.Index(fields=["job", "position"], name="job_row_open", condition=Q(done_at__isnull=True)),
        ]
