"""Filing over HTTP."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.api.base import ApiView, actor, read, request_key
from apps.api.v1.serializers.applications import FiledCase, FilingIn
from apps.cases.actions.filing import may_repeat
from apps.cases.actions.submission import submit_application
from apps.cases.selectors import NONE_OPEN, Group, StillOpen, case_seen_by, fees_of, group_of
from apps.cases.tracking import secret_of
from apps.core.request_keys import Replayed
from apps.interface.request_keys import HEADER
from apps.procedures.tariff import is_established

REPLAY = "Idempotent-Replay"
KEY = OpenApiParameter(
    HEADER,
    {"type": "string", "pattern": r"^[\w.:-]{8,80}$"},
    OpenApiParameter.HEADER,
    required=True,
    description="New for each act; the same key with the same body answers again and acts once. Kept for 30 days.",
)
REPLAY_HEADER = OpenApiParameter(
    REPLAY,
    {"type": "string", "enum": ["true"]},
    OpenApiParameter.HEADER,
    response=[200],
    description="Present when the same request was answered before.",
)


class Applications(ApiView):
    @extend_schema(
        operation_id="submit_application",
        parameters=[KEY, REPLAY_HEADER],
        request=FilingIn,
        responses={
            201: OpenApiResponse(FiledCase, "Filed."),
            200: OpenApiResponse(
                FiledCase, "The same request was answered before: the case as it stands now."
            ),
        },
    )
    def post(self, request: Request) -> Response:
        """Files an application: one case at the desk that received it, or of a group each of its cases."""
        by, key = actor(request), request_key(request)
        try:
            filing = read(FilingIn, request).filing()
            filed = submit_application(filing, by=by, at=timezone.now(), request_key=key)
        except Replayed as replay:
            case = case_seen_by(replay.code, seen_by=by).case
            group = group_of(case, seen_by=by)
            cases = [each.case for each in group.cases] if group else [case]
            fees = [fee for each in cases for fee in fees_of(each)]
            return Response(_filed(case, group, fees, NONE_OPEN), status=200, headers={REPLAY: "true"})
        still_open = may_repeat(filing, filed.checked, seen_by=by, besides=filed.case.code)
        group = group_of(filed.case, seen_by=by)
        return Response(_filed(filed.case, group, filed.fees, still_open), status=201)


def _filed(case: Any, group: Group | None, fees: list[Any], still_open: StillOpen) -> dict[str, Any]:
    answer: dict[str, Any] = FiledCase(
        {
            "code": case.code,
            "tracking_secret": secret_of(case.code, case.tracking_generation),
            "status": case.status,
            "procedure": case.version.procedure,
            "receiving_agency": case.receiving_agency,
            "received_at": case.received_at,
            "due_at": case.due_at,
            "fees": fees,
            "group": group,
            "owed": sum(fee.amount for fee in fees if fee.is_owed_by_applicant),
            "still_open": still_open.codes,
            "is_still_open_elsewhere": still_open.has_others,
            "is_fee_established": is_established(fees),
        }
    ).data
    return answer
