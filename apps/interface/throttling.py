"""Guessing is slowed: only failed look-ups are counted, by address, so that nobody who knows is ever stopped."""

from __future__ import annotations

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

from apps.core.errors import TooManyGuesses


def refuse_guessing(request: HttpRequest, what: str) -> None:
    """Raises TooManyGuesses once an address has failed too often within the window."""
    if cache.get(_key(request, what), 0) >= settings.GUESS_LIMIT:
        raise TooManyGuesses()


def note_failure(request: HttpRequest, what: str) -> None:
    """Counts one failed look-up."""
    key = _key(request, what)
    if not cache.add(key, 1, settings.GUESS_WINDOW_SECONDS):
        try:
            cache.incr(key)
        except ValueError:
            cache.set(key, 1, settings.GUESS_WINDOW_SECONDS)


def _key(request: HttpRequest, what: str) -> str:
    return f"guess:{what}:{request.META.get('REMOTE_ADDR', '')}"
