"""Computed conditions: what they come to, what is wrong with them, and how they are said in words."""

from contextlib import suppress
from datetime import date
from typing import Any

import pytest
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.procedures.choices import Channel
from apps.procedures.conditions import (
    PROGRAM_FACTS,
    ConditionMalformed,
    Shape,
    Type,
    facts_used,
    holds,
    in_words,
    misfits_in,
    value_of,
)

KINDS = {"birth": ("Khai sinh", "Birth"), "marriage": ("Kết hôn", "Marriage")}
SHAPES = {
    **PROGRAM_FACTS,
    "born_on": Shape(Type.DATE, "Ngày sinh", "Date of birth"),
    "name": Shape(Type.TEXT, "Họ tên", "Name"),
    "is_late": Shape(Type.TRUTH, "Quá hạn", "Late"),
    "record": Shape(Type.TEXT, "Loại sổ", "Record", KINDS),
    "records": Shape(Type.CHOICES, "Các loại sổ", "Records", KINDS),
    "capital": Shape(Type.WHOLE, "Vốn", "Capital"),
    "members": Shape(
        Type.ROWS, "Thành viên", "Members", fields={"share": Shape(Type.WHOLE, "Phần vốn", "Share")}
    ),
}
FACTS = {
    "born_on": "2026-09-01",
    "filed_on": date(2026, 11, 23),
    "capital": 100,
    "members": [{"share": 60}, {"share": 40}],
    "records": ["birth"],
}
FILED, BORN = {"fact": "filed_on"}, {"fact": "born_on"}


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        (3, 3),
        ({"date": "2026-11-23"}, date(2026, 11, 23)),
        ({"add": [{"fact": "capital"}, 1, 2]}, 103),
        ({"add": [BORN, 60]}, date(2026, 10, 31)),
        ({"subtract": [{"fact": "capital"}, 1]}, 99),
        ({"subtract": [FILED, 23]}, date(2026, 10, 31)),
        ({"multiply": [{"fact": "capital"}, 3]}, 300),
        ({"min": [{"fact": "capital"}, 7]}, 7),
        ({"max": [BORN, FILED]}, date(2026, 11, 23)),
        ({"days_between": [BORN, FILED]}, 83),
        ({"days_between": [FILED, BORN]}, -83),
        ({"years_between": [{"date": "2008-02-29"}, {"date": "2026-02-28"}]}, 17),
        ({"years_between": [{"date": "2008-02-29"}, {"date": "2026-03-01"}]}, 18),
        ({"count": "members"}, 2),
        ({"sum": ["members", "share"]}, 100),
        # Not known, and so not known what rests on it.
        ({"add": [{"fact": "pages"}, 1]}, None),
        ({"sum": ["members", "nothing"]}, None),
        ({"count": "children"}, None),
        ({"add": [{"date": "9999-12-31"}, 1]}, None),
        ({"multiply": [10**15, 10**15]}, None),
    ],
)
def test_what_an_expression_comes_to(expression: Any, value: Any) -> None:
    found = value_of(expression, FACTS)
    assert (found, type(found)) == (
        date.fromisoformat(value) if isinstance(value, str) else value,
        type(value),
    )


LATE = {"op": "gt", "left": {"days_between": [BORN, FILED]}, "right": 60}


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


def test_two_computed_values_are_compared() -> None:
    assert holds(LATE, FACTS)
    assert not holds(LATE, {**FACTS, "born_on": "2026-11-01"})
    assert holds({"op": "eq", "left": {"sum": ["members", "share"]}, "right": {"fact": "capital"}}, FACTS)


@pytest.mark.parametrize("op", ["eq", "ne", "lt", "le", "gt", "ge"])
def test_a_comparison_with_what_is_not_known_never_holds(op: str) -> None:
    unknown = {"add": [{"fact": "pages"}, 1]}
    assert not holds({"op": op, "left": unknown, "right": 1}, FACTS)
    assert not holds({"op": op, "left": 1, "right": unknown}, FACTS)
    assert not holds({"op": op, "left": unknown, "right": unknown}, FACTS)


def test_one_of_several_choices_and_whether_anything_was_said() -> None:
    assert holds({"fact": "records", "op": "has", "value": "birth"}, FACTS)
    assert not holds({"fact": "records", "op": "has", "value": "marriage"}, FACTS)
    assert holds({"is_answered": "records"}, FACTS)
    for blank in (None, "", "  ", []):
        assert not holds({"is_answered": "records"}, {"records": blank})


def test_a_choice_of_the_programs_is_the_text_that_it_spells() -> None:
    assert holds({"fact": "channel", "op": "eq", "value": "online"}, {"channel": Channel.ONLINE})
    assert holds({"fact": "channel", "op": "in", "value": ["post", "online"]}, {"channel": Channel.ONLINE})


def test_true_is_not_one() -> None:
    assert not holds({"fact": "is_late", "op": "eq", "value": True}, {"is_late": 1})
    assert not holds({"fact": "capital", "op": "eq", "value": 1}, {"capital": True})


