"""What a filing costs: every rule that holds, for whom, and never a price that nobody established."""

from __future__ import annotations

from datetime import date

import pytest

from apps.procedures.choices import BorneBy, Quantity
from apps.procedures.models import FeeRule
from apps.procedures.tariff import assess, is_established

DAY = date(2026, 11, 23)


def rule(price: int | None = 8000, **fields: object) -> FeeRule:
    return FeeRule(**{"position": 1, "unit_price": price, "quantity": Quantity.ONE, **fields})


@pytest.mark.parametrize(
    ("quantity", "facts", "amount"),
    [
        (Quantity.ONE, {"copies": 5}, 1000),
        (Quantity.COPIES, {"copies": 5}, 5000),
        (Quantity.COPIES, {}, 1000),
        (Quantity.FIRST_PAGES, {"copies": 3, "pages": 1}, 3000),
        (Quantity.FIRST_PAGES, {"copies": 3, "pages": 7}, 6000),
        (Quantity.FURTHER_PAGES, {"copies": 3, "pages": 7}, 15_000),
    ],
)
def test_a_price_is_multiplied_by_what_the_rule_says(quantity, facts, amount):
    (line,) = assess([rule(1000, quantity=quantity)], facts, DAY)
    assert line.amount == amount


def test_no_page_from_the_third_on_is_no_line():
    assert assess([rule(quantity=Quantity.FURTHER_PAGES)], {"pages": 2}, DAY) == []


def test_a_certified_copy_costs_2000_for_two_pages_then_1000_and_200000_at_most():
    rules = [
        rule(2000, quantity=Quantity.FIRST_PAGES),
        rule(1000, quantity=Quantity.FURTHER_PAGES, most=196_000),
    ]
    assert [line.amount for line in assess(rules, {"pages": 10, "copies": 2}, DAY)] == [8000, 16_000]
    assert [line.amount for line in assess(rules, {"pages": 500, "copies": 1}, DAY)] == [4000, 196_000]


def test_a_rule_outside_its_dates_does_not_apply():
    rules = [
        rule(1, basis_from=date(2026, 11, 24)),
        rule(2, basis_to=DAY),
        rule(3, basis_from=DAY, basis_to=date(2026, 11, 24)),
    ]
    assert [line.amount for line in assess(rules, {}, DAY)] == [3]


STUDENT = {"fact": "reduction", "op": "eq", "value": "student"}


def exempt(price, percent=100, **fields):
    said = {
        "exempt_condition": STUDENT,
        "exempt_percent": percent,
        "exempt_basis": "Thông tư 244/2016/TT-BTC",
    }
    return rule(price, **{**said, **fields})


@pytest.mark.parametrize(("percent", "amount", "waived"), [(100, 0, 1001), (50, 501, 500), (10, 901, 100)])
def test_an_exemption_takes_its_part_off_and_the_line_stands(percent, amount, waived):
    (line,) = assess([exempt(1001, percent)], {"reduction": "student"}, DAY)
    assert (line.amount, line.exempted, line.owed) == (amount, waived, amount)
    (whole,) = assess([exempt(1001, percent)], {"reduction": "merit"}, DAY)
    assert (whole.amount, whole.exempted) == (1001, 0)


def test_an_exemption_outside_its_dates_takes_nothing_off():
    rules = [
        exempt(1, exempt_from=date(2026, 11, 24)),
        exempt(2, exempt_to=DAY),
        exempt(3, exempt_from=DAY, exempt_to=date(2026, 11, 24)),
    ]
    lines = assess(rules, {"reduction": "student"}, DAY)
    assert [(line.amount, line.exempted) for line in lines] == [(1, 0), (2, 0), (0, 3)]


def test_what_has_no_price_is_exempt_of_nothing():
    (line,) = assess([exempt(None)], {"reduction": "student"}, DAY)
    assert (line.amount, line.exempted) == (None, 0)


def test_a_rule_applies_when_its_condition_holds():
    online = {"fact": "channel", "op": "eq", "value": "online"}
    rules = [rule(1, condition=online), rule(2, condition={"not": online})]
    assert [line.amount for line in assess(rules, {"channel": "online"}, DAY)] == [1]
    assert [line.amount for line in assess(rules, {"channel": "counter"}, DAY)] == [2]


def test_a_price_not_established_is_no_price_of_zero():
    unset, free = assess([rule(None), rule(0)], {}, DAY)
    assert (unset.amount, free.amount) == (None, 0)
    assert not is_established([unset, free])
    assert is_established([free])
    assert not is_established([])


def test_the_applicant_owes_nothing_of_what_the_budget_bears():
    (line,) = assess([rule(8000, borne_by=BorneBy.BUDGET)], {}, DAY)
    assert (line.amount, line.owed) == (8000, 0)
