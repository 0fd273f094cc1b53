"""Declining an application: a reason from the list, in words, on form 03, and how to complain."""

from __future__ import annotations

import pytest

from apps.accounts.choices import Role
from apps.cases.actions.handover import hand_over_case
from apps.cases.actions.intake import decline_intake
from apps.cases.choices import EventKind, Status
from apps.cases.errors import ReasonMissing, ReasonUnknown
from apps.cases.history import read_entry
from apps.cases.models import CaseDocument, Handover
from apps.cases.papers import NOTE_SECOND_HAND
from tests import given
from tests.cases import doors

pytestmark = pytest.mark.django_db


def play(case, reason="papers_missing", text="Thiếu bản sao giấy chứng nhận kết hôn"):
    return lambda by, key: decline_intake(
        case.code, reason=reason, text=text, by=by, at=given.NOW, request_key=key
    )


def test_only_the_receptionist_of_the_agency_that_holds_the_case_declines_it():
    case = given.case_at_intake()
    at = case.current_agency
    event = doors.only_official(
        case, play(case), right=given.receptionist(at), at=at, roles=(Role.RECEPTIONIST,)
    )
    assert (event.kind, event.from_status, event.to_status) == (
        EventKind.INTAKE_DECLINED,
        Status.SUBMITTED,
        Status.DECLINED,
    )
    case = given.fresh(case)
    assert (case.status, case.ended_at, case.accepted_at) == (Status.DECLINED, given.NOW, None)


def test_declining_issues_form_03_with_the_provision_and_tells_the_applicant():
    case = given.case_at_intake()
    by = given.receptionist(case.current_agency)
    assert doors.owed_by(lambda: play(case)(by, given.key())) == ["render_paper", "send_notice"]
    form = CaseDocument.objects.get(case=case).document
    assert form.kind == "form_03"
    assert "Thiếu bản sao" in form.snapshot["reason"]
    assert form.snapshot["legal_provision"] == "Nghị định 118/2025/NĐ-CP, Điều 17"
    assert NOTE_SECOND_HAND in form.snapshot["notes"]
    assert "khiếu nại" in form.snapshot["how_to_complain"]


def test_the_reason_in_words_is_kept_apart_and_the_ledger_holds_its_code_only():
    case = given.case_at_intake()
    event = play(case)(given.receptionist(case.current_agency), given.key())
    assert doors.text_of(event) == "Thiếu bản sao giấy chứng nhận kết hôn"
    assert read_entry(event.body).data == {"reason": "papers_missing"}
    assert "Thiếu" not in bytes(event.body).decode()


@pytest.mark.parametrize("reason", ["", "because", "PAPERS_MISSING"])
def test_a_reason_that_is_not_on_the_list_is_refused(reason):
    case = given.case_at_intake()
    with doors.refused(ReasonUnknown, field="reason"):
        play(case, reason=reason)(given.receptionist(case.current_agency), given.key())


@pytest.mark.parametrize("text", ["", "  \n"])
def test_a_reason_without_words_is_refused(text):
    case = given.case_at_intake()
    with doors.refused(ReasonMissing, field="text"):
        play(case, text=text)(given.receptionist(case.current_agency), given.key())


def test_a_case_accepted_already_is_not_declined():
    case = given.accepted_case()
    doors.only_open_in(case, play(case), by=given.receptionist(case.current_agency))


def test_the_same_request_declines_once():
    case = given.case_at_intake()
    by = given.receptionist(case.current_agency)
    doors.answers_once(case, play(case), by=by, other=play(case, text="Khác"))


def test_an_offer_that_nobody_answered_ends_with_the_case():
    case = given.unroutable_case()
    by = given.receptionist(case.current_agency)
    elsewhere = given.ward_committee("Phường Trúc Bạch")
    hand_over_case(
        case.code, to_agency=elsewhere.pk, reason="Đúng nơi", by=by, at=given.NOW, request_key=given.key()
    )
    play(case)(by, given.key())
    offer = Handover.objects.get(case=case)
    assert (offer.answer, offer.answered_at, offer.answered_by) == ("returned", given.NOW, None)
