"""The rows of repeated groups as they were typed: one more, one less, blank ones gone. No script is needed for it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.utils.datastructures import MultiValueDict

from apps.procedures.forms import Kind, kind_of
from apps.procedures.forms.kinds import questions_in

# The name of the buttons that add and remove a row, which no question can have; their values are `add:members` and
# `remove:members:2`.
BUTTON = "rows-of-answers"

Row = dict[str, list[str]]


def groups_in(schema: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """The repeated groups of a form by name."""
    return {name: each for name, each in questions_in(schema).items() if kind_of(each) == Kind.GROUP}


def place_in(text: str) -> int:
    """The place of a row that a button names; -1 for what names none."""
    return int(text) if text.isdecimal() and len(text) < 4 else -1


def typed_rows(
    schema: Mapping[str, Any], data: Mapping[str, Any], prefix: str
) -> tuple[MultiValueDict[str, Any], dict[str, int]]:
    """What was typed with the rows numbered anew from 0, and how many rows each group has now.

    A row that was just added stays though it is blank; other blank rows go, down to the least that a group has.
    """
    typed = data if isinstance(data, MultiValueDict) else MultiValueDict(_as_lists(data))
    act, _colon, of = str(typed.get(BUTTON, "")).partition(":")
    target, _colon, place = of.partition(":")
    found = MultiValueDict[str, Any](dict(typed.lists()))
    counts = {}
    for name, group in groups_in(schema).items():
        rows = _taken(found, f"{prefix}-{name}", int(group["maxItems"]))
        if act == "remove" and target == name and 0 <= place_in(place) < len(rows):
            del rows[place_in(place)]
        else:
            rows = _without_blank(rows, int(group["minItems"]))
        if act == "add" and target == name and len(rows) < int(group["maxItems"]):
            rows.append({})
        rows += [{} for _row in range(int(group["minItems"]) - len(rows))]
        for number, row in enumerate(rows):
            for rest, values in row.items():
                found.setlist(f"{prefix}-{name}.{number}.{rest}", values)
        found.setlist(f"{prefix}-{name}", [str(len(rows))])
        counts[name] = len(rows)
    return found, counts


def _as_lists(data: Mapping[str, Any]) -> dict[str, list[Any]]:
    return {name: value if isinstance(value, list) else [value] for name, value in data.items()}


def _taken(typed: MultiValueDict[str, Any], name: str, most: int) -> list[Row]:
    """The rows typed under a name, taken out of what was typed; beyond the most that a group has they are not read."""
    rows: dict[int, Row] = {}
    for key in list(typed):
        place = re.fullmatch(re.escape(name) + r"\.(\d{1,3})\.(.+)", key)
        if place:
            rows.setdefault(int(place[1]), {})[place[2]] = typed.pop(key)
    count = str(typed.get(name, ""))
    last = max([*rows, (int(count) if re.fullmatch(r"\d{1,3}", count) else 0) - 1])
    return [rows.get(number, {}) for number in range(min(last + 1, most))]


def _without_blank(rows: list[Row], least: int) -> list[Row]:
    said = [row for row in rows if is_said(row)]
    blank = [row for row in rows if not is_said(row)]
    return said + blank[: max(least - len(said), 0)]


def is_said(row: Row) -> bool:
    """Whether anything was typed into a row."""
    return any(str(value).strip() for values in row.values() for value in values)
