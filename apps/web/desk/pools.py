"""The pools of handlers of the agencies that the reader heads: opened, filled and closed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts.models import Pool, User
from apps.accounts.selectors import handlers_of, members_of, pools_of
from apps.cases.actions.pools import close_pool, join_pool, leave_pool, open_pool
from apps.cases.policies import agencies_headed
from apps.core.errors import Refusal
from apps.interface.actors import actor_of_request
from apps.web.desk.access import for_clerks
from apps.web.ui.faults import mendable, show_refusal


class PoolForm(forms.Form):
    """A new pool: of which agency, and what it is called."""

    agency = forms.TypedChoiceField(label=gettext_lazy("Agency"), coerce=int)
    name = forms.CharField(
        label=gettext_lazy("Name of the pool"),
        max_length=120,
        help_text=gettext_lazy("Such as: civil status, construction."),
    )

    def __init__(self, data: Any = None, *, agencies: Sequence[tuple[int, str]]) -> None:
        super().__init__(data)
        field = self.fields["agency"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(agencies)


@dataclass(frozen=True, slots=True)
class PoolShown:
    """A pool with its members, and the handlers who could join it."""

    pool: Pool
    members: list[User]
    others: list[User]


@for_clerks
@require_http_methods(["GET", "POST"])
def show_pools(request: HttpRequest) -> HttpResponse:
    """The pools of the agencies that the reader heads; POST opens one."""
    actor, at = actor_of_request(request), timezone.now()
    agencies = [(post.agency_id, post.agency_name) for post in agencies_headed(actor)]
    form = PoolForm(request.POST or None, agencies=agencies)
    if request.method == "POST" and form.is_valid():
        try:
            open_pool(form.cleaned_data["agency"], name=form.cleaned_data["name"], by=actor, at=at)
        except Refusal as refusal:
            show_refusal(refusal, form)
        else:
            messages.success(request, _("The pool “%(name)s” is open.") % {"name": form.cleaned_data["name"]})
            return redirect("desk:pools")
    day, headed = timezone.localdate(at), tuple(agency for agency, _name in agencies)
    pools = pools_of(headed, day)
    members = members_of([pool.pk for pool in pools])
    handlers = {agency: handlers_of((agency,), day) for agency in headed}
    shown = [
        PoolShown(
            pool,
            members[pool.pk],
            [each for each in handlers[pool.agency_id] if each not in members[pool.pk]],
        )
        for pool in pools
    ]
    context = {"form": form, "pools": shown, "heads": bool(agencies)}
    return render(request, "desk/pools.html", context, status=422 if form.errors else 200)


@for_clerks
@require_POST
def change_pool(request: HttpRequest, pool: int) -> HttpResponse:
    """A handler joins or leaves, or the pool is closed."""
    actor, at = actor_of_request(request), timezone.now()
    action, handler = request.POST.get("action", ""), request.POST.get("handler", "")
    number = int(handler) if handler.isdecimal() and len(handler) < 19 else 0
    try:
        match action:
            case "join":
                join_pool(pool, handler=number, by=actor, at=at)
            case "leave":
                leave_pool(pool, handler=number, by=actor, at=at)
            case "close":
                close_pool(pool, by=actor, at=at)
    except Refusal as refusal:
        messages.error(request, mendable(refusal).message)
    return redirect("desk:pools")
