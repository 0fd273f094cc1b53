"""How a list is answered: one page by key, each row made by a function."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.api.pagination import KeysetPagination
from apps.api.v1.serializers.parts import MOST
from apps.core.errors import Invalid


def listed(
    view: APIView,
    request: Request,
    rows: QuerySet,
    shown: Callable[[Any], dict[str, Any]],
) -> Response:
    """One page of rows by the view's `pagination_class`, each as `shown` makes it."""
    pages: KeysetPagination = view.pagination_class()  # type: ignore[attr-defined]
    page = pages.paginate_queryset(rows, request, view)
    return pages.get_paginated_response([shown(row) for row in page])


def as_id(request: Request, name: str) -> int | None:
    """A query parameter that is the number of a row; None when it is not given. Raises Invalid."""
    given = request.query_params.get(name, "")
    if not given:
        return None
    if not (given.isascii() and given.isdigit() and len(given) <= 19 and 1 <= int(given) <= MOST):
        raise Invalid(field=name)
    return int(given)
