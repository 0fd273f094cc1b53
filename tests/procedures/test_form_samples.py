"""Sample answers: made from the form alone, and accepted by the server's check for every form that the city has."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings

from apps.businesses.tax_codes import is_tax_code
from apps.procedures.forms import Known, read_answers, visible_in
from apps.procedures.forms.samples import sample_answers
from tests.procedures.forms_written import ADDRESS, DATE, EXPLANATION, NUMBER, SEVERAL, TEXT, YES, form, group

WARD = 7
FACTS = {"channel": "online", "applicant_kind": "citizen", "filed_on": date(2026, 11, 23)}
KNOWN = Known(wards_among=lambda ids: {each for each in ids if each == WARD}, is_tax_code=is_tax_code)
FILES = sorted((Path(settings.BASE_DIR) / "fixtures" / "procedures").glob("*.json"))


def sample(schema, **facts):
    facts = FACTS | facts
    answers = sample_answers(schema, facts, ward=WARD)
    return answers, read_answers(answers, schema, facts=facts, known=KNOWN)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_form_of_the_city_accepts_its_sample(file):
    for version in json.loads(file.read_text())["versions"]:
        for applicant, channel in (("citizen", "online"), ("business", "counter"), ("citizen", "post")):
            schema = version["form_schema"]
            answers, reading = sample(schema, applicant_kind=applicant, channel=channel)
            assert [(fault.code, fault.field) for fault in reading.faults] == []
            assert reading.answers == answers
            asked = visible_in(schema, answers, FACTS | {"channel": channel, "applicant_kind": applicant})
            kinds = {name: schema["properties"][name].get("x-kind") for name in asked}
            assert set(answers) >= {
                name for name, kind in kinds.items() if kind not in ("explanation", "file")
            }


def test_there_are_real_forms_among_them():
    sections = [file for file in FILES if "x-sections" in file.read_text()]
    assert len(sections) >= 10


def test_the_same_form_gives_the_same_answers():
    schema = form(a=TEXT, b=ADDRESS, c=SEVERAL, d=EXPLANATION, e=group(2, 3, ("name",), name=TEXT, born=DATE))
    first, reading = sample(schema)
    assert first == sample(schema)[0]
    assert (reading.faults, len(first["e"]), first["b"]["ward"]) == ([], 2, WARD)
    assert "d" not in first


@pytest.mark.parametrize(
    "condition",
    [
        {"fact": "yes", "op": "eq", "value": False},
        {"fact": "number", "op": "ge", "value": 900},
        {"op": "gt", "left": {"fact": "to"}, "right": {"fact": "since"}},
        {"op": "lt", "left": {"years_between": [{"fact": "since"}, {"fact": "filed_on"}]}, "right": 1},
        {"fact": "several", "op": "has", "value": "b"},
        {"not": {"is_answered": "number"}},
        {"op": "eq", "left": {"count": "rows"}, "right": 3},
    ],
)
def test_rules_of_eligibility_are_fulfilled(condition):
    rule = {"condition": condition, "message": "Không", "message_en": "No"}
    schema = form(
        hints={"x-eligibility": [rule]},
        yes=YES,
        number=NUMBER,
        since=DATE,
        to=DATE,
        several=SEVERAL,
        rows=group(1, 5, name=TEXT),
    )
    assert sample(schema)[1].faults == []


def test_a_rule_that_nobody_can_fulfil_is_told_by_the_check_and_ends():
    rule = {
        "condition": {"fact": "number", "op": "gt", "value": 1000},
        "message": "Không",
        "message_en": "No",
    }
    answers, reading = sample(form(hints={"x-eligibility": [rule]}, number=NUMBER))
    assert [fault.code for fault in reading.faults] == ["not_eligible"] and answers["number"] <= 1000


def test_lengths_and_bounds_are_kept():
    schema = form(
        long={**TEXT, "minLength": 50, "maxLength": 55},
        short={**TEXT, "maxLength": 3},
        below={**NUMBER, "minimum": -9, "maximum": -3},
        above={**NUMBER, "minimum": 5_000_000_000, "maximum": 6_000_000_000},
    )
    answers, reading = sample(schema)
    assert reading.faults == []
    assert 50 <= len(answers["long"]) <= 55 and len(answers["short"]) <= 3
    assert (answers["below"], answers["above"]) == (-9, 5_000_000_000)
