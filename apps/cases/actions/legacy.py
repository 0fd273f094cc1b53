"""Papers of the legacy set (Thông tư 01/2018/TT-VPCP), made elsewhere, are attached to their cases as they are."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from apps.accounts.actors import Actor
from apps.cases.actions.acting import Act, lock_case
from apps.cases.choices import EventKind
from apps.cases.models import Case, CaseDocument
from apps.cases.selectors import standing_of
from apps.core.transactions import verb_transaction
from apps.documents.actions import paper_taken_over, write_file
from apps.documents.snapshots import LEGACY


@dataclass(frozen=True, slots=True)
class OldPaper:
    """One old paper as its manifest names it: of which case, in which form of 2018, its number and date, its hash."""

    case_code: str
    kind: str  # legacy_01 to legacy_06
    number: str
    dated_on: date
    filename: str
    sha256: str

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What makes it the same paper: case, form, number, date."""
        return self.case_code, self.kind, self.number, self.dated_on.isoformat()


def cases_known(codes: Collection[str]) -> frozenset[str]:
    """Those of some case codes under which there is a case."""
    return frozenset(Case.objects.filter(code__in=codes).values_list("code", flat=True))


def papers_taken_over(codes: Collection[str]) -> Mapping[tuple[str, str, str, str], str]:
    """The old papers that some cases have already, by what makes them the same, with their hash."""
    rows = CaseDocument.objects.filter(case__code__in=codes, document__kind__in=LEGACY)
    return {
        (code, kind, said["number"], said["dated_on"]): said["sha256"]
        for code, kind, said in rows.values_list("case__code", "document__kind", "document__snapshot")
    }


def take_over_paper(paper: OldPaper, content: bytes, *, by: Actor, at: datetime) -> bool:
    """Attaches one old paper to its case, with a line in the ledger; False when it is there already.

    Nobody is told and nothing else changes. Raises CaseUnknown.
    """
    snapshot = {
        "case_code": paper.case_code,
        "number": paper.number,
        "dated_on": paper.dated_on.isoformat(),
        "filename": paper.filename,
        "sha256": paper.sha256,
    }
    document = paper_taken_over(paper.kind, snapshot, at=at)
    if paper.key in papers_taken_over([paper.case_code]):
        return False
    stored = write_file(document, content)
    with verb_transaction():
        case = lock_case(paper.case_code)
        # Somebody may have been quicker; their file stands, and ours is one that nothing refers to.
        if paper.key in papers_taken_over([paper.case_code]):
            return False
        act = Act(case=case, by=by, at=max(at, case.last_event_at), standing=standing_of(case, by))
        event = act.record(
            EventKind.PAPER_TAKEN_OVER,
            data={"form": paper.kind, "document": str(document.uuid), "sha256": paper.sha256},
        )
        document.save(force_insert=True)
        stored.document, stored.stored_at = document, at
        stored.save(force_insert=True)
        CaseDocument.objects.create(case=case, event=event, document=document, issuer=case.current_agency)
    return True
