"""The registers of the agencies that a supervisor or inspector watches: asked for, and taken as PDF or spreadsheet."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from apps.interface.actors import actor_of_request
from apps.interface.downloads import send_register
from apps.supervision.errors import NoSupervision
from apps.supervision.policies import oversees
from apps.supervision.registers import agencies_overseen, registers_overseen
from apps.web.ui.registers import register_page
from apps.web.ui.signing_in import signed_in


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    by, words = actor_of_request(request), request.GET.get("search", "")[:80]
    if not oversees(by):
        raise NoSupervision()
    agencies = agencies_overseen(seen_by=by, day=timezone.localdate(), words=words)
    return register_page(
        request, area="oversight", agencies=agencies, registers=registers_overseen(seen_by=by), search=words
    )


@signed_in
@require_safe
def register_file(request: HttpRequest, register: int, medium: str) -> HttpResponse:
    by = actor_of_request(request)
    if not oversees(by):
        raise NoSupervision()
    return send_register(register, medium, by=by)
