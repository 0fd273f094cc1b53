"""What applicants are told: rows of the act itself, shown at once, sent where there is an address; complete and kind."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import timezone, translation

from apps.accounts.choices import Role
from apps.applications.choices import Delivery
from apps.cases.actions.correcting import correct_paper
from apps.cases.actions.decision import hand_over_result
from apps.cases.actions.ending import decline_withdrawal, request_withdrawal, stop_case
from apps.cases.actions.extension import apologise_late, extend_deadline
from apps.cases.actions.intake import decline_intake
from apps.cases.actions.mending import reopen_case
from apps.cases.actions.moving import propose_move, start_move
from apps.cases.actions.prolongation import prolong_for_verification
from apps.cases.actions.supplement import Item, provide_supplement, request_supplement
from apps.cases.actions.tracking import issue_secret_again
from apps.cases.choices import EventKind, Omission, Outcome
from apps.cases.errors import CaseUnknown
from apps.cases.models import Case, CaseDocument, CaseEvent, CaseNotice, EventText
from apps.cases.notices import TEMPLATES, message_of, notices_of
from apps.cases.periodic import watch
from apps.cases.selectors import case_seen_by
from apps.cases.tracking import secret_of
from apps.core.models import OutboxRow
from apps.core.spoken import moment
from apps.notifications.models import Notice
from tests import given
from tests.cases import doors

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("law")]

NAME = "Nguyễn Văn Khuất"


def filer():
    return given.citizen(user__full_name=NAME)


def head_of(case: Case):
    return given.staff(case.current_agency, Role.HEAD)


def submitted(**filing: object) -> Case:
    return given.filed_online(given.FOOD_SAFETY, by=filer(), **filing)


def accepted(**filing: object) -> Case:
    return given.accepted_case(by=filer(), **filing)


def declined(**filing: object) -> Case:
    case = given.case_at_intake(by=filer(), **filing)
    decline_intake(
        case.code,
        reason="papers_missing",
        text="Thiếu bản chính giấy khai sinh.",
        by=given.receptionist(case.current_agency),
        at=given.NOW,
        request_key=given.key(),
    )
    return case


def supplement_requested(omission: Omission = Omission.APPLICANT, **filing: object) -> Case:
    case = given.case_at_intake(by=filer(), **filing)
    request_supplement(
        case.code,
        items=[Item("Văn bản ủy quyền", "Chưa có chứng thực"), Item("Ảnh thẻ", "Mờ")],
        omission=omission,
        by=given.receptionist(case.current_agency),
        at=given.NOW,
        request_key=given.key(),
    )
    return case


def withdrawal_declined(**filing: object) -> Case:
    by = filer()
    case = given.accepted_case(by=by, **filing)
    request_withdrawal(case.code, reason="Không còn nhu cầu", by=by, at=given.NOW, request_key=given.key())
    decline_withdrawal(
        case.code, reason="Đã có quyết định.", by=head_of(case), at=given.NOW, request_key=given.key()
    )
    return case


def stopped(**filing: object) -> Case:
    case, _handler = given.proposed_case(by=filer(), **filing)
    stop_case(
        case.code,
        ground="ruling",
        text="Theo quyết định của Tòa án.",
        by=head_of(case),
        at=given.NOW,
        request_key=given.key(),
    )
    return case


def withdrawn(**filing: object) -> Case:
    by = filer()
    case = given.filed_online(by=by, **filing)
    request_withdrawal(case.code, reason="Không còn nhu cầu", by=by, at=given.NOW, request_key=given.key())
    return case


def reopened(ground: str = "official_error", **filing: object) -> Case:
    case = declined(**filing)
    reopen_case(
        case.code,
        ground=ground,
        reason="Giấy khai sinh đã có trong hồ sơ.",
        by=head_of(case),
        at=given.NOW,
        request_key=given.key(),
    )
    return case


def released(outcome: Outcome = Outcome.GRANTED, **filing: object) -> Case:
    return given.resolved_case(by=filer(), outcome=outcome, **filing)


def handed_over(delivery: Delivery = Delivery.COUNTER, **filing: object) -> Case:
    case = released(**filing)
    hand_over_result(
        case.code,
        delivery=delivery,
        recipient=f"{NAME}, 001185000001",
        by=given.receptionist(case.returning_agency),
        at=given.NOW,
        request_key=given.key(),
    )
    return case


def secret_issued_again(**filing: object) -> Case:
    case = given.accepted_case(by=filer(), **filing)
    issue_secret_again(
        case.code,
        is_identity_checked=True,
        by=given.receptionist(case.current_agency),
        at=given.NOW,
        request_key=given.key(),
    )
    return case


def paper_corrected(**filing: object) -> Case:
    case = given.accepted_case(by=filer(), **filing)
    correct_paper(
        case.code,
        document=CaseDocument.objects.get(case=case).document.uuid,
        reason="Ghi sai địa chỉ của cơ quan.",
        by=given.staff(case.current_agency, Role.HEAD),
        at=given.NOW,
        request_key=given.key(),
    )
    return case


def payment_requested(**filing: object) -> Case:
    return given.awaiting_payment(by=filer(), **filing)[0]


def confirmation_asked(**filing: object) -> Case:
    return given.awaiting_confirmation(by=filer(), **filing)[0]


def reminded(**filing: object) -> Case:
    """Two working days before the end of a window that this version has for this test."""
    given.law_says(given.CIVIL_EXTRACT, payment_window=5, payment_window_unit="day")
    case = payment_requested(**filing)
    at = given.NOW + timedelta(days=3)
    watch(at)
    given.carry_out(at, "remind_applicant")
    return case


def extended(**filing: object) -> Case:
    case = given.accepted_case(by=filer(), **filing)
    new = given.NOW + timedelta(days=3)
    extend_deadline(
        case.code, until=new, reason="Mất điện.", by=head_of(case), at=given.NOW, request_key=given.key()
    )
    return case


def late(**filing: object) -> Case:
    case = given.accepted_case(by=filer(), **filing)
    at, likely = given.NOW + timedelta(days=2), given.NOW + timedelta(days=3)
    apologise_late(case.code, expected=likely, reason="Ốm.", by=head_of(case), at=at, request_key=given.key())
    return case


def prolonged(**filing: object) -> Case:
    case = given.accepted_case(given.RECOGNITION, by=filer(), **filing)
    prolong_for_verification(
        case.code, value=8, reason="Xác minh.", by=head_of(case), at=given.NOW, request_key=given.key()
    )
    return case


def due_times_rederived(**filing: object) -> Case:
    case = given.accepted_case("1.004873", by=filer(), **filing)
    given.calendar_changed(date(2026, 11, 25))
    return case


def version_changed(**filing: object) -> Case:
    case = given.accepted_case("1.001612", by=filer(), **filing)

    def longer(limits: list[dict[str, object]]) -> None:
        limits[0] |= {"value": 7, "unit": "working_day", "is_established": True}

    by = given.administrator()
    job = propose_move(given.new_version("1.001612", time_limits=longer).pk, by=by, at=given.NOW)
    start_move(job.pk, decision=given.DECISION, by=by, at=given.NOW)
    given.carry_out(given.NOW, "move_cases")
    return case


# For each template, the acts that lead to it.
SCENES: dict[str, Callable[..., Case]] = {
    "submitted": submitted,
    "accepted": accepted,
    "declined": declined,
    "supplement_requested": supplement_requested,
    "withdrawal_declined": withdrawal_declined,
    "stopped": stopped,
    "reopened": reopened,
    "released": released,
    "handed_over": handed_over,
    "secret_issued_again": secret_issued_again,
    "paper_corrected": paper_corrected,
    "payment_requested": payment_requested,
    "confirmation_asked": confirmation_asked,
    "reminded": reminded,
    "extended": extended,
    "late": late,
    "prolonged": prolonged,
    "due_times_rederived": due_times_rederived,
    "version_changed": version_changed,
}


def last_notice(case: Case) -> CaseNotice:
    return CaseNotice.objects.filter(case=case).select_related("notice", "event").latest("event__sequence")


def mail(case: Case) -> EmailMessage:
    """The message of the last notice."""
    return message_of(last_notice(case).notice.uuid)[1]


def shown(case: Case, language: str = "en"):
    """The last notice as its applicant's page says it."""
    by = given.act_as(case.application.filed_by)
    with translation.override(language):
        return notices_of(case_seen_by(case.code, seen_by=by), seen_by=by)[0]


