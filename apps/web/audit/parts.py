"""What the pages of the books share: sections of one page, links from each thing to the next, differences as rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.actors import Actor
from apps.core.spoken import day, dong, moment
from apps.receipts import books
from apps.receipts.reconciliation import Difference
from apps.web.ui.fields import DayField, typed_day
from apps.web.ui.parts import Cell, Column, NavItem, SummaryRow

# Longer than a year the figures are of no use, and the lists are long.
MOST_DAYS = 366


@dataclass(frozen=True, slots=True)
class Section:
    """One part of a page: facts as pairs, or a table, under a heading. Where there is nothing, `empty` says so."""

    title: str
    facts: Sequence[SummaryRow] = ()
    columns: Sequence[Column] = ()
    rows: Sequence[Sequence[Cell]] = ()
    empty: str = ""
    note: str = ""
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Period:
    """Days, both included, and a body or all in sight."""

    first: date
    last: date
    body_id: int | None = None

    def query(self, **more: Any) -> str:
        """As a part of an address."""
        said = {"first": self.first.isoformat(), "last": self.last.isoformat(), "body": self.body_id, **more}
        return urlencode({name: value for name, value in said.items() if value not in (None, "")})


class PeriodForm(forms.Form):
    """From which day to which, and of which body. What is not chosen is today, and every body in sight."""

    first = DayField(label=gettext_lazy("From"), required=False)
    last = DayField(label=gettext_lazy("Until"), required=False)
    body = forms.TypedChoiceField(
        label=gettext_lazy("Collecting body"), coerce=int, empty_value=None, required=False
    )

    def __init__(self, request: HttpRequest, actor: Actor, *, days_back: int = 0) -> None:
        self.today = timezone.localdate()
        shown = {
            "first": typed_day(self.today - timedelta(days=days_back)),
            "last": typed_day(self.today),
        }
        asked = {name: request.GET.get(name, "") for name in ("first", "last", "body")}
        asked |= {name: self._as_typed(asked[name]) or shown[name] for name in shown}
        super().__init__(asked)
        choices = [(body.pk, body.title) for body in books.bodies(seen_by=actor)]
        body = self.fields["body"]
        assert isinstance(body, forms.ChoiceField)
        body.choices = [("", _("All")), *choices]

    @staticmethod
    def _as_typed(text: str) -> str:
        try:
            return typed_day(date.fromisoformat(text))
        except ValueError:
            return text

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        first, last = given.get("first"), given.get("last")
        if first and last and not timedelta(0) <= last - first <= timedelta(days=MOST_DAYS):
            self.add_error("last", _("The days must follow one another, and be at most a year."))
        return given

    def period(self) -> Period:
        """What was chosen; today where it was chosen wrongly."""
        if not self.is_valid():
            return Period(self.today, self.today)
        given = self.cleaned_data
        return Period(given["first"], given["last"], given["body"])


def when(at: datetime | None) -> str:
    """A point in time; of what is known by its day alone, the day: many banks say no hour."""
    if at is None:
        return ""
    local = timezone.localtime(at)
    return day(local) if local.time() == time() else moment(local)


def days(first: date, last: date) -> str:
    """From which day to which, shortly; one day once."""
    said = f"{first:%d/%m/%Y}"
    return said if first == last else f"{said} – {last:%d/%m/%Y}"


def link(url: str, text: object) -> str:
    return format_html('<a class="govuk-link" href="{}">{}</a>', url, text)


def trail(*more: NavItem) -> list[NavItem]:
    """The pages above: the books, and what is named."""
    return [NavItem(_("Money"), reverse("audit:home")), *more]


def line_link(uuid: object, reference: object) -> str:
    """To the line of the bank, or that there is none yet."""
    return link(reverse("audit:line", args=[uuid]), reference) if uuid else _("not seen yet")


def case_link(code: str | None) -> str:
    return link(reverse("audit:case", args=[code]), code) if code else "–"


def payment_name(payment: Any) -> str:
    return payment.reference or str(payment.uuid)[:8]


def payment_link(payment: Any) -> str:
    return link(reverse("audit:payment", args=[payment.uuid]), payment_name(payment))


def order_link(code: str) -> str:
    return link(reverse("audit:order", args=[code]), code)


def receipt_name(receipt: Any) -> str:
    return f"{receipt.series.form} {receipt.series.code} {receipt.number}"


def receipt_link(receipt: Any) -> str:
    return link(reverse("audit:receipt", args=[receipt.uuid]), receipt_name(receipt))


def day_link(body_id: int, on: date) -> str:
    return link(reverse("audit:day", args=[body_id, on.isoformat()]), day(on))


def list_link(report: Any) -> str:
    """To a list that told the tax authority of a day: which of the day's it is, and how it stands."""
    said = _("part %(part)d: %(state)s") % {"part": report.part, "state": report.get_state_display()}
    return link(reverse("oversight:day_list", args=[report.uuid]), said)


