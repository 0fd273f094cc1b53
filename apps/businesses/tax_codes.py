"""Tax codes (Thông tư 86/2024/TT-BTC, article 5): ten digits with a check digit, or thirteen for a branch."""

from __future__ import annotations

import re

from apps.businesses.errors import TaxCodeCheckDigitWrong, TaxCodeMalformed

_WEIGHTS = (31, 29, 23, 19, 17, 13, 7, 5, 3)
# Digits of other scripts look alike, and would be another business.
_SHAPE = re.compile(r"([0-9]{10})(?:-?([0-9]{3}))?")


def check_digit(first_nine: str) -> int:
    """10 − (weighted sum mod 11); 10 stands for a number that cannot be given."""
    return 10 - sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, first_nine, strict=True)) % 11


def is_tax_code(text: str) -> bool:
    """Whether a text is a code with its check digit."""
    try:
        return bool(read_tax_code(text))
    except (TaxCodeMalformed, TaxCodeCheckDigitWrong):
        return False


def read_tax_code(text: str, *, field: str = "tax_code") -> str:
    """The code as written by the State: `0100233488` or `0100233488-001`.

    Raises TaxCodeMalformed for another shape, and TaxCodeCheckDigitWrong.
    """
    found = _SHAPE.fullmatch(re.sub(r"[\s.]", "", text))
    if not found or found[2] == "000" or set(found[1][2:9]) == {"0"}:
        raise TaxCodeMalformed(field=field)
    if check_digit(found[1][:9]) != int(found[1][9]):
        raise TaxCodeCheckDigitWrong(field=field)
    return f"{found[1]}-{found[2]}" if found[2] else found[1]
