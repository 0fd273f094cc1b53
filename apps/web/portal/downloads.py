"""Files of a case: the right is asked of the selectors, every download is in the access log, nothing is cached."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from apps.cases.selectors import Download, attachment_file, paper_file, receipt_file, result_file
from apps.core.access import note_access
from apps.web.portal.access import actor_of_request, for_the_signed_in


@for_the_signed_in
@require_safe
def paper(request: HttpRequest, code: str, paper: UUID) -> HttpResponse:
    file = paper_file(code, paper, seen_by=actor_of_request(request))
    return _answer(request, file, f"{code}/papers/{paper}")


@for_the_signed_in
@require_safe
def receipt(request: HttpRequest, code: str, receipt: UUID) -> HttpResponse:
    file = receipt_file(code, receipt, seen_by=actor_of_request(request))
    return _answer(request, file, f"{code}/receipts/{receipt}")


@for_the_signed_in
@require_safe
def result(request: HttpRequest, code: str, result: int) -> HttpResponse:
    file = result_file(code, result, seen_by=actor_of_request(request))
    return _answer(request, file, f"{code}/results/{result}")


@for_the_signed_in
@require_safe
def attachment(request: HttpRequest, code: str, attachment: UUID) -> HttpResponse:
    file = attachment_file(code, attachment, seen_by=actor_of_request(request))
    return _answer(request, file, f"{code}/attachments/{attachment}")


def _answer(request: HttpRequest, file: Download, subject: str) -> HttpResponse:
    note_access(
        actor_id=actor_of_request(request).user_id, action="download", subject=subject, at=timezone.now()
    )
    response = HttpResponse(file.content, content_type=file.media_type)
    # Saved, never shown within the site's own pages: what citizens upload must not run here.
    disposition = content_disposition_header(as_attachment=True, filename=file.filename)
    response.headers["Content-Disposition"] = disposition or "attachment"
    response.headers["Cache-Control"] = "private, no-store"
    return response
