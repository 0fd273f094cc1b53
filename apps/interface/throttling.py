"""Guessing is slowed: only what failed is counted, by address, so that nobody who knows the secret is ever stopped.

`docs/adr/0007-whoever-knows-the-secret-is-never-throttled.md` says why.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

from apps.core.errors import NotFound, TooManyGuesses
from apps.interface.client_address import address_counted

T = TypeVar("T")


def slowing_guesses(
    request: HttpRequest, what: str, look_up: Callable[[], T], *, failure: type[Exception] = NotFound
) -> T:
    """The answer of a look-up by a secret. Only a failed one touches the cache: a whole office may share one address.

    Raises what the look-up raises (`failure`, where the secret is none), and TooManyGuesses instead of it once an address has
    failed too often.
    """
    try:
        return look_up()
    except failure:
        key = f"guess:{what}:{address_counted(request)}"
        if not cache.add(key, 1, settings.GUESS_WINDOW_SECONDS) and _count(key) > settings.GUESS_LIMIT:
            raise TooManyGuesses() from None
        raise


def _count(key: str) -> int:
    """One failure more; the window begins again when it ended meanwhile."""
    try:
        return int(cache.incr(key))
    except ValueError:
        cache.set(key, 1, settings.GUESS_WINDOW_SECONDS)
        return 1
