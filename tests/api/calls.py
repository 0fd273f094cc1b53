"""How tests call the API: a client for an actor, over Django's own handler, at the moment at which tests stand."""

from __future__ import annotations

from typing import Any

from django.test import Client

from apps.accounts.actors import Actor
from apps.accounts.models import User
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
