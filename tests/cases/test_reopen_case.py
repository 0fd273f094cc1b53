"""Reopening an ended case by decision: new events, the old promise stays."""

from __future__ import annotations

import pytest

from apps.accounts.choices import Role
from apps.cases.actions.decision import hand_over_result
from apps.cases.actions.ending import request_withdrawal, stop_case
from apps.cases.actions.intake import decline_intake
from apps.cases.actions.mending import reopen_case
from apps.cases.choices import EventKind, Routing, Status
from apps.cases.errors import ReasonMissing, ReasonUnknown
from apps.cases.models import Handover
from tests import given
from tests.cases import doors
from tests.cases.test_decline_withdrawal import asked
from tests.factories import CitizenFactory

pytestmark = pytest.mark.django_db


def play(case, ground="official_error", reason="Sai sót của cơ quan"):
    return lambda by, key: reopen_case(
        case.code, ground=ground, reason=reason, by=by, at=given.NOW, request_key=key
    )


def head_of(case):
    return given.staff(case.competent_agency or case.receiving_agency, Role.HEAD)


def stopped(case, ground="duplicate"):
    stop_case(
        case.code,
        ground=ground,
        text="Trùng",
        by=given.staff(case.current_agency, Role.HEAD),
        at=given.NOW,
        request_key=given.key(),
    )
    return given.fresh(case)


def declined(case):
    decline_intake(
        case.code,
        reason="papers_missing",
        text="Thiếu",
        by=given.receptionist(case.current_agency),
        at=given.NOW,
        request_key=given.key(),
    )
    return given.fresh(case)


def test_only_the_head_of_the_competent_agency_reopens():
    case = given.resolved_case()
    at = case.competent_agency
    event = doors.only_official(case, play(case), right=given.staff(at, Role.HEAD), at=at, roles=(Role.HEAD,))
    assert (event.kind, event.from_status, event.to_status) == (
        EventKind.CASE_REOPENED,
        Status.RESOLVED,
        Status.IN_PROGRESS,
    )
    after = given.fresh(case)
    assert (after.ended_at, after.current_agency, after.outcome) == (None, at, "")
    assert (after.proposed_by, after.approved_by) == (None, None)
    assert after.promised_due_at == case.promised_due_at


def test_each_ended_case_goes_back_to_where_it_was():
    delivered = given.resolved_case()
    hand_over_result(
        delivered.code,
        delivery="counter",
        recipient="An",
        by=given.receptionist(delivered.returning_agency),
        at=given.NOW,
        request_key=given.key(),
    )
    withdrawn = given.case_at_intake()
    request_withdrawal(
        withdrawn.code,
        reason="Thôi",
        by=given.act_as(withdrawn.application.filed_by),
        at=given.NOW,
        request_key=given.key(),
    )
    for case, status in [
        (declined(given.case_at_intake()), Status.SUBMITTED),
        (withdrawn, Status.SUBMITTED),
        (stopped(given.proposed_case()[0]), Status.IN_PROGRESS),
        (stopped(given.case_awaiting_supplement()[0]), Status.AWAITING_SUPPLEMENT),
        (stopped(asked(given.accepted_case()), "applicant_request"), Status.ACCEPTED),
        (delivered, Status.IN_PROGRESS),
    ]:
        case = given.fresh(case)
        doors.acted(case, lambda case=case: play(case)(head_of(case), given.key()))
        assert given.fresh(case).status == status


def test_the_applicant_is_told():
    case = given.resolved_case()
    assert doors.owed_by(lambda: play(case)(head_of(case), given.key())) == ["send_notice"]


def test_a_case_that_ended_before_it_was_routed_is_routed_after_reopening():
    case = given.filed_online()
    request_withdrawal(
        case.code,
        reason="Thôi",
        by=given.act_as(case.application.filed_by),
        at=given.NOW,
        request_key=given.key(),
    )
    given.carry_out(given.NOW, "route_case")
    case = given.fresh(case)
    assert (case.status, case.routing) == (Status.STOPPED, Routing.PENDING)
    play(case)(head_of(case), given.key())
    given.carry_out(given.NOW, "route_case")
    assert given.fresh(case).routing == Routing.ROUTED


def test_a_case_that_was_stopped_on_its_way_to_its_agency_is_offered_to_it_anew():
    person = CitizenFactory(full_name="Trần Thị Bưởi", identity_number="001185000001")
    case = given.accepted(given.taken_at_counter(desk=given.ward_committee("Phường Trúc Bạch")))
    given.carry_out(given.NOW, "route_case")
    request_withdrawal(
        case.code,
        reason="Không cần nữa",
        by=given.act_as(person.user),
        at=given.NOW,
        request_key=given.key(),
    )
    case = stopped(given.fresh(case), ground="applicant_request")
    assert Handover.objects.get(case=case).answer == "returned"
    doors.acted(case, lambda: play(case)(head_of(case), given.key()))
    waiting = Handover.objects.get(case=case, answered_at__isnull=True)
    assert (waiting.from_agency, waiting.to_agency) == (case.receiving_agency, case.competent_agency)
    after = given.at_competent_agency(case)
    assert (after.current_agency, after.status) == (case.competent_agency, Status.ACCEPTED)


def test_a_declined_case_that_is_reopened_begins_its_intake_again():
    case = declined(given.case_at_intake())
    play(case)(head_of(case), given.key())
    case = given.accepted(given.fresh(case))
    assert case.status == Status.ACCEPTED
    doors.adds_up(case)


@pytest.mark.parametrize("ground", ["", "politeness"])
def test_a_ground_is_on_the_list(ground):
    case = given.resolved_case()
    with doors.refused(ReasonUnknown, field="ground"):
        play(case, ground=ground)(head_of(case), given.key())


def test_reopening_needs_a_reason():
    case = given.resolved_case()
    with doors.refused(ReasonMissing, field="reason"):
        play(case, reason=" ")(head_of(case), given.key())


def test_an_open_case_is_not_reopened():
    case = given.accepted_case()
    doors.only_open_in(case, play(case), by=head_of(case))


def test_the_same_request_reopens_once():
    case = given.resolved_case()
    doors.answers_once(case, play(case), by=head_of(case), other=play(case, reason="Khác"))


def test_a_case_reopened_at_intake_is_received_anew_and_promises_nothing_past():
    case = given.case_at_intake()
    by = given.receptionist(case.current_agency)
    decline_intake(
        case.code, reason="papers_missing", text="Thiếu", by=by, at=given.NOW, request_key=given.key()
    )
    later = given.after(given.NOW, days=14)
    reopen_case(
        case.code, ground="official_error", reason="Sai", by=head_of(case), at=later, request_key=given.key()
    )
    case = given.fresh(case)
    assert case.intake_due_at > later
    case = given.accepted(case, at=later)
    assert case.promised_due_at == later.replace(hour=17)
