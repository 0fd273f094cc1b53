"""Answers held against a form: what is dropped, what is wrong, and at which field."""

from datetime import date
from typing import Any

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from apps.procedures.forms import Known, faults_in, read_answers
from tests.procedures.forms_written import (
    ADDRESS,
    DATE,
    EMAIL,
    EXPLANATION,
    NUMBER,
    PERSONAL_ID,
    PHONE,
    SEVERAL,
    TAX_CODE,
    TEXT,
    YES,
    form,
    group,
)

FACTS = {"channel": "online", "applicant_kind": "citizen", "filed_on": date(2026, 11, 23)}
IF_LATE = {"fact": "is_late", "op": "eq", "value": True}
CITY = Known(
    wards_among=lambda ids: {each for each in ids if each == 7}, is_tax_code=lambda code: code == "0100233488"
)


def faults(schema: dict[str, Any], **answers: Any) -> list[tuple[str, str | None]]:
    found = faults_in({"request_content": "Đề nghị", **answers}, schema, facts=FACTS, known=CITY)
    return [(fault.code, fault.field) for fault in found]


LATE = form(is_late=YES, reason={**TEXT, "x-visible-if": IF_LATE, "x-required-if": {}})


def test_an_answer_to_a_question_that_is_not_asked_is_dropped_and_is_no_fault() -> None:
    reading = read_answers({"request_content": "x", "is_late": False, "reason": 5}, LATE, facts=FACTS)
    assert (reading.answers, reading.faults) == ({"request_content": "x", "is_late": False}, [])


def test_a_question_that_is_asked_after_all_must_be_answered() -> None:
    assert faults(LATE, is_late=True) == [("answer_missing", "answers.reason")]
    assert faults(LATE, is_late=True, reason="  ") == [("answer_missing", "answers.reason")]
    assert faults(LATE, is_late=True, reason="Ở xa") == []
    assert faults(LATE) == []


def test_what_is_not_asked_is_not_known_to_the_questions_that_hang_on_it() -> None:
    schema = form(
        third={**TEXT, "x-visible-if": {"is_answered": "second"}},
        second={**TEXT, "x-visible-if": IF_LATE},
        is_late=YES,
    )
    given = {"request_content": "x", "is_late": False, "second": "a", "third": "b"}
    assert read_answers(given, schema, facts=FACTS).answers == {"request_content": "x", "is_late": False}
    assert read_answers({**given, "is_late": True}, schema, facts=FACTS).answers == {**given, "is_late": True}


def test_required_if_reads_the_program_as_well() -> None:
    needed = {"op": "gt", "left": {"days_between": [{"fact": "born_on"}, {"fact": "filed_on"}]}, "right": 60}
    schema = form(born_on=DATE, reason={**TEXT, "x-required-if": needed})
    assert faults(schema, born_on="2026-09-24") == []
    assert faults(schema, born_on="2026-09-23") == [("answer_missing", "answers.reason")]


MEMBERS = form(
    is_late=YES,
    members=group(
        1,
        3,
        ("name",),
        name=TEXT,
        identity=PERSONAL_ID,
        has_paper=YES,
        paper={**TEXT, "x-visible-if": {"fact": "has_paper", "op": "eq", "value": True}, "x-required-if": {}},
        reason={**TEXT, "x-visible-if": IF_LATE},
    ),
)


def test_faults_of_rows_are_told_with_the_row_from_0() -> None:
    rows = [
        {"name": "An"},
        {"name": "Bình", "identity": "12"},
        {"has_paper": True},
        {"name": "Chi", "other": 1},
    ]
    assert faults(MEMBERS, members=rows[:3]) == [
        ("answer_missing", "answers.members.2.name"),
        ("answer_missing", "answers.members.2.paper"),
        ("answer_personal_id_malformed", "answers.members.1.identity"),
    ]
    assert ("answer_unknown", "answers.members.0.other") in faults(MEMBERS, members=rows[3:])
    assert ("answer_rows_out_of_range", "answers.members") in faults(MEMBERS, members=[{"name": "x"}] * 4)
    assert ("answer_wrong_type", "answers.members.0") in faults(MEMBERS, members=["An"])


def test_in_a_row_what_is_not_asked_is_dropped_by_the_row_and_by_the_form() -> None:
    row = {"name": "An", "has_paper": False, "paper": "x", "reason": "y"}
    reading = read_answers({"request_content": "x", "is_late": False, "members": [row]}, MEMBERS, facts=FACTS)
    assert reading.answers["members"] == [{"name": "An", "has_paper": False}]
    reading = read_answers({"request_content": "x", "is_late": True, "members": [row]}, MEMBERS, facts=FACTS)
    assert reading.answers["members"] == [{"name": "An", "has_paper": False, "reason": "y"}]


