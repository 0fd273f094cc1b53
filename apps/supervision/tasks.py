"""What workers do for supervision: registers, in one pass that writes the spreadsheet and gathers what is printed; the use
of series in a quarter on paper."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

from celery import shared_task
from django.utils import timezone

from apps.core import outbox
from apps.core.outbox import consumer
from apps.documents.actions import keep, paper, write_file
from apps.documents.models import Document, StoredFile
from apps.documents.snapshots import RegisterLine
from apps.supervision.actions import QUARTER_TASK, TASK
from apps.supervision.models import QuarterReport, Register
from apps.supervision.papers import MOST_PRINTED, head_of, lines_of, snapshot_of
from apps.supervision.rendering import write_sheet
from apps.supervision.series_use import Quarter, used_in
from apps.supervision.series_use import snapshot_of as quarter_snapshot


@shared_task(name=TASK)
@consumer
def render_register(row_id: int, payload: dict[str, Any]) -> None:
    """Makes a register: the spreadsheet whole, the paper as far as it is printed."""
    register = Register.objects.select_related("agency").get(pk=payload["register"])
    at = timezone.now()
    document, stored = _make(register, at=at)

    def change() -> None:
        document.save(force_insert=True)
        stored.document = document
        stored.save(force_insert=True)
        register.paper = document
        register.save()

    outbox.effect(row_id, at, change)


class _Kept:
    """Lets lines pass and keeps the first of them for the paper."""

    def __init__(self, lines: Iterable[tuple[str, RegisterLine]]) -> None:
        self._lines = lines
        self.printed: list[tuple[str, RegisterLine]] = []

    def __iter__(self) -> Iterator[tuple[str, RegisterLine]]:
        for line in self._lines:
            if len(self.printed) < MOST_PRINTED:
                self.printed.append(line)
            yield line


def _make(register: Register, *, at: datetime) -> tuple[Document, StoredFile]:
    """Stores both files, outside any transaction; the register is filled in and the rows are the caller's to insert.

    A crash in between leaves files that nothing refers to, and the next attempt stores its own.
    """
    from apps.documents.rendering import render_pdf

    lines = _Kept(lines_of(register))
    with TemporaryDirectory() as folder:
        path = Path(folder) / "register.xlsx"
        register.lines = write_sheet(path, lines, head=head_of(register, made_at=at), made_at=at)
        with path.open("rb") as file:
            keep(register, f"registers/{at:%Y/%m/%d}/{uuid4()}.xlsx", file, at=at)
    snapshot = snapshot_of(register, lines.printed)
    document = paper("form_07", snapshot, at=at)
    stored = write_file(document, render_pdf("form_07", document.snapshot))
    stored.stored_at = at
    return document, stored


@shared_task(name=QUARTER_TASK)
@consumer
def render_quarter_report(row_id: int, payload: dict[str, Any]) -> None:
    """Makes the paper of a quarter as things stand now."""
    from apps.documents.rendering import render_pdf

    report = QuarterReport.objects.select_related("body").get(pk=payload["report"])
    at, quarter = timezone.now(), Quarter(report.year, report.quarter)
    snapshot = quarter_snapshot(report.body, quarter, used_in(report.body_id, quarter), made_at=at)
    content = render_pdf("use_01", snapshot)
    keep(report, f"quarter-reports/{at:%Y/%m/%d}/{uuid4()}.pdf", BytesIO(content), at=at)
    report.snapshot = snapshot
    outbox.effect(row_id, at, report.save)
