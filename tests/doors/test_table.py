"""The table is whole: every address that the site answers and every verb stands in it, and nothing else does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.urls import get_resolver

from apps.cases.policies import CAN
from tests.doors.scenes import SCENES
from tests.doors.table import NEVER_ACT, READING, VERBS, WRITING, route_of


def addresses(part: Any, before: str = "/") -> Iterator[str]:
    """Every address below a part of the site, as its pattern is written."""
    for pattern in part.url_patterns:
        route = before + str(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            yield from addresses(pattern, route)
        else:
            yield route


def test_every_address_of_the_site_stands_in_the_table_and_every_line_is_an_address():
    # Verbs of the desk share one address, and those of the API and of citizens have one each.
    listed = {route_of(door) for door in [*READING, *WRITING, *VERBS] if door.method != "desk"}
    assert set(addresses(get_resolver())) == listed


def test_every_verb_stands_in_the_table_at_every_door_that_it_has():
    at_doors = Counter((door.method, door.route) for door in VERBS)
    assert set(at_doors.values()) == {1}
    for method in ("api", "desk"):
        assert {verb for door, verb in at_doors if door == method} == set(CAN)


def test_every_verb_has_a_case_on_which_it_is_tried():
    assert set(SCENES) == set(CAN)


def test_no_line_stands_twice():
    assert set(Counter((door.method, door.route) for door in [*READING, *WRITING]).values()) == {1}


def test_the_table_lets_nobody_act_who_only_watches():
    acts = [f"{door}: {who}" for door in VERBS for who in NEVER_ACT if door.marks[who] == "do"]
    assert acts == []


def test_every_verb_has_somebody_who_may_play_it():
    for door in VERBS:
        assert "do" in door.marks.values(), str(door)
