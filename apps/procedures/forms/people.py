"""The people whom answers name: by the hint `x-parties` they become parties of the application."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any


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
