"""Who calls the API: the same session as the pages, with the CSRF token demanded of every write."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from rest_framework import authentication, exceptions
from rest_framework.request import Request

from apps.core.errors import NotAllowed


class CsrfFailed(NotAllowed):
    code = "csrf_failed"
    text = _("Send the CSRF token of your session in the header X-CSRFToken.")


class SessionAuthentication(authentication.SessionAuthentication):
    """The account of the session; `request.actor` is read from it by the middleware when it is first asked for."""

    def authenticate_header(self, request: Request) -> str:
        """Named, so that a caller without a session is answered 401 and not 403."""
        return "Session"

    def enforce_csrf(self, request: Request) -> None:
        try:
            super().enforce_csrf(request)
        except exceptions.PermissionDenied as error:
            raise CsrfFailed() from error
