"""Limits by channel, by case and by outcome: the first two decide at acceptance, the last at the decision."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from apps.accounts.choices import Role
from apps.cases.actions.decision import send_back
from tests import given
from tests.cases import doors

pytestmark = pytest.mark.django_db

REFUSED_IN_TWO = {"fact": "outcome", "op": "eq", "value": "refused"}


def moment(day: int, hour: int = 17, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=given.HANOI)


def by_condition(days: int, condition: dict[str, Any]) -> None:
    """Three working days; where the condition holds, the number given."""

    def with_another(limits: list[dict[str, Any]]) -> None:
        limits.insert(0, {"value": days, "unit": "working_day", "condition": condition})

    given.new_version(given.RECOGNITION, time_limits=with_another)


def by_outcome(days: int) -> None:
    by_condition(days, REFUSED_IN_TWO)


def test_before_the_outcome_is_known_its_limit_decides_nothing():
    by_outcome(2)
    case = given.accepted_case(given.RECOGNITION)
    assert case.due_at == case.promised_due_at == case.statutory_due_at == moment(27)


def test_a_refusal_proposed_has_the_law_s_shorter_limit_and_the_promise_stays():
    by_outcome(2)
    case, _ = given.proposed_case(given.RECOGNITION, outcome="refused")
    doors.adds_up(case)
    assert (case.statutory_due_at, case.promised_due_at, case.due_at) == (moment(26), moment(27), moment(26))


def test_a_longer_limit_of_the_law_does_not_undo_the_promise():
    by_outcome(9)
    case, _ = given.proposed_case(given.RECOGNITION, outcome="refused")
    assert (case.statutory_due_at, case.due_at) == (moment(7, month=12), moment(27))


def test_granted_it_is_as_before_and_sent_back_as_well():
    by_outcome(2)
    case, _ = given.proposed_case(given.RECOGNITION)
    assert case.statutory_due_at == moment(27)
    case, _ = given.proposed_case(given.RECOGNITION, outcome="refused")
    send_back(
        case.code,
        text="Xem lại",
        by=given.staff(case.current_agency, Role.APPROVER),
        at=given.NOW,
        request_key=given.key(),
    )
    doors.adds_up(case)
    assert given.fresh(case).statutory_due_at == moment(27)


@pytest.mark.parametrize(("change_kind", "due"), [("supplement", moment(23)), (None, moment(27))])
def test_the_kind_of_change_decides_the_limit_of_a_correction(change_kind, due):
    """1.004859: a supplement of data the same day, any other change in three working days."""
    answers = given.answers("1.004859")
    others = [kind for kind in _kinds() if kind != "supplement"]
    answers["change_kind"] = change_kind or others[0]
    case = given.accepted(given.case_at_intake("1.004859", answers=answers))
    assert case.due_at == due


def _kinds() -> list[str]:
    from apps.procedures.selectors import rules_in_force

    schema = rules_in_force("1.004859", given.NOW.date()).version.form_schema
    return list(schema["properties"]["change_kind"]["enum"])


def test_the_channel_decides_the_limit():
    by_condition(5, {"fact": "channel", "op": "eq", "value": "online"})
    assert given.accepted_case(given.RECOGNITION).due_at == moment(1, month=12)
    at_counter = given.accepted(given.taken_at_counter(given.RECOGNITION))
    assert at_counter.due_at == moment(27)
