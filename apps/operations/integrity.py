"""Proves what must always be true of the whole database, and names the first row of which it is not.

Rows are read range by range, each range by a statement of its own: no transaction lasts and memory does not grow with
the city. What looks broken is read again before it is called so, since live verbs go on meanwhile.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.core.exceptions import ObjectDoesNotExist
from django.core.files.storage import default_storage
from django.db import connection
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.applications.models import Attachment
from apps.calendars.selectors import intake_limits, working_calendar
from apps.cases import deadlines
from apps.cases.choices import EventKind
from apps.cases.history import Entry, fold, read_entry
from apps.cases.models import Case, CaseEvent, CaseReceipt, CaseResult, Handover
from apps.cases.notices import TEMPLATES
from apps.cases.selectors import ENDED
from apps.cases.transitions import TransitionUnlawful, refuse_unlawful
from apps.core.canonical import fingerprint, spell_moment
from apps.core.models import OutboxRow, RequestKey
from apps.core.outbox import MOST_ATTEMPTS, wait_after
from apps.documents.models import Document, StoredFile
from apps.procedures.selectors import rules_of
from apps.receipts.models import Payment, Receipt, ReceiptSeries
from config.celery import app

# Each invariant and what it says, in the order in which it is told.
INVARIANTS: Mapping[str, str | Promise] = {
    "answered_once": _("Every answered request names a case that exists; no two filings name the same one"),
    "ledger_chain": _(
        "The events of each case follow one another without a gap, each hash covering the one before"
    ),
    "ledger_columns": _("The columns of each event say what its body says"),
    "ledger_texts": _("The free text of an event has the hash that the ledger keeps"),
    "transitions": _(
        "Every change of status is in the table of the law, and no event is earlier than the one before"
    ),
    "case_state": _("Status, agencies, handler and outcome of each case are what its ledger adds up to"),
    "due_times": _("Due times of each case are what its ledger and its stored calendar version derive"),
    "receipt_numbers": _("Each receipt series runs from 1 to its last number, without a gap or a double"),
    "settled_fees": _(
        "Every payment settles fees of one case and is on exactly one receipt of the same amount"
    ),
    "papers": _("Every receipt and every paper has its stored file, or an open outbox row that will make it"),
    "notices": _(
        "Every act that the applicant is told of has its notice; one with an address is sent or has an outbox row"
    ),
    "stored_files": _("Every stored file is there and has the hash that was kept"),
    "outbox_rows": _("Every outbox row is done, due or visibly failed"),
    "effects_once": _("Every outbox row that is done has had its effect, once, and no open one has"),
    "agencies": _("Every open case is at an agency that exists today"),
    "handovers": _("Every open handover is offered by the agency that holds the case"),
}

# What may be wrong with a row.
WRONG: Mapping[str, str | Promise] = {
    "no_case": _("the case that it names does not exist"),
    "case_answered_twice": _("its case was the answer to another filing as well"),
    "no_event": _("the case has no event"),
    "hash_wrong": _("its hash is not that of its body"),
    "place_wrong": _("the event before it is missing or doubled"),
    "chain_broken": _("it does not follow the hash before it"),
    "not_the_last": _("the case does not name it as its last event"),
    "body_differs": _("its body says otherwise"),
    "text_wrong": _("its text is not the one that was written"),
    "begins_elsewhere": _("it does not begin where the event before it ended"),
    "unlawful": _("the law does not know this change of status"),
    "goes_back": _("it is earlier than the event before it"),
    "ledger_differs": _("its ledger says otherwise"),
    "derived_otherwise": _("its ledger derives another time"),
    "unreadable": _("its ledger cannot be read"),
    "not_derivable": _("its due times cannot be derived"),
    "results_differ": _("its ledger releases another number of results"),
    "gap_or_double": _("a gap or a double comes before it"),
    "last_number_wrong": _("its last number is not that of its last receipt"),
    "receipt_not_one": _("it is not on exactly one receipt"),
    "amounts_differ": _("the amounts of lines, payment and receipt differ"),
    "receipt_of_no_case": _("its receipt belongs to no case"),
    "other_collecting_body": _("its receipt is of another collecting body"),
    "line_wrong": _("a line is settled twice, is not of this case, or was not owed by the applicant"),
    "receipts_differ": _("its ledger tells of other receipts than were issued"),
    "no_file": _("it has no stored file, and no open outbox row will make one"),
    "snapshot_wrong": _("what the paper says is not what was decided"),
    "not_told": _("the applicant was not told of it"),
    "never_sent": _("its notice has an address, is not sent, and no outbox row will send it"),
    "file_unreadable": _("its file cannot be read"),
    "file_wrong": _("its file is not the one that was stored"),
    "done_and_failed": _("it is both done and failed"),
    "task_unknown": _("no worker knows its task"),
    "sent_too_often": _("it was sent more often than allowed"),
    "never_due": _("it is not due for longer than any wait"),
    "owed_twice": _("another row owes the same effect"),
    "open_after_effect": _("its effect has happened and it is still open"),
    "done_without_effect": _("it is done and its effect is not there"),
    "routed_twice": _("it was routed twice"),
    "handed_over_twice": _("its result was handed over more often than released"),
    "agency_ended": _("its agency does not exist today"),
    "waits_after_end": _("the case has ended and its handover still waits"),
    "offered_by_another": _("it is offered by an agency that does not hold the case"),
}

_SMALL, _LARGE = 500, 5_000
_LONGEST_WAIT = wait_after(MOST_ATTEMPTS)
# What a ledger that was tampered with makes the pure functions raise.
_UNREADABLE = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    ObjectDoesNotExist,
    StopIteration,
    TypeError,
    ValueError,
)


class Fault(NamedTuple):
    """A row that breaks an invariant: the key by which it is read again, its name for a person, and what is wrong."""

    invariant: str
    pk: int
    row: str
    wrong: str
    detail: str = ""

    @property
    def what(self) -> str:
        """What is wrong with the row, in words."""
        return f"{WRONG[self.wrong]} ({self.detail})" if self.detail else str(WRONG[self.wrong])


Find = Callable[[int, int], Iterator[Fault]]


@dataclass(frozen=True, slots=True)
class Walk:
    """One pass over a table; `find` gives what looks broken among the rows from one key to another."""

    table: str
    find: Find
    proves: frozenset[str]
    rows_at_once: int = _LARGE


@dataclass(slots=True)
class Findings:
    """What a check found: the first broken row of each invariant, and how many rows of each table were read."""

    broken: dict[str, Fault] = field(default_factory=dict)
    unchecked: frozenset[str] = frozenset()
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def is_whole(self) -> bool:
        return not self.broken


def check(*, at: datetime, with_files: bool = True) -> Findings:
    """Goes over everything once. `with_files` false leaves the bytes of stored files unread, and says so."""
    findings = Findings(unchecked=frozenset() if with_files else frozenset({"stored_files"}))
    for walk in _walks(at):
        if not walk.proves <= findings.unchecked:
            _go_over(walk, findings)
    findings.counts |= _counts()
    return findings


def _go_over(walk: Walk, findings: Findings) -> None:
    """Reads the table as far as it reached at the start; what is added meanwhile is for the next check."""
    after, end, seen = 0, _highest(walk.table), 0
    while after < end:
        last, rows = _range(walk.table, after, end, walk.rows_at_once)
        if not rows:
            break
        for fault in walk.find(after + 1, last):
            if fault.invariant not in findings.broken and _is_so(walk, fault):
                findings.broken[fault.invariant] = fault
        after, seen = last, seen + rows
    findings.counts[walk.table] = seen


def _is_so(walk: Walk, fault: Fault) -> bool:
    """Reads the row again, alone: a live verb may have changed it between two statements."""
    return any(again.invariant == fault.invariant for again in walk.find(fault.pk, fault.pk))


def _highest(table: str) -> int:
    return int(_rows(f"SELECT coalesce(max(id), 0) FROM {table}")[0][0])


def _range(table: str, after: int, end: int, most: int) -> tuple[int, int]:
    """The last key of the next rows, and how many they are."""
    ((last, rows),) = _rows(
        f"""SELECT coalesce(max(id), 0), count(*) FROM (
            SELECT id FROM {table} WHERE id > %(after)s AND id <= %(end)s ORDER BY id LIMIT %(most)s
        ) AS next""",
        after=after,
        end=end,
        most=most,
    )
    return int(last), int(rows)


def _rows(sql: str, **parameters: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return list(cursor.fetchall())


def _counts() -> dict[str, int]:
    """Outbox rows by what has become of them; a failed one is no broken invariant, and must be seen."""
    ((done, due, failed),) = _rows(
        """SELECT count(*) FILTER (WHERE done_at IS NOT NULL),
            count(*) FILTER (WHERE done_at IS NULL AND failed_at IS NULL),
            count(*) FILTER (WHERE done_at IS NULL AND failed_at IS NOT NULL)
        FROM core_outboxrow"""
    )
    return {"outbox_done": done, "outbox_due": due, "outbox_failed": failed}


def _by_sql(invariant: str, sql: str, **parameters: Any) -> Find:
    """Rows of (key, name, what is wrong) that one statement finds broken from `first` to `last`."""

    def find(first: int, last: int) -> Iterator[Fault]:
        for pk, row, wrong in _rows(sql, first=first, last=last, **parameters):
            yield Fault(invariant, pk, row, wrong)

    return find


def _table(model: Any) -> str:
    return str(model._meta.db_table)


def _walks(at: datetime) -> list[Walk]:
    day = timezone.localdate(at)

    def by_sql(
        model: Any, invariant: str, sql: str, *, rows_at_once: int = _LARGE, **parameters: Any
    ) -> Walk:
        find = _by_sql(invariant, sql, **parameters)
        return Walk(_table(model), find, frozenset({invariant}), rows_at_once)

    outbox: dict[str, Any] = {
        "at": at,
        "longest": _LONGEST_WAIT + timedelta(minutes=1),
        "most": MOST_ATTEMPTS,
    }
    return [
        by_sql(RequestKey, "answered_once", _ANSWERED),
        by_sql(Case, "ledger_chain", _CHAIN),
        Walk(
            _table(Case),
            _replayed,
            frozenset(
                {"ledger_columns", "transitions", "case_state", "due_times", "settled_fees", "effects_once"}
            ),
            _SMALL,
        ),
        by_sql(CaseEvent, "ledger_texts", _TEXTS),
        by_sql(ReceiptSeries, "receipt_numbers", _NUMBERS, rows_at_once=50),
        by_sql(Payment, "settled_fees", _SETTLED),
        by_sql(Receipt, "papers", _RECEIPT_PAPERS),
        by_sql(Document, "papers", _PAPERS),
        by_sql(CaseEvent, "notices", _NOTICES, kinds=[kind.value for kind in TEMPLATES]),
        Walk(_table(StoredFile), _stored_papers, frozenset({"stored_files"}), _SMALL),
        Walk(_table(Attachment), _stored_attachments, frozenset({"stored_files"}), _SMALL),
        by_sql(OutboxRow, "outbox_rows", _OUTBOX, tasks=_tasks(), **outbox),
        by_sql(OutboxRow, "effects_once", _EFFECTS),
        by_sql(Case, "agencies", _AGENCIES, ended=[int(status) for status in ENDED], day=day),
        by_sql(Handover, "handovers", _HANDOVERS, ended=[int(status) for status in ENDED]),
    ]


def _tasks() -> list[str]:
    """The names of all tasks that a worker of this installation knows."""
    app.loader.import_default_modules()
    return sorted(app.tasks)


_ANSWERED = """
    SELECT k.id, k.verb || ' ' || k.answer, CASE
        WHEN c.id IS NULL THEN 'no_case'
        ELSE 'case_answered_twice' END
    FROM core_requestkey k LEFT JOIN cases_case c ON c.code = k.answer
    WHERE k.id BETWEEN %(first)s AND %(last)s AND (
        c.id IS NULL OR (k.verb = 'submit_application' AND EXISTS (
            SELECT FROM core_requestkey other JOIN cases_caseevent e ON e.case_id = c.id AND e.sequence = 1
            WHERE other.actor_id = e.by_id AND other.verb = k.verb AND other.answer = k.answer AND other.id <> k.id
        )))
    ORDER BY k.id
