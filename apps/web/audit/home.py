"""The first page of the books: what was due, came and went on some days, every kind of difference, and one field to find anything."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from apps.cases.selectors.books import Figures, figures
from apps.cases.selectors.money_found import Found, find_money
from apps.core.spoken import dong
from apps.interface.actors import actor_of_request
from apps.receipts.choices import DifferenceKind
from apps.receipts.policies import keeps_accounts
from apps.receipts.reconciliation import Asked, Count, counts
from apps.web.audit.access import for_auditors
from apps.web.audit.parts import Period, PeriodForm, Section, Sheet, link, when
from apps.web.ui.parts import Cell, Column, Stat, SummaryRow

# A receipt that is unsigned or on no list, and money that nobody knows, wait for no explanation.
ALARMS = frozenset(
    {
        DifferenceKind.RECEIPT_UNSIGNED,
        DifferenceKind.RECEIPT_NOT_REPORTED,
        DifferenceKind.RECEIPT_DIFFERS,
        DifferenceKind.NO_RECEIPT,
        DifferenceKind.UNKNOWN_HERE,
    }
)
_PAGES = {
    "line": "audit:line",
    "payment": "audit:payment",
    "receipt": "audit:receipt",
    "case": "audit:case",
    "legacy": "audit:legacy_receipt",
}


@for_auditors
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Figures of the days chosen, today by default, and the differences of the last year as they stand now."""
    actor, at = actor_of_request(request), timezone.now()
    form = PeriodForm(request, actor)
    period = form.period()
    found = figures(period.first, period.last, seen_by=actor, body_id=period.body_id)
    year = Asked.until(timezone.localdate(at))
    asked = Asked(year.first, year.last, body_id=period.body_id)
    context = {
        "form": form,
        "sections": _sections(found, period),
        "stats": [_stat(count, asked) for count in counts(asked, at=at, seen_by=actor)],
        "keeps": keeps_accounts(actor),
    }
    return render(request, "audit/home.html", context, status=422 if form.errors else 200)


def _sections(found: Figures, period: Period) -> list[Section]:
    payments = f"{reverse('audit:payments')}?{period.query()}"
    lines = f"{reverse('audit:lines')}?{period.query()}"

    def paid(method: str, amount: int) -> str:
        return link(f"{reverse('audit:payments')}?{period.query(method=method)}", dong(amount))

    return [
        Section(
            _("Asked and paid"),
            facts=[
                SummaryRow(_("Assessed as due from applicants"), dong(found.due)),
                SummaryRow(_("Paid"), link(payments, dong(found.paid))),
                SummaryRow(_("of it in cash"), paid("cash", found.cash)),
                SummaryRow(_("of it by card"), paid("card", found.card)),
                SummaryRow(_("of it through a gateway"), paid("online", found.online)),
                SummaryRow(_("of it by bank transfer"), paid("transfer", found.transfer)),
                SummaryRow(_("Paid back"), dong(found.refunded)),
            ],
        ),
        Section(
            _("Receipted and banked"),
            facts=[
                SummaryRow(_("Receipts issued"), link(reverse("audit:series_list"), found.receipts)),
                SummaryRow(_("of it replacements"), found.replacements),
                SummaryRow(_("Amount of the receipts"), dong(found.receipted)),
                SummaryRow(_("Cash taken to the bank"), dong(found.deposited)),
                SummaryRow(_("Came in at the bank"), link(lines, dong(found.came))),
                SummaryRow(_("Went out at the bank"), link(lines, dong(found.went))),
            ],
        ),
    ]


def _stat(count: Count, asked: Asked) -> Stat:
    url = reverse("audit:differences")
    body = Period(asked.first, asked.last, asked.body_id)
    href = f"{url}?{body.query(kind=count.kind.value)}" if count.count else ""
    tone = "danger" if count.kind in ALARMS else "warning"
    return Stat(count.kind.label, count.unexplained, count.oldest, href, tone)


@for_auditors
@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """Everything that what was typed may mean."""
    typed = request.GET.get("q", "")[:100]
    sheet = Sheet(_("Find in the books"), sections=[_found(request, typed)] if typed.strip() else [])
    return render(request, "audit/find.html", sheet.context(typed=typed))


def _found(request: HttpRequest, typed: str) -> Section:
    return Section(
        _("What was found"),
        columns=[
            Column(_("Which")),
            Column(_("What")),
            Column(_("Collecting body")),
            Column(_("When")),
            Column(_("Amount"), is_number=True),
        ],
        rows=[_cells(each) for each in find_money(typed, seen_by=actor_of_request(request))],
        empty=_("Nothing in the books that you may read has this reference, code, number or amount."),
    )


def _cells(found: Found) -> list[Cell]:
    names = {
        "line": _("Bank line"),
        "payment": _("Payment"),
        "receipt": _("Receipt"),
        "case": _("Case"),
        "legacy": _("Receipt of the old regime"),
    }
    return [
        Cell(found.name, href=reverse(_PAGES[found.kind], args=[found.key])),
        Cell(names[found.kind]),
        Cell(found.body),
        Cell(when(found.at)),
        Cell(dong(found.amount)),
    ]
