"""The form of a version as an administrator reads it: questions in their order, each with its conditions and its faults."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from apps.core.loading import Fault, Faults
from apps.procedures.conditions import Shape, in_words
from apps.procedures.difference import PART_NAMES, field_name, question_title, row_name
from apps.procedures.forms import Kind, kind_of, names_in_order, shapes_of
from apps.procedures.forms.editing import holder, joined, question_at
from apps.procedures.forms.kinds import UNANSWERED, questions_in
from apps.procedures.forms.references import references_to
from apps.procedures.forms.soundness import MOST_QUESTIONS, check_schema
from apps.procedures.soundness import Content, check_files, rows_reading
from apps.web.administration.question_forms import KIND_NAMES, NUMBERS
from apps.web.ui.question_fields import options_of, text_of
from apps.web.ui.templatetags.ui import thousands

# Which form of the language a text is in, so that readers aloud say it right.
Both = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Said:
    """A condition in words, in both languages; `label` says what it decides."""

    label: Any
    texts: Both


@dataclass(frozen=True, slots=True)
class QuestionShown:
    """One question of the outline. `rows` are the questions of a group."""

    path: str
    code: str
    titles: Both
    kind: Any
    need: Any
    details: list[str]
    conditions: list[Said]
    faults: list[str]
    can_rise: bool
    can_sink: bool
    is_group: bool = False
    rows: list[QuestionShown] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class SectionShown:
    """Questions that stand together, under a heading or under none."""

    titles: Both
    questions: list[QuestionShown]


@dataclass(frozen=True, slots=True)
class RuleShown:
    """A rule of eligibility: what must hold, and what is said where it does not."""

    condition: Both
    messages: Both


def faults_of_form(content: Content) -> list[Fault]:
    """What is wrong with the form of a version, each at the path of its question, else at the form as a whole."""
    faults = Faults("")
    check_schema(content["form_schema"], "", faults)
    if not faults.found:
        check_files(content["form_schema"], content["components"], "", faults)
    return [
        Fault("", each.row.lstrip("/").replace("/items/", "."), each.field, each.message)
        for each in faults.found
    ]


def fault_in_words(fault: Fault) -> str:
    """What is wrong and with which part of the question."""
    name, _slash, place = fault.field.partition("/")
    said = " ".join(part for part in (field_name(name) if name else "", place) if part)
    return f"{said}: {fault.message}" if said else fault.message


def sections_shown(schema: Mapping[str, Any], faults: list[Fault]) -> list[SectionShown]:
    """The questions in their order, under the headings beneath which they stand; a heading without any as well.

    Of more than a form may have the first are shown, as many as it may have.
    """
    shapes = shapes_of(schema, only_form=True)
    shown = _questions(schema, "", shapes, faults)
    sections = {each["name"]: each for each in schema.get("x-sections", ())}
    found: list[tuple[str, SectionShown]] = []
    for each in shown:
        question = questions_in(schema)[each.code]
        name = str(question.get("x-section") or "") if isinstance(question, dict) else ""
        if not found or found[-1][0] != name:
            found.append((name, SectionShown(_titles(sections.get(name, {})), [])))
        found[-1][1].questions.append(each)
    met = {name for name, _section in found}
    empty = [SectionShown(_titles(each), []) for name, each in sections.items() if name not in met]
    return [section for _name, section in found] + empty


def _questions(
    asks: Mapping[str, Any], group: str, shapes: Mapping[str, Shape], faults: list[Fault]
) -> list[QuestionShown]:
    names = names_in_order(asks)[:MOST_QUESTIONS]
    found = []
    for number, name in enumerate(names):
        question = questions_in(asks)[name]
        path = joined(group, name)
        known = question if isinstance(question, dict) else {}
        kind = kind_of(known)
        own = [fault for fault in faults if fault.row == path or fault.row.startswith(f"{path}/")]
        rows: list[QuestionShown] = []
        if kind == Kind.GROUP:
            within = holder(asks, name)
            rows = _questions(within, name, {**shapes, **shapes_of(within, only_form=True)}, faults)
        found.append(
            QuestionShown(
                path=path,
                code=name,
                titles=_titles(known) or (("", name),),
                kind=KIND_NAMES[kind] if kind else _("no kind of question"),
                need=_need(known, kind, is_required=name in asks.get("required", ())),
                details=list(_details(known, kind)),
                conditions=list(_conditions(known, shapes)),
                faults=[fault_in_words(fault) for fault in own],
                can_rise=number > 0,
                can_sink=number < len(names) - 1,
                is_group=kind == Kind.GROUP,
                rows=rows,
            )
        )
    return found


def _titles(of: Mapping[str, Any]) -> Both:
    texts = (("vi", str(of.get("title", ""))), ("en", str(of.get("title_en", ""))))
    return tuple((language, text) for language, text in texts if text)


def _need(question: Mapping[str, Any], kind: Kind | None, *, is_required: bool) -> str:
    if kind in UNANSWERED:
        return ""
    if is_required or question.get("x-required-if") == {}:
        return gettext("required") if "x-visible-if" not in question else gettext("required when asked")
    return gettext("required sometimes") if "x-required-if" in question else gettext("optional")


def _details(question: Mapping[str, Any], kind: Kind | None) -> Iterator[str]:
    """The hint, the bounds, the choices."""
    if hint := text_of(question, "description"):
        yield hint
    if kind == Kind.GROUP:
        least, most = question.get("minItems"), question.get("maxItems")
        yield gettext("%(least)s to %(most)s rows") % {"least": least, "most": most}
    elif kind in {Kind.TEXT, Kind.LONG_TEXT, Kind.NUMBER, Kind.MONEY, Kind.CHOICES}:
        for name, (label, _least, _most) in NUMBERS.items():
            if isinstance(value := question.get(name), int):
                yield f"{label}: {thousands(value)}"
    if kind in {Kind.CHOICE, Kind.CHOICES}:
        labels = [label for _value, label in options_of(question)]
        yield ngettext("%(n)d choice: %(labels)s", "%(n)d choices: %(labels)s", len(labels)) % {
            "n": len(labels),
            "labels": ", ".join(labels),
        }
    if kind == Kind.FILE:
        yield gettext("Paper: %s") % question.get("x-component", "")


def _conditions(question: Mapping[str, Any], shapes: Mapping[str, Shape]) -> Iterator[Said]:
    for hint, label in (
        ("x-visible-if", _("Asked only if")),
        ("x-required-if", _("Must be answered only if")),
    ):
        if question.get(hint):
            yield Said(label, both_in_words(question[hint], shapes))


def both_in_words(condition: Any, shapes: Mapping[str, Shape]) -> Both:
    """A condition in Vietnamese and in English."""
    return tuple((language, in_words(condition, shapes, language)) for language in ("vi", "en"))


def rules_shown(schema: Mapping[str, Any]) -> list[RuleShown]:
    """The rules of eligibility in their order."""
    shapes = shapes_of(schema, only_form=True)
    return [
        RuleShown(
            both_in_words(rule.get("condition"), shapes),
            (("vi", str(rule.get("message", ""))), ("en", str(rule.get("message_en", "")))),
        )
        for rule in schema.get("x-eligibility", ())
    ]


def what_refers(content: Content, path: str, kinds: Mapping[str, str]) -> list[str]:
    """Everything in a version that refers to a question of its form, each as a reader calls it."""
    schema, found = content["form_schema"], []
    for each in references_to(schema, path):
        if each.kind == "question":
            title = question_title(question_at(schema, each.at) or {}) or each.at
            found.append(gettext("the question “%s”") % title)
        elif each.kind == "rule":
            rule = schema["x-eligibility"][int(each.at) - 1]
            said = text_of(rule, "message")
            found.append(
                gettext("rule of eligibility %(number)s (“%(said)s”)") % {"number": each.at, "said": said}
            )
        else:
            found.append(gettext("the list of people whom the answers name"))
    for part, number in rows_reading(content, path):
        name = row_name(part, number, content[part][number - 1], kinds)
        found.append(f"{PART_NAMES[part]} · {name}")
    return found
