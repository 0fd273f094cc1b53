"""Reading reference data from files: every fault is named with file, row and field before anything is written."""

from __future__ import annotations

import csv
import json
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in a file. `row` is a line number of a table, or a path such as `fee_rules/2` in a document."""

    file: str
    row: str
    field: str
    message: str

    def __str__(self) -> str:
        places = [self.file, self.row, self.field]
        return f"{', '.join(place for place in places if place)}: {self.message}"


class LoadRefused(Exception):
    """The files hold faults; nothing was written."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


@dataclass(slots=True)
class Tally:
    """What became of the rows of one kind. Rows that differ are kept as stored: a file never overwrites a decision."""

    kind: str
    new: int = 0
    unchanged: int = 0
    different: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Faults:
    """Collects the faults of one file."""

    file: str
    found: list[Fault] = field(default_factory=list)

    def add(self, row: object, field_name: str, message: str) -> None:
        self.found.append(Fault(self.file, str(row), field_name, message))


def read_table(path: Path, columns: Sequence[str], faults: Faults) -> list[tuple[int, dict[str, str]]]:
    """The rows of a CSV file with their line numbers; the header must be exactly `columns`, the text NFC."""
    text = _read_text(path, faults)
    if text is None:
        return []
    rows = csv.reader(text.splitlines())
    header = next(rows, [])
    if list(header) != list(columns):
        faults.add(_("line %d") % 1, "", _("the columns must be %s") % ", ".join(columns))
        return []
    found = []
    for cells in rows:
        line = rows.line_num
        if len(cells) != len(columns):
            faults.add(
                _("line %d") % line,
                "",
                _("has %(n)d cells, not %(m)d") % {"n": len(cells), "m": len(columns)},
            )
            continue
        found.append((line, dict(zip(columns, cells, strict=True))))
    return found


def read_document(path: Path, faults: Faults) -> Any:
    """The content of a JSON file; None where it cannot be read."""
    text = _read_text(path, faults)
    if text is None:
        return None
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        faults.add(_("line %d") % error.lineno, "", _("is not JSON: %s") % error.msg)
        return None


def _read_text(path: Path, faults: Faults) -> str | None:
    try:
        text = path.read_bytes().decode()
    except FileNotFoundError:
        faults.add("", "", _("the file is missing"))
        return None
    except UnicodeDecodeError as error:
        faults.add("", "", _("is not UTF-8 (byte %d)") % error.start)
        return None
    _refuse_decomposed(text, faults)
    return text


def _refuse_decomposed(text: str, faults: Faults) -> None:
    """Two spellings of one Vietnamese letter would be two names."""
    if unicodedata.is_normalized("NFC", text):
        return
    for number, line in enumerate(text.splitlines(), 1):
        if not unicodedata.is_normalized("NFC", line):
            faults.add(_("line %d") % number, "", _("the letters are not composed (NFC)"))


def day_or_none(text: str) -> date | None:
    """A date of the form 2024-06-30; empty is None. Raises ValueError."""
    if not text:
        return None
    if len(text) != 10:
        raise ValueError(text)
    return date.fromisoformat(text)


def differing(stored: object, wanted: dict[str, Any], fields: Iterable[str]) -> list[str]:
    """The names of the fields in which a stored row is not what the file says."""
    return [name for name in fields if getattr(stored, name) != wanted[name]]
