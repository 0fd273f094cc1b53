"""Lines of a bank are matched to what is ours: by themselves where that is certain, by an accountant where it is not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any
from uuid import UUID

from apps.accounts.actors import Actor
from apps.core import request_keys
from apps.core.errors import NotFound, Refusal
from apps.core.transactions import lock_one, verb_transaction
from apps.receipts.choices import MatchedHow
from apps.receipts.errors import LineUnknown, MatchWithdrawn, NotMatched, OwnMoney, ReasonMissing
from apps.receipts.matching import Ours, pairs
from apps.receipts.models import BankLine, BankMatch, PaymentOrder
from apps.receipts.policies import is_second_pair_of_eyes, may_keep_accounts_of
from apps.receipts.reconciliation.open_sides import (
    as_open_line,
    open_lines,
    open_ours,
    orders_named,
    withdrawn_pairs,
)

SettleOrder = Callable[[PaymentOrder, BankLine, datetime], None]


def settle_named_orders(account_id: int, *, settle: SettleOrder, at: datetime) -> int:
    """Hands every open line whose memo names an order of ours, unpaid by this line, to `settle`; how many there were.

    `settle`, a verb of cases, owns its transaction and settles nothing a second time. What it refuses (no series is
    open yet) stays an open line, and is handed over again.
    """
    named = orders_named(open_lines(account_id))
    for line, order in named:
        with suppress(Refusal):
            settle(order, line, at)
    return len(named)


def match_open_lines(account_id: int, *, at: datetime) -> int:
    """Matches what is certain among the open lines of an account; how many pairs. Safe to be told again, and at once.

    What an accountant took back is not matched again by itself.
    """
    lines = open_lines(account_id)
    if not lines:
        return 0
    taken_back = withdrawn_pairs(lines)
    found = [
        _match(pair.line.pk, pair.ours, how=pair.how, at=at)
        for pair in pairs(map(as_open_line, lines), open_ours(lines[0].account.agency_id))
        if (pair.line.pk, pair.ours.side, pair.ours.pk) not in taken_back
    ]
    BankMatch.objects.bulk_create(found, ignore_conflicts=True)
    return len(found)


def _match(line_id: int, ours: Ours, *, how: MatchedHow, at: datetime) -> BankMatch:
    return BankMatch(line_id=line_id, how=how, matched_at=at, **{f"{ours.side}_id": ours.pk})


def match_line(
    line_uuid: UUID,
    chosen: Iterable[tuple[str, int]],
    *,
    reason: str,
    by: Actor,
    at: datetime,
    request_key: str,
) -> list[BankMatch]:
    """An accountant says that a line is these of ours, (side, key), and why. Their amounts may differ: that stays visible.

    Raises LineUnknown, NotAllowed, OwnMoney, ReasonMissing, NotMatched, MatchedAlready, Replayed, KeyReused.
    """
    chosen = list(chosen)
    with verb_transaction():
        line = _line(line_uuid, by)
        body = {"line": str(line_uuid), "ours": [list(each) for each in chosen], "reason": reason}
        _claim("match_line", body, line, by=by, at=at, request_key=request_key)
        if not reason.strip():
            raise ReasonMissing(field="reason")
        named = list(dict.fromkeys(chosen))
        known = {(ours.side, ours.pk): ours for ours in open_ours(line.account.agency_id, named)}
        sides = [known[each] for each in named if each in known]
        if not sides or len(sides) < len(named) or not _flows_as(line, sides):
            raise NotMatched(field="ours")
        if not is_second_pair_of_eyes([ours.hand for ours in sides], by):
            raise OwnMoney()
        matches = [_match(line.pk, ours, how=MatchedHow.BY_HAND, at=at) for ours in sides]
        for match in matches:
            match.matched_by_id, match.reason = by.account_id, reason.strip()
        return BankMatch.objects.bulk_create(matches)


def _flows_as(line: BankLine, sides: Sequence[Ours]) -> bool:
    """Whether all of it together goes the way the line goes."""
    return (sum(ours.amount for ours in sides) > 0) == (line.amount > 0)


def withdraw_match(match_id: int, *, reason: str, by: Actor, at: datetime, request_key: str) -> BankMatch:
    """An accountant takes a match back, and says why; it stays to be read.

    Raises LineUnknown, NotAllowed, MatchWithdrawn, OwnMoney, ReasonMissing, Replayed, KeyReused.
    """
    with verb_transaction():
        try:
            match = lock_one(BankMatch.objects.filter(pk=match_id))
        except NotFound as error:
            raise LineUnknown(field="match") from error
        line = _line(match.line.uuid, by)
        body = {"match": match_id, "reason": reason}
        _claim("withdraw_match", body, line, by=by, at=at, request_key=request_key)
        if match.withdrawn_at is not None:
            raise MatchWithdrawn(field="match")
        if not is_second_pair_of_eyes([match.hand], by):
            raise OwnMoney()
        if not reason.strip():
            raise ReasonMissing(field="reason")
        match.withdrawn_at, match.withdrawn_by_id = at, by.account_id
        match.withdrawn_reason = reason.strip()
        match.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])
    return match


def _claim(
    verb: str, body: dict[str, Any], line: BankLine, *, by: Actor, at: datetime, request_key: str
) -> None:
    """Raises Replayed with the line, and KeyReused."""
    request_keys.claim_once(
        actor_id=by.account_id, key=request_key, verb=verb, body=body, answer=str(line.uuid), at=at
    )


def _line(line_uuid: UUID, by: Actor) -> BankLine:
    line = BankLine.objects.select_related("account").filter(uuid=line_uuid).first()
    if line is None:
        raise LineUnknown(field="line")
    may_keep_accounts_of(line.account.agency_id, by)
    return line
