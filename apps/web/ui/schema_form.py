"""The questions of a procedure as a form: a version's JSON Schema read as Django fields, and the answers read back."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.forms.utils import ErrorDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.procedures.conditions import facts_used, in_words
from apps.procedures.forms import Kind, kind_of, names_in_order, shapes_of, visible_in
from apps.procedures.forms.kinds import UNANSWERED, questions_in
from apps.web.ui.question_fields import field_of, language, text_of
from apps.web.ui.rows import BUTTON, groups_in, typed_rows
from apps.web.ui.wards import WARDS_LIST, WardField, Wards, ward_titles

PREFIX = "answers"
WIDTHS = {
    Kind.PERSONAL_ID: "govuk-input--width-20",
    Kind.TAX_CODE: "govuk-input--width-20",
    Kind.PHONE: "govuk-input--width-20",
    Kind.NUMBER: "govuk-input--width-10",
    Kind.MONEY: "govuk-input--width-10",
}


@dataclass(frozen=True, slots=True)
class Block:
    """One thing on the page: a question, an address, a group with its rows, or what only stands between questions.

    `name` is the path of the answer, as refusals name it. `condition` is the tree by which a script hides it.
    """

    kind: str
    name: str
    title: str = ""
    hint: str = ""
    condition: str = ""
    fields: list[BoundField] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    width: str = ""
    section: str = ""
    paper: str = ""
    can_add: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a group; `remove` is the value of its button, empty where the group needs the row."""

    title: str
    blocks: list[Block]
    remove: str = ""


