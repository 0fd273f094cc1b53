"""Numbers of notices on form 04/SS-CTĐT: each body counts its own from 1 in a year."""

from __future__ import annotations

from datetime import datetime

from django.db import connection
from django.db.models import Max
from django.utils import timezone

from apps.receipts.models import ReceiptNotice
from apps.units.models import Agency

_NOTICES = 0x0455


def next_number(body: Agency, *, at: datetime) -> tuple[int, int]:
    """The year and the next number of a body's notices; who asks at the same time waits until this one is committed."""
    year = timezone.localdate(at).year
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_NOTICES, body.pk])
    last = ReceiptNotice.objects.filter(body=body, year=year).aggregate(last=Max("number"))["last"]
    return year, (last or 0) + 1
