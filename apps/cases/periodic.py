"""What the schedule watches: windows of applicants, payment orders that nobody has told of, the gateway's list of each day."""

from __future__ import annotations

from datetime import datetime, timedelta

from celery import shared_task
from django.utils import timezone

from apps.calendars.selectors import answer_times, working_calendar
from apps.calendars.working_time import due_at
from apps.cases.actions.gateway_statement import owed_reading
from apps.cases.actions.settling import ASK, owed_question, settle_by_bank_line
from apps.cases.models import Case
from apps.cases.selectors import windows_ending
from apps.core import outbox
from apps.core.models import OutboxRow
from apps.receipts.actions.bank_matches import match_open_lines, settle_named_orders
from apps.receipts.actions.orders import BY_TRANSFER
from apps.receipts.gateways import gateway_on
from apps.receipts.models import PaymentOrder
from apps.receipts.reconciliation.open_sides import accounts_with_open_lines

# More than any reminder is sent ahead: which cases are looked at, not which are reminded of.
_AHEAD = timedelta(days=30)


@shared_task(name="apps.cases.periodic.watch_windows")
def watch_windows() -> None:
    """Played every few minutes; a missed tick is made up by the next."""
    watch(timezone.now())


def watch(at: datetime) -> None:
    """Owes a lapse for each window that has ended and a reminder for each that ends soon; a row stands once for ever.

    The worker looks again under the lock: what was answered meanwhile does not lapse.
    """
    rows = []
    for case in windows_ending(at + _AHEAD):
        assert case.applicant_due_at is not None
        if case.applicant_due_at < at:
            rows.append(_owed("lapse_waiting", case, at))
        elif case.applicant_due_at <= _remind_until(case, at):
            rows.append(_owed("remind_applicant", case, at))
    OutboxRow.objects.bulk_create(rows, ignore_conflicts=True)


def _remind_until(case: Case, at: datetime) -> datetime:
    """Windows that end by then are reminded of now."""
    version = case.calendar_version_id
    return due_at(working_calendar(version), at, answer_times(version).reminder)


def _owed(task: str, case: Case, at: datetime) -> OutboxRow:
    effect = f"{task}:{case.code}:{case.last_sequence}"
    return outbox.owe(f"apps.cases.tasks.{task}", effect, at, code=case.code)


# So long the gateway's callback is waited for.
_SILENT = timedelta(minutes=5)


@shared_task(name="apps.cases.periodic.watch_orders")
def watch_orders() -> None:
    """Played every few minutes; a missed tick is made up by the next."""
    ask_after_orders(timezone.now())


def ask_after_orders(at: datetime) -> None:
    """Owes a question for each open order that is silent, unless one is owed already: the outbox asks it with growing waits.

    One that is paid by transfer alone ends when its time is over.
    """
    asked = OutboxRow.objects.filter(task=ASK, done_at__isnull=True, failed_at__isnull=True)
    silent = PaymentOrder.objects.filter(closed_at__isnull=True, created_at__lte=at - _SILENT)
    open_orders = silent.exclude(gateway=BY_TRANSFER, expires_at__gt=at).exclude(
        code__in=list(asked.values_list("payload__order", flat=True))
    )
    rows = [owed_question(order, f"{at:%Y%m%d%H%M}", at=at) for order in open_orders]
    OutboxRow.objects.bulk_create(rows, ignore_conflicts=True)


# A night that was missed is made up within so many days.
_LISTS_OF_DAYS = 7


@shared_task(name="apps.cases.periodic.read_gateway_statements")
def read_gateway_statements() -> None:
    """Played every night; a missed night is made up by the next."""
    owe_statements(timezone.now())


def owe_statements(at: datetime) -> None:
    """Owes the reading of the gateway's list of each of the last days, once; nothing where online payment is off."""
    gateway = gateway_on()
    if gateway is None:
        return
    today = timezone.localdate(at)
    days = [today - timedelta(days=back) for back in range(1, _LISTS_OF_DAYS + 1)]
    rows = [owed_reading(gateway.name, day, at=at) for day in days]
    OutboxRow.objects.bulk_create(rows, ignore_conflicts=True)


@shared_task(name="apps.cases.periodic.match_bank_lines")
def match_bank_lines() -> None:
    """Played every hour, since ours may come later than the bank's; a missed hour is made up by the next."""
    for account in accounts_with_open_lines():
        at = timezone.now()
        settle_named_orders(account, settle=settle_by_bank_line, at=at)
        match_open_lines(account, at=at)
