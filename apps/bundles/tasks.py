"""What workers do for bundles: a part at a time, each a task and a transaction of its own, and the binding of all.

A part that is stored is never made again: a worker that was killed leaves at most a file that nothing refers to, which
goes with the bundle's folder. Memory holds the files of one part.
"""

from __future__ import annotations

import hashlib
import logging
import shutil
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zipfile import ZipFile, ZipInfo

from celery import shared_task
from django.core.files import File
from django.core.files.storage import default_storage
from django.db.models import F
from django.utils import timezone
from pypdf.errors import PyPdfError

from apps.bundles.actions import BINDING, PART, owe_next
from apps.bundles.choices import Lack, Medium
from apps.bundles.models import Bundle, BundlePart
from apps.bundles.papers import (
    Entry,
    cover_said,
    file_name,
    list_said,
    number_of,
    stored_files,
    sums_of,
    title_of,
)
from apps.bundles.rendering import Segment, Source, bind, first_object
from apps.core import outbox
from apps.core.outbox import consumer
from apps.documents.actions import keep, read_file
from apps.documents.choices import FileState
from apps.documents.errors import FileDamaged
from apps.receipts.models import Receipt

logger = logging.getLogger(__name__)

# So long a bundle waits for receipts whose files are still being made; then it says on its sheets which are lacking.
PATIENCE = timedelta(minutes=5)
_WITH_SHEETS = ("bundle__business", "bundle__agency", "bundle__session__cashier", "bundle__asked_by")


class FilesAwaited(Exception):
    """Receipts whose files are still being made: tried again later."""

    kind = "files_awaited"


@shared_task(name=PART)
@consumer
def make_part(row_id: int, payload: dict[str, Any]) -> None:
    """Makes and stores one part, and owes the next."""
    at = timezone.now()
    rows = BundlePart.objects.select_related(*_WITH_SHEETS)
    part = rows.filter(bundle=payload["bundle"], position=payload["position"]).first()
    if part is None or part.bundle.state == FileState.CLEARED:
        outbox.effect(row_id, at, lambda: None)
        return
    bundle = part.bundle
    before = BundlePart.objects.filter(bundle=bundle, position__lt=part.position).order_by("position")
    entries = _read(part, is_late=at - bundle.asked_at >= PATIENCE)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "part"
        write = _write_pdf if bundle.medium == Medium.PDF else _write_zip
        part.made = write(path, part, entries, before=list(before.values_list("receipts", "made")))
        with path.open("rb") as file:
            part.storage_name = default_storage.save(f"{bundle.folder}/{part.position:03d}", File(file))
    part.made_at = at

    def change() -> None:
        part.save(update_fields=["made", "made_at", "storage_name"])
        Bundle.objects.filter(pk=bundle.pk).update(done=F("done") + len(part.receipts))
        owe_next(bundle, part.position + 1, at=at)

    outbox.effect(row_id, at, change)


@shared_task(name=BINDING)
@consumer
def bind_parts(row_id: int, payload: dict[str, Any]) -> None:
    """Binds the parts under their cover into the file that is given; the parts are put away."""
    from apps.documents.rendering import render_sheets

    at = timezone.now()
    bundle = Bundle.objects.select_related("business", "agency", "session__cashier", "asked_by").get(
        pk=payload["bundle"]
    )
    if bundle.state == FileState.CLEARED:
        outbox.effect(row_id, at, lambda: None)
        return
    parts = list(BundlePart.objects.filter(bundle=bundle).order_by("position"))
    said = cover_said(bundle, [part.made for part in parts], at=at)
    cover = render_sheets("papers/receipts_cover.html", said, identifier=_identifier(bundle, 0))
    with TemporaryDirectory() as folder:
        path = Path(folder) / "bundle"
        write = _bind_pdf if bundle.medium == Medium.PDF else _bind_zip
        write(path, bundle, parts, cover)
        with path.open("rb") as file:
            keep(bundle, f"{bundle.folder}/{bundle.medium}", file, at=at)
    bundle.lacking = said["sums"]["lacking"]
    fields = ["size", "storage_name", "sha256", "lacking", "state", "made_at"]
    if outbox.effect(row_id, at, lambda: bundle.save(update_fields=fields)):
        for part in parts:
            # Whatever stays goes with the bundle.
            with suppress(OSError):
                default_storage.delete(str(part.storage_name))


def _read(part: BundlePart, *, is_late: bool) -> list[Entry]:
    """The receipts of a part in their order, with their files. Raises FilesAwaited unless it is late."""
    receipts = Receipt.objects.select_related(
        "series__collecting_body",
        "paper__document__file",
        "paper__document__data",
        "replaces__series",
        "replaced_by__series",
    ).in_bulk(part.receipts)
    in_order = [receipts[receipt] for receipt in part.receipts]
    if not is_late and not all(map(stored_files, in_order)):
        raise FilesAwaited
    return [_entry(receipt) for receipt in in_order]


def _entry(receipt: Receipt) -> Entry:
    stored = stored_files(receipt)
    if not stored:
        return Entry(receipt, lack=Lack.NOT_MADE)
    try:
        return Entry(receipt, files=tuple((ending, read_file(file)) for ending, file in stored))
    except FileDamaged:
        return _broken(receipt)


