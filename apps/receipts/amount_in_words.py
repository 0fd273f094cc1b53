"""An amount of đồng in Vietnamese words, as receipts must print it."""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
BILLION = 1_000_000_000
# Other words for the same, as they are said elsewhere in the country; `chẵn` adds nothing.
_SAME = {"lẻ": "linh", "ngàn": "nghìn", "tỉ": "tỷ", "tư": "bốn", "chẵn": ""}


def amount_in_words(amount: int, *, zero_ten: Literal["linh", "lẻ"] = "linh") -> str:
    """The amount in words, capital first, ending in "đồng": 15000 → "Mười lăm nghìn đồng".

    `amount` is whole đồng, 0 or more, without an upper limit. `zero_ten` is the word for an empty ten before
    a unit: `linh` in the North (default), `lẻ` in the South. After 20 to 90, 4 is read `bốn`. Empty groups in
    the middle are left out; the hundreds of a later group are always read ("không trăm"). The amount in words
    is mandatory on a receipt: Nghị định 254/2026/NĐ-CP, art. 23.2.

    Raises `ValueError` for a negative amount and for anything but an `int`.
    """
    if type(amount) is not int or amount < 0:
        raise ValueError("an amount in words needs a whole number of đồng, 0 or more")
    words = _number(amount, zero_ten) or [DIGITS[0]]
    return " ".join([*words, "đồng"]).capitalize()


def is_amount_in_words(text: str, amount: int) -> bool:
    """Whether a text reads as the amount, in whichever of the usual words, capitals and commas it is written."""
    said = re.findall(r"\w+", unicodedata.normalize("NFC", text).casefold())
    words = [_SAME.get(word, word) for word in said]
    return [word for word in words if word] == amount_in_words(amount).casefold().split()


def _number(number: int, zero_ten: str, *, is_later: bool = False) -> list[str]:
    """Words of a number, none for 0; what comes later than a first group reads its hundreds."""
    words: list[str] = []
    billions, rest = divmod(number, BILLION)
    if billions:
        words = [*_number(billions, zero_ten, is_later=is_later), "tỷ"]
    for size, name in ((1_000_000, "triệu"), (1_000, "nghìn"), (1, "")):
        group, rest = divmod(rest, size)
        if group:
            words += _group(group, zero_ten, is_later=is_later or bool(words))
            words += [name] if name else []
    return words


def _group(group: int, zero_ten: str, *, is_later: bool) -> list[str]:
    """Words of 1 to 999."""
    hundreds, rest = divmod(group, 100)
    has_hundreds = bool(hundreds) or is_later
    words = [DIGITS[hundreds], "trăm"] if has_hundreds else []
    if not rest:
        return words
    tens, units = divmod(rest, 10)
    if tens == 0:
        return [*words, *([zero_ten] if has_hundreds else []), DIGITS[units]]
    words += ["mười"] if tens == 1 else [DIGITS[tens], "mươi"]
    return [*words, _unit_after_ten(tens, units)] if units else words


def _unit_after_ten(tens: int, units: int) -> str:
    if units == 1 and tens > 1:
        return "mốt"
    return "lăm" if units == 5 else DIGITS[units]
