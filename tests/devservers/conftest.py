"""Fixtures of the tests of `devservers`."""

import signal
import subprocess
import time
from collections.abc import Callable, Iterator

import pytest

from tests.devservers.clones import Clone, clones


@pytest.fixture
def make_clone() -> Iterator[Callable[..., Clone]]:
    """Makes clones; `under` gives names of directories above it, `mode` the outermost one's rights."""
    with clones() as make:
        yield make


@pytest.fixture
def clone(make_clone: Callable[..., Clone]) -> Clone:
    """One clone where everybody may go."""
    return make_clone()


@pytest.fixture
def until() -> Callable[[Callable[[], bool]], None]:
    """Waits until something is so, and fails when it is not within 20 seconds."""

    def wait(holds: Callable[[], bool]) -> None:
        deadline = time.monotonic() + 20
        while not holds():
            assert time.monotonic() < deadline
            time.sleep(0.05)

    return wait


@pytest.fixture
def stranger() -> Iterator[subprocess.Popen[bytes]]:
    """A process that has nothing to do with us and must come to no harm."""
    process = subprocess.Popen(["sleep", "300"], start_new_session=True)
    yield process
    process.send_signal(signal.SIGKILL)
    process.wait()
