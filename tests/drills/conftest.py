"""What a drill begins with: a broker of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from devservers.places import place
from devservers.programs import programs_for
from devservers.valkey import valkey


@pytest.fixture
def broker() -> Iterator[str]:
    """A broker of this test's own, to be emptied without harm to others."""
    with place("drill", ephemeral=True) as here, valkey(here, programs_for(here)) as url:
        yield url
