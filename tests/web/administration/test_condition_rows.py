"""A condition as rows: what is typed becomes a tree, and a tree that can be shown as rows reads back as the same."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import QueryDict
from django.utils import translation

from apps.procedures.conditions import misfits_in
from apps.procedures.forms import shapes_of
from apps.web.administration.condition_rows import ConditionRows
from tests.procedures.forms_written import ADDRESS, DATE, NUMBER, SEVERAL, TEXT, YES, form, group

SCHEMA = form(
    born={**DATE, "title_en": "Born"},
    until={**DATE, "title_en": "Until"},
    count={**NUMBER, "title_en": "Count"},
    limit={**NUMBER, "title_en": "Limit"},
    several={**SEVERAL, "title_en": "Several"},
    is_late={**YES, "title_en": "Late"},
    seat={**ADDRESS, "title_en": "Seat"},
    rows={**group(0, 3, share={**NUMBER, "title_en": "Share"}), "title_en": "Rows"},
    name={**TEXT, "title_en": "Name"},
)


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


def read(fact: str, op: str, value: str) -> tuple[Any, list[str]]:
    data = QueryDict(mutable=True)
    data.update({"c-fact0": fact, "c-op0": op, "c-value0": value})
    rows = ConditionRows(SCHEMA, None, data, prefix="c")
    rows.is_valid()
    return rows.condition, [message for some in rows.errors.values() for message in some]


READ = [
    ("born", "lt", "31/12/2026", {"fact": "born", "op": "lt", "value": "2026-12-31"}),
    ("born", "le", "Day of filing", {"op": "le", "left": {"fact": "born"}, "right": {"fact": "filed_on"}}),
    ("born", "lt", "until", {"op": "lt", "left": {"fact": "born"}, "right": {"fact": "until"}}),
    ("count", "le", "limit", {"op": "le", "left": {"fact": "count"}, "right": {"fact": "limit"}}),
    ("count", "gt", "1.000", {"fact": "count", "op": "gt", "value": 1000}),
    (
        "years_between:born",
        "ge",
        "18",
        {"op": "ge", "left": {"years_between": [{"fact": "born"}, {"fact": "filed_on"}]}, "right": 18},
    ),
    (
        "days_between:born",
        "gt",
        "60",
        {"op": "gt", "left": {"days_between": [{"fact": "born"}, {"fact": "filed_on"}]}, "right": 60},
    ),
    ("count:rows", "eq", "2", {"op": "eq", "left": {"count": "rows"}, "right": 2}),
    (
        "sum:rows.share",
        "le",
        "Count",
        {"op": "le", "left": {"sum": ["rows", "share"]}, "right": {"fact": "count"}},
    ),
    ("several", "has", "Two", {"fact": "several", "op": "has", "value": "b"}),
    ("is_late", "eq", "có", {"fact": "is_late", "op": "eq", "value": True}),
    ("seat", "answered", "", {"is_answered": "seat"}),
    ("name", "unanswered", "", {"not": {"is_answered": "name"}}),
    ("channel", "in", "Online; By post", {"fact": "channel", "op": "in", "value": ["online", "post"]}),
]


@pytest.mark.parametrize(("fact", "op", "value", "condition"), READ)
def test_what_is_typed_becomes_a_tree_that_is_sound_and_reads_back(fact, op, value, condition):
    assert read(fact, op, value) == (condition, [])
    assert misfits_in(condition, shapes_of(SCHEMA)) == []
    again = ConditionRows(SCHEMA, condition, prefix="c")
    assert (again.kept, again.initial["fact0"], again.initial["op0"]) == (None, fact, op)
    shown = again.initial
    assert read(shown["fact0"], shown["op0"], shown["value0"])[0] == condition


@pytest.mark.parametrize(
    ("fact", "op", "value", "told"),
    [
        ("born", "lt", "30/02/2026", "must be a date such as"),
        ("born", "lt", "Count", "must be a date such as"),
        ("count", "lt", "Born", "must be a whole number"),
        ("count", "lt", "Count", "must be a whole number"),
        ("several", "eq", "Two", "of several choices ask what is included"),
        ("name", "has", "x", "of several choices ask what is included"),
        ("several", "has", "Three", "is none of"),
        ("rows", "gt", "3", "ask only whether it is answered"),
        ("seat", "eq", "x", "ask only whether it is answered"),
        ("count:rows", "answered", "", "is computed and not answered"),
        ("count:rows", "in", "1, 2", "is computed: compare it with one number"),
    ],
)
def test_what_cannot_be_read_is_told_beside_its_value(fact, op, value, told):
    condition, errors = read(fact, op, value)
    assert condition is None
    assert len(errors) == 1 and told in errors[0]


@pytest.mark.parametrize(
    "condition",
    [
        {"not": {"fact": "is_late", "op": "eq", "value": True}},
        {"fact": "nobody", "op": "eq", "value": "x"},
        {"op": "le", "left": {"fact": "until"}, "right": {"add": [{"fact": "born"}, 731]}},
        {"any": [{"all": [{"is_answered": "name"}, {"is_answered": "seat"}]}, {"is_answered": "born"}]},
        {"all": [{"is_answered": "name"}] * 9},
        {"fact": "is_late", "op": "eq", "value": "yes"},
    ],
)
def test_what_has_another_shape_is_kept_whole(condition):
    rows = ConditionRows(SCHEMA, condition, prefix="c")
    assert rows.kept == condition and rows.kept_in_words
