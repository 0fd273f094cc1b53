"""The answers of a form over HTTP: the same faults as on the page, each with its field, and what is not asked is dropped."""

from __future__ import annotations

import pytest

from apps.applications.models import ApplicationRevision
from tests import given
from tests.api.calls import Caller, online, uploads
from tests.api.refusals import errors_of, nothing_changes, refused

pytestmark = pytest.mark.django_db

MARITAL = "1.004873"
BIRTH = "1.001193"
FAMILY = {"founder": "family", "members": [{"name": "Lê Văn Tám", "identity": "001085000111"}]}


def household(**answers: object) -> dict[str, object]:
    return online(given.HOUSEHOLD, answers={**given.answers(given.HOUSEHOLD), **answers})


def test_the_schema_that_is_published_is_the_one_by_which_answers_are_held():
    schema = Caller().get(f"/procedures/{given.HOUSEHOLD}").json()["form_schema"]
    assert schema["properties"]["members"]["x-visible-if"] == {
        "fact": "founder",
        "op": "eq",
        "value": "family",
    }


def test_every_fault_is_told_with_its_field_down_to_the_row():
    caller = Caller(given.citizen())
    rows = [{"name": "An", "identity": "12"}, {"identity": "001085000111", "born_on": "yesterday"}, "Bình"]
    body = household(
        founder="family",
        members=rows,
        tax_code="0100233489",
        phone="none",
        email="nobody",
        other_places=[
            {"address": {"ward": given.ward().parent_id, "street": "Số 9"}},
            {"address": {"ward": 10**12}},
        ],
        unknown=1,
    )
    with nothing_changes():
        assert errors_of(caller.post("/applications", body)) == {
            ("answer_unknown", "answers.unknown"),
            ("answer_personal_id_malformed", "answers.members.0.identity"),
            ("answer_missing", "answers.members.1.name"),
            ("answer_wrong_type", "answers.members.1.born_on"),
            ("answer_wrong_type", "answers.members.2"),
            ("answer_tax_code_malformed", "answers.tax_code"),
            ("answer_phone_malformed", "answers.phone"),
            ("answer_email_malformed", "answers.email"),
            # A district is no ward.
            ("answer_ward_not_in_force", "answers.other_places.0.address.ward"),
            ("answer_ward_not_in_force", "answers.other_places.1.address.ward"),
            ("answer_missing", "answers.other_places.1.address.street"),
        }


def test_what_a_condition_requires_is_missing_and_what_it_does_not_ask_is_dropped():
    who = given.citizen()
    caller = Caller(who)
    with nothing_changes():
        refused(
            caller.post("/applications", household(founder="family")),
            422,
            "answer_missing",
            "answers.members",
        )
    filed = caller.post("/applications", household(**{**FAMILY, "founder": "person"}))
    assert filed.status_code == 201
    assert "members" not in ApplicationRevision.objects.get().answers


def test_a_rule_of_eligibility_refuses_before_anything_is_filed_in_the_readers_language():
    who = given.citizen()
    married = {
        **given.answers(MARITAL),
        "purpose": "marriage",
        "marital_state": "married",
        "spouse_name": "Lê Văn Tám",
    }
    body = online(MARITAL, answers=married, attachments=uploads(MARITAL, who))
    for language, words in (("en", "Who is married cannot"), ("vi", "Người đang có vợ hoặc chồng")):
        with nothing_changes():
            answer = Caller(who, language).post("/applications", body)
            found = refused(answer, 422, "not_eligible", "answers.purpose")
        assert found["message"].startswith(words)


def test_a_quote_reads_computed_conditions_and_is_given_to_who_may_not_file():
    caller = Caller()
    quote = f"/procedures/{BIRTH}/quote"
    for born_on, owed in (("2026-09-24", 0), ("2026-09-23", 5_000), ("2027-01-01", 0)):
        answer = caller.post(quote, {"channel": "counter", "answers": {"child_born_on": born_on}})
        assert (answer.status_code, answer.json().get("owed")) == (200, owed), answer.content
