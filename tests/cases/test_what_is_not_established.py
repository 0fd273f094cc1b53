"""What is ours and not the law's is said on every page, answer, message and paper that shows it, and only there."""

from __future__ import annotations

from datetime import datetime

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.cases.actions.ending import stop_case
from apps.cases.actions.handover import hand_over_case, receive_handover
from apps.cases.actions.intake import decline_intake
from apps.cases.actions.supplement import Item, request_supplement
from apps.cases.models import CaseDocument
from apps.cases.papers import NOTE_AGENCY_CODE, NOTE_SECOND_HAND
from apps.cases.status_shown import status_shown
from apps.cases.tracking import secret_of
from apps.units.models import Agency
from tests import given
from tests.api.calls import Caller

pytestmark = pytest.mark.django_db

# Three working days from here end in 2027, whose days off nobody has decided.
YEAR_END = datetime(2026, 12, 30, 9, 0, tzinfo=given.HANOI)
CODES = "ours and not the State&#x27;s"
CALENDAR = "calendar of 2027"


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(YEAR_END, tick=False):
        yield


def established(agency: Agency) -> None:
    """As if the State had published the agency's code."""
    given.agency_changed(agency, is_code_established=True)


def accepted(*, at: datetime = YEAR_END):
    """A household registered online at the end of the year, and its applicant."""
    who = given.citizen()
    return given.accepted_case(given.HOUSEHOLD, by=who, at=at), who


def page(by, address: str) -> str:
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    client.force_login(User.objects.get(pk=by.user_id))
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def snapshot(case, kind: str) -> dict:
    return CaseDocument.objects.get(case=case, document__kind=kind).document.snapshot


def test_form_01_says_that_the_calendar_of_its_promise_is_not_decided():
    case, _ = accepted()
    assert case.promised_due_at.year == 2027
    assert any("2027" in note for note in snapshot(case, "form_01")["notes"])


def test_a_promise_within_a_decided_year_says_nothing_of_calendars():
    case, _ = accepted(at=given.NOW)
    assert case.promised_due_at.year == 2026
    assert snapshot(case, "form_01")["notes"] == [NOTE_AGENCY_CODE]
    assert [text for text in status_shown(case).unestablished if "2027" in text] == []


def test_the_applicant_reads_both_marks_on_every_page_of_the_case():
    case, who = accepted()
    for address in (reverse("portal:case", args=[case.code]), reverse("portal:filed", args=[case.code])):
        read = page(who, address)
        assert CODES in read and CALENDAR in read, address
    assert CALENDAR in page(who, reverse("portal:my_cases"))


def test_whoever_tracks_the_case_reads_both_marks():
    case, _ = accepted()
    sent = {"code": case.code, "secret": secret_of(case.code, 1)}
    read = Client(HTTP_ACCEPT_LANGUAGE="en").post(reverse("portal:track"), sent).content.decode()
    assert CODES in read and CALENDAR in read
    told = Caller().post("/status", sent).json()["unestablished"]
    assert len(told) == 2


def test_the_desk_reads_both_marks_and_its_lists_mark_due_times_and_steps():
    case, _ = accepted()
    clerk = given.receptionist(case.current_agency)
    read = page(clerk, reverse("desk:case", args=[case.code]))
    assert CODES in read and CALENDAR in read
    inbox = page(clerk, reverse("desk:inbox"))
    assert CALENDAR in inbox
    # The due time, and the step, which no decision sets.
    assert inbox.count("mc-unestablished") == 2
    (row,) = Caller(clerk).get("/inbox").json()["results"]
    assert row["is_due_established"] is False


def test_nothing_is_marked_once_it_is_established():
    case, who = accepted(at=given.NOW)
    established(case.receiving_agency)
    case = given.fresh(case)
    assert status_shown(case).unestablished == ()
    read = page(who, reverse("portal:case", args=[case.code]))
    assert CODES not in read and "mc-unestablished" not in read


def test_the_message_of_acceptance_says_it_beside_the_promise():
    given.accepted_case(given.HOUSEHOLD, at=YEAR_END, language="en")
    given.carry_out(YEAR_END, "send_notice")
    read = mail.outbox[-1].body
    assert CALENDAR in read and "ours and not the State's" in read


def elsewhere():
    """Taken in where the code is ours, and now with an agency whose code is the State's."""
    case = given.accepted(given.taken_at_counter(desk=given.ward_committee("Phường Trúc Bạch")))
    established(given.ward_committee())
    return given.at_competent_agency(case)


def test_forms_02_and_05_speak_of_the_code_with_which_the_case_begins():
    case = elsewhere()
    assert case.current_agency.is_code_established
    handler = given.handler_of(case)
    request_supplement(
        case.code,
        items=[Item("Văn bản ủy quyền", "Chưa có chứng thực")],
        omission="applicant",
        by=handler,
        at=given.NOW,
        request_key=given.key(),
    )
    stop_case(
        case.code,
        ground="ruling",
        text="Theo quyết định của Tòa án",
        by=given.staff(case.current_agency, "head"),
        at=given.NOW,
        request_key=given.key(),
    )
    assert snapshot(case, "form_02")["notes"] == [NOTE_AGENCY_CODE]
    assert snapshot(case, "form_05")["notes"] == [NOTE_AGENCY_CODE]


def test_form_03_speaks_of_the_code_with_which_the_case_begins():
    case = given.filed_online(receiving_agency_id=given.ward_committee("Phường Trúc Bạch").pk)
    given.carry_out(given.NOW, "route_case")
    case = given.fresh(case)
    assert case.current_agency != case.receiving_agency
    established(case.receiving_agency)
    decline_intake(
        case.code,
        reason="not_competent",
        text="Nộp sai nơi",
        by=given.receptionist(case.current_agency),
        at=given.NOW,
        request_key=given.key(),
    )
    assert snapshot(case, "form_03")["notes"] == [NOTE_SECOND_HAND]


def test_a_handover_due_in_an_undecided_year_is_marked():
    late = datetime(2026, 12, 31, 16, 0, tzinfo=given.HANOI)
    case, _ = accepted(at=late)
    to = given.ward_committee("Phường Hàng Bạc")
    sent = {"to_agency": to.pk, "reason": "Thuộc thẩm quyền nơi khác"}
    by = given.staff(case.current_agency, "head")
    hand_over_case(case.code, **sent, by=by, at=late, request_key=given.key())
    clerk = given.receptionist(to)
    assert CALENDAR in page(clerk, reverse("desk:handovers"))
    (row,) = Caller(clerk).get("/handovers").json()["results"]
    assert row["is_due_established"] is False
    receive_handover(case.code, by=clerk, at=late, request_key=given.key())
