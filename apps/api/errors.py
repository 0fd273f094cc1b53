"""Every refusal in one shape: {"code", "message", "field", "data"}, in the reader's language, telling nothing more."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.core.signals import got_request_exception
from django.http import Http404
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions
from rest_framework.response import Response

from apps.core.errors import Faults, Invalid, NotAllowed, NotFound, Refusal

logger = logging.getLogger(__name__)


class NotSignedIn(Refusal):
    code = "not_signed_in"
    status = 401
    text = _("Sign in first.")


class MethodNotAllowed(Refusal):
    code = "method_not_allowed"
    status = 405
    text = _("This address does not answer %(method)s.")


class MediaTypeRefused(Refusal):
    code = "media_type_refused"
    status = 415
    text = _("This address does not read bodies of the kind “%(media_type)s”.")


class RequestMalformed(Invalid):
    code = "request_malformed"
    status = 400
    text = _("This request cannot be read.")


class Fault(Refusal):
    """Not a refusal of the user: the program failed, and says nothing but that."""

    code = "fault"
    status = 500
    text = _("Something went wrong on our side. Nothing was changed. Try again later.")


# Texts for what a serializer finds wrong; what is not named here keeps the sentence of the field itself.
_BY_VALIDATION: dict[str, Any] = {
    "required": _("This field is required."),
    "null": _("This field may not be empty."),
    "blank": _("This field may not be empty."),
    "empty": _("This field may not be empty."),
    "invalid_choice": _("Choose one of the values offered."),
    "unknown": _("There is no such field."),
}


def shown(refusal: Refusal) -> dict[str, Any]:
    """A refusal as its JSON."""
    data: dict[str, Any] = refusal.data
    if isinstance(refusal, Faults):
        data = {"errors": [_line(fault) for fault in refusal.faults]}
    return {**_line(refusal), "data": data}


def _line(refusal: Refusal) -> dict[str, Any]:
    return {"code": refusal.code, "message": refusal.message, "field": refusal.field}


def handle(error: Exception, context: dict[str, Any]) -> Response:
    """Django REST framework's exception handler: every error becomes a refusal, and a refusal an answer."""
    if isinstance(error, exceptions.ValidationError):
        return _invalid(error)
    request = context["request"]
    refusal = _refusal_of(error, method=request.method or "", media_type=request.META.get("CONTENT_TYPE", ""))
    if isinstance(refusal, Fault):
        # What listens for faults (the log, a test's client) hears of it as of any other.
        logger.error("fault in the API", exc_info=error)
        got_request_exception.send(sender=None, request=request)
    response = Response(shown(refusal), status=refusal.status)
    if challenge := getattr(error, "auth_header", None):
        response["WWW-Authenticate"] = challenge
    if isinstance(error, exceptions.MethodNotAllowed):
        response["Allow"] = ", ".join(context["view"].allowed_methods)
    return response


def _refusal_of(error: Exception, method: str, media_type: str) -> Refusal:
    match error:
        case Refusal():
            return error
        case exceptions.NotAuthenticated() | exceptions.AuthenticationFailed():
            return NotSignedIn()
        case exceptions.MethodNotAllowed():
            return MethodNotAllowed(method=method)
        case exceptions.UnsupportedMediaType():
            return MediaTypeRefused(media_type=media_type)
        case exceptions.PermissionDenied() | PermissionDenied():
            return NotAllowed()
        case exceptions.NotFound() | Http404():
            return NotFound()
        case exceptions.APIException(status_code=status) if status < 500:
            return RequestMalformed()
        case SuspiciousOperation():
            return RequestMalformed()
    return Fault()


def _invalid(error: exceptions.ValidationError) -> Response:
    lines = list(_validation_lines(error.get_full_details(), ""))
    only = lines[0] if len(lines) == 1 else None
    summary = shown(Faults([]))
    body = {**summary, **(only or {}), "data": {"errors": lines}}
    return Response(body, status=Faults.status)


def _validation_lines(details: Any, field: str) -> Iterator[dict[str, Any]]:
    """One line for each fault, its field as a path: `filer.identity_number`, `items.0.reason`."""
    if isinstance(details, dict) and isinstance(details.get("code"), str) and "message" in details:
        code = details["code"]
        yield {
            "code": code,
            "message": str(_BY_VALIDATION.get(code, details["message"])),
            "field": field or None,
        }
        return
    inside = details.items() if isinstance(details, dict) else enumerate(details)
    for name, each in inside:
        is_message = isinstance(each, dict) and isinstance(each.get("code"), str) and "message" in each
        is_of_whole = name == "non_field_errors" or (isinstance(name, int) and is_message)
        yield from _validation_lines(each, field if is_of_whole else f"{field}.{name}".lstrip("."))
