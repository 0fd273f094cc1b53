"""Proposing a result: by the case's handler, granted, in part or refused; nobody approves their own."""

from __future__ import annotations

import pytest

from apps.cases.actions.decision import propose_result
from apps.cases.actions.handover import hand_over_case
from apps.cases.choices import EventKind, Status
from apps.cases.errors import HandoverOpen, OutcomeUnknown, ReasonMissing, ReasonUnknown, StepNeedsItsAct
from apps.cases.history import read_entry
from tests import given
from tests.cases import doors

pytestmark = pytest.mark.django_db


def play(case, outcome="granted", reason="", text="Đủ điều kiện"):
    return lambda by, key: propose_result(
        case.code, outcome=outcome, reason=reason, text=text, by=by, at=given.NOW, request_key=key
    )


def test_only_the_cases_own_handler_proposes():
    case, handler = given.assigned_case()
    event = doors.only_official(case, play(case), right=handler, at=case.current_agency, roles=())
    assert (event.kind, event.from_status, event.to_status) == (
        EventKind.RESULT_PROPOSED,
        Status.ACCEPTED,
        Status.IN_PROGRESS,
    )
    after = given.fresh(case)
    assert (after.outcome, after.proposed_by_id, after.step) == ("granted", handler.user_id, case.step + 1)


@pytest.mark.parametrize("outcome", ["", "perhaps", "GRANTED"])
def test_an_outcome_is_one_of_three(outcome):
    case, handler = given.assigned_case()
    with doors.refused(OutcomeUnknown, field="outcome"):
        play(case, outcome=outcome)(handler, given.key())


@pytest.mark.parametrize("reason", ["", "i said so"])
def test_a_refusal_needs_a_reason_from_the_list(reason):
    case, handler = given.assigned_case()
    with doors.refused(ReasonUnknown, field="reason"):
        play(case, outcome="refused", reason=reason)(handler, given.key())


def test_a_refusal_is_proposed_with_its_reason():
    case, handler = given.assigned_case()
    event = play(case, outcome="refused", reason="facts_not_proven")(handler, given.key())
    assert read_entry(event.body).data == {"outcome": "refused", "reason": "facts_not_proven"}


def test_a_proposal_is_put_in_words():
    case, handler = given.assigned_case()
    with doors.refused(ReasonMissing, field="text"):
        play(case, text="")(handler, given.key())


def test_a_result_is_not_proposed_while_an_earlier_step_is_open():
    case, handler = given.assigned_case(given.FOOD_SAFETY)
    with doors.refused(StepNeedsItsAct):
        play(case)(handler, given.key())


def test_a_result_proposed_already_is_not_proposed_again():
    case, handler = given.proposed_case()
    with doors.refused(StepNeedsItsAct):
        play(case)(handler, given.key())


def test_nothing_is_proposed_while_the_case_is_being_handed_over():
    case, handler = given.assigned_case()
    hand_over_case(
        case.code,
        to_agency=doors.other_ward().pk,
        reason="Nhầm nơi",
        by=handler,
        at=given.NOW,
        request_key=given.key(),
    )
    with doors.refused(HandoverOpen):
        play(case)(handler, given.key())


def test_nothing_is_proposed_while_a_supplement_is_awaited():
    case, handler = given.case_awaiting_supplement()
    doors.only_open_in(case, play(case), by=handler)


def test_the_same_request_proposes_once():
    case, handler = given.assigned_case()
    doors.answers_once(case, play(case), by=handler, other=play(case, outcome="partly"))
