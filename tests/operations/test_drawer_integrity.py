"""The check of integrity over cashier's sessions: silent over drawers of every kind, and naming one whose rows differ."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from apps.accounts.actors import Actor
from apps.accounts.choices import Role
from apps.operations.integrity import cashiers
from apps.operations.integrity.walking import by_sql
from apps.receipts.drawers import notes_of
from apps.receipts.models import CashierSession, CashMovement, Payment
from tests import given
from tests.receipts.test_drawers import acknowledged, closed, desk, drawer, moved, paid

pytestmark = pytest.mark.django_db


def faults() -> list[tuple[int, str]]:
    find = by_sql("sessions", cashiers.SESSIONS)
    return [(fault.pk, fault.wrong) for fault in find(1, CashierSession.objects.latest("pk").pk)]


def written(
    by: Actor, *, expected: int, counted: int, count: dict[int, int], **fields: Any
) -> CashierSession:
    """A closed session as no verb would write it: the database takes it, since each row alone is sound."""
    return CashierSession.objects.create(
        **{
            "uuid": uuid4(),
            "desk": desk(),
            "cashier_id": by.user_id,
            "opened_at": given.NOW,
            "opening_balance": 200_000,
            "closed_at": given.NOW,
            "closed_by_id": by.user_id,
            "expected_cash": expected,
            "counted_cash": counted,
            "expected_cards": 0,
            "counted_cards": 0,
            "count": {str(note): number for note, number in count.items()},
            "explanation": "Thiếu",
            **fields,
        }
    )


def test_open_closed_differing_and_late_drawers_are_whole():
    given.cashier(desk())
    by = given.cashier(desk())
    cash, cards = paid(by), paid(by, method="card")
    moved(drawer(by), by, 100_000)
    moved(drawer(by), by, 50_000, kind="change", reference="")
    closed(drawer(by), by, 150_000 + cash, cards)
    short, head = given.cashier(desk()), given.staff(desk(), Role.HEAD)
    acknowledged(closed(drawer(short), short, 0, 5_000, explanation="Mất"), head)
    left = given.cashier(desk())
    closed(drawer(left), head, 0, explanation="Mất", reason="Vắng", at=given.after(given.NOW, days=2))
    assert faults() == []


def test_a_session_that_expected_another_sum_than_its_rows_is_found():
    by = given.staff(desk(), Role.CASHIER)
    session = written(by, expected=199_000, counted=199_000, count=notes_of(199_000))
    assert faults() == [(session.pk, "expected_wrong")]
    cards = given.staff(desk(), Role.CASHIER)
    session = written(cards, expected=200_000, counted=200_000, count=notes_of(200_000), expected_cards=5_000)
    assert (session.pk, "expected_wrong") in faults()


def test_notes_that_are_not_worth_what_was_counted_are_found():
    by = given.staff(desk(), Role.CASHIER)
    session = written(by, expected=200_000, counted=200_000, count={100_000: 1})
    assert faults() == [(session.pk, "count_wrong")]


def test_money_taken_before_the_opening_or_after_the_closing_is_found():
    by = given.cashier(desk())
    session = drawer(by)
    early = given.NOW - timedelta(seconds=1)
    CashMovement.objects.create(uuid=uuid4(), session=session, kind="change", amount=1_000, at=early)
    assert faults() == [(session.pk, "money_outside")]
    late = given.cashier(desk())
    moved(drawer(late), late, 1_000, kind="change", at=given.after(given.NOW, hours=3))
    CashierSession.objects.filter(cashier_id=late.user_id).update(
        closed_at=given.after(given.NOW, hours=2),
        closed_by_id=late.user_id,
        expected_cash=201_000,
        counted_cash=201_000,
        expected_cards=0,
        counted_cards=0,
        count={"200000": 1, "1000": 1},
    )
    assert (drawer(late).pk, "money_outside") in faults()


def test_money_that_another_took_in_a_drawer_is_found():
    by, other = given.cashier(desk()), given.cashier(desk())
    paid(by)
    like = Payment.objects.get()
    Payment.objects.create(
        uuid=uuid4(),
        collecting_body=like.collecting_body,
        taken_at_desk=like.taken_at_desk,
        session=drawer(by),
        amount=1_000,
        method="cash",
        taken_by_id=other.user_id,
        taken_at=given.NOW,
    )
    assert faults() == [(drawer(by).pk, "money_of_another")]
