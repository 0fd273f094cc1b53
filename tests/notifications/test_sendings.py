"""A notice on its way by each channel: tried with growing waits, sent once, or failed for good and seen."""

from __future__ import annotations

import contextlib
import smtplib
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.db import IntegrityError, transaction

from apps.accounts.choices import Role
from apps.cases import tasks
from apps.cases.models import Case
from apps.core import outbox
from apps.core.errors import NotAllowed
from apps.core.models import AdministrativeAct, OutboxRow
from apps.notifications import channels
from apps.notifications.actions import send_again
from apps.notifications.channels import ByGateway, Message, Refused, TryAgain
from apps.notifications.choices import Channel
from apps.notifications.errors import NotFailed
from apps.notifications.models import Notice, Sending
from apps.operations.integrity import check
from tests import given

pytestmark = pytest.mark.django_db

PHONE = "0912345678"


def filed(**more: object) -> Case:
    return given.filed_online(contact_phone=PHONE, contact_email="an@example.vn", language="en", **more)


def sending(channel: Channel = Channel.SMS) -> Sending:
    return Sending.objects.get(channel=channel)


def row_of(channel: Channel = Channel.SMS) -> OutboxRow:
    return OutboxRow.objects.get(task__endswith="send_notice", payload__channel=channel)


def relayed(at, channel: Channel = Channel.SMS) -> bool:
    """What relay and worker do at a moment; whether this row was due."""
    due = [pk for pk, _task in outbox.take_due(at)]
    mine = row_of(channel).pk
    if mine in due:
        with time_machine.travel(at, tick=False), contextlib.suppress(TryAgain):
            tasks.send_notice(mine)
    return mine in due


# By which channels


def test_a_notice_goes_by_every_channel_that_is_on_and_has_an_address(gateway):
    filed()
    assert {(each.channel, each.address, each.state) for each in Sending.objects.all()} == {
        ("email", "an@example.vn", "waiting"),
        ("sms", PHONE, "waiting"),
        ("zalo", PHONE, "waiting"),
    }
    given.carry_out(given.NOW, "send_notice")
    assert {(each.state, each.attempts, each.sent_at) for each in Sending.objects.all()} == {
        ("sent", 1, given.NOW)
    }
    assert len(mail.outbox) == 1
    assert sorted(each["channel"] for each in gateway.delivered) == ["sms", "zalo"]
    assert {each["token"] for each in gateway.requests} == {"Bearer khoa-cua-cong", ""}


def test_a_telephone_gets_the_short_text_in_the_language_of_the_application_and_no_secret(gateway):
    case = filed()
    given.carry_out(given.NOW, "send_notice")
    (sms,) = [each for each in gateway.delivered if each["channel"] == "sms"]
    assert sms["to"] == PHONE and sms["language"] == "en"
    assert sms["text"].startswith(f"One-stop shop: case {case.code} was filed. Answer by ")
    assert "secret" not in sms["text"] and "\n" not in sms["text"]


def test_without_a_gateway_or_a_number_nothing_goes_to_a_telephone(gateway, settings):
    given.filed_online(contact_email="an@example.vn")
    settings.NOTICE_GATEWAYS = {name: {"url": "", "token": ""} for name in ("sms", "zalo")}
    filed()
    assert {each.channel for each in Sending.objects.all()} == {"email"}
    assert not OutboxRow.objects.filter(payload__channel="sms").exists()


def test_what_is_not_short_enough_for_a_telephone_goes_by_e_mail_alone(gateway):
    """Of the withdrawal that was asked for, the words have no short text."""
    from tests.cases.told_scenes import withdrawal_requested

    case = withdrawal_requested(contact_phone=PHONE)
    told = Notice.objects.get(template="withdrawal_requested", params__case=case.code)
    assert [each.channel for each in told.sendings.all()] == ["email"]


def test_the_database_has_a_sending_once_a_channel_and_its_state_with_its_time():
    filed()
    first = Sending.objects.get()
    wrong = [
        lambda: Sending.objects.create(notice=first.notice, channel="email", address="b@example.vn"),
        lambda: Sending.objects.filter(pk=first.pk).update(state="sent"),
        lambda: Sending.objects.filter(pk=first.pk).update(state="failed"),
        lambda: Sending.objects.filter(pk=first.pk).update(sent_at=given.NOW),
        lambda: Sending.objects.filter(pk=first.pk).update(address=""),
        lambda: Sending.objects.filter(pk=first.pk).update(channel="fax"),
    ]
    for change in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


