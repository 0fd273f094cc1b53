"""The harness: stricter than production, on the program's own database role, with the whole city loaded."""

from __future__ import annotations

import gc
import os
import tempfile
from collections.abc import Callable, Iterator
from itertools import chain, groupby, islice
from pathlib import Path
from threading import Thread
from typing import Any
from uuid import uuid4

import pytest
from django.template.base import Template
from django.test.utils import _TestState
from django.utils import translation

from tests import databases

# By directory, or file.
_LONG = (
    "tests/drills/",
    "tests/devservers/",
    "tests/browser/",
    "tests/web/oversight/test_pages.py",
    "tests/operations/",
    "tests/bundles/",
)


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker, worker_id) -> Iterator[None]:
    with django_db_blocker.unblock(), databases.cloned(worker_id):
        yield


@pytest.fixture
def committing_db(django_db_setup, django_db_blocker, worker_id) -> Iterator[str]:
    """A database of the test's own, in which what commits is really committed; its name."""
    with django_db_blocker.unblock(), databases.cloned(f"{worker_id}_own") as name:
        yield name


@pytest.fixture(scope="session", autouse=True)
def _pages_as_a_browser_has_them(django_test_environment) -> None:
    """No test asks what a template was given: Django's copies of all that, kept for each of hundreds of includes, are a
    third of a page's time."""
    Template._render = _TestState.saved_data.template_render


@pytest.fixture(scope="session")
def worker_id(request) -> str:
    return os.environ.get("PYTEST_XDIST_WORKER", "gw0")


@pytest.fixture(autouse=True)
def _own_files(settings, tmp_path_factory) -> None:
    settings.MEDIA_ROOT = Path(tempfile.mkdtemp(prefix="media", dir=tmp_path_factory.getbasetemp()))


@pytest.fixture(autouse=True)
def _own_cache(settings, worker_id) -> None:
    """Workers share one Valkey: each test has keys of its own, and clears nothing that others use."""
    own = {**settings.CACHES["default"], "KEY_PREFIX": f"motcua-{worker_id}-{uuid4()}"}
    settings.CACHES = {**settings.CACHES, "default": own}


@pytest.fixture(autouse=True)
def _own_language(settings) -> Iterator[None]:
    """A request leaves its reader's language behind in the thread: each test begins in the city's own."""
    with translation.override(settings.LANGUAGE_CODE):
        yield


@pytest.fixture
def law() -> Callable[..., None]:
    """What a version says of time may be changed for a test, with `law(procedure, after_supplement="resume")`."""
    from tests import given

    return given.law_says


def pytest_configure(config) -> None:
    """The process that leads several begins the template at once: they find it made when they have read the tests."""
    if config.getoption("numprocesses", None) and not hasattr(config, "workerinput"):
        # The name that all of one run go by; xdist passes it on.
        config.option.testrunuid = config.option.testrunuid or uuid4().hex
        os.environ["PYTEST_XDIST_TESTRUNUID"] = config.option.testrunuid
        if "DATABASE_OWNER_URL" in os.environ:
            Thread(target=databases.ensure_template, daemon=True).start()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items) -> None:
    """Files that take long come early, each before two others: a worker is first given hundreds of tests in a row, and no
    worker shall begin a long one when the others have ended."""
    files = [list(tests) for _, tests in groupby(items, key=lambda item: item.path)]
    long = [tests for tests in files if tests[0].nodeid.startswith(_LONG)]
    others = iter([tests for tests in files if not tests[0].nodeid.startswith(_LONG)])
    early = [file for tests in long for file in (tests, *islice(others, 2))]
    items[:] = chain.from_iterable([*early, *others])


def pytest_collection_finish() -> None:
    """What has been loaded stays: the collector of garbage looks no longer through it, and comes less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)


def pytest_sessionfinish(session, exitstatus) -> None:
    if not hasattr(session.config, "workerinput") and "DATABASE_OWNER_URL" in os.environ:
        databases.drop_template()


@pytest.fixture
def simulator(settings) -> Iterator[Any]:
    """The simulated payment gateway as a real server, which the settings name for as long as the test lasts."""
    from tests import online

    with online.gateway(settings) as simulated:
        yield simulated
