"""Around every request: the actor, the promise that a GET writes nothing, what no database stores, refusals as pages, the content policy."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from apps.core.errors import Refusal
from apps.interface.actors import NOBODY, actor_of

Respond = Callable[[HttpRequest], HttpResponse]

POLICY = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'self'; frame-ancestors 'none'; form-action 'self'"

# All that a GET may write: the session itself, and the trace of a download.
WRITABLE_BY_GET = ("django_session", "core_accessrecord")
# Anywhere in a statement: a write may stand inside a WITH. `FOR UPDATE` and `DO UPDATE SET` name no table.
_WRITES = re.compile(
    r'\b(?:INSERT\s+INTO|(?<!FOR )(?<!FOR NO KEY )UPDATE|DELETE\s+FROM)\s+"?(?!SET\b|OF\b|SKIP\b|NOWAIT\b)(\w+)"?',
    re.IGNORECASE,
)
_SAFE_METHODS = ("GET", "HEAD", "OPTIONS")


class GetWrites(Exception):
    """A GET tried to write: a fault of the program."""


class StorableMiddleware:
    """PostgreSQL stores no NUL: a page's address that holds one names nothing, and a cookie that does is none.

    The API refuses it by the field.
    """

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.COOKIES = {name: value for name, value in request.COOKIES.items() if "\x00" not in value}
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: Any) -> None:
        holds = "\x00" in request.path_info or "%00" in request.META.get("QUERY_STRING", "")
        if holds and not request.path_info.startswith("/api/"):
            raise Http404


class ContentSecurityMiddleware:
    """Only our own files are loaded, on every page."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        if getattr(request, "session", None) is not None and request.session.accessed:
            # What one person sees is in no shared cache, and not behind the back button of the next.
            response.headers.setdefault("Cache-Control", "private, no-store")
        response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        return response


class ActorMiddleware:
    """`request.actor`: read when first asked for, once."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = SimpleLazyObject(lambda: _actor(request))  # type: ignore[attr-defined]
        return self.get_response(request)


def _actor(request: HttpRequest) -> Any:
    if not request.user.is_authenticated:
        return NOBODY
    return actor_of(request.user, timezone.localdate())


class ReadOnlyGetMiddleware:
    """A GET writes nothing but what the one tuple above lists."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in _SAFE_METHODS:
            return self.get_response(request)
        with connection.execute_wrapper(_refuse_writes):
            return self.get_response(request)


def _refuse_writes(execute: Any, sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
    for table in _WRITES.findall(str(sql)):
        if table not in WRITABLE_BY_GET:
            raise GetWrites(table)
    return execute(sql, params, many, context)


class RefusalMiddleware:
    """A refusal that a page did not show beside its form becomes a page that says it."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Refusal):
            return None
        if exception.status == 404:
            return render(request, "404.html", {"refusal": exception}, status=404)
        if exception.status == 429:
            return render(request, "429.html", {"refusal": exception}, status=429)
        return render(request, "errors/refused.html", {"refusal": exception}, status=exception.status)
