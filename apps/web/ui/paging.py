"""Pages of a list by the key of their first or last row: page 2,000 costs what page 1 costs, and nothing is counted."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, TypeVar

from django.db.models import Q, QuerySet
from django.http import HttpRequest

from apps.web.ui.parts import Pages

Row = TypeVar("Row")
PAGE_SIZE = 50
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TOKEN = re.compile(r"(\d{1,18})-(\d{1,18})")


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """The rows of one page and the addresses of its neighbours."""

    rows: list[Row]
    pages: Pages


def page_of(rows: QuerySet[Any], request: HttpRequest, *, by: str, size: int = PAGE_SIZE) -> Page[Any]:
    """One page of rows in the order (`by`, id), where `by` names a moment; the address says after or before which row.

    A token that cannot be read is as if there were none.
    """
    return _page(
        rows,
        request,
        order=(by, "id"),
        read=_read,
        beyond=lambda key, side: _beyond(by, key, side),
        spell=lambda row: f"{(getattr(row, by) - _EPOCH) // timedelta(microseconds=1)}-{row.pk}",
        size=size,
    )


def page_by_number(rows: QuerySet[Any], request: HttpRequest, *, by: str, size: int = PAGE_SIZE) -> Page[Any]:
    """One page of rows in the order of a unique number; a token that cannot be read is as if there were none."""
    return _page(
        rows,
        request,
        order=(by,),
        read=_number,
        beyond=lambda key, side: Q(**{f"{by}__{side}": key}),
        spell=lambda row: str(getattr(row, by)),
        size=size,
    )


def _page(
    rows: QuerySet[Any],
    request: HttpRequest,
    *,
    order: tuple[str, ...],
    read: Callable[[str | None], Any],
    beyond: Callable[[Any, str], Q],
    spell: Callable[[Any], str],
    size: int,
) -> Page[Any]:
    """The page after or before the key of the address; one row more than it holds tells whether there is a next one."""
    before, after = read(request.GET.get("before")), read(request.GET.get("after"))
    if before is not None:
        backwards = [f"-{name}" for name in order]
        found = list(rows.filter(beyond(before, "lt")).order_by(*backwards)[: size + 1])
        shown = found[:size][::-1]
        has_previous, has_next = len(found) > size, bool(shown)
    else:
        wanted = rows if after is None else rows.filter(beyond(after, "gt"))
        found = list(wanted.order_by(*order)[: size + 1])
        shown = found[:size]
        has_previous, has_next = after is not None and bool(shown), len(found) > size
    return Page(
        rows=shown,
        pages=Pages(
            previous_url=_with(request, "before", spell(shown[0])) if has_previous else "",
            next_url=_with(request, "after", spell(shown[-1])) if has_next else "",
        ),
    )


def _number(token: str | None) -> int | None:
    return int(token) if token and re.fullmatch(r"[0-9]{1,9}", token) else None


def _beyond(by: str, key: tuple[datetime, int], side: str) -> Q:
    at, row_id = key
    # The first condition repeats what the second implies, so that an index on `by` is used.
    return Q(**{f"{by}__{side}e": at}) & (Q(**{f"{by}__{side}": at}) | Q(**{by: at, f"id__{side}": row_id}))


def _read(token: str | None) -> tuple[datetime, int] | None:
    found = _TOKEN.fullmatch(token or "")
    if found is None:
        return None
    try:
        return _moment(int(found[1])), int(found[2])
    except (OverflowError, OSError, ValueError):
        return None


def _moment(microseconds: int) -> datetime:
    return _EPOCH + timedelta(microseconds=microseconds)


def _with(request: HttpRequest, side: str, token: str) -> str:
    query = request.GET.copy()
    query.pop("before", None)
    query.pop("after", None)
    query[side] = token
    return f"?{query.urlencode()}"
