"""Files of a case: the right is asked of the selectors, every download is in the access log, nothing is cached."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from apps.cases.selectors import attachment_file, paper_file, receipt_file, result_file
from apps.interface.downloads import send_file
from apps.web.portal.access import actor_of_request, for_the_signed_in


@for_the_signed_in
@require_safe
def paper(request: HttpRequest, code: str, paper: UUID) -> HttpResponse:
    file = paper_file(code, paper, seen_by=actor_of_request(request))
    return send_file(file, by=actor_of_request(request), subject=f"{code}/papers/{paper}")


@for_the_signed_in
@require_safe
def receipt(request: HttpRequest, code: str, receipt: UUID) -> HttpResponse:
    file = receipt_file(code, receipt, seen_by=actor_of_request(request))
    return send_file(file, by=actor_of_request(request), subject=f"{code}/receipts/{receipt}")


@for_the_signed_in
@require_safe
def result(request: HttpRequest, code: str, result: int) -> HttpResponse:
    file = result_file(code, result, seen_by=actor_of_request(request))
    return send_file(file, by=actor_of_request(request), subject=f"{code}/results/{result}")


@for_the_signed_in
@require_safe
def attachment(request: HttpRequest, code: str, attachment: UUID) -> HttpResponse:
    file = attachment_file(code, attachment, seen_by=actor_of_request(request))
    return send_file(file, by=actor_of_request(request), subject=f"{code}/attachments/{attachment}")
