"""Lists of clerks: the inbox and its filters, handovers, what was sent on, what cannot be routed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_filters import filters
from django_filters.fields import IsoDateTimeField
from django_filters.rest_framework import DjangoFilterBackend, FilterSet
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework.permissions import BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.accounts.actors import Actor
from apps.api.base import ApiView, actor
from apps.api.pagination import KeysetPagination
from apps.api.v1.serializers.cases import CaseRow, HandoverRow, OpinionRow, routing_reason, title_of
from apps.api.v1.serializers.money import RefundRow
from apps.api.v1.serializers.parts import MOST, status_out
from apps.api.v1.views.lists import listed
from apps.calendars.selectors import working_calendar
from apps.cases import selectors
from apps.cases.choices import Routing, Status
from apps.cases.policies import posts_of_casework
from apps.core.errors import NotAllowed
from apps.interface.actors import NOBODY


class ByNextDueTime(KeysetPagination):
    order = ("next_due_at", "id")


class ByDueTime(KeysetPagination):
    order = ("due_at", "id")


class ById(KeysetPagination):
    order = ("id",)


class ByOpening(KeysetPagination):
    order = ("opened_at", "id")


class HasCasework(BasePermission):
    """Who holds a post of casework somewhere; everybody else is told that these lists are not theirs."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        if not posts_of_casework(actor(request)):
            raise NotAllowed()
        return True


_COLUMNS = (
    "id",
    "code",
    "application_id",
    "status",
    "version__procedure__code",
    "version__procedure__name",
    "version__procedure__name_en",
    *(
        f"{agency}__{name}"
        for agency in ("current_agency", "receiving_agency")
        for name in ("id", "name", "name_en", "identification_code")
    ),
    "handler_id",
    "handler__full_name",
    "routing",
    "routing_reason",
    "step",
    "received_at",
    "due_at",
    "next_due_at",
    "withdrawal_due_at",
    "is_clock_running",
    "ended_at",
    "calendar_version_id",
)


def case_rows(cases: QuerySet) -> QuerySet:
    """Cases as plain values: only the columns that a list shows."""
    return cases.values(*_COLUMNS)


def shown_rows(page: Iterable[dict[str, Any]], now: datetime) -> list[dict[str, Any]]:
    """A page of cases, with one look-up for the applicants of them all."""
    rows = list(page)
    applicants = selectors.applicant_names(row["application_id"] for row in rows)
    return [_row(row, applicants.get(row["application_id"], ""), now) for row in rows]


def _row(row: dict[str, Any], applicant: str, now: datetime) -> dict[str, Any]:
    return {
        "code": row["code"],
        "status": status_out(row["status"]),
        "procedure": {
            "code": row["version__procedure__code"],
            "name": title_of(row, "version__procedure"),
        },
        "applicant": applicant,
        "current_agency": _agency(row, "current_agency"),
        "receiving_agency": _agency(row, "receiving_agency"),
        "handler": {"id": row["handler_id"], "name": row["handler__full_name"]}
        if row["handler_id"]
        else None,
        "routing": row["routing"],
        "routing_reason": routing_reason(row["routing"], row["routing_reason"]),
        "step": row["step"],
        "received_at": timezone.localtime(row["received_at"]),
        "due_at": timezone.localtime(row["due_at"]),
        "is_due_established": not working_calendar(row["calendar_version_id"]).undecided_years(
            row["received_at"], row["due_at"]
        ),
        "withdrawal_due_at": _local(row["withdrawal_due_at"]),
        "ended_at": _local(row["ended_at"]),
        "is_overdue": row["is_clock_running"] and row["due_at"] < now,
    }


def _local(moment: datetime | None) -> datetime | None:
    return timezone.localtime(moment) if moment else None


def _agency(row: dict[str, Any], name: str) -> dict[str, Any]:
    return {
        "id": row[f"{name}__id"],
        "name": title_of(row, name),
        "code": row[f"{name}__identification_code"],
    }


@extend_schema_field({"type": "integer", "minimum": 1})
class IdFilter(filters.NumberFilter):
    """The number of a row."""

    field_class = forms.IntegerField


class MomentField(IsoDateTimeField):
    """A moment with its offset, told in UTC: some offsets that can be written the database does not know."""

    def to_python(self, value: Any) -> datetime | None:
        moment = super().to_python(value)
        try:
            return moment.astimezone(UTC) if moment else None
        except (OverflowError, ValueError) as error:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from error


class MomentFilter(filters.IsoDateTimeFilter):
    field_class = MomentField


