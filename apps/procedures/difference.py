"""What differs between two versions, in words: rows matched by their code or their place, fields by name. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from django.db.models import Choices
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from apps.accounts.choices import Role
from apps.procedures.choices import (
    AfterSupplement,
    BorneBy,
    Channel,
    ComponentMode,
    ConnectingFactor,
    FeeKind,
    LimitUnit,
    PayBefore,
    Quantity,
    StepAct,
    StepProduct,
)
from apps.procedures.conditions import Shape, in_words
from apps.procedures.forms.kinds import Kind, kind_of, shapes_of
from apps.procedures.soundness import Content

Text = str | Promise

PART_NAMES: dict[str, Text] = {
    "basics": _("In general"),
    "competences": _("Who decides"),
    "time_limits": _("Time limits"),
    "form": _("Questions of the form"),
    "components": _("Papers"),
    "fee_rules": _("Fees"),
    "steps": _("Steps"),
    "linked_parts": _("Cases that one application opens"),
}
FIELD_NAMES: dict[str, Text] = {
    "channels": _("Ways to file"),
    "presence_channels": _("Ways in which the applicant must come in person"),
    "after_supplement": _("After a supplement"),
    "supplement_window": _("How long the applicant has to complete the file"),
    "supplement_window_unit": _("Unit of that window"),
    "payment_window": _("How long the applicant has to pay another authority"),
    "payment_window_unit": _("Unit of the window for payment"),
    "confirmation_window": _("How long the applicant has to confirm a draft"),
    "confirmation_window_unit": _("Unit of the window for confirmation"),
    "is_agreement_provided": _("May be prolonged by agreement with the applicant"),
    "verified_value": _("How long in all where something is verified"),
    "verified_unit": _("Unit of the time in all"),
    "result_name": _("Result"),
    "result_name_en": _("Result, in English"),
    "closed_note": _("Why nobody can file"),
    "closed_note_en": _("Why nobody can file, in English"),
    "note": _("Note"),
    "note_en": _("Note, in English"),
    "condition": _("Only when"),
    "is_established": _("Established by a source"),
    "agency_kind": _("Kind of agency"),
    "factor": _("What ties the case to it"),
    "value": _("How long"),
    "unit": _("Unit of time"),
    "cut_off": _("Cut-off"),
    "code": _("Code"),
    "name": _("Name"),
    "name_en": _("Name, in English"),
    "mode": _("How it is given"),
    "is_required": _("Required"),
    "copies": _("Number of copies"),
    "is_lasting": _("Given once, it counts again"),
    "results_of": _("Result of these procedures"),
    "kind": _("Kind"),
    "unit_price": _("Price, in đồng"),
    "quantity": _("Multiplied"),
    "most": _("At most for one copy, in đồng"),
    "borne_by": _("Borne by"),
    "pay_before": _("When it is due"),
    "legal_basis": _("Legal basis"),
    "basis_from": _("In force from"),
    "basis_to": _("In force until"),
    "is_refundable": _("Refundable"),
    "exempt_condition": _("Exempt when"),
    "exempt_percent": _("How much is waived, in percent"),
    "exempt_basis": _("Legal basis of the exemption"),
    "exempt_from": _("Exempt from"),
    "exempt_to": _("Exempt until"),
    "collector_kind": _("Collected for, where not for the agency that decides"),
    "collector_factor": _("What ties the case to the collecting body"),
    "collector_basis": _("Written authorisation to collect"),
    "has_face_value": _("Receipt with face value"),
    "role": _("Role"),
    "act": _("Closed by"),
    "product": _("What it must leave"),
    "product_name": _("What that is called"),
    "product_name_en": _("What that is called, in English"),
    "may_skip": _("Who may do without it"),
    "share": _("Share of the time"),
    "share_of": _("Parts of the whole"),
    "procedure": _("Procedure, by its code"),
    "waits_for": _("Begins after the results of"),
    "title": _("Question"),
    "required": _("Required"),
    "order": _("Order"),
    "title_en": _("Question, in English"),
    "description": _("Hint"),
    "description_en": _("Hint, in English"),
    "minLength": _("Fewest characters"),
    "maxLength": _("Most characters"),
    "minimum": _("No less than"),
    "maximum": _("No more than"),
    "x-visible-if": _("Asked only if"),
    "x-required-if": _("Must be answered only if"),
    "x-options": _("Choices"),
    "x-component": _("Paper"),
    "x-section": _("Section"),
    "x-sections": _("Sections of the form"),
    "x-eligibility": _("Who may file: rules of eligibility"),
    "x-parties": _("People whom the answers name"),
    "items": _("Questions of the rows"),
}
_WORDS: dict[str, type[Choices]] = {
    "channels": Channel,
    "presence_channels": Channel,
    "after_supplement": AfterSupplement,
    "factor": ConnectingFactor,
    "collector_factor": ConnectingFactor,
    "unit": LimitUnit,
    "supplement_window_unit": LimitUnit,
    "payment_window_unit": LimitUnit,
    "confirmation_window_unit": LimitUnit,
    "verified_unit": LimitUnit,
    "mode": ComponentMode,
    "kind": FeeKind,
    "quantity": Quantity,
    "borne_by": BorneBy,
    "pay_before": PayBefore,
    "role": Role,
    "act": StepAct,
    "product": StepProduct,
    "may_skip": Role,
}
_OF_QUESTIONS = frozenset({"properties", "required", "x-order"})
# Rows that bear a code are the same row wherever they stand.
BY_CODE = frozenset({"components", "steps"})
# Of a group a part is the same wherever it stands, since its procedure is there once.
_KEYS = {"components": "code", "steps": "code", "linked_parts": "procedure"}


@dataclass(frozen=True, slots=True)
class Change:
    """One field that differs. `row` names the row in a reader's words; empty for the version as a whole.

    A row that was added has no text before, one that was taken away none after.
    """

    part: str
    row: str
    field: str
    before: str
    after: str


def differences(
    before: Content, after: Content, kinds: Mapping[str, str] | None = None
) -> dict[str, list[Change]]:
    """Everything that differs, part by part; `kinds` are names of kinds of agencies by code."""
    found = {"basics": list(_of_fields("basics", "", before, after, before, after, kinds or {}))}
    found["form"] = list(_of_forms(before["form_schema"], after["form_schema"]))
    for part in PART_NAMES:
        if part not in found:
            found[part] = list(_of_rows(part, before, after, kinds or {}))
    return {part: found[part] for part in PART_NAMES if found[part]}


def _of_fields(
    part: str,
    row: str,
    before: Content,
    after: Content,
    whole_before: Content,
    whole_after: Content,
    kinds: Mapping[str, str],
) -> Iterator[Change]:
    for name in {**before, **after}:
        old, new = before.get(name), after.get(name)
        # The parts are compared row by row, and so are the questions of the form.
        if old == new or name in PART_NAMES or name == "form_schema":
            continue
        yield Change(
            part,
            row,
            field_name(name),
            value_in_words(name, old, whole_before, kinds),
            value_in_words(name, new, whole_after, kinds),
        )


def _of_rows(part: str, before: Content, after: Content, kinds: Mapping[str, str]) -> Iterator[Change]:
    old, new = _keyed(part, before[part]), _keyed(part, after[part])
    for key in {**old, **new}:
        if key not in new:
            yield Change(
                part,
                row_name(part, key, old[key], kinds),
                gettext("Taken away"),
                _sum(old[key], before, kinds),
                "",
            )
        elif key not in old:
            yield Change(
                part, row_name(part, key, new[key], kinds), gettext("Added"), "", _sum(new[key], after, kinds)
            )
        else:
            yield from _of_fields(
                part, row_name(part, key, new[key], kinds), old[key], new[key], before, after, kinds
            )
    kept_before, kept_after = [key for key in old if key in new], [key for key in new if key in old]
    if kept_before != kept_after:
        yield Change(
            part, "", field_name("order"), ", ".join(map(str, kept_before)), ", ".join(map(str, kept_after))
        )


def _keyed(part: str, rows: Sequence[Content]) -> dict[Any, Content]:
    key = _KEYS.get(part)
    return {row[key] if key else number: row for number, row in enumerate(rows, 1)}


def row_name(part: str, key: object, row: Content, kinds: Mapping[str, str]) -> str:
    """What a reader calls a row: its name, or its place."""
    in_language = "name_en" if get_language() == "en" else "name"
    named = row.get(in_language) or kinds.get(row.get("agency_kind", ""), "")
    return f"{key}. {named}" if named and part not in BY_CODE else named or str(key)


def _sum(row: Content, whole: Content, kinds: Mapping[str, str]) -> str:
    """A whole row in a line, without what it does not say."""
    said = [
        f"{field_name(name)}: {value_in_words(name, value, whole, kinds)}"
        for name, value in row.items()
        if value not in (None, "", []) and name not in {"name", "name_en", "code"}
    ]
    return "; ".join(said)


def _of_forms(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    yield from _of_questions(before, after, shapes_of(before), shapes_of(after), "")
    for key in sorted((set(before) | set(after)) - _OF_QUESTIONS):
        if before.get(key) != after.get(key):
            yield Change("form", "", field_name(key), _plain(before.get(key)), _plain(after.get(key)))


def _of_questions(
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    shapes_before: Mapping[str, Shape],
    shapes_after: Mapping[str, Shape],
    within: str,
) -> Iterator[Change]:
    """The questions of a form, or of the rows of a group, whose title then stands before theirs."""
    old, new = before.get("properties", {}), after.get("properties", {})
    for name in {**old, **new}:
        question = new.get(name) or old[name]
        title = f"{within}{question_title(question) or name}"
        if name not in new:
            yield Change("form", title, gettext("Taken away"), name, "")
        elif name not in old:
            yield Change("form", title, gettext("Added"), "", name)
        else:
            yield from _of_question(title, old[name], new[name], shapes_before, shapes_after)
            was, now = name in before.get("required", ()), name in after.get("required", ())
            if was != now:
                yield Change("form", title, field_name("required"), yes_or_no(was), yes_or_no(now))
    kept = [
        [name for name in form.get("x-order", ()) if name in old and name in new] for form in (before, after)
    ]
    if kept[0] != kept[1]:
        yield Change("form", within, field_name("order"), ", ".join(kept[0]), ", ".join(kept[1]))


def _of_question(
    title: str,
    old: Mapping[str, Any],
    new: Mapping[str, Any],
    shapes_before: Mapping[str, Shape],
    shapes_after: Mapping[str, Shape],
) -> Iterator[Change]:
    are_groups = kind_of(old) == kind_of(new) == Kind.GROUP
    for key in [key for key in {**old, **new} if old.get(key) != new.get(key)]:
        if key == "items" and are_groups:
            rows_before, rows_after = (
                {**shapes, **shapes_of(each[key])}
                for shapes, each in ((shapes_before, old), (shapes_after, new))
            )
            yield from _of_questions(old[key], new[key], rows_before, rows_after, f"{title} – ")
        elif key == "enum" and "x-options" in new:
            # The choices say it with their words.
            continue
        else:
            yield Change(
                "form",
                title,
                field_name(key),
                _hint_in_words(key, old.get(key), shapes_before),
                _hint_in_words(key, new.get(key), shapes_after),
            )


def _hint_in_words(key: str, value: Any, shapes: Mapping[str, Shape]) -> str:
    language = "en" if get_language() == "en" else "vi"
    if key in ("x-visible-if", "x-required-if") and value is not None:
        return in_words(value, shapes, language)
    if key == "x-options" and isinstance(value, list):
        return ", ".join(str(each[language]) for each in value)
    return _plain(value)


def question_title(question: Mapping[str, Any]) -> str:
    """A question in the reader's language."""
    in_english = question.get("title_en", "") if get_language() == "en" else ""
    return str(in_english or question.get("title", ""))


