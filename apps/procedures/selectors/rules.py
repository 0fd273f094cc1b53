"""What a version says, and which version is in force."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.db.models import Q
from django.utils.translation import gettext as _

from apps.calendars.working_time import Limit, Unit
from apps.procedures.choices import Channel, VersionState
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
    LinkedPart,
    Procedure,
    ProcedureVersion,
    Step,
    TimeLimit,
)

_KEPT_SECONDS = 60


@dataclass(frozen=True, slots=True, eq=False)
class VersionRules:
    """Everything a published version says, read once in a process, since it is frozen."""

    version: ProcedureVersion
    competences: tuple[Competence, ...]
    time_limits: tuple[TimeLimit, ...]
    components: tuple[Component, ...]
    fee_rules: tuple[FeeRule, ...]
    steps: tuple[Step, ...]
    linked_parts: tuple[LinkedPart, ...] = ()

    @property
    def procedure(self) -> Procedure:
        return self.version.procedure

    @property
    def is_group(self) -> bool:
        """Whether an application opens several cases, each under the rules of its part."""
        return bool(self.linked_parts)

    @property
    def is_limit_established(self) -> bool:
        """Whether a time can be promised. A group that states none for the whole has that of its latest case."""
        if self.is_group:
            return True
        return bool(self.time_limits) and all(limit.value is not None for limit in self.time_limits)

    @property
    def total_limit(self) -> TimeLimit | None:
        """The limit that a group states for all its cases together; None where it states none."""
        stated = self.time_limits[0] if self.is_group else None
        return stated if stated is not None and stated.value is not None else None

    def is_open_for_filing(self, day: date) -> bool:
        """Whether somebody can file under this version on a day."""
        return self.is_limit_established and not self.closed_because(day)

    def closed_because(self, day: date) -> str:
        """Why nobody can file on a day, in the reader's language; empty where nothing closes it."""
        return closed_because(self.version, self.procedure) or group_closed_because(self, day)

    def time_limit(self, position: int) -> TimeLimit:
        return next(limit for limit in self.time_limits if limit.position == position)

    def step(self, position: int) -> Step:
        return next(step for step in self.steps if step.position == position)

    def steps_after(self, position: int) -> list[Step]:
        return [step for step in self.steps if step.position > position]


def closed_because(version: ProcedureVersion, procedure: Procedure) -> str:
    """Why nobody can file under a version, in the reader's language; empty where nothing closes it."""
    if procedure.left_list_on is not None:
        day = procedure.left_list_on.strftime("%d/%m/%Y")
        return _("It left the national list on %(day)s.") % {"day": day}
    return procedure.closed_text or version.closed_text


@dataclass(frozen=True, slots=True)
class PartInForce:
    """A part of a group with the rules of its procedure in force on a day; `procedure` as it stands at this moment."""

    part: LinkedPart
    procedure: Procedure
    rules: VersionRules | None

    @property
    def closed_because(self) -> str:
        """Why no case of it can be opened, in the reader's language; empty where nothing keeps it closed."""
        said = {"code": self.procedure.code, "name": self.procedure.title}
        if self.rules is None:
            return _("Its part %(code)s (%(name)s) is not in force.") % said
        if reason := closed_because(self.rules.version, self.procedure):
            return _("Its part %(code)s (%(name)s) is closed: %(reason)s") % {**said, "reason": reason}
        if not self.rules.is_limit_established:
            return _("The time limit of its part %(code)s (%(name)s) is not established.") % said
        return ""


def parts_in_force(rules: VersionRules, day: date) -> list[PartInForce]:
    """The parts of a group in their order, as they stand on a day; nothing for a procedure that is no group."""
    if not rules.is_group:
        return []
    in_force = {
        version.procedure_id: version
        for version in ProcedureVersion.objects.in_force_on(day)
        .filter(procedure__in=[part.procedure_id for part in rules.linked_parts])
        .select_related("procedure")
    }
    found = []
    for part in rules.linked_parts:
        version = in_force.get(part.procedure_id)
        procedure = version.procedure if version else part.procedure
        found.append(PartInForce(part, procedure, rules_of(version.pk) if version else None))
    return found


