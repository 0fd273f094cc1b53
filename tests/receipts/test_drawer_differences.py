"""A drawer's difference is acknowledged by a second pair of eyes; what is closed the database keeps as it is."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, transaction

from apps.accounts.actors import Actor
from apps.accounts.choices import Role
from apps.core.request_keys import Replayed
from apps.receipts.drawers import notes_of
from apps.receipts.errors import (
    DifferenceAcknowledgedAlready,
    NoteMissing,
    NothingToAcknowledge,
    OwnDifference,
    SessionUnknown,
    TextTooLong,
)
from apps.receipts.models import CashierSession, DifferenceAcknowledged
from tests import given
from tests.receipts.test_drawers import acknowledged, closed, desk, drawer, opened, refused

pytestmark = pytest.mark.django_db


def short_drawer() -> tuple[CashierSession, Actor]:
    by = given.cashier(desk(), role=Role.CASHIER)
    return closed(drawer(by), by, 199_000, explanation="Thiếu 1.000 đồng"), by


def test_a_second_pair_of_eyes_acknowledges_a_difference_once():
    session, _by = short_drawer()
    head = given.staff(desk(), Role.HEAD)
    found = acknowledged(session, head)
    assert (found.session, found.by_id, found.note) == (session, head.user_id, "Đã kiểm đếm lại")
    with refused(DifferenceAcknowledgedAlready):
        acknowledged(session, given.staff(desk(), Role.APPROVER))


def test_neither_who_kept_nor_who_counted_the_drawer_acknowledges():
    session, by = short_drawer()
    with refused(OwnDifference):
        acknowledged(session, by)
    # Not even where the cashier heads the agency as well.
    both = given.staff(desk(), Role.CASHIER, Role.HEAD)
    lost = closed(opened(both), both, 0, explanation="Mất")
    with refused(OwnDifference):
        acknowledged(lost, both)
    head = given.staff(desk(), Role.HEAD)
    counted = closed(drawer(given.cashier(desk())), head, 0, explanation="Mất", reason="Vắng")
    with refused(OwnDifference):
        acknowledged(counted, head)
    with pytest.raises(DatabaseError, match="not for user"), transaction.atomic():
        DifferenceAcknowledged.objects.create(session=session, note="Tự", by_id=by.user_id, at=given.NOW)


def test_only_a_difference_is_acknowledged_and_with_words():
    head = given.staff(desk(), Role.HEAD)
    by = given.cashier(desk())
    session = drawer(by)
    with refused(NothingToAcknowledge):
        acknowledged(session, head)
    session = closed(session, by, 200_000)
    with refused(NothingToAcknowledge):
        acknowledged(session, head)
    session, _by = short_drawer()
    with refused(NoteMissing, "note"):
        acknowledged(session, head, "  ")
    with refused(TextTooLong, "note"):
        acknowledged(session, head, "x" * 501)
    with refused(SessionUnknown, "session"):
        acknowledged(session, given.staff(given.ward_committee("Phường Hàng Bạc"), Role.HEAD))


def test_an_acknowledgement_sent_again_is_written_once():
    session, _by = short_drawer()
    head, key = given.staff(desk(), Role.HEAD), given.key()
    acknowledged(session, head, key=key)
    with pytest.raises(Replayed):
        acknowledged(session, head, key=key)
    assert DifferenceAcknowledged.objects.count() == 1


# What the database keeps


@pytest.mark.parametrize(
    "edit",
    [
        {"explanation": "Khác"},
        {"counted_cash": 0},
        {"closed_by_id": None},
        {"closed_at": None},
        {"opening_balance": 0},
    ],
)
def test_a_closed_session_is_never_edited(edit):
    session, _by = short_drawer()
    with pytest.raises(DatabaseError), transaction.atomic():
        CashierSession.objects.filter(pk=session.pk).update(**edit)


def test_an_open_session_keeps_its_opening():
    session = drawer(given.cashier(desk()))
    for edit in ({"opening_balance": 0}, {"cashier_id": given.staff(desk(), Role.CASHIER).user_id}):
        with pytest.raises(DatabaseError), transaction.atomic():
            CashierSession.objects.filter(pk=session.pk).update(**edit)


@pytest.mark.parametrize(
    ("amount", "count"),
    [
        (0, {}),
        (
            1_888_000,
            {
                500_000: 3,
                200_000: 1,
                100_000: 1,
                50_000: 1,
                20_000: 1,
                10_000: 1,
                5_000: 1,
                2_000: 1,
                1_000: 1,
            },
        ),
        (700, {500: 1, 200: 1}),
        # What is less than the smallest note is left over.
        (300, {200: 1}),
    ],
)
def test_an_amount_in_notes_is_worth_what_it_was(amount, count):
    assert {note: number for note, number in notes_of(amount).items() if number} == count
