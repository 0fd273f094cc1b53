"""Canonical JSON: the one spelling of a value, so that its hash means something for ever."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID


def spell_moment(moment: datetime) -> str:
    """UTC with microseconds, always the same width."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def read_moment(text: str) -> datetime:
    """The moment that `spell_moment` wrote."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)


def _spell(value: Any) -> Any:
    if isinstance(value, datetime):
        return spell_moment(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, bytes):
        return value.hex()
    raise TypeError(f"{type(value).__name__} has no canonical spelling")


def canonical(value: Any) -> bytes:
    """Sorted keys, no spaces, UTF-8. Floats are refused: an amount or a share is an integer."""
    _refuse_floats(value)
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_spell, allow_nan=False
    ).encode()


def _refuse_floats(value: Any) -> None:
    if isinstance(value, float):
        raise TypeError("a float has no canonical spelling")
    if isinstance(value, dict):
        for item in value.values():
            _refuse_floats(item)
    elif isinstance(value, list | tuple):
        for item in value:
            _refuse_floats(item)


def fingerprint(value: Any) -> bytes:
    """sha256 over the canonical spelling."""
    return hashlib.sha256(canonical(value)).digest()
