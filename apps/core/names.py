"""How names are compared (letters composed, single spaces, capitals and the place of a tone mark aside) and sorted."""

from __future__ import annotations

import unicodedata

# Grave, acute, tilde, hook above, dot below: the tones, which older and newer spelling put on different vowels.
_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")


def tidy(name: str) -> str:
    """A name as it is kept: composed letters (NFC), single spaces."""
    return " ".join(unicodedata.normalize("NFC", name).split())


def is_same_name(one: str, other: str) -> bool:
    """Whether two names are spelled the same but for capitals, spaces and where a tone mark stands (Hòa, Hoà)."""
    return _key(one) == _key(other)


def in_alphabet(name: str) -> tuple[str, str]:
    """A key to sort by: letters without marks first, marks after; near enough to the order of a Vietnamese list."""
    plain = unicodedata.normalize("NFD", name.lower().replace("đ", "d~"))
    return "".join(letter for letter in plain if not unicodedata.combining(letter)), name


def _key(name: str) -> list[str]:
    return [_word(word) for word in unicodedata.normalize("NFD", name.casefold()).split()]


def _word(word: str) -> str:
    tones = "".join(letter for letter in word if letter in _TONES)
    return "".join(letter for letter in word if letter not in _TONES) + tones
