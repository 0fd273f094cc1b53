"""The catalogue as the public looks for something in it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import get_language

from apps.procedures.models import ProcedureVersion, TimeLimit
from apps.procedures.selectors.rules import closed_because


def catalogue(
    day: date, *, words: str = "", field: str = "", audience: str = ""
) -> QuerySet[ProcedureVersion]:
    """Versions in force on a day, found by words of the name or the code, by field, by whom they are for."""
    versions = ProcedureVersion.objects.in_force_on(day).select_related("procedure")
    for word in words.split():
        versions = versions.filter(
            Q(procedure__name__icontains=word)
            | Q(procedure__name_en__icontains=word)
            | Q(procedure__code__startswith=word)
        )
    if field:
        versions = versions.filter(procedure__field=field)
    if audience == "citizens":
        versions = versions.filter(procedure__for_citizens=True)
    elif audience == "businesses":
        versions = versions.filter(procedure__for_businesses=True)
    return versions.order_by("procedure__field", "procedure__code", "id")


def open_among(versions: Iterable[ProcedureVersion]) -> set[int]:
    """The ids of those versions under which somebody can file: not closed, and every time limit established."""
    open_ids = {version.pk for version in versions if not closed_because(version, version.procedure)}
    found = list(TimeLimit.objects.filter(version_id__in=open_ids).values_list("version_id", "value"))
    return {version for version, value in found} - {version for version, value in found if value is None}


def fields_of_catalogue(day: date) -> list[tuple[str, str]]:
    """The fields in which procedures are in force on a day: (name, name in the reader's language)."""
    in_force = ProcedureVersion.objects.in_force_on(day)
    names = (
        in_force.values_list("procedure__field", "procedure__field_en")
        .distinct()
        .order_by("procedure__field")
    )
    in_english = get_language() == "en"
    return [(name, name_en if in_english else name) for name, name_en in names]


def with_openness(versions: QuerySet[ProcedureVersion]) -> QuerySet[ProcedureVersion]:
    """Adds `is_open`: nothing closes the version and every limit of it is established."""
    limits = TimeLimit.objects.filter(version=OuterRef("pk"))
    return versions.annotate(
        is_open=Q(closed_note="", procedure__closed_note="", procedure__left_list_on__isnull=True)
        & Exists(limits)
        & ~Exists(limits.filter(value__isnull=True))
    )
