"""Routing as the program's own act: once, from the outbox, and visibly when it cannot be done."""

from __future__ import annotations

import pytest
import time_machine

from apps.accounts.choices import Role
from apps.cases import tasks
from apps.cases.actions.handover import hand_over_case, receive_handover
from apps.cases.actions.supplement import request_supplement
from apps.cases.choices import EventKind, Routing, Status, UnroutableReason
from apps.cases.models import CaseEvent, Handover
from apps.cases.selectors import inbox, unrouted
from apps.core.models import OutboxRow
from tests import given
from tests.cases import doors
from tests.cases.test_request_supplement import ITEMS

pytestmark = pytest.mark.django_db


def row_of(case):
    return OutboxRow.objects.get(effect=f"route:{case.code}")


def route(case):
    with time_machine.travel(given.NOW, tick=False):
        tasks.route_case(row_of(case).pk)
    return given.fresh(case)


def test_a_case_from_online_goes_to_the_intake_queue_of_the_agency_that_decides_it():
    case = given.filed_online(
        connecting_unit_id=given.ward("Phường Trúc Bạch").pk,
        receiving_agency_id=given.ward_committee().pk,
    )
    to = given.ward_committee("Phường Trúc Bạch")
    case = route(case)
    assert (case.routing, case.competent_agency, case.current_agency) == (Routing.ROUTED, to, to)
    assert case.receiving_agency == given.ward_committee()
    assert [row.pk for row in inbox(seen_by=given.receptionist(to))] == [case.pk]
    event = doors.event_of(case)
    assert (event.kind, event.by_id, event.to_status) == (EventKind.CASE_ROUTED, None, Status.SUBMITTED)
    doors.adds_up(case)


def test_the_outbox_row_is_closed_with_the_routing():
    case = given.filed_online()
    route(case)
    assert row_of(case).done_at == given.NOW


def test_routing_twice_routes_once():
    case = given.filed_online()
    route(case)
    route(case)
    assert CaseEvent.objects.filter(case=case, kind=EventKind.CASE_ROUTED).count() == 1


def test_what_was_accepted_at_a_counter_elsewhere_is_offered_and_stays_until_received():
    desk = given.ward_committee("Phường Trúc Bạch")
    case = route(given.accepted(given.taken_at_counter(desk=desk)))
    assert (case.routing, case.competent_agency, case.current_agency) == (
        Routing.ROUTED,
        given.ward_committee(),
        desk,
    )
    offer = Handover.objects.get(case=case)
    assert (offer.from_agency, offer.to_agency, offer.offered_by) == (desk, given.ward_committee(), None)


def test_what_was_accepted_where_it_is_decided_needs_no_handover():
    case = route(given.accepted(given.taken_at_counter()))
    assert (case.routing, case.current_agency) == (Routing.ROUTED, given.ward_committee())
    assert not Handover.objects.filter(case=case).exists()


def test_a_supplement_asked_for_before_routing_does_not_keep_the_case_from_its_agency():
    case = given.filed_online(
        connecting_unit_id=given.ward("Phường Trúc Bạch").pk,
        receiving_agency_id=given.ward_committee().pk,
    )
    request_supplement(
        case.code,
        items=ITEMS,
        omission="applicant",
        by=given.receptionist(case.current_agency),
        at=given.NOW,
        request_key=given.key(),
    )
    case = route(case)
    assert (case.status, case.routing) == (Status.AWAITING_SUPPLEMENT, Routing.ROUTED)
    assert case.current_agency == given.ward_committee("Phường Trúc Bạch")


def test_an_offer_made_by_a_person_before_routing_stands():
    case = given.accepted(given.taken_at_counter(desk=given.ward_committee("Phường Trúc Bạch")))
    hand_over_case(
        case.code,
        to_agency=doors.other_ward().pk,
        reason="Theo yêu cầu",
        by=given.receptionist(case.current_agency),
        at=given.NOW,
        request_key=given.key(),
    )
    case = route(case)
    assert case.routing == Routing.ROUTED
    assert Handover.objects.get(case=case).to_agency == doors.other_ward()


def test_a_ward_that_ended_between_filing_and_routing_leaves_the_case_visible_with_the_reason():
    case = given.unroutable_case()
    assert (case.routing, case.routing_reason) == (Routing.UNROUTABLE, UnroutableReason.UNIT_ENDED)
    assert (case.competent_agency, case.current_agency) == (None, case.receiving_agency)
    assert doors.event_of(case).kind == EventKind.ROUTING_FAILED
    assert row_of(case).done_at == given.NOW
    by = given.receptionist(case.receiving_agency)
    assert [row.pk for row in unrouted(seen_by=by)] == [case.pk]
    assert [row.pk for row in inbox(seen_by=by)] == [case.pk]
    doors.adds_up(case)


def test_once_a_person_has_routed_it_by_hand_it_leaves_the_list_and_goes_on():
    case = given.unroutable_case()
    by = given.receptionist(case.current_agency)
    to = given.ward_committee("Phường Trúc Bạch")
    hand_over_case(
        case.code, to_agency=to.pk, reason="Đúng nơi", by=by, at=given.NOW, request_key=given.key()
    )
    receive_handover(case.code, by=given.receptionist(to), at=given.NOW, request_key=given.key())
    assert list(unrouted(seen_by=by)) == []
    case = given.accepted(given.fresh(case))
    handler = given.handler_of(case)
    assert given.proposed(given.fresh(case), handler).status == Status.IN_PROGRESS
    assert given.staff(to, Role.APPROVER).holds(case.current_agency_id, Role.APPROVER)


def test_an_ended_case_is_not_routed_and_its_row_is_closed():
    from apps.cases.actions.ending import request_withdrawal

    case = given.filed_online()
    request_withdrawal(
        case.code,
        reason="Thôi",
        by=given.act_as(case.application.filed_by),
        at=given.NOW,
        request_key=given.key(),
    )
    case = route(case)
    assert (case.status, case.routing) == (Status.STOPPED, Routing.PENDING)
    assert row_of(case).done_at == given.NOW
