"""Approving a proposal: by an approver who did not make it; the status stays until the result is released."""

from __future__ import annotations

import pytest

from apps.accounts.choices import Role
from apps.cases.actions.decision import approve_result, send_back
from apps.cases.choices import EventKind, Status
from apps.cases.errors import FeesUnpaid, NothingProposed, ProposerMayNotApprove
from apps.procedures.choices import PayBefore
from tests import given
from tests.cases import doors
from tests.factories import PostFactory

pytestmark = pytest.mark.django_db


def play(case):
    return lambda by, key: approve_result(case.code, by=by, at=given.NOW, request_key=key)


def test_only_the_approver_of_the_competent_agency_approves():
    case, _ = given.proposed_case()
    at = case.current_agency
    by = given.staff(at, Role.APPROVER)
    event = doors.only_official(case, play(case), right=by, at=at, roles=(Role.APPROVER,))
    assert (event.kind, event.from_status, event.to_status) == (
        EventKind.RESULT_APPROVED,
        Status.IN_PROGRESS,
        Status.IN_PROGRESS,
    )
    after = given.fresh(case)
    assert (after.approved_by_id, after.step, after.outcome) == (by.user_id, case.step + 1, "granted")


def test_nobody_approves_what_they_proposed():
    case, handler = given.proposed_case()
    PostFactory(user_id=handler.user_id, user=None, agency=case.current_agency, role=Role.APPROVER)
    both = given.act_as(given.User.objects.get(pk=handler.user_id))
    with doors.refused(ProposerMayNotApprove):
        play(case)(both, given.key())


def test_nothing_is_approved_before_it_is_proposed_or_after_it_was_approved():
    case, _handler = given.proposed_case()
    approver = given.staff(case.current_agency, Role.APPROVER)
    send_back(case.code, text="Bổ sung căn cứ", by=approver, at=given.NOW, request_key=given.key())
    with doors.refused(NothingProposed):
        play(case)(approver, given.key())
    approved = given.approved_case()
    with doors.refused(NothingProposed) as told:
        play(approved)(given.staff(approved.current_agency, Role.APPROVER), given.key())
    doors.tells_of(told.value, doors.event_of(approved))


def test_what_is_due_before_the_decision_is_paid_first():
    case, _ = given.proposed_case()
    given.also_due(case, PayBefore.DECISION)
    with doors.refused(FeesUnpaid):
        play(case)(given.staff(case.current_agency, Role.APPROVER), given.key())
    given.paid(case)
    doors.acted(case, lambda: play(case)(given.staff(case.current_agency, Role.APPROVER), given.key()))


def test_a_case_not_in_progress_is_not_approved():
    case = given.resolved_case()
    by = given.staff(case.competent_agency, Role.APPROVER)
    doors.only_open_in(case, play(case), by=by)


def test_the_same_request_approves_once():
    case, _ = given.proposed_case()
    doors.answers_once(case, play(case), by=given.staff(case.current_agency, Role.APPROVER))
