"""Two tabs, one drawer: it is closed before or after other money in it, never between, and what loses leaves nothing."""

from __future__ import annotations

import pytest

from apps.accounts.choices import Role
from apps.cases.actions.payment import record_payment
from apps.cases.models import CaseEvent
from apps.core.request_keys import Replayed
from apps.operations.integrity import check
from apps.receipts.actions.cashiers import acknowledge_difference, close_session, move_cash, open_session
from apps.receipts.drawers import drawer_of, notes_of
from apps.receipts.errors import (
    DifferenceAcknowledgedAlready,
    DifferenceUnexplained,
    DrawerHoldsLess,
    NoOpenSession,
    SessionClosed,
    SessionOpen,
)
from apps.receipts.models import CashierSession, CashMovement, DifferenceAcknowledged, Payment, Receipt
from tests import given
from tests.drills.at_once import at_once, errors

pytestmark = pytest.mark.commits


@pytest.fixture(autouse=True)
def _whole_afterwards(committing_db):
    """Whatever was played at once, every invariant holds."""
    yield
    assert check(at=given.NOW).broken == {}


def desk():
    return given.ward_committee()


def drawer(by) -> CashierSession:
    return CashierSession.objects.get(cashier_id=by.user_id)


def closes(by, cash: int, **said):
    session, said = drawer(by).uuid, {"request_key": given.key(), "explanation": "", **said}
    return lambda: close_session(session, count=notes_of(cash), counted_cards=0, by=by, at=given.NOW, **said)


def pays(case, by):
    key = given.key()
    return lambda: record_payment(
        case.code, amount=8_000, method="cash", by=by, at=given.NOW, request_key=key
    )


@pytest.mark.parametrize("_time", range(4))
def test_money_is_in_the_count_or_not_taken_at_all(_time):
    case, by = given.taken_at_counter(), given.cashier(desk())
    events = CaseEvent.objects.filter(case=case).count()
    lost = errors(at_once(pays(case, by), closes(by, 200_000)))
    assert [type(error) for error in lost] in ([NoOpenSession], [DifferenceUnexplained]), lost
    session = drawer(by)
    if isinstance(lost[0], NoOpenSession):
        # Nothing half done: no payment, no number taken, no line in the ledger.
        assert not session.is_open
        assert not Payment.objects.filter(session=session).exists()
        assert not Receipt.objects.filter(payment__session=session).exists()
        assert CaseEvent.objects.filter(case=case).count() == events
    else:
        assert session.is_open and session.counted_cash is None
        assert Payment.objects.get(session=session).amount == 8_000
        assert CaseEvent.objects.filter(case=case).count() == events + 1
        closes(by, 208_000)()


def test_an_explained_count_that_loses_expects_the_money_that_came_first():
    case, by = given.taken_at_counter(), given.cashier(desk())
    lost = errors(at_once(pays(case, by), closes(by, 200_000, explanation="Chưa rõ")))
    session = drawer(by)
    taken = Payment.objects.filter(session=session).count() * 8_000
    assert session.expected_cash == 200_000 + taken == drawer_of(session).expected_cash
    assert [type(error) for error in lost] == ([] if taken else [NoOpenSession])


def test_a_drawer_closed_twice_is_closed_once():
    by = given.cashier(desk())
    lost = errors(at_once(closes(by, 200_000), closes(by, 100_000, explanation="Thiếu")))
    assert [type(error) for error in lost] == [SessionClosed]
    assert by.name in lost[0].message


def test_one_request_sent_twice_at_once_closes_once():
    by, key = given.cashier(desk()), given.key()
    lost = errors(at_once(*[closes(by, 200_000, request_key=key)] * 2))
    assert [type(error) for error in lost] == [Replayed]


def test_two_tabs_open_one_drawer():
    by = given.staff(desk(), Role.CASHIER)

    def opens(key: str):
        return lambda: open_session(desk().pk, opening_balance=0, by=by, at=given.NOW, request_key=key)

    lost = errors(at_once(opens(given.key()), opens(given.key())))
    assert [type(error) for error in lost] == [SessionOpen]
    assert CashierSession.objects.filter(cashier_id=by.user_id).count() == 1


def test_two_deposits_never_take_more_than_the_drawer_holds():
    by = given.cashier(desk())
    session = drawer(by).uuid

    def takes(key: str):
        said = {"kind": "deposit", "amount": 150_000, "reference": "GNT 15"}
        return lambda: move_cash(session, **said, by=by, at=given.NOW, request_key=key)

    lost = errors(at_once(takes(given.key()), takes(given.key())))
    assert [type(error) for error in lost] == [DrawerHoldsLess]
    assert CashMovement.objects.get(session__uuid=session).amount == 150_000


def test_two_heads_acknowledge_once():
    by = given.cashier(desk())
    session = closes(by, 0, explanation="Mất")().uuid
    heads = [given.staff(desk(), Role.HEAD) for _ in range(2)]

    def finds(head, key: str):
        return lambda: acknowledge_difference(
            session, note="Đã lập biên bản", by=head, at=given.NOW, request_key=key
        )

    lost = errors(at_once(*(finds(head, given.key()) for head in heads)))
    assert [type(error) for error in lost] == [DifferenceAcknowledgedAlready]
    assert DifferenceAcknowledged.objects.filter(session__uuid=session).count() == 1
