"""The lists of the desk: inbox, handovers to receive, cases sent on, cases that cannot be routed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.db.models import F, OuterRef, QuerySet, Subquery, Value
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from apps.accounts.actors import Actor
from apps.accounts.selectors import assignees_of
from apps.cases import selectors
from apps.cases.choices import OPEN_STATUSES, UnroutableReason
from apps.cases.policies import agencies_headed, posts_of_casework
from apps.interface.actors import actor_of_request
from apps.procedures.models import Step
from apps.web.desk.access import for_clerks
from apps.web.ui.due_times import due_of, due_of_handover, due_of_opinion, withdrawal_due_of
from apps.web.ui.paging import Page, page_of
from apps.web.ui.parts import Due, Text

MOST_COUNTED = 99


@dataclass(frozen=True, slots=True)
class Tab:
    """One list of the desk, with how many are in it: never counted beyond a hundred."""

    label: Text
    url: str
    count: int
    is_current: bool

    @property
    def shown(self) -> str:
        return f"{MOST_COUNTED}+" if self.count > MOST_COUNTED else str(self.count)


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One case of a list."""

    code: str
    url: str
    procedure: str
    applicant: str
    status: int
    step: str
    is_step_established: bool
    agency: str
    handler: str
    due: Due
    withdrawal: Due | None
    reason: Text = ""


