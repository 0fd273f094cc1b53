"""The questions of a procedure as a form: a version's JSON Schema read as Django fields, and the answers read back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from apps.web.ui.templatetags.ui import thousands
from apps.web.ui.widgets import DayMonthYearInput

PREFIX = "answers"
LONG_TEXT = 200
YES_NO = (("yes", _("Yes")), ("no", _("No")))
# Thousands set apart as people write them: 150.000.000, 150 000 000, 150,000,000.
GROUPED = re.compile(r"\d{1,3}(?:([., ])\d{3})(?:\1\d{3})*")


class WholeNumberField(forms.IntegerField):
    """A whole number, with or without marks between the thousands; Django's own would read 150.000 as 150."""

    def to_python(self, value: Any) -> int | None:
        text = str(value if value is not None else "").replace("\N{NO-BREAK SPACE}", " ").strip()
        if GROUPED.fullmatch(text):
            text = re.sub(r"\D", "", text)
        elif text and not re.fullmatch(r"[+-]?\d+", text):
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(text)

    def prepare_value(self, value: Any) -> Any:
        return thousands(value) if isinstance(value, int) else value


class AnswersForm(forms.Form):
    """One field for each question, in the schema's order; names of inputs begin with `answers-`.

    It reads what was typed into the kinds that the schema wants. Whether the answers are right is the domain's to say.
    """

    def __init__(
        self,
        schema: Mapping[str, Any],
        data: Mapping[str, Any] | None = None,
        *,
        answers: Mapping[str, Any] | None = None,
    ) -> None:
        self.schema = schema
        super().__init__(data, prefix=PREFIX, initial=_as_initial(schema, answers or {}))
        required = set(schema.get("required", []))
        for name in names_in_order(schema):
            self.fields[name] = field_of(schema["properties"][name], is_required=name in required)

    @property
    def answers(self) -> dict[str, Any]:
        """The answers given, blank ones left out, as the schema spells them: dates as ISO text, truth as a boolean."""
        found = {name: self._spelled(name) for name in self.cleaned_data}
        return {name: value for name, value in found.items() if value is not None and value != ""}

    def _spelled(self, name: str) -> Any:
        value = self.cleaned_data[name]
        if isinstance(value, date):
            return value.isoformat()
        if self.schema["properties"][name]["type"] == "boolean":
            return None if value == "" else value == "yes"
        return value


def names_in_order(schema: Mapping[str, Any]) -> list[str]:
    """The names of the questions as `x-order` puts them, then the rest."""
    names = [name for name in schema.get("x-order", []) if name in schema["properties"]]
    return names + [name for name in schema["properties"] if name not in names]


def field_of(question: Mapping[str, Any], *, is_required: bool) -> forms.Field:
    """The field that one question needs."""
    common: dict[str, Any] = {
        "label": text_of(question, "title"),
        "help_text": text_of(question, "description"),
        "required": is_required,
    }
    if "enum" in question:
        return forms.ChoiceField(choices=[("", "—"), *options_of(question)], **common)
    if question["type"] == "boolean":
        return forms.ChoiceField(choices=YES_NO, widget=forms.RadioSelect, **common)
    if question["type"] == "integer":
        return WholeNumberField(
            min_value=question.get("minimum"), max_value=question.get("maximum"), **common
        )
    if question.get("format") == "date":
        return forms.DateField(widget=DayMonthYearInput, input_formats=["%Y-%m-%d"], **common)
    most = question.get("maxLength")
    widget = forms.Textarea(attrs={"rows": 4}) if (most or 0) > LONG_TEXT else forms.TextInput()
    return forms.CharField(
        min_length=question.get("minLength"), max_length=most, strip=True, widget=widget, **common
    )


def options_of(question: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The choices of a question in the reader's language."""
    labels = {option["value"]: option[_language()] for option in question.get("x-options", [])}
    return [(value, labels.get(value, value)) for value in question["enum"]]


def text_of(question: Mapping[str, Any], name: str) -> str:
    """A title or description in the reader's language; empty where the schema has none."""
    in_english = question.get(f"{name}_en", "") if _language() == "en" else ""
    return str(in_english or question.get(name, ""))


def answers_shown(schema: Mapping[str, Any], answers: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(question, answer) in words, in the schema's order; only what was answered."""
    return [
        (
            text_of(schema["properties"][name], "title"),
            answer_shown(schema["properties"][name], answers[name]),
        )
        for name in names_in_order(schema)
        if answers.get(name) not in (None, "")
    ]


def answer_shown(question: Mapping[str, Any], answer: Any) -> str:
    """One answer in words: the label of a choice, yes or no, a date as dd/mm/yyyy, a number with its thousands apart."""
    if "enum" in question:
        return dict(options_of(question)).get(answer, str(answer))
    if question["type"] == "boolean":
        return str(YES_NO[0][1] if answer else YES_NO[1][1])
    if question.get("format") == "date":
        try:
            return date.fromisoformat(str(answer)).strftime("%d/%m/%Y")
        except ValueError:
            return str(answer)
    if question["type"] == "integer" and isinstance(answer, int):
        return thousands(answer)
    return str(answer)


def _as_initial(schema: Mapping[str, Any], answers: Mapping[str, Any]) -> dict[str, Any]:
    properties = schema["properties"]
    return {
        name: ("yes" if value else "no") if properties[name]["type"] == "boolean" else value
        for name, value in answers.items()
        if name in properties
    }


def _language() -> str:
    return "en" if get_language() == "en" else "vi"
