"""Every difference, as a page and as a spreadsheet; an accountant says why one is there, and it stays."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from apps.core.errors import NotFound
from apps.core.spoken import dong, moment
from apps.interface.actors import actor_of_request
from apps.interface.downloads import send_differences
from apps.receipts.actions.differences import explain_difference
from apps.receipts.choices import DifferenceKind
from apps.receipts.policies import reads_books, who_explains
from apps.receipts.reconciliation import Asked, difference_of, differences, explanations_of, hands_of
from apps.web.audit.access import for_auditors
from apps.web.audit.parts import (
    PeriodForm,
    Section,
    Sheet,
    difference_cells,
    difference_columns,
    link,
    subject_url,
    when,
)
from apps.web.ui.keyed_forms import KeyedForm, played
from apps.web.ui.parts import Cell, Column, NavItem, Pages, SummaryRow
from apps.web.ui.signing_in import signed_in

PAGE = 50
MOST_PAGES = 1_000
A_YEAR = 366


class DifferencesForm(PeriodForm):
    """Which differences: of which kind, explained or not, since which days, of which body."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What differs"),
        choices=[("", gettext_lazy("All")), *DifferenceKind.choices],
        required=False,
    )
    explained = forms.ChoiceField(
        label=gettext_lazy("Explained"),
        choices=[
            ("", gettext_lazy("All")),
            ("no", gettext_lazy("Not yet")),
            ("yes", gettext_lazy("Explained")),
        ],
        required=False,
    )

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request, actor_of_request(request), days_back=A_YEAR)
        self.data = {**self.data, **{name: request.GET.get(name, "") for name in ("kind", "explained")}}

    def asked(self) -> Asked:
        period, given = self.period(), self.cleaned_data
        kind, explained = given.get("kind") or "", given.get("explained") or ""
        return Asked(
            period.first,
            period.last,
            kind=DifferenceKind(kind) if kind else None,
            body_id=period.body_id,
            is_explained={"yes": True, "no": False}.get(explained),
        )


@for_auditors
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """The differences, the newest first."""
    form = DifferencesForm(request)
    asked = form.asked()
    typed = request.GET.get("page", "")
    number = min(int(typed), MOST_PAGES) if typed.isdecimal() and len(typed) < 6 else 0
    rows = differences(
        asked,
        at=timezone.now(),
        seen_by=actor_of_request(request),
        most=PAGE + 1,
        offset=number * PAGE,
    )
    section = Section(
        _("Differences"),
        columns=difference_columns(),
        rows=[difference_cells(row) for row in rows[:PAGE]],
        empty=_("Nothing differs."),
    )
    pages = Pages(
        _page(request, number - 1) if number else "", _page(request, number + 1) if len(rows) > PAGE else ""
    )
    query = request.GET.urlencode()
    context = Sheet(_("Differences"), sections=[section]).context(
        form=form, pages=pages, export_url=f"{reverse('audit:differences_file')}?{query}"
    )
    return render(request, "audit/list.html", context, status=422 if form.errors else 200)


def _page(request: HttpRequest, number: int) -> str:
    query = request.GET.copy()
    query["page"] = str(number)
    return f"?{query.urlencode()}"


@for_auditors
@require_safe
def file(request: HttpRequest) -> HttpResponse:
    """The same as a spreadsheet, with a line in the access log."""
    form = DifferencesForm(request)
    return send_differences(form.asked(), by=actor_of_request(request))


class ExplainForm(KeyedForm):
    """Why a difference is there."""

    reason = forms.CharField(
        label=gettext_lazy("Why is it there?"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy(
            "Your name, the time and this reason are kept. The difference stays to be seen."
        ),
    )


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def difference(request: HttpRequest, kind: str, subject: str) -> HttpResponse:
    """One difference as it stands now, with all that was ever said of it."""
    if kind not in DifferenceKind.values:
        raise NotFound(field="kind")
    actor, at = actor_of_request(request), timezone.now()
    of = DifferenceKind(kind)
    form = ExplainForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and played(
        request,
        form,
        lambda **act: explain_difference(of, subject, **form.arguments(), **act),
        done=_("The difference is explained."),
    ):
        return redirect("audit:difference", kind=kind, subject=subject)
    found = difference_of(of, subject, at=at, seen_by=actor)
    # Who stands in for an accountant is shown this page alone of the books.
    reads = reads_books(actor)
    explainers = who_explains(found.body_id, hands_of(subject), timezone.localdate(at))
    facts = [
        SummaryRow(_("Which"), link(subject_url(found), found.name) if reads else found.name),
        SummaryRow(_("Collecting body"), found.body or "–"),
        SummaryRow(_("Since"), when(found.since)),
        SummaryRow(_("Amount"), dong(found.amount)),
        _explained_by(explainers),
    ]
    said = Section(
        _("What was said of it"),
        columns=[
            Column(_("When")),
            Column(_("Who")),
            Column(_("Amount then"), is_number=True),
            Column(_("Why")),
        ],
        rows=[
            [
                Cell(moment(row.explained_at)),
                Cell(row.explained_by.full_name),
                Cell(dong(row.amount)),
                Cell(row.reason),
            ]
            for row in explanations_of(of, subject)
        ],
        empty=_("Nobody has explained it."),
    )
    sheet = Sheet(
        str(of.label),
        _("Difference"),
        [Section(_("What differs"), facts=facts), said],
        [NavItem(_("Differences"), reverse("audit:differences"))],
    )
    may_say = any(post.user_id == actor.user_id for post in explainers)
    context = sheet.context(form=form if may_say else None)
    if not reads:
        context["trail"] = []
    return render(request, "audit/difference.html", context, status=form.status)


def _explained_by(posts: list[Any]) -> SummaryRow:
    """Whose it is to explain it: so that one through whose hands the money went knows whom to ask."""
    people = dict.fromkeys(
        f"{post.user.full_name} ({post.get_role_display()}, {post.agency.title})" for post in posts
    )
    return SummaryRow(
        _("To be explained by"),
        "; ".join(people) or _("Nobody holds a post that may: ask who keeps the posts."),
        note=_("Never somebody through whose hands the money went."),
    )
