"""The applicant says whether the draft is right; silence until the window ends is consent, and marked as deemed."""

from __future__ import annotations

from datetime import datetime

import pytest

from apps.accounts.choices import Role
from apps.cases.actions.confirmation import confirm_draft
from apps.cases.choices import EventKind, Status
from apps.cases.errors import CaseUnknown, NothingToConfirm, NotYours, ReasonMissing
from apps.cases.history import read_entry
from apps.cases.models import CaseEvent
from apps.cases.periodic import watch
from apps.interface.actors import NOBODY
from tests import given
from tests.cases import doors

pytestmark = pytest.mark.django_db


def moment(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 12, day, hour, minute, tzinfo=given.HANOI)


def play(case, is_correct=True, text="", at=given.NOW):
    return lambda by, key: confirm_draft(
        case.code, is_correct=is_correct, text=text, by=by, at=at, request_key=key
    )


def applicant_of(case):
    return given.act_as(case.application.filed_by)


def test_the_applicant_or_a_desk_answers_and_nobody_else():
    case, handler = given.awaiting_confirmation()
    for who, refusal in [
        (NOBODY, CaseUnknown),
        (given.citizen(), CaseUnknown),
        (handler, NotYours),
        (given.staff(case.current_agency, Role.HEAD, Role.APPROVER), NotYours),
    ]:
        with doors.refused(refusal):
            play(case)(who, given.key())
    event = doors.acted(case, lambda: play(case)(applicant_of(case), given.key()))
    assert (event.kind, event.to_status) == (EventKind.DRAFT_CONFIRMED, Status.IN_PROGRESS)
    assert read_entry(event.body).data["is_deemed"] is False
    assert given.fresh(case).is_clock_running


def test_what_is_wrong_is_said_and_the_office_goes_on():
    case, _ = given.awaiting_confirmation()
    with doors.refused(ReasonMissing, field="text"):
        play(case, is_correct=False)(applicant_of(case), given.key())
    event = doors.acted(
        case, lambda: play(case, is_correct=False, text="Sai tên đệm")(applicant_of(case), given.key())
    )
    assert read_entry(event.body).data["is_correct"] is False
    assert doors.text_of(event) == "Sai tên đệm"


def test_the_time_with_the_applicant_does_not_count():
    """The same day, asked on Monday the 7th at 10, answered on Tuesday at 11: due on Tuesday."""
    case, _ = given.awaiting_confirmation(at=moment(7, 9), asked_at=moment(7, 10))
    doors.acted(case, lambda: play(case, at=moment(8, 11))(applicant_of(case), given.key()))
    assert given.fresh(case).due_at == moment(8, 17)


def test_answered_at_night_the_office_goes_on_at_the_next_opening_and_no_later_than_the_window_ends():
    case, _ = given.awaiting_confirmation(at=moment(7, 9), asked_at=moment(7, 10))
    event = doors.acted(case, lambda: play(case, at=moment(7, 22))(applicant_of(case), given.key()))
    assert read_entry(event.body).data["complete_at"] == "2026-12-08T01:00:00.000000Z"


def test_silence_is_consent_marked_as_deemed_from_the_end_of_the_window():
    case, _ = given.awaiting_confirmation(at=moment(7, 9), asked_at=moment(7, 10))
    assert case.applicant_due_at == moment(8, 17)
    watch(moment(8, 17))
    assert given.carry_out(moment(8, 17), "lapse_waiting") == 0
    watch(moment(8, 17, 5))
    watch(moment(8, 17, 5))
    assert given.carry_out(moment(8, 17, 5), "lapse_waiting") == 1
    doors.adds_up(case)
    event = CaseEvent.objects.get(case=case, kind=EventKind.DRAFT_CONFIRMED)
    said = read_entry(event.body)
    assert (said.data["is_deemed"], said.data["is_correct"], event.by_id) == (True, True, None)
    assert said.data["complete_at"] == "2026-12-08T10:00:00.000000Z"
    assert given.fresh(case).due_at == moment(8, 17)


def test_nothing_is_confirmed_that_was_not_sent_or_twice():
    case, _ = given.assigned_case(given.BIRTH)
    with doors.refused(NothingToConfirm):
        play(case)(applicant_of(case), given.key())
    case, _ = given.awaiting_confirmation(by=given.citizen())
    play(case)(applicant_of(case), given.key())
    with doors.refused(NothingToConfirm):
        play(case)(applicant_of(case), given.key())


def test_the_same_request_answers_once():
    case, _ = given.awaiting_confirmation()
    doors.answers_once(case, play(case), by=applicant_of(case))
