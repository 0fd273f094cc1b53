"""Statements of banks: those that were taken in, and a new one read, shown, then taken in by a worker."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.core.canonical import read_moment
from apps.core.errors import Refusal
from apps.core.loading import Fault
from apps.core.masking import mask_memo
from apps.core.models import Job, JobState
from apps.core.request_keys import Replayed
from apps.core.spoken import dong, moment
from apps.interface.actors import actor_of_request
from apps.interface.downloads import send_statement
from apps.interface.request_keys import key_of, new_key
from apps.receipts import books
from apps.receipts.actions.statements import drop_statement, propose_statement, start_statement
from apps.receipts.books import LinesAsked
from apps.receipts.choices import LineOutcome
from apps.receipts.errors import StatementRefused
from apps.receipts.policies import keeps_accounts
from apps.web.administration.deciding import outcome_tabs
from apps.web.audit.access import for_auditors
from apps.web.audit.lines import lines_section
from apps.web.audit.parts import Section, Sheet, days, when
from apps.web.ui.fields import BoundedFileField, DayField
from apps.web.ui.keyed_forms import KeyedForm, say_replayed
from apps.web.ui.paging import page_by_number, page_of
from apps.web.ui.parts import Cell, Column, NavItem, SummaryRow
from apps.web.ui.question_fields import WholeNumberField
from apps.web.ui.reveal import RevealForm
from apps.web.ui.stored_files import size_told

MOST_FAULTS_SHOWN = 200
_MOST = 10**15


class StatementForm(KeyedForm):
    """Of which account and days, and between which balances, as the bank's own summary says; and the file."""

    account = forms.TypedChoiceField(label=gettext_lazy("Account"), coerce=int)
    starts_on = DayField(label=gettext_lazy("First day"))
    ends_on = DayField(label=gettext_lazy("Last day"))
    opening = WholeNumberField(
        label=gettext_lazy("Opening balance, in đồng"), min_value=-_MOST, max_value=_MOST
    )
    closing = WholeNumberField(
        label=gettext_lazy("Closing balance, in đồng"), min_value=-_MOST, max_value=_MOST
    )
    file = BoundedFileField(label=gettext_lazy("Statement (.xlsx, or .csv in UTF-8)"))

    def __init__(self, accounts: list[Any], data: Any = None, files: Any = None) -> None:
        super().__init__(data, files)
        account = self.fields["account"]
        assert isinstance(account, forms.ChoiceField)
        account.choices = [("", "—"), *((each.pk, f"{each.agency.title}: {each}") for each in accounts)]


@for_auditors
@require_http_methods(["GET", "HEAD", "POST"])
def statements(request: HttpRequest) -> HttpResponse:
    """Every statement in sight, the newest first; an accountant gives a new one."""
    actor = actor_of_request(request)
    faults: tuple[Fault, ...] = ()
    form = None
    if keeps_accounts(actor):
        kept = books.accounts(seen_by=actor, kept=True)
        is_sent = request.method == "POST"
        form = StatementForm(kept, request.POST, request.FILES) if is_sent else StatementForm(kept)
        if is_sent and form.is_valid():
            try:
                return redirect("audit:statement_job", job=_propose(request, form).pk)
            except StatementRefused as refusal:
                form.add_error("file", refusal.message)
                faults = refusal.faults
            except Replayed as before:
                say_replayed(request)
                return redirect("audit:statement_job", job=int(before.code))
            except Refusal as refusal:
                form.show(refusal)
    elif request.method == "POST":
        # An auditor reads and never writes.
        books.account_kept(0, seen_by=actor)
    page = page_by_number(books.statements(seen_by=actor), request, by="pk")
    sheet = Sheet(_("Bank statements"), sections=[_section(page.rows)])
    context = sheet.context(
        form=form,
        faults=faults[:MOST_FAULTS_SHOWN],
        faults_left_out=max(0, len(faults) - MOST_FAULTS_SHOWN),
        pages=page.pages,
        jobs=[
            (job, reverse("audit:statement_job", args=[job.pk]))
            for job in (books.jobs_of_statements(seen_by=actor) if form else [])
        ],
    )
    return render(request, "audit/statements.html", context, status=422 if form and form.errors else 200)


def _propose(request: HttpRequest, form: StatementForm) -> Job:
    actor, given = actor_of_request(request), form.cleaned_data
    return propose_statement(
        given["file"].read(),
        given["file"].name,
        account=books.account_kept(given["account"], seen_by=actor),
        days=(given["starts_on"], given["ends_on"]),
        balances=(given["opening"], given["closing"]),
        by=actor,
        at=timezone.now(),
        request_key=key_of(request),
    )


def _section(rows: list[Any]) -> Section:
    return Section(
        _("Statements taken in"),
        columns=[
            Column(_("Days")),
            Column(_("Account")),
            Column(_("Opening balance"), is_number=True),
            Column(_("Closing balance"), is_number=True),
            Column(_("Lines"), is_number=True),
            Column(_("Taken in")),
        ],
        rows=[
            [
                Cell(
                    days(row.starts_on, row.ends_on),
                    href=reverse("audit:statement", args=[row.uuid]),
                ),
                Cell(row.account.agency.title, note=str(row.account)),
                Cell(dong(row.opening)),
                Cell(dong(row.closing)),
                Cell(row.count),
                Cell(moment(row.imported_at), note=row.imported_by.full_name),
            ]
            for row in rows
        ],
        empty=_("No statement has been taken in."),
    )


