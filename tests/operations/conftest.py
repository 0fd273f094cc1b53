"""A database with every table and no row: what `load_city` finds on its first run."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests import databases


@pytest.fixture(scope="module")
def empty_database(django_db_setup, django_db_blocker, worker_id) -> Iterator[None]:
    """Migrated, and pointed to while the module's tests run; each of them rolls back what it loads."""
    with django_db_blocker.unblock(), databases.cloned(worker_id, without_rows=True):
        yield
