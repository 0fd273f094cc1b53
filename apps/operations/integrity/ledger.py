"""The ledger: an unbroken chain, columns true to bodies, and every case the sum of its events."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime

from django.core.exceptions import ObjectDoesNotExist

from apps.calendars.selectors import answer_times, working_calendar
from apps.cases import deadlines
from apps.cases.choices import EventKind, OpinionEnd, Routing
from apps.cases.history import Entry, fold, read_entry
from apps.cases.models import (
    Case,
    CaseEvent,
    CaseFee,
    CaseLink,
    CaseResult,
    LateEntry,
    Obligation,
    OpinionRequest,
)
from apps.cases.selectors.calendar import (
    has_a_time_to_keep,
    newest_calendar_of,
    times_moved,
    with_newest_calendar,
)
from apps.cases.tracking import hash_of, secret_of
from apps.cases.transitions import TransitionUnlawful, refuse_unlawful
from apps.core.canonical import spell_moment
from apps.operations.integrity.accounts import MoneyRows, money_faults, money_of
from apps.operations.integrity.calendar import behind_by_decision
from apps.operations.integrity.walking import Fault
from apps.procedures.selectors import rules_of

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


CHAIN = """
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


TEXTS = """
    SELECT e.id, c.code || ' ' || e.sequence, 'text_wrong'
    FROM cases_caseevent e JOIN cases_case c ON c.id = e.case_id JOIN cases_eventtext t ON t.event_id = e.id
    WHERE e.id BETWEEN %(first)s AND %(last)s AND t.redacted_at IS NULL
        AND position(convert_to('"text":"' || encode(sha256(convert_to(t.text, 'UTF8')), 'hex') || '"', 'UTF8') IN e.body) = 0
    ORDER BY e.id
"""


def replayed(first: int, last: int) -> Iterator[Fault]:
    """Cases whose ledger, read again from its bodies, says something else than their columns.

    The cases are read before their events, and no event later than a case knew of: the two fit, since events stay.
    """
    cases = list(with_newest_calendar(Case.objects.filter(pk__range=(first, last))).order_by("pk"))
    behind = behind_by_decision({newest_calendar_of(case) for case in cases})
    within = {"case_id__gte": first, "case_id__lte": last}
    events = defaultdict(list)
    for event in CaseEvent.objects.filter(**within).order_by("case_id", "sequence"):
        events[event.case_id].append(event)
    money = money_of(first, last)
    results = Counter(CaseResult.objects.filter(**within).values_list("case_id", flat=True))
    fees: dict[int, dict[str, datetime | None]] = defaultdict(dict)
    for case_id, fee, at in CaseFee.objects.filter(**within).values_list(
        "case_id", "fee__uuid", "fee__withdrawn_at"
    ):
        fees[case_id][str(fee)] = at
    awaited = _awaited(first, last)
    for case in cases:
        known = [event for event in events[case.pk] if event.sequence <= case.last_sequence]
        yield from _faults_of(case, known, money[case.pk], results[case.pk], fees[case.pk], awaited[case.pk])
        if newest_calendar_of(case) in behind and case.calendar_version_id != newest_calendar_of(case):
            yield from _calendar_faults(case, known)


@dataclass
class Awaited:
    """Rows beside a case: what other authorities have set, each with when it was fulfilled, a late entry's form, the
    cases for which it waits, each with the result that has come, and what other agencies were asked, each with how it ended."""

    obligations: dict[int, datetime | None] = field(default_factory=dict)
    late_entry: str | None = None
    links: dict[str, int | None] = field(default_factory=dict)
    opinions: dict[int, str] = field(default_factory=dict)


def _awaited(first: int, last: int) -> Mapping[int, Awaited]:
    within = {"case_id__gte": first, "case_id__lte": last}
    found: dict[int, Awaited] = defaultdict(Awaited)
    for row in Obligation.objects.filter(**within).order_by("pk"):
        found[row.case_id].obligations[row.pk] = row.fulfilled_at
    for mark in LateEntry.objects.filter(**within).order_by("pk"):
        found[mark.case_id].late_entry = mark.form_number
    links = CaseLink.objects.filter(**within).order_by("pk")
    for case_id, code, result in links.values_list("case_id", "prerequisite__code", "result_id"):
        found[case_id].links[code] = result
    opinions = OpinionRequest.objects.filter(**within).order_by("pk")
    for case_id, number, end in opinions.values_list("case_id", "number", "end"):
        # What lapsed ended by no act of its own.
        found[case_id].opinions[number] = "" if end == OpinionEnd.LAPSED else end
    return found


