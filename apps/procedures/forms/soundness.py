"""What must be true of a form: every question of a kind, every condition readable, nothing that hangs on itself."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

import jsonschema_rs
from django.utils.translation import gettext as _

from apps.core.loading import Faults
from apps.procedures.conditions import KNOWN_FACTS, ConditionMalformed, Shape, misfits_in
from apps.procedures.forms.dependencies import circle_in
from apps.procedures.forms.kinds import (
    SLUG,
    UNANSWERED,
    WRITINGS,
    Kind,
    choices_of,
    kind_of,
    questions_in,
    shapes_of,
)

SCHEMA_KEYS = frozenset({"$schema", "type", "properties", "required", "additionalProperties", "x-order"})
SCHEMA_HINTS = frozenset({"x-parties", "x-sections", "x-eligibility"})
ROW_KEYS = frozenset({"type", "properties", "required", "additionalProperties", "x-order"})
PARTY_KEYS = frozenset({"role", "name", "identity", "born_on"})
PARTY_ROLES = ("subject", "other_party")
SECTION_KEYS = frozenset({"name", "title", "title_en"})
RULE_KEYS = frozenset({"condition", "message", "message_en"})
# Every question may have these; whatever stands outside of a row also a section.
TEXTS = frozenset({"title", "title_en", "description", "description_en"})
HINTS = frozenset({"x-kind", "x-visible-if", "x-required-if"})
# Every application says what is asked for.
ALWAYS_ASKED = "request_content"
MOST_QUESTIONS = 120
MOST_ROWS = 50
# Answers that fees and conditions read by name.
NAMED_FACTS = frozenset({"copies", "pages"})


def check_schema(schema: dict[str, Any], where: str, faults: Faults) -> None:
    """The restricted dialect of JSON Schema 2020-12 in which a form is written."""
    if not _has_keys(schema, SCHEMA_KEYS, SCHEMA_HINTS, where, faults):
        return
    if not _is_object_of_questions(schema, where, faults):
        return
    if ALWAYS_ASKED not in schema["required"]:
        faults.add(where, "required", _("must ask for “request_content”"))
    sections = _check_sections(schema, where, faults)
    before = len(faults.found)
    _check_parts_of_dates(schema, where, faults)
    for name, question in questions_in(schema).items():
        _check_question(name, question, f"{where}/{name}", faults, sections=sections)
    if len(faults.found) > before:
        # What the conditions read is not known for certain.
        return
    shapes = shapes_of(schema, only_form=True)
    _check_conditions(schema, shapes, where, faults)
    for number, rule in enumerate(_list(schema, "x-eligibility", where, faults), 1):
        _check_rule(rule, shapes, f"{where}/x-eligibility/{number}", faults)
    for number, party in enumerate(_list(schema, "x-parties", where, faults), 1):
        _check_party(party, questions_in(schema), f"{where}/x-parties/{number}", faults)


def is_sound(schema: dict[str, Any]) -> bool:
    """Whether a form has no fault, so that it may be read."""
    faults = Faults("")
    check_schema(schema, "", faults)
    return not faults.found


def check_condition(
    condition: Any, shapes: Mapping[str, Shape], where: str, field: str, faults: Faults
) -> None:
    """Every misfit of a condition as a fault of its field, which its path follows."""
    for misfit in misfits_in(condition, shapes):
        faults.add(where, f"{field}/{misfit.path}" if misfit.path else field, misfit.message)


def _has_keys(
    of: Mapping[str, Any], needed: frozenset[str], allowed: frozenset[str], where: str, faults: Faults
) -> bool:
    wrong = sorted((set(of) - allowed) ^ needed)
    for name in wrong:
        faults.add(where, name, _("is missing, or is no part of the dialect"))
    return not wrong


def _is_object_of_questions(schema: Mapping[str, Any], where: str, faults: Faults) -> bool:
    """Whether a form, or the rows of a group, is an object whose every question stands in its order once."""
    if schema["type"] != "object" or schema["additionalProperties"] is not False:
        faults.add(where, "type", _("must be an object without additional properties"))
        return False
    questions, order, required = schema["properties"], schema["x-order"], schema["required"]
    if not isinstance(questions, dict) or not 0 < len(questions) <= MOST_QUESTIONS:
        faults.add(where, "properties", _("must be 1 to %d questions") % MOST_QUESTIONS)
        return False
    if not _are_names(order) or sorted(order) != sorted(questions):
        faults.add(where, "x-order", _("must name every question once"))
        return False
    if not _are_names(required) or not set(required) <= set(questions):
        faults.add(where, "required", _("names a question that is not asked"))
        return False
    if not jsonschema_rs.meta.is_valid(dict(schema)):
        faults.add(where, "", _("is not a JSON Schema"))
        return False
    return True


def _are_names(names: Any) -> bool:
    return isinstance(names, list) and all(isinstance(name, str) for name in names)


def _list(schema: Mapping[str, Any], name: str, where: str, faults: Faults) -> list[Any]:
    rows = schema.get(name, [])
    if not isinstance(rows, list):
        faults.add(where, name, _("must be a list"))
        return []
    return rows


def _check_sections(schema: Mapping[str, Any], where: str, faults: Faults) -> set[str]:
    """The names of the sections; the questions of each stand together, in the order of the sections."""
    names = []
    for number, section in enumerate(_list(schema, "x-sections", where, faults), 1):
        place = f"{where}/x-sections/{number}"
        if not isinstance(section, dict):
            faults.add(place, "", _("must be an object"))
        elif _has_keys(section, SECTION_KEYS, frozenset(), place, faults):
            names.append(section["name"])
            if not all(isinstance(text, str) and text.strip() for text in section.values()):
                faults.add(place, "title", _("must be there in Vietnamese and in English"))
    if len(set(map(str, names))) != len(names):
        faults.add(where, "x-sections", _("names one twice"))
        return set()
    questions = questions_in(schema)
    met = [
        question.get("x-section")
        for name in schema["x-order"]
        if isinstance(question := questions[name], dict)
    ]
    run = [section for place, section in enumerate(met) if place == 0 or met[place - 1] != section]
    if names and [section for section in run if section is not None] != [n for n in names if n in met]:
        faults.add(where, "x-order", _("the questions of a section must stand together, as the sections do"))
    return set(names)


def _check_question(
    name: str,
    question: Any,
    where: str,
    faults: Faults,
    *,
    sections: Collection[str] = (),
    is_in_row: bool = False,
) -> None:
    if not re.fullmatch(SLUG, name) or (name in KNOWN_FACTS and (is_in_row or name not in NAMED_FACTS)):
        faults.add(where, "", _("“%s” is malformed or the name of a fact") % name)
    kind = kind_of(question) if isinstance(question, dict) else None
    if kind is None:
        said = question.get("x-kind", question.get("type")) if isinstance(question, dict) else question
        words = ", ".join(Kind)
        faults.add(where, "type", _("“%(value)s” is none of %(words)s") % {"value": said, "words": words})
        return
    if is_in_row and kind in {Kind.GROUP, Kind.FILE}:
        faults.add(where, "x-kind", _("cannot stand in a row"))
    _check_writing(question, kind, where, faults, is_in_row=is_in_row)
    _check_texts(question, where, faults)
    if not is_in_row and question.get("x-section") is not None and question["x-section"] not in sections:
        faults.add(where, "x-section", _("“%s” is no section of the form") % question["x-section"])
    if kind in {Kind.CHOICE, Kind.CHOICES}:
        _check_choices(question, where, faults)
    elif kind in {Kind.NUMBER, Kind.MONEY} and _is_backwards(question, "minimum", "maximum"):
        faults.add(where, "maximum", _("ends before it begins"))
    elif kind in {Kind.TEXT, Kind.LONG_TEXT} and _is_backwards(question, "minLength", "maxLength"):
        faults.add(where, "maxLength", _("ends before it begins"))
    elif kind == Kind.GROUP:
        _check_rows(question, where, faults)


def _check_parts_of_dates(asks: Mapping[str, Any], where: str, faults: Faults) -> None:
    """A date is typed as day, month and year: no question bears the name of a part of another."""
    for name in sorted(parts_of_dates(asks) & set(questions_in(asks))):
        faults.add(f"{where}/{name}", "", _("“%s” is the name of a part of a date that is asked for") % name)


def parts_of_dates(asks: Mapping[str, Any]) -> set[str]:
    """The names under which the parts of dates are sent."""
    return {
        f"{name}_{part}"
        for name, question in questions_in(asks).items()
        if isinstance(question, dict) and kind_of(question) == Kind.DATE
        for part in ("day", "month", "year")
    }


def _is_backwards(question: Mapping[str, Any], least: str, most: str) -> bool:
    """Whether the most is less than the least, where both are said."""
    return least in question and most in question and question[least] > question[most]


def _check_writing(
    question: Mapping[str, Any], kind: Kind, where: str, faults: Faults, *, is_in_row: bool
) -> None:
    """The keys of the kind, no others, and what it always says."""
    writing = WRITINGS[kind]
    ours = TEXTS | HINTS | (frozenset() if is_in_row else {"x-section"})
    for key in sorted(writing.needed - set(question)):
        faults.add(where, key, _("is missing"))
    for key in sorted(set(question) - ours - writing.needed - writing.allowed - set(writing.fixed)):
        faults.add(where, key, _("is no part of the dialect"))
    for key, value in writing.fixed.items():
        if question.get(key) != value:
            faults.add(where, key, _("must be %s") % value)
    if kind in UNANSWERED and "x-required-if" in question:
        faults.add(where, "x-required-if", _("has no answer that could be required"))


def _check_texts(question: Mapping[str, Any], where: str, faults: Faults) -> None:
    both = _("must be there in Vietnamese and in English, or in neither")
    if not question.get("title") or not question.get("title_en"):
        faults.add(where, "title", both)
    if bool(question.get("description")) != bool(question.get("description_en")):
        faults.add(where, "description", both)
    for key in sorted(TEXTS & set(question)):
        if not isinstance(question[key], str):
            faults.add(where, key, _("must be a text"))


def _check_choices(question: Mapping[str, Any], where: str, faults: Faults) -> None:
    options, values = question.get("x-options"), choices_of(question)
    if kind_of(question) == Kind.CHOICES and question.get("items") != {"type": "string", "enum": values}:
        faults.add(where, "items", _("must be texts out of a list"))
    if not (
        isinstance(options, list)
        and all(isinstance(each, dict) and set(each) == {"value", "vi", "en"} for each in options)
        and all(isinstance(text, str) and text for each in options for text in each.values())
        and values == [each["value"] for each in options]
        and len(set(values)) == len(values) > 0
    ):
        faults.add(where, "x-options", _("must give each choice in Vietnamese and in English"))
    elif kind_of(question) == Kind.CHOICES and not (
        question.get("minItems", 0) <= question.get("maxItems", len(values))
        and question.get("minItems", 0) <= len(values)
    ):
        faults.add(where, "maxItems", _("ends before it begins"))


def _check_rows(question: Mapping[str, Any], where: str, faults: Faults) -> None:
    least, most, items = question.get("minItems"), question.get("maxItems"), question.get("items")
    if not (
        isinstance(least, int) and isinstance(most, int) and 0 <= least <= most and 1 <= most <= MOST_ROWS
    ):
        faults.add(where, "maxItems", _("must be at most %d, and no less than the least") % MOST_ROWS)
    if not isinstance(items, dict):
        faults.add(where, "items", _("must be an object"))
    elif _has_keys(items, ROW_KEYS, frozenset(), f"{where}/items", faults) and _is_object_of_questions(
        items, f"{where}/items", faults
    ):
        _check_parts_of_dates(items, f"{where}/items", faults)
        for name, each in items["properties"].items():
            _check_question(name, each, f"{where}/items/{name}", faults, is_in_row=True)


def _check_conditions(
    schema: Mapping[str, Any], shapes: Mapping[str, Shape], where: str, faults: Faults
) -> None:
    """The conditions of questions: readable, not of themselves, and not in contradiction to what is always required."""
    before = len(faults.found)
    for name, question in questions_in(schema).items():
        place = f"{where}/{name}"
        for hint in ("x-visible-if", "x-required-if"):
            if hint in question:
                check_condition(question[hint], shapes, place, hint, faults)
        if name in schema["required"] and HINTS - {"x-kind"} & set(question):
            faults.add(
                place, "x-required-if", _("a question that may not be asked cannot always be required")
            )
        if kind_of(question) == Kind.GROUP:
            rows = question["items"]
            within = shapes_of(rows, only_form=True)
            # In a row the row's own answers come first; what the form asks is read as well.
            _check_conditions(rows, {**shapes, **within}, f"{place}/items", faults)
    if len(faults.found) == before:
        try:
            circle = circle_in(schema)
        except ConditionMalformed:
            return
        if circle:
            faults.add(f"{where}/{circle[0]}", "x-visible-if", _("hangs on itself: %s") % " → ".join(circle))


def _check_rule(rule: Any, shapes: Mapping[str, Shape], where: str, faults: Faults) -> None:
    if not isinstance(rule, dict):
        faults.add(where, "", _("must be an object"))
        return
    if not _has_keys(rule, RULE_KEYS, frozenset(), where, faults):
        return
    if not all(isinstance(rule[key], str) and rule[key].strip() for key in ("message", "message_en")):
        faults.add(where, "message", _("must be there in Vietnamese and in English"))
    check_condition(rule["condition"], shapes, where, "condition", faults)


def _check_party(party: Any, questions: Mapping[str, Any], where: str, faults: Faults) -> None:
    """A party whom the answers name: its role, and the questions that ask for its name, number and birth."""
    if not isinstance(party, dict) or not {"role", "name"} <= set(party) <= PARTY_KEYS:
        faults.add(where, "", _("is missing, or is no part of the dialect"))
        return
    if party["role"] not in PARTY_ROLES:
        words = ", ".join(PARTY_ROLES)
        faults.add(
            where, "role", _("“%(value)s” is none of %(words)s") % {"value": party["role"], "words": words}
        )
    for part in sorted(set(party) - {"role"}):
        question = questions.get(str(party[part]), {})
        if question.get("type") != "string" or (question.get("format") == "date") != (part == "born_on"):
            faults.add(where, part, _("the form does not ask for “%s”") % party[part])
