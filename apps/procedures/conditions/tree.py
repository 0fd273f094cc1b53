"""What a tree may be made of, and how large it may grow."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

MOST_LEVELS = 20
MOST_NODES = 400
# Beyond this a whole number is not exact in a browser, and no answer means it.
MOST_NUMBER = 10**15

ORDERS = ("lt", "le", "gt", "ge")
EQUALITIES = ("eq", "ne")
COMPARISONS = (*EQUALITIES, *ORDERS)
# The last two only with a value: one of a list, and a choice among several chosen.
OPERATORS = (*COMPARISONS, "in", "has")
# Of two or more values, and of exactly two.
SEVERAL = ("add", "multiply", "min", "max")
PAIRS = ("subtract", "years_between", "days_between")


class ConditionMalformed(ValueError):
    """A tree that is none of the forms named above; found when a version is loaded or published."""


def is_always(condition: Any) -> bool:
    """Whether a condition is the empty one, which always holds."""
    return condition is None or condition == {}


def size_of(tree: Any) -> tuple[int, int]:
    """(levels, nodes) of a tree, counted no further than just beyond what is allowed."""
    levels = nodes = 0
    waiting: list[tuple[Any, int]] = [(tree, 1)]
    while waiting:
        node, level = waiting.pop()
        nodes += 1
        inner: Iterator[Any] = iter(())
        if isinstance(node, dict):
            levels, inner, level = max(levels, level), iter(node.values()), level + 1
        elif isinstance(node, list | tuple):
            inner = iter(node)
        if levels > MOST_LEVELS or nodes > MOST_NODES:
            break
        waiting += [(each, level) for each in inner]
    return levels, nodes
