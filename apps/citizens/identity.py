"""The shape of a personal identification number (Luật Căn cước 2023, article 12). It has no check digit."""

from __future__ import annotations

import re

from apps.citizens.errors import PersonalIdMalformed

_SHAPE = re.compile(r"0\d{2}[0-9]\d{2}\d{6}")


def is_personal_id(text: str) -> bool:
    """Whether a text, spelled as it is kept, has the shape."""
    return _SHAPE.fullmatch(text) is not None


def read_personal_id(text: str, *, field: str = "personal_id") -> str:
    """The 12 digits, spaces dropped. Raises PersonalIdMalformed.

    Province or country of birth (three digits), century and sex (one), year (two), six more.
    """
    digits = re.sub(r"[\s.]", "", text)
    if not is_personal_id(digits):
        raise PersonalIdMalformed(field=field)
    return digits
