"""Two workers, a crash between and a broker that forgets: a case that waits for another begins once."""

from __future__ import annotations

import pytest

from apps.cases import tasks
from apps.cases.actions import linked as acts
from apps.cases.choices import EventKind, Outcome, Status
from apps.cases.models import CaseEvent
from apps.core.models import OutboxRow
from tests.cases import linked
from tests.cases.linked import BIRTH, RESIDENCE

pytestmark = pytest.mark.django_db


def rows() -> list[OutboxRow]:
    return list(OutboxRow.objects.filter(task__endswith="follow_prerequisite").order_by("pk"))


def begun(case) -> int:
    return CaseEvent.objects.filter(case=case, kind=EventKind.PREREQUISITE_DELIVERED).count()


def test_the_second_of_two_workers_on_one_row_leaves_nothing_behind(monkeypatch):
    """Both have found the row open; while the first prepares its act the second has done it."""
    cases = linked.routed()
    linked.decided(cases[BIRTH])
    row = next(each for each in rows() if each.payload["code"] == cases[RESIDENCE].code)
    close, inner = tasks.outbox.close, []

    def closed_by_another(row_id, at):
        if not inner:
            inner.append(1)
            assert close(row_id, at)
        return close(row_id, at)

    monkeypatch.setattr("apps.cases.actions.acting.outbox.close", closed_by_another)
    tasks.follow_prerequisite(row.pk)
    assert begun(cases[RESIDENCE]) == 0


def test_a_row_that_is_delivered_again_does_nothing():
    cases = linked.routed()
    linked.decided(cases[BIRTH])
    for _ in range(3):
        for row in rows():
            tasks.follow_prerequisite(row.pk)
    assert begun(cases[RESIDENCE]) == 1


def test_a_crash_between_leaves_the_row_open_and_the_next_worker_does_it(monkeypatch):
    cases = linked.routed()
    linked.decided(cases[BIRTH], outcome=Outcome.REFUSED)

    def crash(*_args):
        raise ConnectionError

    monkeypatch.setattr(acts, "stop", crash)
    for row in rows():
        with pytest.raises(ConnectionError):
            tasks.follow_prerequisite(row.pk)
    assert {row.done_at for row in rows()} == {None}
    assert linked.again(cases)[RESIDENCE].status == Status.SUBMITTED
    monkeypatch.undo()
    assert linked.follow(cases)[RESIDENCE].status == Status.STOPPED
