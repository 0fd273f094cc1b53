"""One question as a plain form: only the fields that its kind has, and two conditions, of being asked and of being required."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.core.loading import Fault
from apps.core.names import tidy
from apps.procedures.conditions.tree import MOST_NUMBER
from apps.procedures.difference import question_title
from apps.procedures.forms import Kind, kind_of
from apps.procedures.forms.editing import (
    MOST_OF_CODE,
    Place,
    blank_rows,
    code_from,
    holder,
    place_of,
    question_at,
    section_names,
    split,
)
from apps.procedures.forms.kinds import SLUG, UNANSWERED, WRITINGS, questions_in
from apps.procedures.forms.soundness import MOST_ROWS, parts_of_dates
from apps.web.administration.condition_rows import ConditionRows
from apps.web.administration.facts import facts_of_form
from apps.web.administration.part_forms import rearranged
from apps.web.ui.question_fields import WholeNumberField, text_of

KIND_NAMES: dict[Kind, Any] = {
    Kind.TEXT: _("A line of text"),
    Kind.LONG_TEXT: _("A longer text"),
    Kind.NUMBER: _("A whole number"),
    Kind.MONEY: _("An amount in đồng"),
    Kind.DATE: _("A date"),
    Kind.CHOICE: _("One of several choices"),
    Kind.CHOICES: _("Several of several choices"),
    Kind.YES_NO: _("Yes or no"),
    Kind.PERSONAL_ID: _("A personal identification number"),
    Kind.TAX_CODE: _("A tax code"),
    Kind.PHONE: _("A telephone number"),
    Kind.EMAIL: _("An e-mail address"),
    Kind.ADDRESS: _("An address in a ward of the city"),
    Kind.GROUP: _("A repeated group of questions"),
    Kind.FILE: _("A file among the papers"),
    Kind.EXPLANATION: _("An explanation, with nothing to answer"),
}
# Of the numbers that a kind may have: what they are called, their least and most, and what a new question begins with.
NUMBERS: dict[str, tuple[Any, int, int]] = {
    "minLength": (_("Fewest characters"), 0, 10_000),
    "maxLength": (_("Most characters"), 1, 10_000),
    "minimum": (_("No less than"), -MOST_NUMBER, MOST_NUMBER),
    "maximum": (_("No more than"), -MOST_NUMBER, MOST_NUMBER),
    "minItems": (_("Fewest choices"), 0, MOST_ROWS),
    "maxItems": (_("Most choices"), 1, MOST_ROWS),
}
BEGINNINGS: dict[Kind, dict[str, int]] = {
    Kind.TEXT: {"maxLength": 200},
    Kind.LONG_TEXT: {"maxLength": 2000},
    Kind.NUMBER: {"minimum": 0, "maximum": 1_000_000},
    Kind.MONEY: {"minimum": 0, "maximum": 1_000_000_000_000},
    Kind.GROUP: {"minItems": 0, "maxItems": 10},
}
NEVER, ALWAYS, SOMETIMES = "never", "always", "sometimes"
NEEDED = (
    (NEVER, _("It may be left empty")),
    (ALWAYS, _("It must be answered whenever it is asked")),
    (SOMETIMES, _("It must be answered only if…")),
)
NEW_CHOICES = 3


def kinds_in(group: str) -> list[Kind]:
    """The kinds that may stand in the form itself, or in the rows of a group."""
    return [kind for kind in Kind if not group or kind not in {Kind.GROUP, Kind.FILE}]


class ChoiceForm(forms.Form):
    """One choice of a question: its words in both languages, and its code, made from the words where it is left empty."""

    vi = forms.CharField(label=_("In Vietnamese"), max_length=300, required=False)
    en = forms.CharField(label=_("In English"), max_length=300, required=False)
    value = forms.CharField(label=_("Code"), max_length=MOST_OF_CODE, required=False)


class QuestionForm(forms.Form):
    """A question of a kind, new (`path` is empty) or as it stands at its path.

    `papers` are code and name of those that are uploaded. `group` is where a new question is added.
    """

    def __init__(
        self,
        kind: Kind,
        schema: Mapping[str, Any],
        data: QueryDict | None = None,
        *,
        path: str = "",
        place: Place | None = None,
        papers: Sequence[tuple[str, str]] = (),
    ) -> None:
        self.kind, self.schema, self.path = kind, schema, path
        self.before = question_at(schema, path) or {}
        self.stands = place_of(schema, path) if path else place or Place()
        self.is_answered = kind not in UNANSWERED
        writing = WRITINGS[kind]
        self.numbers = [
            name for name in NUMBERS if name in (writing.needed | writing.allowed) - set(writing.fixed)
        ]
        super().__init__(data, initial=self._stored())
        self._add_texts()
        self._add_numbers(writing.needed)
        if kind == Kind.FILE:
            self.fields["component"] = forms.ChoiceField(
                label=_("Paper"),
                choices=[("", "—"), *papers],
                help_text=_("One of the papers of this version that are uploaded."),
            )
        if self.is_answered:
            self.fields["needed"] = forms.ChoiceField(
                label=_("Answer"), choices=NEEDED, widget=forms.RadioSelect
            )
        self.choices = self._choices(data) if kind in {Kind.CHOICE, Kind.CHOICES} else []
        rows = holder(schema, self.stands.group) if self.stands.group else None
        facts, shapes = facts_of_form(schema, rows=rows, besides=split(path)[1])
        self.visible = ConditionRows(
            schema, self.before.get("x-visible-if"), data, prefix="visible", facts=facts, shapes=shapes
        )
        self.needed_if: ConditionRows | None = None
        if self.is_answered:
            needed = self.before.get("x-required-if") or None
            self.needed_if = ConditionRows(schema, needed, data, prefix="needed", facts=facts, shapes=shapes)

    def _stored(self) -> dict[str, Any]:
        group, name = split(self.path)
        is_needed = self.path and name in holder(self.schema, group).get("required", ())
        if "x-required-if" in self.before:
            needed = SOMETIMES if self.before["x-required-if"] else ALWAYS
        else:
            needed = ALWAYS if is_needed else NEVER
        return {
            "place": f"group:{self.stands.group}" if self.stands.group else f"section:{self.stands.section}",
            "code": name,
            "component": self.before.get("x-component", ""),
            "needed": needed,
            **{
                key: self.before.get(key, "")
                for key in ("title", "title_en", "description", "description_en")
            },
            **(self.before if self.path else BEGINNINGS.get(self.kind, {})),
        }

    def _add_texts(self) -> None:
        is_told = self.kind == Kind.EXPLANATION
        self.fields["title"] = forms.CharField(label=_("Question"), max_length=300)
        self.fields["title_en"] = forms.CharField(label=_("Question, in English"), max_length=300)
        for name, label in (
            ("description", _("What is explained") if is_told else _("Hint")),
            ("description_en", _("What is explained, in English") if is_told else _("Hint, in English")),
        ):
            self.fields[name] = forms.CharField(
                label=label, max_length=2000, required=is_told, widget=forms.Textarea(attrs={"rows": 3})
            )
        self.fields["place"] = forms.ChoiceField(label=_("Stands"), choices=self._places())
        self.fields["code"] = forms.RegexField(
            f"^{SLUG}$",
            label=_("Code"),
            max_length=MOST_OF_CODE,
            required=False,
            error_messages={"invalid": _("Small letters without marks, digits and _, a letter first.")},
            help_text=_(
                "Conditions, fees and answers know the question by it. Left empty, it is made from the question."
            ),
        )

    def _add_numbers(self, needed: frozenset[str]) -> None:
        for name in self.numbers:
            label, least, most = NUMBERS[name]
            if self.kind == Kind.GROUP:
                label = _("Fewest rows") if name == "minItems" else _("Most rows")
            self.fields[name] = WholeNumberField(
                label=label, min_value=least, max_value=most, required=name in needed
            )

    def _places(self) -> list[tuple[str, str]]:
        """Under which heading of the form, or in the rows of which group."""
        titles = {each["name"]: text_of(each, "title") for each in self.schema.get("x-sections", ())}
        found = [("section:", gettext("under no heading") if titles else gettext("in the form itself"))]
        found += [
            (f"section:{name}", gettext("under “%s”") % titles[name]) for name in section_names(self.schema)
        ]
        if self.kind not in {Kind.GROUP, Kind.FILE}:
            found += [
                (f"group:{name}", gettext("in the rows of “%s”") % (question_title(question) or name))
                for name, question in questions_in(self.schema).items()
                if kind_of(question) == Kind.GROUP
            ]
        return found

    # The choices, as rows of the page.

    def _choices(self, data: QueryDict | None) -> list[ChoiceForm]:
        if data is not None:
            return [ChoiceForm(data, prefix=f"row{number}") for number in range(count_of(data))]
        stored = list(self.before.get("x-options", ()))
        blank: list[dict[str, str]] = [{} for _number in range(NEW_CHOICES if not stored else 1)]
        return [
            ChoiceForm(initial=each, prefix=f"row{number}") for number, each in enumerate([*stored, *blank])
        ]

    def _options(self) -> list[dict[str, str]]:
        """The choices that say something, each with a code; what is missing of one is a fault of its field."""
        found: list[dict[str, str]] = []
        typed = [{name: tidy(text) for name, text in form.cleaned_data.items()} for form in self.choices]
        for form, said in zip(self.choices, typed, strict=True):
            if not any(said.values()):
                continue
            for name in ("vi", "en"):
                if not said[name]:
                    form.add_error(name, gettext("is missing"))
            taken = {each["value"] for each in (*typed, *found)}
            value = said["value"] or code_from(said["vi"], taken)
            if value in {each["value"] for each in found}:
                form.add_error("value", gettext("“%s” is there twice") % value)
            found.append({"value": value, "vi": said["vi"], "en": said["en"]})
        if not found:
            self.add_error(None, gettext("Give at least one choice."))
        return found

    # What was typed.

    @property
    def forms(self) -> list[forms.Form]:
        """Every form of the page, for its faults."""
        return [self, *self.choices, self.visible, *([self.needed_if] if self.needed_if else [])]

    @property
    def has_faults(self) -> bool:
        return any(form.errors for form in self.forms)

    @property
    def place(self) -> Place:
        kind, _colon, name = str(self.cleaned_data.get("place", "")).partition(":")
        return Place(group=name) if kind == "group" else Place(section=name)

    def read(self) -> tuple[dict[str, Any], bool]:
        """The question as the form spells it, and whether it stands among what is always required.

        What cannot be read is a fault on its field (`has_faults`).
        """
        for form in self.forms:
            form.full_clean()
        said, writing = self.cleaned_data, WRITINGS[self.kind]
        built: dict[str, Any] = {**deepcopy(dict(writing.fixed))}
        for name in ("title", "title_en", "description", "description_en"):
            if text := tidy_lines(said.get(name, "")):
                built[name] = text
        if bool(built.get("description")) != bool(built.get("description_en")) and not self.errors:
            self.add_error(
                "description_en" if built.get("description") else "description",
                gettext("must be there in Vietnamese and in English, or in neither"),
            )
        built |= {name: said[name] for name in self.numbers if said.get(name) is not None}
        if self.choices:
            options = self._options()
            values = [each["value"] for each in options]
            built |= (
                {"enum": values}
                if self.kind == Kind.CHOICE
                else {"items": {"type": "string", "enum": values}}
            )
            built["x-options"] = options
        if self.kind == Kind.FILE:
            built["x-component"] = said.get("component", "")
        if self.kind == Kind.GROUP:
            built["items"] = deepcopy(self.before.get("items") or blank_rows())
        if "x-kind" in self.before or kind_of(built) != self.kind:
            built["x-kind"] = str(self.kind)
        return built, self._say_when(built)

    def _say_when(self, built: dict[str, Any]) -> bool:
        """Puts the conditions in; whether an answer is always required."""
        visible = self.visible.condition
        if visible:
            built["x-visible-if"] = visible
        if self.needed_if is None:
            return False
        needed, condition = self.cleaned_data.get("needed"), self.needed_if.condition
        if needed == SOMETIMES and not condition and not self.needed_if.errors:
            self.add_error("needed", gettext("Say below when it must be answered."))
        elif needed != SOMETIMES and condition:
            self.add_error("needed", gettext("A condition stands below: choose “only if…”, or clear it."))
        if needed == SOMETIMES:
            built["x-required-if"] = condition
        elif needed == ALWAYS and visible:
            built["x-required-if"] = {}
        return needed == ALWAYS and not visible

    @property
    def name(self) -> str:
        """The code: as typed, as it was, or made from the question in the place where it is put."""
        asks = holder(self.schema, self.place.group)
        asked = set(questions_in(asks)) | parts_of_dates(asks)
        typed = str(self.cleaned_data.get("code", ""))
        return typed or split(self.path)[1] or code_from(self.cleaned_data.get("title", ""), asked)

    def tell(self, fault: Fault) -> None:
        """Puts a fault of the form's check beside the field that it speaks of, or at the head."""
        field = fault.field.partition("/")[0]
        if field == "x-visible-if":
            self.visible.add_error(None, fault.message)
        elif field == "x-required-if" and self.needed_if is not None:
            self.needed_if.add_error(None, fault.message)
        else:
            known = {"x-component": "component", "": "code"}.get(field, field)
            self.add_error(known if known in self.fields else None, fault.message)


def count_of(data: Mapping[str, Any]) -> int:
    """How many choices were sent; a hundred is more than anybody reads."""
    text = str(data.get("rows", ""))
    return min(int(text), 100) if text.isdecimal() and len(text) < 5 else 0


def tidy_lines(text: str) -> str:
    """A text as it is kept, its lines apart."""
    return "\n".join(tidy(line) for line in str(text).strip().splitlines())


def with_choices_as(data: QueryDict, order: Sequence[int | None]) -> QueryDict:
    """What was typed with its choices in another order."""
    found = data.copy()
    for name in list(found):
        if name.startswith("row"):
            del found[name]
    for name, values in rearranged(data, order).lists():
        found.setlist(name, values)
    return found
