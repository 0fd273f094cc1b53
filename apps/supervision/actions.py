"""Asking for a register, and making it: one pass over the cases writes the spreadsheet and gathers what is printed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

from django.core.files import File
from django.core.files.storage import default_storage
from django.utils import timezone

from apps.accounts.actors import Actor
from apps.core import outbox
from apps.core.transactions import lock_one, verb_transaction
from apps.documents.actions import paper, write_file
from apps.documents.models import Document, StoredFile
from apps.documents.snapshots import RegisterLine
from apps.supervision.choices import RegisterState
from apps.supervision.errors import FieldUnknown, PeriodWrong, RegisterAgencyUnknown
from apps.supervision.models import Register
from apps.supervision.papers import MOST_PRINTED, head_of, lines_of, snapshot_of
from apps.supervision.policies import can_read_register
from apps.supervision.registers import fields_of_catalogue
from apps.supervision.rendering import write_sheet
from apps.units.models import Agency

TASK = "apps.supervision.tasks.render_register"
LONGEST = timedelta(days=366)


def ask_register(
    agency_id: int, *, starts_on: date, ends_on: date, field: str = "", by: Actor, at: datetime
) -> Register:
    """A register of an agency for a period, both days included, and one field or all; a worker makes it.

    Who asks for what is being made already is given that one. Raises RegisterAgencyUnknown, PeriodWrong, FieldUnknown.
    """
    agency = Agency.objects.select_related("unit").filter(pk=agency_id).first()
    if agency is None or not can_read_register(agency, by):
        raise RegisterAgencyUnknown(field="agency")
    if not starts_on <= ends_on <= timezone.localdate(at) or ends_on - starts_on >= LONGEST:
        raise PeriodWrong(field="ends_on")
    if field and field not in fields_of_catalogue():
        raise FieldUnknown(field="field")
    with verb_transaction():
        # Whoever asks at the same moment waits here for the one before.
        lock_one(Agency.objects.filter(pk=agency.pk))
        asked = Register.objects.filter(
            agency=agency, starts_on=starts_on, ends_on=ends_on, field=field, state=RegisterState.ASKED
        ).first()
        if asked is not None:
            return asked
        register = Register.objects.create(
            agency=agency,
            starts_on=starts_on,
            ends_on=ends_on,
            field=field,
            asked_by_id=by.account_id,
            asked_at=at,
        )
        outbox.owe(TASK, f"register:{register.pk}", at, register=register.pk).save()
    return register


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


def make_register(register: Register, *, at: datetime) -> tuple[Document, StoredFile]:
    """Stores both files, outside any transaction; the register is filled in and the rows are the caller's to insert.

    A crash in between leaves files that nothing refers to, and the next attempt stores its own.
    """
    from apps.documents.rendering import render_pdf

    lines = _Kept(lines_of(register))
    with TemporaryDirectory() as folder:
        path = Path(folder) / "register.xlsx"
        count = write_sheet(path, lines, head=head_of(register, made_at=at), made_at=at)
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").digest()
        with path.open("rb") as file:
            name = default_storage.save(f"registers/{at:%Y/%m/%d}/{uuid4()}.xlsx", File(file))
        register.sheet_size = path.stat().st_size
    snapshot = snapshot_of(register, lines.printed, lines_in_all=count, sheet_sha256=digest.hex(), made_at=at)
    document = paper("form_07", snapshot, at=at)
    stored = write_file(document, render_pdf("form_07", document.snapshot))
    stored.stored_at = at
    register.sheet_name, register.sheet_sha256, register.lines = name, digest, count
    register.state, register.made_at = RegisterState.READY, at
    return document, stored