# Trying again


def test_what_fails_twice_is_sent_by_the_third_attempt_after_growing_waits(gateway):
    filed()
    gateway.plan = [503, 503]
    assert relayed(given.NOW)
    assert (sending().state, sending().attempts, sending().last_error) == ("waiting", 1, "answered_503")
    first = outbox.wait_after(1)
    assert not relayed(given.NOW + first - timedelta(seconds=1))
    assert relayed(given.NOW + first)
    second = outbox.wait_after(2)
    assert second > first
    assert not relayed(given.NOW + first + second - timedelta(seconds=1))
    assert relayed(given.NOW + first + second)
    done = sending()
    assert (done.state, done.attempts, done.last_error) == ("sent", 3, "")
    assert done.sent_at == given.NOW + first + second
    assert len(gateway.requests) == 3
    assert len(gateway.delivered) == 1
    assert len({each["key"] for each in gateway.requests}) == 1


@pytest.mark.parametrize("said", ["drop", 0.6])
def test_a_message_whose_answer_was_lost_is_tried_again_and_delivered_once(gateway, monkeypatch, said):
    monkeypatch.setattr(channels, "ANSWER", 0.2)
    filed()
    gateway.plan = [said]
    relayed(given.NOW)
    assert sending().state == "waiting"
    assert sending().last_error == ("no_connection" if said == "drop" else "no_answer")
    relayed(given.NOW + outbox.wait_after(1))
    assert sending().state == "sent"
    assert (len(gateway.requests), len(gateway.delivered)) == (2, 1)


def test_a_crash_between_sending_and_noting_it_delivers_nothing_twice(gateway, monkeypatch):
    filed()
    row = row_of()

    def crash(*_):
        raise OSError("the machine went")

    with monkeypatch.context() as broken:
        broken.setattr(outbox, "effect", crash)
        with pytest.raises(OSError, match="the machine went"):
            tasks.send_notice(row.pk)
    assert (sending().state, sending().attempts, len(gateway.delivered)) == ("waiting", 1, 1)
    tasks.send_notice(row.pk)
    assert (sending().state, sending().attempts) == ("sent", 2)
    assert (len(gateway.requests), len(gateway.delivered)) == (2, 1)
    tasks.send_notice(row.pk)
    assert len(gateway.requests) == 2


@pytest.mark.parametrize(
    ("said", "error", "kind"),
    [
        (202, None, ""),
        (200, None, ""),
        (307, TryAgain, "answered_307"),
        (400, Refused, "answered_400"),
        (401, TryAgain, "answered_401"),
        (408, TryAgain, "answered_408"),
        (409, TryAgain, "answered_409"),
        (422, Refused, "answered_422"),
        (429, TryAgain, "answered_429"),
        (500, TryAgain, "answered_500"),
        ("hang up", TryAgain, "no_connection"),
    ],
)
def test_what_a_gateway_answers_is_taken_refused_or_tried_again(gateway, said, error, kind):
    gateway.plan = [said]
    message = Message("key", PHONE, "chữ", "vi")
    if error is None:
        ByGateway(Channel.SMS).carry(message)
    else:
        with pytest.raises(error) as failed:
            ByGateway(Channel.SMS).carry(message)
        assert failed.value.kind == kind
    # A redirect is not followed: a number would go where nobody said.
    assert len(gateway.requests) == 1
    assert len(gateway.delivered) == (error is None)


def test_a_gateway_that_is_away_is_tried_again(settings):
    settings.NOTICE_GATEWAYS = {"sms": {"url": "http://127.0.0.1:9/", "token": ""}}
    with pytest.raises(TryAgain, match="no_connection"):
        ByGateway(Channel.SMS).carry(Message("key", PHONE, "chữ", "vi"))


