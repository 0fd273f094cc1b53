"""What anybody may ask without signing in: the status of a case by its secret, and whether a receipt or a paper is ours."""

from __future__ import annotations

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.api.base import PublicView, read
from apps.api.v1.serializers.linked import PublicStatusOut
from apps.api.v1.serializers.public import PaperCheck, ReceiptCheck, ReceiptLinkOut, StatusIn
from apps.cases.selectors import case_by_secret, group_by_secret, paper_by_check_code
from apps.cases.status_shown import status_shown
from apps.interface.throttling import slowing_guesses
from apps.receipts.selectors import chain_of, is_signed, is_trial, receipt_by_lookup, state_of


class PublicStatus(PublicView):
    @extend_schema(operation_id="status", request=StatusIn, responses=PublicStatusOut)
    def post(self, request: Request) -> Response:
        """The status of a case for whoever holds its code and secret. Guessing is slowed."""
        given = read(StatusIn, request).validated_data
        case = slowing_guesses(
            request._request, "status", lambda: case_by_secret(given["code"], given["secret"])
        )
        context = {"group": group_by_secret(case)}
        return Response(PublicStatusOut(status_shown(case), context=context).data)


class CheckReceipt(PublicView):
    @extend_schema(operation_id="check_receipt", responses=ReceiptCheck)
    def get(self, request: Request, lookup_code: str) -> Response:
        """Whether a receipt is ours, with the least that can be compared with the paper. Guessing is slowed."""
        receipt = slowing_guesses(request._request, "receipt", lambda: receipt_by_lookup(lookup_code))
        return Response(
            {
                "is_genuine": True,
                "is_signed": is_signed(receipt),
                "is_trial": is_trial(receipt),
                "form": receipt.series.form,
                "series": receipt.series.code,
                "number": receipt.number,
                "collecting_body": receipt.series.collecting_body.title,
                "amount": receipt.amount,
                "issued_at": timezone.localtime(receipt.issued_at),
                "state": state_of(receipt),
                "chain": ReceiptLinkOut(chain_of(receipt), many=True).data,
            }
        )


class CheckPaper(PublicView):
    @extend_schema(operation_id="check_paper", responses=PaperCheck)
    def get(self, request: Request, check_code: str) -> Response:
        """Whether a paper is ours and still counts, with the hash of its file to compare. Guessing is slowed."""
        found = slowing_guesses(request._request, "paper", lambda: paper_by_check_code(check_code))
        return Response(PaperCheck(found).data)
