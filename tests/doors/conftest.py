"""Every door is tried on Monday at nine."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine

from tests import given


@pytest.fixture(autouse=True)
def _at_nine_on_monday() -> Iterator[None]:
    with time_machine.travel(given.NOW, tick=False):
        yield
