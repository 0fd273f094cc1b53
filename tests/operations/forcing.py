"""The owner of the tables, who can lift every guard: what is done by force is undone in the end."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import dj_database_url
from django.db import connection, connections, transaction

Force = Callable[..., None]


@contextmanager
def as_owner(guarded: tuple[str, ...]) -> Iterator[Force]:
    """Runs SQL as the owner, with the triggers of these tables lifted."""
    default = connections["default"]
    owner = dj_database_url.parse(os.environ["DATABASE_OWNER_URL"])
    names = ("USER", "PASSWORD", "HOST", "PORT")
    before = {name: default.settings_dict[name] for name in names}
    default.close()
    default.settings_dict.update({name: owner[name] for name in names})
    try:
        with transaction.atomic():
            for table in guarded:
                _run(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            yield _run
            transaction.set_rollback(True)
    finally:
        default.close()
        default.settings_dict.update(before)


def _run(sql: str, *parameters: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
