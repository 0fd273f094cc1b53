"""The answers that a version asks for: checked against its JSON Schema, every fault named with its field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import jsonschema_rs

from apps.core.canonical import canonical
from apps.core.errors import Refusal
from apps.procedures.errors import (
    AnswerMissing,
    AnswerNotAChoice,
    AnswerOutOfRange,
    AnswerUnknown,
    AnswerWrongType,
)

_BY_KEYWORD: dict[str, type[Refusal]] = {
    "type": AnswerWrongType,
    "format": AnswerWrongType,
    "pattern": AnswerWrongType,
    "enum": AnswerNotAChoice,
    "const": AnswerNotAChoice,
    "minimum": AnswerOutOfRange,
    "maximum": AnswerOutOfRange,
    "minLength": AnswerOutOfRange,
    "maxLength": AnswerOutOfRange,
}


@lru_cache(maxsize=256)
def _validator(schema: bytes) -> Any:
    return jsonschema_rs.Draft202012Validator(schema.decode(), validate_formats=True)


def faults_in(answers: Any, schema: dict[str, Any]) -> list[Refusal]:
    """One refusal for each fault, its field `answers.<name>`; empty when the answers are as the version asks."""
    if not isinstance(answers, dict):
        return [AnswerWrongType(field="answers")]
    names = schema.get("properties", {})
    faults: list[Refusal] = [AnswerUnknown(field=f"answers.{name}") for name in answers if name not in names]
    faults += [
        AnswerMissing(field=f"answers.{name}")
        for name in schema.get("required", [])
        if _is_blank(answers.get(name))
    ]
    told = {fault.field for fault in faults}
    for error in _validator(canonical(schema)).iter_errors(answers):
        field = "answers" + "".join(f".{part}" for part in error.instance_path)
        keyword = str(error.schema_path[-1])
        if field not in told and keyword not in {"required", "additionalProperties"}:
            told.add(field)
            faults.append(_BY_KEYWORD.get(keyword, AnswerWrongType)(field=field))
    return faults


def _is_blank(answer: Any) -> bool:
    return answer is None or (isinstance(answer, str) and not answer.strip())


@dataclass(frozen=True, slots=True)
class NamedPerson:
    """Somebody whom the answers name beside the applicant; `role` is subject or other_party."""

    role: str
    name: str
    identity: str
    born_on: date | None


def people_in(answers: Mapping[str, Any], schema: Mapping[str, Any]) -> list[NamedPerson]:
    """The people whom these answers name, by the hint `x-parties` of the schema. What is malformed is left out."""
    people = []
    for party in schema.get("x-parties", ()):
        said = {part: answers.get(party.get(part, "")) for part in ("name", "identity", "born_on")}
        texts = {part: answer.strip() for part, answer in said.items() if isinstance(answer, str)}
        if texts.get("name"):
            people.append(
                NamedPerson(
                    party["role"],
                    texts["name"],
                    texts.get("identity", ""),
                    date_in(texts.get("born_on")),
                )
            )
    return people


def date_in(answer: Any) -> date | None:
    """The date that an answer gives, where it gives one."""
    try:
        return date.fromisoformat(str(answer)) if answer else None
    except ValueError:
        return None
