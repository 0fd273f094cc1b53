"""What every view of the API shares: JSON whatever a client says it accepts, the actor, the request key."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from rest_framework import serializers
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.permissions import AllowAny
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

from apps.accounts.actors import Actor
from apps.api.parsing import JSONParser
from apps.interface.request_keys import key_of


class OneRepresentation(BaseContentNegotiation):
    """An address has one representation; a client that asks for another gets this one and is told its type."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        kind = (request.content_type or "").split(";")[0].strip().lower()
        return next((parser for parser in parsers if parser.media_type == kind), None)

    def select_renderer(
        self, request: Request, renderers: Any, format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        return renderers[0], renderers[0].media_type or ""


class ApiView(APIView):
    """A view for those who are signed in."""

    content_negotiation_class = OneRepresentation
    parser_classes: Sequence[Any] = [JSONParser]


class PublicView(ApiView):
    """A view for everybody: no session is read, so no token is asked for."""

    authentication_classes: Sequence[Any] = []
    permission_classes: Sequence[Any] = [AllowAny]


def actor(request: Request) -> Actor:
    """Who asks."""
    found: Actor = request._request.actor  # type: ignore[attr-defined]
    return found


def request_key(request: Request) -> str:
    """The header Idempotency-Key. Raises RequestKeyMissing."""
    return key_of(request._request)


S = TypeVar("S", bound=serializers.BaseSerializer)


def read(serializer: type[S], request: Request) -> S:
    """The body, checked. Raises ValidationError, and what the parser raises."""
    given = serializer(data=request.data, context={"request": request})
    given.is_valid(raise_exception=True)
    return given
