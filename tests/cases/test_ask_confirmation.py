"""A draft is sent to be confirmed, where the version says so; the status stays and the clock stands."""

from __future__ import annotations

import pytest

from apps.cases.actions.confirmation import ask_confirmation
from apps.cases.actions.decision import propose_result
from apps.cases.choices import EventKind, Status
from apps.cases.errors import ConfirmationAwaited, DraftMissing, NotProvidedFor
from apps.cases.notices import notices_of
from apps.cases.selectors import case_seen_by, draft_of
from tests import given
from tests.cases import doors

pytestmark = pytest.mark.django_db

DRAFT = "Họ, chữ đệm, tên: Trần Văn Mít"


def play(case, draft=DRAFT, at=given.NOW):
    return lambda by, key: ask_confirmation(case.code, draft=draft, by=by, at=at, request_key=key)


def test_the_handler_sends_it_and_nobody_else():
    case, handler = given.assigned_case(given.BIRTH)
    event = doors.only_official(case, play(case), right=handler, at=case.current_agency, roles=())
    assert (event.kind, event.from_status, event.to_status) == (
        EventKind.CONFIRMATION_ASKED,
        Status.ACCEPTED,
        Status.IN_PROGRESS,
    )
    after = given.fresh(case)
    assert after.is_draft_awaited
    assert not after.is_clock_running
    assert draft_of(after) == DRAFT


def test_the_applicant_has_one_working_day():
    case, _ = given.awaiting_confirmation(at=given.NOW)
    # Monday the 23rd; the 24th is a holiday.
    assert case.applicant_due_at == given.after(given.NOW, days=2, hours=8)


def test_the_words_of_the_draft_are_in_no_message():
    case, _ = given.awaiting_confirmation()
    by = given.act_as(case.application.filed_by)
    told = notices_of(case_seen_by(case.code, seen_by=by), seen_by=by)[0]
    assert told.about == EventKind.CONFIRMATION_ASKED
    assert "Mít" not in told.text


def test_nobody_decides_while_the_applicant_reads():
    case, handler = given.awaiting_confirmation()
    with doors.refused(ConfirmationAwaited) as told:
        propose_result(
            case.code, outcome="granted", text="Đủ", by=handler, at=given.NOW, request_key=given.key()
        )
    doors.tells_of(told.value, doors.event_of(case))
    with doors.refused(ConfirmationAwaited):
        play(case)(handler, given.key())


def test_where_the_version_does_not_say_so_no_draft_is_sent():
    case, handler = given.assigned_case()
    assert "ask_confirmation" not in case_seen_by(case.code, seen_by=handler).verbs
    with doors.refused(NotProvidedFor):
        play(case)(handler, given.key())


def test_a_draft_has_words():
    case, handler = given.assigned_case(given.BIRTH)
    with doors.refused(DraftMissing, field="draft"):
        play(case, draft=" ")(handler, given.key())


def test_the_same_request_sends_once():
    case, handler = given.assigned_case(given.BIRTH)
    doors.answers_once(case, play(case), by=handler)
