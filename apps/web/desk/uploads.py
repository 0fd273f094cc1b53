"""Files that a clerk hands in with a form: stored once, also when the same form comes twice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile

from apps.accounts.actors import Actor
from apps.applications.actions import store_upload
from apps.applications.selectors import earlier_upload


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A stored file of the clerk's."""

    uuid: UUID
    filename: str


def keep_file(given: UploadedFile, *, by: Actor, at: datetime, besides: set[UUID], field: str) -> KeptFile:
    """Stores a file, or finds it where the same clerk gave the same bytes before and no other paper took them.

    So a form that is sent twice names the same file, and is answered as the same request. Raises FileEmpty,
    FileTooLarge, FileKindRefused.
    """
    given.seek(0)
    content = given.read()
    earlier = earlier_upload(content, by=by, besides=besides)
    stored = earlier or store_upload(given.name or "", content, by=by, at=at, field=field)
    return KeptFile(stored.uuid, stored.filename)
