"""Series of receipts of a collecting body: listed, opened, accepted, closed."""

from __future__ import annotations

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.api.base import ApiView, actor, read
from apps.api.v1.serializers.series import (
    AcceptanceIn,
    ClosingIn,
    SeriesIn,
    SeriesOut,
    SuccessionIn,
    SuccessionOut,
)
from apps.receipts.actions.series import close_for_succession, close_series, open_series, record_acceptance
from apps.receipts.errors import SuccessorWrong
from apps.receipts.policies import may_keep_some_series, may_record_succession
from apps.receipts.selectors import body_kept, series_of
from apps.units.selectors import agencies_on


class KeepersView(ApiView):
    def check_permissions(self, request: Request) -> None:
        """For administrators of the city and for who heads a collecting body or signs for it."""
        super().check_permissions(request)
        may_keep_some_series(actor(request))


class SeriesOfBody(KeepersView):
    @extend_schema(operation_id="series", responses=SeriesOut(many=True))
    def get(self, request: Request, agency_id: int) -> Response:
        """All series of a collecting body, newest first: its administrators and heads alone see them."""
        by = actor(request)
        return Response(SeriesOut(series_of(body_kept(agency_id, seen_by=by), seen_by=by), many=True).data)

    @extend_schema(operation_id="open_series", request=SeriesIn, responses={201: SeriesOut})
    def post(self, request: Request, agency_id: int) -> Response:
        """Opens a series with the tax authority's acceptance, for this year or the next."""
        by = actor(request)
        body = body_kept(agency_id, seen_by=by)
        given = read(SeriesIn, request).validated_data
        series = open_series(body, **given, by=by, at=timezone.now())
        return Response(SeriesOut(series).data, status=201)


class BodySuccession(ApiView):
    def check_permissions(self, request: Request) -> None:
        """For administrators of the city."""
        super().check_permissions(request)
        may_record_succession(actor(request))

    @extend_schema(operation_id="close_for_succession", request=SuccessionIn, responses={201: SuccessionOut})
    def post(self, request: Request, agency_id: int) -> Response:
        """Closes all series of a body that a reorganisation has ended; its successor stands for it from now on."""
        by, at = actor(request), timezone.now()
        body = body_kept(agency_id, seen_by=by)
        given = read(SuccessionIn, request).validated_data
        successor = agencies_on(timezone.localdate(at)).filter(pk=given.pop("successor")).first()
        if successor is None:
            raise SuccessorWrong(field="successor")
        return Response(
            SuccessionOut(close_for_succession(body, successor, **given, by=by, at=at)).data, status=201
        )


class SeriesAcceptance(KeepersView):
    @extend_schema(operation_id="record_acceptance", request=AcceptanceIn, responses=SeriesOut)
    def post(self, request: Request, series_id: int) -> Response:
        """Records, once, the acceptance of a series that was loaded without it."""
        given = read(AcceptanceIn, request).validated_data
        series = record_acceptance(series_id, **given, by=actor(request), at=timezone.now())
        return Response(SeriesOut(series).data)


class SeriesClosing(KeepersView):
    @extend_schema(operation_id="close_series", request=ClosingIn, responses=SeriesOut)
    def post(self, request: Request, series_id: int) -> Response:
        """Closes a series for good: its numbers stay, it gives no more."""
        given = read(ClosingIn, request).validated_data
        series = close_series(series_id, **given, by=actor(request), at=timezone.now())
        return Response(SeriesOut(series).data)
