"""The books for programs of accountants and auditors: payments, receipts, series and refunds, as the pages show them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.actors import Actor, HeldPost
from apps.accounts.choices import Role
from apps.api.base import ApiView, actor
from apps.api.v1.serializers.books import BookPaymentOut, BookReceiptOut, BookRefundOut, BookSeriesOut
from apps.api.v1.views.books_filters import PaymentsFilter, ReceiptsFilter, RefundsFilter, SeriesFilter
from apps.api.v1.views.cases import FILE
from apps.api.v1.views.queues import ById
from apps.cases.selectors import books_listed
from apps.interface.downloads import send_audited_receipt
from apps.receipts import books
from apps.receipts.policies import sight_of
from apps.units.choices import Level

# As whom the schema is drawn, which reads no row.
_DRAWING = Actor(None, "", (HeldPost(0, 0, "", 0, Level.CITY, Role.AUDITOR),))


class BooksView(ApiView):
    """For auditors and accountants; everybody else is told that the books are not theirs."""

    def check_permissions(self, request: Request) -> None:
        super().check_permissions(request)
        sight_of(actor(request))


class BooksList(BooksView):
    """A list of the books, in the order in which it was recorded, narrowed by its filters."""

    pagination_class = ById
    filter_backends = (DjangoFilterBackend,)
    rows: ClassVar[Callable[..., QuerySet]]

    def get_queryset(self) -> QuerySet:
        reader = _DRAWING if getattr(self, "swagger_fake_view", False) else actor(self.request)
        return type(self).rows(seen_by=reader)

    def page(self, request: Request, shown: Callable[[list[Any]], Any]) -> Response:
        """One page of what the reader sees of what is asked for. Raises ValidationError."""
        pages = self.pagination_class()
        narrowed = DjangoFilterBackend().filter_queryset(request, self.get_queryset(), self)
        return pages.get_paginated_response(shown(pages.paginate_queryset(narrowed, request, self)))


class Payments(BooksList):
    filterset_class = PaymentsFilter
    rows = books_listed.payments_listed

    @extend_schema(operation_id="book_payments", responses=BookPaymentOut(many=True))
    def get(self, request: Request) -> Response:
        """Payments of the bodies in the reader's sight, each with the fees, receipts, refunds and the bank line that it has."""
        return self.page(request, lambda rows: BookPaymentOut(rows, many=True).data)


class OnePayment(BooksView):
    @extend_schema(operation_id="book_payment", responses=BookPaymentOut)
    def get(self, request: Request, uuid: UUID) -> Response:
        """One payment."""
        return Response(BookPaymentOut(books_listed.payment_listed(uuid, seen_by=actor(request))).data)


class Receipts(BooksList):
    filterset_class = ReceiptsFilter
    rows = books_listed.receipts_listed

    @extend_schema(operation_id="book_receipts", responses=BookReceiptOut(many=True))
    def get(self, request: Request) -> Response:
        """Receipts of the bodies in the reader's sight, replaced ones among them; payers are masked."""
        return self.page(request, lambda rows: BookReceiptOut(rows, many=True).data)


class OneReceipt(BooksView):
    @extend_schema(operation_id="book_receipt", responses=BookReceiptOut)
    def get(self, request: Request, uuid: UUID) -> Response:
        """One receipt as it was frozen, the payer masked."""
        return Response(BookReceiptOut(books_listed.receipt_listed(uuid, seen_by=actor(request))).data)


class ReceiptFile(BooksView):
    @extend_schema(operation_id="download_book_receipt", responses=FILE)
    def get(self, request: Request, uuid: UUID, medium: str) -> HttpResponse:
        """Its signed paper (`pdf`) or its data (`xml`), in which the payer stands whole; each download is in the access log."""
        return send_audited_receipt(uuid, medium, by=actor(request))


class Series(BooksList):
    filterset_class = SeriesFilter
    rows = books.series

    @extend_schema(operation_id="book_series_list", responses=BookSeriesOut(many=True))
    def get(self, request: Request) -> Response:
        """Series of the bodies in the reader's sight, each with its last number and how many receipts it holds."""
        return self.page(request, lambda rows: BookSeriesOut(rows, many=True).data)


class OneSeries(BooksView):
    @extend_schema(operation_id="book_series", responses=BookSeriesOut)
    def get(self, request: Request, series_id: int) -> Response:
        """One series. Its receipts are in the list of receipts, by its body, form and code."""
        return Response(BookSeriesOut(books.series_of(series_id, seen_by=actor(request))).data)


class Refunds(BooksList):
    filterset_class = RefundsFilter
    rows = books_listed.refunds_listed

    @extend_schema(operation_id="book_refunds", responses=BookRefundOut(many=True))
    def get(self, request: Request) -> Response:
        """Money of the bodies in the reader's sight that goes back, may, or does not; with what was decided and paid."""
        return self.page(request, lambda rows: BookRefundOut(rows, many=True).data)


class OneRefund(BooksView):
    @extend_schema(operation_id="book_refund", responses=BookRefundOut)
    def get(self, request: Request, uuid: UUID) -> Response:
        """One of them."""
        return Response(BookRefundOut(books_listed.refund_listed(uuid, seen_by=actor(request))).data)
