"""JSON in, by orjson: bounded in size and depth, without what neither the ledger nor the database can hold."""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO, Any

import orjson
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from rest_framework.parsers import BaseParser

from apps.core.errors import Invalid

_DEEPEST = 20


class NotJson(Invalid):
    code = "not_json"
    status = 400
    text = _("The body of the request is not JSON.")


class NotAnObject(Invalid):
    code = "not_an_object"
    status = 400
    text = _("The body of the request must be a JSON object.")


class BodyTooLarge(Invalid):
    code = "body_too_large"
    status = 413
    text = _("The body of the request is larger than %(megabytes)s MB.")


class NumberNotWhole(Invalid):
    code = "number_not_whole"
    text = _("Give a whole number.")


class CharacterRefused(Invalid):
    code = "character_refused"
    text = _("This text holds a character that cannot be stored.")


class NestedTooDeep(Invalid):
    code = "nested_too_deep"
    text = _("This value is nested too deep.")


class JSONParser(BaseParser):
    media_type = "application/json"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """The object that was sent; an empty body is an empty object.

        Raises BodyTooLarge, NotJson, NotAnObject, NumberNotWhole, CharacterRefused, NestedTooDeep.
        """
        most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        content = stream.read(most + 1)
        if len(content) > most:
            raise BodyTooLarge(megabytes=most // 1_048_576)
        if not content.strip():
            return {}
        try:
            value = orjson.loads(content)
        except orjson.JSONDecodeError as error:
            raise NotJson() from error
        if not isinstance(value, dict):
            raise NotAnObject()
        _refuse_unstorable(value, "", _DEEPEST)
        return value


def _refuse_unstorable(value: Any, field: str, depth: int) -> None:
    """A fraction has no canonical spelling, and PostgreSQL stores no NUL."""
    if isinstance(value, float):
        raise NumberNotWhole(field=field)
    if isinstance(value, str):
        if "\x00" in value:
            raise CharacterRefused(field=field)
    elif isinstance(value, dict | list):
        if depth == 0:
            raise NestedTooDeep(field=field)
        inside = value.items() if isinstance(value, dict) else enumerate(value)
        for name, each in inside:
            if isinstance(name, str) and "\x00" in name:
                raise CharacterRefused(field=field or None)
            _refuse_unstorable(each, f"{field}.{name}" if field else str(name), depth - 1)
