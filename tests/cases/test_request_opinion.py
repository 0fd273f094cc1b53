"""Asking another agency for its opinion: with a time of its own; the case stays and its clock runs."""

from __future__ import annotations

import pytest

from apps.accounts.choices import Role
from apps.cases.actions.decision import approve_result
from apps.cases.actions.ending import stop_case
from apps.cases.choices import EventKind, OpinionEnd, Status
from apps.cases.errors import (
    AgencyUnknown,
    NotYours,
    OpinionAskedAlready,
    OpinionAwaited,
    OpinionHoursWrong,
    ReasonMissing,
)
from apps.cases.models import OpinionRequest
from apps.cases.selectors import opinions_waiting
from tests import given
from tests.cases import doors
from tests.cases.asked import answerer, ask, asked_case, give, propose

pytestmark = pytest.mark.django_db


def test_only_the_handler_or_the_head_asks_and_the_case_stays_with_its_time():
    case, handler = given.assigned_case()
    event = doors.only_official(case, ask(case), right=handler, at=case.current_agency, roles=(Role.HEAD,))
    assert (event.kind, event.to_status) == (EventKind.OPINION_REQUESTED, Status.IN_PROGRESS)
    after = given.fresh(case)
    assert (after.current_agency, after.due_at, after.is_clock_running) == (
        case.current_agency,
        case.due_at,
        True,
    )


def test_the_opinion_is_due_in_counted_hours_of_the_agency_that_is_asked():
    asked_case(hours=8)
    asked = OpinionRequest.objects.get()
    # Monday 09:00; Tuesday is a holiday.
    assert asked.due_at.astimezone(given.HANOI).strftime("%d %H:%M") == "25 09:00"


@pytest.mark.parametrize(
    ("asking", "refusal", "field"),
    [
        ({"question": " "}, ReasonMissing, "question"),
        ({"hours": 0}, OpinionHoursWrong, "hours"),
        ({"hours": 121}, OpinionHoursWrong, "hours"),
        ({"to": 999_999}, AgencyUnknown, "to_agency"),
    ],
)
def test_an_incomplete_question_is_not_asked(asking, refusal, field):
    case, handler = given.assigned_case()
    with doors.refused(refusal, field=field):
        ask(case, **asking)(handler, given.key())


def test_the_agency_that_holds_the_case_is_not_asked():
    case, handler = given.assigned_case()
    with doors.refused(AgencyUnknown):
        ask(case, to=case.current_agency_id)(handler, given.key())


def test_one_agency_is_asked_one_thing_at_a_time_and_another_beside_it():
    case, handler = asked_case()
    with doors.refused(OpinionAskedAlready):
        ask(case)(handler, given.key())
    ask(case, to=given.ward_committee("Phường Trúc Bạch").pk)(handler, given.key())
    assert OpinionRequest.objects.filter(case=case).count() == 2


def test_no_result_is_proposed_while_an_answer_may_still_come_in_time():
    case, handler = asked_case()
    with doors.refused(OpinionAwaited) as told:
        propose(case, handler)
    assert "25/11" in told.value.message


def test_silence_past_the_time_keeps_nobody():
    case, handler = asked_case(hours=1)
    late = given.after(given.NOW, hours=2)
    propose(case, handler, at=late)
    approve_result(
        case.code, by=given.staff(case.current_agency, Role.APPROVER), at=late, request_key=given.key()
    )
    given.released(given.fresh(case), at=late)
    asked = OpinionRequest.objects.get()
    assert (asked.end, asked.ended_by_id) == (OpinionEnd.LAPSED, None)
    with doors.refused(NotYours):
        give(case)(answerer(), given.key())


def test_a_stopped_case_asks_no_more():
    case, _handler = asked_case()
    stop_case(
        case.code,
        ground="ruling",
        text="Theo bản án",
        by=given.staff(case.current_agency, Role.HEAD),
        at=given.NOW,
        request_key=given.key(),
    )
    assert OpinionRequest.objects.get().end == OpinionEnd.LAPSED
    assert not opinions_waiting(seen_by=answerer()).exists()


def test_the_same_request_asks_once():
    case, handler = given.assigned_case()
    doors.answers_once(case, ask(case), by=handler, other=ask(case, hours=16))
