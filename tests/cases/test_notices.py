"""What applicants are told: rows of the act itself, shown at once, sent where there is an address; complete and kind."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone, translation

from apps.applications.choices import Delivery
from apps.cases.actions.intake import decline_intake
from apps.cases.actions.supplement import provide_supplement
from apps.cases.choices import EventKind, Omission, Outcome
from apps.cases.errors import CaseUnknown
from apps.cases.models import Case, CaseEvent, CaseNotice, EventText
from apps.cases.notices import message_of, notices_of
from apps.cases.selectors import case_seen_by
from apps.cases.told import TOLD, TOLD_WITH_STATUS, UNTOLD
from apps.cases.tracking import secret_of
from apps.cases.transitions import TRANSITIONS
from apps.core.models import OutboxRow
from apps.core.spoken import moment
from apps.notifications.channels import Message
from apps.notifications.choices import Channel, NoticeKind
from apps.notifications.models import Notice, NoticeTemplate, Sending
from apps.notifications.soundness import MOST_PARTS
from apps.notifications.wording import parts_of_message
from tests import given
from tests.cases import doors
from tests.cases.told_scenes import (
    SCENES,
    accepted,
    declined,
    filer,
    handed_over,
    released,
    reopened,
    stopped,
    submitted,
    supplement_requested,
    withdrawn,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("law")]


def last_notice(case: Case) -> CaseNotice:
    return CaseNotice.objects.filter(case=case).select_related("notice", "event").latest("event__sequence")


def mail(case: Case) -> Message:
    """What goes to the address of the last notice."""
    return message_of(last_notice(case).notice.uuid, Channel.EMAIL)[1]


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
    assert (row.event, TOLD[EventKind(event.kind)], row.notice.template) == (event, template, template)
    (sending,) = row.notice.sendings.all()
    assert (sending.channel, sending.address, sending.state) == ("email", "an@example.vn", "waiting")
    assert (row.notice.created_at, sending.sent_at, sending.attempts) == (event.at, None, 0)
    assert set(row.notice.params) <= {"case", "event", "owed"}
    owed = OutboxRow.objects.get(effect=f"notice:{row.notice.uuid}:email")
    assert (owed.payload, owed.done_at) == ({"notice": str(row.notice.uuid), "channel": "email"}, None)


def test_every_act_that_is_told_is_played_here():
    assert set(SCENES) == set(TOLD.values()) == set(NoticeKind) - {NoticeKind.LETTER}


def test_every_kind_of_event_is_told_or_says_why_not_and_every_one_that_changes_a_status_is_told():
    assert set(TOLD) | set(UNTOLD) == set(EventKind)
    assert not set(TOLD) & set(UNTOLD)
    assert set(TRANSITIONS) <= set(TOLD)
    assert all(str(why) for why in UNTOLD.values())


@pytest.mark.parametrize("template", SCENES)
def test_every_told_act_has_one_notice_and_no_other_act_has_any(template):
    case = SCENES[template]()
    told = [
        event
        for event in CaseEvent.objects.filter(case=case, kind__in=list(TOLD)).order_by("sequence")
        if event.kind not in TOLD_WITH_STATUS or event.from_status != event.to_status
    ]
    assert {event.pk for event in changing(case)} <= {event.pk for event in told}
    rows = CaseNotice.objects.filter(case=case).order_by("event__sequence")
    assert [row.event_id for row in rows] == [event.pk for event in told]
    assert Notice.objects.count() == len(rows)


def changing(case: Case):
    """The events that brought the case to another status."""
    return [event for event in CaseEvent.objects.filter(case=case) if event.from_status != event.to_status]


def test_without_an_address_there_is_nothing_to_send_and_the_page_says_it():
    case = given.accepted(given.taken_at_counter())
    assert not OutboxRow.objects.filter(task__endswith="send_notice").exists()
    assert CaseNotice.objects.filter(case=case).count() == 2
    assert not Sending.objects.exists()
    by = given.receptionist(case.current_agency)
    for notice in notices_of(case_seen_by(case.code, seen_by=by), seen_by=by):
        assert notice.sendings == []


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
    assert f"{settings.PUBLIC_URL}/track/{case.code}" in sent.text
    assert f"{settings.PUBLIC_URL}/cases/{case.code}/" in sent.text
    for personal in ("Khuất", "001185000001", "an@example.vn"):
        assert personal not in sent.subject + sent.text
    for rest in ("{", "}", "&", "\n\n\n", "  ", "None"):
        assert rest not in sent.text
    assert ("Sir or Madam" in sent.text) is (language == "en")


@pytest.mark.parametrize("template", SCENES)
def test_a_page_says_the_same_without_greeting_addresses_and_secret(template):
    case = SCENES[template](language="en")
    sent, page = mail(case), shown(case)
    assert page.subject == sent.subject
    assert page.text and page.text in sent.text
    for left_out in (secret_of(case.code, 1), "Sir or Madam", settings.PUBLIC_URL):
        assert left_out not in page.text


@pytest.mark.parametrize("template", SCENES)
def test_only_the_first_message_carries_the_secret(template):
    case = SCENES[template]()
    assert (secret_of(case.code, 1) in mail(case).text) is (template == "submitted")


@pytest.mark.parametrize("template", SCENES)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_telephone_gets_few_words_that_name_the_case_and_no_person(template, language, settings):
    settings.NOTICE_GATEWAYS = {name: {"url": "http://127.0.0.1:9/", "token": ""} for name in ("sms", "zalo")}
    notice = last_notice(SCENES[template](language=language, contact_phone="0912345678")).notice
    by_phone = notice.sendings.exclude(channel=Channel.EMAIL)
    if not NoticeTemplate.objects.get(kind=template).is_for_phone:
        assert not by_phone.exists()
        return
    assert {each.channel for each in by_phone} == {Channel.SMS, Channel.ZALO}
    text = message_of(notice.uuid, Channel.SMS)[1].text
    assert notice.params["case"] in text and parts_of_message(text) <= MOST_PARTS
    for left_out in (
        "Khuất",
        "0912345678",
        "{",
        "}",
        "\n",
        "  ",
        "None",
        secret_of(notice.params["case"], 1),
    ):
        assert left_out not in text


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
    body = message_of(accepted_notice.uuid, Channel.EMAIL)[1].text
    assert f"promised by {promised}" in body
    assert promised.startswith(timezone.localtime(told.due_at).strftime("%A"))


def test_what_must_be_paid_before_acceptance_is_told_with_the_filing():
    assert (
        "Before it can be accepted, 700.000\N{NO-BREAK SPACE}đ must be paid"
        in mail(submitted(language="en")).text
    )
    free = given.filed_online(given.HOUSEHOLD, by=filer(), language="en")
    assert "must be paid" not in mail(free).text


@pytest.mark.parametrize(("omission", "apologises"), [(Omission.APPLICANT, False), (Omission.OFFICE, True)])
def test_a_supplement_says_what_to_complete_and_whose_omission_it_was(omission, apologises):
    body = mail(supplement_requested(omission, language="en")).text
    assert "Văn bản ủy quyền: Chưa có chứng thực\nẢnh thẻ: Mờ" in body
    assert ("apologise" in body) is apologises


@pytest.mark.parametrize(("ground", "apologises"), [("official_error", True), ("court", False)])
def test_an_error_of_the_office_is_apologised_for(ground, apologises):
    assert ("apologise" in mail(reopened(ground, language="en")).text) is apologises


def test_who_withdrew_is_told_that_it_is_done_and_not_their_own_reason():
    body = mail(withdrawn(language="en")).text
    assert "As you asked" in body and "Không còn nhu cầu" not in body
    assert "As you asked" not in mail(stopped(language="en")).text


@pytest.mark.parametrize("outcome", [Outcome.GRANTED, Outcome.REFUSED])
def test_a_result_says_what_was_decided_and_against_a_refusal_what_can_be_done(outcome):
    body = mail(released(outcome, language="en")).text
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
    body = mail(released(delivery=delivery, language="en", **address)).text
    assert says in body and "Nghĩa Dũng" not in body


@pytest.mark.parametrize(
    ("delivery", "says"),
    [(Delivery.COUNTER, "handed over at the desk"), (Delivery.POST, "on its way to you")],
)
def test_a_delivery_says_how(delivery, says):
    assert says in mail(handed_over(delivery, language="en")).text


def test_a_redacted_text_is_told_no_more():
    case = declined(language="en")
    assert "Thiếu bản chính" in shown(case).text
    EventText.objects.filter(event__case=case).update(redacted_at=given.NOW)
    assert "Thiếu bản chính" not in shown(case).text + mail(case).text
    assert not re.search(r"Reason:", shown(case).text)


# Who reads them


def test_the_applicants_side_and_those_who_work_on_the_case_read_them_and_nobody_else():
    case = accepted()
    for reader in (given.act_as(case.application.filed_by), given.receptionist(case.current_agency)):
        assert len(notices_of(case_seen_by(case.code, seen_by=reader), seen_by=reader)) == 2
    watching = doors.supervisor(case.receiving_agency.unit)
    with pytest.raises(CaseUnknown):
        notices_of(case_seen_by(case.code, seen_by=watching), seen_by=watching)
