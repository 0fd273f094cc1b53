"""The kinds of question, how each is written in JSON Schema, and what conditions may read of its answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from apps.procedures.conditions import PROGRAM_FACTS, Shape, Type

SLUG = r"[a-z][a-z0-9_]*"
# What the program knows of a filing before anything is looked up; the rest of its facts rest on answers.
FORM_FACTS = ("channel", "applicant_kind", "filed_on")
LONG_TEXT = 200


class Kind(StrEnum):
    """What a question asks for, and so how it is drawn."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    NUMBER = "number"
    MONEY = "money"
    DATE = "date"
    CHOICE = "choice"
    CHOICES = "choices"
    YES_NO = "yes_no"
    PERSONAL_ID = "personal_id"
    TAX_CODE = "tax_code"
    PHONE = "phone"
    EMAIL = "email"
    ADDRESS = "address"
    GROUP = "group"
    FILE = "file"
    EXPLANATION = "explanation"


# They stand between questions and have no answer: a value for one is refused by the schema itself.
UNANSWERED = frozenset({Kind.FILE, Kind.EXPLANATION})


@dataclass(frozen=True, slots=True)
class Writing:
    """How a kind is written: what it always says, which further keys it must and may have."""

    fixed: Mapping[str, Any]
    needed: frozenset[str] = frozenset()
    allowed: frozenset[str] = frozenset()
    type: Type = Type.OTHER


_LENGTHS = frozenset({"minLength", "maxLength"})
_BOUNDS = frozenset({"minimum", "maximum"})
_COUNTS = frozenset({"minItems", "maxItems"})


def _text(*needed: str, allowed: frozenset[str] = frozenset(), **fixed: Any) -> Writing:
    return Writing({"type": "string", **fixed}, frozenset(needed), allowed, Type.TEXT)


WRITINGS: Mapping[Kind, Writing] = {
    Kind.TEXT: _text("maxLength", allowed=_LENGTHS),
    Kind.LONG_TEXT: _text("maxLength", allowed=_LENGTHS),
    Kind.NUMBER: Writing({"type": "integer"}, _BOUNDS, type=Type.WHOLE),
    Kind.MONEY: Writing({"type": "integer"}, _BOUNDS, type=Type.WHOLE),
    Kind.DATE: Writing({"type": "string", "format": "date"}, type=Type.DATE),
    Kind.CHOICE: _text("enum", "x-options"),
    Kind.CHOICES: Writing(
        {"type": "array", "uniqueItems": True}, frozenset({"items", "x-options"}), _COUNTS, Type.CHOICES
    ),
    Kind.YES_NO: Writing({"type": "boolean"}, type=Type.TRUTH),
    Kind.PERSONAL_ID: _text(pattern="^0[0-9]{11}$"),
    Kind.TAX_CODE: _text(pattern="^[0-9]{10}(-[0-9]{3})?$"),
    Kind.PHONE: _text(pattern=r"^\+?[0-9]{8,15}$"),
    Kind.EMAIL: _text(format="email", maxLength=254),
    Kind.ADDRESS: Writing(
        {
            "type": "object",
            # The id of a ward, and the number and street in it.
            "properties": {
                "ward": {"type": "integer", "minimum": 1},
                "street": {"type": "string", "minLength": 1, "maxLength": 200},
            },
            "required": ["ward", "street"],
            "additionalProperties": False,
        }
    ),
    Kind.GROUP: Writing({"type": "array"}, frozenset({"items", "minItems", "maxItems"}), type=Type.ROWS),
    Kind.FILE: Writing({"not": {}}, frozenset({"x-component"})),
    Kind.EXPLANATION: Writing({"not": {}}, frozenset({"description", "description_en"})),
}


def kind_of(question: Mapping[str, Any]) -> Kind | None:
    """As `x-kind` says, else as its type shows; None for what is no question."""
    if "x-kind" in question:
        said = question["x-kind"]
        return Kind(said) if said in Kind._value2member_map_ else None
    match question.get("type"):
        case "string" if "enum" in question:
            return Kind.CHOICE
        case "string" if question.get("format") == "date":
            return Kind.DATE
        case "string":
            most = question.get("maxLength")
            return Kind.LONG_TEXT if isinstance(most, int) and most > LONG_TEXT else Kind.TEXT
        case "integer":
            return Kind.NUMBER
        case "boolean":
            return Kind.YES_NO
    return None


def questions_in(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """The questions of a form, or of the rows of a group, by name."""
    found: Mapping[str, Any] = schema.get("properties", {})
    return found


def names_in_order(schema: Mapping[str, Any]) -> list[str]:
    """The names of the questions as `x-order` puts them, then the rest."""
    questions = questions_in(schema)
    names = [name for name in schema.get("x-order", []) if name in questions]
    return names + [name for name in questions if name not in names]


def choices_of(question: Mapping[str, Any]) -> list[str]:
    """The values that may be chosen, one or several."""
    found: list[str] = question.get("enum") or question.get("items", {}).get("enum", [])
    return found


def file_papers(schema: Mapping[str, Any]) -> dict[str, str]:
    """Of each question that asks for a file: the code of the paper that it is."""
    return {
        name: question["x-component"]
        for name, question in questions_in(schema).items()
        if kind_of(question) == Kind.FILE
    }


def shapes_of(schema: Mapping[str, Any], *, only_form: bool = False) -> dict[str, Shape]:
    """What conditions may read: the answers and the program's facts; `only_form`: those that a form's own may read."""
    facts = {name: PROGRAM_FACTS[name] for name in FORM_FACTS} if only_form else dict(PROGRAM_FACTS)
    return {**facts, **dict(_shapes(questions_in(schema)))}


def _shapes(questions: Mapping[str, Any]) -> Iterator[tuple[str, Shape]]:
    for name, question in questions.items():
        kind = kind_of(question)
        if kind is None or kind in UNANSWERED:
            continue
        words = {each["value"]: (each["vi"], each["en"]) for each in question.get("x-options", ())}
        yield (
            name,
            Shape(
                WRITINGS[kind].type,
                str(question.get("title", name)),
                str(question.get("title_en", name)),
                {value: words.get(value, (value, value)) for value in choices_of(question)},
                fields=dict(_shapes(questions_in(question["items"]))) if kind == Kind.GROUP else {},
            ),
        )
