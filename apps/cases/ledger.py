"""The ledger: the one function that changes a case, by appending an event that says what it changed.

An event's body is canonical JSON: ids, codes and moments only. Each hash covers the hash before it and the body.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Model

from apps.accounts.actors import Actor
from apps.calendars.selectors import answer_times, working_calendar
from apps.cases import deadlines
from apps.cases.choices import EventKind, Status
from apps.cases.history import STATE_FIELDS, Entry
from apps.cases.models import Case, CaseEvent, EventText
from apps.cases.transitions import refuse_unlawful
from apps.core.canonical import canonical
from apps.core.rows import insert_together
from apps.procedures.selectors import rules_of

BODY_VERSION = 1
_DUE_FIELDS = (
    "intake_due_at",
    "due_at",
    "statutory_due_at",
    "promised_due_at",
    "renewed_due_at",
    "step_due_at",
    "is_clock_running",
    "withdrawal_due_at",
    "applicant_due_at",
)


def record(
    case: Case,
    kind: EventKind,
    *,
    by: Actor,
    at: datetime,
    entries: Sequence[Entry],
    changes: Mapping[str, Any] | None = None,
    data: Mapping[str, Any] | None = None,
    text: str = "",
    calendar_version: int | None = None,
    event_id: int | None = None,
    beside: Sequence[Model] = (),
) -> CaseEvent:
    """Appends one event to a locked (or new) case and sets the case's columns to what the ledger now says.

    `entries` are the ledger as it stands. `changes` are the columns that this act changes, `data` what else must be known to derive the case again.
    `text` is kept apart and can be redacted; its hash stays.
    A new case whose key and `event_id` are reserved is written in one statement with the rows `beside` it.
    Raises TransitionUnlawful for a fault of the program.
    """
    changes = dict(changes or {})
    unknown = set(changes) - set(STATE_FIELDS)
    if unknown:
        raise ValueError(f"not columns of a case's state: {unknown}")
    is_new = case._state.adding
    before = None if is_new else Status(case.status)
    agency_before = None if is_new else case.current_agency_id
    for name, value in changes.items():
        setattr(case, name, value)
    refuse_unlawful(kind, before, Status(case.status))
    if calendar_version is not None:
        case.calendar_version_id = calendar_version
    sequence = 1 if is_new else case.last_sequence + 1

    entry = Entry(
        sequence=sequence,
        kind=kind,
        at=at,
        from_status=before,
        to_status=Status(case.status),
        calendar_version=case.calendar_version_id,
        changes=changes,
        data=dict(data or {}),
    )
    due = deadlines.derive(
        [*entries, entry],
        deadlines.clock_rules(rules_of(case.version_id)),
        working_calendar,
        answer_times,
        case.step,
    )
    for name in _DUE_FIELDS:
        setattr(case, name, getattr(due, name))

    body = canonical(
        {
            "v": BODY_VERSION,
            "case": case.code,
            "sequence": sequence,
            "kind": kind.value,
            "at": at,
            "by": by.user_id,
            "program": by.program,
            "from_status": before,
            "to_status": case.status,
            "from_agency": agency_before,
            "to_agency": case.current_agency_id,
            "handler": case.handler_id,
            "step": case.step,
            "due_at": case.due_at,
            "calendar_version": case.calendar_version_id,
            "changes": changes,
            "data": entry.data,
            **({"answer_by": case.applicant_due_at} if case.applicant_due_at else {}),
            "text": hashlib.sha256(text.encode()).hexdigest() if text else None,
        }
    )
    previous_hash = b"" if is_new else bytes(case.last_hash)
    case.last_sequence = sequence
    case.last_hash = hashlib.sha256(previous_hash + body).digest()
    case.last_event_at = at
    if not beside:
        case.save()
    event = CaseEvent(
        pk=event_id,
        case=case,
        sequence=sequence,
        kind=kind,
        at=at,
        by_id=by.user_id,
        from_status=before,
        to_status=case.status,
        from_agency_id=agency_before,
        to_agency_id=case.current_agency_id,
        handler_id=case.handler_id,
        step=case.step,
        due_at=case.due_at,
        calendar_version_id=case.calendar_version_id,
        body=body,
        previous_hash=previous_hash,
        hash=case.last_hash,
    )
    if beside:
        insert_together([*beside, case, event])
    else:
        event.save(force_insert=True)
    if text:
        EventText.objects.create(event=event, text=text)
    return event
