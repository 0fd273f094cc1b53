"""Which agency the law makes competent: agency kind of the version × unit of its connecting factor. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from apps.cases.choices import UnroutableReason
from apps.procedures.choices import ConnectingFactor
from apps.procedures.conditions import Facts, holds
from apps.units.choices import Level

if TYPE_CHECKING:
    from apps.procedures.models import Competence, Step
    from apps.procedures.selectors import VersionRules
    from apps.units.models import AdministrativeUnit, AgencyKind


@dataclass(frozen=True, slots=True)
class Place:
    """Where the competent agency sits: the two keys of the one look-up."""

    agency_kind_id: int
    unit_id: int


@dataclass(frozen=True, slots=True)
class Tie:
    """A kind of agency and what ties a case to one of them, where a row says it in other fields than its own."""

    agency_kind: AgencyKind | None
    factor: str


def competence(rules: VersionRules, facts: Facts) -> Competence | None:
    """The first competence of the version whose condition holds."""
    return next((row for row in rules.competences if holds(row.condition, facts)), None)


def place_named(
    row: Competence | Step | Tie | None,
    *,
    connecting_unit: AdministrativeUnit | None,
    receiving_unit: AdministrativeUnit,
    day: date,
) -> Place | UnroutableReason:
    """The place of the competent agency, or of the one that does a step or collects; or the reason why a person must choose."""
    if row is None or row.agency_kind is None:
        return UnroutableReason.NO_COMPETENCE
    unit = receiving_unit if row.factor == ConnectingFactor.RECEIVING_AGENCY else connecting_unit
    if row.factor == ConnectingFactor.FIXED_AGENCY:
        unit = _at_level(connecting_unit or receiving_unit, Level.CITY)
    if unit is None:
        return UnroutableReason.NO_CONNECTING_UNIT
    if not unit.is_valid_on(day):
        return UnroutableReason.UNIT_ENDED
    found = _at_level(unit, Level(row.agency_kind.level))
    if found is None:
        return UnroutableReason.NO_AGENCY
    return Place(agency_kind_id=row.agency_kind.pk, unit_id=found.pk)


def _at_level(unit: AdministrativeUnit, level: Level) -> AdministrativeUnit | None:
    """The unit itself or the one above it of that level."""
    at: AdministrativeUnit | None = unit
    while at is not None and at.level != level:
        at = at.parent
    return at