@pytest.mark.parametrize(
    ("condition", "path", "sentence"),
    [
        ({"fact": "nobody", "op": "eq", "value": 1}, "", "reads “nobody”"),
        ({"all": [LATE, {"fact": "nobody", "op": "eq", "value": 1}]}, "all/2", "reads “nobody”"),
        ({"not": {"is_answered": "nobody"}}, "not", "reads “nobody”"),
        ({"fact": "record", "op": "eq", "value": "death"}, "", "“record” is never death"),
        ({"fact": "record", "op": "in", "value": ["birth", "death"]}, "", "“record” is never death"),
        ({"fact": "record", "op": "in", "value": "birth"}, "value", "must be a list"),
        ({"fact": "is_late", "op": "eq", "value": "yes"}, "", "“is_late” is never yes"),
        ({"fact": "name", "op": "lt", "value": "An"}, "", "no order"),
        ({"fact": "record", "op": "has", "value": "birth"}, "", "does not take several"),
        ({"fact": "records", "op": "eq", "value": "birth"}, "", "cannot be compared"),
        ({"op": "gt", "left": BORN, "right": 60}, "", "compares a date with a whole number"),
        ({"op": "gt", "left": {"fact": "is_late"}, "right": True}, "", "cannot compare yes or no"),
        ({"op": "eq", "left": {"fact": "record"}, "right": "death"}, "", "is never death"),
        ({"op": "gt", "left": {"add": [BORN, BORN]}, "right": 1}, "left", "cannot compute"),
        ({"op": "gt", "left": {"days_between": [BORN, 3]}, "right": 1}, "left", "cannot compute"),
        ({"op": "gt", "left": {"count": "name"}, "right": 1}, "left", "not a repeated group"),
        ({"op": "gt", "left": {"sum": ["members", "age"]}, "right": 1}, "left", "have no number “age”"),
        ({"op": "gt", "left": {"divide": [1, 0]}, "right": 1}, "left", "is not an expression"),
        ({"op": "gt", "left": 1.5, "right": 1}, "left", "is not an expression"),
        ({"all": []}, "", "is not a condition"),
        ({"all": [LATE], "any": [LATE]}, "", "is not a condition"),
        ({"any": [{"fact": "name"}]}, "any/1", "is not a condition"),
    ],
)
def test_every_fault_is_told_with_its_path(condition: Any, path: str, sentence: str) -> None:
    [misfit] = misfits_in(condition, SHAPES)
    assert misfit.path == path
    assert sentence in misfit.message


def test_a_tree_too_deep_or_too_large_is_refused_before_it_is_read() -> None:
    deep: Any = LATE
    for _turn in range(100_000):
        deep = {"not": deep}
    [misfit] = misfits_in(deep, SHAPES)
    assert "deeper" in misfit.message
    wide = {"all": [LATE] * 100_000}
    [misfit] = misfits_in(wide, SHAPES)
    assert "more than" in misfit.message
    for each in (deep, wide):
        with pytest.raises(ConditionMalformed):
            facts_used(each)
    with pytest.raises(ConditionMalformed):
        holds(deep, {})
    # Taken apart by hand: the interpreter would do so level by level.
    while isinstance(deep, dict) and "not" in deep:
        deep = deep["not"]


def test_the_facts_it_reads_are_those_of_the_form_and_not_of_rows() -> None:
    both = {"all": [LATE, {"op": "gt", "left": {"sum": ["members", "share"]}, "right": {"fact": "capital"}}]}
    assert facts_used(both) == {"born_on", "filed_on", "members", "capital"}


@pytest.mark.parametrize(
    ("condition", "vietnamese", "english"),
    [
        (None, "luôn luôn", "always"),
        (
            {
                "all": [
                    {"fact": "subject_age", "op": "ge", "value": 14},
                    {"fact": "channel", "op": "eq", "value": "online"},
                ]
            },
            "độ tuổi của người liên quan từ 14 trở lên và nộp trực tuyến",
            "the age of the person concerned is 14 or more and it is filed online",
        ),
        (
            {"any": [{"not": {"fact": "record", "op": "in", "value": ["birth", "marriage"]}}, LATE]},
            "(“Loại sổ” không phải là “Khai sinh” hoặc “Kết hôn”) hoặc "
            "số ngày từ “Ngày sinh” đến ngày nộp hồ sơ trên 60",
            "(“Record” is not “Birth” or “Marriage”) or "
            "the days from “Date of birth” to the day of filing is more than 60",
        ),
        (
            {"all": [{"fact": "is_late", "op": "eq", "value": True}, {"not": {"is_answered": "name"}}]},
            "“Quá hạn”: có và không trả lời “Họ tên”",
            "“Late”: yes and “Name” is not answered",
        ),
        (
            {
                "op": "lt",
                "left": {"sum": ["members", "share"]},
                "right": {"multiply": [{"count": "members"}, 1500]},
            },
            "tổng “Phần vốn” của “Thành viên” dưới (số dòng của “Thành viên” × 1.500)",
            "the sum of “Share” over “Members” is less than (the number of rows of “Members” × 1,500)",
        ),
        (
            {"fact": "born_on", "op": "lt", "value": "2026-10-01"},
            "“Ngày sinh” trước 01/10/2026",
            "“Date of birth” is before 01/10/2026",
        ),
        (
            {"not": {"fact": "records", "op": "has", "value": "birth"}},
            "“Các loại sổ” không chọn “Khai sinh”",
            "“Records” does not include “Birth”",
        ),
        ({"xor": [LATE]}, "(biểu thức sai)", "(malformed expression)"),
    ],
)
def test_it_says_itself_in_both_languages(condition: Any, vietnamese: str, english: str) -> None:
    assert in_words(condition, SHAPES, "vi") == vietnamese
    assert in_words(condition, SHAPES, "en") == english


