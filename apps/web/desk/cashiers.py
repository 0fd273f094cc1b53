"""The cashier's drawer at the desk: opened, shown, moved in and out of, counted and closed; and the drawers of a desk."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.actors import Actor
from apps.cases.errors import CaseUnknown
from apps.core.errors import NotAllowed
from apps.interface.actors import actor_of_request
from apps.receipts import selectors
from apps.receipts.actions import cashiers
from apps.receipts.errors import NotYourDrawer
from apps.receipts.policies import (
    answers_for_drawers_at,
    desks_of_drawers,
    has_to_do_with_drawers,
    may_acknowledge,
)
from apps.web.desk import drawer_shown
from apps.web.desk.access import for_clerks, seen_at_desk
from apps.web.desk.cashier_forms import AcknowledgeForm, CountForm, MoveForm, OpenForm
from apps.web.desk.verbs import verb_url
from apps.web.ui.keyed_forms import played
from apps.web.ui.paging import page_by_number

MOST_DIFFERENCES = 20


@for_clerks
@require_http_methods(["GET", "HEAD", "POST"])
def my_drawer(request: HttpRequest) -> HttpResponse:
    """The drawer that the cashier has open, or a form to open one; whoever keeps none goes to those of their desk."""
    actor = _actor(request)
    desks = [(post.agency_id, post.agency_name) for post in desks_of_drawers(actor)]
    if not desks:
        return redirect("desk:drawers")
    standing = selectors.open_session_of(actor)
    if request.method != "POST" and standing is not None:
        return redirect("desk:drawer_session", standing.uuid)
    last = selectors.last_session_of(actor)
    form = OpenForm(
        request.POST if request.method == "POST" else None,
        desks=list(dict.fromkeys(desks)),
        balance=last.counted_cash if last else None,
    )
    if request.method == "POST" and form.is_valid():
        given = form.arguments()
        if played(
            request,
            form,
            lambda **act: cashiers.open_session(
                given["desk"], opening_balance=given["opening_balance"], **act
            ),
        ):
            return _onward(request, actor)
    context = {
        "form": form,
        "last": last,
        "case_code": request.GET.get("case", "")[:50],
        "has_one_desk": len(set(desks)) == 1,
    }
    return render(request, "desk/drawer_open.html", context, status=form.status)


@for_clerks
@require_safe
def drawers(request: HttpRequest) -> HttpResponse:
    """Sessions of the desks that the reader answers for, and their own: differences nobody acknowledged come first."""
    actor = _actor(request)
    seen = selectors.newest_first(selectors.sessions_seen(seen_by=actor))
    page = page_by_number(seen, request, by="newest")
    waiting = list(selectors.with_difference(seen)[: MOST_DIFFERENCES + 1])
    context = {
        "columns": drawer_shown.session_columns(),
        "waiting": [drawer_shown.session_cells(session) for session in waiting[:MOST_DIFFERENCES]],
        "are_more_waiting": len(waiting) > MOST_DIFFERENCES,
        "rows": [drawer_shown.session_cells(session) for session in page.rows],
        "pages": page.pages,
        "keeps_one": bool(desks_of_drawers(actor)),
    }
    return render(request, "desk/drawers.html", context)


@for_clerks
@require_safe
def one_drawer(request: HttpRequest, session: UUID) -> HttpResponse:
    return _session_page(request, session, AcknowledgeForm())


@for_clerks
@require_POST
def acknowledge(request: HttpRequest, session: UUID) -> HttpResponse:
    """A second pair of eyes has looked into a difference."""
    _actor(request)
    form = AcknowledgeForm(request.POST)
    if form.is_valid():
        note = form.arguments()["note"]
        if played(request, form, lambda **act: cashiers.acknowledge_difference(session, note=note, **act)):
            return redirect("desk:drawer_session", session)
    return _session_page(request, session, form)


@for_clerks
@require_http_methods(["GET", "HEAD", "POST"])
def move(request: HttpRequest, session: UUID) -> HttpResponse:
    """Change is brought, or money taken to the bank."""
    actor = _actor(request)
    seen = selectors.session_seen(session, seen_by=actor)
    if seen.cashier_id != actor.user_id:
        raise NotYourDrawer()
    if not seen.is_open:
        return _closed_already(request, session)
    form = MoveForm(request.POST if request.method == "POST" else None)
    if (
        request.method == "POST"
        and form.is_valid()
        and played(request, form, lambda **act: cashiers.move_cash(session, **form.arguments(), **act))
    ):
        return redirect("desk:drawer_session", session)
    context = {"session": seen, "form": form, **drawer_shown.figures(seen)}
    return render(request, "desk/drawer_move.html", context, status=form.status)


@for_clerks
@require_http_methods(["GET", "HEAD", "POST"])
def close(request: HttpRequest, session: UUID) -> HttpResponse:
    """The drawer is counted and closed: by its cashier, or in their stead by who answers for the desk."""
    actor = _actor(request)
    seen = selectors.session_seen(session, seen_by=actor)
    is_own = seen.cashier_id == actor.user_id
    if not seen.is_open:
        return _closed_already(request, session)
    form = CountForm(request.POST if request.method == "POST" else None, is_own=is_own)
    if (
        request.method == "POST"
        and form.is_valid()
        and played(request, form, lambda **act: cashiers.close_session(session, **form.arguments(), **act))
    ):
        return redirect("desk:drawer_session", session)
    context = {"session": seen, "form": form, "is_own": is_own}
    return render(request, "desk/drawer_close.html", context, status=form.status)


def _actor(request: HttpRequest) -> Actor:
    """Raises NotAllowed for a clerk who neither keeps a drawer nor answers for any."""
    actor = actor_of_request(request)
    if not has_to_do_with_drawers(actor):
        raise NotAllowed()
    return actor


def _onward(request: HttpRequest, actor: Actor) -> HttpResponse:
    """To the payment of the case for which the drawer was opened, or to the drawer."""
    code = request.GET.get("case", "")
    if code:
        try:
            return redirect(verb_url(seen_at_desk(code, seen_by=actor).case.code, "record_payment"))
        except CaseUnknown:
            pass
    return redirect("desk:drawer")


def _closed_already(request: HttpRequest, session: UUID) -> HttpResponse:
    """Counted in another tab, or by somebody else meanwhile: the page says by whom."""
    messages.info(request, _("This drawer is closed already; nothing was changed."))
    return redirect("desk:drawer_session", session)


def _session_page(request: HttpRequest, uuid: UUID, form: AcknowledgeForm) -> HttpResponse:
    actor = _actor(request)
    session = selectors.session_seen(uuid, seen_by=actor)
    is_own = session.cashier_id == actor.user_id
    context = {
        "session": session,
        "form": form,
        "is_own": is_own,
        "can_close": session.is_open,
        "is_of_today": timezone.localdate(session.opened_at) == timezone.localdate(),
        "can_acknowledge": session.has_difference
        and not hasattr(session, "acknowledged")
        and may_acknowledge(session, actor),
        "answers_for_it": answers_for_drawers_at(session.desk_id, actor),
        **drawer_shown.shown(session),
    }
    return render(request, "desk/drawer.html", context, status=form.status)