@for_auditors
@require_safe
def statement(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """One statement with the lines that it brought."""
    found = books.statement_of(uuid, seen_by=actor_of_request(request))
    return _show(request, found, RevealForm())


@for_auditors
@require_POST
def file(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The statement as the bank gave it, whole, for a reason that goes into the access log."""
    actor, form = actor_of_request(request), RevealForm(request.POST)
    if not form.is_valid():
        return _show(request, books.statement_of(uuid, seen_by=actor), form, status=422)
    return send_statement(uuid, reason=form.cleaned_data["reason"], by=actor)


def _show(request: HttpRequest, found: Any, form: RevealForm, *, status: int = 200) -> HttpResponse:
    actor, uuid = actor_of_request(request), found.uuid
    page = page_of(books.lines(LinesAsked(statement=uuid), seen_by=actor), request, by="booked_at")
    facts = [
        SummaryRow(_("Collecting body"), found.account.agency.title),
        SummaryRow(_("Account"), str(found.account), note=found.account.holder),
        SummaryRow(_("Opening balance"), dong(found.opening)),
        SummaryRow(_("Lines that it brought"), found.count, note=dong(found.total or 0)),
        SummaryRow(_("Closing balance"), dong(found.closing)),
        SummaryRow(_("Taken in"), moment(found.imported_at), note=found.imported_by.full_name),
        SummaryRow(_("File"), _("As the bank gave it"), note=size_told(found))
        if found.storage_name
        else SummaryRow(
            _("File"), _("Not kept"), note=_("It was taken in before files of statements were kept.")
        ),
        SummaryRow(_("SHA-256 of the file"), bytes(found.sha256).hex()),
    ]
    sheet = Sheet(
        days(found.starts_on, found.ends_on),
        _("Bank statement"),
        [Section(_("What the bank says"), facts=facts), lines_section(page.rows)],
        [NavItem(_("Bank statements"), reverse("audit:statements"))],
    )
    file_url = reverse("audit:statement_file", args=[uuid]) if found.storage_name else ""
    context = sheet.context(pages=page.pages, reveal_form=form, reveal_url=file_url)
    return render(request, "audit/statement.html", context, status=status)


@for_auditors
@require_safe
def job(request: HttpRequest, job: int) -> HttpResponse:
    """What a file would bring, or brought, line by line."""
    found, account = books.job_of_statement(job, seen_by=actor_of_request(request))
    counts = books.counts_of_job(found)
    named = request.GET.get("outcome", "")
    shown = [LineOutcome.NEW, LineOutcome.KNOWN, LineOutcome.CONTRADICTS]
    chosen = next((each for each in shown if each == named), LineOutcome.NEW)
    page = page_by_number(books.rows_of_job(found, chosen), request, by="position")
    section = Section(
        str(chosen.label),
        columns=[
            Column(_("Line")),
            Column(_("Reference")),
            Column(_("Booked")),
            Column(_("Memo")),
            Column(_("Amount"), is_number=True),
        ],
        rows=[
            [
                Cell(row.position),
                Cell(row.key),
                Cell(when(read_moment(row.content["booked_at"]))),
                Cell(mask_memo(row.content["memo"])),
                Cell(dong(row.content["amount"])),
            ]
            for row in page.rows
        ],
        empty=_("Nothing is in this list now"),
    )
    sheet = Sheet(
        found.subject,
        f"{account.agency.title}: {account}",
        [section],
        [NavItem(_("Bank statements"), reverse("audit:statements"))],
    )
    context = sheet.context(
        job=found,
        request_key=new_key(),
        is_proposed=found.state == JobState.PROPOSED,
        is_running=found.state == JobState.RUNNING,
        tabs=outcome_tabs(reverse("audit:statement_job", args=[found.pk]), shown, counts, chosen),
        new=counts.get(LineOutcome.NEW, 0),
        pages=page.pages,
    )
    return render(request, "audit/statement_job.html", context)


@for_auditors
@require_POST
def start(request: HttpRequest, job: int) -> HttpResponse:
    """Takes in what was shown."""
    actor = actor_of_request(request)
    found, _account = books.job_of_statement(job, seen_by=actor)
    try:
        start_statement(found, by=actor, at=timezone.now(), request_key=key_of(request))
    except Replayed:
        say_replayed(request)
    except Refusal as refusal:
        messages.error(request, refusal.message)
    return redirect("audit:statement_job", job=job)


@for_auditors
@require_POST
def drop(request: HttpRequest, job: int) -> HttpResponse:
    """Puts a proposal away."""
    actor = actor_of_request(request)
    found, _account = books.job_of_statement(job, seen_by=actor)
    drop_statement(found, by=actor, at=timezone.now())
    messages.success(request, _("“%s” was put away; nothing was changed.") % found.subject)
    return redirect("audit:statements")
