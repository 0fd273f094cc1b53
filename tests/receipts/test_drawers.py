"""A cashier's drawer: opened, moved in and out of, counted and closed; what is refused leaves nothing behind."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from apps.accounts.actors import Actor
from apps.accounts.choices import Role
from apps.cases.actions.payment import record_payment
from apps.core.errors import KeyReused, Refusal
from apps.core.models import RequestKey
from apps.core.request_keys import Replayed
from apps.receipts.actions import cashiers
from apps.receipts.drawers import drawer_of, notes_of
from apps.receipts.errors import (
    AmountOutOfRange,
    ClosingReasonMissing,
    DepositWithoutReference,
    DifferenceUnexplained,
    DrawerHoldsLess,
    MovementKindUnknown,
    NoOpenSession,
    NoteUnknown,
    NotYourDesk,
    NotYourDrawer,
    ReferenceTooLong,
    SessionClosed,
    SessionNotOfToday,
    SessionOpen,
    SessionUnknown,
    TextTooLong,
    TooManyNotes,
)
from apps.receipts.models import CashierSession, CashMovement, DifferenceAcknowledged, Payment
from tests import given

pytestmark = pytest.mark.django_db

TOMORROW = given.after(given.NOW, days=1)


def desk() -> Any:
    return given.ward_committee()


def drawer(by: Actor) -> CashierSession:
    return CashierSession.objects.get(cashier_id=by.user_id)


def opened(by: Actor, balance: Any = 200_000, *, at=given.NOW, key: str = "") -> CashierSession:
    return cashiers.open_session(
        desk().pk, opening_balance=balance, by=by, at=at, request_key=key or given.key()
    )


def moved(session: CashierSession, by: Actor, amount: Any, *, kind="deposit", reference="GNT 15", **options):
    options = {"at": given.NOW, "request_key": given.key(), **options}
    return cashiers.move_cash(session.uuid, kind=kind, amount=amount, reference=reference, by=by, **options)


def closed(session: CashierSession, by: Actor, cash: int, cards: Any = 0, **options) -> CashierSession:
    options = {"at": given.NOW, "request_key": given.key(), "count": notes_of(cash), **options}
    return cashiers.close_session(session.uuid, counted_cards=cards, by=by, **options)


def acknowledged(session: CashierSession, by: Actor, note: str = "Đã kiểm đếm lại", *, key: str = ""):
    return cashiers.acknowledge_difference(
        session.uuid, note=note, by=by, at=given.NOW, request_key=key or given.key()
    )


def paid(by: Actor, *, method: str = "cash") -> int:
    """A citizen pays for two copies at this desk; the amount."""
    case = given.taken_at_counter()
    record_payment(
        case.code,
        amount=8_000,
        method=method,
        reference="THE 0042" if method == "card" else "",
        by=by,
        at=given.NOW,
        request_key=given.key(),
    )
    return 8_000


def all_rows() -> tuple[Any, ...]:
    models = (CashierSession, CashMovement, DifferenceAcknowledged, Payment, RequestKey)
    return tuple(list(model.objects.order_by("pk").values()) for model in models)


@contextmanager
def refused(refusal: type[Refusal], field: str | None = None) -> Iterator[pytest.ExceptionInfo]:
    before = all_rows()
    with pytest.raises(refusal) as told:
        yield told
    assert told.type is refusal
    assert told.value.field == field
    assert told.value.message and "%(" not in told.value.message
    assert all_rows() == before


# Opening


def test_whoever_stands_at_a_desk_opens_a_drawer_there():
    for role in (Role.CASHIER, Role.RECEPTIONIST, Role.RESULT_DESK):
        by = given.staff(desk(), role)
        session = opened(by, 500_000)
        assert (session.desk, session.cashier_id, session.is_open) == (desk(), by.user_id, True)
        assert drawer_of(session).expected_cash == 500_000


def test_nobody_else_opens_one():
    for by in (
        given.staff(desk(), Role.HANDLER, Role.HEAD, Role.APPROVER, Role.REGISTRAR, Role.ADMINISTRATOR),
        given.staff(given.ward_committee("Phường Hàng Bạc"), Role.CASHIER),
        given.citizen(),
    ):
        with refused(NotYourDesk, "desk"):
            opened(by)


def test_a_cashier_has_one_drawer_open_at_a_time():
    by = given.staff(desk(), Role.CASHIER)
    opened(by)
    with refused(SessionOpen):
        opened(by)


@pytest.mark.parametrize("balance", [-1, 100_000_001, 10**30, 1.5, "200000", True, None])
def test_an_opening_balance_is_whole_dong_within_reason(balance):
    with refused(AmountOutOfRange, "opening_balance") as told:
        opened(given.staff(desk(), Role.CASHIER), balance)
    assert "100.000.000" in told.value.message


def test_an_opening_sent_again_opens_nothing_more():
    by, key = given.staff(desk(), Role.CASHIER), given.key()
    session = opened(by, key=key)
    before = all_rows()
    with pytest.raises(Replayed) as told:
        opened(by, key=key)
    assert told.value.code == str(session.uuid)
    assert all_rows() == before
    with refused(KeyReused):
        opened(by, 300_000, key=key)


# Movements


def test_change_and_deposits_move_what_is_expected():
    by = given.cashier(desk())
    moved(drawer(by), by, 100_000, kind="change", reference="")
    moved(drawer(by), by, 250_000)
    found = drawer_of(drawer(by))
    assert (found.opening, found.change, found.deposits, found.expected_cash) == (
        200_000,
        100_000,
        250_000,
        50_000,
    )


def test_no_more_goes_to_the_bank_than_lies_in_the_drawer():
    by = given.cashier(desk())
    paid(by)
    paid(by, method="card")
    with refused(DrawerHoldsLess, "amount") as told:
        moved(drawer(by), by, 208_001)
    assert "208.000" in told.value.message
    moved(drawer(by), by, 208_000)
    assert drawer_of(drawer(by)).expected_cash == 0


def test_a_movement_is_refused_for_what_is_wrong_with_it():
    by = given.cashier(desk())
    session = drawer(by)
    for reference in ("", "   "):
        with refused(DepositWithoutReference, "reference"):
            moved(session, by, 1_000, reference=reference)
    with refused(ReferenceTooLong, "reference"):
        moved(session, by, 1_000, reference="9" * 81)
    with refused(MovementKindUnknown, "kind"):
        moved(session, by, 1_000, kind="tip")
    for amount in (0, -1_000, 1.5, 10**30, "1000"):
        with refused(AmountOutOfRange, "amount"):
            moved(session, by, amount)
    with refused(AmountOutOfRange, "amount"):
        moved(session, by, 100_000_001, kind="change")


def test_only_the_cashier_moves_cash_in_a_drawer():
    session = drawer(given.cashier(desk()))
    for role in (Role.HEAD, Role.APPROVER):
        with refused(NotYourDrawer):
            moved(session, given.staff(desk(), role), 1_000)
    for by in (
        given.staff(desk(), Role.CASHIER, Role.HANDLER, Role.REGISTRAR),
        given.staff(given.ward_committee("Phường Hàng Bạc"), Role.CASHIER, Role.HEAD),
        given.citizen(),
    ):
        with refused(SessionUnknown, "session"):
            moved(session, by, 1_000)


def test_a_movement_sent_again_moves_nothing_more():
    by, key = given.cashier(desk()), given.key()
    moved(drawer(by), by, 50_000, request_key=key)
    before = all_rows()
    with pytest.raises(Replayed):
        moved(drawer(by), by, 50_000, request_key=key)
    assert all_rows() == before
    with refused(KeyReused):
        moved(drawer(by), by, 50_001, request_key=key)


# Closing


def test_a_count_that_agrees_closes_the_drawer_without_a_word():
    by = given.cashier(desk())
    cash, cards = paid(by), paid(by, method="card")
    session = closed(drawer(by), by, 200_000 + cash, cards)
    session.refresh_from_db()
    assert (session.expected_cash, session.counted_cash) == (208_000, 208_000)
    assert (session.expected_cards, session.counted_cards) == (8_000, 8_000)
    assert (session.closed_by_id, session.closing_reason, session.explanation) == (by.user_id, "", "")
    assert session.count == {"200000": 1, "5000": 1, "2000": 1, "1000": 1}
    assert not session.has_difference and not session.is_closed_late


def test_a_difference_is_told_to_the_dong_and_explained_or_the_drawer_stays_open():
    by = given.cashier(desk())
    paid(by)
    session = drawer(by)
    with refused(DifferenceUnexplained, "explanation") as told:
        closed(session, by, 200_000, 5_000)
    for part in ("208.000", "200.000", "\N{MINUS SIGN}8.000", "+5.000"):
        assert part in told.value.message
    with refused(DifferenceUnexplained, "explanation"):
        closed(session, by, 200_000, explanation="   ")
    session = closed(session, by, 200_000, 0, explanation="Trả thừa tiền cho khách")
    assert (session.cash_difference, session.has_difference) == (-8_000, True)


@pytest.mark.parametrize(
    ("count", "refusal", "field"),
    [
        ({300_000: 1}, NoteUnknown, "count"),
        ({100: 1}, NoteUnknown, "count"),
        ({500_000: -1}, TooManyNotes, "count.500000"),
        ({500_000: 20_001}, TooManyNotes, "count.500000"),
        ({1_000: 1.5}, TooManyNotes, "count.1000"),
        ({1_000: "7"}, TooManyNotes, "count.1000"),
        ({1_000: True}, TooManyNotes, "count.1000"),
    ],
)
def test_a_count_is_of_notes_that_exist_in_whole_numbers(count, refusal, field):
    by = given.cashier(desk())
    with refused(refusal, field):
        closed(drawer(by), by, 0, count=count, explanation="Đếm sai")


def test_a_count_of_slips_and_the_texts_have_bounds():
    by = given.cashier(desk())
    for cards in (-1, 10**11 + 1, 1.5):
        with refused(AmountOutOfRange, "counted_cards"):
            closed(drawer(by), by, 200_000, cards)
    with refused(TextTooLong, "explanation"):
        closed(drawer(by), by, 1_000, explanation="x" * 501)


def test_a_closed_drawer_takes_nothing_more():
    by = given.cashier(desk())
    session = drawer(by)
    closed(session, by, 200_000)
    with refused(SessionClosed) as told:
        closed(session, by, 200_000)
    assert by.name in told.value.message
    with refused(SessionClosed):
        moved(session, by, 1_000)
    case = given.taken_at_counter()
    with refused(NoOpenSession):
        record_payment(case.code, amount=8_000, method="cash", by=by, at=given.NOW, request_key=given.key())
    opened(by)


def test_a_closing_sent_again_closes_nothing_more():
    by, key = given.cashier(desk()), given.key()
    closed(drawer(by), by, 200_000, request_key=key)
    before = all_rows()
    with pytest.raises(Replayed):
        closed(drawer(by), by, 200_000, request_key=key)
    assert all_rows() == before
    with refused(KeyReused):
        closed(drawer(by), by, 200_000, 1, request_key=key)


def test_a_drawer_left_open_overnight_is_only_closed_and_says_so():
    by = given.cashier(desk())
    session = drawer(by)
    with refused(SessionNotOfToday) as told:
        moved(session, by, 1_000, at=TOMORROW)
    assert "23/11/2026" in told.value.message
    with refused(SessionOpen):
        opened(by, at=TOMORROW)
    assert closed(session, by, 200_000, at=TOMORROW).is_closed_late


def test_a_session_does_not_end_before_the_last_money_in_it():
    by = given.cashier(desk())
    paid(by)
    assert closed(drawer(by), by, 208_000, at=given.NOW - timedelta(seconds=1)).closed_at == given.NOW


def test_the_head_counts_for_an_absent_cashier_and_says_why():
    for role in (Role.HEAD, Role.APPROVER):
        by, head = given.cashier(desk()), given.staff(desk(), role)
        with refused(ClosingReasonMissing, "reason"):
            closed(drawer(by), head, 200_000, reason="  ")
        session = closed(drawer(by), head, 200_000, reason="Thủ quỹ nghỉ ốm")
        assert (session.closed_by_id, session.closing_reason) == (head.user_id, "Thủ quỹ nghỉ ốm")


def test_nobody_else_counts_a_drawer():
    session = drawer(given.cashier(desk()))
    for by in (
        given.staff(desk(), Role.CASHIER, Role.RECEPTIONIST, Role.HANDLER, Role.REGISTRAR),
        given.staff(given.ward_committee("Phường Hàng Bạc"), Role.CASHIER, Role.HEAD),
        given.citizen(),
    ):
        with refused(SessionUnknown, "session"):
            closed(session, by, 200_000, reason="Tôi")
    with refused(SessionUnknown, "session"):
        cashiers.close_session(
            uuid4(),
            count={},
            counted_cards=0,
            by=given.staff(desk(), Role.HEAD),
            at=given.NOW,
            request_key=given.key(),
        )