def _broken(receipt: Receipt) -> Entry:
    logger.exception("receipt %s: its stored file is damaged", receipt.uuid)
    return Entry(receipt, lack=Lack.BROKEN)


Before = Sequence[tuple[list[int], dict[str, Any]]]


def _write_pdf(path: Path, part: BundlePart, entries: list[Entry], *, before: Before) -> dict[str, Any]:
    """The list of the part and its receipts, each page below its band; not a PDF yet.

    The list, which names the sheets, is known once every receipt is read: it is written last.
    """
    parts = part.bundle.parts.count()
    first = before[-1][1]["next_object"] if before else first_object(parts)
    first_sheet = sheet = before[-1][1]["next_sheet"] if before else 1
    with path.open("wb") as out:
        segment = Segment(out, part.position, first)
        for place, entry in enumerate(entries):
            if not entry.files:
                continue
            source = Source(entry.files[0][1])
            try:
                pages = len(source.pages)
            except PyPdfError:
                entries[place] = _broken(entry.receipt)
                continue
            entries[place] = replace(entry, where=str(sheet))
            segment.bookmark(f"{number_of(entry.receipt)} (tờ {sheet})")
            segment.add_pages(source, is_below_band=True)
            sheet += pages
        lists = Source(_list_of(part, entries, parts=parts, before=before, sheets=range(first_sheet, sheet)))
        # The bands follow the list, one for each sheet.
        list_pages = len(lists.pages) - (sheet - first_sheet)
        segment.draw_bands(lists, slice(list_pages, None))
        segment.put_in_front("Mục lục", lists, slice(list_pages))
        made = segment.close()
    return {
        **_told(part, entries, before),
        **made,
        "next_object": first + len(made["offsets"]),
        "sheets": [first_sheet, sheet - 1],
        "next_sheet": sheet,
    }


def _write_zip(path: Path, part: BundlePart, entries: list[Entry], *, before: Before) -> dict[str, Any]:
    """The signed files as they are stored, and their list."""
    parts = part.bundle.parts.count()
    with ZipFile(path, "w") as made:
        for place, entry in enumerate(entries):
            name = file_name(entry.receipt)
            if entry.files:
                entries[place] = replace(entry, where=name)
            for ending, content in entry.files:
                made.writestr(_member(f"{name}.{ending}", entry.receipt.issued_at), content)
        content = _list_of(part, entries, parts=parts, before=before, sheets=())
        made.writestr(_member(f"muc-luc-{part.position:02d}.pdf", part.bundle.asked_at), content)
    return _told(part, entries, before)


def _member(name: str, at: datetime) -> ZipInfo:
    local = timezone.localtime(at)
    return ZipInfo(name, (local.year, local.month, local.day, local.hour, local.minute, local.second))


def _told(part: BundlePart, entries: Sequence[Entry], before: Before) -> dict[str, Any]:
    """What the cover says of a part."""
    first = 1 + sum(len(receipts) for receipts, _made in before)
    return {
        "lines": [first, first + len(entries) - 1],
        "from": number_of(entries[0].receipt),
        "to": number_of(entries[-1].receipt),
        "sums": sums_of(entries),
    }


def _list_of(
    part: BundlePart, entries: Sequence[Entry], *, parts: int, before: Before, sheets: Sequence[int]
) -> bytes:
    from apps.documents.rendering import render_sheets

    said = list_said(
        part.bundle,
        entries,
        position=part.position,
        parts=parts,
        first=1 + sum(len(receipts) for receipts, _made in before),
        sheets=sheets,
    )
    return render_sheets(
        "papers/receipts_list.html", said, identifier=_identifier(part.bundle, part.position)
    )


def _bind_pdf(path: Path, bundle: Bundle, parts: Sequence[BundlePart], cover: bytes) -> None:
    def segments() -> Iterator[tuple[Any, dict[str, Any], str]]:
        for part in parts:
            with default_storage.open(str(part.storage_name)) as file:
                yield file, part.made, f"Quyển {part.position}: {part.made['from']} đến {part.made['to']}"

    with path.open("wb") as out:
        bind(
            out,
            segments(),
            cover=cover,
            cover_title="Bìa",
            title=title_of(bundle),
            author="Một Cửa",
        )


def _bind_zip(path: Path, bundle: Bundle, parts: Sequence[BundlePart], cover: bytes) -> None:
    with ZipFile(path, "w") as made:
        made.writestr(_member("00-bia.pdf", bundle.asked_at), cover)
        for part in parts:
            with default_storage.open(str(part.storage_name)) as file, ZipFile(file) as stored:
                for member in stored.infolist():
                    name = ZipInfo(member.filename, member.date_time)
                    with stored.open(member) as source, made.open(name, "w") as target:
                        shutil.copyfileobj(source, target)


def _identifier(bundle: Bundle, position: int) -> bytes:
    return hashlib.sha256(f"{bundle.uuid}:{position}".encode()).digest()[:16]