"""

_CHAIN = """
    SELECT c.id, c.code || ' ' || coalesce(e.sequence, 0), CASE
        WHEN e.sequence IS NULL THEN 'no_event'
        WHEN e.hash <> sha256(e.previous_hash || e.body) THEN 'hash_wrong'
        WHEN e.sequence <> coalesce(e.place_before, 0) + 1 THEN 'place_wrong'
        WHEN e.previous_hash <> coalesce(e.hash_before, ''::bytea) THEN 'chain_broken'
        ELSE 'not_the_last' END
    FROM cases_case c LEFT JOIN (
        SELECT case_id, sequence, body, previous_hash, hash,
            lag(sequence) OVER events AS place_before, lag(hash) OVER events AS hash_before,
            lead(sequence) OVER events IS NULL AS is_last
        FROM cases_caseevent WHERE case_id BETWEEN %(first)s AND %(last)s
        WINDOW events AS (PARTITION BY case_id ORDER BY sequence, id)
    ) AS e ON e.case_id = c.id
    WHERE c.id BETWEEN %(first)s AND %(last)s AND (
        e.sequence IS NULL
        OR e.hash <> sha256(e.previous_hash || e.body)
        OR e.sequence <> coalesce(e.place_before, 0) + 1
        OR e.previous_hash <> coalesce(e.hash_before, ''::bytea)
        OR (e.is_last AND (e.sequence <> c.last_sequence OR e.hash <> c.last_hash)))
    ORDER BY c.id, e.sequence
