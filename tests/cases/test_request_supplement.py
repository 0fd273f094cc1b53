"""Asking for a supplement: form 02, once at intake and once in handling; the clock stops."""

from __future__ import annotations

import pytest

from apps.accounts.choices import Role
from apps.cases.actions.handover import hand_over_case, receive_handover
from apps.cases.actions.supplement import Item, provide_supplement, request_supplement
from apps.cases.choices import EventKind, Omission, Status
from apps.cases.errors import HandoverOpen, ItemsMissing, NotYours, ReasonUnknown, SupplementOnce, VerbNotOpen
from apps.cases.models import CaseDocument, SupplementRequest
from apps.cases.policies import CASEWORK
from apps.cases.selectors import case_seen_by
from tests import given
from tests.cases import doors

pytestmark = pytest.mark.django_db

ITEMS = (Item("Giấy ủy quyền", "Chưa có chứng thực"), Item("Ảnh", "Mờ"))


def play(case, items=ITEMS, omission=Omission.APPLICANT, at=given.NOW):
    return lambda by, key: request_supplement(
        case.code, items=items, omission=omission, by=by, at=at, request_key=key
    )


def completed(case, at=given.NOW):
    provide_supplement(
        case.code,
        answers={},
        attachments={},
        message="Đã đủ",
        by=given.receptionist(case.current_agency),
        at=at,
        request_key=given.key(),
    )
    return given.fresh(case)


def test_at_intake_only_the_receptionist_asks():
    case = given.case_at_intake()
    at = case.current_agency
    event = doors.only_official(
        case, play(case), right=given.receptionist(at), at=at, roles=(Role.RECEPTIONIST,)
    )
    assert (event.kind, event.from_status, event.to_status) == (
        EventKind.SUPPLEMENT_REQUESTED,
        Status.SUBMITTED,
        Status.AWAITING_SUPPLEMENT,
    )
    assert SupplementRequest.objects.get(case=case).is_at_intake is True


def test_in_handling_only_the_cases_own_handler_or_the_head_asks():
    case, handler = given.assigned_case()
    at = case.current_agency
    event = doors.only_official(case, play(case), right=handler, at=at, roles=(Role.HEAD, Role.RECEPTIONIST))
    assert event.from_status == Status.ACCEPTED
    request = SupplementRequest.objects.get(case=case)
    assert (request.is_at_intake, request.number, request.asked_by_id) == (False, 1, handler.user_id)


def test_a_receptionist_who_would_still_ask_is_told_who_accepted():
    case = given.accepted_case()
    with doors.refused(VerbNotOpen) as told:
        play(case)(given.receptionist(case.current_agency), given.key())
    doors.tells_of(told.value, doors.event_of(case))


def test_the_head_may_ask_in_handling():
    case, _ = given.assigned_case()
    event = play(case)(given.staff(case.current_agency, Role.HEAD), given.key())
    assert event.to_status == Status.AWAITING_SUPPLEMENT


def test_once_accepted_at_a_counter_nobody_there_asks_before_the_case_is_where_it_is_decided():
    case = given.accepted(given.taken_at_counter(desk=given.ward_committee("Phường Trúc Bạch")))
    counter = given.staff(case.current_agency, *CASEWORK)
    assert "request_supplement" not in case_seen_by(case.code, seen_by=counter).verbs
    with doors.refused(VerbNotOpen) as told:
        play(case)(counter, given.key())
    doors.tells_of(told.value, doors.event_of(case))
    given.carry_out(given.NOW, "route_case")
    case = given.fresh(case)
    assert case.current_agency == case.receiving_agency != case.competent_agency
    with doors.refused(HandoverOpen):
        play(case)(counter, given.key())
    with doors.refused(NotYours):
        play(case)(given.staff(case.competent_agency, Role.HEAD), given.key())


def test_in_handling_an_agency_that_is_not_competent_asks_nothing():
    case = given.accepted(given.taken_at_counter(desk=given.ward_committee("Phường Trúc Bạch")))
    other = doors.other_ward()
    hand_over_case(
        case.code,
        to_agency=other.pk,
        reason="Xin xác minh",
        by=given.receptionist(case.current_agency),
        at=given.NOW,
        request_key=given.key(),
    )
    receive_handover(case.code, by=given.receptionist(other), at=given.NOW, request_key=given.key())
    case = given.fresh(case)
    assert case.current_agency == other != case.competent_agency
    # At the counter it could be asked for until the case was accepted.
    for at, refusal in ((other, NotYours), (case.receiving_agency, VerbNotOpen)):
        with doors.refused(refusal):
            play(case)(given.staff(at, *CASEWORK), given.key())


def test_asking_issues_form_02_with_every_item_and_tells_the_applicant():
    case = given.case_at_intake()
    by = given.receptionist(case.current_agency)
    assert doors.owed_by(lambda: play(case, omission=Omission.OFFICE)(by, given.key())) == [
        "render_paper",
        "send_notice",
    ]
    form = CaseDocument.objects.get(case=case).document
    assert form.kind == "form_02"
    assert form.snapshot["items"] == [
        {"item": "Giấy ủy quyền", "reason": "Chưa có chứng thực"},
        {"item": "Ảnh", "reason": "Mờ"},
    ]
    assert form.snapshot["is_office_omission"] is True


@pytest.mark.parametrize(
    "items", [(), (Item("", "Mờ"),), (Item("Ảnh", "  "),), (Item("Ảnh", "Mờ"), Item(" ", "x"))]
)
def test_every_item_needs_its_reason(items):
    case = given.case_at_intake()
    with doors.refused(ItemsMissing, field="items"):
        play(case, items=items)(given.receptionist(case.current_agency), given.key())


def test_whose_omission_it_is_must_be_said():
    case = given.case_at_intake()
    with doors.refused(ReasonUnknown, field="omission"):
        play(case, omission="nobody")(given.receptionist(case.current_agency), given.key())


def test_a_second_request_at_intake_is_refused_and_one_in_handling_is_not():
    case = given.case_at_intake()
    by = given.receptionist(case.current_agency)
    play(case)(by, given.key())
    case = completed(case)
    with doors.refused(SupplementOnce):
        play(case)(by, given.key())
    case = given.accepted(case)
    handler = given.handler_of(case)
    play(case)(handler, given.key())
    assert list(
        SupplementRequest.objects.filter(case=case).order_by("number").values_list("number", "is_at_intake")
    ) == [(1, True), (2, False)]
    completed(given.fresh(case))
    with doors.refused(SupplementOnce):
        play(case)(handler, given.key())


def test_nothing_is_asked_while_a_supplement_is_awaited():
    case, handler = given.case_awaiting_supplement()
    doors.only_open_in(case, play(case), by=handler)


def test_the_same_request_asks_once():
    case = given.case_at_intake()
    by = given.receptionist(case.current_agency)
    doors.answers_once(case, play(case), by=by, other=play(case, items=ITEMS[:1]))
