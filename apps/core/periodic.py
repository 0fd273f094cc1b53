"""What the schedule clears away: request keys after 30 days, outbox rows long after their effect, ended sessions."""

from __future__ import annotations

from datetime import datetime, timedelta

from celery import shared_task
from django.contrib.sessions.models import Session
from django.utils import timezone

from apps.core.models import OutboxRow, RequestKey

KEYS_KEPT = timedelta(days=30)
DONE_ROWS_KEPT = timedelta(days=90)


@shared_task(name="apps.core.periodic.clear_away")
def clear_away() -> None:
    """Played once a night; a missed night is made up by the next."""
    clear_before(timezone.now())


def clear_before(at: datetime) -> None:
    """A row whose effect failed for good stays until a person has seen to it."""
    RequestKey.objects.filter(created_at__lt=at - KEYS_KEPT).delete()
    OutboxRow.objects.filter(done_at__lt=at - DONE_ROWS_KEPT).delete()
    Session.objects.filter(expire_date__lt=at).delete()
