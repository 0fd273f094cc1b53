"""Conditions: what holds, what never does, and what is no condition at all."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.procedures.conditions import ConditionMalformed, facts_used, holds

ONLINE = {"fact": "channel", "op": "eq", "value": "online"}
GROWN = {"fact": "subject_age", "op": "ge", "value": 14}


@pytest.mark.parametrize("nothing", [None, {}])
def test_an_empty_condition_always_holds(nothing: Any) -> None:
    assert holds(nothing, {})


@pytest.mark.parametrize(
    ("op", "value", "expected"),
    [
        ("eq", 14, True),
        ("eq", 13, False),
        ("ne", 13, True),
        ("ne", 14, False),
        ("lt", 15, True),
        ("lt", 14, False),
        ("le", 14, True),
        ("le", 13, False),
        ("gt", 13, True),
        ("gt", 14, False),
        ("ge", 14, True),
        ("ge", 15, False),
        ("in", [13, 14], True),
        ("in", [], False),
    ],
)
def test_each_operator_compares_the_fact_with_the_value(op: str, value: Any, expected: bool) -> None:
    assert holds({"fact": "subject_age", "op": op, "value": value}, {"subject_age": 14}) is expected


@pytest.mark.parametrize("op", ["eq", "ne", "lt", "le", "gt", "ge", "in"])
def test_a_fact_that_is_not_known_makes_every_comparison_false(op: str) -> None:
    assert not holds({"fact": "subject_age", "op": op, "value": [None]}, {})
    assert not holds({"fact": "subject_age", "op": op, "value": None}, {"subject_age": None})


def test_a_fact_of_another_type_makes_the_comparison_false_and_raises_nothing() -> None:
    assert not holds(GROWN, {"subject_age": "fifteen"})


def test_all_any_and_not_combine() -> None:
    facts = {"channel": "online", "subject_age": 13}
    assert holds({"any": [ONLINE, GROWN]}, facts)
    assert not holds({"all": [ONLINE, GROWN]}, facts)
    assert holds({"all": [ONLINE, {"not": GROWN}]}, facts)


@pytest.mark.parametrize(
    "malformed",
    [
        "channel",
        ["channel"],
        {"fact": "channel"},
        {"fact": "channel", "op": "like", "value": "on"},
        {"fact": 3, "op": "eq", "value": 3},
        {"all": ONLINE},
        {"xor": [ONLINE, GROWN]},
        {"all": [ONLINE, {"fact": "channel"}]},
    ],
)
def test_what_is_no_condition_is_refused_by_both_readers(malformed: Any) -> None:
    with pytest.raises(ConditionMalformed):
        holds(malformed, {"channel": "online"})
    with pytest.raises(ConditionMalformed):
        facts_used(malformed)


def test_a_condition_nested_beyond_twenty_is_refused() -> None:
    condition: Any = ONLINE
    for _turn in range(25):
        condition = {"not": condition}
    with pytest.raises(ConditionMalformed):
        facts_used(condition)


NAMES = ("channel", "copies", "pages")
comparisons = st.builds(
    lambda name, op, value: {"fact": name, "op": op, "value": value},
    st.sampled_from(NAMES),
    st.sampled_from(["eq", "ne", "lt", "le", "gt", "ge"]),
    st.integers(0, 5),
)
conditions = st.recursive(
    comparisons,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"all": parts}),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"any": parts}),
        inner.map(lambda part: {"not": part}),
    ),
    max_leaves=8,
)
some_facts = st.dictionaries(st.sampled_from(NAMES), st.integers(0, 5))


@given(conditions, some_facts)
def test_not_turns_every_answer_round(condition: Any, facts: dict[str, int]) -> None:
    assert holds({"not": condition}, facts) is not holds(condition, facts)


@given(conditions, conditions, some_facts)
def test_all_of_nots_is_not_of_any(one: Any, other: Any, facts: dict[str, int]) -> None:
    assert holds({"all": [{"not": one}, {"not": other}]}, facts) is holds(
        {"not": {"any": [one, other]}}, facts
    )


@given(conditions, some_facts)
def test_only_the_facts_it_uses_can_change_the_answer(condition: Any, facts: dict[str, int]) -> None:
    used = facts_used(condition)
    assert used <= set(NAMES)
    kept = {name: value for name, value in facts.items() if name in used}
    assert holds(condition, kept) is holds(condition, {**facts, "something_else": 1})
