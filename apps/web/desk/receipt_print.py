"""A receipt on paper: a conversion of the electronic one, made by the browser, and said to be that.

It is a page and no file: the law lets anybody print an electronic receipt, and what is printed is no receipt in itself, so it
is neither signed nor stored. The page is what the PDF says, by the same template and style.
"""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import get_template
from django.utils import timezone
from django.views.decorators.http import require_safe

from apps.cases.selectors import receipt_said
from apps.core.access import note_access
from apps.interface.actors import actor_of_request
from apps.web.desk.access import for_clerks, seen_at_desk

STYLESHEET = "papers/paper.css"


@for_clerks
@require_safe
def print_receipt(request: HttpRequest, code: str, which: UUID) -> HttpResponse:
    """The page to print, with who converted the receipt and when; the access log gets its line."""
    by = actor_of_request(request)
    seen_at_desk(code, seen_by=by)
    said = receipt_said(code, which, seen_by=by)
    at = timezone.localtime()
    note_access(actor_id=by.user_id, action="print receipt", subject=f"{code}/{which}", at=at)
    style, digest = _style()
    conversion = {"at": at.isoformat(), "by": str(request.user), "style": style}
    response = render(request, "papers/receipt.html", {**said, "conversion": conversion})
    # The style of papers lies with their templates and stands in the page, which runs nothing.
    response.headers["Content-Security-Policy"] = (
        f"default-src 'none'; img-src data:; style-src 'sha256-{digest}'; frame-ancestors 'none'"
    )
    response.headers["Cache-Control"] = "private, no-store"
    return response


@cache
def _style() -> tuple[str, str]:
    """The style of papers as it stands in a page, and its hash."""
    source: str = get_template(STYLESHEET).template.source  # type: ignore[attr-defined]
    return source, base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()
