"""A condition as a few rows of fact, operator and value, joined by all or any; what has another shape is kept as it is."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from apps.procedures.conditions import Shape, in_words
from apps.procedures.forms import shapes_of
from apps.web.administration.facts import Fact, facts_of

MOST_ROWS = 8
JOINS = (("all", _("all of these hold")), ("any", _("any of these holds")))
OPERATORS = (
    ("eq", _("is")),
    ("ne", _("is not")),
    ("lt", _("is less than")),
    ("le", _("is at most")),
    ("gt", _("is more than")),
    ("ge", _("is at least")),
    ("in", _("is one of")),
    ("has", _("includes")),
    ("answered", _("is answered")),
    ("unanswered", _("is not answered")),
)
# These ask whether there is an answer, and compare it with nothing.
_WITHOUT_VALUE = frozenset({"answered", "unanswered"})


class ConditionRows(forms.Form):
    """The rows, one more than are filled. Names of inputs end in the number of their row.

    `facts` are what the condition may read, by default the program's and the form's; `shapes` tell what is kept in words.
    """

    def __init__(
        self,
        schema: Mapping[str, Any],
        condition: Any = None,
        data: Mapping[str, Any] | None = None,
        *,
        prefix: str,
        facts: Mapping[str, Fact] | None = None,
        shapes: Mapping[str, Shape] | None = None,
    ) -> None:
        self.facts = dict(facts_of(schema) if facts is None else facts)
        shown = self._rows_in(condition)
        join, parts = shown or ("all", [])
        initial: dict[str, Any] = {"join": join, "kept": json.dumps(condition) if shown is None else ""}
        for number, (name, op, value) in enumerate(parts):
            initial |= {f"fact{number}": name, f"op{number}": op, f"value{number}": value}
        super().__init__(data, prefix=prefix, initial=initial)
        count = len(parts) + 1 if data is None else self._filled(data) + 1
        kept = initial["kept"] if data is None else data.get(self.add_prefix("kept"), "")
        self.kept = _loaded(kept)
        language = "en" if get_language() == "en" else "vi"
        self.kept_in_words = in_words(self.kept, shapes or shapes_of(schema), language) if self.kept else ""
        self.fields["kept"] = forms.CharField(required=False, widget=forms.HiddenInput)
        if self.kept:
            self.fields["keeps"] = forms.BooleanField(
                label=_("Keep this condition as it stands"), required=False, initial=True
            )
        self.fields["join"] = forms.ChoiceField(label=_("Only when"), choices=JOINS, required=False)
        choices = [("", "—"), *((name, fact.title) for name, fact in self.facts.items())]
        for number in range(min(count, MOST_ROWS)):
            self.fields[f"fact{number}"] = forms.ChoiceField(label=_("Fact"), choices=choices, required=False)
            self.fields[f"op{number}"] = forms.ChoiceField(
                label=_("Comparison"), choices=OPERATORS, required=False
            )
            self.fields[f"value{number}"] = forms.CharField(label=_("Value"), required=False, max_length=200)

    def _filled(self, data: Mapping[str, Any]) -> int:
        """How many rows were sent up to the last that names a fact."""
        return max(
            (number + 1 for number in range(MOST_ROWS) if data.get(self.add_prefix(f"fact{number}"))),
            default=0,
        )

    @property
    def is_empty(self) -> bool:
        return not self.kept and len(self.rows) < 2

    @property
    def rows(self) -> list[list[forms.BoundField]]:
        numbers = [name.removeprefix("fact") for name in self.fields if name.startswith("fact")]
        return [[self[f"{part}{number}"] for part in ("fact", "op", "value")] for number in numbers]

    @property
    def condition(self) -> Any:
        """The condition that was entered; what cannot be read is a fault of its field."""
        said = self.cleaned_data
        if self.kept and said.get("keeps"):
            return self.kept
        parts = []
        for number in range(MOST_ROWS):
            name = said.get(f"fact{number}")
            if not name:
                continue
            op, typed = said.get(f"op{number}") or "eq", said.get(f"value{number}") or ""
            try:
                parts.append(self._part(self.facts[name], op, typed))
            except ValueError as error:
                self.add_error(f"value{number}", str(error))
        if not parts:
            return None
        return parts[0] if len(parts) == 1 else {said.get("join") or "all": parts}

    def _part(self, fact: Fact, op: str, typed: str) -> Any:
        """One comparison. Raises ValueError with what is asked for."""
        if op in _WITHOUT_VALUE:
            answered = {"is_answered": fact.name}
            if fact.expression is not None:
                raise ValueError(gettext("“%s” is computed and not answered") % fact.title)
            return answered if op == "answered" else {"not": answered}
        if (op == "has") != (fact.kind == "choices"):
            raise ValueError(gettext("of several choices ask what is included, and of nothing else"))
        if fact.kind == "whole":
            raise ValueError(gettext("of “%s” ask only whether it is answered") % fact.title)
        if op == "in":
            if fact.expression is not None:
                raise ValueError(gettext("“%s” is computed: compare it with one number") % fact.title)
            values = [fact.read(each) for each in typed.replace(";", ",").split(",") if each.strip()]
            return {"fact": fact.name, "op": op, "value": values}
        other = self._fact_called(typed, fact)
        if other is not None:
            return {"op": op, "left": fact.left, "right": other.left}
        value = fact.read(typed)
        if fact.expression is not None:
            return {"op": op, "left": fact.expression, "right": value}
        return {"fact": fact.name, "op": op, "value": value}

    def _fact_called(self, typed: str, fact: Fact) -> Fact | None:
        """Another number or date that the value names, to be compared with."""
        said = typed.strip().casefold()
        if fact.kind not in ("number", "date"):
            return None
        return next(
            (
                each
                for each in self.facts.values()
                if each.kind == fact.kind and each != fact and said in {each.title.casefold(), each.name}
            ),
            None,
        )

    def _rows_in(self, condition: Any) -> tuple[str, list[tuple[str, str, str]]] | None:
        """The join and the rows of a condition that can be shown so; None for any other shape."""
        if not condition:
            return "all", []
        join, parts = "all", [condition]
        if isinstance(condition, dict) and len(condition) == 1:
            inner = next(iter(condition))
            if inner in ("all", "any") and isinstance(condition[inner], list):
                join, parts = inner, condition[inner]
        rows = [self._row_of(part) for part in parts]
        found = [row for row in rows if row is not None]
        return (join, found) if 0 < len(found) == len(rows) <= MOST_ROWS else None

    def _row_of(self, part: Any) -> tuple[str, str, str] | None:
        """(fact, operator, what is typed) of a comparison, if it reads back as the same."""
        match part:
            case {"fact": str(name), "op": str(op), "value": value} if name in self.facts:
                row = name, op, self.facts[name].shown(value)
            case {"is_answered": str(name)} if name in self.facts:
                row = name, "answered", ""
            case {"not": {"is_answered": str(name)}} if name in self.facts:
                row = name, "unanswered", ""
            case {"op": str(op), "left": left, "right": right}:
                fact, other = self._with_left(left), self._with_left(right)
                if fact is None:
                    return None
                row = fact.name, op, fact.shown(right) if other is None else other.title
            case _:
                return None
        try:
            return row if self._part(self.facts[row[0]], row[1], row[2]) == part else None
        except ValueError:
            return None

    def _with_left(self, expression: Any) -> Fact | None:
        return next((each for each in self.facts.values() if each.left == expression), None)


def _loaded(text: str) -> Any:
    try:
        return json.loads(text) if text else None
    except ValueError:
        return None
