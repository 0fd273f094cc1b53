"""What every refusal over HTTP has in common: its shape, its code and its field, and that nothing changed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from apps.applications.models import Application, Attachment
from apps.businesses.models import Business
from apps.cases.models import Case, CaseEvent
from apps.citizens.models import Citizen
from apps.core.models import OutboxRow, RequestKey
from apps.receipts.models import Payment, Receipt
from tests.databases import asked_at_once, count_each

COUNTED = (
    Application,
    Attachment,
    Business,
    Case,
    CaseEvent,
    Citizen,
    OutboxRow,
    RequestKey,
    Payment,
    Receipt,
)


def standing() -> list[Any]:
    return [
        asked_at_once(count_each(COUNTED)),
        *Case.objects.order_by("id").values_list("code", "status", "last_sequence", "handler_id"),
    ]


@contextmanager
def nothing_changes() -> Iterator[None]:
    before = standing()
    yield
    assert standing() == before


def refused(answer: Any, status: int, code: str, field: str | None = None) -> dict[str, Any]:
    """The one shape of a refusal, its code and its field."""
    body = answer.json()
    assert (answer.status_code, body["code"], body["field"]) == (status, code, field), body
    assert set(body) == {"code", "message", "field", "data"}
    assert body["message"] and body["message"][0].isupper()
    return body


def errors_of(answer: Any) -> set[tuple[str, str]]:
    assert answer.status_code == 422, answer.content
    return {(error["code"], error["field"]) for error in answer.json()["data"]["errors"]}
