"""Real relays and workers for a drill, at a broker of its own, and the waiting for what they do."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connection

from tests import databases

PATIENCE = 120


@contextmanager
def process(name: str, *command: str, database: str, broker: str, folder: Path) -> Iterator[subprocess.Popen]:
    env = {
        **os.environ,
        "DATABASE_URL": databases.url_of(database),
        "REDIS_URL": broker,
        "DRILL_FOLDER": str(folder),
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


def worker(program: str = "config.celery", queues: str = "routing", **where) -> contextmanager:
    command = f"-m celery -A {program} worker --queues {queues} --concurrency 1 --loglevel WARNING"
    return process("worker", *command.split(), "--without-gossip", "--without-mingle", **where)


def until(holds, what: str, folder: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        if time.monotonic() > deadline:
            logs = "\n".join(f"{log.name}:\n{log.read_text()[-2000:]}" for log in folder.glob("*.log"))
            pytest.fail(f"{what} did not happen within {PATIENCE} s\n{logs}")
        time.sleep(0.1)


def kill_with_children(parent: subprocess.Popen) -> None:
    """SIGKILL to a worker and its pool, as when the machine goes."""
    children = Path(f"/proc/{parent.pid}/task/{parent.pid}/children").read_text().split()
    parent.kill()
    for pid in children:
        os.kill(int(pid), 9)
    parent.wait(timeout=20)


def waits_for_a_lock() -> bool:
    """Whether a session of this database waits for another's lock."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT EXISTS (
                SELECT FROM pg_locks waiting JOIN pg_locks held USING (pid)
                WHERE NOT waiting.granted
                    AND held.database = (SELECT oid FROM pg_database WHERE datname = current_database()))"""
        )
        return cursor.fetchone()[0]
