"""A person's own cases: the list, one case with all that may be known of it, and the two acts of the applicant."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.actors import Actor
from apps.applications.selectors import answers_of
from apps.cases.actions import ending, supplement
from apps.cases.choices import Status
from apps.cases.notices import notices_of
from apps.cases.selectors import (
    SeenCase,
    cases_of_person,
    facts_at_filing,
    owed_by_case,
    rules_asked,
    supplements_of,
)
from apps.cases.status_shown import status_shown
from apps.cases.tracking import secret_of
from apps.core.errors import Refusal
from apps.core.request_keys import Replayed
from apps.interface.actors import actor_of_request
from apps.interface.downloads import send_file
from apps.interface.request_keys import key_of, new_key
from apps.web.portal import shown
from apps.web.portal.access import for_citizens, own_case
from apps.web.portal.forms import PapersForm, papers_of_request, papers_to_upload
from apps.web.portal.linked import linked_of
from apps.web.portal.shown import Awaited, awaited, to_do_of
from apps.web.ui.answers_shown import answers_shown
from apps.web.ui.case_parts import custody_rows, obligation_rows
from apps.web.ui.faults import each_refusal, quiet, show_refusal
from apps.web.ui.money_shown import account_table
from apps.web.ui.parts import Pages, SummaryRow, Text
from apps.web.ui.places import CorrectedPlaceForm, place_rows
from apps.web.ui.schema_form import AnswersForm
from apps.web.ui.signing_in import signed_in

if TYPE_CHECKING:
    from apps.cases.models import Case

PAGE_SIZE = 40
_COMPLETE = gettext_lazy("The file is declared complete. The office goes on with it.")
_PART_RECEIVED = gettext_lazy("This part is received. Send the rest, and then declare the file complete.")


@dataclass(frozen=True, slots=True)
class CaseLine:
    """One case of the list, and what its applicant must do now."""

    code: str
    procedure: str
    group: str
    status: int
    filed_at: Any
    awaited: Awaited
    to_do: Text


class SupplementForm(forms.Form):
    """What the applicant says to the request; the changed answers and the files stand beside it."""

    message = forms.CharField(
        label=gettext_lazy("Your answer"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("What you changed or added, or why something cannot be given."),
    )
    is_complete = forms.BooleanField(
        label=gettext_lazy("The file is complete now"),
        required=False,
        help_text=gettext_lazy(
            "You declare this once. From then on the time of the office counts again. Leave it unticked to send a part."
        ),
    )


class WithdrawalForm(forms.Form):
    """Why the applicant withdraws."""

    reason = forms.CharField(
        label=gettext_lazy("Why do you withdraw the application?"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    whole = forms.BooleanField(
        label=gettext_lazy("Withdraw every case of this application"),
        required=False,
        help_text=gettext_lazy("Otherwise this case only, and those that rest on its result stop with it."),
    )

    def __init__(self, *args: Any, is_group: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        if not is_group:
            del self.fields["whole"]


@for_citizens
@require_safe
def my_cases(request: HttpRequest) -> HttpResponse:
    actor, at = actor_of_request(request), timezone.now()
    cases = cases_of_person(seen_by=actor)
    before = request.GET.get("before", "")
    if before.isdecimal() and len(before) < 19:
        cases = cases.filter(pk__lt=int(before))
    found = list(cases[: PAGE_SIZE + 1])
    rows = found[:PAGE_SIZE]
    owed = owed_by_case(rows)
    lines = [
        CaseLine(
            code=case.code,
            procedure=case.version.procedure.title,
            group=_group_title(case),
            status=case.status,
            filed_at=case.received_at,
            awaited=awaited(case, at),
            to_do=to_do_of(case, owed[case.pk]),
        )
        for case in rows
    ]
    pages = Pages(
        previous_url=request.path if before else "",
        next_url=f"?before={rows[-1].pk}" if len(found) > PAGE_SIZE else "",
    )
    return render(request, "portal/my_cases.html", {"lines": lines, "pages": pages})


def _group_title(case: Case) -> str:
    asked = rules_asked(case)
    return asked.procedure.title if asked.is_group else ""


@for_citizens
@require_safe
def case(request: HttpRequest, code: str) -> HttpResponse:
    actor = actor_of_request(request)
    seen = own_case(code, seen_by=actor)
    status = status_shown(seen.case)
    account_columns, account = account_table(seen.case)
    return render(
        request,
        "portal/case.html",
        {
            "case": seen.case,
            "status": status,
            "rows": shown.status_rows(status),
            "events": shown.timeline_of(status),
            "awaited": awaited(seen.case, timezone.now()),
            "fees": shown.fee_lines(seen),
            "account_columns": account_columns,
            "account": account,
            "receipts": shown.receipt_links(seen, seen_by=actor),
            "custody": custody_rows(seen.case),
            "papers": shown.paper_links(seen),
            "results": shown.result_links(seen),
            "notices": notices_of(seen, seen_by=actor),
            "answers": _answers(seen),
            "attachments": shown.attachment_links(seen),
            "request_open": _request_open(seen),
            "can_supplement": "provide_supplement" in seen.verbs,
            "can_confirm": "confirm_draft" in seen.verbs,
            "can_pay": shown.can_pay(seen),
            "obligations": obligation_rows(seen.case),
            "can_withdraw": "request_withdrawal" in seen.verbs,
            "secret": secret_of(seen.case.code, seen.case.tracking_generation),
            **linked_of(seen, by=actor, current=seen.case.code),
        },
    )


def _answers(seen: SeenCase) -> list[SummaryRow]:
    schema = rules_asked(seen.case).version.form_schema
    answers = answers_of(seen.case.application_id)
    declared = [SummaryRow(question, answer) for question, answer in answers_shown(schema, answers)]
    return place_rows(seen.case) + declared


def _request_open(seen: SeenCase) -> Any:
    return next((each for each in supplements_of(seen.case) if each.completed_at is None), None)


@for_citizens
@require_safe
def filed(request: HttpRequest, code: str) -> HttpResponse:
    """What the applicant takes away from filing: the code, the secret, what comes next."""
    actor = actor_of_request(request)
    seen = own_case(code, seen_by=actor)
    return render(
        request,
        "portal/filed.html",
        {
            "case": seen.case,
            "secret": secret_of(seen.case.code, seen.case.tracking_generation),
            "status": status_shown(seen.case),
            **linked_of(seen, by=actor),
        },
    )


@for_citizens
@require_http_methods(["GET", "HEAD", "POST"])
def provide_supplement(request: HttpRequest, code: str) -> HttpResponse:
    actor = actor_of_request(request)
    seen = own_case(code, seen_by=actor)
    if request.method != "POST" and "provide_supplement" not in seen.verbs:
        return redirect("portal:case", code=seen.case.code)
    given = SupplementForms(request, seen)
    page = {
        "case": seen.case,
        "request_open": given.request_open,
        "forms": given.all,
        "form": given.form,
        "answers_form": given.answers,
        "place_form": given.place,
        "items_form": given.items,
        "papers_form": given.papers,
        "request_key": new_key(),
        "has_faults": False,
    }
    if request.method != "POST":
        return render(request, "portal/provide_supplement.html", page)
    page["request_key"] = key_of(request)
    if given.answers.is_rearranged:
        given.is_valid(by=actor, at=timezone.now())
        quiet(given.all)
        return render(request, "portal/provide_supplement.html", page)
    if _supplement(request, seen, given, by=actor):
        is_complete = given.form.cleaned_data["is_complete"]
        messages.success(request, _COMPLETE if is_complete else _PART_RECEIVED)
        return redirect("portal:case", code=seen.case.code)
    return render(request, "portal/provide_supplement.html", {**page, "has_faults": True}, status=422)


class SupplementForms:
    """The forms of one supplement, read together: files for each item asked for, other papers, place, answers, words."""

    def __init__(self, request: HttpRequest, seen: SeenCase) -> None:
        data = request.POST if request.method == "POST" else None
        files = request.FILES or None
        rules = rules_asked(seen.case)
        self.before = answers_of(seen.case.application_id)
        self.request_open = _request_open(seen)
        asked = self.request_open.items if self.request_open else []
        self.form = SupplementForm(data)
        schema, known = rules.version.form_schema, facts_at_filing(seen.case)
        self.answers = AnswersForm(schema, data, answers=self.before, facts=known)
        self.place = CorrectedPlaceForm(data, case=seen.case, day=timezone.localdate())
        self.items = PapersForm(papers_of_request(asked), data, files, prefix="items")
        self.papers = PapersForm(papers_to_upload(rules, is_required=False), data, files)

    @property
    def all(self) -> list[forms.Form]:
        return [self.items, self.papers, self.place, self.answers, self.form]

    def is_valid(self, *, by: Actor, at: datetime) -> bool:
        """Whether every form stands; what was uploaded is kept all the same."""
        readable = [each.is_valid() for each in self.all]
        for papers in (self.items, self.papers):
            papers.take(by=by, at=at)
        return all(readable) and not (self.items.errors or self.papers.errors)

    @property
    def changed(self) -> dict[str, Any]:
        """The answers that are others than before, or taken back."""
        return self.answers.changed_from(self.before)

    def show(self, refusal: Refusal) -> None:
        """Puts a fault on the field that it speaks of; files are given for an item by its number."""
        _part, _dot, code = (refusal.field or "").partition(".")
        papers = self.items if code in self.items.fields else self.papers
        others = {"answers": self.answers, "attachments": papers, "connecting_unit": self.place}
        show_refusal(refusal, self.form, others)


def _supplement(request: HttpRequest, seen: SeenCase, given: SupplementForms, *, by: Actor) -> bool:
    """Plays the verb with what changed; False when there are faults, which then stand on the forms."""
    at = timezone.now()
    if not given.is_valid(by=by, at=at):
        return False
    try:
        supplement.provide_supplement(
            seen.case.code,
            answers=given.changed,
            attachments={**given.items.attachments, **given.papers.attachments},
            connecting_unit=given.place.corrected,
            message=given.form.cleaned_data["message"],
            is_complete=given.form.cleaned_data["is_complete"],
            by=by,
            at=at,
            request_key=key_of(request),
        )
    except Replayed:
        return True
    except Refusal as refusal:
        for one in each_refusal(refusal):
            given.show(one)
        return False
    return True


@for_citizens
@require_http_methods(["GET", "HEAD", "POST"])
def request_withdrawal(request: HttpRequest, code: str) -> HttpResponse:
    actor = actor_of_request(request)
    seen = own_case(code, seen_by=actor)
    is_group = rules_asked(seen.case).is_group
    if request.method != "POST":
        if "request_withdrawal" not in seen.verbs:
            return redirect("portal:case", code=seen.case.code)
        return _withdrawal(request, seen, WithdrawalForm(is_group=is_group), new_key())
    form = WithdrawalForm(request.POST, is_group=is_group)
    if not form.is_valid():
        return _withdrawal(request, seen, form, key_of(request), status=422)
    withdraw = ending.withdraw_application if form.cleaned_data.get("whole") else ending.request_withdrawal
    try:
        withdraw(
            seen.case.code,
            reason=form.cleaned_data["reason"],
            by=actor,
            at=timezone.now(),
            request_key=key_of(request),
        )
    except Replayed:
        pass
    except Refusal as refusal:
        show_refusal(refusal, form)
        return _withdrawal(request, seen, form, new_key(), status=refusal.status)
    messages.success(request, _("Your request to withdraw has been recorded."))
    return redirect("portal:case", code=seen.case.code)


def _withdrawal(
    request: HttpRequest, seen: SeenCase, form: WithdrawalForm, key: str, *, status: int = 200
) -> HttpResponse:
    page = {
        "case": seen.case,
        "form": form,
        "request_key": key,
        "is_at_once": seen.case.status == Status.SUBMITTED,
    }
    return render(request, "portal/request_withdrawal.html", page, status=status)


@signed_in
@require_safe
def file_of_case(request: HttpRequest, code: str, kind: str, which: UUID | int) -> HttpResponse:
    """A paper, receipt, result or attachment, saved."""
    return send_file(kind, code, which, by=actor_of_request(request))
