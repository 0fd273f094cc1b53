"""Lines of the bank: each with what of ours it is; an accountant matches, and takes a match back, with a reason."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from apps.core.access import note_access
from apps.core.spoken import dong, moment
from apps.interface.actors import actor_of_request
from apps.receipts import books
from apps.receipts.actions.bank_matches import withdraw_match
from apps.receipts.books import LinesAsked, amount_of
from apps.receipts.errors import LineUnknown
from apps.receipts.policies import can_keep_accounts_of, is_second_pair_of_eyes, may_keep_accounts_of
from apps.web.audit.access import for_auditors
from apps.web.audit.parts import PeriodForm, Section, Sheet, day_link, days, link, payment_name, when
from apps.web.ui.keyed_forms import KeyedForm, played
from apps.web.ui.paging import page_of
from apps.web.ui.parts import Cell, Column, NavItem, SummaryRow
from apps.web.ui.reveal import RevealForm


@for_auditors
@require_safe
def lines(request: HttpRequest) -> HttpResponse:
    """The lines of some days, the oldest first; memos are masked."""
    actor = actor_of_request(request)
    form = PeriodForm(request, actor, days_back=31)
    period = form.period()
    is_matched = {"yes": True, "no": False}.get(request.GET.get("matched", ""))
    found = books.lines(LinesAsked(period.first, period.last, is_matched=is_matched), seen_by=actor)
    if period.body_id:
        found = found.filter(account__agency=period.body_id)
    page = page_of(found, request, by="booked_at")
    sheet = Sheet(_("Bank lines"), sections=[lines_section(page.rows)])
    context = sheet.context(form=form, pages=page.pages)
    return render(request, "audit/list.html", context, status=422 if form.errors else 200)


def lines_section(rows: list[Any]) -> Section:
    memos = books.memos_masked(rows)
    return Section(
        _("Bank lines"),
        columns=[
            Column(_("Reference")),
            Column(_("Booked")),
            Column(_("Account")),
            Column(_("Memo")),
            Column(_("Amount"), is_number=True),
            Column(_("Matched")),
        ],
        rows=[
            [
                Cell(row.reference, href=reverse("audit:line", args=[row.uuid])),
                Cell(when(row.booked_at)),
                Cell(row.account.agency.title, note=f"{row.account.bank_name} {row.account.number}"),
                Cell(memos[row.pk]),
                Cell(dong(row.amount)),
                Cell(
                    ngettext("%d of ours", "%d of ours", row.matched) % row.matched
                    if row.matched
                    else _("Not yet"),
                    tone="" if row.matched else "warning",
                ),
            ]
            for row in rows
        ],
        empty=_("No line of a bank is known of these days."),
    )


class WithdrawForm(KeyedForm):
    """Which match of a line is wrong, and why. Whether it still stands is the verb's to say, which knows a form that comes again."""

    match = forms.IntegerField(label=gettext_lazy("Which match?"), min_value=1, widget=forms.Select)
    reason = forms.CharField(label=gettext_lazy("Why is it wrong?"), max_length=300)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, auto_id="withdraw_%s")

    def offer(self, matches: list[Any]) -> None:
        """Fills in the matches that the reader may take back."""
        widget = self.fields["match"].widget
        assert isinstance(widget, forms.Select)
        widget.choices = [(match.pk, _named(match)) for match in matches]


