"""Whether a snapshot has exactly the shape of its paper: nothing lacks, and nothing is there that no paper prints."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterator, Mapping
from typing import Any, Literal, NotRequired


class SnapshotIncomplete(ValueError):
    """A snapshot lacks something its paper must say, or carries something the paper does not know."""


def faults_of(shape: Any, value: Any, place: str) -> Iterator[str]:
    """Every place where a value is not of a shape, in words."""
    if typing.is_typeddict(shape):
        yield from _faults_of_dict(shape, value, place)
        return
    origin = typing.get_origin(shape)
    if origin is list:
        if not isinstance(value, list):
            yield f"{place} is not a list"
            return
        (item_shape,) = typing.get_args(shape)
        for index, item in enumerate(value):
            yield from faults_of(item_shape, item, f"{place}[{index}]")
    elif origin in (types.UnionType, typing.Union):
        if value is not None:
            (some_shape,) = (option for option in typing.get_args(shape) if option is not types.NoneType)
            yield from faults_of(some_shape, value, place)
    elif origin is Literal:
        if value not in typing.get_args(shape):
            yield f"{place} is not one of {', '.join(typing.get_args(shape))}"
    elif type(value) is not shape:
        yield f"{place} is not {shape.__name__}"


def _faults_of_dict(shape: Any, value: Any, place: str) -> Iterator[str]:
    if not isinstance(value, Mapping):
        yield f"{place} is not an object"
        return
    hints = typing.get_type_hints(shape, include_extras=True)
    for name, inner in hints.items():
        may_be_left_out = typing.get_origin(inner) is NotRequired
        if may_be_left_out:
            (inner,) = typing.get_args(inner)
        if name in value:
            yield from faults_of(inner, value[name], f"{place}.{name}")
        elif not may_be_left_out:
            yield f"{place}.{name} is missing"
    for name in value:
        if name not in hints:
            yield f"{place}.{name} is unknown"