"""

_TEXTS = """
    SELECT e.id, c.code || ' ' || e.sequence, 'text_wrong'
    FROM cases_caseevent e JOIN cases_case c ON c.id = e.case_id JOIN cases_eventtext t ON t.event_id = e.id
    WHERE e.id BETWEEN %(first)s AND %(last)s AND t.redacted_at IS NULL
        AND position(convert_to('"text":"' || encode(sha256(convert_to(t.text, 'UTF8')), 'hex') || '"', 'UTF8') IN e.body) = 0
    ORDER BY e.id
"""

_NUMBERS = """
    SELECT s.id, s.code || ' of agency ' || s.collecting_body_id || ', number ' || r.number, 'gap_or_double'
    FROM receipts_receiptseries s JOIN (
        SELECT series_id, number, lag(number) OVER (PARTITION BY series_id ORDER BY number, id) AS before
        FROM receipts_receipt WHERE series_id BETWEEN %(first)s AND %(last)s
    ) AS r ON r.series_id = s.id
    WHERE r.number <> coalesce(r.before, 0) + 1
    UNION ALL
    SELECT s.id, s.code || ' of agency ' || s.collecting_body_id, 'last_number_wrong'
    FROM receipts_receiptseries s
    WHERE s.id BETWEEN %(first)s AND %(last)s AND s.last_number <> coalesce(
        (SELECT max(number) FROM receipts_receipt WHERE series_id = s.id), 0)
