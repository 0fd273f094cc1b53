"""A day of a body: gateway, payments and bank; cash, counts and deposits; receipts and the day's list; and what differs."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import BigIntegerField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from apps.cases.selectors import books as of_cases
from apps.core.errors import NotFound
from apps.core.spoken import day as spoken_day
from apps.core.spoken import dong
from apps.interface.actors import actor_of_request
from apps.receipts.reconciliation import Asked, differences
from apps.receipts.reconciliation.spans import start_of
from apps.receipts.selectors import lists_of_day
from apps.web.audit.access import for_auditors
from apps.web.audit.parts import (
    Period,
    Section,
    Sheet,
    day_link,
    difference_cells,
    difference_columns,
    link,
    list_link,
    receipt_cells,
    receipt_columns,
)
from apps.web.ui.paging import page_by_number
from apps.web.ui.parts import NavItem, SummaryRow

MOST_DIFFERENCES = 200


@for_auditors
@require_safe
def day(request: HttpRequest, body: int, on: str) -> HttpResponse:
    """What a body took, banked and receipted on a day, and every difference that stands since that day."""
    actor, at = actor_of_request(request), timezone.now()
    if body > BigIntegerField.MAX_BIGINT:
        raise NotFound(field="body")
    try:
        chosen = date.fromisoformat(on)
        before, after = chosen - timedelta(days=1), chosen + timedelta(days=1)
        start_of(after)
    except (ValueError, OverflowError) as error:
        raise NotFound(field="day") from error
    found = of_cases.figures(chosen, chosen, seen_by=actor, body_id=body)
    period = Period(chosen, chosen, body)
    payments = f"{reverse('audit:payments')}?{period.query()}"
    lines = f"{reverse('audit:lines')}?{period.query()}"
    told = format_html_join(" · ", "{}", ((list_link(row),) for row in lists_of_day(body, chosen)))
    facts = [
        SummaryRow(_("Paid"), link(payments, dong(found.paid))),
        SummaryRow(_("of it in cash"), dong(found.cash)),
        SummaryRow(_("of it through a gateway"), dong(found.online)),
        SummaryRow(_("of it by bank transfer"), dong(found.transfer)),
        SummaryRow(_("of it by card"), dong(found.card)),
        SummaryRow(_("Cash taken to the bank"), dong(found.deposited)),
        SummaryRow(_("Paid back"), dong(found.refunded)),
        SummaryRow(_("Came in at the bank"), link(lines, dong(found.came))),
        SummaryRow(_("Went out at the bank"), dong(found.went)),
        SummaryRow(_("Receipts issued"), found.receipts, note=dong(found.receipted)),
        SummaryRow(_("Day's list to the tax authority"), told or _("No list of this day is kept here.")),
        SummaryRow(_("The day before"), day_link(body, before)),
        SummaryRow(_("The day after"), day_link(body, after)),
    ]
    asked = Asked(chosen, chosen, body_id=body)
    rows = differences(
        asked, at=at, seen_by=actor, most=MOST_DIFFERENCES, calendar_version=found.calendar_version
    )
    page = page_by_number(of_cases.receipts_of_day(chosen, body_id=body, seen_by=actor), request, by="pk")
    sheet = Sheet(
        capfirst(spoken_day(chosen)),
        found.body,
        [
            Section(_("Figures of the day"), facts=facts),
            Section(
                _("Differences"),
                columns=difference_columns(),
                rows=[difference_cells(row) for row in rows],
                empty=_("Nothing differs since this day."),
            ),
            Section(
                _("Receipts issued"),
                columns=receipt_columns(),
                rows=[receipt_cells(row) for row in page.rows],
                empty=_("No receipt was issued on this day."),
            ),
        ],
        [NavItem(_("Differences"), reverse("audit:differences"))],
    )
    return render(request, "audit/list.html", sheet.context(pages=page.pages))