@for_auditors
@require_safe
def line(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """One line with all that it is."""
    return _show(request, books.line_of(uuid, seen_by=actor_of_request(request)))


@for_auditors
@require_POST
def reveal(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Shows the memo whole, once, for a reason that goes into the access log."""
    actor = actor_of_request(request)
    found, form = books.line_of(uuid, seen_by=actor), RevealForm(request.POST)
    if not form.is_valid():
        return _show(request, found, revealing=form)
    note_access(
        actor_id=actor.user_id,
        action="reveal",
        subject=f"bank_line:{found.uuid}",
        reason=form.cleaned_data["reason"],
        at=timezone.now(),
    )
    return _show(request, found, revealing=form, whole=True)


def _show(
    request: HttpRequest,
    found: Any,
    *,
    whole: bool = False,
    revealing: RevealForm | None = None,
    withdrawing: WithdrawForm | None = None,
) -> HttpResponse:
    """The page of a line, with the forms that were sent in vain."""
    account, statement = found.account, found.statement
    actor = actor_of_request(request)
    keeps = can_keep_accounts_of(account.agency_id, actor)
    matches = books.matches_of(found)
    standing = [match for match in matches if match.withdrawn_at is None]
    total = sum(amount_of(match) for match in standing)
    memo = found.memo if whole else books.memos_masked([found])[found.pk]
    statement_url = reverse("audit:statement", args=[statement.uuid])
    facts = [
        SummaryRow(_("Collecting body"), account.agency.title),
        SummaryRow(_("Account"), f"{account.bank_name} {account.number}", note=account.holder),
        SummaryRow(_("Statement"), link(statement_url, days(statement.starts_on, statement.ends_on))),
        SummaryRow(_("Booked"), when(found.booked_at)),
        SummaryRow(_("Amount"), dong(found.amount)),
        SummaryRow(_("Memo"), memo or "–"),
        SummaryRow(_("Ours together"), dong(total), note=_difference_note(found.amount - total)),
        SummaryRow(_("Day of the body"), day_link(account.agency_id, timezone.localdate(found.booked_at))),
    ]
    sheet = Sheet(
        found.reference,
        _("Bank line"),
        [Section(_("What the bank says"), facts=facts), _matches_section(matches)],
        [NavItem(_("Bank lines"), reverse("audit:lines"))],
    )
    mine = [match for match in standing if keeps and is_second_pair_of_eyes([match.hand], actor)]
    reveal_form, form = revealing or RevealForm(), withdrawing or WithdrawForm()
    form.offer(mine)
    context = sheet.context(
        forms=[reveal_form, form],
        reveal_form=reveal_form,
        reveal_url=reverse("audit:reveal_line", args=[found.uuid]),
        whole=whole,
        match_url=reverse("audit:match_line", args=[found.uuid]) if keeps else "",
        withdraw_form=form if mine or withdrawing else None,
        withdraw_url=reverse("audit:withdraw_match", args=[found.uuid]),
    )
    status = 422 if reveal_form.errors else form.status
    return render(request, "audit/line.html", context, status=status)


def _difference_note(amount: int) -> str:
    return _("%(amount)s differ.") % {"amount": dong(amount)} if amount else _("It agrees.")


def _named(match: Any) -> str:
    """What of ours a match names, in words."""
    if match.payment:
        return _("Payment %(name)s") % {"name": payment_name(match.payment)}
    if match.deposit:
        return _("Deposit %(name)s") % {"name": match.deposit.reference or moment(match.deposit.at)}
    return _("Refund %(name)s") % {"name": match.refund.reference}


def _linked(match: Any) -> str:
    if match.payment:
        return link(reverse("audit:payment", args=[match.payment.uuid]), _named(match))
    if match.deposit:
        return link(reverse("audit:session", args=[match.deposit.session.uuid]), _named(match))
    return link(reverse("audit:payment", args=[match.refund.proposal.payment.uuid]), _named(match))


def _matches_section(matches: list[Any]) -> Section:
    return Section(
        _("What of ours it is"),
        columns=[
            Column(_("Ours")),
            Column(_("Amount"), is_number=True),
            Column(_("Known")),
            Column(_("Matched")),
            Column(_("Withdrawn")),
        ],
        rows=[
            [
                Cell(_linked(match)),
                Cell(dong(amount_of(match))),
                Cell(match.get_how_display(), note=match.reason),
                Cell(moment(match.matched_at), note=match.matched_by.full_name if match.matched_by else ""),
                Cell(
                    moment(match.withdrawn_at) or "–",
                    note=f"{match.withdrawn_by.full_name}: {match.withdrawn_reason}"
                    if match.withdrawn_by
                    else "",
                ),
            ]
            for match in matches
        ],
        empty=_("Nothing of ours is matched to this line."),
    )


@for_auditors
@require_POST
def withdraw(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """An accountant takes a match back; it stays to be read."""
    actor = actor_of_request(request)
    found = books.line_of(uuid, seen_by=actor)
    may_keep_accounts_of(found.account.agency_id, actor)
    form = WithdrawForm(request.POST)
    if form.is_valid():
        given = form.arguments()
        if given["match"] not in {match.pk for match in books.matches_of(found)}:
            raise LineUnknown(field="match")
        if played(
            request,
            form,
            lambda **act: withdraw_match(given["match"], reason=given["reason"], **act),
            done=_("The match is withdrawn."),
        ):
            return redirect("audit:line", uuid=uuid)
    return _show(request, found, withdrawing=form)