def payment_columns() -> list[Column]:
    return [
        Column(_("Payment")),
        Column(_("Taken")),
        Column(_("Method")),
        Column(_("Collecting body")),
        Column(_("Case")),
        Column(_("Amount"), is_number=True),
        Column(_("Bank line")),
    ]


def payment_cells(payment: Any) -> list[Cell]:
    """A payment as `selectors.books.payments` gives it."""
    return [
        Cell(payment_name(payment), href=reverse("audit:payment", args=[payment.uuid])),
        Cell(moment(payment.taken_at)),
        Cell(payment.get_method_display(), note=payment.order.code if payment.order else ""),
        Cell(payment.collecting_body.title),
        Cell(case_link(payment.case_code)),
        Cell(dong(payment.amount)),
        Cell(_("Cash") if payment.method == "cash" else line_link(payment.line_uuid, payment.line_reference)),
    ]


def receipt_columns() -> list[Column]:
    return [
        Column(_("Receipt")),
        Column(_("Issued")),
        Column(_("Case")),
        Column(_("Amount"), is_number=True),
        Column(_("State")),
    ]


def receipt_cells(receipt: Any) -> list[Cell]:
    return [
        Cell(receipt_name(receipt), href=reverse("audit:receipt", args=[receipt.uuid])),
        Cell(moment(receipt.issued_at)),
        Cell(case_link(receipt.case_code)),
        Cell(dong(receipt.amount)),
        Cell(receipt_state(receipt), tone="" if hasattr(receipt, "paper") else "warning"),
    ]


def receipt_state(receipt: Any) -> str:
    """Whether it counts and whether its paper is there."""
    state = _("Replaced") if hasattr(receipt, "replaced_by") else _("In force")
    return (
        state
        if hasattr(receipt, "paper")
        else _("%(state)s; the paper is still being made") % {"state": state}
    )


def difference_columns() -> list[Column]:
    return [
        Column(_("What differs")),
        Column(_("Which")),
        Column(_("Collecting body")),
        Column(_("Since")),
        Column(_("Amount"), is_number=True),
        Column(_("Explained")),
    ]


def difference_cells(row: Difference) -> list[Cell]:
    who = f"{row.explained_by}, {moment(row.explained_at)}" if row.is_explained else ""
    return [
        Cell(row.kind.label, href=reverse("audit:difference", args=[row.kind.value, row.subject])),
        Cell(row.name, href=subject_url(row)),
        Cell(row.body or "–"),
        Cell(when(row.since)),
        Cell(dong(row.amount)),
        Cell(row.reason or _("Not yet"), note=who, tone="" if row.is_explained else "warning"),
    ]


_PAGES = {
    "line": "audit:line",
    "statement": "audit:statement",
    "payment": "audit:payment",
    "receipt": "audit:receipt",
    "session": "audit:session",
    "proposal": "audit:refund",
    "deposit": "audit:deposit",
    "order": "audit:order",
    "gateway_line": "audit:gateway_line",
    "message": "audit:gateway_message",
}


def subject_url(row: Difference) -> str:
    """Where what differs can be read."""
    what, _colon, key = row.subject.partition(":")
    return reverse(_PAGES[what], args=[key])


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page made of sections."""

    title: str
    caption: str = ""
    sections: Sequence[Section] = ()
    above: Sequence[NavItem] = field(default_factory=list)

    def context(self, **more: Any) -> dict[str, Any]:
        return {"sheet": self, "trail": trail(*self.above), **more}