"""

_SETTLED = """
    SELECT p.id, 'payment ' || p.uuid, CASE
        WHEN receipt.rows <> 1 THEN 'receipt_not_one'
        WHEN receipt.amount <> p.amount OR line.amount IS DISTINCT FROM p.amount THEN 'amounts_differ'
        WHEN receipt.cases <> 1 THEN 'receipt_of_no_case'
        WHEN receipt.bodies <> 1 THEN 'other_collecting_body'
        ELSE 'line_wrong' END
    FROM receipts_payment p
    CROSS JOIN LATERAL (
        SELECT count(*) AS rows, sum(r.amount) AS amount, count(cr.id) AS cases, min(cr.case_id) AS case_id,
            count(*) FILTER (WHERE s.collecting_body_id = p.collecting_body_id) AS bodies
        FROM receipts_receipt r JOIN receipts_receiptseries s ON s.id = r.series_id
        LEFT JOIN cases_casereceipt cr ON cr.receipt_id = r.uuid
        WHERE r.payment_id = p.id
    ) AS receipt
    CROSS JOIN LATERAL (
        SELECT sum(f.amount) AS amount, bool_and(
            f.borne_by = 'applicant' AND cf.case_id IS NOT DISTINCT FROM receipt.case_id
            AND NOT EXISTS (SELECT FROM receipts_paymentline other WHERE other.fee_id = f.id AND other.id <> l.id)
        ) AS are_right
        FROM receipts_paymentline l JOIN receipts_feedue f ON f.id = l.fee_id
        LEFT JOIN cases_casefee cf ON cf.fee_id = f.id
        WHERE l.payment_id = p.id
    ) AS line
    WHERE p.id BETWEEN %(first)s AND %(last)s AND NOT coalesce(
        receipt.rows = 1 AND receipt.cases = 1 AND receipt.bodies = 1
        AND receipt.amount = p.amount AND line.amount = p.amount AND line.are_right, false)
    ORDER BY p.id
