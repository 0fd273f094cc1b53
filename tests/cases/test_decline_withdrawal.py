"""Not granting a withdrawal: the case goes back to where it was."""

from __future__ import annotations

import pytest

from apps.accounts.choices import Role
from apps.cases.actions.ending import decline_withdrawal, request_withdrawal
from apps.cases.choices import EventKind, Status
from apps.cases.errors import ReasonMissing
from tests import given
from tests.cases import doors

pytestmark = pytest.mark.django_db


def play(case, reason="Đã có quyết định"):
    return lambda by, key: decline_withdrawal(case.code, reason=reason, by=by, at=given.NOW, request_key=key)


def asked(case):
    request_withdrawal(
        case.code,
        reason="Không cần nữa",
        by=given.act_as(case.application.filed_by),
        at=given.NOW,
        request_key=given.key(),
    )
    return given.fresh(case)


def test_only_reception_or_the_head_declines_a_withdrawal():
    case = asked(given.accepted_case())
    at = case.current_agency
    event = doors.only_official(
        case,
        play(case),
        right=given.receptionist(at),
        at=at,
        roles=(Role.RECEPTIONIST, Role.HEAD),
    )
    assert (event.kind, event.from_status, event.to_status) == (
        EventKind.WITHDRAWAL_DECLINED,
        Status.WITHDRAWAL_REQUESTED,
        Status.ACCEPTED,
    )


def test_the_case_goes_back_to_the_status_in_which_the_withdrawal_was_asked():
    in_progress, _ = given.proposed_case()
    waiting, _ = given.case_awaiting_supplement()
    for case, status in ((in_progress, Status.IN_PROGRESS), (waiting, Status.AWAITING_SUPPLEMENT)):
        case = asked(case)
        play(case)(given.receptionist(case.current_agency), given.key())
        assert given.fresh(case).status == status


def test_the_applicant_is_told():
    case = asked(given.accepted_case())
    by = given.receptionist(case.current_agency)
    assert doors.owed_by(lambda: play(case)(by, given.key())) == ["send_notice"]


def test_declining_needs_a_reason():
    case = asked(given.accepted_case())
    with doors.refused(ReasonMissing, field="reason"):
        play(case, reason=" ")(given.receptionist(case.current_agency), given.key())


def test_nothing_is_declined_that_was_not_asked():
    case = given.accepted_case()
    doors.only_open_in(case, play(case), by=given.receptionist(case.current_agency))


def test_the_same_request_declines_once():
    case = asked(given.accepted_case())
    by = given.receptionist(case.current_agency)
    doors.answers_once(case, play(case), by=by, other=play(case, reason="Khác"))
