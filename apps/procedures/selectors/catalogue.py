"""The catalogue as the public looks for something in it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import get_language

from apps.procedures.models import LinkedPart, ProcedureVersion, TimeLimit


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


def open_among(versions: Iterable[ProcedureVersion], day: date) -> set[int]:
    """The ids of those versions under which somebody can file on a day: not closed, every time limit established."""
    among = ProcedureVersion.objects.filter(pk__in=[version.pk for version in versions])
    return set(with_openness(among, day).filter(Q(is_open=True)).values_list("pk", flat=True))


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


def with_openness(versions: QuerySet[ProcedureVersion], day: date) -> QuerySet[ProcedureVersion]:
    """Adds `is_open`: nothing closes the version and every limit of it is established; of a group, every limit of the
    versions in force of its parts.
    """
    parts = LinkedPart.objects.filter(version=OuterRef("pk"))
    ready = ProcedureVersion.objects.in_force_on(day).filter(
        _NOTHING_CLOSES, _has_limits(), procedure=OuterRef("procedure")
    )
    return versions.annotate(
        is_open=_NOTHING_CLOSES & (_has_limits() | Exists(parts)) & ~Exists(parts.filter(~Exists(ready)))
    )


_NOTHING_CLOSES = Q(closed_note="", procedure__closed_note="", procedure__left_list_on__isnull=True)


def _has_limits() -> Q:
    limits = TimeLimit.objects.filter(version=OuterRef("pk"))
    return Q(Exists(limits)) & ~Q(Exists(limits.filter(value__isnull=True)))
