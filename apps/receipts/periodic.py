"""What the schedule does to money: series of a past year are closed."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from apps.receipts.actions.series import close_past_years


@shared_task(name="apps.receipts.periodic.close_years")
def close_years() -> None:
    """Played every night; a missed night is made up by the next."""
    close_past_years(at=timezone.now())
