"""Databases for tests: a template with the city in it, cloned for each worker and for each test that commits; one without.

Tests run as the program's role, which owns nothing; only this file knows the owner.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import dj_database_url
import psycopg
from django.conf import settings
from django.db import connections
from django.db.models import Model

ROOT = Path(__file__).resolve().parent.parent
_EMPTY = "_empty"


def _with_database(url: str, name: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def _owner() -> psycopg.Connection:
    return psycopg.connect(_with_database(os.environ["DATABASE_OWNER_URL"], "postgres"), autocommit=True)


def _run_name() -> str:
    """One name for all workers of one run: they share their parent."""
    seed = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid())) + os.environ["DATABASE_OWNER_URL"]
    return "motcua_test_" + hashlib.sha256(seed.encode()).hexdigest()[:10]


def ensure_template() -> str:
    """The migrated database with the whole city loaded, made by whichever worker comes first."""
    name = _run_name()
    folder = ROOT / ".local"
    folder.mkdir(exist_ok=True)
    with open(folder / f"{name}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with _owner() as connection:
            if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
                return name
            # The database given is empty: copied, it passes on its encoding and locale.
            empty = urlsplit(os.environ["DATABASE_OWNER_URL"]).path.lstrip("/")
            connection.execute(f'CREATE DATABASE "{name}_new" TEMPLATE "{empty}"')
            _manage("migrate", "--no-input", url=os.environ["DATABASE_OWNER_URL"], name=f"{name}_new")
            connection.execute(f'CREATE DATABASE "{name}{_EMPTY}" TEMPLATE "{name}_new" STRATEGY file_copy')
            # The year that the tests play in, and the machine's own: drills leave the clock alone.
            years = [str(year) for year in sorted({2026, date.today().year})]
            _manage("load_city", "--series-year", *years, url=os.environ["DATABASE_URL"], name=f"{name}_new")
            connection.execute(f'ALTER DATABASE "{name}_new" RENAME TO "{name}"')
    return name


def _manage(*arguments: str, url: str, name: str) -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env={
            **os.environ,
            "DATABASE_URL": _with_database(url, name),
            "DJANGO_SETTINGS_MODULE": "config.settings.test",
        },
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise RuntimeError(f"manage.py {arguments[0]} failed:\n{done.stdout}\n{done.stderr}")


@contextmanager
def cloned(suffix: str, *, without_rows: bool = False) -> Iterator[str]:
    """A database of one's own, pointed to by the default connection for as long as it lasts.

    It has the whole city in it, or every table `without_rows`, as a first `load_city` finds them.
    """
    template = ensure_template() + (_EMPTY if without_rows else "")
    name = f"{template}_{suffix}"
    with _owner() as connection:
        _drop(connection, name)
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY file_copy')
    try:
        with pointed_at(url_of(name)):
            yield name
    finally:
        with _owner() as connection:
            _drop(connection, name)


@contextmanager
def pointed_at(url: str) -> Iterator[None]:
    """The default connection goes to another database for as long as it lasts, in every thread."""
    default, said = connections["default"], dj_database_url.parse(url)
    where = {key: said[key] for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT")}
    before = {key: default.settings_dict[key] for key in where}
    default.close()
    default.settings_dict.update(where)
    settings.DATABASES["default"].update(where)
    forget_what_is_frozen()
    try:
        yield
    finally:
        connections.close_all()
        default.settings_dict.update(before)
        settings.DATABASES["default"].update(before)
        forget_what_is_frozen()


def _drop(connection: psycopg.Connection, name: str) -> None:
    """Drops a clone with whatever is still connected to it.

    The server's own housekeeping may be in it: the owner may not end that by force, but a plain drop sends it away.
    """
    for attempt in range(10):
        try:
            force = " WITH (FORCE)" if attempt % 2 == 0 else ""
            connection.execute(f'DROP DATABASE IF EXISTS "{name}"{force}')
            return
        except (psycopg.errors.InsufficientPrivilege, psycopg.errors.ObjectInUse):
            time.sleep(0.2)
    raise RuntimeError(f"the database {name} stays in use")


def drop_template() -> None:
    """Removes what a run left; the last worker to end is the one that can."""
    with _owner() as connection:
        try:
            for suffix in ("", _EMPTY):
                connection.execute(f'DROP DATABASE IF EXISTS "{_run_name()}{suffix}"')
        except psycopg.errors.ObjectInUse:
            return
    (ROOT / ".local" / f"{_run_name()}.lock").unlink(missing_ok=True)


def asked_at_once(questions: Mapping[str, str]) -> dict[str, Any]:
    """The answers to questions in SQL, each of one value, for which the database is asked once."""
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(f"({question})" for question in questions.values()))
        return dict(zip(questions, cursor.fetchone(), strict=True))


def count_each(models: Collection[type[Model]]) -> dict[str, str]:
    """By a model's name, the question how many rows there are."""
    return {model.__name__: f'SELECT count(*) FROM "{model._meta.db_table}"' for model in models}


def owners_url_of(name: str) -> str:
    """The owner's address of a cloned database."""
    return _with_database(os.environ["DATABASE_OWNER_URL"], name)


def url_of(name: str) -> str:
    """The program's address of a cloned database, for a process that a test starts."""
    return _with_database(os.environ["DATABASE_URL"], name)


def forget_what_is_frozen() -> None:
    """Frozen rows are kept by id within a process; another database may use the same ids."""
    from apps.calendars.selectors import answer_times, working_calendar
    from apps.procedures.selectors.rules import _rules_of

    answer_times.cache_clear()
    working_calendar.cache_clear()
    _rules_of.cache_clear()
