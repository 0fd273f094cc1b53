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


def for_explainers(view: View) -> View:
    """Nobody is sent to sign in; whether somebody reads the books, or stands in for who does, the view asks."""

    @wraps(view)
    def let_in(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if actor_of_request(request).user_id is None:
            return redirect_to_login(request.get_full_path())
        return view(request, *args, **kwargs)

    return let_in


def for_auditors(view: View) -> View:
    """Nobody is sent to sign in; who is neither auditor nor accountant is refused (NotAllowed)."""

    @for_explainers
    @wraps(view)
    def let_in(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        may_read_books(actor_of_request(request))
        return view(request, *args, **kwargs)

    return let_in
