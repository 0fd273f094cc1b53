"""A paper that says something wrong is corrected by another that replaces it and says so; its own bytes stay as they are."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from apps.accounts.actors import Actor
from apps.cases.actions.acting import acting
from apps.cases.choices import EventKind
from apps.cases.errors import NotYours, PaperNotCorrected, PaperNotOfCase, PaperReplaced, ReasonMissing
from apps.cases.models import CaseDocument, CaseEvent
from apps.cases.paper_rights import can_correct_paper_of
from apps.cases.papers import issue_corrected
from apps.documents.snapshots import CORRECTABLE


def correct_paper(
    code: str, *, document: UUID, reason: str, note: str = "", by: Actor, at: datetime, request_key: str
) -> CaseEvent:
    """Issues one of the forms 01 to 05 again, from the application and the agency as they stand now.

    `reason` is printed and told to the applicant; `note` says in words what was wrong where the form itself does not
    show it. The head of the agency that issued the paper corrects it. Raises PaperNotOfCase, PaperNotCorrected for any
    other kind of paper, PaperReplaced, ReasonMissing, NotYours, and what all verbs raise.
    """
    body = {"document": document, "reason": reason, "note": note}
    with acting("correct_paper", code, by=by, at=at, request_key=request_key, body=body) as act:
        row = (
            CaseDocument.objects.filter(case=act.case, document__uuid=document)
            .select_related("document", "issuer", "replaced_by")
            .first()
        )
        if row is None:
            raise PaperNotOfCase(field="document")
        if row.document.kind not in CORRECTABLE:
            raise PaperNotCorrected(field="document")
        if not can_correct_paper_of(row.issuer_id, by):
            raise NotYours()
        if hasattr(row, "replaced_by"):
            raise PaperReplaced(field="document")
        if not reason.strip():
            raise ReasonMissing(field="reason")
        event = act.record(
            EventKind.PAPER_CORRECTED,
            data={"form": row.document.kind, "replaced": str(row.document.uuid)},
            text=reason,
        )
        issue_corrected(act, event, row, reason=reason.strip(), note=note.strip())
        return event
