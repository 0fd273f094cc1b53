"""Sending a proposal back to its handler, with a reason."""

from __future__ import annotations

import pytest

from apps.accounts.choices import Role
from apps.cases.actions.decision import send_back
from apps.cases.choices import EventKind, Status
from apps.cases.errors import NothingProposed, ReasonMissing
from tests import given
from tests.cases import doors

pytestmark = pytest.mark.django_db


def play(case, text="Xem lại căn cứ"):
    return lambda by, key: send_back(case.code, text=text, by=by, at=given.NOW, request_key=key)


def test_only_the_approver_sends_a_proposal_back_and_the_case_stays_with_its_handler():
    case, handler = given.proposed_case()
    at = case.current_agency
    event = doors.only_official(
        case, play(case), right=given.staff(at, Role.APPROVER), at=at, roles=(Role.APPROVER,)
    )
    assert (event.kind, event.to_status) == (EventKind.PROPOSAL_SENT_BACK, Status.IN_PROGRESS)
    after = given.fresh(case)
    assert (after.proposed_by, after.outcome, after.handler_id, after.step) == (
        None,
        "",
        handler.user_id,
        case.step - 1,
    )


def test_after_a_proposal_came_back_another_can_be_made():
    case, handler = given.proposed_case()
    play(case)(given.staff(case.current_agency, Role.APPROVER), given.key())
    again = given.proposed(given.fresh(case), handler)
    assert again.proposed_by_id == handler.user_id


def test_sending_back_needs_a_reason():
    case, _ = given.proposed_case()
    with doors.refused(ReasonMissing, field="text"):
        play(case, text=" ")(given.staff(case.current_agency, Role.APPROVER), given.key())


def test_nothing_is_sent_back_before_it_is_proposed():
    case, handler = given.assigned_case(given.FOOD_SAFETY)
    from apps.cases.actions.steps import complete_step

    complete_step(case.code, note="", by=handler, at=given.NOW, request_key=given.key())
    with doors.refused(NothingProposed):
        play(case)(given.staff(case.current_agency, Role.APPROVER), given.key())


def test_what_is_approved_is_not_sent_back():
    case = given.approved_case()
    with doors.refused(NothingProposed):
        play(case)(given.staff(case.current_agency, Role.APPROVER), given.key())


def test_a_case_not_in_progress_has_nothing_to_send_back():
    case = given.accepted_case()
    doors.only_open_in(case, play(case), by=given.staff(case.current_agency, Role.APPROVER))


def test_the_same_request_sends_back_once():
    case, _ = given.proposed_case()
    by = given.staff(case.current_agency, Role.APPROVER)
    doors.answers_once(case, play(case), by=by, other=play(case, text="Khác"))