@pytest.mark.parametrize(
    ("raised", "error"),
    [
        (smtplib.SMTPRecipientsRefused({"an@example.vn": (550, b"no such user an@example.vn")}), Refused),
        (smtplib.SMTPRecipientsRefused({"an@example.vn": (451, b"greylisted")}), TryAgain),
        (smtplib.SMTPDataError(554, b"spam"), Refused),
        (smtplib.SMTPAuthenticationError(535, b"who are you"), TryAgain),
        (smtplib.SMTPServerDisconnected("gone"), TryAgain),
        (TimeoutError(), TryAgain),
        (ConnectionRefusedError(), TryAgain),
    ],
)
def test_what_a_mail_server_says_is_refused_or_tried_again_and_no_address_is_kept(monkeypatch, raised, error):
    def send(*_args, **_more):
        raise raised

    monkeypatch.setattr(mail.EmailMessage, "send", send)
    with pytest.raises(error) as failed:
        channels.ByEmail().carry(Message("key", "an@example.vn", "chữ", "vi", "tiêu đề"))
    assert "example" not in failed.value.kind


# Failed for good


def failed_for_good(gateway) -> Sending:
    filed()
    gateway.plan = [422]
    tasks.send_notice(row_of().pk)
    return sending()


def test_what_is_refused_has_failed_at_once_and_is_not_tried_again(gateway):
    gone = failed_for_good(gateway)
    assert (gone.state, gone.attempts, gone.last_error) == ("failed", 1, "answered_422")
    assert gone.failed_at == row_of().failed_at
    assert (row_of().done_at, row_of().last_error) == (None, "answered_422")
    assert check(at=given.NOW).broken == {}
    assert not relayed(given.NOW + timedelta(days=2))
    assert len(gateway.requests) == 1


def test_what_was_tried_often_enough_has_failed_with_its_last_error(gateway):
    filed()
    gateway.plan = [503] * 50
    at = given.NOW
    for _ in range(outbox.MOST_ATTEMPTS + 1):
        at += timedelta(hours=2)
        relayed(at)
    gone = sending()
    assert (gone.state, gone.attempts, gone.last_error) == ("failed", outbox.MOST_ATTEMPTS, "answered_503")
    assert gone.failed_at == row_of().failed_at == at
    assert check(at=at).broken == {}


def test_what_no_worker_ever_took_is_seen_as_given_up(gateway):
    filed()
    OutboxRow.objects.filter(pk=row_of().pk).update(attempts=outbox.MOST_ATTEMPTS)
    outbox.take_due(given.NOW)
    assert (sending().state, sending().last_error) == ("failed", "given_up")
    assert sending(Channel.EMAIL).state == "waiting"


def test_an_administrator_sends_it_again_under_the_same_key_and_it_is_recorded_who_did(gateway):
    gone = failed_for_good(gateway)
    by = given.administrator()
    assert send_again([gone.pk], by=by, at=given.NOW) == 1
    assert (sending().state, sending().failed_at) == ("waiting", None)
    act = AdministrativeAct.objects.get(kind="send_notices_again")
    assert (act.actor_id, act.body) == (by.user_id, {"outbox_rows": [row_of().pk]})
    assert relayed(given.NOW)
    assert (sending().state, sending().attempts) == ("sent", 2)
    assert len({each["key"] for each in gateway.requests}) == 1
    assert (len(gateway.requests), len(gateway.delivered)) == (2, 1)
    with pytest.raises(NotFailed):
        send_again([gone.pk], by=by, at=given.NOW)
    assert len(gateway.requests) == 2


def test_the_operators_command_sends_it_again_as_well(gateway):
    failed_for_good(gateway)
    assert outbox.send_again(row_of().pk, given.NOW)
    assert sending().state == "waiting"


def test_nobody_but_an_administrator_of_the_city_sends_again(gateway):
    gone = failed_for_good(gateway)
    for by in (
        given.citizen(),
        given.staff(given.ward_committee(), Role.ADMINISTRATOR, Role.HEAD),
        given.staff(given.city_agency("city_inspectorate"), Role.INSPECTOR),
    ):
        with pytest.raises(NotAllowed):
            send_again([gone.pk], by=by, at=given.NOW)
    assert sending().state == "failed"
    assert not AdministrativeAct.objects.filter(kind="send_notices_again").exists()


def test_an_error_kept_on_a_row_holds_no_address(gateway):
    gone = failed_for_good(gateway)
    for said in (gone.last_error, row_of().last_error):
        assert PHONE not in said and "@" not in said
