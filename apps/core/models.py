"""Rows that every verb needs: request keys, the outbox, the access log."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


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
