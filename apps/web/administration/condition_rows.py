"""A condition as a few rows of fact, operator and value, joined by all or any; what has another shape is kept as it is."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from apps.procedures.choices import Channel
from apps.procedures.conditions import PROGRAM_FACTS
from apps.procedures.difference import condition_in_words, question_title

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
)
FACT_NAMES = {
    "channel": _("Way of filing"),
    "applicant_kind": _("Citizen or business"),
    "subject_age": _("Age of the person concerned, in years"),
    "copies": _("Number of copies"),
    "pages": _("Number of pages"),
    "unit_kind": _("Kind of unit"),
    "outcome": _("Outcome"),
    "group": _("Filed as a part of the group (its code)"),
}
VALUE_NAMES: dict[str, dict[str, Any]] = {
    "channel": dict(Channel.choices),
    "applicant_kind": {"citizen": _("citizen"), "business": _("business")},
    "outcome": {"granted": _("granted"), "partly": _("granted in part"), "refused": _("refused")},
}
_NUMBERS = frozenset({"subject_age", "copies", "pages"})


@dataclass(frozen=True, slots=True)
class Fact:
    """Something a condition may read: its name, what a reader calls it, and its values with their words, where fixed."""

    name: str
    title: str
    kind: str
    values: Mapping[str, str]

    def shown(self, value: Any) -> str:
        if isinstance(value, list):
            return ", ".join(self.shown(each) for each in value)
        if isinstance(value, bool):
            return gettext("yes") if value else gettext("no")
        return str(self.values.get(value, value)) if isinstance(value, str) else str(value)

    def read(self, typed: str) -> Any:
        """The value that somebody typed, by its word or by its code. Raises ValueError with what is asked for."""
        said = typed.strip()
        if self.kind == "number":
            try:
                return int(said)
            except ValueError:
                raise ValueError(gettext("must be a whole number")) from None
        if self.kind == "boolean":
            if said.casefold() in {"yes", "true", "có", "1"}:
                return True
            if said.casefold() in {"no", "false", "không", "0"}:
                return False
            raise ValueError(gettext("must be yes or no"))
        if not self.values:
            return said
        for code, words in self.values.items():
            if said.casefold() in {code.casefold(), words.casefold()}:
                return code
        raise ValueError(
            gettext("“%(value)s” is none of %(words)s")
            % {"value": said, "words": ", ".join(self.values.values())}
        )


def facts_of(schema: Mapping[str, Any]) -> dict[str, Fact]:
    """Every fact that a condition of a version may read: the program's own and the answers to its form."""
    found = {
        name: Fact(
            name,
            str(title),
            "number" if name in _NUMBERS else "words",
            {
                value: str(VALUE_NAMES.get(name, {}).get(value, value))
                for value in sorted(PROGRAM_FACTS[name].choices)
            },
        )
        for name, title in FACT_NAMES.items()
    }
    language = "en" if get_language() == "en" else "vi"
    for name, question in schema.get("properties", {}).items():
        if name in found:
            continue
        kind = {"integer": "number", "boolean": "boolean"}.get(question.get("type"), "words")
        values = {option["value"]: option[language] for option in question.get("x-options", ())}
        found[name] = Fact(name, question_title(question) or name, kind, values)
    return found


def rows_in(condition: Any) -> tuple[str, list[dict[str, Any]]] | None:
    """The join and the comparisons of a condition that can be shown as rows; None for any other shape."""
    if not condition:
        return "all", []
    join, parts = "all", [condition]
    if len(condition) == 1 and (inner := next(iter(condition))) in ("all", "any"):
        join, parts = inner, condition[inner]
    known = {operator for operator, _words in OPERATORS}
    is_plain = all(
        isinstance(part, dict)
        and set(part) == {"fact", "op", "value"}
        and part["op"] in known
        and (isinstance(part["value"], list) == (part["op"] == "in"))
        for part in parts
    )
    return (join, parts) if parts and is_plain and len(parts) <= MOST_ROWS else None


class ConditionRows(forms.Form):
    """The rows, one more than are filled. Names of inputs end in the number of their row."""

    def __init__(
        self,
        schema: Mapping[str, Any],
        condition: Any = None,
        data: Mapping[str, Any] | None = None,
        *,
        prefix: str,
    ) -> None:
        self.facts = facts_of(schema)
        shown = rows_in(condition)
        join, parts = shown or ("all", [])
        initial: dict[str, Any] = {"join": join, "kept": json.dumps(condition) if shown is None else ""}
        for number, part in enumerate(parts):
            fact = self.facts.get(part["fact"]) or Fact(part["fact"], part["fact"], "words", {})
            self.facts[fact.name] = fact
            value = fact.shown(part["value"])
            initial |= {f"fact{number}": fact.name, f"op{number}": part["op"], f"value{number}": value}
        super().__init__(data, prefix=prefix, initial=initial)
        count = len(parts) + 1 if data is None else self._filled(data) + 1
        kept = initial["kept"] if data is None else data.get(self.add_prefix("kept"), "")
        self.kept = _loaded(kept)
        self.kept_in_words = condition_in_words(self.kept, schema) if self.kept else ""
        self.fields["kept"] = forms.CharField(required=False, widget=forms.HiddenInput)
        if self.kept:
            self.fields["keeps"] = forms.BooleanField(
                label=_("Keep this condition as it stands"), required=False, initial=True
            )
        self.fields["join"] = forms.ChoiceField(label=_("Only when"), choices=JOINS, required=False)
        facts = [("", "—"), *((fact.name, fact.title) for fact in self.facts.values())]
        for number in range(min(count, MOST_ROWS)):
            self.fields[f"fact{number}"] = forms.ChoiceField(label=_("Fact"), choices=facts, required=False)
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
                parts.append({"fact": name, "op": op, "value": self._read(name, op, typed)})
            except ValueError as error:
                self.add_error(f"value{number}", str(error))
        if not parts:
            return None
        return parts[0] if len(parts) == 1 else {said.get("join") or "all": parts}

    def _read(self, name: str, op: str, typed: str) -> Any:
        fact = self.facts[name]
        if op == "in":
            return [fact.read(each) for each in typed.replace(";", ",").split(",") if each.strip()]
        return fact.read(typed)


def _loaded(text: str) -> Any:
    try:
        return json.loads(text) if text else None
    except ValueError:
        return None
