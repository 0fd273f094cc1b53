"""Codes that stand on a paper and are typed by whoever holds it: capitals and the digits 2 to 7, told apart in print."""

from __future__ import annotations

import re
import secrets

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"


def new_code(length: int) -> str:
    """A code that nobody guesses: 5 bits a letter."""
    return "".join(secrets.choice(_LETTERS) for _ in range(length))


def as_stored(typed: str) -> str:
    """What was typed, without spaces and hyphens, in capitals."""
    return re.sub(r"[\s-]", "", typed).upper()


def can_be_code(stored: str, length: int) -> bool:
    """Whether it has the letters and the length of a code at all: what has not is looked up nowhere."""
    return len(stored) == length and set(stored) <= set(_LETTERS)
