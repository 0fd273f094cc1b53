"""The day's list on its way: sent until it is answered, every answer kept, a rejection waiting for a person."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest

from apps.accounts.choices import Role
from apps.core import outbox
from apps.core.models import OutboxRow
from apps.receipts.actions.day_reports import RENDER, SEND, make_anew, see_to_sendings, send_again
from apps.receipts.errors import (
    DayReportNotRejected,
    DayReportNotWaiting,
    DayReportNotYours,
    DayReportUnknown,
    ExplanationMissing,
)
from apps.receipts.models import DayReport, DayReportAnswer, DayReportEdition
from apps.receipts.tax_authority import TryAgain, by_http
from apps.receipts.tax_authority.answers import Unreadable, read_answer
from tests import given
from tests.receipts import authority as authorities
from tests.receipts.authority import Authority, notice
from tests.receipts.lists import list_made

pytestmark = pytest.mark.django_db

EVENING = given.NOW.replace(hour=18)
BOMB = b"""<?xml version="1.0"?><!DOCTYPE TBao [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>
<TBao><MTDiep>&b;</MTDiep><KQua>CHAP_NHAN</KQua></TBao>"""
OUTSIDE = b"""<?xml version="1.0"?><!DOCTYPE TBao [<!ENTITY a SYSTEM "file:///etc/passwd">]>
<TBao><MTDiep>x</MTDiep><KQua>CHAP_NHAN</KQua><SoTB>&a;</SoTB></TBao>"""


@pytest.fixture
def authority(settings) -> Iterator[Authority]:
    """The lists go to it."""
    with authorities.running() as running:
        settings.TAX_AUTHORITY = {"url": running.url, "token": "khoa-cua-thue"}
        yield running


def try_once(at=EVENING) -> str:
    """The relay's part and the worker's: the word for what went wrong, or nothing."""
    (row,) = OutboxRow.objects.filter(task=SEND, done_at__isnull=True, failed_at__isnull=True)
    kind = ""
    try:
        given.carry_out(at, "send_day_report")
    except TryAgain as error:
        kind = error.kind
    if kind:
        assert OutboxRow.objects.get(pk=row.pk).last_error == kind
    return kind


def state() -> str:
    return DayReport.objects.get().state


def outcomes() -> list[str]:
    return list(DayReportAnswer.objects.order_by("pk").values_list("outcome", flat=True))


def key() -> str:
    return f"{DayReport.objects.get().uuid}-1"


def head() -> object:
    return given.staff(DayReport.objects.get().collecting_body, Role.HEAD)


def test_an_accepted_list_is_sent_once_with_its_answer_word_for_word(authority):
    list_made()
    assert try_once() == ""
    report, answer = DayReport.objects.get(), DayReportAnswer.objects.get()
    assert (report.state, report.sent_at is not None, report.answered_at is not None) == (
        "accepted",
        True,
        True,
    )
    assert (bytes(answer.body), answer.status, answer.outcome) == (notice(key()), 200, "accepted")
    assert answer.reference == f"MO-PHONG-{key()[:8]}"
    assert list(authority.held) == [key()] and authority.tokens == {"Bearer khoa-cua-thue"}
    assert not OutboxRow.objects.filter(done_at__isnull=True, task__in=[RENDER, SEND]).exists()


@pytest.mark.parametrize(
    ("plan", "kind"),
    [
        (500, "answered_500"),
        (503, "answered_503"),
        (400, "answered_400"),
        (301, "answered_301"),
        ("hang up", "no_connection"),
        (b"", "answer_unreadable"),
        (b"\x00\xff not xml", "answer_unreadable"),
        (b"<TBao><KQua>CHAP_NHAN</KQua>", "answer_unreadable"),
        (b"<html>OK</html>", "answer_unreadable"),
        (BOMB, "answer_unreadable"),
        (OUTSIDE, "answer_unreadable"),
        (notice("another"), "answer_of_another"),
        (b"<TBao>" + b"x" * 300_000 + b"</TBao>", "answer_too_long"),
    ],
)
def test_what_cannot_be_understood_leaves_the_list_unsent_and_is_tried_again(authority, plan, kind):
    list_made()
    authority.plan = [plan]
    assert try_once() == kind
    assert state() == "made"
    assert outcomes() == ([] if kind == "no_connection" else ["unreadable"])
    assert all(len(answer.body) <= by_http.LONGEST_ANSWER for answer in DayReportAnswer.objects.all())
    assert try_once() == "" and state() == "accepted"


def test_an_answer_that_was_lost_does_not_make_a_second_list_there(authority, monkeypatch):
    list_made()
    monkeypatch.setattr(by_http, "ANSWER", 0.2)
    authority.plan = ["slow", "drop"]
    assert try_once() == "no_answer"
    assert try_once() == "no_connection"
    assert try_once() == ""
    assert [method for method, _ in authority.asked] == ["PUT", "PUT", "PUT"]
    assert list(authority.held) == [key()] and outcomes() == ["accepted"]


def test_what_is_answered_later_is_asked_for_and_not_handed_over_again(authority):
    list_made()
    authority.plan = ["receive", "receive", "accept"]
    assert try_once() == "answer_awaited" and state() == "sent"
    sent_at = DayReport.objects.get().sent_at
    assert try_once() == "answer_awaited"
    assert try_once() == "" and state() == "accepted"
    assert [method for method, _ in authority.asked] == ["PUT", "GET", "GET"]
    assert DayReport.objects.get().sent_at == sent_at
    assert outcomes() == ["received", "accepted"]


def test_a_list_that_the_authority_has_lost_is_handed_over_again(authority):
    list_made()
    authority.plan = ["receive"]
    try_once()
    authority.held.clear()
    assert try_once() == ""
    assert [method for method, _ in authority.asked] == ["PUT", "GET", "PUT"]


def test_a_doubled_message_of_the_broker_hands_nothing_over_again(authority):
    list_made()
    row = OutboxRow.objects.get(task=SEND)
    assert try_once() == ""
    asked = list(authority.asked)
    from apps.receipts.tasks import send_day_report

    send_day_report(row.pk)
    assert authority.asked == asked and outcomes() == ["accepted"]


def test_a_rejected_list_waits_for_a_person_with_its_reasons(authority):
    list_made()
    authority.plan = ["reject"]
    assert try_once() == ""
    assert state() == "rejected"
    assert DayReportAnswer.objects.get().reasons == ["E07: Mã số thuế không có trong hệ thống"]
    see_to_sendings(given.after(EVENING, hours=3))
    assert not OutboxRow.objects.filter(task__in=[SEND, RENDER], done_at__isnull=True).exists()


def test_a_rejected_list_is_made_anew_with_the_body_as_it_stands_now(authority):
    list_made()
    authority.plan = ["reject"]
    try_once()
    body = DayReport.objects.get().collecting_body
    given.agency_changed(body, tax_code="0100109106")
    by, lines = head(), list(DayReport.objects.get().lines.values())
    edition = make_anew(
        DayReport.objects.get().uuid,
        explanation=" Bổ sung mã số thuế ",
        by=by,
        at=given.after(EVENING, hours=1),
    )
    assert (edition.number, edition.body["tax_code"], edition.made_by_id) == (2, "0100109106", by.user_id)
    assert state() == "made" and list(DayReport.objects.get().lines.values()) == lines
    given.carry_out(given.after(EVENING, hours=1), "render_day_report")
    assert try_once() == "" and state() == "accepted"
    assert len(authority.held) == 2 and outcomes() == ["rejected", "accepted"]
    second = authority.held[f"{DayReport.objects.get().uuid}-2"].decode()
    assert "<MST>0100109106</MST>" in second and "<GThich>Bổ sung mã số thuế</GThich>" in second


@pytest.mark.parametrize("explanation", ["", "   ", "x" * 501])
def test_a_list_is_not_made_anew_without_a_reason(authority, explanation):
    report = list_made()
    with pytest.raises(ExplanationMissing):
        make_anew(report.uuid, explanation=explanation, by=head(), at=EVENING)
    assert DayReportEdition.objects.count() == 1


def test_only_a_rejected_list_is_made_anew_and_only_by_who_answers_for_the_body(authority):
    report = list_made()
    with pytest.raises(DayReportNotRejected):
        make_anew(report.uuid, explanation="Sai", by=head(), at=EVENING)
    authority.plan = ["reject"]
    try_once()
    body = report.collecting_body
    for role in (Role.CASHIER, Role.HANDLER, Role.RECEPTIONIST, Role.REGISTRAR):
        with pytest.raises(DayReportNotYours):
            make_anew(report.uuid, explanation="Sai", by=given.staff(body, role), at=EVENING)
    other = given.staff(given.ward_committee("Phường Trúc Bạch"), Role.HEAD)
    with pytest.raises(DayReportNotYours):
        make_anew(report.uuid, explanation="Sai", by=other, at=EVENING)
    with pytest.raises(DayReportUnknown):
        make_anew("00000000-0000-4000-8000-000000000001", explanation="Sai", by=other, at=EVENING)
    assert DayReportEdition.objects.count() == 1 and state() == "rejected"
    make_anew(report.uuid, explanation="Sai", by=given.staff(body, Role.APPROVER), at=EVENING)


def given_up() -> None:
    OutboxRow.objects.filter(task=SEND).update(attempts=outbox.MOST_ATTEMPTS)
    outbox.take_due(given.after(EVENING, hours=9))
    assert OutboxRow.objects.get(task=SEND).failed_at


def test_what_the_outbox_gave_up_is_taken_up_again_by_the_schedule(authority):
    list_made()
    given_up()
    see_to_sendings(given.after(EVENING, hours=10))
    assert try_once(given.after(EVENING, hours=10)) == "" and state() == "accepted"


def test_a_person_has_a_list_sent_again_that_was_given_up_and_no_other(authority):
    report = list_made()
    with pytest.raises(DayReportNotWaiting):
        send_again(report.uuid, by=head(), at=EVENING)
    given_up()
    with pytest.raises(DayReportNotYours):
        send_again(report.uuid, by=given.staff(report.collecting_body, Role.CASHIER), at=EVENING)
    send_again(report.uuid, by=head(), at=EVENING)
    assert try_once() == ""
    with pytest.raises(DayReportNotWaiting):
        send_again(report.uuid, by=head(), at=EVENING)


def test_lists_made_while_there_was_no_address_are_sent_once_there_is_one(settings):
    settings.TAX_AUTHORITY = {"url": "", "token": ""}
    list_made()
    see_to_sendings(EVENING)
    assert not OutboxRow.objects.filter(task=SEND).exists()
    with authorities.running() as running:
        settings.TAX_AUTHORITY = {"url": running.url, "token": ""}
        see_to_sendings(given.after(EVENING, days=1))
        see_to_sendings(given.after(EVENING, days=1))
        assert try_once(given.after(EVENING, days=1)) == "" and state() == "accepted"
        assert running.tokens == {""}


def test_a_list_unsent_past_the_third_working_day_raises_its_alarm_once(settings, caplog):
    settings.TAX_AUTHORITY = {"url": "", "token": ""}
    report = list_made()
    with caplog.at_level(logging.ERROR):
        see_to_sendings(report.send_by)
        assert not caplog.records and DayReport.objects.get().alarmed_at is None
        late = given.after(report.send_by, minutes=5)
        see_to_sendings(late)
        see_to_sendings(given.after(late, hours=1))
    (record,) = caplog.records
    assert str(report.uuid) in record.getMessage()
    assert DayReport.objects.get().alarmed_at == late


def test_an_accepted_list_raises_no_alarm(authority, caplog):
    report = list_made()
    try_once()
    with caplog.at_level(logging.ERROR):
        see_to_sendings(given.after(report.send_by, days=9))
    assert not caplog.records and DayReport.objects.get().alarmed_at is None


def test_a_notice_is_read_and_what_is_none_refused():
    said = read_answer(notice("k", "KHONG_CHAP_NHAN", (("E01", "Sai  số\n tiền"),)))
    assert (said.key, said.outcome, said.reasons) == ("k", "rejected", ("E01: Sai số tiền",))
    for wrong in (BOMB, OUTSIDE, b"", b"<TBao/>", "<TBao><KQua>CÓ</KQua></TBao>".encode("utf-16")):
        with pytest.raises(Unreadable):
            read_answer(wrong)