"""

_RECEIPT_PAPERS = """
    SELECT r.id, 'receipt ' || s.code || ' ' || r.number || ' of agency ' || s.collecting_body_id,
        'no_file'
    FROM receipts_receipt r JOIN receipts_receiptseries s ON s.id = r.series_id
    WHERE r.id BETWEEN %(first)s AND %(last)s
        AND NOT EXISTS (
            SELECT FROM receipts_receiptdocument d JOIN documents_storedfile f ON f.document_id = d.document_id
            WHERE d.receipt_id = r.id)
        AND NOT EXISTS (
            SELECT FROM core_outboxrow o
            WHERE o.effect = 'receipt:' || r.uuid AND o.done_at IS NULL AND o.failed_at IS NULL)
    ORDER BY r.id
"""

_PAPERS = """
    SELECT d.id, d.kind || ' ' || d.uuid, 'no_file'
    FROM documents_document d
    WHERE d.id BETWEEN %(first)s AND %(last)s
        AND NOT EXISTS (SELECT FROM documents_storedfile f WHERE f.document_id = d.id)
        AND NOT EXISTS (
            SELECT FROM core_outboxrow o
            WHERE o.effect = 'paper:' || d.uuid AND o.done_at IS NULL AND o.failed_at IS NULL)
    ORDER BY d.id
"""

# What came into the applicant's own account was told with the release.
_NOTICES = """
    SELECT e.id, c.code || ' ' || e.sequence, CASE WHEN n.id IS NULL THEN 'not_told' ELSE 'never_sent' END
    FROM cases_caseevent e JOIN cases_case c ON c.id = e.case_id
    LEFT JOIN cases_casenotice cn ON cn.event_id = e.id LEFT JOIN notifications_notice n ON n.id = cn.notice_id
    WHERE e.id BETWEEN %(first)s AND %(last)s AND e.kind = ANY(%(kinds)s)
        AND CASE WHEN n.id IS NULL
            THEN e.kind <> 'result_handed_over'
                OR convert_from(e.body, 'UTF8')::jsonb -> 'data' ->> 'delivery' <> 'electronic'
            ELSE n.email <> '' AND n.sent_at IS NULL AND NOT EXISTS (
                SELECT FROM core_outboxrow o
                WHERE o.effect = 'notice:' || c.code || ':' || e.sequence AND o.done_at IS NULL) END
    ORDER BY e.id
"""

_OUTBOX = """
    SELECT id, effect, CASE
        WHEN done_at IS NOT NULL AND failed_at IS NOT NULL THEN 'done_and_failed'
        WHEN NOT task = ANY(%(tasks)s) THEN 'task_unknown'
        WHEN attempts > %(most)s THEN 'sent_too_often'
        ELSE 'never_due' END
    FROM core_outboxrow
    WHERE id BETWEEN %(first)s AND %(last)s AND (
        (done_at IS NOT NULL AND failed_at IS NOT NULL)
        OR NOT task = ANY(%(tasks)s)
        OR attempts > %(most)s
        OR (done_at IS NULL AND failed_at IS NULL AND next_attempt_at > greatest(created_at, %(at)s) + %(longest)s))
    ORDER BY id
