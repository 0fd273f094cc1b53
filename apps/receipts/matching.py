"""Which line of a bank is which payment, deposit or refund of ours. Pure: rows go in, pairs come out."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from apps.receipts.choices import MatchedHow


@dataclass(frozen=True, slots=True)
class OpenLine:
    """A line that nothing of ours is matched to. `amount` in đồng, negative for what went out."""

    pk: int
    amount: int
    memo: str
    reference: str


@dataclass(frozen=True, slots=True)
class Ours:
    """Something of ours that a bank should show. `amount` as the bank has it: what goes out is negative.

    `side` is the field of a match. `code` is the order's code of a transfer; `payout` names the gateway's pay-out that it is in.
    `hand` is the account of the person who took it, brought it to the bank or paid it back, where a person did.
    """

    side: str
    pk: int
    amount: int
    reference: str = ""
    code: str = ""
    payout: str = ""
    hand: int | None = None


@dataclass(frozen=True, slots=True)
class Pair:
    """A line is this of ours, known by this."""

    line: OpenLine
    ours: Ours
    how: MatchedHow


def payout_reference(gateway: str, day: date) -> str:
    """What a gateway writes into the memo of the one transfer in which it pays out a day: `PAYOUT SANDBOX 20261123`."""
    return f"PAYOUT {gateway.upper()} {day:%Y%m%d}"


def pairs(lines: Iterable[OpenLine], ours: Iterable[Ours]) -> Iterator[Pair]:
    """Pairs whose identity is certain; what two of ours could be is left to a person.

    A code of ours or a reference of a pay-out is certain whatever the amount, which then is a difference of its own. A reference
    alone may be typed by anybody, and counts only with its amount.
    """
    by_code, by_payout, by_reference = _indexed(ours)
    taken: set[tuple[str, int]] = set()
    for line in lines:
        spelled = _spelled(line.memo)
        found = _by_code(line, spelled, by_code) or _by_payout(line, spelled, by_payout)
        for pair in found or _by_reference(line, spelled, by_reference):
            if (pair.ours.side, pair.ours.pk) not in taken:
                taken.add((pair.ours.side, pair.ours.pk))
                yield pair


def words_of(memo: str) -> list[str]:
    """The words of a memo in capitals, in which codes are looked for."""
    return re.findall(r"[0-9A-Z]+", memo.upper())


def _spelled(memo: str) -> str:
    return f" {' '.join(words_of(memo))} "


Index = dict[str, list[Ours]]


def _indexed(ours: Iterable[Ours]) -> tuple[Index, Index, Index]:
    by_code, by_payout, by_reference = defaultdict(list), defaultdict(list), defaultdict(list)
    for each in ours:
        if each.code:
            by_code[each.code].append(each)
        if each.payout:
            by_payout[each.payout].append(each)
        elif each.reference:
            by_reference[_spelled(each.reference)].append(each)
    return by_code, by_payout, by_reference


def _by_code(line: OpenLine, spelled: str, by_code: Index) -> list[Pair]:
    """A transfer that names an order. Where it was paid twice, each payment has the reference of its own line."""
    for word in spelled.split():
        named = by_code.get(word, [])
        exact = [each for each in named if each.reference == line.reference]
        # Told by another line, a payment is not this one.
        free = exact or [each for each in named if not each.reference]
        if line.amount > 0 and len(free) == 1:
            return [Pair(line, free[0], MatchedHow.ORDER_CODE)]
    return []


def _by_payout(line: OpenLine, spelled: str, by_payout: Index) -> list[Pair]:
    for reference, named in by_payout.items():
        if line.amount > 0 and f" {reference} " in spelled:
            return [Pair(line, each, MatchedHow.PAYOUT) for each in named]
    return []


def _by_reference(line: OpenLine, spelled: str, by_reference: Index) -> list[Pair]:
    own = _spelled(line.reference)
    found = [
        each
        for reference, named in by_reference.items()
        for each in named
        if each.amount == line.amount and (reference == own or reference in spelled)
    ]
    return [Pair(line, found[0], MatchedHow.REFERENCE)] if len(found) == 1 else []