class InboxFilter(FilterSet):
    """What an inbox can be narrowed by."""

    code = filters.CharFilter(
        lookup_expr="istartswith", max_length=60, help_text=_("The beginning of the case code.")
    )
    status = filters.MultipleChoiceFilter(
        choices=[(status.value, status.name) for status in Status], help_text=_("National codes of statuses.")
    )
    agency = IdFilter(field_name="current_agency_id", min_value=1, max_value=MOST)
    procedure = filters.CharFilter(field_name="version__procedure__code", max_length=40)
    handler = IdFilter(field_name="handler_id", min_value=1, max_value=MOST)
    unassigned = filters.BooleanFilter(field_name="handler_id", lookup_expr="isnull")
    overdue = filters.BooleanFilter(method="only_overdue")
    due_before = MomentFilter(field_name="due_at", lookup_expr="lt")
    routing = filters.ChoiceFilter(choices=Routing.choices, empty_label=None)

    def only_overdue(self, cases: QuerySet, name: str, value: bool) -> QuerySet:
        """Past the time by which whoever holds them must have acted; not while the clock stands still."""
        overdue = Q(due_at__lt=timezone.now(), is_clock_running=True)
        return cases.filter(overdue if value else ~overdue)


class StaffList(ApiView):
    """A list for those who work on cases."""

    permission_classes = [IsAuthenticated, HasCasework]
    pagination_class: type[KeysetPagination] = ByNextDueTime

    def get_queryset(self) -> QuerySet:
        raise NotImplementedError

    def reader(self) -> Actor:
        """Who asks; nobody while the schema is drawn."""
        return NOBODY if getattr(self, "swagger_fake_view", False) else actor(self.request)

    def page(self, request: Request) -> Response:
        pages = self.pagination_class()
        page = pages.paginate_queryset(case_rows(self.get_queryset()), request, self)
        return pages.get_paginated_response(shown_rows(page, timezone.now()))


class Inbox(StaffList):
    filter_backends = [DjangoFilterBackend]
    filterset_class = InboxFilter

    def get_queryset(self) -> QuerySet:
        return selectors.inbox(seen_by=self.reader())

    @extend_schema(operation_id="inbox", responses=CaseRow(many=True))
    def get(self, request: Request) -> Response:
        """Open cases at the reader's agencies, the most urgent first."""
        return self.page(request)

    def page(self, request: Request) -> Response:
        pages = self.pagination_class()
        cases = DjangoFilterBackend().filter_queryset(request, self.get_queryset(), self)
        page = pages.paginate_queryset(case_rows(cases), request, self)
        return pages.get_paginated_response(shown_rows(page, timezone.now()))


class SentOn(StaffList):
    def get_queryset(self) -> QuerySet:
        return selectors.sent_on(seen_by=self.reader())

    @extend_schema(operation_id="sent_on", responses=CaseRow(many=True))
    def get(self, request: Request) -> Response:
        """Open cases that the reader's agencies received or sent on and that are elsewhere now."""
        return self.page(request)


class Unrouted(StaffList):
    pagination_class = ById

    def get_queryset(self) -> QuerySet:
        return selectors.unrouted(seen_by=self.reader())

    @extend_schema(operation_id="unrouted", responses=CaseRow(many=True))
    def get(self, request: Request) -> Response:
        """Cases that cannot be routed, with the reason; they stay where they were received until a person acts."""
        return self.page(request)


class Handovers(StaffList):
    pagination_class = ByDueTime

    def get_queryset(self) -> QuerySet:
        return selectors.handovers_waiting(seen_by=self.reader())

    @extend_schema(operation_id="handovers", responses=HandoverRow(many=True))
    def get(self, request: Request) -> Response:
        """Cases offered to the reader's agencies that wait for an answer, the most urgent first."""
        return listed(self, request, self.get_queryset(), lambda row: HandoverRow(row).data)


class Opinions(StaffList):
    pagination_class = ByDueTime

    def get_queryset(self) -> QuerySet:
        return selectors.opinions_waiting(seen_by=self.reader())

    @extend_schema(operation_id="opinions", responses=OpinionRow(many=True))
    def get(self, request: Request) -> Response:
        """What the reader's agencies were asked and have not answered, the first due first."""
        return listed(self, request, self.get_queryset(), lambda row: OpinionRow(row).data)


class Refunds(StaffList):
    pagination_class = ByOpening

    def get_queryset(self) -> QuerySet:
        return selectors.refunds_waiting(seen_by=self.reader())

    @extend_schema(operation_id="refunds", responses=RefundRow(many=True))
    def get(self, request: Request) -> Response:
        """Money that waits to be decided on, or to be paid back, at the reader's agencies, the oldest first."""
        return listed(self, request, self.get_queryset(), lambda row: RefundRow(row).data)
