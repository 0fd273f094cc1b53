"""What may be corrected of a receipt, how its right text is read, and by which of the law's two ways it is answered."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from enum import Enum
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from apps.core.spoken import dong
from apps.receipts.amount_in_words import is_amount_in_words
from apps.receipts.choices import PaymentMethod
from apps.receipts.errors import AmountIsComputed, CorrectionUnknown, WordsOfAnotherAmount
from apps.receipts.models import Receipt
from apps.receipts.regimes import ELECTRONIC_SINCE

MOST_CHARACTERS = 500
# How a way of paying is printed.
METHODS = {
    PaymentMethod.CASH: "Tiền mặt",
    PaymentMethod.CARD: "Thẻ",
    PaymentMethod.ONLINE: "Trực tuyến",
    PaymentMethod.TRANSFER: "Chuyển khoản",
}
# Where each stands in the snapshot. Of a line the number follows: `fee_name.1`, `legal_basis.2`.
PLACES: Mapping[str, tuple[str, ...]] = {
    "name": ("payer", "name"),
    "address": ("payer", "address"),
    "amount_in_words": ("total_in_words",),
    "identity": ("payer", "id_number"),
    "method": ("payment_method",),
    "collected_at": ("collected_at",),
}
# What the law answers by a notice alone; not the tax code and not the amount (Nghị định 254/2026/NĐ-CP).
NOTICED = ("name", "address", "amount_in_words")
# As papers and the day's list name what was wrong.
PRINTED_NAMES = {
    "name": "Tên người nộp",
    "address": "Địa chỉ người nộp",
    "amount_in_words": "Số tiền bằng chữ",
}
LABELS = {
    "name": _("Name of the payer"),
    "address": _("Address of the payer"),
    "amount_in_words": _("Amount in words"),
    "identity": _("Identity number or tax code of the payer"),
    "method": _("How it was paid"),
    "collected_at": _("When the money was taken"),
    "fee_name": _("Name of the fee"),
    "legal_basis": _("Legal basis of the fee"),
}
_OF_LINE = re.compile(r"(fee_name|legal_basis)\.([1-9][0-9]?)")


class Way(Enum):
    """The law's two ways to answer a wrong receipt."""

    NOTICE = "notice"
    REPLACEMENT = "replacement"


def read_corrections(said: Mapping[str, str], *, at: datetime) -> dict[str, str]:
    """Right texts as a receipt prints them; blank ones say nothing.

    Raises AmountIsComputed for an amount, CorrectionUnknown for anything else that is not there to be corrected or cannot be
    read: a method is one of `PaymentMethod`, a time ISO 8601, since there are such receipts and not to come.
    """
    found = {}
    for name, text in said.items():
        if name in ("amount", "total", "unit_price", "quantity"):
            raise AmountIsComputed(field="corrections")
        if name not in PLACES and not _OF_LINE.fullmatch(name):
            raise CorrectionUnknown(field="corrections")
        right = " ".join(unicodedata.normalize("NFC", text).split())
        if right:
            found[name] = _as_printed(name, right, at)
    return found


def differing(wrong: Receipt, right: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """Of right texts those that differ from what counts now: (what stands there, what is right).

    Raises CorrectionUnknown, WordsOfAnotherAmount: in words too the amount stays what it is in figures.
    """
    words = right.get("amount_in_words")
    if words is not None and not is_amount_in_words(words, wrong.amount):
        raise WordsOfAnotherAmount(field="corrections", amount=dong(wrong.amount))
    counts = as_it_counts(wrong)
    found = {}
    for name, text in right.items():
        was = text_at(counts, name)
        if was != text:
            found[name] = (was, text)
    return found


def fee_texts(right: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Of right texts those that are a fee's `name` or `legal_basis`, which its rule gives."""
    for name, text in right.items():
        if of_line := _OF_LINE.fullmatch(name):
            yield of_line[1].removeprefix("fee_"), text


def way_of(names: Mapping[str, Any]) -> Way:
    """A notice where nothing but names, addresses and the amount in words is wrong; else a replacement."""
    return Way.NOTICE if set(names) <= set(NOTICED) else Way.REPLACEMENT


def as_it_counts(receipt: Receipt) -> dict[str, Any]:
    """The snapshot of a receipt as notices have corrected it; its paper stays as it was issued."""
    said: dict[str, Any] = receipt.snapshot
    for notice in sorted(receipt.notices.all(), key=lambda each: each.pk):
        for name, texts in notice.corrections.items():
            said = with_text(said, name, texts["right"])
    return said


def text_at(snapshot: Mapping[str, Any], name: str) -> str:
    """What a snapshot says at a place. Raises CorrectionUnknown for a line that it does not have."""
    if of_line := _OF_LINE.fullmatch(name):
        key, number = of_line[1].removeprefix("fee_"), int(of_line[2])
        if number > len(snapshot["lines"]):
            raise CorrectionUnknown(field="corrections")
        return str(snapshot["lines"][number - 1][key])
    found: Any = snapshot
    for key in PLACES[name]:
        found = found[key]
    return str(found)


def with_text(snapshot: Mapping[str, Any], name: str, right: str) -> dict[str, Any]:
    """The snapshot with another text at a place; what it came from is not touched."""
    if of_line := _OF_LINE.fullmatch(name):
        key, number = of_line[1].removeprefix("fee_"), int(of_line[2])
        lines = [
            {**line, key: right} if place == number else line
            for place, line in enumerate(snapshot["lines"], 1)
        ]
        return {**snapshot, "lines": lines}
    first, *rest = PLACES[name]
    return {**snapshot, first: {**snapshot[first], rest[0]: right} if rest else right}


def _as_printed(name: str, text: str, at: datetime) -> str:
    if len(text) > MOST_CHARACTERS:
        raise CorrectionUnknown(field="corrections")
    if name == "method":
        if text not in PaymentMethod.values:
            raise CorrectionUnknown(field="corrections")
        return METHODS[PaymentMethod(text)]
    if name == "collected_at":
        return _moment_as_printed(text, at)
    return text


def _moment_as_printed(text: str, at: datetime) -> str:
    """Neither to come nor of a time when no such receipt was issued. Raises CorrectionUnknown."""
    moment = None
    # The first and the last days of the calendar have no such moment in Hanoi.
    with suppress(ValueError, OverflowError):
        if found := parse_datetime(text):
            moment = timezone.localtime(found if timezone.is_aware(found) else timezone.make_aware(found))
    if moment is None or moment > at or moment.date() < ELECTRONIC_SINCE:
        raise CorrectionUnknown(field="corrections")
    return moment.isoformat(timespec="seconds")
