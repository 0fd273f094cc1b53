"""What is wrong with a tree, each fault with its path in the tree and a sentence; and which facts it reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from apps.procedures.conditions.facts import Shape, Type
from apps.procedures.conditions.tree import (
    COMPARISONS,
    EQUALITIES,
    MOST_LEVELS,
    MOST_NODES,
    MOST_NUMBER,
    OPERATORS,
    PAIRS,
    SEVERAL,
    ConditionMalformed,
    is_always,
    size_of,
)

ORDERED = (Type.WHOLE, Type.DATE)


@dataclass(frozen=True, slots=True)
class Misfit:
    """One thing wrong: where in the tree (`all/2/left`, counted from 1; empty for the whole), and a sentence."""

    path: str
    message: str


def misfits_in(condition: Any, shapes: Mapping[str, Shape]) -> list[Misfit]:
    """Everything wrong with a condition that may read these facts; empty when it may be used."""
    levels, nodes = size_of(condition)
    if levels > MOST_LEVELS:
        return [Misfit("", _("is nested deeper than %d levels") % MOST_LEVELS)]
    if nodes > MOST_NODES:
        return [Misfit("", _("has more than %d parts") % MOST_NODES)]
    return list(_condition(condition, shapes, ""))


def facts_used(condition: Any) -> set[str]:
    """The names that a condition reads; of a repeated group the group's. Raises ConditionMalformed, also beyond 20 levels."""
    levels, nodes = size_of(condition)
    if levels > MOST_LEVELS or nodes > MOST_NODES:
        raise ConditionMalformed("nested too deep or too large")
    # Of every fact that is read this asks nothing, so that what remains is what is malformed.
    unknown = _Everything()
    if next(_condition(condition, unknown, ""), None) is not None:
        raise ConditionMalformed(f"not a condition: {condition!r}")
    return unknown.read


class _Everything(Mapping[str, Shape]):
    """Facts of which nothing is known but that somebody asked for them."""

    def __init__(self) -> None:
        self.read: set[str] = set()

    def __getitem__(self, name: str) -> Shape:
        self.read.add(name)
        return Shape(Type.OTHER, name, name, fields=_Everything())

    def __iter__(self) -> Iterator[str]:
        return iter(self.read)

    def __len__(self) -> int:
        return len(self.read)


def _under(path: str, *steps: object) -> str:
    return "/".join(part for part in (path, *map(str, steps)) if part)


def _condition(condition: Any, shapes: Mapping[str, Shape], path: str) -> Iterator[Misfit]:
    if is_always(condition):
        return
    match condition:
        case {"all": list(parts)} | {"any": list(parts)} if len(condition) == 1 and parts:
            name = next(iter(condition))
            for place, part in enumerate(parts, 1):
                yield from _condition(part, shapes, _under(path, name, place))
        case {"not": part} if len(condition) == 1:
            yield from _condition(part, shapes, _under(path, "not"))
        case {"is_answered": str(name)} if len(condition) == 1:
            yield from _read(name, shapes, path)
        case {"fact": str(name), "op": str(op), "value": value} if len(condition) == 3 and op in OPERATORS:
            yield from _with_value(name, op, value, shapes, path)
        case {"op": str(op), "left": left, "right": right} if len(condition) == 3 and op in COMPARISONS:
            yield from _of_two(op, left, right, shapes, path)
        case _:
            yield Misfit(path, _("is not a condition"))


def _read(name: str, shapes: Mapping[str, Shape], path: str) -> Iterator[Misfit]:
    if shapes.get(name) is None:
        yield Misfit(path, _("reads “%s”, which nobody knows") % name)


def _with_value(name: str, op: str, value: Any, shapes: Mapping[str, Shape], path: str) -> Iterator[Misfit]:
    shape = shapes.get(name)
    if shape is None:
        yield from _read(name, shapes, path)
        return
    if op == "in" and not isinstance(value, list):
        yield Misfit(_under(path, "value"), _("must be a list"))
        return
    if op == "has" and shape.type not in (Type.CHOICES, Type.OTHER):
        yield Misfit(path, _("“%s” does not take several choices") % name)
        return
    if op in ("eq", "in") and shape.type in (Type.CHOICES, Type.ROWS):
        yield Misfit(path, _("“%s” cannot be compared like this") % name)
        return
    if op not in (*EQUALITIES, "in", "has") and shape.type not in (*ORDERED, Type.OTHER):
        yield Misfit(path, _("“%s” has no order of more and less") % name)
        return
    for each in value if op == "in" else [value]:
        if not _may_be(shape, each):
            # In full, so that a person sees which of the values is meant.
            yield Misfit(path, _("“%(name)s” is never %(value)s") % {"name": name, "value": each})


