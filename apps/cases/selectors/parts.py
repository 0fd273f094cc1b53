"""What belongs to a case already shown to somebody: its ledger, parties, papers, results, handovers, originals."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING
from uuid import UUID

from apps.accounts.actors import Actor
from apps.applications.models import Party
from apps.cases.history import Entry, read_entry
from apps.cases.models import (
    Case,
    CaseDocument,
    CaseEvent,
    CaseResult,
    Handover,
    OriginalCustody,
    SupplementRequest,
)
from apps.cases.paper_rights import can_correct_paper_of
from apps.documents.snapshots import CORRECTABLE, INTERNAL

if TYPE_CHECKING:
    from apps.cases.selectors.sight import SeenCase


def timeline(seen: SeenCase) -> list[CaseEvent]:
    """The ledger of a case that the actor sees, oldest first; free text only for officials and supervisors."""
    return list(
        CaseEvent.objects.filter(case=seen.case)
        .select_related("by", "from_agency", "to_agency", "handler", "text")
        .order_by("sequence")
    )


def entries_of(case: Case) -> list[Entry]:
    """The ledger of a case as the pure modules read it, in order."""
    bodies = CaseEvent.objects.filter(case=case).order_by("sequence").values_list("body", flat=True)
    return [read_entry(bytes(body)) for body in bodies]


def parties_of(seen: SeenCase) -> list[Party]:
    return list(
        Party.objects.filter(application_id=seen.case.application_id, valid_to__isnull=True).order_by("id")
    )


def documents_of(case: Case, *, with_internal: bool) -> list[CaseDocument]:
    """The papers of a case with what replaces each, oldest first; the office's own are not for the applicant's side."""
    rows = (
        CaseDocument.objects.filter(case=case)
        .select_related("document__file", "event", "replaced_by__event")
        .order_by("event__sequence", "id")
    )
    return list(rows if with_internal else rows.exclude(document__kind__in=INTERNAL))


def correctable_of(case: Case, *, by: Actor) -> list[CaseDocument]:
    """The papers that the actor may correct: forms 01 to 05 of an agency that they head, not replaced yet."""
    rows = (
        CaseDocument.objects.filter(case=case, document__kind__in=CORRECTABLE, replaced_by__isnull=True)
        .select_related("document")
        .order_by("event__sequence", "id")
    )
    return [row for row in rows if can_correct_paper_of(row.issuer_id, by)]


def replaced_among(rows: Iterable[CaseDocument]) -> dict[UUID, CaseEvent]:
    """Of the rows that `documents_of` gives, those that another paper replaces: their uuids, and the act that did so."""
    return {row.document.uuid: row.replaced_by.event for row in rows if hasattr(row, "replaced_by")}


def results_of(case: Case) -> list[CaseResult]:
    return list(
        CaseResult.objects.filter(case=case).select_related("attachment", "signed_by").order_by("released_at")
    )


def handovers_of(case: Case) -> list[Handover]:
    """Every time the case was offered to another agency, oldest first."""
    return list(
        Handover.objects.filter(case=case)
        .select_related("from_agency", "to_agency")
        .order_by("offered_at", "id")
    )


def custody_of(case: Case) -> list[OriginalCustody]:
    """Who holds each original paper that was filed, now, and since when."""
    return list(
        OriginalCustody.objects.filter(case=case, left_at__isnull=True)
        .select_related("component", "holder")
        .order_by("component__position", "id")
    )


def supplements_of(case: Case) -> list[SupplementRequest]:
    return list(SupplementRequest.objects.filter(case=case).order_by("number"))
