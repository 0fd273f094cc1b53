"""Statements of banks for programs: those that were taken in, and a new one read, shown, then taken in by a worker."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.actors import Actor
from apps.api.base import actor, read, request_key
from apps.api.v1.serializers.bank import AccountOut, BankStatementOut, StatementIn, StatementJobOut
from apps.api.v1.serializers.cases import RevealIn
from apps.api.v1.views.applications import KEY, REPLAY, REPLAY_HEADER
from apps.api.v1.views.books import BooksList, BooksView
from apps.api.v1.views.books_filters import AccountsFilter, StatementsFilter
from apps.api.v1.views.cases import FILE
from apps.api.v1.views.people import FRAME
from apps.applications.errors import FileTooLarge
from apps.core.errors import NotAllowed
from apps.core.request_keys import Replayed
from apps.interface.downloads import send_statement
from apps.receipts import books
from apps.receipts.actions.statements import propose_statement, start_statement
from apps.receipts.policies import keeps_accounts


class Accounts(BooksList):
    filterset_class = AccountsFilter
    rows = books.accounts_in_sight

    @extend_schema(operation_id="collection_accounts", responses=AccountOut(many=True))
    def get(self, request: Request) -> Response:
        """Accounts of the collecting bodies in the reader's sight, former ones among them."""
        return self.page(request, lambda rows: AccountOut(rows, many=True).data)


def _shown(job_id: int, by: Actor) -> Any:
    """Raises JobUnknown."""
    job, _account = books.job_of_statement(job_id, seen_by=by)
    context = {"counts": books.counts_of_job(job), "statement": books.statement_of_job(job)}
    return StatementJobOut(job, context=context).data


class Statements(BooksList):
    filterset_class = StatementsFilter
    rows = books.statements
    parser_classes = (MultiPartParser,)

    @extend_schema(operation_id="bank_statements", responses=BankStatementOut(many=True))
    def get(self, request: Request) -> Response:
        """Statements of the accounts in the reader's sight."""
        return self.page(request, lambda rows: BankStatementOut(rows, many=True).data)

    @extend_schema(
        operation_id="propose_bank_statement",
        parameters=[KEY, REPLAY_HEADER],
        request={"multipart/form-data": StatementIn},
        responses={
            201: OpenApiResponse(StatementJobOut, "Read: what it would add. Nothing is taken in yet."),
            200: OpenApiResponse(StatementJobOut, "The same request was answered before."),
        },
    )
    def post(self, request: Request) -> Response:
        """Reads a statement whole, by an accountant of the body; every fault is told by its line, and then nothing is kept."""
        by, key = actor(request), request_key(request)
        if not keeps_accounts(by):
            raise NotAllowed()
        most = settings.ATTACHMENT_MAX_BYTES
        # Told before it is read.
        if int(request.META.get("CONTENT_LENGTH") or 0) > most + FRAME:
            raise FileTooLarge(field="file", megabytes=most // 1_048_576)
        given, status, headers = read(StatementIn, request).validated_data, 201, {}
        try:
            job = propose_statement(
                given["file"].read(),
                given["file"].name,
                account=books.account_kept(given["account"], seen_by=by),
                days=(given["starts_on"], given["ends_on"]),
                balances=(given["opening"], given["closing"]),
                by=by,
                at=timezone.now(),
                request_key=key,
            ).pk
        except Replayed as replay:
            job, status, headers = int(replay.code), 200, {REPLAY: "true"}
        return Response(_shown(job, by), status=status, headers=headers)


class OneStatement(BooksView):
    @extend_schema(operation_id="bank_statement", responses=BankStatementOut)
    def get(self, request: Request, uuid: UUID) -> Response:
        """One statement. Its lines are in the list of lines, by its uuid."""
        return Response(BankStatementOut(books.statement_of(uuid, seen_by=actor(request))).data)


class StatementFile(BooksView):
    @extend_schema(operation_id="download_bank_statement", request=RevealIn, responses=FILE)
    def post(self, request: Request, uuid: UUID) -> HttpResponse:
        """The file as the bank gave it, in which payers and their accounts stand whole; who, why and when is kept in the access log."""
        reason = read(RevealIn, request).validated_data["reason"]
        return send_statement(uuid, reason=reason, by=actor(request))


class OneStatementJob(BooksView):
    @extend_schema(operation_id="statement_job", responses=StatementJobOut)
    def get(self, request: Request, job: int) -> Response:
        """A statement that was read, for an accountant of the body: what it would add, or how far it is taken in."""
        return Response(_shown(job, actor(request)))


class StartStatement(BooksView):
    @extend_schema(
        operation_id="take_bank_statement_in",
        parameters=[KEY, REPLAY_HEADER],
        request=None,
        responses={200: OpenApiResponse(StatementJobOut, "A worker takes it in, or has done so.")},
    )
    def post(self, request: Request, job: int) -> Response:
        """Takes in what was read; a worker adds the lines and matches what is certain."""
        by, headers = actor(request), {}
        found, _account = books.job_of_statement(job, seen_by=by)
        try:
            start_statement(found, by=by, at=timezone.now(), request_key=request_key(request))
        except Replayed:
            headers = {REPLAY: "true"}
        return Response(_shown(job, by), headers=headers)
