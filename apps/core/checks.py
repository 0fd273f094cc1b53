"""System checks: what the database must be able to do before the program starts to trust it."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections


@register(Tags.database)  # type: ignore[type-var]
def letters_of_vietnam(databases: list[str] | None = None, **_: Any) -> list[CheckMessage]:
    """Names are compared in lower case: a database where lower('Đ') is not 'đ' would miss people."""
    found: list[CheckMessage] = []
    for alias in databases or []:
        with connections[alias].cursor() as cursor:
            cursor.execute("SELECT lower('Đ') = 'đ' AND current_setting('server_encoding') = 'UTF8'")
            if not cursor.fetchone()[0]:
                found.append(
                    Error(
                        "This database does not know the letters of Vietnamese (lower('Đ') is not 'đ').",
                        hint="Create it with ENCODING 'UTF8' and a Unicode locale such as C.UTF-8.",
                        id="core.E001",
                    )
                )
    return found
