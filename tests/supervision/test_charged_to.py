"""Whose time a list counts: who held what ran out, before, during and after a handover."""

from __future__ import annotations

import pytest

from apps.accounts.choices import Role
from apps.cases.actions.handover import hand_over_case, receive_handover
from apps.cases.actions.intake import decline_intake
from apps.cases.actions.opinions import request_opinion
from apps.supervision.choices import Holder, ListName
from apps.supervision.selectors import (
    as_listed,
    listed,
)
from tests import given
from tests.supervision.district import (
    in_list,
    moved,
    seen,
)

pytestmark = pytest.mark.django_db

NOW = given.NOW


def test_overdue_is_charged_to_the_agency_that_held_the_time_when_it_ran_out():
    case = given.accepted_case()
    late = given.after(NOW, days=3)
    police = given.agency("ward_police", given.ward("Phường Trúc Bạch"))
    head = given.staff(case.current_agency, Role.HEAD)
    hand_over_case(
        case.code, to_agency=police.pk, reason="Sai thẩm quyền", by=head, at=late, request_key=given.key()
    )
    receive_handover(case.code, by=given.receptionist(police), at=late, request_key=given.key())
    now = given.after(late, minutes=5)
    assert given.fresh(case).current_agency == police
    assert in_list(ListName.OVERDUE, case, now)
    assert not in_list(ListName.OVERDUE, case, now, "Phường Trúc Bạch")


def test_a_late_step_is_charged_to_the_agency_and_the_handler_that_had_it_when_its_share_ran_out():
    case, handler = given.assigned_case("1.001612")
    own, police = Holder.OWN_DESK.value, given.agency("ward_police", given.ward("Phường Trúc Bạch"))
    late = given.after(case.step_due_at, minutes=1)
    case = moved(case, police, late)
    assert (case.current_agency, case.handler) == (police, None)
    now = given.after(late, minutes=5)
    assert in_list(ListName.STEP_LATE, case, now, own)
    assert not in_list(ListName.STEP_LATE, case, now, "Phường Trúc Bạch")
    district = seen(now)
    (row,) = as_listed(
        list(listed(ListName.STEP_LATE, district, district.unit, Holder.WHOLE)), ListName.STEP_LATE
    )
    assert row.reason.endswith(handler.name)


def test_a_step_that_runs_out_after_the_handover_was_received_is_late_at_the_receiver():
    case, _handler = given.assigned_case("1.001612")
    police = given.agency("ward_police", given.ward("Phường Trúc Bạch"))
    case = moved(case, police, NOW)
    late = given.after(case.step_due_at, minutes=1)
    assert in_list(ListName.STEP_LATE, case, late, "Phường Trúc Bạch")
    assert not in_list(ListName.STEP_LATE, case, late, Holder.OWN_DESK.value)


def test_while_a_handover_waits_the_time_that_runs_out_is_the_senders():
    case, _handler = given.assigned_case("1.001612")
    police = given.agency("ward_police", given.ward("Phường Trúc Bạch"))
    case = moved(case, police, NOW, received=False)
    late = given.after(case.due_at, minutes=1)
    for name in (ListName.OVERDUE, ListName.STEP_LATE):
        assert in_list(name, case, late, Holder.OWN_DESK.value)
        assert not in_list(name, case, late, "Phường Trúc Bạch")
    assert in_list(ListName.HANDOVER_NOT_RECEIVED, case, late, "Phường Trúc Bạch")
    assert not in_list(ListName.HANDOVER_NOT_RECEIVED, case, late, Holder.OWN_DESK.value)
    receive_handover(case.code, by=given.receptionist(police), at=late, request_key=given.key())
    later = given.after(late, minutes=1)
    for name in (ListName.OVERDUE, ListName.STEP_LATE):
        assert in_list(name, case, later, Holder.OWN_DESK.value)
        assert not in_list(name, case, later, "Phường Trúc Bạch")
    assert not in_list(ListName.HANDOVER_NOT_RECEIVED, case, later, "Phường Trúc Bạch")


def test_intake_that_ran_out_before_a_person_chose_the_agency_stays_with_the_desk_that_held_it():
    case = given.unroutable_case()
    late = given.after(case.due_at, minutes=1)
    other = given.ward_committee("Phường Trúc Bạch")
    by = given.receptionist(case.current_agency)
    hand_over_case(case.code, to_agency=other.pk, reason="Đúng nơi", by=by, at=late, request_key=given.key())
    receive_handover(case.code, by=given.receptionist(other), at=late, request_key=given.key())
    now = given.after(late, minutes=5)
    assert in_list(ListName.LATE_AT_INTAKE, case, now)
    assert not in_list(ListName.LATE_AT_INTAKE, case, now, "Phường Trúc Bạch")


def test_a_result_that_waits_is_listed_at_the_agency_that_hands_it_over():
    case = given.resolved_case(receiving_agency_id=given.ward_committee("Phường Trúc Bạch").pk)
    assert case.returning_agency == given.ward_committee("Phường Trúc Bạch") != case.competent_agency
    at = given.after(NOW, days=1)
    assert in_list(ListName.NOT_DELIVERED, case, at, "Phường Trúc Bạch")
    assert not in_list(ListName.NOT_DELIVERED, case, at)


def test_what_a_ward_received_and_the_city_declined_is_listed_under_agencies_outside_the_district():
    case = given.case_at_intake(given.FOOD_SAFETY)
    desk = given.receptionist(case.current_agency)
    decline_intake(
        case.code, reason="papers_missing", text="Thiếu giấy tờ", by=desk, at=NOW, request_key=given.key()
    )
    assert in_list(ListName.ENDED_WITHOUT_RESULT, case, given.after(NOW, days=1), Holder.ELSEWHERE.value)
    assert not in_list(ListName.ENDED_WITHOUT_RESULT, case, given.after(NOW, days=1))


def test_a_handover_past_its_time_is_charged_to_the_agency_that_should_answer():
    desk = given.ward_committee("Phường Trúc Bạch")
    case = given.accepted(given.taken_at_counter(desk=desk))
    given.carry_out(NOW, "route_case")
    assert not in_list(ListName.HANDOVER_NOT_RECEIVED, case, NOW)
    later = given.after(NOW, days=2)
    assert in_list(ListName.HANDOVER_NOT_RECEIVED, case, later)
    assert not in_list(ListName.HANDOVER_NOT_RECEIVED, case, later, "Phường Trúc Bạch")


def test_what_a_ward_received_and_the_city_holds_stands_under_agencies_outside_the_district():
    case = given.case_at_intake(given.FOOD_SAFETY)
    later = given.after(NOW, days=3)
    assert given.fresh(case).current_agency.unit.level == "city"
    assert in_list(ListName.LATE_AT_INTAKE, case, later, Holder.ELSEWHERE.value)
    assert not in_list(ListName.LATE_AT_INTAKE, case, later)


def test_an_opinion_not_given_in_time_is_charged_to_the_agency_that_was_asked():
    case, handler = given.assigned_case("1.001612")
    police = given.agency("ward_police", given.ward("Phường Trúc Bạch"))
    request_opinion(
        case.code,
        to_agency=police.pk,
        hours=4,
        question="Cư trú?",
        by=handler,
        at=NOW,
        request_key=given.key(),
    )
    late = given.after(NOW, hours=6)
    assert not in_list(ListName.OPINION_NOT_GIVEN, case, NOW, "Phường Trúc Bạch")
    assert in_list(ListName.OPINION_NOT_GIVEN, case, late, "Phường Trúc Bạch")
    assert not in_list(ListName.OPINION_NOT_GIVEN, case, late, Holder.OWN_DESK.value)
