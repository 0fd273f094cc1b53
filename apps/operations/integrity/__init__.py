"""Proves what must always be true of the whole database, and names the first row of which it is not.

Rows are read range by range, each range by a statement of its own: no transaction lasts and memory does not grow with
the city. What looks broken is read again before it is called so, since live verbs go on meanwhile.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from apps.applications.models import Attachment, OriginalSeen
from apps.bundles.models import Bundle
from apps.calendars.choices import CALENDAR_CHANGE
from apps.cases.models import Case, CaseDocument, CaseEvent, Handover, OriginalCustody
from apps.cases.selectors import ENDED
from apps.cases.told import TOLD, TOLD_WITH_STATUS
from apps.core.models import JobRow, OutboxRow, RequestKey
from apps.core.outbox import MOST_ATTEMPTS
from apps.documents.models import Document, StoredData, StoredFile
from apps.operations.integrity import (
    bank,
    calendar,
    cashiers,
    ledger,
    money,
    outbox,
    papers,
    places,
    receipts,
    reports,
)
from apps.operations.integrity.invariants import INVARIANTS, WRONG
from apps.operations.integrity.walking import (
    LARGE,
    SMALL,
    Fault,
    Findings,
    Walk,
    by_sql,
    go_over,
    rows_of,
    table_of,
)
from apps.receipts.choices import ReceiptForm
from apps.receipts.models import (
    BankMatch,
    BankStatement,
    CashierSession,
    CollectingSuccession,
    CollectionAccount,
    DayReport,
    DayReportFile,
    DayReportLine,
    LegacyReceipt,
    Payment,
    PaymentOrder,
    Receipt,
    ReceiptNotice,
    ReceiptSeries,
    RefundProposal,
)
from apps.supervision.models import QuarterReport, Register

__all__ = ["INVARIANTS", "WRONG", "Fault", "Findings", "check"]


def check(*, at: datetime, with_files: bool = True) -> Findings:
    """Goes over everything once. `with_files` false leaves the bytes of stored files unread, and says so."""
    findings = Findings(unchecked=frozenset() if with_files else frozenset({"stored_files"}))
    for walk in _walks(at):
        if not walk.proves <= findings.unchecked:
            go_over(walk, findings)
    findings.counts |= _counts()
    return findings


def _counts() -> dict[str, int]:
    """Outbox rows by what has become of them, where a failed one is no broken invariant and must be seen; and how many
    cases the calendar is about to move."""
    ((done, due, failed),) = rows_of(
        """SELECT count(*) FILTER (WHERE done_at IS NOT NULL),
            count(*) FILTER (WHERE done_at IS NULL AND failed_at IS NULL),
            count(*) FILTER (WHERE done_at IS NULL AND failed_at IS NOT NULL)
        FROM core_outboxrow"""
    )
    ((owed,),) = rows_of(calendar.OWED, kind=CALENDAR_CHANGE)
    return {
        "outbox_done": done,
        "outbox_due": due,
        "outbox_failed": failed,
        "calendar_owed": owed,
    }


def _walks(at: datetime) -> list[Walk]:
    day = timezone.localdate(at)

    def walk(model: Any, invariant: str, sql: str, *, rows_at_once: int = LARGE, **parameters: Any) -> Walk:
        find = by_sql(invariant, sql, **parameters)
        return Walk(table_of(model), find, frozenset({invariant}), rows_at_once)

    limits: dict[str, Any] = {
        "at": at,
        "longest": outbox.LONGEST_WAIT + timedelta(minutes=1),
        "most": MOST_ATTEMPTS,
    }
    return [
        walk(RequestKey, "answered_once", outbox.ANSWERED),
        walk(Case, "ledger_chain", ledger.CHAIN),
        Walk(
            table_of(Case),
            ledger.replayed,
            frozenset(
                {
                    "ledger_columns",
                    "transitions",
                    "case_state",
                    "due_times",
                    "calendar_in_force",
                    "assessed_fees",
                    "money_told",
                    "effects_once",
                }
            ),
            SMALL,
        ),
        walk(CaseEvent, "ledger_texts", ledger.TEXTS),
        walk(ReceiptSeries, "receipt_numbers", money.NUMBERS, rows_at_once=50),
        walk(Payment, "settled_fees", money.SETTLED),
        walk(CashierSession, "sessions", cashiers.SESSIONS, rows_at_once=SMALL),
        walk(PaymentOrder, "settled_fees", money.ORDERS),
        walk(RefundProposal, "refunds", money.REFUNDS),
        walk(Case, "accounts", money.ACCOUNTS),
        walk(CollectionAccount, "bank_accounts", bank.ACCOUNTS),
        walk(BankStatement, "statements", bank.STATEMENTS, rows_at_once=SMALL, zone=settings.TIME_ZONE),
        walk(BankMatch, "matches", bank.MATCHES, zone=settings.TIME_ZONE),
        walk(Receipt, "told_once", reports.TOLD, forms=ReceiptForm.values, zone=settings.TIME_ZONE, day=day),
        walk(ReceiptNotice, "told_once", reports.TOLD_NOTICES, zone=settings.TIME_ZONE, day=day),
        walk(DayReportLine, "told_as_issued", reports.LINES, zone=settings.TIME_ZONE),
        walk(DayReport, "told_as_issued", reports.LISTS),
        walk(Receipt, "receipt_corrections", receipts.CHAINS),
        walk(
            Receipt,
            "receipts_in_time",
            receipts.IN_TIME,
            slack=receipts.LONGEST_ACT,
            zone=settings.TIME_ZONE,
        ),
        walk(ReceiptNotice, "receipt_corrections", receipts.NOTICES),
        walk(Receipt, "receipts_in_time", receipts.SAID),
        walk(ReceiptSeries, "series_on_record", receipts.SERIES),
        walk(CollectingSuccession, "series_on_record", receipts.SUCCESSIONS),
        walk(LegacyReceipt, "series_on_record", receipts.LEGACY),
        walk(Receipt, "papers", papers.RECEIPT_PAPERS),
        walk(Document, "papers", papers.PAPERS),
        walk(CaseDocument, "papers", papers.REPLACED),
        walk(Register, "papers", papers.REGISTERS),
        walk(Bundle, "papers", papers.BUNDLES),
        walk(JobRow, "calendar_moves", calendar.MOVES, kind=CALENDAR_CHANGE),
        walk(
            CaseEvent,
            "notices",
            papers.NOTICES,
            kinds=[kind.value for kind in TOLD],
            with_status=[kind.value for kind in TOLD_WITH_STATUS],
        ),
        Walk(table_of(StoredFile), papers.stored_papers, frozenset({"stored_files"}), SMALL),
        Walk(table_of(StoredData), papers.stored_data, frozenset({"stored_files"}), SMALL),
        Walk(table_of(DayReportFile), reports.stored_lists, frozenset({"stored_files"}), SMALL),
        Walk(table_of(BankStatement), bank.stored_statements, frozenset({"stored_files"}), SMALL),
        *(
            Walk(table_of(kind), papers.asked_files(kind), frozenset({"stored_files"}), SMALL)
            for kind in (Register, QuarterReport, Bundle)
        ),
        Walk(table_of(Attachment), papers.stored_attachments, frozenset({"stored_files"}), SMALL),
        walk(OutboxRow, "outbox_rows", outbox.OUTBOX, tasks=outbox.tasks_known(), **limits),
        walk(OutboxRow, "effects_once", outbox.EFFECTS),
        walk(Case, "agencies", places.AGENCIES, ended=[int(status) for status in ENDED], day=day),
        walk(Handover, "handovers", places.HANDOVERS, ended=[int(status) for status in ENDED]),
        walk(OriginalSeen, "originals", places.FILED),
        walk(OriginalCustody, "originals", places.CUSTODY),
    ]