"""

# An effect is looked for where its consumer leaves it; a row that was cleared away says nothing any more.
_EFFECTS = """
    SELECT o.id, o.effect, CASE
        WHEN twice THEN 'owed_twice'
        WHEN o.done_at IS NULL THEN 'open_after_effect'
        ELSE 'done_without_effect' END
    FROM core_outboxrow o
    CROSS JOIN LATERAL (
        SELECT EXISTS (SELECT FROM core_outboxrow other WHERE other.effect = o.effect AND other.id <> o.id) AS twice,
        CASE o.task
            WHEN 'apps.cases.tasks.render_receipt' THEN EXISTS (
                SELECT FROM receipts_receiptdocument d JOIN receipts_receipt r ON r.id = d.receipt_id
                WHERE r.uuid = (o.payload ->> 'receipt')::uuid)
            WHEN 'apps.cases.tasks.render_paper' THEN EXISTS (
                SELECT FROM documents_storedfile f WHERE f.document_id = (o.payload ->> 'document')::bigint)
            WHEN 'apps.cases.tasks.send_notice' THEN EXISTS (
                SELECT FROM notifications_notice n
                WHERE n.uuid = (o.payload ->> 'notice')::uuid AND n.sent_at IS NOT NULL)
        END AS has_happened
    ) AS effect
    WHERE o.id BETWEEN %(first)s AND %(last)s AND (twice OR has_happened <> (o.done_at IS NOT NULL))
    ORDER BY o.id
"""

_AGENCIES = """
    SELECT c.id, c.code || ' at ' || a.identification_code, 'agency_ended'
    FROM cases_case c JOIN units_agency a ON a.id = c.current_agency_id
    WHERE c.id BETWEEN %(first)s AND %(last)s AND NOT c.status = ANY(%(ended)s)
        AND (a.valid_from > %(day)s OR a.valid_to <= %(day)s)
    ORDER BY c.id
"""

_HANDOVERS = """
    SELECT h.id, c.code, CASE
        WHEN c.status = ANY(%(ended)s) THEN 'waits_after_end'
        ELSE 'offered_by_another' END
    FROM cases_handover h JOIN cases_case c ON c.id = h.case_id
    WHERE h.id BETWEEN %(first)s AND %(last)s AND h.answered_at IS NULL
        AND (c.status = ANY(%(ended)s) OR h.from_agency_id <> c.current_agency_id)
    ORDER BY h.id
