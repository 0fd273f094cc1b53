"""Filters and tags that every page uses: money, moments, masking, statuses, fields and their faults."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass
from dataclasses import field as attribute
from typing import Any, cast

from django import forms, template
from django.forms.boundfield import BoundField
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from apps.core.masking import mask_particular
from apps.core.spoken import day, dong, in_vietnamese, moment, working_time
from apps.procedures.difference import condition_in_words
from apps.procedures.models import FeeRule
from apps.web.ui.parts import Column, Problem, Text
from apps.web.ui.ways import ways_in_words
from apps.web.ui.widgets import DayMonthYearInput

register = template.Library()
register.filter(dong)
register.filter(moment)
register.filter(ways_in_words)
register.filter(day)
register.filter(working_time)

NO_CONTROL = SafeString("")


@register.filter
def thousands(number: int) -> str:
    """A count as the reader's language writes it: `12.345`, in English `12,345`."""
    grouped = f"{number:,}"
    return grouped.replace(",", ".") if in_vietnamese() else grouped


@register.filter
def masked(value: object) -> str:
    """A personal or telephone number but for its last 3, an e-mail but for its first letter and domain."""
    return mask_particular(value)


@register.filter
def because(rule: FeeRule) -> str:
    """Why a line of the tariff applies: its condition in the reader's language."""
    return condition_in_words(rule.condition, rule.version.form_schema)


@dataclass(frozen=True, slots=True)
class StatusLook:
    """How a status of a case is shown: its name, and one of the ten colours of `.mc-tag--…`."""

    label: Text
    colour: str


STATUS_LOOKS: dict[str, StatusLook] = {
    "submitted": StatusLook(_("Newly filed"), "sky"),
    "accepted": StatusLook(_("Accepted"), "teal"),
    "declined": StatusLook(_("Not accepted"), "red"),
    "in_progress": StatusLook(_("In progress"), "indigo"),
    "awaiting_supplement": StatusLook(_("Supplement requested"), "amber"),
    "awaiting_payment": StatusLook(_("Financial obligation"), "orange"),
    "withdrawal_requested": StatusLook(_("Withdrawal requested"), "pink"),
    "stopped": StatusLook(_("Stopped"), "grey"),
    "resolved": StatusLook(_("Resolved"), "green"),
    "delivered": StatusLook(_("Result delivered"), "jade"),
}
NATIONAL_CODES = dict(enumerate(STATUS_LOOKS, start=1))


@register.inclusion_tag("components/tag.html")
def status_tag(status: str | int, label: Text = "") -> dict[str, object]:
    """The tag of a case's status, given as its name (`in_progress`) or its national code (4).

    Raises KeyError for a status that does not exist. `label` replaces the name, for wording of a page's own.
    """
    look = STATUS_LOOKS[NATIONAL_CODES[status] if isinstance(status, int) else str(status)]
    return {"text": label or look.label, "colour": look.colour}


@register.simple_tag
def column_at(columns: Sequence[Column], place: int) -> Column:
    """The column that a cell stands in."""
    return columns[place]


@dataclass(frozen=True, slots=True)
class Option:
    """One radio or checkbox of a group."""

    id: str
    value: object
    label: object
    is_checked: bool
    is_disabled: bool


@dataclass(frozen=True, slots=True)
class DatePart:
    """One of the three inputs of a typed date."""

    id: str
    name: str
    value: str
    label: str
    width: int


@dataclass(frozen=True, slots=True)
class FieldBox:
    """A bound field as `components/field.html` draws it; ids and `aria-describedby` already agree."""

    kind: str
    id: str
    name: str
    label: str
    hint: str
    errors: list[str]
    described_by: str
    is_optional: bool
    control: SafeString = NO_CONTROL
    options: list[Option] = attribute(default_factory=list)
    parts: list[DatePart] = attribute(default_factory=list)

    @property
    def hint_id(self) -> str:
        return f"{self.id}_helptext"

    @property
    def error_id(self) -> str:
        return f"{self.id}_error"


CONTROL_CLASSES = {
    "select": "govuk-select",
    "textarea": "govuk-textarea",
    "file": "govuk-file-upload",
    "input": "govuk-input",
    "checkbox": "govuk-checkboxes__input",
}


