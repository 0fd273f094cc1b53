"""Who may come to the desk, and which case they see there: rights from posts, never from being a party."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from apps.accounts.actors import Actor
from apps.cases.errors import CaseUnknown
from apps.cases.policies import posts_of_casework, works_at_agency_of
from apps.cases.selectors import SeenCase, case_seen_by
from apps.core.errors import NotAllowed
from apps.interface.actors import actor_of_request

View = Callable[..., HttpResponseBase]


def for_clerks(view: View) -> View:
    """Nobody is sent to sign in; who holds no post of casework is refused (NotAllowed)."""

    @wraps(view)
    def let_in(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        actor = actor_of_request(request)
        if actor.user_id is None:
            return redirect_to_login(request.get_full_path())
        if not posts_of_casework(actor):
            raise NotAllowed()
        return view(request, *args, **kwargs)

    return let_in


def seen_at_desk(code: str, *, seen_by: Actor) -> SeenCase:
    """A case of one of the actor's agencies. Raises CaseUnknown, also where the actor sees it only as a party."""
    seen = case_seen_by(code, seen_by=seen_by)
    if not works_at_agency_of(seen.case, seen_by, seen.standing):
        raise CaseUnknown(field="code")
    return seen
