"""The tax authority of the tests: the simulator, which at the end must not have been told what breaks the schema."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from apps.operations import tax_authority_simulator
from apps.operations.tax_authority_simulator import SCHEMA, Authority, notice

__all__ = ["SCHEMA", "Authority", "notice", "running"]


@contextmanager
def running() -> Iterator[Authority]:
    with tax_authority_simulator.running() as authority:
        yield authority
    assert authority.invalid == []
