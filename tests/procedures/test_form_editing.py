"""A form being edited: where a question is put, how it moves, what its sections do; and what refers to it."""

from __future__ import annotations

from copy import deepcopy
from itertools import groupby
from typing import Any

import pytest

from apps.core.loading import Faults
from apps.procedures.forms.editing import (
    Place,
    code_from,
    moved,
    place_of,
    question_at,
    with_question,
    with_sections,
    without_question,
)
from apps.procedures.forms.references import Reference, references_to
from apps.procedures.forms.soundness import check_schema
from tests.procedures.forms_written import NUMBER, TEXT, YES, form, group

IF_LATE = {"fact": "is_late", "op": "eq", "value": True}
SECTIONS = [{"name": name, "title": name.upper(), "title_en": name.upper()} for name in ("a", "b", "c")]


def sectioned(**questions: tuple[str, Any]) -> dict[str, Any]:
    asked = {name: {**each, **({"x-section": at} if at else {})} for name, (at, each) in questions.items()}
    return form(hints={"x-sections": SECTIONS}, **asked)


def order(schema: dict[str, Any]) -> list[tuple[str, str]]:
    return [(name, schema["properties"][name].get("x-section", "")) for name in schema["x-order"]]


def faults(schema: dict[str, Any]) -> list[str]:
    found = Faults("")
    check_schema(schema, "", found)
    return [str(each) for each in found.found]


FORM = sectioned(one=("a", TEXT), two=("a", TEXT), three=("b", TEXT))


def test_a_question_is_put_at_the_end_of_its_section_and_nothing_else_changes():
    before = deepcopy(FORM)
    found = with_question(FORM, "", TEXT, name="new", place=Place(section="a"), is_required=True)
    assert order(found)[1:] == [("one", "a"), ("two", "a"), ("new", "a"), ("three", "b")]
    assert (found["required"], faults(found), FORM) == (["request_content", "new"], [], before)
    empty = with_question(FORM, "", TEXT, name="new", place=Place(section="c"), is_required=False)
    assert (order(empty)[-1], faults(empty)) == (("new", "c"), [])
    first = sectioned(one=("b", TEXT))
    found = with_question(first, "", TEXT, name="new", place=Place(section="a"), is_required=False)
    assert (order(found), faults(found)) == ([("request_content", ""), ("new", "a"), ("one", "b")], [])


def test_a_question_changed_in_its_place_stays_there_also_under_another_code():
    found = with_question(FORM, "two", YES, name="second", place=Place(section="a"), is_required=True)
    assert order(found)[1:] == [("one", "a"), ("second", "a"), ("three", "b")]
    assert list(found["properties"]) == ["request_content", "one", "second", "three"]
    assert question_at(found, "two") is None
    assert found["required"] == ["request_content", "second"]
    again = with_question(found, "second", YES, name="second", place=Place(section="a"), is_required=False)
    assert again["required"] == ["request_content"]


def test_a_question_goes_into_the_rows_of_a_group_and_out_again():
    schema = form(name=TEXT, members=group(1, 3, ("title",), title=TEXT))
    within = with_question(schema, "name", TEXT, name="name", place=Place("members"), is_required=True)
    assert within["x-order"] == ["request_content", "members"]
    rows = within["properties"]["members"]["items"]
    assert (rows["x-order"], rows["required"]) == (["title", "name"], ["title", "name"])
    assert (faults(within), place_of(within, "members.name")) == ([], Place("members"))
    out = with_question(within, "members.name", TEXT, name="name", place=Place(), is_required=False)
    assert (out["x-order"], faults(out)) == (["request_content", "members", "name"], [])
    assert out["properties"]["members"]["items"]["required"] == ["title"]


def test_moving_goes_over_the_edge_of_a_section_and_ends_at_the_edge_of_the_form():
    up = moved(FORM, "three", -1)
    assert order(up)[1:] == [("one", "a"), ("two", "a"), ("three", "a")]
    assert order(moved(up, "three", -1))[1:] == [("one", "a"), ("three", "a"), ("two", "a")]
    assert order(moved(FORM, "two", 1))[1:] == [("one", "a"), ("two", "b"), ("three", "b")]
    assert order(moved(FORM, "one", -1))[:2] == [("request_content", ""), ("one", "")]
    assert moved(FORM, "three", 1) == FORM
    assert moved(FORM, "request_content", -1) == FORM
    assert moved(FORM, "nobody", 1) == FORM


