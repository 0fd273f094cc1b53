"""What may be asked of the catalogue. The catalogue is public."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import get_language

from apps.calendars.working_time import Limit, Unit
from apps.procedures.choices import Channel
from apps.procedures.errors import (
    ChannelNotOpen,
    LimitNotEstablished,
    ProcedureClosed,
    ProcedureNotInForce,
    ProcedureUnknown,
)
from apps.procedures.models import (
    Competence,
    Component,
    FeeRule,
    Procedure,
    ProcedureVersion,
    Step,
    TimeLimit,
)


@dataclass(frozen=True, slots=True, eq=False)
class VersionRules:
    """Everything a published version says, read once in a process, since it is frozen."""

    version: ProcedureVersion
    competences: tuple[Competence, ...]
    time_limits: tuple[TimeLimit, ...]
    components: tuple[Component, ...]
    fee_rules: tuple[FeeRule, ...]
    steps: tuple[Step, ...]

    @property
    def procedure(self) -> Procedure:
        return self.version.procedure

    @property
    def is_limit_established(self) -> bool:
        return bool(self.time_limits) and all(limit.value is not None for limit in self.time_limits)

    @property
    def is_open_for_filing(self) -> bool:
        return self.is_limit_established and not self.version.closed_note

    def time_limit(self, position: int) -> TimeLimit:
        return next(limit for limit in self.time_limits if limit.position == position)

    def step(self, position: int) -> Step:
        return next(step for step in self.steps if step.position == position)

    def step_after(self, position: int) -> Step | None:
        return next((step for step in self.steps if step.position > position), None)


def as_limit(limit: TimeLimit) -> Limit:
    """A stored limit as the arithmetic wants it. Raises ValueError when its value is not established."""
    if limit.value is None:
        raise ValueError("the limit is not established")
    return Limit(limit.value, Unit(limit.unit), limit.cut_off)


@lru_cache(maxsize=4096)
def rules_of(version_id: int) -> VersionRules:
    """All rows of a published version."""
    version = ProcedureVersion.objects.select_related("procedure").get(pk=version_id)
    of_version = Q(version_id=version_id)
    return VersionRules(
        version=version,
        competences=tuple(
            Competence.objects.filter(of_version).select_related("agency_kind").order_by("position")
        ),
        time_limits=tuple(TimeLimit.objects.filter(of_version).order_by("position")),
        components=tuple(Component.objects.filter(of_version).order_by("position")),
        fee_rules=tuple(FeeRule.objects.filter(of_version).order_by("position")),
        steps=tuple(Step.objects.filter(of_version).order_by("position")),
    )


def rules_in_force(code: str, day: date) -> VersionRules:
    """The version of a procedure in force on a day. Raises ProcedureUnknown, ProcedureNotInForce."""
    found = (
        ProcedureVersion.objects.in_force_on(day)
        .filter(procedure__code=code)
        .values_list("id", flat=True)
        .first()
    )
    if found is not None:
        return rules_of(found)
    if Procedure.objects.filter(code=code).exists():
        raise ProcedureNotInForce(field="procedure", code=code)
    raise ProcedureUnknown(field="procedure", code=code)


def rules_for_filing(code: str, channel: Channel, day: date) -> VersionRules:
    """The version under which a filing of today stands.

    Raises ProcedureUnknown, ProcedureNotInForce, ProcedureClosed, LimitNotEstablished, ChannelNotOpen.
    """
    rules = rules_in_force(code, day)
    if rules.version.closed_note:
        raise ProcedureClosed(field="procedure", code=code, reason=rules.version.closed_text)
    if not rules.is_limit_established:
        raise LimitNotEstablished(field="procedure", code=code)
    if channel not in rules.version.channels:
        raise ChannelNotOpen(field="channel")
    return rules


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
    open_ids = {version.pk for version in versions if not version.closed_note}
    limits = TimeLimit.objects.filter(version_id__in=open_ids).values_list("version_id", "value")
    found = list(limits)
    return {version for version, _value in found} - {version for version, value in found if value is None}


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
        is_open=Q(closed_note="") & Exists(limits) & ~Exists(limits.filter(value__isnull=True))
    )
