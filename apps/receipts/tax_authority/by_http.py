"""The tax authority by HTTP: `PUT <address>/<key>` hands a list over, `GET <address>/<key>` asks what became of it.

Both are answered with the notice that `answers` reads. A 200 or 202 says that the list was taken; what it says of the list
stands in the notice. The key is that of the message, so that one whose answer was lost is not taken twice.
"""

from __future__ import annotations

from functools import cache

import urllib3
from django.conf import settings

from apps.receipts.choices import AnswerOutcome
from apps.receipts.tax_authority import Answer, TryAgain, Unknown
from apps.receipts.tax_authority.answers import Unreadable, read_answer

# Seconds: to be let in, and to be answered.
CONNECT, ANSWER = 5.0, 20.0
# Bytes of an answer that are read; a longer one is cut there and cannot be read.
LONGEST_ANSWER = 64 * 1024


class ByHttp:
    """Off where the settings name no address."""

    @property
    def is_on(self) -> bool:
        return bool(settings.TAX_AUTHORITY["url"])

    def hand_over(self, key: str, xml: bytes) -> Answer:
        return self._call("PUT", key, xml)

    def ask(self, key: str) -> Answer:
        return self._call("GET", key, None)

    def _call(self, method: str, key: str, xml: bytes | None) -> Answer:
        if not self.is_on:
            raise TryAgain("no_address")
        headers = {"Accept": "application/xml"}
        if xml is not None:
            headers["Content-Type"] = "application/xml"
        if settings.TAX_AUTHORITY["token"]:
            headers["Authorization"] = f"Bearer {settings.TAX_AUTHORITY['token']}"
        try:
            answer = _pool().request(
                method,
                f"{settings.TAX_AUTHORITY['url'].rstrip('/')}/{key}",
                body=xml,
                headers=headers,
                timeout=urllib3.Timeout(connect=CONNECT, read=ANSWER),
                retries=False,
                redirect=False,
                preload_content=False,
            )
            body = answer.read(LONGEST_ANSWER + 1)
        except urllib3.exceptions.ReadTimeoutError as error:
            raise TryAgain("no_answer") from error
        except (urllib3.exceptions.HTTPError, OSError) as error:
            raise TryAgain("no_connection") from error
        # What is left of it is not read, and may be without end.
        answer.close()
        return _understood(answer.status, body, key, is_question=xml is None)


def _understood(status: int, body: bytes, key: str, *, is_question: bool) -> Answer:
    """Raises TryAgain with what was answered, unless it says what becomes of this list."""
    kept = Answer(status, body[:LONGEST_ANSWER], AnswerOutcome.UNREADABLE)
    if is_question and status == 404:
        raise Unknown("unknown_there", kept)
    if status not in (200, 202):
        raise TryAgain(f"answered_{status}", kept)
    if len(body) > LONGEST_ANSWER:
        raise TryAgain("answer_too_long", kept)
    try:
        said = read_answer(body)
    except Unreadable as error:
        raise TryAgain("answer_unreadable", kept) from error
    if said.key != key:
        raise TryAgain("answer_of_another", kept)
    return Answer(status, body, said.outcome, said.reference, said.reasons)


@cache
def _pool() -> urllib3.PoolManager:
    return urllib3.PoolManager()
