"""A request that is sent again is answered again, and acts once."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import connection

from apps.core.canonical import fingerprint
from apps.core.errors import KeyReused
from apps.core.models import RequestKey


class Replayed(Exception):
    """Not a refusal: the same request was answered before; `code` names what the first answer was about."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


_CLAIM = """
    INSERT INTO core_requestkey (actor_id, key, verb, fingerprint, answer, created_at)
    VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT (actor_id, key) DO NOTHING RETURNING id
"""


def claim(*, actor_id: int, key: str, verb: str, body: Any, answer: str, at: datetime) -> str | None:
    """Takes the key inside the verb's transaction; a refusal that rolls back gives it back.

    Returns None when the key is new, and the code of the first answer when it is a replay.
    Raises KeyReused when the key came before with another verb or body.
    """
    print_of_body = fingerprint({"verb": verb, "body": body})
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, [actor_id, key, verb, print_of_body, answer, at])
        if cursor.fetchone():
            return None
    return answered(actor_id=actor_id, key=key, verb=verb, body=body)


def claim_once(*, actor_id: int, key: str, verb: str, body: Any, answer: str, at: datetime) -> None:
    """Takes the key inside the verb's transaction, as `claim`. Raises Replayed with the code of the first answer, KeyReused."""
    first = claim(actor_id=actor_id, key=key, verb=verb, body=body, answer=answer, at=at)
    if first is not None:
        raise Replayed(first)


def refuse_replay(*, actor_id: int, key: str, verb: str, body: Any) -> None:
    """For a verb that looks at what its first answer has changed before its transaction begins.

    Raises Replayed with the code of the first answer, and KeyReused.
    """
    first = answered(actor_id=actor_id, key=key, verb=verb, body=body)
    if first is not None:
        raise Replayed(first)


def answered(*, actor_id: int, key: str, verb: str, body: Any) -> str | None:
    """The code that this very request was answered with before; None where the key is new.

    Raises KeyReused when the key came before with another verb or body.
    """
    first = RequestKey.objects.filter(actor_id=actor_id, key=key).first()
    if first is None:
        return None
    if bytes(first.fingerprint) != fingerprint({"verb": verb, "body": body}):
        raise KeyReused()
    return first.answer


def answer_before(*, actor_id: int, key: str, verb: str) -> str | None:
    """The code that this actor's key was answered with before, whatever the body: for whoever no longer sees the case."""
    return (
        RequestKey.objects.filter(actor_id=actor_id, key=key, verb=verb)
        .values_list("answer", flat=True)
        .first()
    )