class AnswersForm(forms.Form):
    """Fields by the path of the answer (`name`, `members.0.name`, `seat.ward`), as refusals name it; names of inputs
    begin with `answers-`.

    It reads what was typed into the kinds that the schema wants. Whether the answers are right is the domain's to say.
    A page that finds `is_rearranged` shows the form again and does nothing else: a row was added or removed.
    `facts` are those of the program that the page knows: a question that hangs on another fact is taken to be asked.
    """

    button = BUTTON
    wards_list = WARDS_LIST

    def __init__(
        self,
        schema: Mapping[str, Any],
        data: Mapping[str, Any] | None = None,
        *,
        answers: Mapping[str, Any] | None = None,
        facts: Mapping[str, Any] | None = None,
        wards: Wards | None = None,
    ) -> None:
        self.schema, self.program, self.wards = schema, facts or {}, wards or Wards()
        self.is_rearranged = data is not None and bool(data.get(BUTTON))
        known = answers or {}
        if data is not None:
            data, self.rows = typed_rows(schema, data, PREFIX)
        else:
            self.rows = {
                name: max(len(known.get(name) or ()), int(group["minItems"]))
                for name, group in groups_in(schema).items()
            }
        super().__init__(data, prefix=PREFIX, initial=dict(_as_initial(schema, known, "")))
        self.needed_sometimes: set[str] = set()
        self._shapes = shapes_of(schema, only_form=True)
        self._ask(schema, "", self._shapes)

    def _ask(
        self, schema: Mapping[str, Any], path: str, shapes: Mapping[str, Any], *, is_asked: bool = True
    ) -> None:
        required = set(schema.get("required", []))
        for name in names_in_order(schema):
            question, key = questions_in(schema)[name], f"{path}{name}"
            kind = kind_of(question)
            if kind is None or kind in UNANSWERED:
                continue
            is_required = is_asked and name in required
            if "x-required-if" in question:
                self.needed_sometimes.add(key)
            if kind == Kind.GROUP:
                self.fields[key] = forms.CharField(
                    label=text_of(question, "title"),
                    required=False,
                    widget=forms.HiddenInput(attrs={"id": ""}),
                )
                within = {**shapes, **shapes_of(question["items"], only_form=True)}
                for number in range(self.rows[name]):
                    prefix = f"{key}.{number}."
                    self._ask(
                        question["items"], prefix, within, is_asked=is_required or self._is_said(prefix)
                    )
            elif kind == Kind.ADDRESS:
                self.fields[f"{key}.ward"] = WardField(
                    label=_("Ward"), required=is_required, wards=self.wards
                )
                self.fields[f"{key}.street"] = forms.CharField(
                    label=_("Number and street"), required=is_required, max_length=200
                )
                if "x-required-if" in question:
                    self.needed_sometimes |= {f"{key}.ward", f"{key}.street"}
            else:
                hint = self._hint(question, shapes)
                self.fields[key] = field_of(question, is_required=is_required, help_text=hint)

    def _is_said(self, prefix: str) -> bool:
        """Whether anything was typed into a row: a blank one asks nothing."""
        start = f"{PREFIX}-{prefix}"
        return any(name.startswith(start) and str(self.data.get(name, "")).strip() for name in self.data)

    def _hint(self, question: Mapping[str, Any], shapes: Mapping[str, Any]) -> str:
        """The description, and when the question is to be answered, said by the condition itself."""
        hints = [text_of(question, "description")]
        visible, required = question.get("x-visible-if"), question.get("x-required-if")
        if visible:
            always = "x-required-if" in question and not required
            text = gettext("Answer if %(condition)s.") if always else gettext("Answer only if %(condition)s.")
            hints.append(text % {"condition": in_words(visible, shapes, language())})
        if required:
            text = gettext("This must be answered if %(condition)s.")
            hints.append(text % {"condition": in_words(required, shapes, language())})
        return " ".join(hint for hint in hints if hint)

    def full_clean(self) -> None:
        """As Django does, but what is wrong with a question that is not asked is no fault."""
        super().full_clean()
        if not self.is_bound:
            return
        if self.is_rearranged:
            self._errors = ErrorDict()
        hidden = tuple(f"{key}." for key in self._hidden(self.schema, self.answers, {}, ""))
        for key in list(self._errors or {}):
            if hidden and f"{key}.".startswith(hidden):
                del self._errors[key]  # type: ignore[index]

    def _hidden(
        self, schema: Mapping[str, Any], answers: Mapping[str, Any], above: Mapping[str, Any], path: str
    ) -> Iterator[str]:
        known = {**self.program, **above}
        visible = visible_in(schema, answers, known)
        for name, question in questions_in(schema).items():
            read = facts_used(question.get("x-visible-if"))
            is_open = bool(read - set(known) - set(self.schema["properties"]) - set(questions_in(schema)))
            if name not in visible and not is_open:
                yield f"{path}{name}"
            elif kind_of(question) == Kind.GROUP:
                for number, row in enumerate(self._rows(question, f"{path}{name}")):
                    yield from self._hidden(question["items"], row, answers, f"{path}{name}.{number}.")

    @property
    def answers(self) -> dict[str, Any]:
        """The answers given, blank ones left out, as the schema spells them: dates as ISO text, truth as a boolean."""
        return self._read(self.schema, "")

    def changed_from(self, before: Mapping[str, Any]) -> dict[str, Any]:
        """The answers that are others than before; null for one whose control came back empty."""
        given = self.answers
        emptied = [name for name in before if name not in given and self._was_sent(name)]
        changed = {name: value for name, value in given.items() if before.get(name) != value}
        return {**changed, **dict.fromkeys(emptied)}

    def _was_sent(self, name: str) -> bool:
        key = self.add_prefix(name)
        return any(control in self.data for control in (key, f"{key}_day", f"{key}.street"))

    def _read(self, schema: Mapping[str, Any], path: str) -> dict[str, Any]:
        found = {name: self._spelled(each, f"{path}{name}") for name, each in questions_in(schema).items()}
        return {name: value for name, value in found.items() if value not in (None, "", [], {})}

    def _spelled(self, question: Mapping[str, Any], key: str) -> Any:
        kind = kind_of(question)
        if kind == Kind.GROUP:
            rows = self._rows(question, key)
            return rows if any(rows) else None
        if kind == Kind.ADDRESS:
            ward, street = self.cleaned_data.get(f"{key}.ward"), self.cleaned_data.get(f"{key}.street")
            return {**({"ward": ward.pk} if ward else {}), **({"street": street} if street else {})}
        value = self.cleaned_data.get(key)
        if isinstance(value, date):
            return value.isoformat()
        if kind == Kind.YES_NO:
            return None if not value else value == "yes"
        return value

    def _rows(self, question: Mapping[str, Any], key: str) -> list[dict[str, Any]]:
        return [self._read(question["items"], f"{key}.{number}.") for number in range(self.rows.get(key, 0))]

    # What the page draws.

    @property
    def blocks(self) -> list[Block]:
        """Everything in the order of the page; a block that begins a section carries its heading."""
        titles = {each["name"]: text_of(each, "title") for each in self.schema.get("x-sections", ())}
        return self._blocks(self.schema, "", self._shapes, titles)

    def _blocks(
        self, schema: Mapping[str, Any], path: str, shapes: Mapping[str, Any], sections: Mapping[str, str]
    ) -> list[Block]:
        blocks: list[Block] = []
        last = None
        for name in names_in_order(schema):
            question = questions_in(schema)[name]
            section = question.get("x-section")
            heading = sections.get(section, "") if section != last else ""
            last = section
            blocks.append(self._block(question, f"{path}{name}", shapes, heading))
        return blocks

    def _block(self, question: Mapping[str, Any], key: str, shapes: Mapping[str, Any], section: str) -> Block:
        kind = kind_of(question)
        condition = question.get("x-visible-if")
        common: dict[str, Any] = {
            "kind": str(kind),
            "name": key,
            "title": text_of(question, "title"),
            "hint": self._hint(question, shapes),
            "condition": json.dumps(condition, ensure_ascii=False) if condition else "",
            "section": section,
        }
        if kind == Kind.GROUP:
            least, most = int(question["minItems"]), int(question["maxItems"])
            within = {**shapes, **shapes_of(question["items"], only_form=True)}
            rows = [
                Row(
                    f"{common['title']} {number + 1}",
                    self._blocks(question["items"], f"{key}.{number}.", within, {}),
                    f"remove:{key}:{number}" if self.rows[key] > least else "",
                )
                for number in range(self.rows[key])
            ]
            return Block(**common, fields=[self[key]], rows=rows, can_add=self.rows[key] < most)
        if kind == Kind.ADDRESS:
            return Block(**common, fields=[self[f"{key}.ward"], self[f"{key}.street"]])
        if kind in UNANSWERED:
            return Block(**common, paper=question.get("x-component", ""))
        return Block(**common, fields=[self[key]], width=WIDTHS.get(kind, "") if kind else "")

    @property
    def has_rows(self) -> bool:
        return bool(self.rows)

    @property
    def asks_for_ward(self) -> bool:
        return any(isinstance(each, WardField) for each in self.fields.values())

    @property
    def has_conditions(self) -> bool:
        return any("x-visible-if" in each for each in _all_questions(self.schema))

    @property
    def facts_for_script(self) -> dict[str, Any]:
        """What the script cannot read off the page."""
        return {name: str(value) for name, value in self.program.items()}


def _all_questions(schema: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for question in questions_in(schema).values():
        yield question
        if kind_of(question) == Kind.GROUP:
            yield from questions_in(question["items"]).values()


def _as_initial(
    schema: Mapping[str, Any], answers: Mapping[str, Any], path: str
) -> Iterable[tuple[str, Any]]:
    for name, question in questions_in(schema).items():
        answer, key = answers.get(name), f"{path}{name}"
        kind = kind_of(question)
        if kind == Kind.GROUP:
            rows = answer or []
            yield key, str(max(len(rows), int(question["minItems"])))
            for number, row in enumerate(rows):
                yield from _as_initial(question["items"], row, f"{key}.{number}.")
        elif answer is None:
            continue
        elif kind == Kind.YES_NO:
            yield key, "yes" if answer else "no"
        elif kind == Kind.ADDRESS:
            yield f"{key}.ward", ward_titles({answer["ward"]}).get(answer["ward"], "")
            yield f"{key}.street", answer["street"]
        else:
            yield key, answer