# A row before a message


@pytest.mark.parametrize("template", SCENES)
def test_the_act_itself_writes_the_notice_and_owes_its_message(template):
    case = SCENES[template](contact_email="an@example.vn")
    row = last_notice(case)
    event = CaseEvent.objects.filter(case=case).latest("sequence")
    assert (row.event, TEMPLATES[EventKind(event.kind)], row.notice.template) == (event, template, template)
    assert (row.notice.created_at, row.notice.sent_at, row.notice.email) == (event.at, None, "an@example.vn")
    assert set(row.notice.params) <= {"case", "event", "owed"}
    owed = OutboxRow.objects.get(effect=f"notice:{case.code}:{event.sequence}")
    assert (owed.payload, owed.done_at) == ({"notice": str(row.notice.uuid)}, None)


def test_every_act_that_is_told_is_played_here():
    assert set(SCENES) == set(TEMPLATES.values())


@pytest.mark.parametrize("template", SCENES)
def test_every_told_act_has_one_notice_and_no_other_act_has_any(template):
    case = SCENES[template]()
    told = CaseEvent.objects.filter(case=case, kind__in=list(TEMPLATES)).order_by("sequence")
    rows = CaseNotice.objects.filter(case=case).order_by("event__sequence")
    assert [row.event_id for row in rows] == [event.pk for event in told]
    assert Notice.objects.count() == len(rows)


