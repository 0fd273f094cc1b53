"""Pages by key: a page begins after the last row of the one before, so that page 2,000 costs as much as page 1."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import orjson
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import remove_query_param, replace_query_param
from rest_framework.views import APIView

from apps.core.errors import Invalid


class CursorMalformed(Invalid):
    code = "cursor_malformed"
    text = _("This page address is not one of ours. Begin again at the first page.")


class KeysetPagination(BasePagination):
    """`cursor` (opaque) and `limit`; answers `next` and `previous` as addresses, null at the ends.

    `order` names the columns of a total order, the last one unique; a hyphen means descending. DRF's own cursor
    compares the first column only and counts off equal ones, which fails where a thousand cases share a due time.
    """

    order: tuple[str, ...] = ("id",)
    page_size = 50
    most = 200

    def paginate_queryset(self, queryset: Any, request: Request, view: APIView | None = None) -> list[Any]:
        self.request = request
        size = self._size(request)
        backwards, key = self._read(request.query_params.get("cursor", ""))
        order = [_opposite(name) for name in self.order] if backwards else list(self.order)
        # Ties of nullable columns do not occur: every column of an order is NOT NULL.
        rows = self.fetched(queryset, order, key, size + 1)
        more = len(rows) > size
        rows = rows[:size]
        if backwards:
            rows.reverse()
        has_next, has_previous = (bool(key), more) if backwards else (more, bool(key))
        self._next = self._address(rows[-1], backwards=False) if has_next and rows else None
        self._previous = self._address(rows[0], backwards=True) if has_previous and rows else None
        return rows

    def fetched(self, rows: Any, order: Sequence[str], key: Sequence[Any], most: int) -> list[Any]:
        """The first rows in an order, beyond the key where there is one; for rows that no queryset gives, another says how."""
        return list((_after(rows, order, key) if key else rows).order_by(*order)[:most])

    def get_paginated_response(self, data: Any) -> Response:
        return Response({"next": self._next, "previous": self._previous, "results": data})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        address = {"type": ["string", "null"], "format": "uri", "description": "null at the end"}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {"next": address, "previous": address, "results": schema},
        }

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        return [
            {
                "name": "cursor",
                "in": "query",
                "required": False,
                "description": "The place after which the page begins, as `next` and `previous` give it.",
                "schema": {"type": "string"},
            },
            {
                "name": "limit",
                "in": "query",
                "required": False,
                "description": f"Rows on a page; {self.page_size} unless told.",
                "schema": {"type": "integer", "minimum": 1, "maximum": self.most},
            },
        ]

    def _size(self, request: Request) -> int:
        text = request.query_params.get("limit", "")
        if not text:
            return self.page_size
        if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= self.most):
            raise LimitWrong(field="limit", most=self.most)
        return int(text)

    def _address(self, row: Any, *, backwards: bool) -> str:
        key = [_value(row, name.lstrip("-")) for name in self.order]
        spelled = orjson.dumps([backwards, *key])
        cursor = base64.urlsafe_b64encode(spelled).decode().rstrip("=")
        url = self.request.build_absolute_uri()
        return replace_query_param(remove_query_param(url, "cursor"), "cursor", cursor)

    def _read(self, cursor: str) -> tuple[bool, list[Any]]:
        if not cursor:
            return False, []
        try:
            read = orjson.loads(
                base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
            )
            backwards, *key = read
            if not isinstance(backwards, bool) or len(key) != len(self.order):
                raise ValueError
            return backwards, [
                self._as_stored(name, value) for name, value in zip(self.order, key, strict=True)
            ]
        except (ValueError, TypeError, OverflowError, binascii.Error) as error:
            raise CursorMalformed(field="cursor") from error

    def _as_stored(self, name: str, value: Any) -> Any:
        """A cursor's value, of the type of its column: a moment, a number or a text."""
        if name.endswith(("_at", "since")):
            moment = datetime.fromisoformat(value)
            if moment.tzinfo is None:
                raise ValueError
            return moment.astimezone(UTC)
        if name.lstrip("-") == "id":
            if type(value) is not int or not 0 < value < 2**63:
                raise ValueError
            return value
        if not isinstance(value, str) or "\x00" in value:
            raise ValueError
        return value


class LimitWrong(Invalid):
    code = "limit_wrong"
    text = _("A page has 1 to %(most)s rows.")


def _opposite(name: str) -> str:
    return name[1:] if name.startswith("-") else f"-{name}"


def _value(row: Any, name: str) -> Any:
    if isinstance(row, dict):
        return row[name]
    for part in name.split("__"):
        row = getattr(row, part)
    return row


def _after(rows: QuerySet, order: Sequence[str], key: Sequence[Any]) -> QuerySet:
    """Rows that come after the key: the first column beyond, or equal and the rest beyond."""
    beyond = Q()
    for name, value in reversed(list(zip(order, key, strict=True))):
        column = name.lstrip("-")
        further = "lt" if name.startswith("-") else "gt"
        past = Q(**{f"{column}__{further}": value})
        beyond = past | (Q(**{column: value}) & beyond) if beyond else past
    first = order[0].lstrip("-")
    # Said apart, so that an index on the first column is entered at the right place.
    bound = "lte" if order[0].startswith("-") else "gte"
    return rows.filter(Q(**{f"{first}__{bound}": key[0]}), beyond)