@pytest.mark.parametrize(
    ("question", "answer", "code"),
    [
        (PERSONAL_ID, "101085000001", "answer_personal_id_malformed"),
        (PERSONAL_ID, "00108500000", "answer_personal_id_malformed"),
        (TAX_CODE, "0100233489", "answer_tax_code_malformed"),
        (TAX_CODE, "123", "answer_tax_code_malformed"),
        (PHONE, "phone", "answer_phone_malformed"),
        (EMAIL, "nobody", "answer_email_malformed"),
        (SEVERAL, ["c"], "answer_not_a_choice"),
        (SEVERAL, "a", "answer_wrong_type"),
        (DATE, "2026-02-30", "answer_wrong_type"),
        (NUMBER, 1001, "answer_out_of_range"),
        (NUMBER, "7", "answer_wrong_type"),
        (YES, "yes", "answer_wrong_type"),
        (EXPLANATION, "anything", "answer_unknown"),
    ],
)
def test_each_kind_refuses_what_it_is_not(question: dict[str, Any], answer: Any, code: str) -> None:
    [(found, field)] = faults(form(asked=question), asked=answer)
    # Of several choices the one that is none is named.
    assert (found, str(field).removesuffix(".0")) == (code, "answers.asked")


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        (PERSONAL_ID, "001085000001"),
        (TAX_CODE, "0100233488"),
        (PHONE, "+84987654321"),
        (EMAIL, "a@example.vn"),
        (SEVERAL, ["b", "a"]),
        (DATE, "2026-02-28"),
        (ADDRESS, {"ward": 7, "street": "Số 1"}),
    ],
)
def test_each_kind_takes_what_it_is(question: dict[str, Any], answer: Any) -> None:
    assert faults(form(asked=question), asked=answer) == []


def test_an_address_needs_a_ward_in_force_and_a_street() -> None:
    schema = form(seat=ADDRESS)
    assert faults(schema, seat={"ward": 8, "street": "Số 1"}) == [
        ("answer_ward_not_in_force", "answers.seat.ward")
    ]
    assert faults(schema, seat={"ward": 7}) == [("answer_missing", "answers.seat.street")]
    assert faults(schema, seat={"ward": 10**30, "street": "x"}) == [
        ("answer_ward_not_in_force", "answers.seat.ward")
    ]
    assert faults(schema, seat={"ward": 7, "street": "x", "floor": 3}) == [
        ("answer_unknown", "answers.seat.floor")
    ]


OF_AGE = {
    "condition": {
        "op": "ge",
        "left": {"years_between": [{"fact": "born_on"}, {"fact": "filed_on"}]},
        "right": 18,
    },
    "message": "Phải đủ 18 tuổi.",
    "message_en": "One must be 18.",
}
ADULTS = form(required=("born_on",), hints={"x-eligibility": [OF_AGE]}, born_on=DATE)


def test_a_rule_that_does_not_hold_refuses_with_its_own_words_beside_the_question_it_reads() -> None:
    [fault] = faults_in({"request_content": "x", "born_on": "2008-11-24"}, ADULTS, facts=FACTS)
    assert (fault.code, fault.field) == ("not_eligible", "answers.born_on")
    with override("vi"):
        assert fault.message == "Phải đủ 18 tuổi."
    with override("en"):
        assert fault.message == "One must be 18."
    assert faults_in({"request_content": "x", "born_on": "2008-11-23"}, ADULTS, facts=FACTS) == []


def test_of_an_answer_that_is_missing_or_wrong_eligibility_says_nothing_more() -> None:
    assert faults(ADULTS) == [("answer_missing", "answers.born_on")]
    assert faults(ADULTS, born_on="long ago") == [("answer_wrong_type", "answers.born_on")]


def test_a_rule_whose_fact_nobody_gave_does_not_hold() -> None:
    schema = form(hints={"x-eligibility": [OF_AGE]}, born_on=DATE)
    assert faults(schema) == [("not_eligible", "answers.born_on")]


def test_unknown_questions_and_no_object_at_all_are_refused() -> None:
    assert faults(LATE, other=1) == [("answer_unknown", "answers.other")]
    assert [fault.field for fault in faults_in(["x"], LATE)] == ["answers"]


anything = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=8)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(["name", "identity", "paper", "ward", "street", "x"]), inner, max_size=3
        ),
    ),
    max_leaves=8,
)
EVERYTHING = form(
    is_late=YES,
    reason={**TEXT, "x-visible-if": IF_LATE},
    seat=ADDRESS,
    code=TAX_CODE,
    several={**SEVERAL, "x-required-if": {"op": "gt", "left": {"count": "members"}, "right": 1}},
    members=MEMBERS["properties"]["members"],
    note=EXPLANATION,
    born_on=DATE,
    hints={"x-eligibility": [OF_AGE]},
)


@given(st.dictionaries(st.sampled_from([*EVERYTHING["properties"], "other"]), anything))
def test_whatever_is_sent_is_read_and_never_breaks(answers: dict[str, Any]) -> None:
    reading = read_answers(answers, EVERYTHING, facts=FACTS, known=CITY)
    assert set(reading.answers) <= set(EVERYTHING["properties"])
    fields = [fault.field or "" for fault in reading.faults]
    assert all(field.startswith("answers") for field in fields)
    # What stands may be read again, and stands again.
    if not reading.faults:
        assert read_answers(reading.answers, EVERYTHING, facts=FACTS, known=CITY) == reading
