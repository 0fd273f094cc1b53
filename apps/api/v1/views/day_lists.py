"""The day's lists of receipts to the tax authority: listed, read, taken as files."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.api.base import ApiView, actor
from apps.api.pagination import KeysetPagination
from apps.api.v1.serializers.day_lists import DayListLineOut, DayListOut, OneDayListOut
from apps.api.v1.views.cases import FILE
from apps.api.v1.views.lists import listed
from apps.interface.downloads import send_day_list
from apps.supervision.day_lists import lines_of_list, list_readable, list_seen, lists_readable


class NewestFirst(KeysetPagination):
    order = ("-id",)


class ByPosition(KeysetPagination):
    order = ("position",)


class DayLists(ApiView):
    pagination_class = NewestFirst

    @extend_schema(operation_id="day_lists", responses=DayListOut(many=True))
    def get(self, request: Request) -> Response:
        """The lists of the bodies whose money the reader answers for or supervises, newest first."""
        rows = lists_readable(seen_by=actor(request))
        return listed(self, request, rows, lambda row: DayListOut(row).data)


class OneDayList(ApiView):
    @extend_schema(operation_id="day_list", responses=OneDayListOut)
    def get(self, request: Request, report: UUID) -> Response:
        """One list with its answers."""
        seen = list_seen(report, seen_by=actor(request), at=timezone.now())
        seen.report.answers = seen.answers  # type: ignore[attr-defined]
        return Response(OneDayListOut(seen.report).data)


class DayListLines(ApiView):
    pagination_class = ByPosition

    @extend_schema(operation_id="day_list_lines", responses=DayListLineOut(many=True))
    def get(self, request: Request, report: UUID) -> Response:
        """The lines of a list, in order."""
        found = list_readable(report, seen_by=actor(request))
        return listed(self, request, lines_of_list(found), lambda row: DayListLineOut(row).data)


class DayListFile(ApiView):
    @extend_schema(operation_id="download_day_list", responses=FILE)
    def get(self, request: Request, report: UUID, medium: str) -> HttpResponse:
        """The list as it was sent (`xml`), as a spreadsheet (`xlsx`) or on paper (`pdf`)."""
        return send_day_list(report, medium, by=actor(request))
