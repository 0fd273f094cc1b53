"""The outbox: an effect is a row in the transaction of its cause before it is a task of a broker.

The row names its task by a string, so that what causes an effect imports nothing of it. The relay sends what is due,
again and again, until the consumer closes the row in the transaction of the effect.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Q, QuerySet

from apps.core.models import OutboxRow

MOST_ATTEMPTS = 12
_FIRST_WAIT = timedelta(seconds=10)
_LONGEST_WAIT = timedelta(hours=1)
# Ten minutes: so long a row is due and not sent, or so long the waits of its first attempts have been.
_PATIENCE = timedelta(minutes=10)
_MANY_ATTEMPTS = 6


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
        for row in rows:
            if row.failed_at is not None and row.task in _FOLLOWERS:
                _FOLLOWERS[row.task].given_up(row, at)
    return [(row.pk, row.task) for row in rows if row.failed_at is None]


def give_back(row_ids: Iterable[int], at: datetime) -> None:
    """Rows that were taken and could not be sent, since the broker is away: due at once, and no attempt was made."""
    OutboxRow.objects.filter(pk__in=list(row_ids), done_at__isnull=True, attempts__gt=0).update(
        attempts=F("attempts") - 1, next_attempt_at=at
    )


@contextmanager
def alone_with(row_id: int) -> Iterator[bool]:
    """Whether nobody else is at work on this row now; true for one worker at a time.

    A row waits longer in a queue than for its next attempt: then two messages of it are read at once. What a database
    can roll back happens once anyhow, but an e-mail that is sent twice stays sent. The lock is the session's: it holds
    no transaction open, and ends with the worker.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [row_id])
        (is_mine,) = cursor.fetchone()
    try:
        yield is_mine
    finally:
        if is_mine:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [row_id])


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
    """Keeps the kind of the last error on the row, for the person who looks; never its data.

    An error may name its kind itself, as `kind`; else it is the name of its class.
    """
    OutboxRow.objects.filter(pk=row_id, done_at__isnull=True).update(last_error=_kind_of(error))


def _kind_of(error: BaseException) -> str:
    return str(getattr(error, "kind", type(error).__name__))


def give_up(row_id: int, at: datetime, error: BaseException) -> None:
    """The consumer knows that trying again will not help: the row waits for a person at once."""
    row = OutboxRow.objects.filter(pk=row_id, done_at__isnull=True, failed_at__isnull=True).first()
    if row is not None:
        OutboxRow.objects.filter(pk=row_id).update(failed_at=at, last_error=_kind_of(error))
        if row.task in _FOLLOWERS:
            _FOLLOWERS[row.task].given_up(row, at)


def consumer(task: Callable[[int, dict[str, Any]], None]) -> Callable[[int], None]:
    """Runs a task on an open outbox row that nobody else is at, and leaves the kind of an error on the row."""

    @wraps(task)
    def run(row_id: int) -> None:
        with alone_with(row_id) as is_alone:
            row = open_row(row_id) if is_alone else None
            if row is None:
                return
            try:
                task(row_id, row.payload)
            except AlreadyDone:
                return
            except Exception as error:
                note_error(row_id, error)
                raise

    return run


def failed_rows() -> QuerySet[OutboxRow]:
    """Rows that were given up and wait for a person, the oldest first."""
    return OutboxRow.objects.filter(failed_at__isnull=False).order_by("failed_at", "id")


def overdue_rows(at: datetime) -> QuerySet[OutboxRow]:
    """Rows that wait too long: due and not sent (no relay is at work), or sent again and again without effect."""
    return OutboxRow.objects.filter(
        Q(next_attempt_at__lte=at - _PATIENCE) | Q(attempts__gte=_MANY_ATTEMPTS),
        done_at__isnull=True,
        failed_at__isnull=True,
    ).order_by("created_at", "id")


def send_again(row_id: int, at: datetime) -> bool:
    """A person sends a failed row again; False where it has not failed."""
    with transaction.atomic():
        row = (
            OutboxRow.objects.filter(pk=row_id, failed_at__isnull=False)
            .select_for_update(of=("self",))
            .first()
        )
        if row is None:
            return False
        OutboxRow.objects.filter(pk=row_id).update(failed_at=None, attempts=0, next_attempt_at=at)
        if row.task in _FOLLOWERS:
            _FOLLOWERS[row.task].sent_again(row)
    return True


@dataclass(frozen=True, slots=True)
class Follower:
    """Keeps rows of another app in step with the outbox rows of a task, in the same transaction."""

    given_up: Callable[[OutboxRow, datetime], None]
    sent_again: Callable[[OutboxRow], None]


_FOLLOWERS: dict[str, Follower] = {}


def follow(
    task: str, *, given_up: Callable[[OutboxRow, datetime], None], sent_again: Callable[[OutboxRow], None]
) -> None:
    """Names who is told when a row of a task is given up, and when a person sends it again."""
    _FOLLOWERS[task] = Follower(given_up, sent_again)
