"""A payer's receipts, and receipts put together in one file."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import F
from django.http.response import HttpResponseBase
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.actors import Actor
from apps.api.base import ApiView, actor, read
from apps.api.pagination import KeysetPagination
from apps.api.v1.serializers.receipts import BundleIn, BundleOut, PayerReceiptOut, YearIn
from apps.api.v1.views.cases import FILE
from apps.api.v1.views.lists import listed
from apps.bundles.actions import ask_day, ask_session, ask_year
from apps.bundles.choices import BundleOf, Medium
from apps.bundles.selectors import bundle_seen, bundles_of, of_year
from apps.interface.downloads import send_bundle


class InOrderOfIssue(KeysetPagination):
    order = ("issued_at", "id")


class NewestFirst(KeysetPagination):
    order = ("-id",)


class MyReceipts(ApiView):
    pagination_class = InOrderOfIssue

    @extend_schema(operation_id="my_receipts", parameters=[YearIn], responses=PayerReceiptOut(many=True))
    def get(self, request: Request) -> Response:
        """What the reader, or a business they act for, has paid in a year; the earliest first, replaced ones among them."""
        asked = YearIn(data=request.query_params)
        asked.is_valid(raise_exception=True)
        given = asked.validated_data
        year = given.get("year", timezone.localdate().year)
        rows = of_year(year, seen_by=actor(request), business_id=given.get("business"))
        in_order = rows.annotate(issued_at=F("receipt__issued_at"))
        return listed(self, request, in_order, lambda row: PayerReceiptOut(row).data)


class ReceiptBundles(ApiView):
    pagination_class = NewestFirst

    @extend_schema(operation_id="receipt_bundles", responses=BundleOut(many=True))
    def get(self, request: Request) -> Response:
        """What the reader has asked for, newest first; also what was cleared away."""
        rows = bundles_of(seen_by=actor(request))
        return listed(self, request, rows, lambda row: BundleOut(row).data)

    @extend_schema(operation_id="ask_receipt_bundle", request=BundleIn, responses={201: BundleOut})
    def post(self, request: Request) -> Response:
        """Asks for receipts in one file, which workers make; asked again, the same is given while it is of the same receipts."""
        bundle = _asked(read(BundleIn, request).validated_data, by=actor(request))
        return Response(BundleOut(bundle).data, status=201)


def _asked(given: dict[str, Any], *, by: Actor) -> Any:
    at = timezone.now()
    match given["of"]:
        case BundleOf.YEAR:
            business = given.get("business")
            return ask_year(given["year"], Medium(given["medium"]), business_id=business, by=by, at=at)
        case BundleOf.DAY:
            return ask_day(given["agency"], given["day"], by=by, at=at)
    return ask_session(given["session"], by=by, at=at)


class OneReceiptBundle(ApiView):
    @extend_schema(operation_id="receipt_bundle", responses=BundleOut)
    def get(self, request: Request, bundle: UUID) -> Response:
        """How far it is made, and whether it is ready."""
        return Response(BundleOut(bundle_seen(bundle, seen_by=actor(request))).data)


class ReceiptBundleFile(ApiView):
    @extend_schema(operation_id="download_receipt_bundle", responses=FILE)
    def get(self, request: Request, bundle: UUID) -> HttpResponseBase:
        """The file, for whoever asked for it while they may read all that is in it; each download is in the access log."""
        return send_bundle(bundle, by=actor(request))
