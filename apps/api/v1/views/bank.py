"""The bank and the books side by side for programs: lines and differences; an accountant matches and explains."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.api.base import actor, read, request_key
from apps.api.pagination import KeysetPagination
from apps.api.v1.serializers.bank import (
    BankLineOut,
    DifferenceOut,
    DifferencesIn,
    ExplainIn,
    ExplanationOut,
    MatchIn,
    OneDifferenceOut,
    WithdrawIn,
)
from apps.api.v1.views.applications import KEY, REPLAY, REPLAY_HEADER
from apps.api.v1.views.books import BooksList, BooksView
from apps.api.v1.views.books_filters import LinesFilter
from apps.core.errors import NotFound
from apps.core.request_keys import Replayed
from apps.receipts import books
from apps.receipts.actions.bank_matches import match_line, withdraw_match
from apps.receipts.actions.differences import explain_difference
from apps.receipts.books import LinesAsked
from apps.receipts.choices import DifferenceKind
from apps.receipts.errors import LineUnknown
from apps.receipts.policies import may_keep_accounts_of
from apps.receipts.reconciliation import difference_of, differences, explanations_of


def _lines(*, seen_by: Any) -> Any:
    return books.lines_with_matches(LinesAsked(), seen_by=seen_by)


def _shown(rows: Sequence[Any]) -> Any:
    return BankLineOut(rows, many=True, context={"memos": books.memos_masked(rows)}).data


class Lines(BooksList):
    filterset_class = LinesFilter
    rows = _lines

    @extend_schema(operation_id="bank_lines", responses=BankLineOut(many=True))
    def get(self, request: Request) -> Response:
        """Lines of the accounts in the reader's sight, each with what of ours it is, and was once thought to be."""
        return self.page(request, _shown)


def _line(request: Request, uuid: UUID) -> Any:
    """Raises NotAllowed, LineUnknown."""
    found = _lines(seen_by=actor(request)).filter(uuid=uuid).first()
    if found is None:
        raise LineUnknown(field="line")
    return found


class OneLine(BooksView):
    @extend_schema(operation_id="bank_line", responses=BankLineOut)
    def get(self, request: Request, uuid: UUID) -> Response:
        """One line, its memo masked."""
        return Response(_shown([_line(request, uuid)])[0])


DONE = OpenApiResponse(BankLineOut, "Done, now or before; the line as it stands now.")


class LineAct(BooksView):
    """What an accountant of the body does with a line; an auditor reads and never writes."""

    def play(self, request: Request, uuid: UUID, act: Callable[..., Any]) -> Response:
        """Plays a verb and answers with the line as it stands afterwards."""
        headers = {}
        try:
            act(by=actor(request), at=timezone.now(), request_key=request_key(request))
        except Replayed:
            headers = {REPLAY: "true"}
        return Response(_shown([_line(request, uuid)])[0], headers=headers)

    def kept(self, request: Request, uuid: UUID) -> Any:
        """Raises NotAllowed, LineUnknown."""
        found = _line(request, uuid)
        may_keep_accounts_of(found.account.agency_id, actor(request))
        return found


class MatchLine(LineAct):
    @extend_schema(
        operation_id="match_bank_line",
        parameters=[KEY, REPLAY_HEADER],
        request=MatchIn,
        responses={200: DONE},
    )
    def post(self, request: Request, uuid: UUID) -> Response:
        """Says what of ours a line is, and why. The amounts may differ: then that is a difference to explain."""
        line = self.kept(request, uuid)
        given = read(MatchIn, request).validated_data
        chosen = books.chosen_of(line, given["ours"])
        return self.play(request, uuid, lambda **act: match_line(uuid, chosen, reason=given["reason"], **act))


class WithdrawMatch(LineAct):
    @extend_schema(
        operation_id="withdraw_bank_match",
        parameters=[KEY, REPLAY_HEADER],
        request=WithdrawIn,
        responses={200: DONE},
    )
    def post(self, request: Request, uuid: UUID) -> Response:
        """Takes a match of the line back, and says why; both stay to be read."""
        line = self.kept(request, uuid)
        given = read(WithdrawIn, request).validated_data
        if given["match"] not in {match.pk for match in line.matches.all()}:
            raise LineUnknown(field="match")
        return self.play(
            request, uuid, lambda **act: withdraw_match(given["match"], reason=given["reason"], **act)
        )


class NewestFirst(KeysetPagination):
    """Differences are found by one statement, which is told where the page begins."""

    order = ("-since", "kind", "subject")

    def fetched(self, rows: Any, order: Sequence[str], key: Sequence[Any], most: int) -> list[Any]:
        found: list[Any] = rows(beyond=tuple(key) or None, backwards=order[0] == "since", most=most)
        return found


class Differences(BooksView):
    pagination_class = NewestFirst

    @extend_schema(operation_id="differences", parameters=[DifferencesIn], responses=DifferenceOut(many=True))
    def get(self, request: Request) -> Response:
        """Every difference that stands now in the books in the reader's sight, the newest first."""
        asked = DifferencesIn(data=request.query_params)
        asked.is_valid(raise_exception=True)
        by, at, of = actor(request), timezone.now(), asked.asked()
        pages = self.pagination_class()
        rows = pages.paginate_queryset(
            lambda **place: differences(of, at=at, seen_by=by, **place), request, self
        )
        return pages.get_paginated_response(DifferenceOut(rows, many=True).data)


def _kind(named: str) -> DifferenceKind:
    """Raises NotFound."""
    if named not in DifferenceKind.values:
        raise NotFound(field="kind")
    return DifferenceKind(named)


class OneDifference(BooksView):
    @extend_schema(operation_id="difference", responses=OneDifferenceOut)
    def get(self, request: Request, kind: str, subject: str) -> Response:
        """One difference as it stands now, with all that was ever said of it."""
        found = difference_of(_kind(kind), subject, at=timezone.now(), seen_by=actor(request))
        return Response(OneDifferenceOut(found).data)


class Explain(BooksView):
    @extend_schema(
        operation_id="explain_difference",
        parameters=[KEY, REPLAY_HEADER],
        request=ExplainIn,
        responses={
            201: OpenApiResponse(ExplanationOut(many=True), "All that was said of it, the newest first."),
            200: OpenApiResponse(ExplanationOut(many=True), "The same request was answered before."),
        },
    )
    def post(self, request: Request, kind: str, subject: str) -> Response:
        """Says why a difference is there: by the accountant of the body. It stays beside the difference, which stays too."""
        by, of = actor(request), _kind(kind)
        reason, status, headers = read(ExplainIn, request).validated_data["reason"], 201, {}
        try:
            explain_difference(
                of, subject, reason=reason, by=by, at=timezone.now(), request_key=request_key(request)
            )
        except Replayed:
            status, headers = 200, {REPLAY: "true"}
        said = ExplanationOut(explanations_of(of, subject), many=True).data
        return Response(said, status=status, headers=headers)
