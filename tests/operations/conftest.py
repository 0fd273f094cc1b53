"""A database with every table and no row: what `load_city` finds on its first run."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.db import connections

from tests import databases


@pytest.fixture(scope="module")
def empty_database(django_db_setup, django_db_blocker, worker_id) -> Iterator[None]:
    """Migrated, and pointed to while the module's tests run; each of them rolls back what it loads."""
    name = f"{databases._run_name()}_{worker_id}_empty"
    with databases._owner() as owner:
        owner.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
    databases._manage("migrate", "--no-input", url=os.environ["DATABASE_OWNER_URL"], name=name)
    default = connections["default"]
    before = default.settings_dict["NAME"]
    with django_db_blocker.unblock():
        default.close()
        default.settings_dict["NAME"] = settings.DATABASES["default"]["NAME"] = name
        databases.forget_what_is_frozen()
        yield
        default.close()
        default.settings_dict["NAME"] = settings.DATABASES["default"]["NAME"] = before
        databases.forget_what_is_frozen()
    with databases._owner() as owner:
        owner.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
