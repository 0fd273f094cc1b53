"""Undoing the last act: on the same day, while nothing has left the house; the act itself stays in the ledger."""

from __future__ import annotations

import pytest
from django.utils import translation

from apps.accounts.choices import Role
from apps.cases.actions.handover import hand_over_case, receive_handover, return_handover
from apps.cases.actions.mending import undo_last
from apps.cases.choices import EventKind, Status
from apps.cases.errors import AlreadyUndone, NothingToUndo, NotYours, ReasonMissing, VerbNotOpen
from apps.cases.history import fold, read_entry
from apps.cases.models import CaseEvent
from apps.cases.selectors import case_seen_by, entries_of
from tests import given
from tests.cases import doors

pytestmark = pytest.mark.django_db


def play(case, reason="Nhầm hồ sơ", at=given.NOW):
    return lambda by, key: undo_last(case.code, reason=reason, by=by, at=at, request_key=key)


def head(case):
    return given.staff(case.current_agency, Role.HEAD)


def test_only_the_head_undoes_and_the_case_is_what_it_was_before_the_act():
    case, handler = given.assigned_case()
    before = fold(entries_of(case))
    case = given.proposed(case, handler)
    at = case.current_agency
    event = doors.only_official(case, play(case), right=given.staff(at, Role.HEAD), at=at, roles=(Role.HEAD,))
    assert (event.kind, event.from_status, event.to_status) == (
        EventKind.ACT_UNDONE,
        Status.IN_PROGRESS,
        Status.ACCEPTED,
    )
    after = given.fresh(case)
    assert fold(entries_of(after)) == before
    assert read_entry(event.body).data == {"undone": case.last_sequence}
    assert CaseEvent.objects.filter(case=case, kind=EventKind.RESULT_PROPOSED).count() == 1


def test_an_assignment_a_step_a_proposal_a_return_and_an_approval_can_be_undone():
    from apps.cases.actions.decision import send_back
    from apps.cases.actions.steps import complete_step

    assigned, _ = given.assigned_case()
    stepped, handler = given.assigned_case(given.FOOD_SAFETY)
    complete_step(stepped.code, note="", by=handler, at=given.NOW, request_key=given.key())
    returned, _ = given.proposed_case()
    send_back(
        returned.code,
        text="Xem lại",
        by=given.staff(returned.current_agency, Role.APPROVER),
        at=given.NOW,
        request_key=given.key(),
    )
    for case in (assigned, stepped, returned, given.proposed_case()[0], given.approved_case()):
        before = fold(entries_of(case)[:-1])
        doors.acted(case, lambda case=case: play(case)(head(case), given.key()))
        assert fold(entries_of(given.fresh(case))) == before


def test_what_reached_the_applicant_is_not_undone():
    case = given.accepted_case()
    with translation.override("en"), doors.refused(NothingToUndo) as told:
        play(case)(head(case), given.key())
    assert "has reached the applicant" in told.value.data["reason"]


def handed_over(case):
    """Offered by the competent agency to another, which has not answered."""
    other = doors.other_ward()
    hand_over_case(
        case.code,
        to_agency=other.pk,
        reason="Xin xác minh",
        by=head(case),
        at=given.NOW,
        request_key=given.key(),
    )
    return given.fresh(case), other


def test_what_was_offered_to_another_agency_is_not_undone_also_when_it_came_back():
    case, other = handed_over(given.assigned_case()[0])
    with doors.refused(NothingToUndo):
        play(case)(head(case), given.key())
    return_handover(
        case.code,
        reason="Không thuộc chúng tôi",
        by=given.receptionist(other),
        at=given.NOW,
        request_key=given.key(),
    )
    with doors.refused(NothingToUndo):
        play(case)(head(case), given.key())


def test_what_another_agency_has_received_is_not_undone_by_who_sent_it_nor_by_who_has_it():
    case, other = handed_over(given.assigned_case()[0])
    sender = head(case)
    receive_handover(case.code, by=given.receptionist(other), at=given.NOW, request_key=given.key())
    with doors.refused(VerbNotOpen) as told:
        play(case)(sender, given.key())
    doors.tells_of(told.value, doors.event_of(case))
    with doors.refused(NothingToUndo):
        play(case)(given.staff(other, Role.HEAD), given.key())


def test_the_head_of_the_counter_that_accepted_a_case_undoes_nothing():
    case = given.accepted(given.taken_at_counter(desk=given.ward_committee("Phường Trúc Bạch")))
    assert "undo_last" not in case_seen_by(case.code, seen_by=head(case)).verbs
    with doors.refused(NotYours):
        play(case)(head(case), given.key())


def test_what_was_done_on_another_day_is_not_undone():
    case, _ = given.proposed_case()
    with doors.refused(NothingToUndo):
        play(case, at=given.after(given.NOW, days=2))(head(case), given.key())


def test_an_undoing_is_not_undone():
    case, _ = given.proposed_case()
    play(case)(head(case), given.key())
    with doors.refused(AlreadyUndone) as told:
        play(case)(head(case), given.key())
    doors.tells_of(told.value, doors.event_of(case))


def test_undoing_needs_a_reason():
    case, _ = given.proposed_case()
    with doors.refused(ReasonMissing, field="reason"):
        play(case, reason="")(head(case), given.key())


def test_nothing_is_undone_while_a_supplement_is_awaited():
    case, _ = given.case_awaiting_supplement()
    doors.only_open_in(case, play(case), by=head(case))


def test_the_same_request_undoes_once():
    case, _ = given.proposed_case()
    doors.answers_once(case, play(case), by=head(case), other=play(case, reason="Khác"))
