"""Income: what was taken and given back, on its day in Hanoi, seen by those who answer for it or supervise, and summed."""

from __future__ import annotations

from datetime import date, datetime
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from apps.accounts.choices import Role
from apps.receipts.choices import RefundGround, RefundMethod
from apps.receipts.models import Payment, Refund, RefundDecision, RefundProposal
from apps.supervision.errors import NoMoneyRead, PeriodWrong
from apps.supervision.income import Dimension, Period, bodies_in_sight, income, write_income
from tests import given
from tests.cases.doors import supervisor
from tests.receipts.lists import receipt

pytestmark = pytest.mark.django_db

TODAY = given.NOW.date()
MONTH = Period(date(2026, 11, 1), TODAY)


def inspector():
    return given.staff(given.city_agency("city_inspectorate"), Role.INSPECTOR)


def read(by=Dimension.AGENCY, period=MONTH, *, seen_by=None, **more):
    return income(by, period, seen_by=seen_by or inspector(), today=TODAY, **more)


def refunded(payment: Payment, amount: int, at=given.NOW) -> None:
    """Paid back by transfer."""
    fee = payment.lines.first().fee
    proposal = RefundProposal.objects.create(
        uuid=uuid4(), payment=payment, fee=fee, ground=RefundGround.CANCELLED, amount=amount, opened_at=at
    )
    by = given.staff(payment.collecting_body, Role.HEAD).account_id
    RefundDecision.objects.create(
        proposal=proposal,
        is_granted=True,
        method=RefundMethod.TRANSFER,
        reason="Rút hồ sơ",
        decided_by_id=by,
        decided_at=at,
    )
    Refund.objects.create(
        proposal=proposal, amount=amount, method=RefundMethod.TRANSFER, reference="FT1", paid_at=at
    )


def two_bodies():
    first = receipt()
    other = receipt(
        desk=given.ward_committee("Phường Trúc Bạch"), connecting_unit_id=given.ward("Phường Trúc Bạch").pk
    )
    assert first.series.collecting_body_id != other.series.collecting_body_id
    return first, other


def test_what_was_taken_and_given_back_is_told_by_collecting_body():
    first, other = two_bodies()
    refunded(first.payment, 1_000)
    found = {row.note: row for row in read()}
    mine = found[first.series.collecting_body.identification_code]
    assert (mine.paid, mine.payments, mine.refunded, mine.refunds) == (first.amount, 1, 1_000, 1)
    assert mine.net == first.amount - 1_000
    assert found[other.series.collecting_body.identification_code].net == other.amount


@pytest.mark.parametrize("by", Dimension)
def test_every_dimension_adds_up_to_the_same(by):
    first, other = two_bodies()
    refunded(first.payment, 1_000)
    rows = read(by)
    assert sum(row.paid for row in rows) == first.amount + other.amount
    assert sum(row.refunded for row in rows) == 1_000
    assert all(row.label not in ("", "–") for row in rows)


def test_money_counts_on_its_day_in_hanoi():
    at = datetime(2026, 11, 23, 0, 10, tzinfo=given.HANOI)
    taken = receipt(at=at)
    refunded(taken.payment, 500, at=datetime(2026, 11, 20, 23, 59, tzinfo=given.HANOI))
    assert [(row.paid, row.refunded) for row in read(period=Period(TODAY, TODAY))] == [(taken.amount, 0)]
    assert read(period=Period(date(2026, 11, 21), date(2026, 11, 22))) == []
    assert [(r.paid, r.refunded) for r in read(period=Period(date(2026, 11, 20), date(2026, 11, 20)))] == [
        (0, 500)
    ]


def test_each_reader_sees_the_bodies_in_their_sight_and_no_others():
    first, other = two_bodies()
    body = first.series.collecting_body
    assert [row.note for row in read(seen_by=given.staff(body, Role.HEAD))] == [body.identification_code]
    assert len(read(seen_by=supervisor(given.ward()))) == 2
    elsewhere = given.staff(
        given.agency("district_committee", given.ward("Phường Hàng Bạc").parent), Role.SUPERVISOR
    )
    assert read(seen_by=elsewhere) == []
    assert read(seen_by=given.staff(body, Role.HEAD), body_id=other.series.collecting_body_id) == []
    assert len(read(body_id=body.pk)) == 1
    assert {each.pk for each in bodies_in_sight(seen_by=given.staff(body, Role.APPROVER))} == {body.pk}
    for stranger in (given.staff(body, Role.CASHIER), given.citizen()):
        with pytest.raises(NoMoneyRead):
            read(seen_by=stranger)
        with pytest.raises(NoMoneyRead):
            bodies_in_sight(seen_by=stranger)


@pytest.mark.parametrize(
    "period",
    [
        Period(TODAY, date(2026, 11, 22)),
        Period(TODAY, date(2026, 11, 24)),
        Period(date(2025, 11, 1), TODAY),
    ],
)
def test_a_period_that_is_none_is_refused(period):
    with pytest.raises(PeriodWrong):
        read(period=period)


def test_income_costs_two_queries_however_much_there_is():
    reader = inspector()
    receipt()
    with CaptureQueriesContext(connection) as one:
        read(seen_by=reader)
    two_bodies()
    with CaptureQueriesContext(connection) as more:
        read(seen_by=reader)
    assert len(one) == len(more) <= 2


def test_the_spreadsheet_holds_every_combination(tmp_path):
    first, other = two_bodies()
    refunded(first.payment, 1_000)
    path = tmp_path / "a.xlsx"
    assert write_income(path, MONTH, seen_by=inspector(), at=given.NOW) == 2
    rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()[-2:]
    assert sorted(row[-1] for row in rows) == sorted([first.amount - 1_000, other.amount])
    assert {row[6] for row in rows} == {"11/2026"} and all(row[4] and row[5] for row in rows)
