"""Who may come to the books."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse

from apps.interface.actors import actor_of_request
from apps.receipts.policies import may_read_books

View = Callable[..., HttpResponse]


def for_auditors(view: View) -> View:
    """Nobody is sent to sign in; who is neither auditor nor accountant is refused (NotAllowed)."""

    @wraps(view)
    def let_in(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        actor = actor_of_request(request)
        if actor.user_id is None:
            return redirect_to_login(request.get_full_path())
        may_read_books(actor)
        return view(request, *args, **kwargs)

    return let_in
