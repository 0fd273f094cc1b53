"""Every door is tried on Monday at nine."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
import time_machine

from tests import databases, given


@pytest.fixture(autouse=True)
def _at_nine_on_monday(monkeypatch) -> Iterator[None]:
    # Hundreds of refusals are asked for: what they log would hide what went wrong.
    monkeypatch.setattr(logging.getLogger("django.request"), "disabled", True)
    with time_machine.travel(given.NOW, tick=False):
        yield
    # What a scene lets a version say is another's no more.
    databases.forget_what_is_frozen()
