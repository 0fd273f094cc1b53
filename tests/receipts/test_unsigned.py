"""A receipt is signed within a working hour; where it is not, an alarm is raised once, and cleared once it is."""

from __future__ import annotations

import logging
from datetime import datetime

import pytest
import time_machine
from django.db import ProgrammingError, transaction

from apps.cases import tasks
from apps.core.models import OutboxRow
from apps.receipts.models import Receipt, UnsignedAlarm
from apps.receipts.periodic import watch
from apps.receipts.selectors import unsigned_receipts
from tests import given

pytestmark = pytest.mark.django_db


def paid_at(at: datetime) -> Receipt:
    case = given.taken_at_counter(at=at)
    given.paid(case, at=at)
    return Receipt.objects.latest("pk")


def sign(receipt: Receipt) -> None:
    tasks.render_receipt(OutboxRow.objects.get(effect=f"receipt:{receipt.uuid}").pk)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=given.HANOI)


@pytest.mark.parametrize(
    ("paid", "still", "late"),
    [
        (at(23, 9), at(23, 10), at(23, 10, 1)),
        (at(23, 11, 30), at(23, 13, 30), at(23, 13, 31)),  # over noon
        # Over the evening and a holiday on the 24th.
        (at(23, 16, 45), at(25, 8, 45), at(25, 8, 46)),
    ],
    ids=["in the morning", "over noon", "over a holiday"],
)
def test_the_alarm_is_due_after_a_working_hour_of_the_collecting_body(paid, still, late):
    receipt = paid_at(paid)
    watch(still)
    assert (unsigned_receipts(still), UnsignedAlarm.objects.count()) == ([], 0)
    watch(late)
    [found] = unsigned_receipts(late)
    assert (found.receipt, found.due_at, found.raised_at) == (receipt, still, late)
    assert UnsignedAlarm.objects.get().receipt == receipt


def test_it_is_raised_and_logged_once_and_cleared_once_the_receipt_is_signed(caplog):
    receipt, other = paid_at(at(23, 9)), paid_at(at(23, 9, 50))
    with caplog.at_level(logging.ERROR, "apps.receipts.periodic"):
        for minute in (5, 10, 15):
            watch(at(23, 10, minute))
    assert len(caplog.records) == 1
    assert f"{receipt.number} of {receipt.series.collecting_body.identification_code}" in caplog.text
    alarm = UnsignedAlarm.objects.get()
    assert (alarm.receipt, alarm.raised_at, alarm.cleared_at) == (receipt, at(23, 10, 5), None)
    with time_machine.travel(at(23, 10, 20), tick=False):
        sign(receipt)
    assert unsigned_receipts(at(23, 10, 25)) == []
    watch(at(23, 10, 25))
    alarm.refresh_from_db()
    assert alarm.cleared_at == at(23, 10, 25)
    watch(at(23, 11))
    alarm.refresh_from_db()
    assert alarm.cleared_at == at(23, 10, 25)
    assert UnsignedAlarm.objects.get(receipt=other).raised_at == at(23, 11)


def test_an_alarm_stays_as_it_was_raised_and_is_cleared_once():
    paid_at(at(23, 9))
    watch(at(23, 10, 5))
    alarms = UnsignedAlarm.objects.all()
    for change in ({"raised_at": at(23, 10, 1)}, {"receipt_id": paid_at(at(23, 10)).pk}):
        with pytest.raises(ProgrammingError), transaction.atomic():
            alarms.update(**change)
    assert alarms.update(cleared_at=at(23, 11)) == 1
    with pytest.raises(ProgrammingError), transaction.atomic():
        alarms.update(cleared_at=at(23, 12))
    with pytest.raises(ProgrammingError), transaction.atomic():
        alarms.delete()
    assert alarms.values_list("raised_at", "cleared_at").get() == (at(23, 10, 5), at(23, 11))


def test_a_receipt_that_was_signed_in_time_raises_none():
    sign(paid_at(at(23, 9)))
    watch(at(23, 17))
    assert not UnsignedAlarm.objects.exists()


def test_it_takes_as_many_queries_for_twenty_as_for_two(django_assert_num_queries):
    for _ in range(2):
        paid_at(at(23, 9))
    late = at(23, 12)
    unsigned_receipts(late)
    with django_assert_num_queries(3):
        assert len(unsigned_receipts(late)) == 2
    for _ in range(18):
        paid_at(at(23, 9))
    with django_assert_num_queries(3):
        assert len(unsigned_receipts(late)) == 20
