"""A paper is decided in the verb's transaction; its file is made and stored afterwards, once. So is a file that was asked for."""

from __future__ import annotations

import hashlib
import logging
from datetime import datetime
from io import BufferedReader, BytesIO
from typing import Any, Protocol
from uuid import uuid4

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage

from apps.core import outbox
from apps.core.canonical import fingerprint
from apps.core.file_store import store
from apps.core.models import OutboxRow
from apps.core.printed_codes import new_code
from apps.documents.choices import FileState
from apps.documents.errors import FileCleared, FileDamaged, FileFailed, FileNotReady
from apps.documents.models import CHECK_CODE_LENGTH, AskedFile, Document, StoredData, StoredFile
from apps.documents.snapshots import require_complete

logger = logging.getLogger(__name__)


def decide_paper(kind: Any, snapshot: dict[str, Any], *, at: datetime) -> Document:
    """Freezes what a paper says, with the code and address under which anybody may ask for it.

    Raises SnapshotIncomplete when the paper would lack something it must say.
    """
    document = paper(kind, snapshot, at=at)
    document.save(force_insert=True)
    return document


def paper(kind: Any, snapshot: dict[str, Any], *, at: datetime) -> Document:
    """The same as a row that the caller inserts, with its file, in one transaction. Raises SnapshotIncomplete."""
    code = new_code(CHECK_CODE_LENGTH)
    said = {**snapshot, "check": {"url": f"{settings.PUBLIC_URL}/p/{code}", "code": code}}
    require_complete(kind, said)
    return Document(
        uuid=uuid4(),
        kind=kind,
        snapshot=said,
        snapshot_hash=fingerprint(said),
        created_at=at,
        check_code=code,
    )


def paper_taken_over(kind: Any, snapshot: dict[str, Any], *, at: datetime) -> Document:
    """A paper of the legacy set as a row: its file was made elsewhere, and it has no page of checking here.

    Raises SnapshotIncomplete.
    """
    require_complete(kind, snapshot)
    return Document(
        uuid=uuid4(), kind=kind, snapshot=snapshot, snapshot_hash=fingerprint(snapshot), created_at=at
    )


def write_file(document: Document, content: bytes) -> StoredFile:
    """Stores the PDF, outside any transaction, and returns the row that the caller inserts with its effect."""
    return StoredFile(document=document, **_written(document, content, "pdf"))


def write_data(document: Document, content: bytes) -> StoredData:
    """The same for the structured data of a document, as XML."""
    return StoredData(document=document, **_written(document, content, "xml"))


def _written(document: Document, content: bytes, ending: str) -> dict[str, Any]:
    name = f"papers/{document.created_at:%Y/%m/%d}/{document.uuid}.{ending}"
    return store(name, BytesIO(content))._asdict()


def keep(asked: AskedFile, name: str, file: BufferedReader | BytesIO, *, at: datetime) -> None:
    """Stores what was made of an asked file, outside any transaction: the row is ready, and the caller's to save."""
    asked.storage_name, asked.sha256, asked.size = store(name, file)
    asked.state, asked.made_at = FileState.READY, at


def fails_with(task: str, kind: type[AskedFile], key: str) -> None:
    """A file whose task is given up has failed; sent again by a person, it may still become ready.

    `key` is the name in the task's payload under which the row's id stands.
    """

    def given_up(row: OutboxRow, at: datetime) -> None:
        asked = kind._default_manager.filter(pk=row.payload[key], state=FileState.ASKED)
        asked.update(state=FileState.FAILED)

    outbox.follow(task, given_up=given_up, sent_again=lambda row: None)


def require_ready(asked: AskedFile) -> None:
    """Raises FileNotReady, FileFailed, FileCleared."""
    match asked.state:
        case FileState.ASKED:
            raise FileNotReady()
        case FileState.FAILED:
            raise FileFailed()
        case FileState.CLEARED:
            raise FileCleared()


class Hashed(Protocol):
    """A row, or what was read of one, that says where bytes lie and to what they were hashed."""

    @property
    def storage_name(self) -> str | None: ...

    @property
    def sha256(self) -> bytes | memoryview | None: ...


def read_file(stored: Hashed) -> bytes:
    """The bytes as stored. Raises FileDamaged when they are no longer those that were hashed, or gone."""
    with _opened(stored) as file:
        content: bytes = file.read()
    _require_same(stored, hashlib.sha256(content).digest())
    return content


def open_file(stored: Hashed) -> File:
    """The same for a file too large to be read whole: open at its beginning, and the caller's to close. Raises FileDamaged."""
    file = _opened(stored)
    try:
        _require_same(stored, hashlib.file_digest(file, "sha256").digest())  # type: ignore[arg-type]
        file.seek(0)
    except BaseException:
        file.close()
        raise
    return file


def _opened(stored: Hashed) -> File:
    assert stored.storage_name is not None
    try:
        return default_storage.open(stored.storage_name)
    except FileNotFoundError as error:
        logger.error("%s: the stored file is gone", stored.storage_name)
        raise FileDamaged() from error


def _require_same(stored: Hashed, digest: bytes) -> None:
    assert stored.sha256 is not None
    if digest != bytes(stored.sha256):
        logger.error("%s: the stored file does not match its hash", stored.storage_name)
        raise FileDamaged()