class InboxFilter(forms.Form):
    """What narrows the inbox; a value that is not offered narrows nothing."""

    code = forms.CharField(label=_("Case code, or a part of it"), required=False, max_length=50)
    status = forms.ChoiceField(label=_("Status"), required=False)
    agency = forms.ChoiceField(label=_("Agency"), required=False)
    handler = forms.ChoiceField(label=_("Handler"), required=False)
    overdue = forms.BooleanField(label=_("Only overdue"), required=False)

    def __init__(self, data: Any, *, actor: Actor, day: Any) -> None:
        super().__init__(data)
        self.actor = actor
        agencies = {post.agency_id: post.agency_name for post in posts_of_casework(actor)}
        assignees = assignees_of(tuple(agencies), day)
        self._choices("status", [(status.value, status.label) for status in OPEN_STATUSES])
        self._choices("agency", list(agencies.items()))
        if len(agencies) < 2:
            del self.fields["agency"]
        self._choices(
            "handler",
            [
                ("nobody", _("Nobody yet")),
                *((f"pool-{key}" if is_pool else key, name) for is_pool, key, name in assignees),
            ],
        )

    def _choices(self, name: str, choices: Sequence[tuple[Any, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("All")), *choices]

    def narrow(self, cases: QuerySet[Any], at: datetime) -> QuerySet[Any]:
        """The cases that every chosen value allows."""
        self.is_valid()
        chosen = self.cleaned_data
        if code := chosen.get("code", "").strip():
            cases = cases.filter(code__icontains=code)
        if chosen.get("status"):
            cases = cases.filter(status=int(chosen["status"]))
        if chosen.get("agency"):
            cases = cases.filter(current_agency_id=int(chosen["agency"]))
        if chosen.get("handler") == "nobody":
            cases = cases.filter(handler__isnull=True, pool__isnull=True)
        elif chosen.get("handler", "").startswith("pool-"):
            cases = cases.filter(pool_id=int(chosen["handler"].removeprefix("pool-")))
        elif chosen.get("handler"):
            cases = cases.filter(handler_id=int(chosen["handler"]))
        if chosen.get("overdue"):
            cases = cases.filter(due_at__lt=at, is_clock_running=True)
        return cases


@for_clerks
@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    actor, at = actor_of_request(request), timezone.now()
    narrowing = InboxFilter(request.GET or None, actor=actor, day=timezone.localdate(at))
    cases = selectors.inbox(seen_by=actor)
    if narrowing.is_bound:
        cases = narrowing.narrow(cases, at)
    page = _page_of_cases(cases, request, at)
    return _list(
        request,
        "desk/inbox.html",
        page,
        filter=narrowing,
        is_filtered=narrowing.is_bound,
        heads=bool(agencies_headed(actor)),
    )


@for_clerks
@require_safe
def handovers(request: HttpRequest) -> HttpResponse:
    waiting = selectors.handovers_waiting(seen_by=actor_of_request(request))
    page, at = page_of(waiting, request, by="due_at"), timezone.now()
    rows = [(row, due_of_handover(row, at)) for row in page.rows]
    said = {
        "heading": _("To receive"),
        "since": _("Offered"),
        "nothing": _("No handover waits for an answer"),
    }
    return _list(request, "desk/handovers.html", Page(rows=rows, pages=page.pages), **said)


@for_clerks
@require_safe
def opinions(request: HttpRequest) -> HttpResponse:
    waiting = selectors.opinions_waiting(seen_by=actor_of_request(request))
    page, at = page_of(waiting, request, by="due_at"), timezone.now()
    rows = [(row, due_of_opinion(row, at)) for row in page.rows]
    said = {
        "heading": _("Opinions to give"),
        "since": _("Asked"),
        "nothing": _("No opinion waits to be given"),
    }
    return _list(request, "desk/opinions.html", Page(rows=rows, pages=page.pages), **said)


@for_clerks
@require_safe
def refunds(request: HttpRequest) -> HttpResponse:
    waiting = selectors.refunds_waiting(seen_by=actor_of_request(request))
    return _list(request, "desk/refunds.html", page_of(waiting, request, by="opened_at"))


@for_clerks
@require_safe
def sent_on(request: HttpRequest) -> HttpResponse:
    cases = selectors.sent_on(seen_by=actor_of_request(request))
    return _list(request, "desk/sent_on.html", _page_of_cases(cases, request, timezone.now()))


@for_clerks
@require_safe
def unrouted(request: HttpRequest) -> HttpResponse:
    cases = selectors.unrouted(seen_by=actor_of_request(request))
    return _list(request, "desk/unrouted.html", _page_of_cases(cases, request, timezone.now()))


def _list(request: HttpRequest, template: str, page: Page[Any], **context: Any) -> HttpResponse:
    tabs = _tabs(actor_of_request(request), request.path)
    return render(request, template, {"tabs": tabs, "rows": page.rows, "pages": page.pages, **context})


def _page_of_cases(cases: QuerySet[Any], request: HttpRequest, at: datetime) -> Page[CaseRow]:
    name = "name_en" if get_language() == "en" else "name"
    step = Step.objects.filter(version_id=OuterRef("version_id"), position=OuterRef("step"))
    with_step = cases.annotate(
        step_title=Subquery(step.values(name)[:1]),
        step_is_established=Subquery(step.values("is_established")[:1]),
    )
    page = page_of(with_step, request, by="next_due_at")
    applicants = selectors.applicants_of(page.rows)
    own = {post.agency_id for post in posts_of_casework(actor_of_request(request))}
    rows = [
        CaseRow(
            code=case.code,
            url=reverse("desk:case", args=[case.code]),
            procedure=case.version.procedure.title,
            applicant=applicants.get(case.application_id, ""),
            status=case.status,
            step=case.step_title or "",
            is_step_established=case.step_is_established is not False,
            # Whoever works at one agency need not read its name in every row.
            agency="" if own == {case.current_agency_id} else case.current_agency.title,
            handler=case.handler.full_name if case.handler else (case.pool.name if case.pool else ""),
            due=due_of(case, at),
            withdrawal=withdrawal_due_of(case, at),
            reason=UnroutableReason(case.routing_reason).label if case.routing_reason else "",
        )
        for case in page.rows
    ]
    return Page(rows=rows, pages=page.pages)


def _tabs(actor: Actor, path: str) -> list[Tab]:
    """Every list with its count, in one query that stops at a hundred of each."""
    lists: tuple[tuple[Text, str, QuerySet[Any]], ...] = (
        (_("Inbox"), "desk:inbox", selectors.inbox(seen_by=actor)),
        (_("To receive"), "desk:handovers", selectors.handovers_waiting(seen_by=actor)),
        (_("Opinions to give"), "desk:opinions", selectors.opinions_waiting(seen_by=actor)),
        (_("Refunds"), "desk:refunds", selectors.refunds_waiting(seen_by=actor)),
        (_("Sent on"), "desk:sent_on", selectors.sent_on(seen_by=actor)),
        (_("Unrouted"), "desk:unrouted", selectors.unrouted(seen_by=actor)),
    )
    first, *others = [
        rows.select_related(None)
        .prefetch_related(None)
        .order_by()
        .annotate(of_list=Value(name), row=F("id"))
        .values_list("of_list", "row")[: MOST_COUNTED + 1]
        for _label, name, rows in lists
    ]
    counts = Counter(name for name, _row in first.union(*others, all=True))
    return [
        Tab(label, url := reverse(name), counts[name], is_current=path == url) for label, name, _rows in lists
    ]
