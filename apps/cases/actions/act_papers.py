"""A file that an act of the office leaves in the case: taken from who acts, named by its hash in the ledger, kept."""

from __future__ import annotations

from uuid import UUID

from apps.applications.actions import own_attachments
from apps.applications.models import Attachment
from apps.cases.actions.acting import Act
from apps.cases.errors import AttachmentUnknown
from apps.cases.models import ActPaper, CaseEvent


def paper_given(act: Act, attachment: UUID | None) -> Attachment | None:
    """The file that the actor uploaded; None where none is given. Raises AttachmentUnknown."""
    if attachment is None:
        return None
    file = own_attachments([attachment], by=act.by).get(attachment)
    if file is None:
        raise AttachmentUnknown(field="attachment")
    return file


def evidence(file: Attachment | None) -> dict[str, str]:
    """What the ledger says of the file."""
    return {"paper": bytes(file.sha256).hex()} if file else {}


def keep_paper(act: Act, event: CaseEvent, file: Attachment | None) -> None:
    """Ties the file to the act."""
    if file is not None:
        ActPaper.objects.create(case=act.case, event=event, attachment=file)
