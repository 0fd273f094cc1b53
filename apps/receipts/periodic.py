"""What the schedule does for receipts: the day's lists in the evening and before midnight, what is left after it."""

from __future__ import annotations

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from apps.receipts.actions.day_reports import make_lists, see_to_sendings


@shared_task(name="apps.receipts.periodic.make_day_lists")
def make_day_lists() -> None:
    """Played in the evening and once more before midnight; a missed run is made up by the next."""
    at = timezone.now()
    make_lists(timezone.localdate(at), at=at)


@shared_task(name="apps.receipts.periodic.make_late_lists")
def make_late_lists() -> None:
    """Played after midnight: what was issued since the last run of the day before, and is late now."""
    at = timezone.now()
    make_lists(timezone.localdate(at) - timedelta(days=1), at=at)


@shared_task(name="apps.receipts.periodic.see_to_day_lists")
def see_to_day_lists() -> None:
    """Played every hour."""
    see_to_sendings(timezone.now())