def _faults_of(
    case: Case,
    events: Sequence[CaseEvent],
    money: MoneyRows,
    results: int,
    fees: Mapping[str, datetime | None],
    awaited: Awaited,
) -> Iterator[Fault]:
    try:
        for event in events:
            yield from _column_faults(case, event)
        entries = [read_entry(bytes(event.body)) for event in events]
        yield from _transition_faults(case, entries)
        yield from _state_faults(case, entries, results)
        yield from money_faults(case, entries, money)
        yield from _fee_faults(case, entries, fees)
        yield from _awaited_faults(case, entries, awaited)
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
    if bytes(case.tracking_hash) != hash_of(secret_of(case.code, state["tracking_generation"])):
        wrong.append("tracking_hash")
    if wrong:
        yield Fault("case_state", case.pk, case.code, "ledger_differs", ", ".join(wrong))
    kinds = Counter(entry.kind for entry in entries)
    if is_routed_twice(entries):
        yield Fault("effects_once", case.pk, case.code, "routed_twice")
    if kinds[EventKind.RESULT_HANDED_OVER] > kinds[EventKind.RESULT_RELEASED]:
        yield Fault("effects_once", case.pk, case.code, "handed_over_twice")
    if kinds[EventKind.RESULT_RELEASED] != results:
        yield Fault("case_state", case.pk, case.code, "results_differ")


def is_routed_twice(entries: Sequence[Entry]) -> bool:
    """Whether the program routed a case that was routed already, and was not sent back to be routed meanwhile."""
    routing = None
    for entry in entries:
        if entry.kind == EventKind.CASE_ROUTED and routing == Routing.ROUTED:
            return True
        routing = entry.changes.get("routing", routing)
    return False


def _fee_faults(case: Case, entries: Sequence[Entry], fees: Mapping[str, datetime | None]) -> Iterator[Fault]:
    """The lines of a case, each with when it was withdrawn, against those that its ledger names."""
    assessed = [fee for entry in entries for fee in entry.data.get("fees", ())]
    if sorted(assessed) != sorted(fees):
        yield Fault("assessed_fees", case.pk, case.code, "fees_differ")
    withdrawn = {fee: entry.at for entry in entries for fee in entry.data.get("withdrawn", ())}
    if withdrawn != {fee: at for fee, at in fees.items() if at is not None}:
        yield Fault("assessed_fees", case.pk, case.code, "withdrawals_differ")


def _awaited_faults(case: Case, entries: Sequence[Entry], awaited: Awaited) -> Iterator[Fault]:
    """Obligations, the mark of a late entry and what a case waits for against the events that name them."""
    told: dict[int, datetime | None] = {}
    for entry in entries:
        if entry.kind == EventKind.PAYMENT_REQUESTED:
            told[entry.data["obligation"]] = None
        elif entry.kind == EventKind.OBLIGATION_FULFILLED:
            told[entry.data["obligation"]] = entry.at
    if told != awaited.obligations:
        yield Fault("case_state", case.pk, case.code, "obligations_differ")
    if entries[0].data.get("late_entry") != awaited.late_entry:
        yield Fault("case_state", case.pk, case.code, "late_entry_differs")
    waits: dict[str, int | None] = dict.fromkeys(entries[0].data.get("waits_for", ()))
    for entry in entries:
        if entry.kind == EventKind.PREREQUISITE_DELIVERED:
            waits[entry.data["prerequisite"]] = entry.data["result"]
    if waits != awaited.links:
        yield Fault("case_state", case.pk, case.code, "links_differ")
    asked = {
        entry.data["opinion"]: _OPINION_ENDS[entry.kind] for entry in entries if entry.kind in _OPINION_ENDS
    }
    if asked != awaited.opinions:
        yield Fault("case_state", case.pk, case.code, "opinions_differ")


_OPINION_ENDS = {
    EventKind.OPINION_REQUESTED: "",
    EventKind.OPINION_GIVEN: OpinionEnd.GIVEN.value,
    EventKind.OPINION_REVOKED: OpinionEnd.REVOKED.value,
}


def _due_faults(case: Case, entries: Sequence[Entry]) -> Iterator[Fault]:
    rules = deadlines.clock_rules(rules_of(case.version_id))
    derived = deadlines.derive(entries, rules, working_calendar, answer_times, case.step)
    wrong = [each.name for each in fields(derived) if getattr(case, each.name) != getattr(derived, each.name)]
    if wrong:
        yield Fault("due_times", case.pk, case.code, "derived_otherwise", ", ".join(wrong))


def _calendar_faults(case: Case, events: Sequence[CaseEvent]) -> Iterator[Fault]:
    """A case with a time to keep that the calendar in force would move."""
    if not has_a_time_to_keep(case):
        return
    try:
        entries = [read_entry(bytes(event.body)) for event in events]
        times = times_moved(case, entries, working_calendar(newest_calendar_of(case)))
    except _UNREADABLE:
        return
    if times:
        yield Fault("calendar_in_force", case.pk, case.code, "calendar_behind", ", ".join(times))
