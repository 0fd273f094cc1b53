"""Series of receipts of a collecting body: listed, opened, accepted, closed."""

from __future__ import annotations

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.api.base import ApiView, actor, read
from apps.api.v1.serializers.series import AcceptanceIn, ClosingIn, SeriesIn, SeriesOut
from apps.receipts.actions.series import close_series, open_series, record_acceptance
from apps.receipts.policies import may_keep_some_series
from apps.receipts.selectors import body_kept, series_of


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
