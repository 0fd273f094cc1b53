"""What may be asked of the structure. Units and agencies are public."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from apps.core.errors import NotFound
from apps.units.choices import Level
from apps.units.models import AdministrativeUnit, Agency, AgencyKind


def units_on(
    day: date, *, level: Level | str | None = None, parent_id: int | None = None
) -> QuerySet[AdministrativeUnit]:
    """Units valid on a day, narrowed by level or parent."""
    units = AdministrativeUnit.objects.valid_on(day).select_related("parent")
    if level:
        units = units.filter(level=level)
    if parent_id is not None:
        units = units.filter(parent_id=parent_id)
    return units.order_by("code", "id")


def unit_by_id(unit_id: int) -> AdministrativeUnit:
    """Raises NotFound."""
    unit = AdministrativeUnit.objects.select_related("parent").filter(pk=unit_id).first()
    if unit is None:
        raise NotFound(field="unit")
    return unit


def wards_among(unit_ids: Collection[int], day: date) -> set[int]:
    """Those of some ids that are wards valid on a day."""
    storable = [unit_id for unit_id in unit_ids if 0 < unit_id < 2**63]
    wards = AdministrativeUnit.objects.valid_on(day).filter(level=Level.WARD, pk__in=storable)
    return set(wards.values_list("pk", flat=True))


def units_named(unit_ids: Collection[int]) -> dict[int, AdministrativeUnit]:
    """Units by id with what is above them, also those that have ended."""
    found = AdministrativeUnit.objects.filter(pk__in=unit_ids).select_related("parent")
    return {unit.pk: unit for unit in found}


def agencies_on(day: date) -> QuerySet[Agency]:
    return (
        Agency.objects.valid_on(day)
        .select_related("kind", "unit", "unit__parent")
        .order_by("identification_code", "id")
    )


def agencies_found(day: date, *, words: str = "", near: int | None = None, most: int = 60) -> list[Agency]:
    """Agencies whose name or code holds every word; without words those on a unit, above it and beside it."""
    agencies = agencies_on(day)
    if words.split():
        for word in words.split():
            agencies = agencies.filter(
                Q(name__icontains=word) | Q(name_en__icontains=word) | Q(identification_code__iexact=word)
            )
    elif near is not None:
        agencies = agencies.filter(
            Q(unit_id=near) | Q(unit__children=near) | Q(unit__children__children=near)
        )
    return list(agencies[:most])


def units_without(kind: AgencyKind, day: date) -> QuerySet[AdministrativeUnit]:
    """The units of the kind's level on which no agency of that kind sits on a day."""
    there = Agency.objects.valid_on(day).filter(kind=kind, unit=OuterRef("pk"))
    return units_on(day, level=kind.level).filter(~Exists(there)).order_by("parent__code", "code", "id")


def agency_at(kind_id: int, unit_id: int, day: date) -> Agency | None:
    """The one indexed look-up of routing: the agency of a kind that sits on a unit on a day."""
    return (
        Agency.objects.valid_on(day)
        .filter(kind_id=kind_id, unit_id=unit_id)
        .select_related("kind", "unit")
        .first()
    )