def _may_be(shape: Shape, value: Any) -> bool:
    if shape.choices:
        return isinstance(value, str) and value in shape.choices
    match shape.type:
        case Type.WHOLE:
            return _is_whole(value)
        case Type.DATE:
            return _is_date(value) or (isinstance(value, dict) and _is_date(value.get("date")))
        case Type.TRUTH:
            return isinstance(value, bool)
        case Type.TEXT:
            return isinstance(value, str)
        case Type.OTHER:
            return isinstance(value, bool | int | str) or (
                isinstance(value, dict) and set(value) == {"date"} and _is_date(value["date"])
            )
    return False


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) <= MOST_NUMBER


def _is_date(value: Any) -> bool:
    try:
        return isinstance(value, str) and len(value) == 10 and date.fromisoformat(value) is not None
    except ValueError:
        return False


def _of_two(op: str, left: Any, right: Any, shapes: Mapping[str, Shape], path: str) -> Iterator[Misfit]:
    first = yield from _expression(left, shapes, _under(path, "left"))
    second = yield from _expression(right, shapes, _under(path, "right"))
    if first is None or second is None or Type.OTHER in (first, second):
        return
    if first == Type.DATE and _is_date(right):
        second = Type.DATE
    if first != second:
        yield Misfit(
            path, _("compares %(one)s with %(other)s") % {"one": _kind(first), "other": _kind(second)}
        )
    elif first in (Type.CHOICES, Type.ROWS) or (op not in EQUALITIES and first not in ORDERED):
        yield Misfit(path, _("cannot compare %s like this") % _kind(first))
    for fact, value in ((left, right), (right, left)):
        shape = shapes.get(str(fact["fact"])) if isinstance(fact, dict) and "fact" in fact else None
        if shape is not None and shape.choices and isinstance(value, str) and value not in shape.choices:
            yield Misfit(path, _("“%(name)s” is never %(value)s") % {"name": fact["fact"], "value": value})


def _kind(type: Type) -> str:
    return {
        Type.WHOLE: _("a whole number"),
        Type.DATE: _("a date"),
        Type.TEXT: _("a text"),
        Type.TRUTH: _("yes or no"),
        Type.CHOICES: _("several choices"),
        Type.ROWS: _("a repeated group"),
        Type.OTHER: _("something else"),
    }[type]


def _expression(node: Any, shapes: Mapping[str, Shape], path: str) -> Any:
    """A generator of misfits that returns the type of the value; None where it has none."""
    if isinstance(node, bool):
        return Type.TRUTH
    if isinstance(node, str):
        return Type.TEXT
    if _is_whole(node):
        return Type.WHOLE
    if isinstance(node, dict) and len(node) == 1:
        [(name, of)] = node.items()
        if name == "date" and _is_date(of):
            return Type.DATE
        if name == "fact" and isinstance(of, str):
            yield from _read(of, shapes, path)
            return shape.type if (shape := shapes.get(of)) else None
        if name == "count" and isinstance(of, str):
            yield from _rows(of, shapes, path)
            return Type.WHOLE
        if name == "sum" and isinstance(of, list) and len(of) == 2 and all(isinstance(x, str) for x in of):
            yield from _rows(of[0], shapes, path, of[1])
            return Type.WHOLE
        is_several = name in SEVERAL and isinstance(of, list) and len(of) >= 2
        if is_several or (name in PAIRS and isinstance(of, list) and len(of) == 2):
            types = []
            for place, each in enumerate(of, 1):
                types.append((yield from _expression(each, shapes, _under(path, name, place))))
            return (yield from _computed(name, types, path))
    yield Misfit(path, _("is not an expression"))
    return None


def _rows(group: str, shapes: Mapping[str, Shape], path: str, field: str = "") -> Iterator[Misfit]:
    shape = shapes.get(group)
    if shape is None:
        yield from _read(group, shapes, path)
    elif shape.type not in (Type.ROWS, Type.OTHER):
        yield Misfit(path, _("“%s” is not a repeated group") % group)
    elif field and ((of := shape.fields.get(field)) is None or of.type not in (Type.WHOLE, Type.OTHER)):
        yield Misfit(
            path, _("the rows of “%(group)s” have no number “%(field)s”") % {"group": group, "field": field}
        )


def _computed(name: str, types: list[Type | None], path: str) -> Any:
    """The type that a computation gives, from those of its operands."""
    if None in types:
        return None
    known = [type for type in types if type is not None and type != Type.OTHER]
    result: Type
    if name in ("years_between", "days_between"):
        fits, result = all(type == Type.DATE for type in known), Type.WHOLE
    elif name in ("min", "max"):
        fits = len(set(known)) <= 1 and set(known) <= set(ORDERED)
        result = known[0] if known else Type.OTHER
    elif name in ("add", "subtract") and types[0] == Type.DATE:
        fits, result = all(type == Type.WHOLE for type in known[1:]), Type.DATE
    else:
        fits = all(type == Type.WHOLE for type in known)
        result = Type.OTHER if types[0] == Type.OTHER and name in ("add", "subtract") else Type.WHOLE
    if not fits:
        kinds = ", ".join(_kind(type) for type in types if type)
        yield Misfit(path, _("“%(name)s” cannot compute with %(kinds)s") % {"name": name, "kinds": kinds})
        return None
    return result
