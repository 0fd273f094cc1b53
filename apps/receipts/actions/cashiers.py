"""The cashier's drawer: opened with a balance, cash moved in and out, counted and closed, its difference acknowledged.

Lock order: whoever takes money has locked the case, then (by trigger) the session, then a series. These verbs lock the
session alone, so that a drawer is closed either before or after any other money in it, never between.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.db.models import Max
from django.utils import timezone

from apps.accounts.actors import Actor
from apps.core import request_keys
from apps.core.spoken import dong, moment
from apps.core.transactions import lock_one, verb_transaction
from apps.receipts.choices import NOTES, CashMovementKind
from apps.receipts.drawers import drawer_of, signed, sum_of
from apps.receipts.errors import (
    AmountOutOfRange,
    ClosingReasonMissing,
    DepositWithoutReference,
    DifferenceUnexplained,
    DrawerHoldsLess,
    MovementKindUnknown,
    NoOpenSession,
    NoteMissing,
    NoteUnknown,
    NothingToAcknowledge,
    NotYourDesk,
    NotYourDrawer,
    OwnDifference,
    ReferenceTooLong,
    SessionClosed,
    SessionNotOfToday,
    TextTooLong,
    TooManyNotes,
)
from apps.receipts.models import (
    REFERENCE_AT_MOST,
    CashierSession,
    CashMovement,
    DifferenceAcknowledged,
)
from apps.receipts.policies import can_take_money_at, may_acknowledge
from apps.receipts.selectors import session_seen

# Ours and not the law's: beyond these an amount is a slip of the hand, not money of a counter.
MOST_CHANGE = 100_000_000
MOST_CARDS = 10**11
MOST_NOTES = 20_000
TEXT_AT_MOST = 500


def open_session(
    desk_id: int, *, opening_balance: int, by: Actor, at: datetime, request_key: str
) -> CashierSession:
    """Opens a drawer at a desk with so many đồng in it; a cashier has one open at a time.

    Raises NotYourDesk, AmountOutOfRange, SessionOpen, Replayed, KeyReused.
    """
    if not can_take_money_at(desk_id, by):
        raise NotYourDesk(field="desk")
    _refuse_amount("opening_balance", opening_balance, least=0, most=MOST_CHANGE)
    uuid = uuid4()
    with verb_transaction():
        body = {"desk": desk_id, "opening_balance": opening_balance}
        _claim("open_session", body, uuid, by=by, at=at, request_key=request_key)
        return CashierSession.objects.create(
            uuid=uuid,
            desk_id=desk_id,
            cashier_id=by.account_id,
            opened_at=at,
            opening_balance=opening_balance,
        )


def session_to_take_money(*, by: Actor, at: datetime) -> CashierSession:
    """The open session of a cashier; the database refuses a payment in one that is closed meanwhile.

    Raises NoOpenSession, SessionNotOfToday.
    """
    session = (
        CashierSession.objects.select_related("desk", "cashier")
        .filter(cashier_id=by.account_id, closed_at__isnull=True)
        .first()
    )
    if session is None:
        raise NoOpenSession()
    _refuse_yesterdays(session, at)
    return session


def move_cash(
    session: UUID, *, kind: str, amount: int, reference: str = "", by: Actor, at: datetime, request_key: str
) -> CashMovement:
    """Cash that is no fee: change brought to the cashier's own drawer, or money taken from it to the bank, in đồng.

    A deposit names the paying-in slip and is never more than the drawer holds. Raises SessionUnknown, NotYourDrawer,
    SessionClosed, SessionNotOfToday, MovementKindUnknown, AmountOutOfRange, DepositWithoutReference, ReferenceTooLong,
    DrawerHoldsLess, Replayed, KeyReused.
    """
    seen = session_seen(session, seen_by=by)
    if seen.cashier_id != by.user_id:
        raise NotYourDrawer()
    if kind not in CashMovementKind.values:
        raise MovementKindUnknown(field="kind")
    is_deposit = kind == CashMovementKind.DEPOSIT
    reference = reference.strip()
    if is_deposit and not reference:
        raise DepositWithoutReference(field="reference")
    if len(reference) > REFERENCE_AT_MOST:
        raise ReferenceTooLong(field="reference", most=REFERENCE_AT_MOST)
    _refuse_amount("amount", amount, least=1, most=10**15 if is_deposit else MOST_CHANGE)
    with verb_transaction():
        body = {"session": str(session), "kind": kind, "amount": amount, "reference": reference}
        _claim("move_cash", body, session, by=by, at=at, request_key=request_key)
        locked = _lock(seen)
        _refuse_yesterdays(locked, at)
        holds = drawer_of(locked).expected_cash
        if is_deposit and amount > holds:
            raise DrawerHoldsLess(field="amount", holds=dong(holds), given=dong(amount))
        return CashMovement.objects.create(
            uuid=uuid4(),
            session=locked,
            kind=kind,
            amount=amount,
            reference=reference,
            at=max(at, locked.opened_at),
        )


def close_session(
    session: UUID,
    *,
    count: Mapping[int, int],
    counted_cards: int,
    explanation: str = "",
    reason: str = "",
    by: Actor,
    at: datetime,
    request_key: str,
) -> CashierSession:
    """Closes a drawer with what was found in it: how many of each note, and the sum of the card slips in đồng.

    A difference from what the rows add up to is explained, or the drawer stays open. Who heads the desk's agency, or signs
    for it, counts in an absent cashier's stead and gives the `reason`. Raises SessionUnknown, SessionClosed, NoteUnknown,
    TooManyNotes, AmountOutOfRange, TextTooLong, ClosingReasonMissing, DifferenceUnexplained, Replayed, KeyReused.
    """
    seen = session_seen(session, seen_by=by)
    _refuse_count(count)
    _refuse_amount("counted_cards", counted_cards, least=0, most=MOST_CARDS)
    explanation, reason = explanation.strip(), reason.strip()
    _refuse_long(explanation=explanation, reason=reason)
    is_own = seen.cashier_id == by.user_id
    if not is_own and not reason:
        raise ClosingReasonMissing(field="reason")
    found = {note: count[note] for note in NOTES if count.get(note)}
    with verb_transaction():
        body = {
            "session": str(session),
            "count": {str(note): number for note, number in found.items()},
            "counted_cards": counted_cards,
            "explanation": explanation,
            "reason": reason,
        }
        _claim("close_session", body, session, by=by, at=at, request_key=request_key)
        locked = _lock(seen)
        drawer = drawer_of(locked)
        locked.expected_cash, locked.counted_cash = drawer.expected_cash, sum_of(found)
        locked.expected_cards, locked.counted_cards = drawer.expected_cards, counted_cards
        if locked.has_difference and not explanation:
            raise _unexplained(locked)
        locked.count = body["count"]
        locked.explanation = explanation
        locked.closed_at = max(at, _last_money(locked))
        locked.closed_by_id = by.account_id
        locked.closing_reason = "" if is_own else reason
        locked.save(
            update_fields=[
                *("expected_cash", "counted_cash", "expected_cards", "counted_cards", "count", "explanation"),
                *("closed_at", "closed_by", "closing_reason"),
            ]
        )
        return locked


def acknowledge_difference(
    session: UUID, *, note: str, by: Actor, at: datetime, request_key: str
) -> DifferenceAcknowledged:
    """Says what was found about a difference, once: by who answers for the desk and neither kept nor counted the drawer.

    Raises SessionUnknown, OwnDifference, NothingToAcknowledge, NoteMissing, TextTooLong, DifferenceAcknowledgedAlready,
    Replayed, KeyReused.
    """
    seen = session_seen(session, seen_by=by)
    if seen.is_open or not seen.has_difference:
        raise NothingToAcknowledge()
    if not may_acknowledge(seen, by):
        raise OwnDifference()
    note = note.strip()
    if not note:
        raise NoteMissing(field="note")
    _refuse_long(note=note)
    with verb_transaction():
        body = {"session": str(session), "note": note}
        _claim("acknowledge_difference", body, session, by=by, at=at, request_key=request_key)
        return DifferenceAcknowledged.objects.create(
            session=seen, note=note, by_id=by.account_id, at=max(at, seen.closed_at or at)
        )


def _claim(verb: str, body: Any, session: UUID, *, by: Actor, at: datetime, request_key: str) -> None:
    """Raises Replayed with the session of the first answer, and KeyReused."""
    request_keys.claim_once(
        actor_id=by.account_id, key=request_key, verb=verb, body=body, answer=str(session), at=at
    )


def _lock(seen: CashierSession) -> CashierSession:
    """The session, locked and read again; whoever takes money in it waits, or was quicker. Raises SessionClosed."""
    locked = lock_one(CashierSession.objects.filter(pk=seen.pk))
    if not locked.is_open:
        raise closed(CashierSession.objects.select_related("closed_by").get(pk=seen.pk))
    return locked


def closed(session: CashierSession) -> SessionClosed:
    """The refusal that says who closed a session, and when."""
    return SessionClosed(
        at=moment(session.closed_at), by=session.closed_by.full_name if session.closed_by else ""
    )


def _last_money(session: CashierSession) -> datetime:
    """When the last row of a session was written: its end is not before, though the request that ends it may be."""
    latest: list[datetime | None] = [
        session.payments.aggregate(at=Max("taken_at"))["at"],
        session.movements.aggregate(at=Max("at"))["at"],
        session.refunds.aggregate(at=Max("paid_at"))["at"],
    ]
    return max([session.opened_at, *(each for each in latest if each is not None)])


def _refuse_yesterdays(session: CashierSession, at: datetime) -> None:
    opened_on = timezone.localdate(session.opened_at)
    if opened_on != timezone.localdate(at):
        raise SessionNotOfToday(on=opened_on.strftime("%d/%m/%Y"))


def _refuse_amount(field: str, amount: int, *, least: int, most: int) -> None:
    if type(amount) is not int or not least <= amount <= most:
        raise AmountOutOfRange(field=field, least=dong(least), most=dong(most))


def _refuse_count(count: Mapping[int, int]) -> None:
    for note, number in count.items():
        if note not in NOTES:
            raise NoteUnknown(field="count", note=str(note)[:20])
        if type(number) is not int or not 0 <= number <= MOST_NOTES:
            raise TooManyNotes(field=f"count.{note}", most=dong(MOST_NOTES).split()[0])


def _refuse_long(**texts: str) -> None:
    for field, text in texts.items():
        if len(text) > TEXT_AT_MOST:
            raise TextTooLong(field=field, most=TEXT_AT_MOST)


def _unexplained(session: CashierSession) -> DifferenceUnexplained:
    return DifferenceUnexplained(
        field="explanation",
        expected_cash=dong(session.expected_cash),
        counted_cash=dong(session.counted_cash),
        cash=signed(session.cash_difference),
        expected_cards=dong(session.expected_cards),
        counted_cards=dong(session.counted_cards),
        cards=signed(session.cards_difference),
    )
