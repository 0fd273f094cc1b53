"""Answers in words, as every page shows them: the label of a choice, a ward's name, the rows of a group one by one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from apps.core.spoken import dong
from apps.procedures.forms import Kind, kind_of, names_in_order
from apps.web.ui.question_fields import YES_NO, options_of, text_of
from apps.web.ui.templatetags.ui import thousands
from apps.web.ui.wards import ward_titles

Answered = tuple[str, str]


def answers_shown(schema: Mapping[str, Any], answers: Mapping[str, Any]) -> list[Answered]:
    """(question, answer) in words, in the schema's order; only what was answered. Of a row's answers, the row's number too."""
    wards = ward_titles(set(_wards_in(schema, answers)))
    return list(_shown(schema, answers, wards, ""))


def _shown(
    schema: Mapping[str, Any], answers: Mapping[str, Any], wards: Mapping[int, str], within: str
) -> Iterator[Answered]:
    for name in names_in_order(schema):
        question, answer = schema["properties"][name], answers.get(name)
        if answer in (None, "", []):
            continue
        title = within + text_of(question, "title")
        if kind_of(question) == Kind.GROUP and isinstance(answer, list):
            for number, row in enumerate(answer, 1):
                yield from _shown(question["items"], row, wards, f"{title} {number} – ")
        else:
            yield title, answer_shown(question, answer, wards)


def answer_shown(question: Mapping[str, Any], answer: Any, wards: Mapping[int, str]) -> str:
    """One answer in words: yes or no, a date as dd/mm/yyyy, a number with its thousands apart."""
    kind, labels = kind_of(question), dict(options_of(question))
    if kind == Kind.CHOICE:
        return labels.get(answer, str(answer))
    if kind == Kind.CHOICES and isinstance(answer, list):
        return ", ".join(labels.get(each, str(each)) for each in answer)
    if kind == Kind.YES_NO:
        return str(YES_NO[0][1] if answer else YES_NO[1][1])
    if kind == Kind.ADDRESS and isinstance(answer, dict):
        ward = answer.get("ward", 0)
        return f"{answer.get('street', '')}, {wards.get(ward, ward)}"
    if kind == Kind.DATE:
        try:
            return date.fromisoformat(str(answer)).strftime("%d/%m/%Y")
        except ValueError:
            return str(answer)
    if isinstance(answer, int):
        return dong(answer) if kind == Kind.MONEY else thousands(answer)
    return str(answer)


def _wards_in(schema: Mapping[str, Any], answers: Mapping[str, Any]) -> Iterator[int]:
    for name, question in schema["properties"].items():
        kind, answer = kind_of(question), answers.get(name)
        if kind == Kind.ADDRESS and isinstance(answer, dict) and isinstance(answer.get("ward"), int):
            yield answer["ward"]
        elif kind == Kind.GROUP and isinstance(answer, list):
            for row in answer:
                yield from _wards_in(question["items"], row)
