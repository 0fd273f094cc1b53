"""The routes: a POST for every verb and for nothing else, and nothing that a GET could change."""

from __future__ import annotations

import inspect

import pytest
from django.urls import get_resolver

from apps.api.v1.verbs import VERBS
from apps.cases.policies import CAN
from apps.cases.transitions import OPEN_IN
from tests.api.calls import Caller

REST_OF_A_CASE = {
    "payment-orders",
    "events",
    "reveal",
    "documents",
    "receipts",
    "results",
    "attachments",
    "notices",
    "act-papers",
    "control-sheet",
}


def addresses() -> list[str]:
    """Every address below the API, as Django knows it."""
    api = next(part for part in get_resolver().url_patterns if getattr(part, "namespace", "") == "api")
    return [str(pattern.pattern) for pattern in api.url_patterns]


def test_there_is_one_address_for_each_verb_and_no_other():
    below = {path.split("/")[2] for path in addresses() if path.startswith("cases/") and path.count("/") >= 2}
    routed = {name.replace("-", "_") for name in below - REST_OF_A_CASE}
    assert routed == set(VERBS) == set(CAN) == set(OPEN_IN) - {"route_case"}


@pytest.mark.parametrize("name", sorted(VERBS))
def test_what_is_sent_for_a_verb_is_what_its_action_takes(name):
    takes = set(inspect.signature(VERBS[name].action).parameters) - {"code", "by", "at", "request_key"}
    assert set(VERBS[name].body().fields) == takes


@pytest.mark.parametrize("name", sorted(VERBS))
def test_a_verb_is_played_by_post_only(name):
    answer = Caller().get(f"/cases/H26.001.00001-261123-0001/{name.replace('_', '-')}")
    assert answer.status_code in {401, 405}


@pytest.mark.parametrize("path", ["/no-such%0Aaddress", "/cashier-sessions/%0A", "/%0A"])
def test_an_address_over_several_lines_is_answered_as_every_other_that_is_not_there(path):
    answer = Caller().get(path)
    assert answer.status_code == 404
    assert set(answer.json()) == {"code", "message", "field", "data"}
