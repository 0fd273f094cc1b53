"""The fields of an object in a document: a table says how each is read and what holds where it is silent."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, time
from typing import Any

from django.utils.translation import gettext as _

from apps.core.loading import Faults

Read = Callable[[Any], Any]
MISSING = object()


class Unacceptable(ValueError):
    """A value that its field does not take; the text says why."""


def text(most: int, *, least: int = 1, shape: str = "") -> Read:
    def read(value: Any) -> str:
        if not isinstance(value, str) or not least <= len(value.strip()) or len(value) > most:
            raise Unacceptable(
                _("must be a text of %(least)d to %(most)d characters") % {"least": least, "most": most}
            )
        if shape and not re.fullmatch(shape, value):
            raise Unacceptable(_("“%s” is malformed") % value)
        return value

    return read


def number(least: int, most: int) -> Read:
    def read(value: Any) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise Unacceptable(
                _("must be a whole number from %(least)d to %(most)d") % {"least": least, "most": most}
            )
        return value

    return read


def numbers(least: int, most: int) -> Read:
    """A list of whole numbers, none twice, kept in order of size."""

    def read(value: Any) -> list[int]:
        if not isinstance(value, list) or len(set(map(str, value))) != len(value):
            raise Unacceptable(_("must be a list of numbers, none twice"))
        return sorted(number(least, most)(each) for each in value)

    return read


def word(known: Sequence[str]) -> Read:
    def read(value: Any) -> str:
        if value not in known:
            raise Unacceptable(
                _("“%(value)s” is none of %(words)s") % {"value": value, "words": ", ".join(known)}
            )
        return str(value)

    return read


def words(known: Sequence[str], *, least: int) -> Read:
    def read(value: Any) -> list[str]:
        if not isinstance(value, list) or len(value) < least or len(set(map(str, value))) != len(value):
            raise Unacceptable(_("must be a list of at least %d, none twice") % least)
        return [word(known)(each) for each in value]

    return read


def codes(shape: str, *, most: int) -> Read:
    """A list of texts of one shape, none twice."""

    def read(value: Any) -> list[str]:
        if not isinstance(value, list) or len(value) > most or len(set(map(str, value))) != len(value):
            raise Unacceptable(_("must be a list of at most %d, none twice") % most)
        return [text(80, shape=shape)(each) for each in value]

    return read


def truth(value: Any) -> bool:
    if not isinstance(value, bool):
        raise Unacceptable(_("must be true or false"))
    return value


def moment(of: type[date] | type[time]) -> Read:
    def read(value: Any) -> date | time:
        try:
            return of.fromisoformat(value)
        except (TypeError, ValueError):
            raise Unacceptable(_("“%s” is not a date or time") % value) from None

    return read


def or_nothing(read: Read) -> Read:
    return lambda value: None if value is None else read(value)


def mapping(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Unacceptable(_("must be an object"))
    return value


def record(
    document: Mapping[str, Any],
    fields: Mapping[str, tuple[Read, Any]],
    where: str,
    faults: Faults,
    besides: Iterable[str] = (),
) -> dict[str, Any]:
    """The fields of one object, read; what is unknown, missing or unacceptable is a fault."""
    content: dict[str, Any] = {}
    for name in set(document) - set(fields) - set(besides):
        faults.add(where, name, _("is not a field of this object"))
    for name, (read, default) in fields.items():
        value = document.get(name, default)
        if value is MISSING:
            faults.add(where, name, _("is missing"))
        elif name not in document:
            content[name] = value
        else:
            try:
                content[name] = read(value)
            except Unacceptable as error:
                faults.add(where, name, str(error))
    for name in ("note", "closed_note"):
        if bool(content.get(name)) != bool(content.get(f"{name}_en")):
            faults.add(where, name, _("must be there in Vietnamese and in English, or in neither"))
    return content
