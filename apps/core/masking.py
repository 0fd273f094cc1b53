"""Masks personal data where it is not needed: in lists, and first of all in logs."""

from __future__ import annotations

import logging
import re
from collections.abc import Collection
from typing import Any

_LONG_NUMBER = re.compile(r"(?<![\w.-])\+?\d{9,13}(?![\w.-])")
_EMAIL = re.compile(r"([\w.+-])[\w.+-]*(@[\w-]+\.[\w.-]+)")


def mask_number(value: str, keep: int = 3) -> str:
    """All but the last `keep` characters of an identity, tax or telephone number hidden."""
    return "•" * max(len(value) - keep, 0) + value[-keep:] if value else ""


def mask_name(name: str) -> str:
    """The first letters of all names but the given one, which stands last in Vietnamese: `T. T. Bưởi`."""
    *others, given = name.split() or [""]
    return " ".join([*(f"{other[0]}." for other in others), given])


def mask_email(value: str) -> str:
    """The first letter and the domain of an address."""
    return _EMAIL.sub(r"\1•••\2", value)


def mask_particular(value: object) -> str:
    """A personal or telephone number but for its last 3, an e-mail but for its first letter and domain."""
    text = str(value or "").strip()
    if "@" in text and (hidden := mask_email(text)) != text:
        return hidden
    # So short a number would be half shown by its last three.
    return mask_number(text) if len(text) > 5 else "•" * len(text)


def mask_memo(memo: str, shown: Collection[str] = ()) -> str:
    """What somebody wrote to their bank: a name or a number of an account may be anywhere, so that of each word only the
    first letter stays, or the last three digits of a long number. Words in `shown` are codes of ours, and stay.
    """
    return " ".join(word if _plain_code(word) in shown else _mask_word(word) for word in memo.split())


def _plain_code(word: str) -> str:
    return "".join(letter for letter in word.upper() if letter.isalnum())


def _mask_word(word: str) -> str:
    if any(letter.isdigit() for letter in word):
        return mask_number(word) if len(word) > 8 else "•" * len(word)
    return f"{word[0]}•"


def mask_text(text: str) -> str:
    """A log line with identity, telephone numbers and e-mail addresses hidden."""
    return _EMAIL.sub(r"\1•••\2", _LONG_NUMBER.sub(lambda found: mask_number(found.group()), text))


class MaskingFormatter(logging.Formatter):
    """Hides personal data in tracebacks as well: the database quotes the values that it refuses."""

    def formatException(self, ei: Any) -> str:
        return mask_text(super().formatException(ei))


class MaskPersonalData(logging.Filter):
    """Rewrites a record before any handler sees it."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = mask_text(record.getMessage())
        record.args = None
        return True