def group_closed_because(rules: VersionRules, day: date) -> str:
    """Which part keeps a group closed, and why: every part has a limit, whatever the group states for the whole."""
    return next((why for each in parts_in_force(rules, day) if (why := each.closed_because)), "")


def as_limit(limit: TimeLimit) -> Limit:
    """A stored limit as the arithmetic wants it. Raises ValueError when its value is not established."""
    if limit.value is None:
        raise ValueError("the limit is not established")
    return Limit(limit.value, Unit(limit.unit), limit.cut_off)


def window_of(version: ProcedureVersion, name: str) -> Limit | None:
    """How long a case waits for the applicant: `supplement`, `payment` or `confirmation`; None without a window."""
    value = getattr(version, f"{name}_window")
    return None if value is None else Limit(value, Unit(getattr(version, f"{name}_window_unit")))


def most_with_verification(limit: TimeLimit) -> Limit | None:
    """The most that a limit gives in all where facts must be verified; None where it gives no more."""
    if limit.verified_value is None:
        return None
    return Limit(limit.verified_value, Unit(limit.verified_unit))


def rules_of(version_id: int) -> VersionRules:
    """All rows of a published version.

    Read once a minute in a process: the version is frozen, but what the national list says of its procedure is not.
    """
    return _rules_of(version_id, int(time.monotonic() // _KEPT_SECONDS))


@lru_cache(maxsize=4096)
def _rules_of(version_id: int, minute: int) -> VersionRules:
    return rules_as_stored(version_id)


def rules_as_stored(version_id: int) -> VersionRules:
    """All rules of a version as they stand now, a draft's too, which is not kept."""
    version = ProcedureVersion.objects.select_related("procedure").get(pk=version_id)
    of_version = Q(version_id=version_id)
    return VersionRules(
        version=version,
        competences=tuple(
            Competence.objects.filter(of_version).select_related("agency_kind").order_by("position")
        ),
        time_limits=tuple(TimeLimit.objects.filter(of_version).order_by("position")),
        components=tuple(Component.objects.filter(of_version).order_by("position")),
        fee_rules=tuple(
            FeeRule.objects.filter(of_version).select_related("collector_kind").order_by("position")
        ),
        steps=tuple(Step.objects.filter(of_version).select_related("agency_kind").order_by("position")),
        linked_parts=tuple(
            LinkedPart.objects.filter(of_version).select_related("procedure").order_by("position")
        ),
    )


def rules_in_force(code: str, day: date) -> VersionRules:
    """The version of a procedure in force on a day. Raises ProcedureUnknown, ProcedureNotInForce."""
    return _in_force(code, day)[0]


def _in_force(code: str, day: date) -> tuple[VersionRules, Procedure]:
    """The same, and the procedure as it stands at this moment: it may have been closed since the rules were read."""
    found = (
        ProcedureVersion.objects.in_force_on(day)
        .filter(procedure__code=code)
        .select_related("procedure")
        .only("id", "procedure")
        .first()
    )
    if found is not None:
        return rules_of(found.pk), found.procedure
    if Procedure.objects.filter(code=code).exists():
        raise ProcedureNotInForce(field="procedure", code=code)
    raise ProcedureUnknown(field="procedure", code=code)


def is_said_of_fees(procedure_id: int, field: str, text: str) -> bool:
    """Whether some published version of a procedure has this text as the `name` or the `legal_basis` of a fee."""
    rules = FeeRule.objects.filter(version__procedure_id=procedure_id, version__state=VersionState.PUBLISHED)
    return rules.filter(**{field: text}).exists()


def rules_for_filing(code: str, channel: Channel, day: date) -> VersionRules:
    """The version under which a filing of today stands.

    Raises ProcedureUnknown, ProcedureNotInForce, ProcedureClosed, LimitNotEstablished, ChannelNotOpen.
    """
    rules, procedure = _in_force(code, day)
    if reason := closed_because(rules.version, procedure) or group_closed_because(rules, day):
        raise ProcedureClosed(field="procedure", code=code, reason=reason)
    if not rules.is_limit_established:
        raise LimitNotEstablished(field="procedure", code=code)
    if channel not in rules.version.channels:
        raise ChannelNotOpen(field="channel")
    return rules