# Generating trees is slow on a busy machine, which says nothing of what is tested.
slow = settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)

# Anything at all, and trees that mostly fit.

scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=5),
    st.sampled_from([*SHAPES, "2026-02-30"]),
)
WORDS = (
    *(
        "all",
        "any",
        "not",
        "fact",
        "op",
        "value",
        "left",
        "right",
        "is_answered",
        "add",
        "subtract",
        "multiply",
    ),
    *("min", "max", "years_between", "days_between", "count", "sum", "date", "eq", "in", "has", "ge"),
)
garbage = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(WORDS), inner, max_size=3)
    ),
    max_leaves=12,
)
numbers = st.recursive(
    st.one_of(
        st.integers(-(10**15), 10**15),
        st.sampled_from(
            [{"fact": "capital"}, {"fact": "copies"}, {"count": "members"}, {"sum": ["members", "share"]}]
        ),
        st.builds(lambda day: {"days_between": [BORN, {"date": day.isoformat()}]}, st.dates()),
        st.builds(lambda day: {"years_between": [{"date": day.isoformat()}, FILED]}, st.dates()),
    ),
    lambda inner: st.builds(
        lambda name, parts: {name: parts},
        st.sampled_from(["add", "multiply", "min", "max"]),
        st.lists(inner, min_size=2, max_size=3),
    ),
    max_leaves=6,
)
days = st.one_of(
    st.just(BORN),
    st.builds(lambda n: {"add": [FILED, n]}, st.integers(-(10**9), 10**9)),
    st.just({"min": [BORN, FILED]}),
)
ORDERS = st.sampled_from(["eq", "ne", "lt", "le", "gt", "ge"])
sound = st.recursive(
    st.one_of(
        st.builds(lambda op, one, two: {"op": op, "left": one, "right": two}, ORDERS, numbers, numbers),
        st.builds(lambda op, one, two: {"op": op, "left": one, "right": two}, ORDERS, days, days),
        st.builds(lambda name: {"is_answered": name}, st.sampled_from(list(SHAPES))),
        st.builds(lambda op, n: {"fact": "capital", "op": op, "value": n}, ORDERS, st.integers(-9, 9)),
        st.just({"fact": "records", "op": "has", "value": "marriage"}),
        st.just({"fact": "record", "op": "in", "value": ["birth"]}),
    ),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"all": parts}),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"any": parts}),
        inner.map(lambda part: {"not": part}),
    ),
    max_leaves=5,
)
# A fact may be whatever a stranger sent.
some_facts = st.fixed_dictionaries(
    {},
    optional={
        name: st.one_of(garbage, st.integers(), st.dates()) for name in ("born_on", "capital", "members")
    },
)


@slow
@given(sound, some_facts)
def test_what_was_checked_is_always_read_to_its_end(condition: Any, facts: dict[str, Any]) -> None:
    assert misfits_in(condition, SHAPES) == []
    assert holds(condition, facts) in (True, False)
    assert facts_used(condition) <= set(SHAPES)


@slow
@given(sound, some_facts)
def test_only_the_facts_it_says_it_reads_count(condition: Any, facts: dict[str, Any]) -> None:
    used = facts_used(condition)
    assert holds(condition, {name: facts[name] for name in used & set(facts)}) is holds(condition, facts)


@slow
@given(sound)
def test_without_a_single_fact_no_comparison_holds(condition: Any) -> None:
    if "not" not in str(condition) and facts_used(condition):
        bare = {"all": [condition, {"is_answered": sorted(facts_used(condition))[0]}]}
        assert not holds(bare, {})


@slow
@given(garbage, some_facts)
def test_garbage_is_refused_or_read_and_never_breaks_anything(condition: Any, facts: dict[str, Any]) -> None:
    if misfits_in(condition, SHAPES):
        with suppress(ConditionMalformed):
            holds(condition, facts)
    else:
        assert holds(condition, facts) in (True, False)
        assert "(biểu thức sai)" not in in_words(condition, SHAPES, "vi")


@slow
@given(st.one_of(sound, garbage), st.sampled_from(["vi", "en"]))
def test_anything_can_be_said_in_words(condition: Any, language: str) -> None:
    assert in_words(condition, SHAPES, language)
    assert in_words(condition, {}, language)
