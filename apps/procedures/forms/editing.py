"""A form being edited: questions put in, moved and taken out, sections put in order. Pure: each gives a new form back.

A question is named by its path: its code, or `group.code` in the rows of a repeated group.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from apps.procedures.conditions import KNOWN_FACTS
from apps.procedures.forms.kinds import Kind, kind_of, names_in_order, questions_in

Form = dict[str, Any]
MOST_OF_CODE = 40


@dataclass(frozen=True, slots=True)
class Place:
    """Where a question stands: in the rows of a group, or in the form itself, under a section or under none."""

    group: str = ""
    section: str = ""


def blank_rows() -> Form:
    """The rows of a new group, which asks nothing yet."""
    return {"type": "object", "properties": {}, "required": [], "additionalProperties": False, "x-order": []}


def split(path: str) -> tuple[str, str]:
    """(group, code) of a path; the group is empty for a question of the form itself."""
    group, _dot, name = path.rpartition(".")
    return group, name


def joined(group: str, name: str) -> str:
    """The path of a question of a group, or of the form itself."""
    return f"{group}.{name}" if group else name


def holder(schema: Mapping[str, Any], group: str) -> Mapping[str, Any]:
    """The form itself, or what the rows of a group ask; nothing is asked by what is no group."""
    if not group:
        return schema
    question = questions_in(schema).get(group)
    items = question.get("items") if isinstance(question, dict) and kind_of(question) == Kind.GROUP else None
    return items if isinstance(items, dict) and isinstance(items.get("properties"), dict) else {}


def question_at(schema: Mapping[str, Any], path: str) -> Mapping[str, Any] | None:
    """The question of a path, or nothing."""
    group, name = split(path)
    found = questions_in(holder(schema, group)).get(name)
    return found if isinstance(found, dict) else None


def place_of(schema: Mapping[str, Any], path: str) -> Place:
    """Where a question stands."""
    group, _name = split(path)
    question = question_at(schema, path) or {}
    return Place(group) if group else Place("", question.get("x-section") or "")


def section_names(schema: Mapping[str, Any]) -> list[str]:
    """The names of the sections in their order."""
    return [each["name"] for each in schema.get("x-sections", ())]


def code_from(title: str, taken: Collection[str]) -> str:
    """A code for a question of this title that nobody else has: small letters without marks, digits, `_`."""
    plain = unicodedata.normalize("NFD", title.replace("đ", "d").replace("Đ", "d"))
    letters = "".join(each for each in plain if not unicodedata.combining(each)).lower()
    code = re.sub(r"[^a-z0-9]+", "_", letters).strip("_")[:MOST_OF_CODE].rstrip("_")
    if not code[:1].isalpha():
        code = f"q_{code}".rstrip("_")
    found, number = code, 1
    while found in taken or found in KNOWN_FACTS:
        number += 1
        found = f"{code}_{number}"
    return found


def with_question(
    schema: Mapping[str, Any],
    path: str,
    question: Mapping[str, Any],
    *,
    name: str,
    place: Place,
    is_required: bool,
) -> Form:
    """The form with a question in it, instead of the one at `path`, which is empty for a new one.

    It stays where it stands unless `place` is another one, at whose end it then comes. That `name` is free there, and
    that nothing refers to an old name or place, the caller has asked (`references.py`).
    """
    stays = bool(path) and place_of(schema, path) == place
    old = split(path)[1]
    found = deepcopy(dict(schema)) if stays or not path else without_question(schema, path)
    asks = _writable(found, place.group)
    order: list[str] = asks["x-order"]
    put = {key: value for key, value in question.items() if key != "x-section"}
    if place.section:
        put["x-section"] = place.section
    if stays:
        order[order.index(old)] = name
        asks["properties"] = {
            name if each == old else each: put if each == old else value
            for each, value in asks["properties"].items()
        }
        asks["required"] = [each for each in asks["required"] if each != old]
    else:
        order.insert(_end_of(asks, section_names(found), place), name)
        asks["properties"][name] = put
    if is_required:
        asks["required"].append(name)
    asks["required"].sort(key=order.index)
    return found


def without_question(schema: Mapping[str, Any], path: str) -> Form:
    """The form without one of its questions."""
    found = deepcopy(dict(schema))
    group, name = split(path)
    asks = _writable(found, group)
    asks["properties"].pop(name, None)
    asks["x-order"] = [each for each in asks["x-order"] if each != name]
    asks["required"] = [each for each in asks["required"] if each != name]
    return found


def moved(schema: Mapping[str, Any], path: str, by: int) -> Form:
    """The form with a question one place up (`by` is -1) or down (1). At the edge of a section it goes over into the next."""
    found = deepcopy(dict(schema))
    group, name = split(path)
    asks = _writable(found, group)
    order, questions = asks["x-order"], asks["properties"]
    if name not in order or not 0 <= order.index(name) + by < len(order):
        return found
    here = order.index(name)
    neighbour = order[here + by]
    section = _section(questions[neighbour])
    if group or _section(questions[name]) == section:
        order[here], order[here + by] = neighbour, name
    elif section:
        questions[name]["x-section"] = section
    else:
        del questions[name]["x-section"]
    return found


def with_sections(schema: Mapping[str, Any], sections: Sequence[Mapping[str, Any]]) -> Form:
    """The form under these sections: its questions follow their order; those of a section that is gone stay without one."""
    found = deepcopy(dict(schema))
    order, questions = _writable(found, "")["x-order"], found["properties"]
    names = [each["name"] for each in sections]
    for question in questions.values():
        if _section(question) not in names:
            question.pop("x-section", None)
    runs = [list(run) for _section_name, run in groupby(order, lambda name: _section(questions[name]))]
    under = iter(
        sorted(
            (run for run in runs if _section(questions[run[0]])),
            key=lambda run: names.index(_section(questions[run[0]])),
        )
    )
    found["x-order"] = [
        name for run in runs for name in (next(under) if _section(questions[run[0]]) else run)
    ]
    if sections:
        found["x-sections"] = [dict(each) for each in sections]
    else:
        found.pop("x-sections", None)
    return found


def _section(question: Any) -> str:
    return str(question.get("x-section") or "") if isinstance(question, dict) else ""


def _writable(form: Form, group: str) -> Form:
    """The form, or what the rows of a group ask, with its order and what it requires spelled out."""
    asks = form
    if group:
        question = form["properties"][group]
        if not holder(form, group):
            question["items"] = blank_rows()
        asks = question["items"]
    asks["x-order"] = names_in_order(asks)
    asks["required"] = [name for name in asks.get("required", []) if name in asks["properties"]]
    return asks


def _end_of(asks: Form, names: Sequence[str], place: Place) -> int:
    """The number at which a question comes that is put at the end of a place; `names` are those of the sections."""
    order: list[str] = asks["x-order"]
    if place.group or place.section not in names:
        return len(order)
    sections = [_section(asks["properties"][name]) for name in order]
    ranks = [names.index(section) if section in names else None for section in sections]
    rank = names.index(place.section)
    before = [number for number, each in enumerate(ranks) if each is not None and each <= rank]
    after = [number for number, each in enumerate(ranks) if each is not None and each > rank]
    return before[-1] + 1 if before else after[0] if after else len(order)
