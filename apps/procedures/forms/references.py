"""What in a form refers to one of its questions, so that it is neither taken away nor called otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from apps.procedures.conditions import ConditionMalformed, facts_used
from apps.procedures.forms.editing import joined, split
from apps.procedures.forms.kinds import Kind, kind_of, names_in_order, questions_in

CONDITIONS = ("x-visible-if", "x-required-if")
PARTY_PARTS = ("name", "identity", "born_on")


@dataclass(frozen=True, slots=True)
class Reference:
    """One thing that refers to a question: a `question` by its path, or the number of a `rule` or of a `party`."""

    kind: str
    at: str


def references_to(schema: Mapping[str, Any], path: str) -> list[Reference]:
    """Everything in the form that refers to the question at `path`, itself and the questions in its own rows left out."""
    return list(_references(schema, path))


def _references(schema: Mapping[str, Any], path: str) -> Iterator[Reference]:
    group, name = split(path)
    for other in names_in_order(schema):
        question = questions_in(schema)[other]
        if other != path and _conditions_read(question, path):
            yield Reference("question", other)
        if isinstance(question, dict) and kind_of(question) == Kind.GROUP and other != path:
            rows = questions_in(question.get("items", {}))
            for field, each in rows.items():
                # In a row the row's own answers come first.
                wanted = name if group == other else "" if path in rows else path
                if wanted and joined(other, field) != path and _conditions_read(each, wanted):
                    yield Reference("question", joined(other, field))
    for number, rule in enumerate(schema.get("x-eligibility", ()), 1):
        if reads(rule.get("condition"), path):
            yield Reference("rule", str(number))
    for number, party in enumerate(schema.get("x-parties", ()), 1):
        if not group and name in {party.get(part) for part in PARTY_PARTS}:
            yield Reference("party", str(number))


def _conditions_read(question: Any, path: str) -> bool:
    return isinstance(question, dict) and any(reads(question.get(hint), path) for hint in CONDITIONS)


def reads(condition: Any, path: str) -> bool:
    """Whether a condition reads a question: by its code, or in a sum over the rows of a group."""
    try:
        facts = facts_used(condition)
    except ConditionMalformed:
        return False
    group, name = split(path)
    return (group, name) in _sums(condition) if group else name in facts


def _sums(node: Any) -> set[tuple[str, str]]:
    """(group, code) of every sum; only asked of a tree that `facts_used` has found bounded."""
    if isinstance(node, list):
        return set[tuple[str, str]]().union(*map(_sums, node))
    if not isinstance(node, dict):
        return set()
    of = node.get("sum")
    here = {(str(of[0]), str(of[1]))} if isinstance(of, list) and len(of) == 2 else set[tuple[str, str]]()
    return here.union(*map(_sums, node.values()))
