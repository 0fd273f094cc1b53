"""The difference of two versions reads in words, in both languages, row by row."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from django.utils import translation

from apps.procedures.content import content_of
from apps.procedures.difference import differences
from apps.procedures.models import ProcedureVersion
from tests.procedures.forms_written import NUMBER, TEXT, YES, form, group

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair() -> tuple[dict[str, Any], dict[str, Any]]:
    content = content_of(ProcedureVersion.objects.get(procedure__code="1.004859"))
    return content, copy.deepcopy(content)


def told(before, after, language="en") -> list[tuple[str, ...]]:
    with translation.override(language):
        found = differences(before, after, {"ward_committee": "Ward committee"})
        return [
            (part, each.row, each.field, each.before, each.after)
            for part, rows in found.items()
            for each in rows
        ]


def test_the_same_differs_in_nothing(pair):
    assert told(*pair) == []


def test_a_field_is_named_and_its_value_is_in_words(pair):
    before, after = pair
    after["after_supplement"] = "resume"
    after["fee_rules"][2]["borne_by"] = "budget"
    assert told(before, after) == [
        (
            "basics",
            "",
            "After a supplement",
            "The full limit begins again when the file is complete",
            "The time with the applicant is given back",
        ),
        (
            "fee_rules",
            f"3. {after['fee_rules'][2]['name_en']}",
            "Borne by",
            "The applicant",
            "The city's budget",
        ),
    ]


def test_rows_with_a_code_are_the_same_wherever_they_stand(pair):
    before, after = pair
    first = after["components"].pop(0)
    after["components"].append(first)
    [(part, row, field, was, now)] = told(before, after)
    assert (part, row, field) == ("components", "", "Order")
    assert was.split(", ")[0] == first["code"] == now.split(", ")[-1]


def test_a_row_that_is_new_or_gone_is_told_whole(pair):
    before, after = pair
    gone = after["components"].pop(1)
    after["components"].append({**gone, "code": "new_paper", "name_en": "New paper"})
    rows = {(row, field): (was, now) for _part, row, field, was, now in told(before, after)}
    assert rows[(gone["name_en"], "Taken away")][1] == ""
    assert rows[("New paper", "Added")][0] == ""
    assert "How it is given" in rows[("New paper", "Added")][1]


def test_questions_are_told_by_their_titles(pair):
    before, after = pair
    schema = after["form_schema"]
    name = schema["x-order"][-1]
    schema["properties"][name]["maxLength"] = 77
    schema["properties"]["extra"] = {"type": "integer", "title": "Thêm", "title_en": "Extra"}
    schema["x-order"].append("extra")
    title = before["form_schema"]["properties"][name]["title_en"]
    found = {(row, field) for _part, row, field, _was, _now in told(before, after)}
    assert found >= {(title, "Most characters"), ("Extra", "Added")}


def test_conditions_of_questions_are_told_in_words_and_rows_of_groups_one_by_one(pair):
    before, after = pair
    before["form_schema"] = form(is_late=YES, reason=TEXT, members=group(0, 3, name=TEXT, age=NUMBER))
    reason = {**TEXT, "x-visible-if": {"fact": "is_late", "op": "eq", "value": True}}
    after["form_schema"] = form(
        is_late=YES, reason=reason, members=group(0, 3, name={**TEXT, "maxLength": 9})
    )
    rows = {(row, field): (was, now) for _part, row, field, was, now in told(before, after)}
    assert rows[("Question", "Asked only if")] == ("–", "“Question”: yes")
    assert rows[("Question – Question", "Most characters")] == ("60", "9")
    assert rows[("Question – Question", "Taken away")] == ("age", "")


@pytest.mark.parametrize("language", ["vi", "en"])
def test_it_reads_in_both_languages_for_every_pair_of_procedures(language):
    contents = [
        content_of(version)
        for version in ProcedureVersion.objects.order_by("pk").prefetch_related("competences__agency_kind")[
            :8
        ]
    ]
    for before in contents:
        for after in contents:
            assert bool(told(before, after, language)) == (before is not after)
