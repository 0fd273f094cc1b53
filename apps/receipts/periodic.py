"""What the schedule watches and does for money: unsigned receipts, the day's lists to the tax authority, series of past years."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from celery import shared_task
from django.utils import timezone

from apps.receipts.actions.day_reports import make_lists, see_to_sendings
from apps.receipts.actions.series import close_past_years
from apps.receipts.models import UnsignedAlarm
from apps.receipts.selectors import unsigned_receipts

_log = logging.getLogger(__name__)


@shared_task(name="apps.receipts.periodic.watch_unsigned")
def watch_unsigned() -> None:
    """Played every few minutes; a missed tick is made up by the next."""
    watch(timezone.now())


def watch(at: datetime) -> None:
    """Raises an alarm for each receipt that is late to be signed, in table and log, once; clears those that are signed."""
    for late in unsigned_receipts(at):
        _alarm, is_new = UnsignedAlarm.objects.get_or_create(receipt=late.receipt, defaults={"raised_at": at})
        if is_new:
            _log.error(
                "receipt %s %s of %s is not signed; it was due at %s",
                late.receipt.series.code,
                late.receipt.number,
                late.receipt.series.collecting_body.identification_code,
                timezone.localtime(late.due_at).isoformat(timespec="minutes"),
            )
    UnsignedAlarm.objects.filter(cleared_at__isnull=True, receipt__paper__isnull=False).update(cleared_at=at)


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


@shared_task(name="apps.receipts.periodic.close_years")
def close_years() -> None:
    """Played every night; a missed night is made up by the next."""
    close_past_years(at=timezone.now())
