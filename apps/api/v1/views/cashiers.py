"""Cashier's sessions over HTTP: opened, read, moved in, closed, acknowledged."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.api.base import ApiView, actor, read, request_key
from apps.api.pagination import KeysetPagination
from apps.api.v1.serializers.cashiers import (
    AcknowledgeIn,
    CloseSessionIn,
    MovementIn,
    OneSessionOut,
    OpenSessionIn,
    SessionOut,
)
from apps.api.v1.views.applications import KEY, REPLAY, REPLAY_HEADER
from apps.api.v1.views.lists import listed
from apps.core.errors import NotAllowed
from apps.core.request_keys import Replayed
from apps.receipts.actions import cashiers
from apps.receipts.policies import has_to_do_with_drawers
from apps.receipts.selectors import session_seen, sessions_seen

MOVED = {
    201: OpenApiResponse(OneSessionOut, "Done; the session as it stands now."),
    200: OpenApiResponse(OneSessionOut, "The same request was answered before."),
}
DONE = OpenApiResponse(OneSessionOut, "Done, now or before; the session as it stands now.")


class DrawerView(ApiView):
    """For those who keep a drawer somewhere, or answer for some."""

    def check_permissions(self, request: Request) -> None:
        super().check_permissions(request)
        if not has_to_do_with_drawers(actor(request)):
            raise NotAllowed()

    def play(self, request: Request, act: Callable[..., Any], session: UUID | None, status: int) -> Response:
        """Plays a verb and answers with its session as it stands afterwards."""
        by, headers = actor(request), {}
        try:
            done = act(by=by, at=timezone.now(), request_key=request_key(request))
            uuid = session or done.uuid
        except Replayed as replay:
            uuid, status, headers = UUID(replay.code), 200, {REPLAY: "true"}
        shown = OneSessionOut(session_seen(uuid, seen_by=by)).data
        return Response(shown, status=status, headers=headers)


class NewestFirst(KeysetPagination):
    order = ("-id",)


class Sessions(DrawerView):
    pagination_class = NewestFirst

    @extend_schema(operation_id="cashier_sessions", responses=SessionOut(many=True))
    def get(self, request: Request) -> Response:
        """The reader's own sessions and those of desks that they answer for, newest first."""
        rows = sessions_seen(seen_by=actor(request))
        return listed(self, request, rows, lambda row: SessionOut(row).data)

    @extend_schema(
        operation_id="open_cashier_session",
        parameters=[KEY, REPLAY_HEADER],
        request=OpenSessionIn,
        responses=MOVED,
    )
    def post(self, request: Request) -> Response:
        """Opens a drawer at a desk; a cashier has one open at a time."""
        given = read(OpenSessionIn, request).validated_data
        balance = given["opening_balance"]
        return self.play(
            request,
            lambda **act: cashiers.open_session(given["desk"], opening_balance=balance, **act),
            None,
            201,
        )


class OneSession(DrawerView):
    @extend_schema(operation_id="cashier_session", responses=OneSessionOut)
    def get(self, request: Request, session: UUID) -> Response:
        """One session, with what must be in its drawer now."""
        return Response(OneSessionOut(session_seen(session, seen_by=actor(request))).data)


class Movements(DrawerView):
    @extend_schema(
        operation_id="move_cash", parameters=[KEY, REPLAY_HEADER], request=MovementIn, responses=MOVED
    )
    def post(self, request: Request, session: UUID) -> Response:
        """Change was brought to the reader's own drawer, or money taken from it to the bank."""
        session_seen(session, seen_by=actor(request))
        given = read(MovementIn, request).validated_data
        return self.play(request, lambda **act: cashiers.move_cash(session, **given, **act), session, 201)


class Close(DrawerView):
    @extend_schema(
        operation_id="close_cashier_session",
        parameters=[KEY, REPLAY_HEADER],
        request=CloseSessionIn,
        responses={200: DONE},
    )
    def post(self, request: Request, session: UUID) -> Response:
        """Counts and closes a drawer: its cashier, or who answers for the desk in their stead, with the reason."""
        session_seen(session, seen_by=actor(request))
        given = read(CloseSessionIn, request).validated_data
        return self.play(request, lambda **act: cashiers.close_session(session, **given, **act), session, 200)


class Acknowledge(DrawerView):
    @extend_schema(
        operation_id="acknowledge_cash_difference",
        parameters=[KEY, REPLAY_HEADER],
        request=AcknowledgeIn,
        responses={200: DONE},
    )
    def post(self, request: Request, session: UUID) -> Response:
        """Acknowledges a difference, by who answers for the desk and neither kept nor counted the drawer."""
        session_seen(session, seen_by=actor(request))
        note = read(AcknowledgeIn, request).validated_data["note"]
        return self.play(
            request, lambda **act: cashiers.acknowledge_difference(session, note=note, **act), session, 200
        )
