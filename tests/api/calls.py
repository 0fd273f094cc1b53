"""How tests call the API: a client for an actor, over Django's own handler, at the moment at which tests stand."""

from __future__ import annotations

from typing import Any

from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.accounts.actors import Actor
from apps.accounts.models import User
from apps.procedures.selectors import rules_in_force
from tests import given

ROOT = "/api/v1"


class Caller:
    """Calls the API as one actor, or as nobody."""

    def __init__(self, actor: Actor | None = None, language: str = "en") -> None:
        self.client = Client(headers={"accept-language": language})
        if actor is not None:
            self.client.force_login(User.objects.get(pk=actor.user_id))

    def get(self, path: str, **query: Any) -> Any:
        return self.client.get(ROOT + path, query)

    def post(self, path: str, body: Any = None, *, key: str | None = None) -> Any:
        return self.client.post(
            ROOT + path,
            {} if body is None else body,
            content_type="application/json",
            headers={"Idempotency-Key": key or given.key()},
        )

    def send(self, path: str, content: bytes, content_type: str = "application/json") -> Any:
        return self.client.post(
            ROOT + path, content, content_type=content_type, headers={"Idempotency-Key": given.key()}
        )


def statements(captured: CaptureQueriesContext) -> list[str]:
    """What was asked of the database, without the marks of transactions."""
    marks = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK")
    return [query["sql"] for query in captured if not query["sql"].startswith(marks)]


def online(procedure: str = given.CIVIL_EXTRACT, **fields: Any) -> dict[str, Any]:
    """The body of an online filing that stands."""
    return {
        "procedure": procedure,
        "answers": given.answers(procedure),
        "connecting_unit": given.ward().pk,
        **fields,
    }


def at_counter(procedure: str = given.CIVIL_EXTRACT, number: int = 1, **fields: Any) -> dict[str, Any]:
    """The body of a filing that a receptionist makes for the person who stands there."""
    rules = rules_in_force(procedure, given.NOW.date())
    originals = [row.code for row in rules.components if row.is_required and row.mode.startswith("original")]
    person = {
        "name": "Trần Thị Bưởi",
        "identity_number": f"001185{number:06d}",
        "born_on": "1985-03-02",
        "residence": given.ward().pk,
    }
    return online(
        procedure,
        **{
            "channel": "counter",
            "delivery": "counter",
            "filer": person,
            "authority": "Giấy giới thiệu số 12",
            "has_consent": True,
            "originals": originals,
            **fields,
        },
    )


def uploads(procedure: str, by: Actor) -> dict[str, list[str]]:
    """Every required upload of a procedure, uploaded."""
    files = given.required_uploads(procedure, by, given.NOW)
    return {code: [str(uuid) for uuid in uuids] for code, uuids in files.items()}
