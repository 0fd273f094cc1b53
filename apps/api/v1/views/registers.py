"""Registers (form 07): asked for, listed, read."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.api.base import ApiView, actor, read
from apps.api.pagination import KeysetPagination
from apps.api.v1.serializers.registers import RegisterIn, RegisterOut
from apps.api.v1.views.cases import FILE
from apps.api.v1.views.lists import listed
from apps.cases.policies import posts_of_casework
from apps.core.errors import NotAllowed
from apps.interface.downloads import send_register
from apps.supervision.actions import ask_register
from apps.supervision.policies import oversees
from apps.supervision.registers import register_seen, registers_readable


class NewestFirst(KeysetPagination):
    order = ("-id",)


class Registers(ApiView):
    pagination_class = NewestFirst

    def check_permissions(self, request: Request) -> None:
        """For staff who work on cases and for those who supervise."""
        super().check_permissions(request)
        by = actor(request)
        if not (posts_of_casework(by) or oversees(by)):
            raise NotAllowed()

    @extend_schema(operation_id="registers", responses=RegisterOut(many=True))
    def get(self, request: Request) -> Response:
        """The registers of the agencies where the reader works or that they supervise, newest first."""
        rows = registers_readable(seen_by=actor(request))
        return listed(self, request, rows, lambda row: RegisterOut(row).data)

    @extend_schema(operation_id="ask_register", request=RegisterIn, responses={201: RegisterOut})
    def post(self, request: Request) -> Response:
        """Asks for a register, which a worker makes; asked again while it is being made, the same is given."""
        given = read(RegisterIn, request).validated_data
        register = ask_register(
            given["agency"],
            starts_on=given["starts_on"],
            ends_on=given["ends_on"],
            field=given["field"],
            by=actor(request),
            at=timezone.now(),
        )
        return Response(RegisterOut(register).data, status=201)


class OneRegister(ApiView):
    @extend_schema(operation_id="register", responses=RegisterOut)
    def get(self, request: Request, register: int) -> Response:
        """One register, and whether it is ready."""
        return Response(RegisterOut(register_seen(register, seen_by=actor(request))).data)


class RegisterFile(ApiView):
    @extend_schema(operation_id="download_register", responses=FILE)
    def get(self, request: Request, register: int, medium: str) -> HttpResponse:
        """The paper (`pdf`) or the spreadsheet (`xlsx`); each download is in the access log, since names stand whole."""
        return send_register(register, medium, by=actor(request))
