"""What the schedule does for the books: lines that nothing was matched to are looked at again, since ours may come later."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from apps.receipts.actions.bank_matches import match_open_lines, settle_named_orders
from apps.receipts.reconciliation.open_sides import accounts_with_open_lines


@shared_task(name="apps.receipts.periodic.match_open_lines")
def match_all_open_lines() -> None:
    """Played every hour; a missed hour is made up by the next."""
    for account in accounts_with_open_lines():
        at = timezone.now()
        settle_named_orders(account, at=at)
        match_open_lines(account, at=at)
