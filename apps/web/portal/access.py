"""Who may come to the pages of those who file, and which case they see there: their own, never as an official."""

from __future__ import annotations

from functools import wraps
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _

from apps.accounts.actors import Actor
from apps.cases.errors import CaseUnknown
from apps.cases.selectors import SeenCase, case_seen_by
from apps.core.errors import NotAllowed
from apps.interface.actors import actor_of_request
from apps.web.ui.signing_in import View, signed_in


class NotACitizen(NotAllowed):
    code = "not_a_citizen"
    text = _("This page is for people who file. Your account belongs to a member of staff.")


def for_citizens(view: View) -> View:
    """Nobody is sent to sign in; an account without a person behind it is refused (NotACitizen)."""

    @signed_in
    @wraps(view)
    def let_in(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if actor_of_request(request).citizen_id is None:
            raise NotACitizen()
        response = view(request, *args, **kwargs)
        # Personal pages: not left in the cache of a shared machine.
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    return let_in


def own_case(code: str, *, seen_by: Actor) -> SeenCase:
    """A case of the actor's own or of a business they act for. Raises CaseUnknown for everybody else, staff too."""
    seen = case_seen_by(code, seen_by=seen_by)
    if not seen.standing.is_acting_party:
        raise CaseUnknown(field="code")
    return seen
