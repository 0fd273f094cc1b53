"""The language of forms: what a form may not be, told by path."""

from typing import Any

import pytest

from apps.core.loading import Faults
from apps.procedures.forms.soundness import check_schema
from tests.procedures.forms_written import (
    ADDRESS,
    DATE,
    EXPLANATION,
    NUMBER,
    SEVERAL,
    TAX_CODE,
    TEXT,
    YES,
    form,
    group,
)

IF_LATE = {"fact": "is_late", "op": "eq", "value": True}
IF_NOBODY = {"is_answered": "nobody"}


def faults(schema: Any) -> list[tuple[str, str]]:
    found = Faults("form")
    check_schema(schema, "form", found)
    return [(fault.row, fault.field) for fault in found.found]


WHOLE = form(
    hints={
        "x-sections": [{"name": "who", "title": "Ai", "title_en": "Who"}],
        "x-eligibility": [{"condition": IF_LATE, "message": "Quá hạn", "message_en": "Late"}],
        "x-parties": [{"role": "subject", "name": "name"}],
    },
    is_late=YES,
    born_on={**DATE, "x-visible-if": IF_LATE, "x-required-if": {}},
    name={**TEXT, "x-section": "who"},
    members={
        **group(0, 9, ("name",), name=TEXT, seat=ADDRESS, late={**TEXT, "x-visible-if": IF_LATE}),
        "x-section": "who",
    },
    several={**SEVERAL, "x-section": "who"},
    code={**TAX_CODE, "x-required-if": {"fact": "several", "op": "has", "value": "a"}},
    note=EXPLANATION,
    several_note={**EXPLANATION, "x-visible-if": {"op": "gt", "left": {"count": "members"}, "right": 1}},
    amount={**NUMBER, "x-kind": "money"},
)


def test_a_whole_form_is_sound() -> None:
    assert faults(WHOLE) == []


@pytest.mark.parametrize(
    ("schema", "row", "field"),
    [
        (form(a={**TEXT, "x-visible-if": IF_NOBODY}), "form/a", "x-visible-if"),
        (form(a={**TEXT, "minLength": 61}), "form/a", "maxLength"),
        (form(a={**SEVERAL, "minItems": 3}), "form/a", "maxItems"),
        (form(a={**SEVERAL, "minItems": 2, "maxItems": 1}), "form/a", "maxItems"),
        (form(a=DATE, a_year=TEXT), "form/a_year", ""),
        (form(a=group(0, 1, b=DATE, b_day=TEXT)), "form/a/items/b_day", ""),
        (form(a={**TEXT, "x-required-if": {"all": [IF_NOBODY]}}), "form/a", "x-required-if/all/1"),
        (form(a={**TEXT, "x-visible-if": {"is_answered": "a"}}), "form/a", "x-visible-if"),
        (
            form(
                a={**TEXT, "x-visible-if": {"is_answered": "b"}},
                b={**TEXT, "x-visible-if": {"is_answered": "a"}},
            ),
            "form/a",
            "x-visible-if",
        ),
        # The outcome is not known when a form is filled in.
        (
            form(a={**TEXT, "x-visible-if": {"fact": "outcome", "op": "eq", "value": "granted"}}),
            "form/a",
            "x-visible-if",
        ),
        (form(required=("a",), a={**TEXT, "x-required-if": {}}), "form/a", "x-required-if"),
        (form(a={**EXPLANATION, "x-required-if": {}}), "form/a", "x-required-if"),
        (form(a={**TEXT, "x-section": "nowhere"}), "form/a", "x-section"),
        (form(a={**TEXT, "x-kind": "picture"}), "form/a", "type"),
        (form(a={"type": "number", "title": "a", "title_en": "a"}), "form/a", "type"),
        (form(a={**TAX_CODE, "pattern": ".*"}), "form/a", "pattern"),
        (form(a={**TEXT, "pattern": ".*"}), "form/a", "pattern"),
        (form(a={**NUMBER, "minimum": 9, "maximum": 1}), "form/a", "maximum"),
        (form(a={**SEVERAL, "x-options": []}), "form/a", "x-options"),
        (form(a={**ADDRESS, "required": []}), "form/a", "required"),
        (form(a=group(3, 1, name=TEXT)), "form/a", "maxItems"),
        (form(a=group(0, 1000, name=TEXT)), "form/a", "maxItems"),
        (form(a=group(0, 5, b=group(0, 5, name=TEXT))), "form/a/items/b", "x-kind"),
        (form(a=group(0, 5, name={**TEXT, "x-section": "who"})), "form/a/items/name", "x-section"),
        (form(a=group(0, 5, name={**TEXT, "x-visible-if": IF_NOBODY})), "form/a/items/name", "x-visible-if"),
        (
            form(
                a=group(
                    0,
                    5,
                    x={**TEXT, "x-visible-if": {"is_answered": "y"}},
                    y={**TEXT, "x-visible-if": {"is_answered": "x"}},
                )
            ),
            "form/a/items/x",
            "x-visible-if",
        ),
        (
            form(hints={"x-eligibility": [{"condition": IF_NOBODY, "message": "a", "message_en": "b"}]}),
            "form/x-eligibility/1",
            "condition",
        ),
        (
            form(hints={"x-eligibility": [{"condition": None, "message": "a"}]}),
            "form/x-eligibility/1",
            "message_en",
        ),
        (form(hints={"x-eligibility": {}}), "form", "x-eligibility"),
        (form(hints={"x-parties": [{"role": "subject", "name": "nobody"}]}), "form/x-parties/1", "name"),
        (form(hints={"x-sections": [{"name": "a"}]}), "form/x-sections/1", "title"),
        (form(hints={"$ref": "#"}), "form", "$ref"),
        (form(channel=TEXT), "form/channel", ""),
    ],
)
def test_each_fault_is_told_by_its_path(schema: dict[str, Any], row: str, field: str) -> None:
    assert (row, field) in faults(schema)


def test_the_questions_of_a_section_stand_together() -> None:
    sections = [{"name": name, "title": name, "title_en": name} for name in ("who", "what")]
    schema = form(
        hints={"x-sections": sections},
        a={**TEXT, "x-section": "who"},
        b={**TEXT, "x-section": "what"},
        c={**TEXT, "x-section": "who"},
    )
    assert ("form", "x-order") in faults(schema)


@pytest.mark.parametrize(
    "garbage",
    [
        {},
        {"type": "object"},
        form() | {"properties": []},
        form() | {"x-order": [1]},
        form() | {"required": "x"},
        form(a=3),
        form(a=[]),
    ],
)
def test_garbage_is_refused_and_breaks_nothing(garbage: Any) -> None:
    assert faults(garbage)