def test_without_an_address_there_is_nothing_to_send_and_the_page_says_it():
    case = given.accepted(given.taken_at_counter())
    assert not OutboxRow.objects.filter(task__endswith="send_notice").exists()
    assert [row.notice.email for row in CaseNotice.objects.filter(case=case)] == ["", ""]
    by = given.receptionist(case.current_agency)
    for notice in notices_of(case_seen_by(case.code, seen_by=by), seen_by=by):
        assert (notice.is_by_email, notice.sent_at) == (False, None)


def test_what_reaches_the_applicants_own_store_was_told_with_its_release():
    case = released(delivery=Delivery.ELECTRONIC)
    given.carry_out(given.NOW, "deliver_result")
    assert CaseEvent.objects.filter(case=case, kind=EventKind.RESULT_HANDED_OVER).exists()
    assert last_notice(case).notice.template == "released"


def test_an_act_that_is_refused_tells_nothing():
    case = declined()
    before = Notice.objects.count()
    with doors.refused(CaseUnknown):
        decline_intake(
            case.code, reason="papers_missing", text="…", by=filer(), at=given.NOW, request_key=given.key()
        )
    assert Notice.objects.count() == before


# What they say


@pytest.mark.parametrize("template", SCENES)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_message_names_the_case_leads_to_it_and_names_no_person(template, language):
    case = SCENES[template](language=language, contact_email="an@example.vn")
    sent = mail(case)
    assert case.code in sent.subject and "\n" not in sent.subject
    assert f"{settings.PUBLIC_URL}/track/{case.code}" in sent.body
    assert f"{settings.PUBLIC_URL}/cases/{case.code}/" in sent.body
    for personal in ("Khuất", "001185000001", "an@example.vn"):
        assert personal not in sent.subject + sent.body
    for rest in ("{", "}", "&", "\n\n\n", "  ", "None"):
        assert rest not in sent.body
    assert ("Sir or Madam" in sent.body) is (language == "en")


@pytest.mark.parametrize("template", SCENES)
def test_a_page_says_the_same_without_greeting_addresses_and_secret(template):
    case = SCENES[template](language="en")
    sent, page = mail(case), shown(case)
    assert page.subject == sent.subject
    assert page.text and page.text in sent.body
    for left_out in (secret_of(case.code, 1), "Sir or Madam", settings.PUBLIC_URL):
        assert left_out not in page.text


@pytest.mark.parametrize("template", SCENES)
def test_only_the_first_messages_carry_the_secret(template):
    case = SCENES[template]()
    assert (secret_of(case.code, 1) in mail(case).body) is (template in ("submitted", "accepted"))


def test_a_message_is_in_the_language_of_the_application_and_a_page_in_that_of_its_reader():
    case = accepted(language="en")
    with translation.override("vi"):
        assert "accepted" in mail(case).subject
    assert "accepted" in shown(case, "en").subject
    assert "accepted" not in shown(case, "vi").subject


