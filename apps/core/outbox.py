"""The outbox: an effect is a row in the transaction of its cause before it is a task of a broker.

The row names its task by a string, so that what causes an effect imports nothing of it. The relay sends what is due,
again and again, until the consumer closes the row in the transaction of the effect.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from apps.core.models import OutboxRow

MOST_ATTEMPTS = 12
_FIRST_WAIT = timedelta(seconds=10)
_LONGEST_WAIT = timedelta(hours=1)


def owe(task: str, effect: str, at: datetime, **payload: Any) -> OutboxRow:
    """An effect owed; the caller inserts the row in its own transaction. `effect` says it once for ever."""
    return OutboxRow(task=task, effect=effect, payload=payload, created_at=at, next_attempt_at=at)


def wait_after(attempts: int) -> timedelta:
    """How long to wait for the consumer before sending again."""
    doubled: timedelta = _FIRST_WAIT * (1 << min(attempts, 10))
    return min(doubled, _LONGEST_WAIT)


def take_due(at: datetime, most: int = 100) -> list[tuple[int, str]]:
    """Marks rows that are due as sent once more and returns (id, task) for the relay to send.

    Sent but not done rows come back after a growing wait; past the last attempt a row is failed and visible.
    """
    with transaction.atomic():
        rows = list(
            OutboxRow.objects.filter(done_at__isnull=True, failed_at__isnull=True, next_attempt_at__lte=at)
            .order_by("next_attempt_at")
            .select_for_update(skip_locked=True)[:most]
        )
        for row in rows:
            if row.attempts >= MOST_ATTEMPTS:
                row.failed_at = at
            else:
                row.attempts += 1
                row.next_attempt_at = at + wait_after(row.attempts)
        OutboxRow.objects.bulk_update(rows, ["attempts", "next_attempt_at", "failed_at"])
    return [(row.pk, row.task) for row in rows if row.failed_at is None]


def open_row(row_id: int) -> OutboxRow | None:
    """The row, unless its effect has already happened or it was given up."""
    return OutboxRow.objects.filter(pk=row_id, done_at__isnull=True, failed_at__isnull=True).first()


def close(row_id: int, at: datetime) -> bool:
    """Closes the row; to be called inside the transaction of the effect.

    False means that somebody else has closed it: the caller must roll its effect back.
    """
    return OutboxRow.objects.filter(pk=row_id, done_at__isnull=True).update(done_at=at, failed_at=None) == 1


class AlreadyDone(Exception):
    """Rolls back an effect that another worker has made meanwhile."""


def effect(row_id: int, at: datetime, change: Callable[[], None]) -> bool:
    """Makes a change and closes its row in one transaction; False when the effect had happened before."""
    try:
        with transaction.atomic(durable=True):
            if not close(row_id, at):
                raise AlreadyDone
            change()
    except AlreadyDone:
        return False
    return True


def note_error(row_id: int, error: BaseException) -> None:
    """Keeps the kind of the last error on the row, for the person who looks; never its data."""
    OutboxRow.objects.filter(pk=row_id, done_at__isnull=True).update(last_error=type(error).__name__)


def send_again(row_id: int, at: datetime) -> bool:
    """A person sends a failed row again."""
    return (
        OutboxRow.objects.filter(pk=row_id, failed_at__isnull=False).update(
            failed_at=None, attempts=0, next_attempt_at=at
        )
        == 1
    )
