"""Answers read against a version's form: what is not asked is dropped, every fault is named with its field."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import jsonschema_rs

from apps.citizens.identity import is_personal_id
from apps.core.canonical import canonical
from apps.core.errors import Refusal
from apps.procedures.conditions import Facts, facts_used, holds
from apps.procedures.errors import (
    AnswerMissing,
    AnswerNotAChoice,
    AnswerOutOfRange,
    AnswerUnknown,
    AnswerWrongType,
    EmailAnswerMalformed,
    NotEligible,
    PersonalIdAnswerMalformed,
    PhoneAnswerMalformed,
    RowsOutOfRange,
    TaxCodeAnswerMalformed,
    WardNotInForce,
)
from apps.procedures.forms.dependencies import in_order_of_dependence
from apps.procedures.forms.kinds import Kind, kind_of, names_in_order, questions_in

_BY_KEYWORD: dict[str, type[Refusal]] = {
    "type": AnswerWrongType,
    "format": AnswerWrongType,
    "pattern": AnswerWrongType,
    "not": AnswerUnknown,
    "enum": AnswerNotAChoice,
    "const": AnswerNotAChoice,
    "minimum": AnswerOutOfRange,
    "maximum": AnswerOutOfRange,
    "minLength": AnswerOutOfRange,
    "maxLength": AnswerOutOfRange,
    "minItems": RowsOutOfRange,
    "maxItems": RowsOutOfRange,
}
# What a wrong spelling means where the kind says more than the keyword.
_BY_KIND: dict[Kind, type[Refusal]] = {
    Kind.PERSONAL_ID: PersonalIdAnswerMalformed,
    Kind.TAX_CODE: TaxCodeAnswerMalformed,
    Kind.PHONE: PhoneAnswerMalformed,
    Kind.EMAIL: EmailAnswerMalformed,
}
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Known:
    """What answers are held against that this app cannot look up itself.

    `wards_among` gives those of some ids that are wards in force; `is_tax_code` whether a code has its check digit.
    """

    wards_among: Callable[[Collection[int]], Collection[int]]
    is_tax_code: Callable[[str], bool]


# For a look at a form without a city: what is not looked up is not doubted.
AS_DECLARED = Known(wards_among=lambda ids: ids, is_tax_code=lambda code: True)


@dataclass(frozen=True, slots=True)
class Reading:
    """Answers as they may be stored: those to questions that are not asked are gone; and what is wrong with them."""

    answers: dict[str, Any]
    faults: list[Refusal]


def faults_in(
    answers: Any, schema: dict[str, Any], *, facts: Facts | None = None, known: Known = AS_DECLARED
) -> list[Refusal]:
    """One refusal for each fault, its field such as `answers.children.2.name`, rows counted from 0."""
    return read_answers(answers, schema, facts=facts, known=known).faults


def read_answers(
    answers: Any, schema: dict[str, Any], *, facts: Facts | None = None, known: Known = AS_DECLARED
) -> Reading:
    """The answers without those that are not asked for, and their faults; `facts` are those of FORM_FACTS.

    An answer to a question that is not shown is dropped and no fault: whoever fills in without a script sees every
    question. A rule of eligibility is told only where what it reads is without fault.
    """
    if not isinstance(answers, dict):
        return Reading({}, [AnswerWrongType(field="answers")])
    program = {} if facts is None else facts
    told = _Told()
    for name in answers:
        if name not in questions_in(schema):
            told.add(AnswerUnknown, f"answers.{name}")
    given = {name: answer for name, answer in answers.items() if name in questions_in(schema)}
    kept = _kept(given, schema, program)
    _missing(kept, schema, program, "answers", told)
    for error in _validator(canonical(_as_checked(schema))).iter_errors(kept):
        _told_by_schema(error, schema, told)
    _looked_up(kept, schema, known, told)
    _ineligible(kept, schema, program, told)
    return Reading(kept, told.faults)


class _Told:
    """The faults found, one for each field."""

    def __init__(self) -> None:
        self.faults: list[Refusal] = []
        self.fields: set[str] = set()

    def add(self, refusal: type[Refusal], field: str, **data: Any) -> None:
        if field not in self.fields:
            self.fields.add(field)
            self.faults.append(refusal(field=field, **data))

    def of(self, name: str) -> bool:
        """Whether anything was told of an answer or of what is in it."""
        return any(f"{field}.".startswith(f"answers.{name}.") for field in self.fields)


@lru_cache(maxsize=256)
def _validator(schema: bytes) -> Any:
    return jsonschema_rs.Draft202012Validator(schema.decode(), validate_formats=True)


def _as_checked(schema: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in schema.items() if not key.startswith("x-") and key != "required"}


def visible_in(schema: Mapping[str, Any], answers: Row, facts: Facts) -> set[str]:
    """The names of the questions that are asked, given these answers: one that is not asked is not known to the others."""
    questions, found, said = questions_in(schema), set[str](), dict[str, Any]()
    for name in in_order_of_dependence(schema):
        if holds(questions[name].get("x-visible-if"), {**facts, **said}):
            found.add(name)
            if name in answers:
                said[name] = answers[name]
    return found


def _kept(given: Row, schema: Mapping[str, Any], facts: Facts) -> dict[str, Any]:
    """The answers to what is asked, of rows as well; nothing is no answer."""
    visible = visible_in(schema, given, facts)
    kept = {name: given[name] for name in given if name in visible and given[name] is not None}
    known = {**facts, **kept}
    for name, answer in kept.items():
        question = questions_in(schema)[name]
        if kind_of(question) == Kind.GROUP and isinstance(answer, list):
            items = question["items"]
            kept[name] = [_kept_row(row, items, known) for row in answer]
    return kept


def _kept_row(row: Any, items: Mapping[str, Any], facts: Facts) -> Any:
    if not isinstance(row, dict):
        return row
    visible = visible_in(items, row, facts)
    hidden = set(questions_in(items)) - visible
    return {name: answer for name, answer in row.items() if name not in hidden and answer is not None}


def _missing(kept: Row, schema: Mapping[str, Any], facts: Facts, path: str, told: _Told) -> None:
    """What must be answered and is not: always, or because a condition holds."""
    known = {**facts, **kept}
    visible = visible_in(schema, kept, facts)
    for name in names_in_order(schema):
        question, answer = questions_in(schema)[name], kept.get(name)
        if name in visible and _is_blank(answer) and is_required(name, schema, known):
            told.add(AnswerMissing, f"{path}.{name}")
        if kind_of(question) == Kind.GROUP and isinstance(answer, list):
            for place, row in enumerate(answer):
                if isinstance(row, dict):
                    _missing(row, question["items"], known, f"{path}.{name}.{place}", told)


def is_required(name: str, schema: Mapping[str, Any], facts: Facts) -> bool:
    """Whether a question that is asked must be answered."""
    question = questions_in(schema)[name]
    if name in schema.get("required", ()):
        return True
    return "x-required-if" in question and holds(question["x-required-if"], facts)


def _is_blank(answer: Any) -> bool:
    return answer is None or answer == [] or (isinstance(answer, str) and not answer.strip())


def _told_by_schema(error: Any, schema: Mapping[str, Any], told: _Told) -> None:
    path, keyword = list(error.instance_path), str(error.schema_path[-1])
    field, kind = ".".join(map(str, ("answers", *path))), _kind_at(path, schema)
    if keyword == "required":
        # Of the form and of rows `_missing` has spoken; here of what an address lacks.
        for name in ("ward", "street") if kind == Kind.ADDRESS else ():
            if name not in error.instance:
                told.add(AnswerMissing, f"{field}.{name}")
    elif keyword == "additionalProperties":
        asked = ("ward", "street") if kind == Kind.ADDRESS else _names_at(path, schema)
        for name in error.instance:
            if name not in asked:
                told.add(AnswerUnknown, f"{field}.{name}")
    elif keyword in {"pattern", "format"} and kind in _BY_KIND:
        told.add(_BY_KIND[kind], field)
    else:
        told.add(_BY_KEYWORD.get(keyword, AnswerWrongType), field)


def _names_at(path: list[Any], schema: Mapping[str, Any]) -> Collection[str]:
    """The questions of the form, or of the row that a path leads to."""
    return questions_in(questions_in(schema)[path[0]]["items"] if path else schema)


def _kind_at(path: list[Any], schema: Mapping[str, Any]) -> Kind | None:
    """The kind of the question that a place among the answers belongs to."""
    if not path:
        return None
    question = questions_in(schema).get(path[0], {})
    kind = kind_of(question)
    if kind == Kind.GROUP and len(path) > 2:
        return _kind_at(path[2:], question["items"])
    return kind


def _answers_of_kind(
    kept: Row, schema: Mapping[str, Any], path: str = "answers"
) -> Iterator[tuple[Kind, str, Any]]:
    """(kind, field, answer) of every answer, those in rows as well."""
    for name, answer in kept.items():
        question: Mapping[str, Any] = questions_in(schema).get(name, {})
        kind = kind_of(question)
        if kind is None:
            continue
        yield kind, f"{path}.{name}", answer
        if kind == Kind.GROUP and isinstance(answer, list):
            for place, row in enumerate(answer):
                if isinstance(row, dict):
                    yield from _answers_of_kind(row, question["items"], f"{path}.{name}.{place}")


def _looked_up(kept: Row, schema: Mapping[str, Any], known: Known, told: _Told) -> None:
    """What no shape can say: the check digit of a tax code, the ward that is in force."""
    wards: dict[str, int] = {}
    for kind, field, answer in _answers_of_kind(kept, schema):
        if field in told.fields:
            continue
        if kind == Kind.PERSONAL_ID and not is_personal_id(str(answer)):
            told.add(PersonalIdAnswerMalformed, field)
        if kind == Kind.TAX_CODE and not known.is_tax_code(str(answer)):
            told.add(TaxCodeAnswerMalformed, field)
        if kind == Kind.ADDRESS and isinstance(answer, dict) and isinstance(ward := answer.get("ward"), int):
            wards[f"{field}.ward"] = ward
    in_force = set(known.wards_among(set(wards.values()))) if wards else set()
    for field, ward in wards.items():
        if ward not in in_force:
            told.add(WardNotInForce, field)


def _ineligible(kept: Row, schema: Mapping[str, Any], facts: Facts, told: _Told) -> None:
    """Rules that do not hold, each at the first question that it reads."""
    for rule in schema.get("x-eligibility", ()):
        read = facts_used(rule["condition"])
        asked = [name for name in names_in_order(schema) if name in read]
        if any(told.of(name) for name in asked) or holds(rule["condition"], {**facts, **kept}):
            continue
        field = f"answers.{asked[0]}" if asked else "answers"
        told.faults.append(NotEligible(field=field, message=rule["message"], message_en=rule["message_en"]))
