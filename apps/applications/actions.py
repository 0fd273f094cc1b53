"""Inner steps of filing: files are stored before, and rows within, the transaction of the verb that calls these."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from io import BytesIO
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from django.conf import settings

from apps.accounts.actors import Actor
from apps.applications.choices import RevisionKind
from apps.applications.models import (
    Application,
    ApplicationRevision,
    Attachment,
    RevisionAttachment,
)
from apps.applications.uploads import make_safe
from apps.core.file_store import store
from apps.units.models import AdministrativeUnit


class GivenFile(NamedTuple):
    """A file and the paper that it is: a component of the procedure, or an item of a request in its own words.

    A file that was held already says as what, and in which case.
    """

    file: Attachment
    component_id: int | None = None
    asked_item: str = ""
    held_as: str = ""
    held_from: str = ""


def store_upload(
    filename: str, content: bytes, *, by: Actor, at: datetime, field: str = "file"
) -> Attachment:
    """Keeps a file of whoever uploads it, until a filing or a result refers to it.

    Raises FileEmpty, FileTooLarge, FileKindRefused.
    """
    safe = make_safe(filename, content, most_bytes=settings.ATTACHMENT_MAX_BYTES, field=field)
    uuid = uuid4()
    suffix = safe.filename.rsplit(".", 1)[-1]
    kept = store(f"attachments/{at:%Y/%m/%d}/{uuid}.{suffix}", BytesIO(safe.content))
    return Attachment.objects.create(
        uuid=uuid,
        uploaded_by_id=by.account_id,
        uploaded_at=at,
        filename=safe.filename,
        media_type=safe.media_type,
        **kept._asdict(),
    )


def own_attachments(uuids: Iterable[UUID], *, by: Actor) -> dict[UUID, Attachment]:
    """Those of these files that the actor uploaded."""
    wanted = list(uuids)
    if not wanted:
        return {}
    return {row.uuid: row for row in Attachment.objects.filter(uuid__in=wanted, uploaded_by_id=by.user_id)}


def declare(
    application: Application,
    *,
    number: int,
    kind: RevisionKind,
    answers: Mapping[str, Any],
    files: Sequence[GivenFile],
    connecting_unit: AdministrativeUnit | None = None,
    message: str = "",
    by: Actor,
    at: datetime,
) -> ApplicationRevision:
    """Freezes what is declared now; `connecting_unit` only where it is another than before."""
    revision = ApplicationRevision(
        application=application,
        number=number,
        kind=kind,
        answers=answers,
        connecting_unit=connecting_unit,
        message=message,
        declared_at=at,
        declared_by_id=by.account_id,
    )
    revision.save(force_insert=True)
    RevisionAttachment.objects.bulk_create(given_with(revision, files))
    return revision


def given_with(revision: ApplicationRevision, files: Iterable[GivenFile]) -> list[RevisionAttachment]:
    """Rows, not yet stored, that tie files to a revision as the papers asked for."""
    return [
        RevisionAttachment(
            revision=revision,
            component_id=given.component_id,
            attachment=given.file,
            asked_item=given.asked_item,
            held_as=given.held_as,
            held_from=given.held_from,
        )
        for given in files
    ]
