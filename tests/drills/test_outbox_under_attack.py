"""The outbox against whatever goes wrong around it: poison, unknown tasks, lost processes, two of everything."""

from __future__ import annotations

from threading import Event, Thread

import pytest
from django.core import mail
from django.db import connection
from django.utils import timezone
from kombu.exceptions import OperationalError as BrokerError

from apps.cases import tasks
from apps.cases.choices import EventKind, Routing
from apps.cases.models import CaseEvent
from apps.core import outbox
from apps.core.management.commands import relay as relaying
from apps.core.models import OutboxRow
from apps.notifications.channels import TryAgain
from apps.operations.integrity import check
from tests import given
from tests.drills.at_once import at_once, errors
from tests.drills.processes import relay, until, worker

pytestmark = pytest.mark.commits

HARMLESS = "tests.drills.test_outbox_under_attack.nothing"


def owed(effect: str, task: str = HARMLESS) -> OutboxRow:
    row = outbox.owe(task, effect, timezone.now())
    row.save()
    return row


def fresh(row: OutboxRow) -> OutboxRow:
    return OutboxRow.objects.get(pk=row.pk)


# Poison


@pytest.mark.parametrize(
    ("task", "said", "logged"),
    [
        ("tests.drills.poison.raises", "RuntimeError", "RuntimeError"),
        ("tests.drills.poison.kills", "", "exited prematurely"),
        ("tests.drills.poison.unknown_to_every_worker", "", "unregistered task"),
    ],
)
def test_poison_stands_in_nobodys_way_and_is_given_up_visibly(
    committing_db, broker, tmp_path, task, said, logged
):
    where = {"database": committing_db, "broker": broker, "folder": tmp_path}
    poison = owed("poison", task)
    row = OutboxRow.objects.filter(pk=poison.pk)
    with relay(**where), worker("tests.drills.poison", **where):
        until(lambda: row.get().attempts > 0, "sending the poison", tmp_path)
        row.update(next_attempt_at=given.after(timezone.now(), hours=1))
        until(lambda: logged in (tmp_path / "worker.log").read_text(), "taking the poison", tmp_path)
        # Filed behind it, and taken by the same worker.
        case = given.filed_online()
        until(lambda: given.fresh(case).routing == Routing.ROUTED, "the routing", tmp_path)
        runs = tmp_path / f"{task.rsplit('.', 1)[1]}.runs"
        taken = len(runs.read_text().splitlines()) if runs.exists() else 0
        assert (taken, row.get().attempts) == (0 if "unknown" in task else 1, 1)
        row.update(attempts=outbox.MOST_ATTEMPTS, next_attempt_at=timezone.now())
        until(lambda: row.get().failed_at is not None, "giving it up", tmp_path)
    assert (row.get().done_at, row.get().last_error) == (None, said)
    assert list(outbox.failed_rows()) == [poison]


# The relay


def test_a_relay_whose_database_session_is_cut_goes_on(committing_db, broker, tmp_path):
    where = {"database": committing_db, "broker": broker, "folder": tmp_path}
    others = """FROM pg_stat_activity
        WHERE datname = current_database() AND usename = current_user AND pid <> pg_backend_pid()"""
    with relay(**where) as process:
        until(lambda: counted(f"SELECT count(*) {others}"), "listening", tmp_path)
        assert counted(f"SELECT count(pg_terminate_backend(pid)) {others}") >= 1
        row = owed("after the cut")
        until(lambda: fresh(row).attempts == 1, "sending the row", tmp_path)
        assert process.poll() is None


def counted(sql: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0]


def test_a_relay_killed_between_commit_and_sending_costs_one_wait_and_no_effect(committing_db, monkeypatch):
    row = owed("taken and not sent")

    def killed(*_args, **_more):
        raise KeyboardInterrupt

    monkeypatch.setattr(relaying.app, "send_task", killed)
    with pytest.raises(KeyboardInterrupt):
        relaying.Command().relay_once()
    waits = fresh(row)
    assert (waits.attempts, waits.done_at, waits.failed_at) == (1, None, None)
    assert outbox.take_due(timezone.now()) == []
    assert outbox.take_due(waits.next_attempt_at) == [(row.pk, row.task)]


def test_a_broker_that_is_away_uses_up_no_attempt(committing_db, monkeypatch):
    rows = [owed(f"effect {number}") for number in range(3)]
    sent = []

    def send(_task, args):
        if sent:
            raise BrokerError("Connection refused")
        sent.extend(args)

    monkeypatch.setattr(relaying.app, "send_task", send)
    with pytest.raises(BrokerError):
        relaying.Command().relay_once()
    assert sent == [rows[0].pk]
    assert [fresh(row).attempts for row in rows] == [1, 0, 0]
    assert [pk for pk, _task in outbox.take_due(timezone.now())] == [rows[1].pk, rows[2].pk]


def test_two_relays_at_once_send_each_row_once(committing_db):
    rows = [owed(f"effect {number}") for number in range(60)]
    at = timezone.now()
    taken = at_once(*[lambda: [pk for pk, _task in outbox.take_due(at, most=25)]] * 4)
    assert errors(taken) == []
    assert sorted(pk for batch in taken for pk in batch) == sorted(
        row.pk for row in rows if fresh(row).attempts
    )
    rest = [pk for pk, _task in outbox.take_due(at)]
    assert sorted(pk for batch in [*taken, rest] for pk in batch) == [row.pk for row in rows]
    assert {fresh(row).attempts for row in rows} == {1}


# The worker


def test_a_message_delivered_twice_at_once_sends_one_e_mail(committing_db, monkeypatch):
    given.filed_online(contact_email="an@example.vn")
    row = OutboxRow.objects.get(task__endswith="send_notice")
    inside, finished = Event(), Event()
    send = mail.EmailMessage.send

    def send_slowly(message, *args, **more):
        inside.set()
        assert finished.wait(timeout=30)
        return send(message, *args, **more)

    monkeypatch.setattr(mail.EmailMessage, "send", send_slowly)
    first = Thread(target=lambda: (tasks.send_notice(row.pk), connection.close()))
    first.start()
    assert inside.wait(timeout=30)
    tasks.send_notice(row.pk)
    assert fresh(row).done_at is None
    finished.set()
    first.join(timeout=30)
    assert len(mail.outbox) == 1
    assert fresh(row).done_at is not None
    tasks.send_notice(row.pk)
    assert len(mail.outbox) == 1


def test_a_worker_that_fails_or_is_cut_off_leaves_the_row_to_the_next(committing_db, monkeypatch):
    given.filed_online(contact_email="an@example.vn")
    row = OutboxRow.objects.get(task__endswith="send_notice")

    def away(*_args, **_more):
        raise ConnectionRefusedError

    with monkeypatch.context() as broken:
        broken.setattr(mail.EmailMessage, "send", away)
        assert [type(error) for error in at_once(lambda: tasks.send_notice(row.pk))] == [TryAgain]
    tasks.send_notice(row.pk)
    assert len(mail.outbox) == 1


def test_a_message_delivered_many_times_at_once_routes_a_case_once(committing_db):
    case = given.filed_online()
    row = OutboxRow.objects.get(effect=f"route:{case.code}")
    assert errors(at_once(*[lambda: tasks.route_case(row.pk)] * 4)) == []
    assert CaseEvent.objects.filter(case=case, kind=EventKind.CASE_ROUTED).count() == 1
    assert given.fresh(case).routing == Routing.ROUTED
    assert check(at=timezone.now()).broken == {}
