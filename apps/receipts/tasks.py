"""What workers do for the books: take in a statement, and match its lines."""

from __future__ import annotations

from typing import Any

from celery import shared_task
from django.utils import timezone

from apps.core import jobs, outbox
from apps.core.outbox import consumer
from apps.receipts.actions import bank_matches, statements


@shared_task(name=statements.TASK)
@consumer
def take_statement(row_id: int, payload: dict[str, Any]) -> None:
    """Adds the lines of a statement, some hundred a transaction."""
    jobs.carry_out(payload["job"], row_id, statements.settle, clock=timezone.now)


@shared_task(name=statements.MATCH)
@consumer
def match_account(row_id: int, payload: dict[str, Any]) -> None:
    """Settles the orders that lines name, each in its own transaction, and then matches what is certain."""
    account, at = payload["account"], timezone.now()
    bank_matches.settle_named_orders(account, at=at)
    outbox.effect(row_id, at, lambda: _match(account))


def _match(account_id: int) -> None:
    bank_matches.match_open_lines(account_id, at=timezone.now())
