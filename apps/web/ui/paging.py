"""Pages of a list by the key of their first or last row: page 2,000 costs what page 1 costs, and nothing is counted."""

from __future__ import annotations

import re
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
    before, after = _read(request.GET.get("before")), _read(request.GET.get("after"))
    if before is not None:
        found = list(rows.filter(_beyond(by, before, "lt")).order_by(f"-{by}", "-id")[: size + 1])
        shown = found[:size][::-1]
        has_previous, has_next = len(found) > size, bool(shown)
    else:
        wanted = rows if after is None else rows.filter(_beyond(by, after, "gt"))
        found = list(wanted.order_by(by, "id")[: size + 1])
        shown = found[:size]
        has_previous, has_next = after is not None and bool(shown), len(found) > size
    return Page(
        rows=shown,
        pages=Pages(
            previous_url=_address(request, "before", shown[0], by) if has_previous else "",
            next_url=_address(request, "after", shown[-1], by) if has_next else "",
        ),
    )


def page_by_number(rows: QuerySet[Any], request: HttpRequest, *, by: str, size: int = PAGE_SIZE) -> Page[Any]:
    """One page of rows in the order of a unique number; a token that cannot be read is as if there were none."""
    before, after = _number(request.GET.get("before")), _number(request.GET.get("after"))
    if before is not None:
        found = list(rows.filter(**{f"{by}__lt": before}).order_by(f"-{by}")[: size + 1])
        shown = found[:size][::-1]
        has_previous, has_next = len(found) > size, bool(shown)
    else:
        found = list(rows.filter(**{f"{by}__gt": after or 0}).order_by(by)[: size + 1])
        shown = found[:size]
        has_previous, has_next = after is not None and bool(shown), len(found) > size
    return Page(
        rows=shown,
        pages=Pages(
            previous_url=_with(request, "before", str(getattr(shown[0], by))) if has_previous else "",
            next_url=_with(request, "after", str(getattr(shown[-1], by))) if has_next else "",
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


def _address(request: HttpRequest, side: str, row: Any, by: str) -> str:
    microseconds = (getattr(row, by) - _EPOCH) // timedelta(microseconds=1)
    return _with(request, side, f"{microseconds}-{row.pk}")


def _with(request: HttpRequest, side: str, token: str) -> str:
    query = request.GET.copy()
    query.pop("before", None)
    query.pop("after", None)
    query[side] = token
    return f"?{query.urlencode()}"