def kind_of(widget: forms.Widget) -> str:
    """Which of the nine drawings of `components/field.html` a widget gets."""
    if widget.is_hidden:
        return "hidden"
    # CheckboxSelectMultiple is a RadioSelect to Django: the order of this table matters.
    for of_type, kind in (
        (DayMonthYearInput, "date"),
        (forms.CheckboxSelectMultiple, "checkboxes"),
        (forms.RadioSelect, "radios"),
        (forms.CheckboxInput, "checkbox"),
        (forms.Select, "select"),
        (forms.Textarea, "textarea"),
        (forms.FileInput, "file"),
    ):
        if isinstance(widget, of_type):
            return kind
    return "input"


@register.simple_tag
def field_box(bound: BoundField, width: str = "") -> FieldBox:
    """Reads a bound field for `components/field.html`; `width` is a class such as `govuk-input--width-10`."""
    kind = kind_of(bound.field.widget)
    element = bound.auto_id or bound.html_name
    errors = [str(error) for error in bound.errors]
    hint = str(bound.help_text or "")
    described_by = " ".join(
        [*([f"{element}_helptext"] if hint else []), *([f"{element}_error"] if errors else [])]
    )
    grouped = kind in {"radios", "checkboxes", "date"}
    return FieldBox(
        kind=kind,
        id=element,
        name=bound.html_name,
        label=str(bound.label),
        hint=hint,
        errors=errors,
        described_by=described_by,
        is_optional=not bound.field.required
        and kind != "checkbox"
        and bound.name not in getattr(bound.form, "needed_sometimes", ()),
        control=NO_CONTROL if grouped else _control(bound, kind, described_by, width),
        options=_options(bound) if kind in {"radios", "checkboxes"} else [],
        parts=_date_parts(bound) if kind == "date" else [],
    )


def _control(bound: BoundField, kind: str, described_by: str, width: str) -> SafeString:
    base = CONTROL_CLASSES.get(kind, "")
    faulty = f"{base}--error" if bound.errors and base and kind != "checkbox" else ""
    classes = (base, faulty, width, str(bound.field.widget.attrs.get("class", "")))
    attrs: dict[str, Any] = {"class": " ".join(part for part in classes if part)}
    if described_by:
        attrs["aria-describedby"] = described_by
    if isinstance(bound.field.widget, forms.NumberInput):
        return bound.as_widget(_typed_number(bound.field.widget), attrs=attrs)
    return bound.as_widget(attrs=attrs)


def _typed_number(widget: forms.NumberInput) -> forms.NumberInput:
    """The same control as a text input: a browser's number input loses what is typed when it is no number."""
    plain = copy(widget)
    plain.input_type = "text"
    plain.attrs = {name: value for name, value in widget.attrs.items() if name not in {"min", "max", "step"}}
    plain.attrs.setdefault("inputmode", "numeric")
    return plain


def _options(bound: BoundField) -> list[Option]:
    return [
        Option(
            id=str(choice.data["attrs"].get("id", "")),
            value=choice.data["value"],
            label=choice.choice_label,
            is_checked=bool(choice.data["selected"]),
            is_disabled=bound.field.disabled,
        )
        for choice in bound.subwidgets
    ]


def _date_parts(bound: BoundField) -> list[DatePart]:
    widget = cast(DayMonthYearInput, bound.field.widget)
    labels = (str(_("Day")), str(_("Month")), str(_("Year")))
    values = widget.decompress(bound.value())
    return [
        DatePart(
            id=f"{bound.auto_id or bound.html_name}_{part}",
            name=f"{bound.html_name}_{part}",
            value=value,
            label=label,
            width=4 if part == "year" else 2,
        )
        for part, label, value in zip(widget.parts, labels, values, strict=True)
    ]


@register.simple_tag
def form_problems(form: forms.BaseForm | Iterable[Iterable[BoundField]]) -> list[Problem]:
    """The faults of a form, or of several forms or groups of fields, in their order on the page, each with the control to go to."""
    parts_of_page = [form] if isinstance(form, forms.BaseForm) else list(form)
    problems: list[Problem] = []
    for one in parts_of_page:
        if isinstance(one, forms.BaseForm):
            problems += [Problem(str(error)) for error in one.non_field_errors()]
        for bound in one:
            # The label comes first, because "This field is required" eight times over tells nobody where.
            named = f"{bound.label}" if str(bound.label).endswith("?") else f"{bound.label}:"
            problems += [Problem(f"{named} {error}", control_id(bound)) for error in bound.errors]
    return problems


def control_id(bound: BoundField) -> str:
    """The id of a field's first control: what a link to the field must name."""
    element = bound.auto_id or bound.html_name
    kind = kind_of(bound.field.widget)
    if kind == "date":
        return f"{element}_day"
    return f"{element}_0" if kind in {"radios", "checkboxes"} else element
