"""What administrators may read of versions: drafts too, what is missing, what differs, who did what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _

from apps.accounts.actors import Actor
from apps.accounts.models import User
from apps.core.loading import Fault, Faults
from apps.core.models import AdministrativeAct
from apps.procedures.choices import VersionState
from apps.procedures.content import WITH_PARTS, content_of, document_of, kinds_of_agencies, read_version
from apps.procedures.difference import Change, differences
from apps.procedures.errors import ProcedureUnknown, VersionUnknown
from apps.procedures.models import Procedure, ProcedureVersion
from apps.procedures.policies import can_change_catalogue
from apps.procedures.soundness import Content, check_procedure, check_publication
from apps.units.models import AdministrativeUnit, AgencyKind
from apps.units.selectors import units_without

MOST_UNITS_NAMED = 5
MOST_ACTS_SHOWN = 100


@dataclass(frozen=True, slots=True)
class MissingAgencies:
    """A kind of agency that does not sit on every unit of its level."""

    kind: AgencyKind
    units: Sequence[AdministrativeUnit]

    def __str__(self) -> str:
        named = [unit.title for unit in self.units[:MOST_UNITS_NAMED]]
        more = len(self.units) - len(named)
        return f"{self.kind.title} ({len(self.units)}): {', '.join(named)}{f' +{more}' if more else ''}"


@dataclass(frozen=True, slots=True)
class ActShown:
    """One line of the record of administration, with who did it."""

    act: AdministrativeAct
    who: str


def procedure_known(code: str, *, seen_by: Actor) -> Procedure:
    """Raises ProcedureUnknown, also for whoever may not change the catalogue."""
    procedure = Procedure.objects.filter(code=code).first()
    if procedure is None or not can_change_catalogue(seen_by):
        raise ProcedureUnknown(field="procedure", code=code)
    return procedure


def versions_of(procedure: Procedure, *, seen_by: Actor) -> QuerySet[ProcedureVersion]:
    """Every version, the newest first; nothing for whoever may not change the catalogue."""
    found = ProcedureVersion.objects.filter(procedure=procedure) if can_change_catalogue(seen_by) else None
    if found is None:
        return ProcedureVersion.objects.none()
    return found.select_related("based_on", "drafted_by", "saved_by", "published_by").order_by("-number")


def version_known(version_id: int, *, seen_by: Actor) -> ProcedureVersion:
    """One version, a draft too. Raises VersionUnknown, also for whoever may not change the catalogue."""
    version = (
        ProcedureVersion.objects.filter(pk=version_id)
        .select_related("procedure", "based_on", "drafted_by", "saved_by", "published_by")
        .prefetch_related(*WITH_PARTS)
        .first()
    )
    if version is None or not can_change_catalogue(seen_by):
        raise VersionUnknown(field="version")
    return version


def published_of(procedure: Procedure) -> list[ProcedureVersion]:
    """The published versions of a procedure, in the order in which they came into force."""
    return list(
        ProcedureVersion.objects.filter(procedure=procedure, state=VersionState.PUBLISHED)
        .select_related("published_by")
        .order_by("in_force_from", "number")
    )


def version_before(version: ProcedureVersion, day: date) -> ProcedureVersion | None:
    """The published version of the same procedure that is in force on a day."""
    in_force = ProcedureVersion.objects.in_force_on(day).filter(procedure=version.procedure_id)
    return in_force.prefetch_related(*WITH_PARTS).first()


def faults_before_publication(version: ProcedureVersion, day: date | None = None) -> list[Fault]:
    """Everything that keeps a draft from being published, by part and row; empty when nothing does.

    `day` is that on which it comes into force, by default the one for which the draft is meant.
    """
    faults = Faults("")
    kinds = {code: kind.level for code, kind in kinds_of_agencies().items()}
    content = read_version(document_of(version), "", faults, kinds)
    if not faults.found:
        check_publication(content, faults)
        _check_parts(version, day or version.in_force_from, faults)
    _check_results_of(content, faults)
    check_procedure(vars(version.procedure), faults)
    # Places in a draft are told from its own root, as in `fee_rules/2`.
    return [replace(fault, row=fault.row.lstrip("/")) for fault in faults.found]


def _check_results_of(content: Content, faults: Faults) -> None:
    """A paper that is a result is one of procedures that the catalogue has."""
    rows = content.get("components", [])
    named = {code for row in rows for code in row["results_of"]}
    known = set(Procedure.objects.filter(code__in=named).values_list("code", flat=True)) if named else set()
    for number, row in enumerate(rows, 1):
        for code in row["results_of"]:
            if code not in known:
                faults.add(
                    f"components/{number}", "results_of", _("“%s” is no procedure of the catalogue") % code
                )


def _check_parts(version: ProcedureVersion, day: date, faults: Faults) -> None:
    """A group opens cases of procedures that have a version of their own, and of no other group."""
    parts = list(version.linked_parts.all())
    procedures = [part.procedure_id for part in parts]
    in_force = ProcedureVersion.objects.in_force_on(day).filter(procedure__in=procedures)
    is_group = (
        {found.procedure_id: bool(found.parts) for found in in_force.annotate(parts=Count("linked_parts"))}
        if parts
        else {}
    )
    for part in parts:
        place = f"linked_parts/{part.position}"
        if part.procedure_id not in is_group:
            faults.add(place, "procedure", _("has no version in force on %s") % day.strftime("%d/%m/%Y"))
        elif is_group[part.procedure_id]:
            faults.add(place, "procedure", _("is a group itself"))


def agencies_missing(version: ProcedureVersion, day: date) -> list[MissingAgencies]:
    """The kinds of agencies that decide, collect a fee or do a step, and that some unit of their level does not have."""
    named = [
        *(row.agency_kind for row in version.competences.all()),
        *(row.collector_kind for row in version.fee_rules.all() if row.collector_kind),
        *(row.agency_kind for row in version.steps.all() if row.agency_kind),
    ]
    kinds = {kind.pk: kind for kind in named}
    found = [MissingAgencies(kind, list(units_without(kind, day))) for kind in kinds.values()]
    return [each for each in found if each.units]


def difference_between(before: ProcedureVersion, after: ProcedureVersion) -> dict[str, list[Change]]:
    """What differs, part by part, in the reader's language."""
    kinds = {code: kind.title for code, kind in kinds_of_agencies().items()}
    return differences(_said(before), _said(after), kinds)


def _said(version: ProcedureVersion) -> dict[str, Any]:
    content = content_of(version)
    # When a version is in force and on which decision stands beside the difference, not in it.
    return {
        name: value for name, value in content.items() if name not in {"number", "in_force_from", "decision"}
    }


def acts_on(procedure: Procedure, *, seen_by: Actor) -> list[ActShown]:
    """What administrators did with a procedure, newest first; nothing for whoever may not change the catalogue."""
    if not can_change_catalogue(seen_by):
        return []
    who = User.objects.filter(pk=OuterRef("actor_id")).values("full_name")
    acts = AdministrativeAct.objects.filter(subject=procedure.code).annotate(who=Subquery(who))
    return [ActShown(act, act.who or "") for act in acts.order_by("-id")[:MOST_ACTS_SHOWN]]
