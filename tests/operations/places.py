"""Where the reference data lies, and copies of it in which one thing is wrong."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from apps.core.loading import Fault, LoadRefused
from apps.operations.loading import read_city

FIXTURES = Path(__file__).resolve().parent.parent.parent / "fixtures"
CELL = Callable[[dict[str, str]], None]


def copy_of_fixtures(folder: Path) -> Path:
    return Path(shutil.copytree(FIXTURES, folder / "fixtures"))


def change_row(path: Path, line: int, change: CELL) -> None:
    """Rewrites one row of a table; `line` counts the header as 1."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    change(rows[line - 2])
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def change_document(path: Path, change: Callable[[Any], None]) -> None:
    document = json.loads(path.read_text(encoding="utf-8"))
    change(document)
    path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")


def faults_of(folder: Path) -> list[Fault]:
    """What `read_city` finds wrong; empty when nothing is."""
    try:
        read_city(folder)
    except LoadRefused as refused:
        return list(refused.faults)
    return []
