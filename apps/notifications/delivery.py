"""A sending on its way: owed as an outbox row with its notice, tried, then sent, to be tried again, or failed for good.

The outbox decides when it is tried; a sending says what a person sees of it, in the same transactions.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet

from apps.core import outbox
from apps.core.models import OutboxRow
from apps.notifications.channels import CARRIERS, Message, Refused, TryAgain
from apps.notifications.choices import ON_PHONE, Channel, SendingState
from apps.notifications.models import Notice, NoticeTemplate, Sending
from apps.notifications.wording import render

TASK = "apps.cases.tasks.send_notice"


def effect_of(notice: str, channel: str) -> str:
    """Names a sending once for ever, in the outbox and to a gateway."""
    return f"notice:{notice}:{channel}"


def phone_channels_on() -> list[Channel]:
    """SMS and Zalo, as far as the settings name a gateway."""
    return [channel for channel in ON_PHONE if CARRIERS[channel].is_on]


def sendings_of(notice: Notice, addresses: dict[Channel, str]) -> list[Sending]:
    """The sendings of a new notice: one for each channel to which there is an address."""
    return [Sending(notice=notice, channel=channel, address=to) for channel, to in addresses.items() if to]


def owed_for(sending: Sending, at: datetime) -> OutboxRow:
    """The outbox row that carries a new sending."""
    notice = str(sending.notice.uuid)
    return outbox.owe(
        TASK, effect_of(notice, sending.channel), at, notice=notice, channel=str(sending.channel)
    )


def subject_of(words: NoticeTemplate, language: str, values: dict[str, str]) -> str:
    """One line, in one language."""
    return " ".join(render(words.subject_en if language == "en" else words.subject, values).split())


def body_of(words: NoticeTemplate, language: str, values: dict[str, str]) -> str:
    """The message as a page shows it: plain text, marked as safe for no page."""
    return render(words.body_en if language == "en" else words.body, values)


def short_of(words: NoticeTemplate, language: str, values: dict[str, str]) -> str:
    """The message as it goes to a telephone."""
    return render(words.short_en if language == "en" else words.short, values)


def letter_of(letter: NoticeTemplate, language: str, body: str, values: dict[str, str]) -> str:
    """A message in the frame of an e-mail."""
    return body_of(letter, language, {**values, "text": body})


def addresses_of_case(code: str) -> dict[str, str]:
    """Where the case stands on the portal, as a letter names it."""
    return {
        "page_address": f"{settings.PUBLIC_URL}/cases/{code}/",
        "track_address": f"{settings.PUBLIC_URL}/track/{code}",
    }


def message_for(
    sending: Sending,
    words: NoticeTemplate,
    letter: NoticeTemplate,
    values: dict[str, str],
    secret: str,
) -> Message:
    """What a sending carries, in the language of its notice; `secret` stands in a letter alone."""
    notice, language = sending.notice, sending.notice.language
    if sending.channel != Channel.EMAIL:
        key = effect_of(str(notice.uuid), sending.channel)
        return Message(key, sending.address, short_of(words, language, values), language)
    framed = {**values, "secret": secret, **addresses_of_case(values["code"])}
    text = letter_of(letter, language, body_of(words, language, values), framed)
    return Message(str(notice.uuid), sending.address, text, language, subject_of(words, language, values))


def deliver(row_id: int, sending: Sending, message: Message, *, clock: Callable[[], datetime]) -> None:
    """Tries a sending once. Raises TryAgain, for the outbox to send it again; what is refused has failed for good."""
    tried = Sending.objects.filter(pk=sending.pk)
    tried.update(attempts=F("attempts") + 1)
    try:
        CARRIERS[Channel(sending.channel)].carry(message)
    except TryAgain as error:
        tried.update(last_error=error.kind)
        raise
    except Refused as error:
        at = clock()
        with transaction.atomic(durable=True):
            tried.update(last_error=error.kind)
            outbox.give_up(row_id, at, error)
        return
    at = clock()

    def sent() -> None:
        tried.update(state=SendingState.SENT, sent_at=at, failed_at=None, last_error="")

    outbox.effect(row_id, at, sent)


def follow_the_outbox() -> None:
    """A row that is given up, or sent again by a person, takes its sending with it."""
    outbox.follow(TASK, given_up=_given_up, sent_again=_sent_again)


def _given_up(row: OutboxRow, at: datetime) -> None:
    failed = _of(row).exclude(state=SendingState.SENT)
    failed.filter(last_error="").update(last_error="given_up")
    failed.update(state=SendingState.FAILED, failed_at=at)


def _sent_again(row: OutboxRow) -> None:
    _of(row).filter(state=SendingState.FAILED).update(state=SendingState.WAITING, failed_at=None)


def _of(row: OutboxRow) -> QuerySet[Sending]:
    return Sending.objects.filter(notice__uuid=row.payload["notice"], channel=row.payload["channel"])
