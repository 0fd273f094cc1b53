"""The questions of a form in a real browser: hidden while nobody asks them, and by the same rule as the server's."""

from __future__ import annotations

from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from playwright.sync_api import expect

from apps.procedures.conditions import holds
from tests import given
from tests.browser.conftest import with_password

pytestmark = pytest.mark.browser

BIRTH = "/procedures/1.001193/apply/"
HOUSEHOLD = f"/procedures/{given.HOUSEHOLD}/apply/"


def test_questions_appear_when_they_are_asked_and_rows_come_by_a_button(page, sign_in, axe) -> None:
    username, password = with_password(given.citizen())
    sign_in(page, username, password)
    page.goto(HOUSEHOLD)
    members = page.locator("fieldset#id_answers-members")
    expect(members).to_be_hidden()
    axe(page)
    page.select_option("#id_answers-founder", "family")
    expect(members).to_be_visible()
    page.fill("[name='answers-members.0.name']", "Lê Văn Tám")
    page.click("text=Add: Member of the family")
    expect(page.locator("[name='answers-members.0.name']")).to_have_value("Lê Văn Tám")
    expect(page.locator("[name='answers-members.1.name']")).to_be_visible()
    expect(members).to_be_in_viewport()
    axe(page)
    page.click("text=Remove Member of the family 1")
    expect(page.locator("[name='answers-members.0.name']")).to_have_value("")
    page.select_option("#id_answers-founder", "person")
    expect(members).to_be_hidden()


def test_a_computed_condition_follows_the_dates_that_are_typed(page, sign_in, axe) -> None:
    username, password = with_password(given.citizen())
    sign_in(page, username, password)
    page.goto(BIRTH)
    axe(page)
    late = page.locator("[name=answers-late_reason]")
    expect(late).to_be_hidden()
    for days, is_late in ((61, True), (60, False)):
        born = given.NOW.date() - timedelta(days=days)
        for part in ("day", "month", "year"):
            page.fill(f"[name=answers-child_born_on_{part}]", str(getattr(born, part)))
        (expect(late).to_be_visible if is_late else expect(late).to_be_hidden)()
    # What hangs on a question that is not asked is not asked either.
    residence = page.locator("[name='answers-mother_residence.ward']")
    page.check("#id_answers-mother_known_0")
    page.check("#id_answers-mother_lives_in_hanoi_0")
    expect(residence).to_be_visible()
    page.check("#id_answers-mother_known_1")
    expect(residence).to_be_hidden()


LEFT: list[Any] = [
    3,
    {"fact": "n"},
    {"fact": "born"},
    {"add": [{"fact": "born"}, 60]},
    {"subtract": [{"fact": "filed"}, {"fact": "n"}]},
    {"multiply": [{"fact": "n"}, 10**14]},
    {"min": [{"fact": "born"}, {"fact": "filed"}]},
    {"max": [{"fact": "n"}, 7]},
    {"years_between": [{"fact": "born"}, {"fact": "filed"}]},
    {"days_between": [{"fact": "filed"}, {"fact": "born"}]},
    {"count": "rows"},
    {"sum": ["rows", "share"]},
    {"add": [{"fact": "nobody"}, 1]},
]
RIGHT: list[Any] = [3, 18, {"date": "2026-11-23"}, {"fact": "born"}, "online", True]
FACTS: list[dict[str, Any]] = [
    {},
    {
        "n": 3,
        "born": "2008-02-29",
        "filed": "2026-02-28",
        "rows": [{"share": 1}, {"share": 2}],
        "several": ["a"],
    },
    {
        "n": 18,
        "born": "9999-12-31",
        "filed": "0001-01-01",
        "rows": [{"share": 18}, {}],
        "several": [],
        "text": "  ",
    },
    {"n": "3", "born": "2026-02-30", "filed": "2026-11-23", "rows": "none", "text": "a", "truth": True},
]
OTHERS: list[Any] = [
    {},
    {"is_answered": "several"},
    {"is_answered": "text"},
    {"not": {"is_answered": "nobody"}},
    {"fact": "several", "op": "has", "value": "a"},
    {"fact": "text", "op": "in", "value": ["a", "b"]},
    {"fact": "truth", "op": "eq", "value": 1},
    {"fact": "born", "op": "lt", "value": "2026-01-01"},
    {
        "all": [
            {"is_answered": "n"},
            {"any": [{"is_answered": "text"}, {"fact": "n", "op": "ge", "value": 18}]},
        ]
    },
]


def test_the_script_reads_a_tree_as_the_server_does(page) -> None:
    compared = [
        {"op": op, "left": left, "right": right}
        for op, left, right in product(("eq", "ne", "lt", "le", "gt", "ge"), LEFT, RIGHT)
    ]
    cases = [[condition, facts] for condition, facts in product([*compared, *OTHERS], FACTS)]
    page.goto("/")
    found = page.evaluate(
        "async (cases) => { const { holds } = await import('/static/js/conditions.js');"
        " return cases.map(([condition, facts]) => holds(condition, facts)); }",
        cases,
    )
    wrong = [case for case, answer in zip(cases, found, strict=True) if holds(*case) is not answer]
    assert wrong == []
