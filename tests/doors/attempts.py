"""One attempt at a door: what is sent, what was answered, and what must not have happened."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.http import HttpResponse

from apps.accounts.models import Pool
from apps.applications.models import Attachment
from apps.bundles.models import Bundle
from apps.cases.models import Case
from apps.citizens.models import Citizen
from apps.core.models import AccessRecord
from apps.notifications.models import Notice
from apps.receipts.models import CashierSession, CashMovement, DifferenceAcknowledged
from apps.supervision.models import QuarterReport, Register
from tests.cases.doors import world
from tests.doors.scenes import secrets_of

_PLACE = re.compile(r"(?:([\w-]+)/)?<\w+:(\w+)>")
_WRITES = re.compile(r'\s*(?:INSERT\s+INTO|UPDATE|DELETE\s+FROM|TRUNCATE)\s+"?(\w+)"?', re.IGNORECASE)
_CHANGES = re.compile(
    r'name="(?:csrfmiddlewaretoken|request_key)" value="[^"]*"|[0-9a-f]{8}-[0-9a-f-]{27}|\d+ms'
)


def address(route: str, names: dict[str, Any]) -> str:
    """An address with its places filled."""

    def filled(place: re.Match[str]) -> str:
        before, name = place.groups()
        value = names[name] if name in names else names[before]
        return f"{before}/{value}" if before else str(value)

    return _PLACE.sub(filled, route).replace(r"^[\s\S]*$", "no/such/address")


def everything() -> dict[str, Any]:
    """All that an act, a download or an upload would leave behind."""
    return {
        **world(),
        "access": AccessRecord.objects.count(),
        "attachments": Attachment.objects.count(),
        "notices": Notice.objects.count(),
        "registers": Register.objects.count(),
        "quarters": QuarterReport.objects.count(),
        "bundles": Bundle.objects.count(),
        "pools": Pool.objects.count(),
        "sessions": list(CashierSession.objects.order_by("pk").values()),
        "movements": CashMovement.objects.count(),
        "acknowledged": DifferenceAcknowledged.objects.count(),
    }


@contextmanager
def written() -> Iterator[list[str]]:
    """The tables written to meanwhile, whether or not it lasted; sessions apart."""
    tables: list[str] = []

    def note(execute: Any, sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
        found = _WRITES.match(str(sql))
        if found and found[1] != "django_session":
            tables.append(found[1])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield tables


def marked(answer: HttpResponse) -> str:
    """The answer as the table writes it."""
    if answer.status_code == 302 and answer["Location"].startswith("/account/login/"):
        return "in"
    return str(answer.status_code)


def text_of(answer: HttpResponse) -> str:
    if getattr(answer, "streaming", False):
        return b"".join(answer.streaming_content).decode(errors="replace")
    return answer.content.decode(errors="replace")


def numbers_of(case: Case) -> tuple[str, ...]:
    """What identifies and reaches the applicant; never shown whole but to themselves or for a reason given."""
    person = Citizen.objects.get(user=case.application.filed_by)
    return person.identity_number, person.phone, person.email


def told(answer: HttpResponse, words: tuple[str, ...]) -> list[str]:
    """Which of these words an answer tells."""
    body = text_of(answer)
    return [word for word in words if word in body]


def secrets_out_of_place(answer: HttpResponse, case: Case) -> list[str]:
    """Secrets where browsers and proxies keep them: in an address, in a title."""
    titles = re.findall(r"<title>(.*?)</title>", text_of(answer), flags=re.S)
    places = [answer.headers.get("Location", ""), *titles]
    return [secret for secret in secrets_of(case) for place in places if secret in place]


def unknown_of(code: str) -> str:
    """A code of the same shape under which there is no case."""
    return code[:-4] + "9999"


def without(answer: HttpResponse, code: str) -> tuple[int, str, str]:
    """An answer without the code that was asked for and without what is new in every answer."""
    place = answer.headers.get("Location", "").replace(code, "CODE")
    return answer.status_code, place, _CHANGES.sub("", text_of(answer).replace(code, "CODE"))
