"""The ways out of the house behind one interface: e-mail, SMS, Zalo. Each carries a message, or says what went wrong.

What may go better later is TryAgain; what will not is Refused. SMS and Zalo go by HTTP to a gateway of the city's
choice: `POST` of JSON {"channel", "to", "text", "language"} with an `Idempotency-Key` that is the sending's own, so that a
message whose answer was lost is not sent twice. Any 2xx means that the gateway has taken it.
"""

from __future__ import annotations

import re
import smtplib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Protocol

import urllib3
from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.notifications.choices import Channel

# Seconds: to be let in, and to be answered.
CONNECT, ANSWER = 5.0, 15.0
# Answers of a gateway that say nothing of the message: our key is wrong, a limit, a message that it is at work on.
_NOT_OF_THE_MESSAGE = frozenset({401, 403, 404, 405, 408, 409, 425, 429})

_ERRORS: Mapping[str, str | Promise] = {
    "no_connection": gettext_lazy("No connection"),
    "no_answer": gettext_lazy("No answer in time"),
    "channel_off": gettext_lazy("The channel is off"),
    "given_up": gettext_lazy("Given up before it was tried"),
}
_ANSWERED = re.compile(r"answered_(\d{3})")


@dataclass(frozen=True, slots=True)
class Message:
    """What is carried. `key` is the same however often it is tried; `subject` is for e-mail alone."""

    key: str
    to: str
    text: str
    language: str
    subject: str = ""


class NotCarried(Exception):
    """`kind` is a word for what went wrong; it holds nothing of the message."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        super().__init__(kind)


class TryAgain(NotCarried):
    """It may go better later."""


class Refused(NotCarried):
    """It will not go better: the address is wrong, or the message will never be taken."""


class Carrier(Protocol):
    """One way out of the house."""

    @property
    def is_on(self) -> bool:
        """Whether messages are sent this way at all."""

    def carry(self, message: Message) -> None:
        """Hands the message over. Raises TryAgain, Refused."""


class ByEmail:
    """The mail server of the settings. The message's id is its key: a double is recognised."""

    is_on = True

    def carry(self, message: Message) -> None:
        email = EmailMessage(
            subject=message.subject,
            body=message.text + "\n",
            to=[message.to],
            headers={"Message-ID": f"<{message.key}@motcua>"},
        )
        try:
            email.send()
        except smtplib.SMTPRecipientsRefused as error:
            (code, _said) = next(iter(error.recipients.values()))
            raise _by_code(code) from error
        except smtplib.SMTPDataError as error:
            raise _by_code(error.smtp_code) from error
        except TimeoutError as error:
            raise TryAgain("no_answer") from error
        except smtplib.SMTPResponseException as error:
            # Signing in, or our own address: nothing of this message.
            raise TryAgain(f"answered_{error.smtp_code}") from error
        except (OSError, smtplib.SMTPException) as error:
            raise TryAgain("no_connection") from error


def _by_code(code: int) -> NotCarried:
    return (Refused if 500 <= code < 600 else TryAgain)(f"answered_{code}")


@dataclass(frozen=True, slots=True)
class ByGateway:
    """SMS or Zalo, by an HTTP gateway; off where the settings name none."""

    channel: Channel

    @property
    def is_on(self) -> bool:
        return bool(self._gateway["url"])

    @property
    def _gateway(self) -> Mapping[str, str]:
        gateway: Mapping[str, str] = settings.NOTICE_GATEWAYS[self.channel.value]
        return gateway

    def carry(self, message: Message) -> None:
        gateway = self._gateway
        if not gateway["url"]:
            raise TryAgain("channel_off")
        headers = {"Idempotency-Key": message.key}
        if gateway["token"]:
            headers["Authorization"] = f"Bearer {gateway['token']}"
        body = {
            "channel": self.channel.value,
            "to": message.to,
            "text": message.text,
            "language": message.language,
        }
        try:
            answer = _pool().request(
                "POST",
                gateway["url"],
                json=body,
                headers=headers,
                timeout=urllib3.Timeout(connect=CONNECT, read=ANSWER),
                retries=False,
                redirect=False,
                preload_content=False,
            )
        except urllib3.exceptions.ReadTimeoutError as error:
            raise TryAgain("no_answer") from error
        except urllib3.exceptions.HTTPError as error:
            raise TryAgain("no_connection") from error
        # Nothing of the body is needed, and it may be without end.
        answer.close()
        if 200 <= answer.status < 300:
            return
        is_final = 400 <= answer.status < 500 and answer.status not in _NOT_OF_THE_MESSAGE
        raise (Refused if is_final else TryAgain)(f"answered_{answer.status}")


@cache
def _pool() -> urllib3.PoolManager:
    return urllib3.PoolManager()


CARRIERS: Mapping[Channel, Carrier] = {
    Channel.EMAIL: ByEmail(),
    Channel.SMS: ByGateway(Channel.SMS),
    Channel.ZALO: ByGateway(Channel.ZALO),
}


def error_in_words(kind: str) -> str:
    """What went wrong, in the reader's language."""
    if answered := _ANSWERED.fullmatch(kind):
        return _("Answered with %(code)s") % {"code": answered[1]}
    return str(_ERRORS.get(kind, kind))
