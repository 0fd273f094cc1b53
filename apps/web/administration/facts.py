"""What a condition can ask about: the program's facts, the answers of a form, and what is computed from them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from apps.procedures.choices import Channel
from apps.procedures.conditions import PROGRAM_FACTS, Shape, Type
from apps.procedures.forms import FORM_FACTS, shapes_of
from apps.web.ui.question_fields import GROUPED

FACT_NAMES = {
    "channel": _("Way of filing"),
    "applicant_kind": _("Citizen or business"),
    "subject_age": _("Age of the person concerned, in years"),
    "copies": _("Number of copies"),
    "pages": _("Number of pages"),
    "filed_on": _("Day of filing"),
    "unit_kind": _("Kind of unit"),
    "outcome": _("Outcome"),
    "group": _("Filed as a part of the group (its code)"),
}
VALUE_NAMES: dict[str, dict[str, Any]] = {
    "channel": dict(Channel.choices),
    "applicant_kind": {"citizen": _("citizen"), "business": _("business")},
    "outcome": {"granted": _("granted"), "partly": _("granted in part"), "refused": _("refused")},
}
_KINDS = {
    Type.WHOLE: "number",
    Type.TRUTH: "boolean",
    Type.DATE: "date",
    Type.CHOICES: "choices",
    Type.ROWS: "whole",
    Type.OTHER: "whole",
}


@dataclass(frozen=True, slots=True)
class Fact:
    """Something a condition may read: its name, what a reader calls it, and its values with their words, where fixed.

    `kind`: words, number, boolean, date, choices, or whole: a group or an address, of which no part is compared.
    `expression` is how it is computed, where it is no answer itself.
    """

    name: str
    title: str
    kind: str
    values: Mapping[str, str]
    expression: Any = None

    @property
    def left(self) -> Any:
        """It as one side of a comparison."""
        return {"fact": self.name} if self.expression is None else self.expression

    def shown(self, value: Any) -> str:
        if isinstance(value, list):
            return ", ".join(self.shown(each) for each in value)
        if isinstance(value, bool):
            return gettext("yes") if value else gettext("no")
        if self.kind == "date":
            return _day_shown(value)
        return str(self.values.get(value, value)) if isinstance(value, str) else str(value)

    def read(self, typed: str) -> Any:
        """The value that somebody typed, by its word or by its code. Raises ValueError with what is asked for."""
        said = typed.strip()
        if self.kind == "number":
            try:
                return int(
                    "".join(each for each in said if each.isdigit()) if GROUPED.fullmatch(said) else said
                )
            except ValueError:
                raise ValueError(gettext("must be a whole number")) from None
        if self.kind == "boolean":
            if said.casefold() in {"yes", "true", "có", "1"}:
                return True
            if said.casefold() in {"no", "false", "không", "0"}:
                return False
            raise ValueError(gettext("must be yes or no"))
        if self.kind == "date":
            return _day_read(said)
        if not self.values:
            return said
        for code, words in self.values.items():
            if said.casefold() in {code.casefold(), words.casefold()}:
                return code
        raise ValueError(
            gettext("“%(value)s” is none of %(words)s")
            % {"value": said, "words": ", ".join(self.values.values())}
        )


def _day_shown(value: Any) -> str:
    said = value.get("date") if isinstance(value, dict) else value
    try:
        return date.fromisoformat(str(said)).strftime("%d/%m/%Y")
    except ValueError:
        return str(said)


def _day_read(said: str) -> str:
    parts = said.replace("-", "/").replace(".", "/").split("/")
    try:
        day, month, year = (int(each) for each in (parts[::-1] if len(parts[0]) == 4 else parts))
        return date(year, month, day).isoformat()
    except ValueError:
        raise ValueError(gettext("must be a date such as 31/12/2026, or the name of another date")) from None


def facts_of(schema: Mapping[str, Any]) -> dict[str, Fact]:
    """Every fact that a condition of a version may read: the program's own and the answers to its form."""
    shapes = shapes_of(schema)
    return _told_apart(_facts(shapes, [*FACT_NAMES, *(name for name in shapes if name not in FACT_NAMES)]))


def facts_of_form(
    schema: Mapping[str, Any], *, rows: Mapping[str, Any] | None = None, besides: str = ""
) -> tuple[dict[str, Fact], dict[str, Shape]]:
    """What the conditions of the form itself may read, and in the rows of a group also the row's own; with their shapes.

    `besides` is the question that the condition is of.
    """
    shapes = shapes_of(schema, only_form=True) | (shapes_of(rows, only_form=True) if rows is not None else {})
    names = [name for name in shapes if name != besides]
    names.sort(key=lambda name: name not in FORM_FACTS)
    return _told_apart(_facts(shapes, names)), shapes


def _facts(shapes: Mapping[str, Shape], names: list[str]) -> Iterator[Fact]:
    place = 1 if get_language() == "en" else 0
    computed: list[Fact] = []
    for name in names:
        shape = shapes[name]
        title = (shape.title_en if place else shape.title) or name
        if name in PROGRAM_FACTS and not shape.is_question:
            title = str(FACT_NAMES[name])
        words = {value: labels[place] for value, labels in shape.choices.items()}
        words |= {value: str(said) for value, said in VALUE_NAMES.get(name, {}).items() if value in words}
        yield Fact(name, title, _KINDS.get(shape.type, "words"), words)
        if shape.type == Type.DATE and name != "filed_on":
            since = [{"fact": name}, {"fact": "filed_on"}]
            for key, said in (
                ("years_between", gettext("Full years from “%s” to the day of filing")),
                ("days_between", gettext("Days from “%s” to the day of filing")),
            ):
                computed.append(Fact(f"{key}:{name}", said % title, "number", {}, {key: since}))
        if shape.type == Type.ROWS:
            count = gettext("Number of rows of “%s”") % title
            computed.append(Fact(f"count:{name}", count, "number", {}, {"count": name}))
            for inner, each in shape.fields.items():
                if each.type == Type.WHOLE:
                    said = gettext("Sum of “%(field)s” over “%(group)s”")
                    total = said % {"field": each.title_en if place else each.title, "group": title}
                    computed.append(Fact(f"sum:{name}.{inner}", total, "number", {}, {"sum": [name, inner]}))
    yield from computed


def _told_apart(facts: Iterator[Fact]) -> dict[str, Fact]:
    """By name; those that are called the same have their code beside it."""
    found = list(facts)
    called = Counter(fact.title for fact in found)
    return {
        fact.name: replace(fact, title=f"{fact.title} ({fact.name})") if called[fact.title] > 1 else fact
        for fact in found
    }
