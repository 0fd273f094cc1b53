"""Stopping a case on a ground of the fixed list, with form 05."""

from __future__ import annotations

import pytest

from apps.accounts.choices import Role
from apps.cases.actions.ending import stop_case
from apps.cases.choices import EventKind, Status
from apps.cases.errors import ReasonMissing, ReasonUnknown
from apps.cases.history import read_entry
from apps.cases.models import CaseDocument
from tests import given
from tests.cases import doors
from tests.cases.test_decline_withdrawal import asked

pytestmark = pytest.mark.django_db


def play(case, ground="ruling", text="Theo quyết định của Tòa án"):
    return lambda by, key: stop_case(
        case.code, ground=ground, text=text, by=by, at=given.NOW, request_key=key
    )


def test_only_the_head_stops_a_case():
    case, _ = given.proposed_case()
    at = case.current_agency
    event = doors.only_official(
        case,
        play(case),
        right=given.staff(at, Role.HEAD),
        at=at,
        roles=(Role.HEAD,),
    )
    assert (event.kind, event.from_status, event.to_status) == (
        EventKind.CASE_STOPPED,
        Status.IN_PROGRESS,
        Status.STOPPED,
    )
    assert given.fresh(case).ended_at == given.NOW
    assert read_entry(event.body).data == {"ground": "ruling"}


def test_stopping_issues_form_05_and_tells_the_applicant():
    case, _ = given.case_awaiting_supplement()
    by = given.staff(case.current_agency, Role.HEAD)
    assert doors.owed_by(lambda: play(case, "supplement_lapsed")(by, given.key())) == [
        "render_paper",
        "send_notice",
    ]
    form = CaseDocument.objects.get(case=case, document__kind="form_05").document
    assert form.snapshot["legal_provision"] == ""
    assert form.snapshot["requested_at"] is None


def test_a_withdrawal_that_was_asked_for_is_granted_by_stopping():
    case = asked(given.accepted_case())
    event = doors.acted(
        case,
        lambda: play(case, "applicant_request")(given.receptionist(case.current_agency), given.key()),
    )
    assert event.from_status == Status.WITHDRAWAL_REQUESTED
    form = CaseDocument.objects.get(case=case, document__kind="form_05").document
    assert form.snapshot["legal_provision"] == "Thông tư 03/2025/TT-VPCP, Điều 7"


def test_a_request_of_the_applicant_is_no_ground_unless_they_made_one():
    case, _ = given.proposed_case()
    with doors.refused(ReasonUnknown, field="ground"):
        play(case, "applicant_request")(given.staff(case.current_agency, Role.HEAD), given.key())


@pytest.mark.parametrize("ground", ["", "tired"])
def test_a_ground_is_on_the_list(ground):
    case, _ = given.proposed_case()
    with doors.refused(ReasonUnknown, field="ground"):
        play(case, ground)(given.staff(case.current_agency, Role.HEAD), given.key())


def test_a_stop_is_put_in_words():
    case, _ = given.proposed_case()
    with doors.refused(ReasonMissing, field="text"):
        play(case, text="")(given.staff(case.current_agency, Role.HEAD), given.key())


@pytest.mark.parametrize("state", ["at intake", "resolved"])
def test_a_case_that_nobody_handles_yet_or_any_more_is_not_stopped(state):
    case = given.case_at_intake() if state == "at intake" else given.resolved_case()
    doors.only_open_in(case, play(case), by=given.receptionist(case.current_agency))


def test_the_same_request_stops_once():
    case, _ = given.proposed_case()
    by = given.staff(case.current_agency, Role.HEAD)
    doors.answers_once(case, play(case), by=by, other=play(case, "duplicate"))


@pytest.mark.parametrize("ground", ["supplement_lapsed", "payment_lapsed"])
def test_nothing_lapses_that_nobody_waits_for(ground):
    case, _ = given.proposed_case()
    with doors.refused(ReasonUnknown, field="ground"):
        play(case, ground)(given.staff(case.current_agency, Role.HEAD), given.key())