def field_name(name: str) -> str:
    """What a field is called; a field without a name of its own is called as it is spelled."""
    return str(FIELD_NAMES.get(name, name))


def value_in_words(name: str, value: Any, whole: Content, kinds: Mapping[str, str]) -> str:
    """A value as a person reads it, in the language that is active."""
    if name == "exempt_condition" and not value:
        return _plain(value)
    if name in ("condition", "exempt_condition"):
        return condition_in_words(value, whole["form_schema"])
    if name in ("agency_kind", "collector_kind") and value:
        return kinds.get(value, str(value))
    if name in _WORDS and value:
        words = _WORDS[name]
        values = value if isinstance(value, list) else [value]
        return ", ".join(str(words(each).label) if each in words.values else str(each) for each in values)
    return _plain(value)


def condition_in_words(condition: Any, schema: Mapping[str, Any]) -> str:
    """A condition as a person reads it: the one place where it is printed."""
    if not condition:
        return gettext("always")
    return in_words(condition, shapes_of(schema), "en" if get_language() == "en" else "vi")


def _plain(value: Any) -> str:
    match value:
        case None | "" | []:
            return "–"
        case bool():
            return yes_or_no(value)
        case int():
            return f"{value:,}".replace(",", ".")
        case date():
            return value.strftime("%d/%m/%Y")
        case time():
            return value.strftime("%H:%M")
        case list() if all(isinstance(each, str | int) for each in value):
            return ", ".join(map(str, value))
        case dict() | list():
            return json.dumps(value, ensure_ascii=False)
    return str(value)


def yes_or_no(value: bool) -> str:
    return gettext("yes") if value else gettext("no")
