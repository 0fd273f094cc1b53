"""The first question of every page that is not for everybody: who is there? Nobody is sent to sign in."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from apps.accounts.actors import Actor
from apps.interface.actors import actor_of_request

View = Callable[..., HttpResponseBase]


def signed_in(view: View) -> View:
    """Nobody is sent to sign in; what others may have, the view and the selectors say."""

    @wraps(view)
    def let_in(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if actor_of_request(request).user_id is None:
            return redirect_to_login(request.get_full_path())
        return view(request, *args, **kwargs)

    return let_in


def signed_in_and(may: Callable[[Actor], None]) -> Callable[[View], View]:
    """Nobody is sent to sign in; somebody whom `may` refuses (NotAllowed) is refused."""

    def only_for(view: View) -> View:
        @signed_in
        @wraps(view)
        def let_in(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            may(actor_of_request(request))
            return view(request, *args, **kwargs)

        return let_in

    return only_for
