"""The shapes of identity numbers: a personal one (Luật Căn cước 2023, article 12) and a passport's (ICAO 9303)."""

from __future__ import annotations

import re

from apps.citizens.errors import PassportNumberMalformed, PersonalIdMalformed

# Digits of other scripts look alike, and would be another person.
_SHAPE = re.compile(r"0[0-9]{11}")
_PASSPORT = re.compile(r"[0-9A-Z]+")


def is_personal_id(text: str) -> bool:
    """Whether a text, spelled as it is kept, has the shape."""
    return _SHAPE.fullmatch(text) is not None


def read_personal_id(text: str, *, field: str = "personal_id") -> str:
    """The 12 digits, spaces dropped. Raises PersonalIdMalformed.

    It has no check digit. Province or country of birth (three digits), century and sex (one), year (two), six more.
    """
    digits = re.sub(r"[\s.]", "", text)
    if not is_personal_id(digits):
        raise PersonalIdMalformed(field=field)
    return digits


def read_passport_number(text: str, *, field: str = "passport") -> str:
    """Capital letters and digits, with nothing between them. Raises PassportNumberMalformed."""
    number = re.sub(r"[\s.-]", "", text).upper()
    if not _PASSPORT.fullmatch(number):
        raise PassportNumberMalformed(field=field)
    return number
