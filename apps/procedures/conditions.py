"""Conditions of limits, fees, papers and competence: one small expression tree over named facts, pure.

    null                                              always
    {"fact": "channel", "op": "eq", "value": "online"}  a comparison: eq ne lt le gt ge in
    {"all": […]}  {"any": […]}  {"not": …}               combinations

A comparison with a fact that is not known is false, so that a rule never applies by accident.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any

Facts = Mapping[str, Any]

# Facts that the program itself provides, beside the answers of the form.
KNOWN_FACTS = frozenset(
    {
        "channel",  # counter, online, post
        "copies",  # how many copies are asked for
        "pages",  # pages of the original
        "subject_age",  # full years of the person concerned on the day of receipt
        "applicant_kind",  # citizen, business
        "unit_kind",  # quận, huyện, phường, xã, thị trấn… of the connecting factor
        "outcome",  # granted, partly, refused
    }
)

_OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "lt": operator.lt,
    "le": operator.le,
    "gt": operator.gt,
    "ge": operator.ge,
    "in": lambda fact, values: fact in values,
}


class ConditionMalformed(ValueError):
    """A condition that is not of the three forms above; found when a version is loaded or published."""


def holds(condition: Any, facts: Facts) -> bool:
    """Whether a condition holds for these facts. Raises ConditionMalformed."""
    if not condition:
        return True
    match condition:
        case {"all": list(parts)}:
            return all(holds(part, facts) for part in parts)
        case {"any": list(parts)}:
            return any(holds(part, facts) for part in parts)
        case {"not": part}:
            return not holds(part, facts)
        case {"fact": str(name), "op": str(op), "value": value} if op in _OPERATORS:
            if facts.get(name) is None:
                return False
            try:
                return _OPERATORS[op](facts[name], value)
            except TypeError:
                return False
    raise ConditionMalformed(f"not a condition: {condition!r}")


def facts_used(condition: Any) -> set[str]:
    """The names a condition reads. Raises ConditionMalformed, also for combinations nested deeper than 20."""
    return _facts_used(condition, 20)


def _facts_used(condition: Any, depth: int) -> set[str]:
    if depth == 0:
        raise ConditionMalformed("nested too deep")
    if not condition:
        return set()
    match condition:
        case {"all": list(parts)} | {"any": list(parts)}:
            return set().union(*(_facts_used(part, depth - 1) for part in parts))
        case {"not": part}:
            return _facts_used(part, depth - 1)
        case {"fact": str(name), "op": str(op), "value": _} if op in _OPERATORS:
            return {name}
    raise ConditionMalformed(f"not a condition: {condition!r}")
