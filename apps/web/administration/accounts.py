"""Accounts at banks into which bodies collect: opened and ended by the city, confirmed by the body, each on a decision."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.core.errors import Refusal
from apps.core.spoken import day, moment
from apps.interface.actors import actor_of_request
from apps.receipts.actions.accounts import confirm_account, end_account, open_account
from apps.receipts.books import account_to_open, accounts_answered_for, all_accounts
from apps.receipts.policies import is_second_pair_of_eyes
from apps.web.administration.access import for_administrators
from apps.web.administration.agency_field import AgencyField
from apps.web.administration.series import for_keepers
from apps.web.ui.faults import mendable, show_refusal
from apps.web.ui.paging import page_by_number
from apps.web.ui.parts import Cell, Column
from apps.web.ui.widgets import DayMonthYearInput

if TYPE_CHECKING:
    from apps.accounts.models import User
    from apps.receipts.models import CollectionAccount


class AccountForm(forms.Form):
    """An account of a body, since a day, by a decision."""

    agency = AgencyField(label=gettext_lazy("Identification code of the collecting body"))
    bank_bin = forms.CharField(
        label=gettext_lazy("Bank"), max_length=6, help_text=gettext_lazy("Its 6 digits, as in a VietQR code.")
    )
    bank_name = forms.CharField(label=gettext_lazy("Name of the bank"), max_length=120)
    number = forms.CharField(label=gettext_lazy("Account number"), max_length=19)
    holder = forms.CharField(label=gettext_lazy("Account holder"), max_length=200)
    valid_from = forms.DateField(
        label=gettext_lazy("First day"), widget=DayMonthYearInput, input_formats=["%Y-%m-%d"]
    )
    note = forms.CharField(
        label=gettext_lazy("Note"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("It is shown to those who pay into the account."),
    )
    decision = forms.CharField(
        label=gettext_lazy("Decision"),
        max_length=200,
        help_text=gettext_lazy("Its number and date, for example: 1234/QĐ-UBND of 20/11/2026."),
    )


class ConfirmForm(forms.Form):
    """On which decision, or paper of the bank, the body says that the account is its own."""

    decision = forms.CharField(
        label=gettext_lazy("Decision"),
        max_length=200,
        help_text=gettext_lazy("Of the bank's or the treasury's paper on the account: its number and date."),
    )


class EndForm(forms.Form):
    """From which day on the account is the body's no more, by which decision."""

    on = forms.DateField(
        label=gettext_lazy("First day on which it no longer is"),
        widget=DayMonthYearInput,
        input_formats=["%Y-%m-%d"],
    )
    decision = forms.CharField(label=gettext_lazy("Decision"), max_length=200)


@for_administrators
@require_http_methods(["GET", "HEAD", "POST"])
def accounts(request: HttpRequest) -> HttpResponse:
    """Every account, and a form for a new one."""
    form = AccountForm(request.POST) if request.method == "POST" else AccountForm()
    if form.is_valid():
        said = dict(form.cleaned_data)
        decision = said.pop("decision")
        try:
            open_account(
                account_to_open(**said), decision=decision, by=actor_of_request(request), at=timezone.now()
            )
        except Refusal as refusal:
            show_refusal(refusal, form)
        else:
            messages.success(
                request, _("The account is opened. It is paid into once the body has confirmed it.")
            )
            return redirect("administration:accounts")
    return _show(request, form)


def _show(
    request: HttpRequest, form: forms.Form, end_form: forms.Form | None = None, ended: int = 0
) -> HttpResponse:
    page = page_by_number(all_accounts(seen_by=actor_of_request(request)), request, by="pk")
    context: dict[str, Any] = {
        "form": form,
        **_table(page.rows),
        "pages": page.pages,
        "to_end": [
            (row, end_form if end_form and row.pk == ended else EndForm(auto_id=f"end{row.pk}_%s"))
            for row in page.rows
            if row.valid_to is None
        ],
        "end_form": end_form,
    }
    status = 422 if form.errors or (end_form and end_form.errors) else 200
    return render(request, "administration/accounts.html", context, status=status)


def _table(rows: list[CollectionAccount]) -> dict[str, Any]:
    """Accounts with who opened, confirmed and ended each, when and on which decision."""
    return {
        "columns": [
            Column(_("Collecting body")),
            Column(_("Account")),
            Column(_("From")),
            Column(_("Until")),
            Column(_("Opened by")),
            Column(_("Confirmed by")),
            Column(_("Ended by")),
        ],
        "rows": [
            [
                Cell(row.agency.title, note=row.agency.identification_code),
                Cell(str(row), note=f"{row.holder} · {row.note}" if row.note else row.holder),
                Cell(day(row.valid_from)),
                Cell(day(row.valid_to) or "–"),
                _act(row.opened_by, row.opened_at, row.opening_decision),
                _act(row.confirmed_by, row.confirmed_at, row.confirming_decision)
                if row.is_confirmed
                else Cell(_("Not yet"), tone="warning"),
                _act(row.ended_by, row.ended_at, row.ending_decision),
            ]
            for row in rows
        ],
    }


def _act(by: User | None, at: datetime | None, decision: str) -> Cell:
    return Cell(by.full_name, note=f"{moment(at)} · {decision}") if by else Cell("–")


@for_keepers
@require_safe
def of_the_body(request: HttpRequest) -> HttpResponse:
    """The accounts of the bodies whose money the reader answers for, with those that wait to be confirmed."""
    return _show_to_body(request)


@for_keepers
@require_POST
def confirm(request: HttpRequest, account: int) -> HttpResponse:
    """The body says that an account is its own."""
    form = ConfirmForm(request.POST, auto_id=f"confirm{account}_%s")
    if form.is_valid():
        try:
            confirm_account(account, **form.cleaned_data, by=actor_of_request(request), at=timezone.now())
        except Refusal as refusal:
            show_refusal(mendable(refusal), form)
        else:
            messages.success(request, _("The account is confirmed. It is paid into from now on."))
            return redirect("administration:accounts_of_body")
    return _show_to_body(request, form, account)


def _show_to_body(request: HttpRequest, form: forms.Form | None = None, confirmed: int = 0) -> HttpResponse:
    actor = actor_of_request(request)
    page = page_by_number(accounts_answered_for(seen_by=actor), request, by="pk")
    context: dict[str, Any] = {
        **_table(page.rows),
        "pages": page.pages,
        "form": form,
        "to_confirm": [
            (row, form if form and row.pk == confirmed else ConfirmForm(auto_id=f"confirm{row.pk}_%s"))
            for row in page.rows
            if row.valid_to is None
            and not row.is_confirmed
            and is_second_pair_of_eyes([row.opened_by_id], actor)
        ],
    }
    status = 422 if form and form.errors else 200
    return render(request, "administration/accounts_of_body.html", context, status=status)


@for_administrators
@require_POST
def end(request: HttpRequest, account: int) -> HttpResponse:
    """The account ends on a day."""
    form = EndForm(request.POST, auto_id=f"end{account}_%s")
    if form.is_valid():
        try:
            end_account(account, **form.cleaned_data, by=actor_of_request(request), at=timezone.now())
        except Refusal as refusal:
            show_refusal(mendable(refusal), form)
        else:
            messages.success(request, _("The account has ended."))
            return redirect("administration:accounts")
    return _show(request, AccountForm(), form, account)
