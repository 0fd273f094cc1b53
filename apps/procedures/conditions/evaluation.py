"""Reading a tree over facts. What is not known stays not known, and nothing that a fact may be raises anything."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from apps.procedures.conditions.tree import (
    COMPARISONS,
    MOST_LEVELS,
    MOST_NUMBER,
    PAIRS,
    SEVERAL,
    ConditionMalformed,
    is_always,
)

Facts = Mapping[str, Any]

_ORDERS: dict[str, Callable[[Any, Any], bool]] = {
    "lt": operator.lt,
    "le": operator.le,
    "gt": operator.gt,
    "ge": operator.ge,
}


def holds(condition: Any, facts: Facts) -> bool:
    """Whether a condition holds for these facts. Raises ConditionMalformed, also beyond 20 levels."""
    return _holds(condition, facts, MOST_LEVELS)


def _holds(condition: Any, facts: Facts, levels: int) -> bool:
    if is_always(condition):
        return True
    if levels == 0:
        raise ConditionMalformed("nested too deep")
    match condition:
        case {"all": list(parts)}:
            return all(_holds(part, facts, levels - 1) for part in parts)
        case {"any": list(parts)}:
            return any(_holds(part, facts, levels - 1) for part in parts)
        case {"not": part}:
            return not _holds(part, facts, levels - 1)
        case {"is_answered": str(name)}:
            return is_answered(facts.get(name))
        case {"fact": str(name), "op": "in", "value": values}:
            return isinstance(values, list) and any(_compared("eq", facts.get(name), each) for each in values)
        case {"fact": str(name), "op": "has", "value": value}:
            chosen = facts.get(name)
            return isinstance(chosen, list) and any(_compared("eq", each, value) for each in chosen)
        case {"fact": str(name), "op": str(op), "value": value} if op in COMPARISONS:
            return _compared(op, facts.get(name), _value(value, {}, levels - 1))
        case {"op": str(op), "left": left, "right": right} if op in COMPARISONS:
            return _compared(op, _value(left, facts, levels - 1), _value(right, facts, levels - 1))
    raise ConditionMalformed(f"not a condition: {condition!r}")


def is_answered(value: Any) -> bool:
    """Whether anything was said: blank text and empty lists are no answers."""
    return value is not None and value != [] and not (isinstance(value, str) and not value.strip())


def value_of(expression: Any, facts: Facts) -> Any:
    """What an expression comes to: a whole number, text, truth, date, or None where that is not known.

    Raises ConditionMalformed.
    """
    return _value(expression, facts, MOST_LEVELS)


def _value(node: Any, facts: Facts, levels: int) -> Any:
    if node is None or isinstance(node, bool | int | str | date):
        return node
    if levels == 0:
        raise ConditionMalformed("nested too deep")
    match node:
        case list(values):
            return [_value(each, facts, levels - 1) for each in values]
        case {"date": str(text)}:
            return _as_date(text)
        case {"fact": str(name)} if len(node) == 1:
            return facts.get(name)
        case {"count": str(group)}:
            rows = facts.get(group)
            return len(rows) if isinstance(rows, list) else None
        case {"sum": [str(group), str(name)]}:
            rows = facts.get(group)
            if not isinstance(rows, list):
                return None
            return _total([row.get(name) if isinstance(row, dict) else None for row in rows])
        case dict() if len(node) == 1:
            [(name, operands)] = node.items()
            if name in SEVERAL and isinstance(operands, list) and operands:
                return _SEVERAL[name]([_value(each, facts, levels - 1) for each in operands])
            if name in PAIRS and isinstance(operands, list) and len(operands) == 2:
                first, second = (_value(each, facts, levels - 1) for each in operands)
                return _PAIRS[name](first, second)
    raise ConditionMalformed(f"not an expression: {node!r}")


def _compared(op: str, left: Any, right: Any) -> bool:
    if left is None or right is None:
        return False
    if isinstance(left, date) or isinstance(right, date):
        left, right = _as_date(left), _as_date(right)
        if left is None or right is None:
            return False
    is_same_kind = _kind(left) is _kind(right)
    if op == "eq":
        return is_same_kind and bool(left == right)
    if op == "ne":
        return not is_same_kind or bool(left != right)
    is_ordered = is_same_kind and isinstance(left, int | str | date) and not isinstance(left, bool)
    return is_ordered and _ORDERS[op](left, right)


def _kind(value: Any) -> type:
    """Truth is no number, and a choice of the program's is a text."""
    return next((kind for kind in (bool, int, str, date) if isinstance(value, kind)), type(value))


def _as_date(value: Any) -> date | None:
    """A date, or the one that a text such as 2026-12-31 spells."""
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value) if isinstance(value, str) and len(value) == 10 else None
    except ValueError:
        return None


def _whole(value: Any) -> int | None:
    is_whole = isinstance(value, int) and not isinstance(value, bool) and abs(value) <= MOST_NUMBER
    return value if is_whole else None


def _total(values: Sequence[Any]) -> int | None:
    total = 0
    for value in values:
        if _whole(value) is None:
            return None
        total += value
    return _whole(total)


def _added(values: Sequence[Any]) -> int | date | None:
    day = _as_date(values[0])
    return _total(values) if day is None else _moved(day, _total(values[1:]))


def _moved(day: date, days: int | None) -> date | None:
    try:
        return None if days is None else day + timedelta(days=days)
    except OverflowError:
        return None


def _multiplied(values: Sequence[Any]) -> int | None:
    product: int | None = 1
    for value in values:
        factor = _whole(value)
        product = None if product is None or factor is None else _whole(product * factor)
    return product


def _extreme(choose: Callable[[Any], Any]) -> Callable[[Sequence[Any]], Any]:
    def of(values: Sequence[Any]) -> int | date | None:
        for read in (_whole, _as_date):
            found = [read(value) for value in values]
            if None not in found:
                return choose(found)  # type: ignore[no-any-return]
        return None

    return of


def _subtracted(first: Any, second: Any) -> int | date | None:
    number, day = _whole(second), _as_date(first)
    if number is None:
        return None
    if day is not None:
        return _moved(day, -number)
    return None if _whole(first) is None else _whole(first - number)


def _days(first: Any, second: Any) -> int | None:
    start, end = _as_date(first), _as_date(second)
    return None if start is None or end is None else (end - start).days


def _years(first: Any, second: Any) -> int | None:
    start, end = _as_date(first), _as_date(second)
    if start is None or end is None:
        return None
    if end < start:
        return -_full_years(end, start)
    return _full_years(start, end)


def _full_years(start: date, end: date) -> int:
    return end.year - start.year - ((end.month, end.day) < (start.month, start.day))


_SEVERAL: dict[str, Callable[[Sequence[Any]], Any]] = {
    "add": _added,
    "multiply": _multiplied,
    "min": _extreme(min),
    "max": _extreme(max),
}
_PAIRS: dict[str, Callable[[Any, Any], Any]] = {
    "subtract": _subtracted,
    "days_between": _days,
    "years_between": _years,
}
