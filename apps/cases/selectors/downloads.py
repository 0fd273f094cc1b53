"""Files of a case, for those who may have them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q

from apps.accounts.actors import Actor
from apps.applications.models import Attachment, RevisionAttachment
from apps.cases.codes import read_case_code
from apps.cases.errors import CaseUnknown
from apps.cases.models import ActPaper, CaseDocument, CaseLink, CaseReceipt, CaseResult
from apps.cases.paper_rights import can_read_internal
from apps.cases.policies import works_at_agency_of, works_on
from apps.cases.selectors.money import readable_among
from apps.cases.selectors.sight import case_seen_by, standing_of
from apps.documents.actions import read_file
from apps.documents.errors import FileNotReady
from apps.documents.models import Document
from apps.documents.snapshots import INTERNAL
from apps.receipts.models import Receipt


@dataclass(frozen=True, slots=True)
class Download:
    """Bytes that the actor may have, and under which name."""

    filename: str
    media_type: str
    content: bytes


def paper_file(code: str, document_uuid: UUID, *, seen_by: Actor) -> Download:
    """The PDF of a statutory paper, for the applicant's side and for staff of the agencies concerned.

    A supervisor sees that it is there: it names people whole, and form 01 carries the tracking secret. Raises
    CaseUnknown, FileNotReady.
    """
    seen = case_seen_by(code, seen_by=seen_by)
    row = (
        CaseDocument.objects.filter(case=seen.case, document__uuid=document_uuid)
        .select_related("document__file")
        .first()
    )
    may_read = can_read_internal if row and row.document.kind in INTERNAL else works_on
    if row is None or not may_read(seen.case, seen_by, seen.standing):
        raise CaseUnknown(field="document")
    return _pdf(row.document, f"{row.document.kind}-{seen.case.code}.pdf")


def receipt_file(code: str, receipt_uuid: UUID, *, seen_by: Actor) -> Download:
    """The signed PDF of a receipt, for its payer, who may see nothing else of the case, and for staff who answer for the
    money.

    Raises CaseUnknown, also to others who see the case; FileNotReady until it is signed.
    """
    receipt = _signed_receipt(code, receipt_uuid, seen_by)
    return _pdf(receipt.paper.document, _receipt_name(receipt, "pdf"))


def receipt_data_file(code: str, receipt_uuid: UUID, *, seen_by: Actor) -> Download:
    """The signed data of a receipt as XML, for whom `receipt_file` gives the PDF. Raises the same."""
    receipt = _signed_receipt(code, receipt_uuid, seen_by)
    content = read_file(receipt.paper.document.data)
    return Download(_receipt_name(receipt, "xml"), "application/xml", content)


def receipt_said(code: str, receipt_uuid: UUID, *, seen_by: Actor) -> dict[str, Any]:
    """What the paper of a receipt says, for whom `receipt_file` gives it. Raises the same."""
    said: dict[str, Any] = _signed_receipt(code, receipt_uuid, seen_by).paper.document.snapshot
    return said


def _signed_receipt(code: str, receipt_uuid: UUID, seen_by: Actor) -> Receipt:
    row = (
        CaseReceipt.objects.filter(case__code=read_case_code(code), receipt__uuid=receipt_uuid)
        .select_related(
            "case",
            "receipt__payment",
            "receipt__paper__document__file",
            "receipt__paper__document__data",
            "receipt__series",
        )
        .first()
    )
    if row is None or not readable_among([row], row.case, standing_of(row.case, seen_by), seen_by):
        # Whoever may not know of the case is told what they would be told if there were none.
        case_seen_by(code, seen_by=seen_by)
        raise CaseUnknown(field="receipt")
    if not hasattr(row.receipt, "paper"):
        raise FileNotReady()
    return row.receipt


def _receipt_name(receipt: Receipt, ending: str) -> str:
    return f"bien-lai-{receipt.series.code}-{receipt.number}.{ending}"


def result_file(code: str, result_id: int, *, seen_by: Actor) -> Download:
    """The signed result, for the applicant's side and for staff of the agencies concerned; in a case that waited for
    another also that one's, which was delivered to it. Raises CaseUnknown.
    """
    seen = case_seen_by(code, seen_by=seen_by)
    of_case = Q(case=seen.case) | Q(pk__in=CaseLink.objects.filter(case=seen.case).values("result_id"))
    row = CaseResult.objects.filter(of_case, pk=result_id).select_related("attachment").first()
    if row is None or not works_on(seen.case, seen_by, seen.standing):
        raise CaseUnknown(field="result")
    return _upload(row.attachment)


def attachment_file(code: str, attachment_uuid: UUID, *, seen_by: Actor) -> Download:
    """A file given with the application. A supervisor sees that it is there, and not what is in it. Raises CaseUnknown."""
    seen = case_seen_by(code, seen_by=seen_by)
    row = (
        RevisionAttachment.objects.filter(
            revision__application_id=seen.case.application_id, attachment__uuid=attachment_uuid
        )
        .select_related("attachment")
        .first()
    )
    if row is None or not works_on(seen.case, seen_by, seen.standing):
        raise CaseUnknown(field="attachment")
    return _upload(row.attachment)


def act_paper_file(code: str, sequence: int, *, seen_by: Actor) -> Download:
    """A file that an act of the office left, by the place of the act in the ledger; for staff who work on the case.

    Raises CaseUnknown.
    """
    seen = case_seen_by(code, seen_by=seen_by)
    row = (
        ActPaper.objects.filter(case=seen.case, event__sequence=sequence).select_related("attachment").first()
    )
    is_for = works_at_agency_of(seen.case, seen_by, seen.standing) and not seen.standing.is_party
    if row is None or not is_for:
        raise CaseUnknown(field="paper")
    return _upload(row.attachment)


def _pdf(document: Document, filename: str) -> Download:
    stored = getattr(document, "file", None)
    if stored is None:
        raise FileNotReady()
    return Download(filename, "application/pdf", read_file(stored))


def _upload(attachment: Attachment) -> Download:
    return Download(attachment.filename, attachment.media_type, read_file(attachment))