"""


def _replayed(first: int, last: int) -> Iterator[Fault]:
    """Cases whose ledger, read again from its bodies, says something else than their columns.

    The cases are read before their events, and no event later than a case knew of: the two fit, since events stay.
    """
    cases = list(Case.objects.filter(pk__range=(first, last)).order_by("pk"))
    within = {"case_id__gte": first, "case_id__lte": last}
    events = defaultdict(list)
    for event in CaseEvent.objects.filter(**within).order_by("case_id", "sequence"):
        events[event.case_id].append(event)
    issued = defaultdict(list)
    for case_id, receipt in CaseReceipt.objects.filter(**within).values_list("case_id", "receipt_id"):
        issued[case_id].append(str(receipt))
    results = Counter(CaseResult.objects.filter(**within).values_list("case_id", flat=True))
    for case in cases:
        known = [event for event in events[case.pk] if event.sequence <= case.last_sequence]
        yield from _faults_of(case, known, issued[case.pk], results[case.pk])


def _faults_of(
    case: Case, events: Sequence[CaseEvent], issued: Sequence[str], results: int
) -> Iterator[Fault]:
    try:
        for event in events:
            yield from _column_faults(case, event)
        entries = [read_entry(bytes(event.body)) for event in events]
        yield from _transition_faults(case, entries)
        yield from _state_faults(case, entries, results)
        yield from _receipt_faults(case, entries, issued)
    except _UNREADABLE as error:
        yield Fault("case_state", case.pk, case.code, "unreadable", type(error).__name__)
        return
    try:
        yield from _due_faults(case, entries)
    except _UNREADABLE as error:
        yield Fault("due_times", case.pk, case.code, "not_derivable", type(error).__name__)


def _column_faults(case: Case, event: CaseEvent) -> Iterator[Fault]:
    columns = {
        "case": case.code,
        "sequence": event.sequence,
        "kind": event.kind,
        "at": spell_moment(event.at),
        "by": event.by_id,
        "from_status": event.from_status,
        "to_status": event.to_status,
        "from_agency": event.from_agency_id,
        "to_agency": event.to_agency_id,
        "handler": event.handler_id,
        "step": event.step,
        "due_at": spell_moment(event.due_at),
        "calendar_version": event.calendar_version_id,
    }
    said = json.loads(bytes(event.body))
    wrong = [name for name, value in columns.items() if said.get(name, "absent") != value]
    if wrong:
        yield Fault(
            "ledger_columns", case.pk, f"{case.code} {event.sequence}", "body_differs", ", ".join(wrong)
        )


def _transition_faults(case: Case, entries: Sequence[Entry]) -> Iterator[Fault]:
    before: Entry | None = None
    for entry in entries:
        row = f"{case.code} {entry.sequence}"
        if entry.from_status != (before.to_status if before else None):
            yield Fault("transitions", case.pk, row, "begins_elsewhere")
        try:
            refuse_unlawful(entry.kind, entry.from_status, entry.to_status)
        except TransitionUnlawful:
            yield Fault("transitions", case.pk, row, "unlawful")
        if before and entry.at < before.at:
            yield Fault("transitions", case.pk, row, "goes_back")
        before = entry


def _state_faults(case: Case, entries: Sequence[Entry], results: int) -> Iterator[Fault]:
    state = fold(entries)
    last = entries[-1]
    state |= {"calendar_version_id": last.calendar_version, "last_event_at": last.at}
    wrong = [name for name, value in state.items() if getattr(case, name) != value]
    if last.to_status != state["status"]:
        wrong.append("status of the last event")
    if wrong:
        yield Fault("case_state", case.pk, case.code, "ledger_differs", ", ".join(wrong))
    kinds = Counter(entry.kind for entry in entries)
    if kinds[EventKind.CASE_ROUTED] > 1:
        yield Fault("effects_once", case.pk, case.code, "routed_twice")
    if kinds[EventKind.RESULT_HANDED_OVER] > kinds[EventKind.RESULT_RELEASED]:
        yield Fault("effects_once", case.pk, case.code, "handed_over_twice")
    if kinds[EventKind.RESULT_RELEASED] != results:
        yield Fault("case_state", case.pk, case.code, "results_differ")


def _receipt_faults(case: Case, entries: Sequence[Entry], issued: Sequence[str]) -> Iterator[Fault]:
    told = [entry.data["receipt"] for entry in entries if entry.kind == EventKind.PAYMENT_RECORDED]
    if sorted(told) != sorted(issued):
        yield Fault("settled_fees", case.pk, case.code, "receipts_differ")


def _due_faults(case: Case, entries: Sequence[Entry]) -> Iterator[Fault]:
    rules = deadlines.clock_rules(rules_of(case.version_id))
    derived = deadlines.derive(entries, rules, working_calendar, intake_limits, case.step)
    wrong = [each.name for each in fields(derived) if getattr(case, each.name) != getattr(derived, each.name)]
    if wrong:
        yield Fault("due_times", case.pk, case.code, "derived_otherwise", ", ".join(wrong))


def _stored_papers(first: int, last: int) -> Iterator[Fault]:
    files = StoredFile.objects.filter(pk__range=(first, last)).select_related("document").order_by("pk")
    for stored in files.iterator(chunk_size=_SMALL):
        document = stored.document
        row = f"{document.kind} {document.uuid}"
        if fingerprint(document.snapshot) != bytes(document.snapshot_hash):
            yield Fault("stored_files", stored.pk, row, "snapshot_wrong")
        wrong = _wrong_bytes(stored.storage_name, bytes(stored.sha256), stored.size)
        if wrong:
            yield Fault("stored_files", stored.pk, row, wrong)


def _stored_attachments(first: int, last: int) -> Iterator[Fault]:
    for file in Attachment.objects.filter(pk__range=(first, last)).order_by("pk").iterator(chunk_size=_SMALL):
        wrong = _wrong_bytes(file.storage_name, bytes(file.sha256), file.size)
        if wrong:
            yield Fault("stored_files", file.pk, f"attachment {file.uuid}", wrong)


def _wrong_bytes(storage_name: str, sha256: bytes, size: int) -> str:
    """What is wrong with a stored file, or nothing; read in pieces, so that a large one takes no more memory than a small one."""
    digest, length = hashlib.sha256(), 0
    try:
        with default_storage.open(storage_name) as file:
            for piece in file.chunks():
                digest.update(piece)
                length += len(piece)
    except OSError:
        return "file_unreadable"
    if digest.digest() != sha256 or length != size:
        return "file_wrong"
    return ""
