"""Which questions hang on which: the order in which visibility is decided, and the circles that nobody could decide."""

from __future__ import annotations

from collections.abc import Mapping
from graphlib import CycleError, TopologicalSorter
from typing import Any

from apps.procedures.conditions import facts_used
from apps.procedures.forms.kinds import names_in_order, questions_in


def in_order_of_dependence(schema: Mapping[str, Any]) -> list[str]:
    """The questions, each after those on which its being asked depends. Raises CycleError, ConditionMalformed."""
    questions = questions_in(schema)
    if not any("x-visible-if" in question for question in questions.values()):
        return names_in_order(schema)
    graph = TopologicalSorter[str]()
    for name in names_in_order(schema):
        read = facts_used(questions[name].get("x-visible-if"))
        graph.add(name, *sorted(read & set(questions)))
    return list(graph.static_order())


def circle_in(schema: Mapping[str, Any]) -> list[str]:
    """Questions of which each is asked only if another of them is answered; empty where there is no circle."""
    try:
        in_order_of_dependence(schema)
    except CycleError as error:
        circle: list[str] = error.args[1]
        return circle
    return []
