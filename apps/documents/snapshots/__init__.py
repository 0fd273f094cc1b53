"""What each paper says, frozen at the moment it is issued: the shapes of the snapshots that rendering takes.

A snapshot is plain JSON: it can be stored beside the PDF, hashed, and rendered again years later to the same
paper. Times are ISO 8601 with an offset (`2026-11-24T09:05:00+07:00`), money is whole đồng, texts are
Vietnamese. What the law or the city has not settled is said in `notes`, one sentence each, and is printed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from apps.documents.snapshots.books import (
    Form06Snapshot,
    Form07Snapshot,
    LegacySnapshot,
    RegisterLine,
    RegisterOfField,
    Timeliness,
    Transfer,
)
from apps.documents.snapshots.completeness import SnapshotIncomplete, faults_of
from apps.documents.snapshots.forms import (
    Form01Snapshot,
    Form02Snapshot,
    Form03Snapshot,
    Form04Snapshot,
    Form05Snapshot,
    TimeLimit,
)
from apps.documents.snapshots.parts import CheckPage, Desk, IdentityKind, PaperParty, Tracking
from apps.documents.snapshots.receipt import (
    DayListSnapshot,
    Form04SSSnapshot,
    ReceiptSnapshot,
    SeriesUseSnapshot,
)

__all__ = [
    "CORRECTABLE",
    "INTERNAL",
    "LEGACY",
    "SHAPES",
    "CheckPage",
    "DayListSnapshot",
    "Desk",
    "Form01Snapshot",
    "Form02Snapshot",
    "Form03Snapshot",
    "Form04SSSnapshot",
    "Form04Snapshot",
    "Form05Snapshot",
    "Form06Snapshot",
    "Form07Snapshot",
    "IdentityKind",
    "LegacySnapshot",
    "PaperKind",
    "PaperParty",
    "ReceiptSnapshot",
    "RegisterLine",
    "RegisterOfField",
    "SeriesUseSnapshot",
    "SnapshotIncomplete",
    "TimeLimit",
    "Timeliness",
    "Tracking",
    "Transfer",
    "require_complete",
]

PaperKind = Literal[
    "receipt",
    "form_01",
    "form_02",
    "form_03",
    "form_04",
    "form_04ss",
    "form_05",
    "form_06",
    "form_07",
    "list_01",
    "use_01",
    "legacy_01",
    "legacy_02",
    "legacy_03",
    "legacy_04",
    "legacy_05",
    "legacy_06",
]
# Papers to the applicant: these are corrected by another that replaces them.
CORRECTABLE = ("form_01", "form_02", "form_03", "form_04", "form_05")
LEGACY: tuple[PaperKind, ...] = (
    "legacy_01",
    "legacy_02",
    "legacy_03",
    "legacy_04",
    "legacy_05",
    "legacy_06",
)
# The office's own papers: who gave the file to whom, and books in which others stand as well.
INTERNAL = frozenset({"form_06", "legacy_05", "legacy_06"})

SHAPES: Mapping[PaperKind, type] = {
    "receipt": ReceiptSnapshot,
    "form_01": Form01Snapshot,
    "form_02": Form02Snapshot,
    "form_03": Form03Snapshot,
    "form_04": Form04Snapshot,
    "form_04ss": Form04SSSnapshot,
    "form_05": Form05Snapshot,
    "form_06": Form06Snapshot,
    "form_07": Form07Snapshot,
    "list_01": DayListSnapshot,
    "use_01": SeriesUseSnapshot,
    **dict.fromkeys(LEGACY, LegacySnapshot),
}


def require_complete(kind: PaperKind, snapshot: Mapping[str, Any]) -> None:
    """Refuse a snapshot whose keys or types differ from the shape of its paper.

    Raises `SnapshotIncomplete`, naming every place that is wrong (never a value: it may be personal data),
    and `KeyError` for a kind of paper that does not exist.
    """
    faults = list(faults_of(SHAPES[kind], snapshot, kind))
    if faults:
        raise SnapshotIncomplete("; ".join(faults))
