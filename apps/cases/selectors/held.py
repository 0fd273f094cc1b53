"""Papers that are held already: given before by the same applicant, or a result that the city itself issued to them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from apps.accounts.actors import Actor
from apps.applications.choices import HeldAs, PartyRole
from apps.applications.models import Attachment, Party, RevisionAttachment
from apps.cases.choices import Outcome, Status
from apps.cases.models import Case, CaseResult
from apps.cases.policies import is_actors
from apps.procedures.choices import ComponentMode
from apps.procedures.models import Component


@dataclass(frozen=True, slots=True)
class HeldPaper:
    """A file that would count as a paper asked for: whose it is in which case, and since when."""

    component: Component
    file: Attachment
    held_as: HeldAs
    held_from: str
    since: datetime


def held_papers(
    components: Iterable[Component], *, citizen_id: int | None, business_id: int | None, seen_by: Actor
) -> dict[str, HeldPaper]:
    """By the code of the paper, what is held of an applicant; nothing for whoever is not, or does not act for, them."""
    if not is_actors(citizen_id, business_id, seen_by):
        return {}
    return papers_of_applicant(components, citizen_id=citizen_id, business_id=business_id)


def papers_of_applicant(
    components: Iterable[Component], *, citizen_id: int | None, business_id: int | None
) -> dict[str, HeldPaper]:
    """The same for a verb, which has asked who may know: the applicant, or a desk with their consent."""
    if citizen_id is None and business_id is None:
        return {}
    wanted = [row for row in components if row.mode in (ComponentMode.UPLOAD, ComponentMode.FROM_DATA)]
    applies = Q(citizen_id=citizen_id) if business_id is None else Q(business_id=business_id)
    mine = Party.objects.filter(applies, role=PartyRole.APPLICANT, valid_to__isnull=True)
    found = _given_before([row for row in wanted if row.is_lasting], mine)
    # What the city itself issued is better than a copy of it that somebody uploaded.
    return found | _issued([row for row in wanted if row.results_of], mine)


def _given_before(components: list[Component], mine: QuerySet[Party]) -> dict[str, HeldPaper]:
    if not components:
        return {}
    by_code = {row.code: row for row in components}
    given = (
        RevisionAttachment.objects.filter(
            Exists(mine.filter(application_id=OuterRef("revision__application_id"))),
            component__code__in=by_code,
            held_as="",
        )
        .select_related("attachment", "component", "revision")
        .order_by("revision__declared_at", "pk")
    )
    latest = {row.component.code: row for row in given if row.component}
    cases = Case.objects.filter(application_id__in=[row.revision.application_id for row in latest.values()])
    codes = dict(cases.order_by("-pk").values_list("application_id", "code"))
    return {
        code: HeldPaper(
            by_code[code],
            row.attachment,
            HeldAs.PAPER,
            codes[row.revision.application_id],
            row.revision.declared_at,
        )
        for code, row in latest.items()
    }


def _issued(components: list[Component], mine: QuerySet[Party]) -> dict[str, HeldPaper]:
    procedures = {procedure for row in components for procedure in row.results_of}
    if not procedures:
        return {}
    results = (
        CaseResult.objects.filter(
            Exists(mine.filter(application_id=OuterRef("case__application_id"))),
            case__version__procedure__code__in=procedures,
            case__status__in=[Status.RESOLVED, Status.DELIVERED],
            outcome__in=[Outcome.GRANTED, Outcome.PARTLY],
            superseded_by__isnull=True,
        )
        .select_related("attachment", "case__version__procedure")
        .order_by("released_at", "pk")
    )
    latest = {row.case.version.procedure.code: row for row in results}
    found = {}
    for component in components:
        issued = [latest[code] for code in component.results_of if code in latest]
        if issued:
            row = max(issued, key=lambda each: each.released_at)
            found[component.code] = HeldPaper(
                component, row.attachment, HeldAs.RESULT, row.case.code, timezone.localtime(row.released_at)
            )
    return found
