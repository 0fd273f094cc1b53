"""Completing a step that produces no paper of its own; the first act of a handler puts the case in progress."""

from __future__ import annotations

import pytest

from apps.accounts.choices import Role
from apps.cases.actions.handover import hand_over_case
from apps.cases.actions.steps import complete_step
from apps.cases.choices import EventKind, Status
from apps.cases.errors import HandoverOpen, StepNeedsItsAct
from apps.cases.history import read_entry
from tests import given
from tests.cases import doors

pytestmark = pytest.mark.django_db


def play(case, note="Đã thẩm định"):
    return lambda by, key: complete_step(case.code, note=note, by=by, at=given.NOW, request_key=key)


def test_only_the_cases_own_handler_completes_its_step():
    case, handler = given.assigned_case(given.FOOD_SAFETY)
    step = case.step
    event = doors.only_official(case, play(case), right=handler, at=case.current_agency, roles=())
    assert (event.kind, event.from_status, event.to_status) == (
        EventKind.STEP_COMPLETED,
        Status.ACCEPTED,
        Status.IN_PROGRESS,
    )
    assert given.fresh(case).step == step + 1
    assert read_entry(event.body).data == {"step": step}
    assert doors.text_of(event) == "Đã thẩm định"


def test_another_handler_of_the_agency_completes_nothing():
    case, _ = given.assigned_case(given.FOOD_SAFETY)
    from apps.cases.errors import NotYours

    with doors.refused(NotYours):
        play(case)(given.staff(case.current_agency, Role.HANDLER), given.key())


def test_completing_a_step_moves_its_due_time_and_never_past_the_case():
    case, handler = given.assigned_case(given.FOOD_SAFETY)
    play(case)(handler, given.key())
    after = given.fresh(case)
    assert case.step_due_at < after.step_due_at <= after.due_at == case.due_at


def test_a_step_that_is_closed_by_a_proposal_is_not_completed():
    case, handler = given.assigned_case()
    with doors.refused(StepNeedsItsAct) as told:
        play(case)(handler, given.key())
    assert told.value.data["act"]


def test_nothing_is_completed_while_the_case_is_being_handed_over():
    case, handler = given.assigned_case(given.FOOD_SAFETY)
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


def test_no_step_is_completed_while_a_supplement_is_awaited():
    case, handler = given.case_awaiting_supplement(given.FOOD_SAFETY)
    doors.only_open_in(case, play(case), by=handler)


def test_the_same_request_completes_one_step():
    case, handler = given.assigned_case(given.FOOD_SAFETY)
    doors.answers_once(case, play(case), by=handler, other=play(case, note="Khác"))