def test_the_promise_stays_what_was_told_when_the_due_time_moves():
    case, handler = given.case_awaiting_supplement(given.FOOD_SAFETY, by=filer(), language="en")
    told = CaseEvent.objects.get(case=case, kind=EventKind.INTAKE_ACCEPTED)
    provide_supplement(
        case.code,
        answers={},
        attachments={},
        message="Đã bổ sung",
        by=given.receptionist(case.current_agency),
        at=given.NOW + timedelta(days=2),
        request_key=given.key(),
    )
    assert given.fresh(case).promised_due_at != told.due_at
    with translation.override("en"):
        promised = moment(told.due_at)
    accepted_notice = CaseNotice.objects.get(event=told).notice
    body = message_of(accepted_notice.uuid)[1].body
    assert f"promised by {promised}" in body
    assert promised.startswith(timezone.localtime(told.due_at).strftime("%A"))


def test_what_must_be_paid_before_acceptance_is_told_with_the_filing():
    assert (
        "Before it can be accepted, 700.000\N{NO-BREAK SPACE}đ must be paid"
        in mail(submitted(language="en")).body
    )
    free = given.filed_online(given.HOUSEHOLD, by=filer(), language="en")
    assert "must be paid" not in mail(free).body


@pytest.mark.parametrize(("omission", "apologises"), [(Omission.APPLICANT, False), (Omission.OFFICE, True)])
def test_a_supplement_says_what_to_complete_and_whose_omission_it_was(omission, apologises):
    body = mail(supplement_requested(omission, language="en")).body
    assert "Văn bản ủy quyền: Chưa có chứng thực\nẢnh thẻ: Mờ" in body
    assert ("apologise" in body) is apologises


@pytest.mark.parametrize(("ground", "apologises"), [("official_error", True), ("court", False)])
def test_an_error_of_the_office_is_apologised_for(ground, apologises):
    assert ("apologise" in mail(reopened(ground, language="en")).body) is apologises


def test_who_withdrew_is_told_that_it_is_done_and_not_their_own_reason():
    body = mail(withdrawn(language="en")).body
    assert "As you asked" in body and "Không còn nhu cầu" not in body
    assert "As you asked" not in mail(stopped(language="en")).body


@pytest.mark.parametrize("outcome", [Outcome.GRANTED, Outcome.REFUSED])
def test_a_result_says_what_was_decided_and_against_a_refusal_what_can_be_done(outcome):
    body = mail(released(outcome, language="en")).body
    assert f"Outcome: {outcome.name.title()}." in body
    assert ("complain" in body) is (outcome == Outcome.REFUSED)


@pytest.mark.parametrize(
    ("delivery", "says"),
    [
        (Delivery.COUNTER, "Fetch it at the desk"),
        (Delivery.POST, "sent by post to the address"),
        (Delivery.ELECTRONIC, "It is on the page of the case"),
    ],
)
def test_a_result_says_where_it_is_to_be_had(delivery, says):
    address = {"delivery_address": "Số 3, phố Nghĩa Dũng"} if delivery == Delivery.POST else {}
    body = mail(released(delivery=delivery, language="en", **address)).body
    assert says in body and "Nghĩa Dũng" not in body


@pytest.mark.parametrize(
    ("delivery", "says"),
    [(Delivery.COUNTER, "handed over at the desk"), (Delivery.POST, "on its way to you")],
)
def test_a_delivery_says_how(delivery, says):
    assert says in mail(handed_over(delivery, language="en")).body


def test_a_redacted_text_is_told_no_more():
    case = declined(language="en")
    assert "Thiếu bản chính" in shown(case).text
    EventText.objects.filter(event__case=case).update(redacted_at=given.NOW)
    assert "Thiếu bản chính" not in shown(case).text + mail(case).body
    assert not re.search(r"Reason:", shown(case).text)


# Who reads them


def test_the_applicants_side_and_those_who_work_on_the_case_read_them_and_nobody_else():
    case = accepted()
    for reader in (given.act_as(case.application.filed_by), given.receptionist(case.current_agency)):
        assert len(notices_of(case_seen_by(case.code, seen_by=reader), seen_by=reader)) == 2
    watching = doors.supervisor(case.receiving_agency.unit)
    with pytest.raises(CaseUnknown):
        notices_of(case_seen_by(case.code, seen_by=watching), seen_by=watching)
