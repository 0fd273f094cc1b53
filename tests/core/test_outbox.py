"""The outbox: an effect is a row before it is a task, sent until done, given up visibly, sent again by hand."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from apps.core import outbox
from apps.core.models import OutboxRow
from tests import given

pytestmark = pytest.mark.django_db


def owed(effect: str = "route:X", at=given.NOW) -> OutboxRow:
    row = outbox.owe("apps.cases.tasks.route_case", effect, at, code="X")
    row.save()
    return row


def fresh(row: OutboxRow) -> OutboxRow:
    return OutboxRow.objects.get(pk=row.pk)


def test_a_new_row_is_due_at_once_and_then_after_a_growing_wait():
    row = owed()
    at = given.NOW
    waits = []
    for _ in range(outbox.MOST_ATTEMPTS):
        assert outbox.take_due(at) == [(row.pk, row.task)]
        assert outbox.take_due(at) == []
        waits.append(fresh(row).next_attempt_at - at)
        assert outbox.take_due(fresh(row).next_attempt_at - timedelta(microseconds=1)) == []
        at = fresh(row).next_attempt_at
    assert waits == sorted(waits)
    assert waits[0] == timedelta(seconds=20)
    assert waits[-1] == timedelta(hours=1)


def test_after_the_last_attempt_a_row_is_failed_visible_and_no_longer_sent():
    row = owed()
    OutboxRow.objects.update(attempts=outbox.MOST_ATTEMPTS)
    assert outbox.take_due(given.NOW) == []
    assert fresh(row).failed_at == given.NOW
    assert outbox.open_row(row.pk) is None
    assert outbox.take_due(given.after(given.NOW, days=9)) == []


def test_a_person_sends_a_failed_row_again_from_the_beginning():
    row = owed()
    assert outbox.send_again(row.pk, given.NOW) is False
    OutboxRow.objects.update(attempts=outbox.MOST_ATTEMPTS, failed_at=given.NOW)
    later = given.after(given.NOW, hours=5)
    assert outbox.send_again(row.pk, later) is True
    assert (fresh(row).failed_at, fresh(row).attempts) == (None, 0)
    assert outbox.take_due(later) == [(row.pk, row.task)]


def test_the_oldest_are_sent_first_and_no_more_than_asked_for():
    rows = [owed(f"route:{place}", given.after(given.NOW, minutes=-place)) for place in range(5)]
    assert [pk for pk, _ in outbox.take_due(given.NOW, most=2)] == [rows[4].pk, rows[3].pk]
    assert len(outbox.take_due(given.NOW)) == 3


def test_a_row_owed_for_later_is_not_sent_before():
    owed(at=given.after(given.NOW, hours=1))
    assert outbox.take_due(given.NOW) == []


def test_an_effect_happens_with_the_closing_of_its_row_and_once():
    row = owed()
    done = []
    assert outbox.effect(row.pk, given.NOW, lambda: done.append(1)) is True
    assert outbox.effect(row.pk, given.NOW, lambda: done.append(2)) is False
    assert done == [1]
    assert fresh(row).done_at == given.NOW


def test_an_effect_that_fails_leaves_its_row_open():
    row = owed()

    def fail() -> None:
        raise RuntimeError("the disk is full")

    with pytest.raises(RuntimeError):
        outbox.effect(row.pk, given.NOW, fail)
    assert fresh(row).done_at is None
    assert outbox.take_due(given.NOW) == [(row.pk, row.task)]


def test_the_kind_of_an_error_is_kept_and_not_its_words():
    row = owed()
    outbox.note_error(row.pk, ValueError("Trần Thị Bưởi, 001185000001"))
    assert fresh(row).last_error == "ValueError"


def test_a_late_worker_may_still_close_a_row_that_was_given_up():
    row = owed()
    OutboxRow.objects.update(failed_at=given.NOW)
    assert outbox.close(row.pk, given.NOW) is True
    assert (fresh(row).failed_at, fresh(row).done_at) == (None, given.NOW)


def test_the_database_refuses_the_same_effect_twice_and_a_row_both_done_and_failed():
    row = owed()
    with pytest.raises(IntegrityError), transaction.atomic():
        owed()
    with pytest.raises(IntegrityError, match="outbox_done_or_failed"), transaction.atomic():
        OutboxRow.objects.filter(pk=row.pk).update(done_at=given.NOW, failed_at=given.NOW)
