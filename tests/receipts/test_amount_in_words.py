"""Amounts in words: the published examples, a way back from words to the number, and no two amounts alike."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.receipts.amount_in_words import amount_in_words, is_amount_in_words

UNITS = {
    "không": 0,
    "một": 1,
    "hai": 2,
    "ba": 3,
    "bốn": 4,
    "năm": 5,
    "sáu": 6,
    "bảy": 7,
    "tám": 8,
    "chín": 9,
}
# What a Vietnamese reader accepts as a group below a thousand; the forms of 1 and 5 depend on the ten before.
DIGIT = "|".join(UNITS)
GROUP = re.compile(
    rf"(?:(?P<hundreds>{DIGIT}) trăm)?"
    r"(?: ?(?:"
    r"linh (?P<alone>một|hai|ba|bốn|năm|sáu|bảy|tám|chín)"
    r"|mười(?: (?P<teen>một|hai|ba|bốn|lăm|sáu|bảy|tám|chín))?"
    r"|(?P<tens>hai|ba|bốn|năm|sáu|bảy|tám|chín) mươi(?: (?P<units>mốt|hai|ba|bốn|lăm|sáu|bảy|tám|chín))?"
    r"|(?P<only>một|hai|ba|bốn|năm|sáu|bảy|tám|chín)"
    r"))?"
)


def group_from_words(words: str) -> int:
    """0 to 999 from words; refuses what nobody would write."""
    match = GROUP.fullmatch(words)
    assert match, f"no Vietnamese number: {words!r}"
    part = match.groupdict()
    assert not (part["hundreds"] and part["only"]), f"an empty ten must be read: {words!r}"
    value = 100 * UNITS[part["hundreds"] or "không"]
    if "mười" in words.split():
        value += 10
    value += 10 * UNITS[part["tens"] or "không"]
    last = part["alone"] or part["teen"] or part["units"] or part["only"] or "không"
    return value + {"mốt": 1, "lăm": 5}.get(last, UNITS.get(last, 0))


def number_from_words(words: str) -> int:
    """A number from words, by splitting at the greatest name of a group."""
    if not words:
        return 0
    for name, size in (("tỷ", 10**9), ("triệu", 10**6), ("nghìn", 10**3)):
        before, found, after = f" {words} ".rpartition(f" {name} ")
        if found:
            head, tail = number_from_words(before.strip()), number_from_words(after.strip())
            assert head > 0, f"a group of nothing: {words!r}"
            assert tail < size, f"groups out of order: {words!r}"
            return head * size + tail
    return group_from_words(words)


def amount_from_words(text: str) -> int:
    assert text[0].isupper()
    assert text[1:] == text[1:].lower()
    assert text.endswith(" đồng")
    words = text.removesuffix(" đồng").lower()
    return 0 if words == "không" else number_from_words(words)


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (0, "Không đồng"),
        (5, "Năm đồng"),
        (10, "Mười đồng"),
        (15, "Mười lăm đồng"),
        (21, "Hai mươi mốt đồng"),
        (24, "Hai mươi bốn đồng"),
        (105, "Một trăm linh năm đồng"),
        (115, "Một trăm mười lăm đồng"),
        (2_000, "Hai nghìn đồng"),
        (8_000, "Tám nghìn đồng"),
        (15_000, "Mười lăm nghìn đồng"),
        (21_000, "Hai mươi mốt nghìn đồng"),
        (75_000, "Bảy mươi lăm nghìn đồng"),
        (100_000, "Một trăm nghìn đồng"),
        (105_000, "Một trăm linh năm nghìn đồng"),
        (200_000, "Hai trăm nghìn đồng"),
        (700_000, "Bảy trăm nghìn đồng"),
        (1_001_000, "Một triệu không trăm linh một nghìn đồng"),
        (1_231_421, "Một triệu hai trăm ba mươi mốt nghìn bốn trăm hai mươi mốt đồng"),
        (2_000_000_005, "Hai tỷ không trăm linh năm đồng"),
        (10**12, "Một nghìn tỷ đồng"),
        (1_000_005 * 10**9, "Một triệu không trăm linh năm tỷ đồng"),
    ],
)
def test_worked_examples_are_read_as_published(amount: int, words: str) -> None:
    assert amount_in_words(amount) == words


def test_every_amount_to_100_000_reads_back_as_itself() -> None:
    wrong = [amount for amount in range(100_001) if amount_from_words(amount_in_words(amount)) != amount]
    assert wrong == []


def test_no_two_amounts_to_100_000_have_the_same_words() -> None:
    assert len({amount_in_words(amount) for amount in range(100_001)}) == 100_001


@given(st.integers(min_value=0, max_value=10**15))
def test_any_amount_to_a_million_billion_reads_back_as_itself(amount: int) -> None:
    assert amount_from_words(amount_in_words(amount)) == amount


@given(st.integers(min_value=0, max_value=10**15))
def test_the_southern_reading_differs_only_in_the_word_for_an_empty_ten(amount: int) -> None:
    assert amount_in_words(amount, zero_ten="lẻ") == amount_in_words(amount).replace("linh", "lẻ")


@pytest.mark.parametrize("amount", [-1, -8_000, 8_000.0, "8000", None, True])
def test_what_is_not_a_whole_number_from_zero_up_is_refused(amount: Any) -> None:
    with pytest.raises(ValueError, match="whole number"):
        amount_in_words(amount)


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("Tám nghìn đồng", 8_000),
        ("tám ngàn đồng chẵn.", 8_000),
        ("Một trăm lẻ năm nghìn đồng", 105_000),
        ("Hai mươi tư nghìn đồng", 24_000),
        ("Một tỉ, không trăm lẻ hai triệu đồng", 1_002_000_000),
    ],
)
def test_an_amount_is_known_again_in_other_words(text: str, amount: int) -> None:
    assert is_amount_in_words(text, amount)
    assert not is_amount_in_words(text, amount + 1)
    assert not is_amount_in_words(text, amount * 10)