@pytest.mark.parametrize("name", FORM["x-order"])
@pytest.mark.parametrize("by", [-1, 1])
def test_however_a_question_moves_its_sections_stay_together(name, by):
    schema = FORM
    for _turn in range(5):
        schema = moved(schema, name, by)
        assert faults(schema) == []


def test_questions_of_a_group_move_among_themselves():
    schema = form(members=group(1, 3, name=TEXT, age=NUMBER))
    assert moved(schema, "members.age", -1)["properties"]["members"]["items"]["x-order"] == ["age", "name"]
    assert moved(schema, "members.name", -1) == schema


def test_questions_follow_their_sections_and_stay_when_one_goes():
    b, a = SECTIONS[1], SECTIONS[0]
    turned = with_sections(FORM, [b, a])
    assert order(turned) == [("request_content", ""), ("three", "b"), ("one", "a"), ("two", "a")]
    gone = with_sections(FORM, [b])
    assert order(gone)[1:] == [("one", ""), ("two", ""), ("three", "b")]
    none = with_sections(FORM, [])
    assert "x-sections" not in none and not any(section for _name, section in order(none))
    for schema in (turned, gone, none):
        assert faults(schema) == []
        assert len(list(groupby(order(schema), lambda each: each[1]))) <= 3


def test_taking_a_question_away_takes_it_out_of_the_order_and_of_what_is_required():
    schema = form(required=("name",), name=TEXT)
    found = without_question(schema, "name")
    assert (found["x-order"], found["required"]) == (["request_content"], ["request_content"])
    assert faults(found) == []


@pytest.mark.parametrize(
    ("title", "taken", "code"),
    [
        ("Họ, chữ đệm, tên của trẻ", (), "ho_chu_dem_ten_cua_tre"),
        ("Đăng ký", ("dang_ky",), "dang_ky_2"),
        ("Đăng ký", ("dang_ky", "dang_ky_2"), "dang_ky_3"),
        ("<script>alert(1)</script>", (), "script_alert_1_script"),
        ("2026", (), "q_2026"),
        ("???", (), "q"),
        # The name of a fact of the program.
        ("Channel", (), "channel_2"),
        ("a" * 90, (), "a" * 40),
    ],
)
def test_a_code_is_made_from_the_title(title, taken, code):
    assert code_from(title, taken) == code


REFERRED = form(
    hints={
        "x-eligibility": [
            {"condition": {"is_answered": "age"}, "message": "Không", "message_en": "No"},
            {
                "condition": {"op": "le", "left": {"sum": ["members", "share"]}, "right": 9},
                "message": "Không",
                "message_en": "No",
            },
        ],
        "x-parties": [{"role": "subject", "name": "name"}],
    },
    is_late=YES,
    name=TEXT,
    age=NUMBER,
    reason={**TEXT, "x-visible-if": IF_LATE, "x-required-if": {}},
    members=group(
        0,
        3,
        share=NUMBER,
        is_late_too={**YES, "x-visible-if": IF_LATE},
        why={**TEXT, "x-visible-if": {"fact": "share", "op": "gt", "value": 3}},
    ),
)


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("is_late", [("question", "reason"), ("question", "members.is_late_too")]),
        ("age", [("rule", "1")]),
        ("name", [("party", "1")]),
        ("reason", []),
        ("members", [("rule", "2")]),
        ("members.share", [("question", "members.why"), ("rule", "2")]),
        ("members.why", []),
    ],
)
def test_what_refers_to_a_question_is_found(path, found):
    assert references_to(REFERRED, path) == [Reference(*each) for each in found]


def test_in_a_row_the_rows_own_question_is_meant():
    schema = form(
        is_late=YES,
        members=group(0, 3, is_late=YES, why={**TEXT, "x-visible-if": IF_LATE}),
    )
    assert references_to(schema, "is_late") == []
    assert references_to(schema, "members.is_late") == [Reference("question", "members.why")]


def test_what_cannot_be_read_refers_to_nothing():
    deep: Any = IF_LATE
    for _level in range(50):
        deep = {"not": deep}
    assert references_to(form(a=TEXT, b={**TEXT, "x-visible-if": deep}), "is_late") == []
