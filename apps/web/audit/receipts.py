"""Receipts: each frozen as it was issued, the chain of corrections, its paper; and the series, 1…n without a gap."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.cases.selectors import books as of_cases
from apps.core.access import note_access
from apps.core.spoken import dong, moment
from apps.interface.actors import actor_of_request
from apps.interface.downloads import send_audited_receipt
from apps.interface.particulars import payer_shown
from apps.receipts import books
from apps.receipts.selectors import lines_telling
from apps.web.audit.access import for_auditors
from apps.web.audit.parts import (
    Section,
    Sheet,
    case_link,
    day_link,
    link,
    payment_link,
    receipt_cells,
    receipt_columns,
    receipt_link,
    receipt_name,
    receipt_state,
)
from apps.web.ui.paging import page_by_number
from apps.web.ui.parts import Cell, Column, NavItem, SummaryRow
from apps.web.ui.reveal import RevealForm
from apps.web.ui.stored_files import file_rows


@for_auditors
@require_safe
def receipt(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """One receipt as it was frozen, the payer masked."""
    found = of_cases.receipt_of(uuid, seen_by=actor_of_request(request))
    return _show(request, found, RevealForm(), whole=False)


@for_auditors
@require_POST
def reveal(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Shows the payer whole, once, for a reason that goes into the access log."""
    actor = actor_of_request(request)
    found, form = of_cases.receipt_of(uuid, seen_by=actor), RevealForm(request.POST)
    if not form.is_valid():
        return _show(request, found, form, whole=False, status=422)
    note_access(
        actor_id=actor.user_id,
        action="reveal",
        subject=f"receipt:{found.uuid}",
        reason=form.cleaned_data["reason"],
        at=timezone.now(),
    )
    return _show(request, found, form, whole=True)


@for_auditors
@require_safe
def receipt_file(request: HttpRequest, uuid: UUID, medium: str) -> HttpResponse:
    """Its PDF or its data, with a line in the access log."""
    return send_audited_receipt(uuid, medium, by=actor_of_request(request))


def _show(
    request: HttpRequest, found: Any, form: RevealForm, *, whole: bool, status: int = 200
) -> HttpResponse:
    actor, series, said = actor_of_request(request), found.series, found.snapshot
    acceptance = (
        f"{series.acceptance_number} ({series.accepted_on:%d/%m/%Y})" if series.acceptance_number else ""
    )
    facts = [
        SummaryRow(_("State"), receipt_state(found)),
        SummaryRow(_("Form"), series.form, note=series.get_form_display()),
        SummaryRow(
            _("Series"),
            link(f"{reverse('audit:series', args=[series.pk])}?after={found.number - 1}", series.code),
            note=acceptance or _("The tax authority's acceptance is not established."),
        ),
        SummaryRow(_("Number"), found.number),
        SummaryRow(_("Amount"), dong(found.amount), note=said.get("total_in_words", "")),
        SummaryRow(_("Collecting body"), said.get("collecting_body", {}).get("name", "–")),
        SummaryRow(_("Issued"), moment(found.issued_at)),
        SummaryRow(_("Payment"), payment_link(found.payment)),
        SummaryRow(_("Case"), case_link(found.case_code)),
        SummaryRow(_("Replaces"), receipt_link(found.replaces) if found.replaces else "–"),
        SummaryRow(
            _("Replaced by"), receipt_link(found.replaced_by) if hasattr(found, "replaced_by") else "–"
        ),
    ]
    chain = [row for row in of_cases.receipts_of_payment(found.payment, seen_by=actor) if row.pk != found.pk]
    sheet = Sheet(
        receipt_name(found),
        _("Receipt"),
        [
            Section(_("Receipt"), facts=facts),
            Section(_("Payer"), facts=_payer(payer_shown(said, whole=whole))),
            _lines(said.get("lines", [])),
            Section(_("Paper and signature"), facts=_paper(found)),
            Section(_("Day's list"), facts=_told(found)),
            Section(_("Notices of errors (04/SS-CTĐT)"), facts=_notices(found), empty=_("None")),
            Section(
                _("Chain of corrections"),
                columns=receipt_columns(),
                rows=[receipt_cells(row) for row in chain],
                empty=_("No other receipt stands for this payment."),
            ),
        ],
        [NavItem(f"{series.form} {series.code}", reverse("audit:series", args=[series.pk]))],
    )
    context = sheet.context(
        reveal_form=form, reveal_url=reverse("audit:reveal_receipt", args=[found.uuid]), whole=whole
    )
    return render(request, "audit/receipt.html", context, status=status)


def _payer(payer: dict[str, str]) -> list[SummaryRow]:
    return [
        SummaryRow(_("Name"), payer["name"]),
        SummaryRow(_("Identity number or tax code"), payer["number"] or "–"),
        SummaryRow(_("Address"), payer["address"] or "–"),
    ]


def _lines(lines: list[dict[str, Any]]) -> Section:
    return Section(
        _("What was receipted"),
        columns=[
            Column(_("Fee")),
            Column(_("Price"), is_number=True),
            Column(_("Quantity"), is_number=True),
            Column(_("Amount"), is_number=True),
        ],
        rows=[
            [
                Cell(line["name"], note=line.get("legal_basis", "")),
                Cell(dong(line["unit_price"])),
                Cell(line["quantity"]),
                Cell(dong(line["amount"])),
            ]
            for line in lines
        ],
        empty=_("None"),
    )


