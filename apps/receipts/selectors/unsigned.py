"""Receipts that should have been signed by now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from apps.calendars.selectors import with_latest_calendar, working_calendar
from apps.calendars.working_time import Limit, Unit, due_at
from apps.receipts.models import Receipt
from apps.units.models import Agency

# Longer than this a receipt is not left unsigned without an alarm.
SIGNED_WITHIN = Limit(1, Unit.WORKING_HOUR)


@dataclass(frozen=True, slots=True)
class Unsigned:
    """A receipt that should have been signed by `due_at`, and when its alarm was raised; None until the next tick."""

    receipt: Receipt
    due_at: datetime
    raised_at: datetime | None


def unsigned_receipts(at: datetime) -> list[Unsigned]:
    """Receipts that are not signed although a working hour of their collecting body has passed since, the oldest first.

    In as many queries for one as for all. For whoever answers for the money: it tells which body, and names nobody.
    """
    # By their ids alone, which indexes hold; a working hour is never shorter than an hour.
    unsigned = list(Receipt.objects.filter(paper__isnull=True).values_list("pk", flat=True))
    receipts = (
        Receipt.objects.filter(pk__in=unsigned, issued_at__lt=at - timedelta(hours=1))
        .select_related("series__collecting_body", "alarm")
        .defer("snapshot")
        .order_by("issued_at", "id")
    )
    bodies = {receipt.series.collecting_body_id for receipt in receipts}
    agencies: Iterable[Any] = with_latest_calendar(Agency.objects.filter(pk__in=bodies))
    calendars = {agency.pk: agency.calendar_version for agency in agencies}
    found = []
    for receipt in receipts:
        calendar = working_calendar(calendars[receipt.series.collecting_body_id])
        due = due_at(calendar, receipt.issued_at, SIGNED_WITHIN)
        if due < at:
            found.append(
                Unsigned(receipt, due, receipt.alarm.raised_at if hasattr(receipt, "alarm") else None)
            )
    return found
