"""The form field that one question needs, by its kind, with its words in the reader's language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from apps.procedures.forms import Kind, kind_of
from apps.procedures.forms.kinds import choices_of
from apps.web.ui.templatetags.ui import thousands
from apps.web.ui.widgets import DayMonthYearInput

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


class DigitsField(forms.CharField):
    """A number that is no quantity, typed with or without spaces and dots; its shape is the domain's to judge."""

    def to_python(self, value: Any) -> str:
        return re.sub(r"[\s.()]", "", str(super().to_python(value)))


def text_of(question: Mapping[str, Any], name: str) -> str:
    """A title or description in the reader's language; empty where the schema has none."""
    in_english = question.get(f"{name}_en", "") if language() == "en" else ""
    return str(in_english or question.get(name, ""))


def options_of(question: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The choices of a question in the reader's language."""
    labels = {option["value"]: option[language()] for option in question.get("x-options", [])}
    return [(value, labels.get(value, value)) for value in choices_of(question)]


def language() -> str:
    """`en`, or `vi` for everybody else."""
    return "en" if get_language() == "en" else "vi"


def field_of(question: Mapping[str, Any], *, is_required: bool, help_text: str) -> forms.Field:
    """The field of a question that has one answer: no group, no address, and nothing that only stands between."""
    common: dict[str, Any] = {
        "label": text_of(question, "title"),
        "help_text": help_text,
        "required": is_required,
    }
    most = question.get("maxLength")
    match kind_of(question):
        case Kind.CHOICE:
            return forms.ChoiceField(choices=[("", "—"), *options_of(question)], **common)
        case Kind.CHOICES:
            return forms.MultipleChoiceField(
                choices=options_of(question), widget=forms.CheckboxSelectMultiple, **common
            )
        case Kind.YES_NO:
            return forms.ChoiceField(choices=YES_NO, widget=forms.RadioSelect, **common)
        case Kind.NUMBER | Kind.MONEY:
            return WholeNumberField(
                min_value=question.get("minimum"), max_value=question.get("maximum"), **common
            )
        case Kind.DATE:
            return forms.DateField(widget=DayMonthYearInput, input_formats=["%Y-%m-%d"], **common)
        case Kind.PERSONAL_ID | Kind.TAX_CODE:
            return DigitsField(widget=_input(inputmode="numeric"), max_length=30, **common)
        case Kind.PHONE:
            return DigitsField(widget=_input(inputmode="tel", type="tel"), max_length=30, **common)
        case Kind.EMAIL:
            return forms.EmailField(widget=forms.EmailInput(attrs={"spellcheck": "false"}), **common)
    widget = forms.Textarea(attrs={"rows": 4}) if kind_of(question) == Kind.LONG_TEXT else forms.TextInput()
    return forms.CharField(
        min_length=question.get("minLength"), max_length=most, strip=True, widget=widget, **common
    )


def _input(**attrs: str) -> forms.TextInput:
    return forms.TextInput(attrs={**attrs, "autocomplete": "off"})
