"""Giving the originals of an ended case back to an identified person."""

from __future__ import annotations

import pytest

from apps.cases.actions.custody import give_back_originals
from apps.cases.choices import EventKind, Status
from apps.cases.errors import NoOriginalHeld, RecipientMissing
from apps.cases.history import read_entry
from apps.cases.models import OriginalCustody
from apps.cases.policies import DESK
from apps.cases.selectors import case_seen_by, custody_of
from apps.cases.status_shown import status_shown
from tests import given
from tests.cases import doors

pytestmark = pytest.mark.django_db


def play(case, recipient="Trần Thị Bưởi, căn cước đã xem"):
    return lambda by, key: give_back_originals(
        case.code, recipient=recipient, by=by, at=given.NOW, request_key=key
    )


def test_only_the_desk_where_the_case_is_gives_them_back():
    case = given.declined_with_originals()
    (turn,) = custody_of(case)
    at = case.current_agency
    event = doors.only_official(case, play(case), right=given.receptionist(at), at=at, roles=DESK)
    assert (event.kind, event.from_status, event.to_status) == (
        EventKind.ORIGINALS_GIVEN_BACK,
        Status.DECLINED,
        Status.DECLINED,
    )
    assert read_entry(event.body).data == {"originals": [turn.component_id]}
    assert doors.text_of(event).startswith("Trần Thị Bưởi")
    (back,) = custody_of(case)
    assert (back.holder, back.component, back.given_by_id) == (None, turn.component, event.by_id)
    assert (back.given_at, back.received_at) == (given.NOW, given.NOW)
    turn.refresh_from_db()
    assert turn.left_at == given.NOW


def test_until_then_the_applicant_is_told_where_to_fetch_them():
    case = given.declined_with_originals()
    assert case.current_agency.title in status_shown(case).to_do
    play(case)(given.receptionist(case.current_agency), given.key())
    assert status_shown(given.fresh(case)).to_do == ""


def test_the_button_is_there_only_while_something_is_held():
    case = given.declined_with_originals()
    clerk = given.receptionist(case.current_agency)
    assert "give_back_originals" in case_seen_by(case.code, seen_by=clerk).verbs
    play(case)(clerk, given.key())
    assert "give_back_originals" not in case_seen_by(case.code, seen_by=clerk).verbs
    with doors.refused(NoOriginalHeld):
        play(case)(clerk, given.key())


def test_whoever_fetches_them_is_identified():
    case = given.declined_with_originals()
    with doors.refused(RecipientMissing, field="recipient"):
        play(case, " ")(given.receptionist(case.current_agency), given.key())


def test_a_case_under_way_keeps_its_originals():
    case = given.completed_with_originals()
    doors.only_open_in(case, play(case), by=given.receptionist(case.current_agency))
    assert OriginalCustody.objects.filter(case=case, holder__isnull=True).count() == 0


def test_the_same_request_gives_back_once():
    case = given.declined_with_originals()
    by = given.receptionist(case.current_agency)
    doors.answers_once(case, play(case), by=by, other=play(case, "Người khác"))
