"""Accepting an application: form 01, the case clock, and the routing of what was taken at a counter."""

from __future__ import annotations

from datetime import datetime

import pytest

from apps.accounts.choices import Role
from apps.cases.actions.intake import accept_intake
from apps.cases.choices import EventKind, Routing, Status
from apps.cases.errors import FeesUnpaid, NotCompetent
from apps.cases.history import read_entry
from apps.cases.models import CaseDocument
from tests import given
from tests.cases import doors

pytestmark = pytest.mark.django_db


def play(case, at=given.NOW):
    return lambda by, key: accept_intake(case.code, by=by, at=at, request_key=key)


def test_only_the_receptionist_of_the_agency_that_holds_the_case_accepts_it():
    case = given.case_at_intake()
    at = case.current_agency
    event = doors.only_official(
        case, play(case), right=given.receptionist(at), at=at, roles=(Role.RECEPTIONIST,)
    )
    assert event.kind == EventKind.INTAKE_ACCEPTED
    assert (event.from_status, event.to_status) == (Status.SUBMITTED, Status.ACCEPTED)
    case = given.fresh(case)
    assert case.status == Status.ACCEPTED
    assert case.accepted_at == given.NOW


def test_acceptance_promises_the_time_issues_form_01_and_owes_its_paper_and_a_notice():
    case = given.case_at_intake()
    by = given.receptionist(case.current_agency)
    assert doors.owed_by(lambda: play(case)(by, given.key())) == ["render_paper", "send_notice"]
    case = given.fresh(case)
    due = datetime(2026, 11, 23, 17, 0, tzinfo=given.HANOI)
    assert (case.statutory_due_at, case.promised_due_at, case.due_at) == (due, due, due)
    form = CaseDocument.objects.get(case=case).document
    assert form.kind == "form_01"
    assert form.snapshot["promised_at"] == due.isoformat()
    assert form.snapshot["received_by"]["name"] == by.name


def test_acceptance_goes_on_to_the_step_after_intake_and_keeps_which_limit_it_chose():
    case = given.case_at_intake("1.001612", by=given.citizen())
    before = case.step
    given.accepted(case)
    case = given.fresh(case)
    assert case.step == before + 1
    data = read_entry(doors.event_of(case).body).data
    assert data["limit"] == 1


def test_a_case_taken_at_a_counter_is_accepted_there_and_its_routing_is_owed():
    case = given.taken_at_counter(desk=given.ward_committee("Phường Trúc Bạch"))
    given.paid(case)
    by = given.receptionist(case.receiving_agency)
    assert doors.owed_by(lambda: play(case)(by, given.key())) == ["render_paper", "route_case"]
    case = given.fresh(case)
    assert (case.routing, case.current_agency) == (Routing.PENDING, case.receiving_agency)


def test_what_is_due_before_acceptance_is_paid_first():
    case = given.taken_at_counter()
    by = given.receptionist(case.current_agency)
    with doors.refused(FeesUnpaid) as told:
        play(case)(by, given.key())
    assert told.value.data == {"amount": "8.000", "due": 8000}
    given.paid(case)
    doors.acted(case, lambda: play(case)(by, given.key()))


def test_a_case_from_online_is_not_accepted_before_it_is_with_its_competent_agency():
    case = given.filed_online()
    with doors.refused(NotCompetent):
        play(case)(given.receptionist(case.current_agency), given.key())


def test_a_case_accepted_already_is_not_accepted_again():
    case = given.accepted_case()
    doors.only_open_in(case, play(case), by=given.receptionist(case.current_agency))


def test_the_same_request_accepts_once():
    case = given.case_at_intake()
    doors.answers_once(case, play(case), by=given.receptionist(case.current_agency))


def test_accepted_late_the_clock_starts_at_the_end_of_the_intake_limit():
    """Filed Monday 09:00, intake was due in 8 working hours; accepted on Friday it starts where that ended."""
    case = given.case_at_intake("1.001612", by=given.citizen())
    assert case.intake_due_at == datetime(2026, 11, 25, 9, 0, tzinfo=given.HANOI)
    friday = datetime(2026, 11, 27, 10, 0, tzinfo=given.HANOI)
    case = given.accepted(case, at=friday)
    assert case.statutory_due_at == datetime(2026, 11, 30, 17, 0, tzinfo=given.HANOI)


def test_a_machine_whose_clock_is_behind_never_writes_an_earlier_event():
    case = given.case_at_intake()
    by = given.receptionist(case.current_agency)
    event = play(case, at=given.after(given.NOW, hours=-2))(by, given.key())
    assert event.at == given.NOW
