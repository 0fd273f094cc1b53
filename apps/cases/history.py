"""The ledger read back: events as entries, and the state of a case as the sum of their changes. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from apps.cases.choices import EventKind, Status
from apps.core.canonical import read_moment

# Columns of a case that events change; times among them are spelled in the body and read back.
STATE_FIELDS = (
    "status",
    "routing",
    "routing_reason",
    "receiving_agency_id",
    "competent_agency_id",
    "returning_agency_id",
    "current_agency_id",
    "handler_id",
    "pool_id",
    "step",
    "step_agency_id",
    "proposed_by_id",
    "approved_by_id",
    "outcome",
    "received_at",
    "accepted_at",
    "ended_at",
    "tracking_generation",
    "version_id",
)
_TIMES = frozenset({"received_at", "accepted_at", "ended_at"})


@dataclass(frozen=True, slots=True)
class Entry:
    """One event as the pure modules read it. `answer_by` is the end of the applicant's window, as it was told then."""

    sequence: int
    kind: EventKind
    at: datetime
    from_status: Status | None
    to_status: Status
    calendar_version: int
    changes: dict[str, Any]
    data: dict[str, Any]
    answer_by: datetime | None = None


def read_entry(body: bytes) -> Entry:
    """The entry that a stored body spells."""
    spelled = json.loads(bytes(body))
    changes = {
        name: read_moment(value) if name in _TIMES and value is not None else value
        for name, value in spelled["changes"].items()
    }
    return Entry(
        sequence=spelled["sequence"],
        kind=EventKind(spelled["kind"]),
        at=read_moment(spelled["at"]),
        from_status=None if spelled["from_status"] is None else Status(spelled["from_status"]),
        to_status=Status(spelled["to_status"]),
        calendar_version=spelled["calendar_version"],
        changes=changes,
        data=spelled["data"],
        answer_by=read_moment(spelled["answer_by"]) if "answer_by" in spelled else None,
    )


def fold(entries: Iterable[Entry]) -> dict[str, Any]:
    """The state that these events leave: each field as the last event that changed it says."""
    state: dict[str, Any] = dict.fromkeys(STATE_FIELDS)
    state.update(routing_reason="", outcome="", tracking_generation=1)
    for entry in entries:
        state.update(entry.changes)
    if state["version_id"] is None:
        # Ledgers from before cases could be moved do not name the version under which they were filed.
        del state["version_id"]
    return state


def effective(entries: Sequence[Entry]) -> list[Entry]:
    """The events that count: without those undone and without the undoing itself."""
    undone = {entry.data["undone"] for entry in entries if entry.kind == EventKind.ACT_UNDONE}
    return [entry for entry in entries if entry.sequence not in undone and entry.kind != EventKind.ACT_UNDONE]


def last_of(entries: Sequence[Entry], *kinds: EventKind) -> Entry | None:
    """The latest of these kinds that counts."""
    return next((entry for entry in reversed(effective(entries)) if entry.kind in kinds), None)


def receipts_told(entry: Entry) -> list[str]:
    """The receipts that an act issued, by uuid."""
    if "receipt" in entry.data and entry.kind == EventKind.PAYMENT_RECORDED:
        # As it was written while an act issued only one.
        return [entry.data["receipt"]]
    receipts: list[str] = entry.data.get("receipts", [])
    return receipts
