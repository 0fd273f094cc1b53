"""The day's lists of receipts to the tax authority: which there are and how they stand, one with its lines and answers."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from apps.core.errors import Refusal
from apps.core.spoken import day, dong, moment
from apps.interface.actors import actor_of_request
from apps.interface.downloads import send_day_list
from apps.receipts.actions.day_reports import EXPLANATION_AT_MOST, make_anew, send_again
from apps.receipts.choices import DayReportState, ToldKind
from apps.supervision.day_lists import (
    SeenLine,
    SeenList,
    as_seen,
    figures_of_lists,
    lines_of_list,
    list_readable,
    list_seen,
    lists_readable,
)
from apps.web.ui.faults import show_refusal
from apps.web.ui.fields import DayField
from apps.web.ui.paging import page_by_number
from apps.web.ui.parts import Cell, Column, NavItem, Stat, SummaryRow
from apps.web.ui.signing_in import signed_in
from apps.web.ui.stored_files import file_rows

TONES = {DayReportState.REJECTED: "danger"}
PAST_TIME = "past-time"
# Characters of an answer; a real one is shorter.
MOST_SHOWN = 2000


class WhichListsForm(forms.Form):
    """Of which day, and how they stand. What cannot be read is as if it were not chosen."""

    day = DayField(
        label=gettext_lazy("Day"), required=False, help_text=gettext_lazy("For example 23/11/2026")
    )
    state = forms.ChoiceField(
        label=gettext_lazy("How it stands"),
        required=False,
        choices=[
            ("", gettext_lazy("All")),
            *DayReportState.choices,
            (PAST_TIME, gettext_lazy("Past its time")),
        ],
    )


class AnewForm(forms.Form):
    """Why a rejected list is made anew."""

    explanation = forms.CharField(
        label=gettext_lazy("What was mended, or why it is sent again"),
        help_text=gettext_lazy("The tax authority reads it. No personal data."),
        max_length=EXPLANATION_AT_MOST,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


def tabs(current: str) -> list[NavItem]:
    """The reports on receipts, one beside the other."""
    pages = (
        ("oversight:day_lists", _("Lists to the tax authority")),
        ("oversight:series_use", _("Use of series")),
        ("oversight:income", _("Income")),
    )
    return [NavItem(label, reverse(name), is_current=name == current) for name, label in pages]


@signed_in
@require_safe
def day_lists(request: HttpRequest) -> HttpResponse:
    """The lists of the bodies whose money the reader sees, newest first."""
    by, at = actor_of_request(request), timezone.now()
    form = WhichListsForm(request.GET)
    form.is_valid()
    chosen: dict[str, Any] = form.cleaned_data
    state = chosen.get("state") or ""
    lists = lists_readable(
        seen_by=by,
        day=chosen.get("day"),
        state="" if state == PAST_TIME else state,
        past=at if state == PAST_TIME else None,
    )
    page = page_by_number(lists, request, by="newest")
    context = {
        "tabs": tabs("oversight:day_lists"),
        "stats": _stats(request, at),
        "form": form,
        "columns": [
            Column(_("Day")),
            Column(_("Collecting body")),
            Column(_("Lines"), is_number=True),
            Column(_("Total"), is_number=True),
            Column(_("How it stands")),
            Column(_("Sent")),
            Column(_("To be sent by")),
        ],
        "rows": [_cells(report, at) for report in page.rows],
        "pages": page.pages,
    }
    return render(request, "oversight/day_lists.html", context, status=422 if form.errors else 200)


def _stats(request: HttpRequest, at: Any) -> list[Stat]:
    figures = figures_of_lists(seen_by=actor_of_request(request), at=at)
    url = reverse("oversight:day_lists")

    def stat(label: str, count: int, state: str, tone: str) -> Stat:
        href = f"{url}?{urlencode({'state': state})}" if count and state else ""
        return Stat(label, count, None, href, tone)

    return [
        stat(_("Not answered yet"), figures.waiting, "", "warning"),
        stat(_("Rejected"), figures.rejected, DayReportState.REJECTED.value, "danger"),
        stat(_("Past their time, not accepted"), figures.past_time, PAST_TIME, "danger"),
    ]


def title_of(report: Any) -> str:
    """The day, and which list of it."""
    if report.part == 1:
        return _day(report.day)
    return _("%(day)s, part %(part)d") % {"day": _day(report.day), "part": report.part}


def _day(value: date) -> str:
    return f"{value:%d/%m/%Y}"


def _cells(report: Any, at: Any) -> list[Cell]:
    is_past = report.state != DayReportState.ACCEPTED and report.send_by < at
    notes = [_("made late") if report.is_late else "", _("past its time") if is_past else ""]
    return [
        Cell(title_of(report), href=reverse("oversight:day_list", args=[report.uuid])),
        Cell(report.collecting_body.title, note=report.collecting_body.identification_code),
        Cell(report.lines_in_all),
        Cell(dong(report.total)),
        Cell(
            report.get_state_display(),
            note=", ".join(filter(None, notes)),
            tone="danger" if is_past else TONES.get(DayReportState(report.state), ""),
        ),
        Cell(moment(report.sent_at) or "–"),
        Cell(moment(report.send_by)),
    ]


@signed_in
@require_safe
def day_list(request: HttpRequest, report: UUID) -> HttpResponse:
    """One list: how it stands, its files, every answer, its lines."""
    return _list_page(request, report, AnewForm())


@signed_in
@require_POST
def act_on_list(request: HttpRequest, report: UUID, act: str) -> HttpResponse:
    """Has a list sent again, or a rejected one made anew: by who answers for the body."""
    by, at = actor_of_request(request), timezone.now()
    list_readable(report, seen_by=by)
    form = AnewForm(request.POST if act == "make-anew" else None)
    try:
        if act == "send-again":
            send_again(report, by=by, at=at)
            messages.success(request, _("The list is being sent."))
        elif act != "make-anew":
            raise Http404
        elif not form.is_valid():
            return _list_page(request, report, form, status=422)
        else:
            make_anew(report, explanation=form.cleaned_data["explanation"], by=by, at=at)
            messages.success(request, _("The list is being made anew and sent."))
    except Refusal as refusal:
        if refusal.status not in (409, 422):
            raise
        form = AnewForm(request.POST)
        form.is_valid()
        form.errors.clear()
        show_refusal(refusal, form)
        return _list_page(request, report, form, status=refusal.status)
    return redirect("oversight:day_list", report)


def _list_page(request: HttpRequest, uuid: UUID, form: forms.Form, *, status: int = 200) -> HttpResponse:
    by, at = actor_of_request(request), timezone.now()
    seen = list_seen(uuid, seen_by=by, at=at)
    page = page_by_number(lines_of_list(seen.report), request, by="position")
    context = {
        "tabs": tabs("oversight:day_lists"),
        "trail": [NavItem(_("Lists to the tax authority"), reverse("oversight:day_lists"))],
        "seen": seen,
        "title": title_of(seen.report),
        "form": form,
        "facts": _facts(seen),
        "files": [
            row
            for file in seen.files
            for row in file_rows(
                file.get_medium_display(),
                file,
                reverse("oversight:day_list_file", args=[uuid, file.medium]),
            )
        ],
        "answers": [_answer(answer) for answer in seen.answers],
        "columns": [
            Column(_("No.")),
            Column(_("Receipt")),
            Column(_("Fee")),
            Column(_("Rate"), is_number=True),
            Column(_("Amount"), is_number=True),
            Column(_("Kind")),
            Column(_("Related receipt")),
            Column(_("Case")),
        ],
        "rows": [_line(line, seen) for line in as_seen(page.rows, seen, seen_by=by)],
        "pages": page.pages,
    }
    return render(request, "oversight/day_list.html", context, status=status)


def _answer(answer: Any) -> list[SummaryRow]:
    """What was answered, as it is understood and word for word."""
    word_for_word = bytes(answer.body)[:MOST_SHOWN].decode("utf-8", "replace").replace("\x00", "\ufffd")
    return [
        SummaryRow(_("Received at"), moment(answer.received_at)),
        SummaryRow(_("Edition"), answer.edition.number),
        SummaryRow(_("What it says"), answer.get_outcome_display(), note="; ".join(answer.reasons)),
        SummaryRow(_("Number of the notice"), answer.reference or "–"),
        SummaryRow(_("Word for word"), word_for_word or "–", note=f"HTTP {answer.status}"),
    ]


def _facts(seen: SeenList) -> list[SummaryRow]:
    report, last = seen.report, seen.editions[-1]
    told_of = day(report.day)
    if seen.reads_books_of_it:
        on = reverse("audit:day", args=[report.collecting_body_id, report.day.isoformat()])
        told_of = format_html('<a class="govuk-link" href="{}">{}</a>', on, told_of)
    tax_code = last.body["tax_code"] or _("not established")
    rows = [
        SummaryRow(
            _("Collecting body"), last.body["name"], note=_("Tax code: %(code)s") % {"code": tax_code}
        ),
        SummaryRow(_("Day told of"), told_of, note=_("made late") if report.is_late else ""),
        SummaryRow(_("Made"), moment(report.made_at)),
        SummaryRow(_("How it stands"), report.get_state_display(), note=seen.last_error),
        SummaryRow(_("To be sent by"), moment(report.send_by)),
        SummaryRow(_("Sent"), moment(report.sent_at) or "–"),
        SummaryRow(_("Answered"), moment(report.answered_at) or "–"),
        SummaryRow(_("Lines"), report.lines_in_all),
        SummaryRow(_("Total"), dong(report.total)),
    ]
    rows += [
        SummaryRow(
            _("Edition %(number)s") % {"number": edition.number},
            edition.explanation,
            note=f"{edition.made_by.full_name}, {moment(edition.made_at)}" if edition.made_by else "",
        )
        for edition in seen.editions[1:]
    ]
    return rows


# Where a case is read, by who looks at it.
_CASE_PAGES = {"books": "audit:case", "above": "oversight:case", "desk": "desk:case"}


def _line(seen_line: SeenLine, seen: SeenList) -> list[Cell]:
    line, code = seen_line.line, seen_line.case_code
    receipt = ""
    if seen.reads_books_of_it:
        receipt = reverse("audit:receipt", args=[line.receipt.uuid])
    elif code and seen.answers_for_it:
        receipt = reverse("desk:receipt", args=[code, line.receipt.uuid])
    whose = line.other_body.title if line.other_body else ""
    issued, related, adjusted = _day(line.issued_on), "–", ""
    if line.related is not None:
        related = f"{line.related.series.code} {line.related.number}"
        adjusted = ", ".join(filter(None, (_day(line.adjusted_day) if line.adjusted_day else "", whose)))
    elif whose:
        issued = f"{issued}, {whose}"
    return [
        Cell(line.position),
        Cell(
            format_html('<span class="mc-code">{} {} {}</span>', line.form, line.series, line.number),
            href=receipt,
            note=issued,
        ),
        Cell(line.fee_name),
        Cell(dong(line.rate) or "–"),
        Cell(dong(line.amount) or "–"),
        Cell(": ".join(filter(None, (str(ToldKind(line.kind).label), line.explanation)))),
        Cell(related, note=adjusted),
        Cell(code or "–", href=reverse(_CASE_PAGES[seen_line.seen_as], args=[code]) if code else ""),
    ]


@signed_in
@require_safe
def day_list_file(request: HttpRequest, report: UUID, medium: str) -> HttpResponse:
    return send_day_list(report, medium, by=actor_of_request(request))
