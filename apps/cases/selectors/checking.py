"""Whether a paper is ours and still counts, for whoever holds it: no more than can be compared with the paper."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from apps.cases.errors import CheckCodeUnknown
from apps.cases.models import CaseDocument
from apps.core.printed_codes import as_stored, can_be_code
from apps.documents.models import CHECK_CODE_LENGTH, Document


@dataclass(frozen=True, slots=True)
class PaperChecked:
    """What the page of checking tells. `sha256` is of the PDF as stored, empty until it is made.

    `replaced_at` is when another paper took its place; None while it counts. A register belongs to no case.
    """

    check_code: str
    kind: str
    case_code: str
    issued_by: str
    issued_at: datetime
    sha256: str
    replaced_at: datetime | None

    @property
    def is_current(self) -> bool:
        return self.replaced_at is None

    def is_same(self, content: bytes) -> bool:
        """Whether these are the very bytes that are stored."""
        return bool(self.sha256) and hashlib.sha256(content).hexdigest() == self.sha256


def paper_by_check_code(code: str) -> PaperChecked:
    """The paper with the code that is printed on it, spaces and hyphens dropped. Raises CheckCodeUnknown."""
    spelled = as_stored(code)
    document = (
        Document.objects.select_related("file").filter(check_code=spelled).first()
        if can_be_code(spelled, CHECK_CODE_LENGTH)
        else None
    )
    if document is None:
        raise CheckCodeUnknown(field="check_code")
    row = (
        CaseDocument.objects.filter(document=document).select_related("case", "replaced_by__document").first()
    )
    stored, later = getattr(document, "file", None), getattr(row, "replaced_by", None)
    return PaperChecked(
        check_code=spelled,
        kind=document.kind,
        case_code=row.case.code if row else "",
        issued_by=document.snapshot["desk"]["parent_name"],
        issued_at=datetime.fromisoformat(document.snapshot["issued_at"]),
        sha256=bytes(stored.sha256).hex() if stored else "",
        replaced_at=later.document.created_at if later else None,
    )
