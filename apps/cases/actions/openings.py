"""Which cases a filing opens: one, or those of a group's parts whose condition holds, each under rules of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from apps.procedures.conditions import Facts, holds
from apps.procedures.models import FeeRule
from apps.procedures.selectors import VersionRules, parts_in_force
from apps.procedures.tariff import AssessedFee, assess


@dataclass(frozen=True, slots=True)
class Opening:
    """One case to be opened. `waits_for` are the places, from 0, of those before it for whose results it waits.

    `facts` are those of the filing, and of which group the case is a part.
    """

    rules: VersionRules
    facts: Facts
    waits_for: tuple[int, ...] = ()

    def fees(self, at: datetime) -> list[AssessedFee]:
        """What this case costs by the rules of its own procedure, as of the day of filing."""
        rules: Sequence[FeeRule] = self.rules.fee_rules
        return assess(rules, self.facts, timezone.localdate(at))


def openings_of(rules: VersionRules, of_filing: Facts, at: datetime) -> list[Opening]:
    """The cases that a filing opens, in the order of the procedure: whoever waits stands after what it waits for."""
    if not rules.is_group:
        return [Opening(rules, of_filing)]
    facts = {**of_filing, "group": rules.procedure.code}
    opened: list[Opening] = []
    places: dict[int, int] = {}
    for each in parts_in_force(rules, timezone.localdate(at)):
        if each.rules is None or not holds(each.part.condition, of_filing):
            continue
        waits_for = tuple(places[position] for position in each.part.waits_for if position in places)
        places[each.part.position] = len(opened)
        opened.append(Opening(each.rules, facts, waits_for))
    return opened
