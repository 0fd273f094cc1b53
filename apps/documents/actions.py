"""A paper is decided in the verb's transaction; its file is made and stored afterwards, once."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from apps.core.canonical import fingerprint
from apps.core.printed_codes import new_code
from apps.documents.models import CHECK_CODE_LENGTH, Document, Stored, StoredData, StoredFile
from apps.documents.snapshots import require_complete


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
    """Stores the PDF, outside any transaction, and returns the row that the caller inserts with its effect.

    A crash in between leaves a file that nothing refers to, and the next attempt stores its own.
    """
    return StoredFile(document=document, **_written(document, content, "pdf"))


def write_data(document: Document, content: bytes) -> StoredData:
    """The same for the structured data of a document, as XML."""
    return StoredData(document=document, **_written(document, content, "xml"))


def _written(document: Document, content: bytes, ending: str) -> dict[str, Any]:
    digest = hashlib.sha256(content).digest()
    name = default_storage.save(
        f"papers/{document.created_at:%Y/%m/%d}/{document.uuid}-{digest.hex()[:12]}.{ending}",
        ContentFile(content),
    )
    return {"storage_name": name, "sha256": digest, "size": len(content)}


def read_file(stored: Stored) -> bytes:
    """The bytes as stored. Raises ValueError when they are no longer those that were hashed."""
    with default_storage.open(stored.storage_name) as file:
        content: bytes = file.read()
    if hashlib.sha256(content).digest() != bytes(stored.sha256):
        raise ValueError(f"{stored.storage_name}: the stored file does not match its hash")
    return content
