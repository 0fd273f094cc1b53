"""Cases as their parties and officials see them: lists, one case, its ledger, its files, its verbs."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.actors import Actor
from apps.api.base import ApiView, actor, read, request_key
from apps.api.pagination import KeysetPagination
from apps.api.v1.serializers.cases import (
    CaseDetail,
    CaseRow,
    DocumentOut,
    EventOut,
    NoticeOut,
    RevealIn,
    RevealOut,
)
from apps.api.v1.verbs import VERBS, HttpVerb, hyphenated
from apps.api.v1.views.applications import KEY, REPLAY, REPLAY_HEADER
from apps.api.v1.views.queues import case_rows, shown_rows
from apps.applications.selectors import answers_of, attachments_of
from apps.cases import selectors
from apps.cases.actions.control_sheet import ask_control_sheet
from apps.cases.codes import read_case_code
from apps.cases.errors import CaseUnknown, ReasonMissing
from apps.cases.notices import notices_of
from apps.cases.policies import can_read_party, works_on
from apps.cases.status_shown import status_shown
from apps.core.access import note_access
from apps.core.request_keys import Replayed
from apps.interface.downloads import send_file
from apps.interface.particulars import particulars_shown

FILE = {
    (200, "application/octet-stream"): OpenApiResponse(OpenApiTypes.BINARY, "The file, as an attachment.")
}


class NewestFirst(KeysetPagination):
    order = ("-id",)


class MyCases(ApiView):
    pagination_class = NewestFirst

    @extend_schema(operation_id="my_cases", responses=CaseRow(many=True))
    def get(self, request: Request) -> Response:
        """The cases on whose application the reader, or a business they act for, has a role; newest first."""
        pages = self.pagination_class()
        cases = case_rows(selectors.cases_of_person(seen_by=actor(request)))
        page = pages.paginate_queryset(cases, request, self)
        return pages.get_paginated_response(shown_rows(page, timezone.now()))


class OneCase(ApiView):
    @extend_schema(operation_id="case", responses=CaseDetail)
    def get(self, request: Request, code: str) -> Response:
        """A case with everything that belongs to it, as the reader may see it."""
        return Response(case_shown(code, seen_by=actor(request)))


def case_shown(code: str, *, seen_by: Actor) -> dict[str, Any]:
    """A case as it stands now. Raises CaseUnknown."""
    seen = selectors.case_seen_by(code, seen_by=seen_by)
    case = seen.case
    documents = selectors.documents_of(case, with_internal=not seen.standing.is_party)
    is_own, works = seen.standing.is_acting_party, works_on(seen.case, seen_by, seen.standing)
    answer: dict[str, Any] = CaseDetail(
        {
            "case": case,
            "shown": status_shown(case),
            "verbs": [hyphenated(verb) for verb in seen.verbs],
            "parties": [
                particulars_shown(party, whole=can_read_party(party, seen_by, seen.standing), named=works)
                for party in selectors.parties_of(seen)
            ],
            "answers": answers_of(case.application_id) if works else None,
            "fees": selectors.fees_of(case),
            "receipts": [row.receipt for row in selectors.receipts_of(case)],
            "money": selectors.account_of_case(case),
            "documents": [row.document for row in documents],
            "results": selectors.results_of(case),
            "supplements": selectors.supplements_of(case),
            "obligations": selectors.obligations_of(case),
            "draft": selectors.draft_of(case) if works else "",
            "attachments": attachments_of(case.application_id),
            "originals": selectors.custody_of(case),
            "handover": seen.standing.open_handover,
            "opinions": selectors.opinions_of(seen),
            "act_papers": selectors.act_papers_of(seen),
            "group": selectors.group_of(case, seen_by=seen_by),
        },
        context={
            "is_own": is_own,
            "works": works,
            "replaced_documents": selectors.replaced_among(documents),
            "readable_receipts": selectors.receipts_readable(seen, seen_by=seen_by),
        },
    ).data
    return answer


class Events(ApiView):
    @extend_schema(operation_id="case_events", responses=EventOut(many=True))
    def get(self, request: Request, code: str) -> Response:
        """The ledger of a case, oldest first."""
        by = actor(request)
        seen = selectors.case_seen_by(code, seen_by=by)
        context = {"is_official": seen.is_official, "works": works_on(seen.case, by, seen.standing)}
        return Response(EventOut(selectors.timeline(seen), many=True, context=context).data)


class Notices(ApiView):
    @extend_schema(operation_id="case_notices", responses=NoticeOut(many=True))
    def get(self, request: Request, code: str) -> Response:
        """What the applicant was told of a case, newest first: for their side and for staff who work on it."""
        by = actor(request)
        seen = selectors.case_seen_by(code, seen_by=by)
        return Response(NoticeOut(notices_of(seen, seen_by=by), many=True).data)


class Paper(ApiView):
    @extend_schema(operation_id="download_document", responses=FILE)
    def get(self, request: Request, code: str, document: UUID) -> HttpResponse:
        """The PDF of a statutory paper."""
        return send_file("paper", code, document, by=actor(request))


class ReceiptPaper(ApiView):
    @extend_schema(operation_id="download_receipt", responses=FILE)
    def get(self, request: Request, code: str, receipt: UUID) -> HttpResponse:
        """The signed PDF of a receipt, for its payer, the desk that took the money and the body that it was collected for."""
        return send_file("receipt", code, receipt, by=actor(request))


class ReceiptData(ApiView):
    @extend_schema(operation_id="download_receipt_data", responses=FILE)
    def get(self, request: Request, code: str, receipt: UUID) -> HttpResponse:
        """The signed data of a receipt as XML, for whoever may have its PDF, which carries the same inside it."""
        return send_file("receipt data", code, receipt, by=actor(request))


class ResultFile(ApiView):
    @extend_schema(operation_id="download_result", responses=FILE)
    def get(self, request: Request, code: str, result_id: int) -> HttpResponse:
        """The released result."""
        return send_file("result", code, result_id, by=actor(request))


class AttachmentFile(ApiView):
    @extend_schema(operation_id="download_attachment", responses=FILE)
    def get(self, request: Request, code: str, attachment: UUID) -> HttpResponse:
        """A file given with the application."""
        return send_file("attachment", code, attachment, by=actor(request))


class ActPaperFile(ApiView):
    @extend_schema(operation_id="download_act_paper", responses=FILE)
    def get(self, request: Request, code: str, sequence: int) -> HttpResponse:
        """A file that an act of the office left."""
        return send_file("act paper", code, sequence, by=actor(request))


class ControlSheet(ApiView):
    @extend_schema(operation_id="ask_control_sheet", request=None, responses=DocumentOut)
    def post(self, request: Request, code: str) -> Response:
        """The control sheet (form 06) as far as the ledger reaches: the one there is, or a new one that replaces it.

        For staff of the agencies concerned. Its PDF is made a moment later; asking again tells whether it is ready.
        """
        sheet = ask_control_sheet(read_case_code(code), by=actor(request), at=timezone.now())
        return Response(DocumentOut(sheet.document, context={"replaced_documents": {}}).data)


class Reveal(ApiView):
    @extend_schema(operation_id="reveal", request=RevealIn, responses=RevealOut)
    def post(self, request: Request, code: str) -> Response:
        """Shows personal data whole; who, why and when is kept in the access log."""
        by = actor(request)
        seen = selectors.case_seen_by(code, seen_by=by)
        reason = read(RevealIn, request).validated_data["reason"].strip()
        if not reason:
            raise ReasonMissing(field="reason")
        note_access(
            actor_id=by.user_id, action="reveal", subject=seen.case.code, at=timezone.now(), reason=reason
        )
        parties = [particulars_shown(party, whole=True) for party in selectors.parties_of(seen)]
        return Response(RevealOut({"parties": parties, "answers": answers_of(seen.case.application_id)}).data)


class PlayVerb(ApiView):
    """One class for all verbs; each address has a subclass of it, made from the table of verbs."""

    verb: HttpVerb

    def play(self, request: Request, code: str) -> Response:
        by, key, code = actor(request), request_key(request), read_case_code(code)
        arguments = read(self.verb.body, request).arguments()
        try:
            self.verb.action(code, **arguments, by=by, at=timezone.now(), request_key=key)
        except Replayed:
            return _as_it_stands(code, by, {REPLAY: "true"})
        return _as_it_stands(code, by, {})


def _as_it_stands(code: str, by: Actor, headers: dict[str, str]) -> Response:
    """The case after the act; no content where the act itself took it out of the actor's sight."""
    try:
        return Response(case_shown(code, seen_by=by), headers=headers)
    except CaseUnknown:
        return Response(status=204, headers=headers)


def _view_of(name: str, verb: HttpVerb) -> type[PlayVerb]:
    @extend_schema(
        operation_id=name,
        description=verb.body.__doc__,
        parameters=[KEY, REPLAY_HEADER],
        request=verb.body,
        responses={
            200: OpenApiResponse(CaseDetail, "Done; the case as it stands now."),
            204: OpenApiResponse(None, "Done; the case is no longer in the reader's sight."),
        },
    )
    def post(self: PlayVerb, request: Request, code: str) -> Response:
        return self.play(request, code)

    return type(f"{name.title().replace('_', '')}View", (PlayVerb,), {"verb": verb, "post": post})


VERB_VIEWS: dict[str, type[PlayVerb]] = {name: _view_of(name, verb) for name, verb in VERBS.items()}
