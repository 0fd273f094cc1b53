"""The broker loses everything between filing and routing: the case is routed all the same, by real processes."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import redis
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from apps.cases.choices import EventKind, Routing
from apps.cases.models import CaseEvent
from apps.core.models import OutboxRow
from apps.operations.integrity import check
from devservers.places import place
from devservers.programs import programs_for
from devservers.valkey import valkey
from tests import databases, given

pytestmark = pytest.mark.commits
PATIENCE = 40


@pytest.fixture
def broker() -> Iterator[str]:
    """A broker of this test's own, to be emptied without harm to others."""
    with place("drill", ephemeral=True) as here, valkey(here, programs_for(here)) as url:
        yield url


@contextmanager
def process(name: str, *command: str, database: str, broker: str, folder: Path) -> Iterator[subprocess.Popen]:
    env = {
        **os.environ,
        "DATABASE_URL": databases.url_of(database),
        "REDIS_URL": broker,
        "MEDIA_ROOT": str(folder),
        "DJANGO_SETTINGS_MODULE": "config.settings.test",
    }
    with open(folder / f"{name}.log", "wb") as log:
        started = subprocess.Popen(
            [sys.executable, *command], cwd=databases.ROOT, env=env, stdout=log, stderr=log
        )
    try:
        yield started
    finally:
        started.terminate()
        try:
            started.wait(timeout=20)
        except subprocess.TimeoutExpired:
            started.kill()
            started.wait(timeout=20)


def relay(**where) -> contextmanager:
    return process("relay", "manage.py", "relay", **where)


def worker(**where) -> contextmanager:
    command = "-m celery -A config.celery worker --queues routing --concurrency 1 --loglevel WARNING"
    return process("worker", *command.split(), "--without-gossip", "--without-mingle", **where)


def until(holds, what: str, folder: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        if time.monotonic() > deadline:
            logs = "\n".join(f"{log.name}:\n{log.read_text()[-2000:]}" for log in folder.glob("*.log"))
            pytest.fail(f"{what} did not happen within {PATIENCE} s\n{logs}")
        time.sleep(0.1)


def test_a_case_filed_before_the_broker_was_emptied_is_still_routed(committing_db, broker, tmp_path):
    where = {"database": committing_db, "broker": broker, "folder": tmp_path}
    with relay(**where):
        case = given.filed_online()
        row = OutboxRow.objects.filter(effect=f"route:{case.code}")
        until(lambda: row.filter(attempts=1).exists(), "sending the row", tmp_path)
        server = redis.Redis.from_url(broker)
        until(lambda: server.llen("routing") > 0, "the task's arrival at the broker", tmp_path)
        server.flushall()
        assert server.dbsize() == 0
        with worker(**where):
            # The row waits for its consumer before it is sent again; here that wait is over at once.
            assert row.filter(done_at=None, next_attempt_at__gt=F("created_at")).exists()
            row.update(next_attempt_at=timezone.now())
            until(lambda: given.fresh(case).routing == Routing.ROUTED, "the routing", tmp_path)
    assert row.get().done_at is not None
    assert CaseEvent.objects.filter(case=case, kind=EventKind.CASE_ROUTED).count() == 1
    assert check(at=timezone.now()).broken == {}


def test_a_worker_killed_before_it_committed_leaves_the_row_to_be_sent_again(committing_db, broker, tmp_path):
    where = {"database": committing_db, "broker": broker, "folder": tmp_path}
    case = given.filed_online()
    row = OutboxRow.objects.filter(effect=f"route:{case.code}")
    with relay(**where):
        with worker(**where) as first, transaction.atomic():
            # While somebody else holds the case, the worker waits for it in the middle of its act.
            connection.cursor().execute("SELECT FROM cases_case WHERE id = %s FOR NO KEY UPDATE", [case.pk])
            until(waits_for_a_lock, "the worker's waiting", tmp_path)
            kill_with_children(first)
        assert given.fresh(case).routing == Routing.PENDING
        with worker(**where):
            row.update(next_attempt_at=timezone.now())
            until(lambda: given.fresh(case).routing == Routing.ROUTED, "the routing", tmp_path)
    assert CaseEvent.objects.filter(case=case, kind=EventKind.CASE_ROUTED).count() == 1
    assert check(at=timezone.now()).broken == {}


def waits_for_a_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)")
        return cursor.fetchone()[0]


def kill_with_children(parent: subprocess.Popen) -> None:
    """SIGKILL to a worker and its pool, as when the machine goes."""
    children = Path(f"/proc/{parent.pid}/task/{parent.pid}/children").read_text().split()
    parent.kill()
    for pid in children:
        os.kill(int(pid), 9)
    parent.wait(timeout=20)
