"""A file leaves the house one way, by page and API alike: saved, never shown in place, with its line in the log."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

from django.http import FileResponse, HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header

from apps.accounts.actors import Actor
from apps.bundles.selectors import bundle_file
from apps.cases.selectors import (
    Download,
    act_paper_file,
    attachment_file,
    paper_file,
    receipt_data_file,
    receipt_file,
    result_file,
)
from apps.cases.selectors.books import audited_receipt_file, audited_statement_file
from apps.core.access import note_access
from apps.documents.actions import open_file
from apps.receipts.errors import ReasonMissing
from apps.receipts.reconciliation import Asked, difference_sheet, differences
from apps.supervision.day_lists import list_file
from apps.supervision.registers import SHEET, register_file
from apps.supervision.series_use import report_file

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

# Each kind of file that a case has, and who says whether an actor may have it.
FILES: Mapping[str, Callable[..., Download]] = {
    "paper": paper_file,
    "receipt": receipt_file,
    "receipt data": receipt_data_file,
    "result": result_file,
    "attachment": attachment_file,
    "act paper": act_paper_file,
}


def send_file(kind: str, code: str, which: Any, *, by: Actor) -> HttpResponse:
    """A file of a case. Raises what the kind's selector raises."""
    return _send(FILES[kind](code, which, seen_by=by), kind, f"{code}/{which}", by)


def send_register(register: int, which: str, *, by: Actor) -> HttpResponse:
    """The paper or the spreadsheet of a register. Raises RegisterUnknown, FileNotReady, FileFailed, NotFound."""
    return _send(register_file(register, which, seen_by=by), "register", f"register:{register}/{which}", by)


def send_day_list(report: UUID, which: str, *, by: Actor) -> HttpResponse:
    """A day's list to the tax authority. Raises DayReportUnknown, DayReportFileNotMade, NotFound."""
    return _send(list_file(report, which, seen_by=by), "day list", f"day-list:{report}/{which}", by)


def send_quarter_report(report: int, *, by: Actor) -> HttpResponse:
    """The paper of a quarter. Raises RegisterUnknown, FileNotReady, FileFailed."""
    return _send(report_file(report, seen_by=by), "report", f"quarter-report:{report}", by)


def send_sheet(path: Path, name: str, *, subject: str, by: Actor) -> HttpResponse:
    """A spreadsheet that was written for this reader."""
    return _send(Download(name, SHEET, path.read_bytes()), "report", subject, by)


def send_audited_receipt(receipt: UUID, medium: str, *, by: Actor) -> HttpResponse:
    """The paper or the data of a receipt, for who reads the books. Raises what `audited_receipt_file` raises."""
    download = audited_receipt_file(receipt, medium, seen_by=by)
    return _send(download, "audited receipt", f"receipt:{receipt}/{medium}", by)


def send_statement(statement: UUID, *, reason: str, by: Actor) -> HttpResponse:
    """A bank's statement as the bank gave it, whole: for a reason that goes to the access log.

    Raises ReasonMissing before anything is read, and what `audited_statement_file` raises.
    """
    if not reason.strip():
        raise ReasonMissing(field="reason")
    download = audited_statement_file(statement, seen_by=by)
    return _send(download, "bank statement", f"bank_statement:{statement}", by, reason=reason.strip())


def send_differences(asked: Asked, *, by: Actor) -> HttpResponse:
    """Differences as a spreadsheet. Raises NotAllowed."""
    content = difference_sheet(differences(asked, at=timezone.now(), seen_by=by))
    name = f"chenh-lech-{asked.first:%Y%m%d}-{asked.last:%Y%m%d}.xlsx"
    download = Download(name, _XLSX, content)
    return _send(download, "differences", f"differences:{asked.first:%Y%m%d}-{asked.last:%Y%m%d}", by)


def send_bundle(bundle: UUID, *, by: Actor) -> FileResponse:
    """Receipts in one file, which may be large: it is hashed and sent piece by piece.

    Raises BundleUnknown, FileNotReady, FileFailed, FileCleared, FileDamaged.
    """
    stored = bundle_file(bundle, seen_by=by)
    file = open_file(stored)
    _note("receipts", f"bundle:{bundle}", by)
    headers = {**_headers(stored.filename), "Content-Length": str(stored.size)}
    return FileResponse(file, content_type=stored.media_type, headers=headers)


def _send(download: Download, kind: str, subject: str, by: Actor, *, reason: str = "") -> HttpResponse:
    """The access log gets its line."""
    _note(kind, subject, by, reason)
    return HttpResponse(
        download.content, content_type=download.media_type, headers=_headers(download.filename)
    )


def _note(kind: str, subject: str, by: Actor, reason: str = "") -> None:
    note_access(
        actor_id=by.user_id, action=f"download {kind}", subject=subject, at=timezone.now(), reason=reason
    )


def _headers(filename: str) -> dict[str, str]:
    """An attachment that no cache keeps and no browser guesses at: what citizens upload must not run within our pages."""
    return {
        "Content-Disposition": content_disposition_header(True, filename) or "attachment",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
