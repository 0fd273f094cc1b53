"""The register of the agencies where a clerk works: asked for, and taken as PDF or spreadsheet."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_safe

from apps.interface.actors import actor_of_request
from apps.interface.downloads import send_register
from apps.supervision.registers import agencies_kept, registers_kept
from apps.web.desk.access import for_clerks
from apps.web.ui.registers import register_page


@for_clerks
@require_http_methods(["GET", "HEAD", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    by = actor_of_request(request)
    return register_page(
        request, area="desk", agencies=agencies_kept(seen_by=by), registers=registers_kept(seen_by=by)
    )


@for_clerks
@require_safe
def register_file(request: HttpRequest, register: int, medium: str) -> HttpResponse:
    return send_register(register, medium, by=actor_of_request(request))