def _paper(found: Any) -> list[SummaryRow]:
    """The files, by what their bytes are known, and who signed them when."""
    paper = getattr(found, "paper", None)
    if paper is None:
        return [SummaryRow(_("Paper"), _("The paper is still being made."))]
    signature = paper.document.snapshot["signature"]
    rows = []
    for medium, stored in (("pdf", paper.document.file), ("xml", paper.document.data)):
        url = reverse("audit:receipt_file", args=[found.uuid, medium])
        rows += file_rows(medium.upper(), stored, url)
    rows.append(
        SummaryRow(
            _("Signed"),
            moment(paper.signed_at),
            note=_("Signed by a test authority: no legal value.") if signature["is_test"] else "",
        )
    )
    rows.append(SummaryRow(_("Signed by"), signature["signed_by"]))
    rows.append(SummaryRow(_("SHA-256 of the certificate"), bytes(paper.certificate).hex()))
    rows.append(
        SummaryRow(
            _("Anybody's check"),
            link(reverse("portal:check_receipt", args=[found.lookup_code]), _("Check a receipt")),
        )
    )
    return rows


def _notices(found: Any) -> list[SummaryRow]:
    """What the payer and the tax authority were told is wrong in it."""
    return [
        SummaryRow(
            _("Notice %(number)s of %(year)s") % notice,
            moment(datetime.fromisoformat(notice["noticed_at"])),
            note=notice["reason"],
        )
        for notice in found.notices_told
    ]


def _told(found: Any) -> list[SummaryRow]:
    """On which list of which day the tax authority was told of it."""
    on = timezone.localdate(found.issued_at)
    rows = [SummaryRow(_("Day of the body"), day_link(found.series.collecting_body_id, on))]
    for line in lines_telling(found):
        report = line.report
        said = _("part %(part)d, line %(line)d: %(state)s") % {
            "part": report.part,
            "line": line.position,
            "state": report.get_state_display(),
        }
        rows.append(
            SummaryRow(
                _("List of %(day)s") % {"day": report.day.strftime("%d/%m/%Y")},
                link(reverse("oversight:day_list", args=[report.uuid]), said),
            )
        )
    return rows


@for_auditors
@require_safe
def series_list(request: HttpRequest) -> HttpResponse:
    """The series in sight, each with its last number and how many receipts it holds: the two are the same."""
    is_whole = request.GET.get("all") == "yes"
    found = books.series(seen_by=actor_of_request(request), used=not is_whole)
    page = page_by_number(found, request, by="pk")
    section = Section(
        _("Receipt series"),
        columns=[
            Column(_("Series")),
            Column(_("Collecting body")),
            Column(_("Year"), is_number=True),
            Column(_("Last number"), is_number=True),
            Column(_("Receipts"), is_number=True),
            Column(_("State")),
        ],
        rows=[
            [
                Cell(f"{row.form} {row.code}", href=reverse("audit:series", args=[row.pk])),
                Cell(row.collecting_body.title),
                Cell(row.year),
                Cell(row.last_number),
                Cell(row.held, tone="" if row.held == row.last_number else "danger"),
                Cell(moment(row.closed_at) if row.closed_at else _("Open")),
            ]
            for row in page.rows
        ],
        empty=_("No number has been taken."),
    )
    context = Sheet(_("Receipt series"), sections=[section]).context(
        pages=page.pages, unused_url="" if is_whole else f"{reverse('audit:series_list')}?all=yes"
    )
    return render(request, "audit/list.html", context)


@for_auditors
@require_safe
def series(request: HttpRequest, pk: int) -> HttpResponse:
    """Numbers 1…n of a series, each with its receipt; a number that lacks one, or stands twice, would be told."""
    found: Any = books.series_of(pk, seen_by=actor_of_request(request))
    page = page_by_number(books.numbers_of(found), request, by="number", size=100)
    no_gap = found.held == found.last_number
    facts = [
        SummaryRow(_("Collecting body"), found.collecting_body.title),
        SummaryRow(_("Year"), found.year),
        SummaryRow(
            _("Acceptance of the tax authority"),
            found.acceptance_number or _("The tax authority's acceptance is not established."),
            note=found.accepted_on.strftime("%d/%m/%Y") if found.accepted_on else "",
        ),
        SummaryRow(_("Opened"), moment(found.opened_at)),
        SummaryRow(_("Closed"), moment(found.closed_at) or _("Open")),
        SummaryRow(_("Last number"), found.last_number),
        SummaryRow(
            _("Receipts"),
            found.held,
            note=_("As many as numbers: none is missing, and none stands twice.")
            if no_gap
            else _("Not as many as numbers."),
        ),
    ]
    numbers = Section(
        _("Numbers"),
        columns=[
            Column(_("Number"), is_number=True),
            Column(_("Issued")),
            Column(_("Amount"), is_number=True),
            Column(_("State")),
            Column(_("Corrections")),
        ],
        rows=_numbers(page.rows),
        empty=_("No number has been taken."),
    )
    sheet = Sheet(
        f"{found.form} {found.code}",
        _("Receipt series"),
        [Section(_("Series"), facts=facts), numbers],
        [NavItem(_("Receipt series"), reverse("audit:series_list"))],
    )
    return render(request, "audit/list.html", sheet.context(pages=page.pages))


def _numbers(receipts: list[Any]) -> list[list[Cell]]:
    rows = []
    expected = receipts[0].number if receipts else 0
    for row in receipts:
        for missing in range(expected, row.number):
            rows.append([Cell(missing), Cell(_("missing"), tone="danger"), Cell(""), Cell(""), Cell("")])
        expected = row.number + 1
        other = row.replaces or getattr(row, "replaced_by", None)
        words = _("replaces") if row.replaces else _("replaced by")
        rows.append(
            [
                Cell(row.number, href=reverse("audit:receipt", args=[row.uuid])),
                Cell(moment(row.issued_at)),
                Cell(dong(row.amount)),
                Cell(receipt_state(row), tone="" if hasattr(row, "paper") else "warning"),
                Cell(receipt_link(other) if other else "–", note=words if other else ""),
            ]
        )
    return rows
