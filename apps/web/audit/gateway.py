"""What a payment gateway told: a line of its own list, a message, an order with all of them; and what is known of it here."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from apps.cases.selectors.gateway_told import (
    Known,
    gateway_line_of,
    gateway_message_of,
    order_code_shown,
    order_of,
)
from apps.core.masking import mask_text
from apps.core.spoken import dong, moment
from apps.interface.actors import actor_of_request
from apps.receipts.actions.orders import BY_TRANSFER
from apps.receipts.choices import GatewayMessageKind, MessageOutcome
from apps.web.audit.access import for_auditors
from apps.web.audit.parts import (
    Section,
    Sheet,
    case_link,
    order_link,
    payment_cells,
    payment_columns,
)
from apps.web.ui.parts import Cell, Column, NavItem, SummaryRow


@for_auditors
@require_safe
def line(request: HttpRequest, pk: int) -> HttpResponse:
    """One line of a gateway's own list of a day."""
    found, known = gateway_line_of(pk, seen_by=actor_of_request(request))
    facts = [
        SummaryRow(_("Gateway"), found.gateway),
        SummaryRow(_("The gateway's number"), found.number),
        SummaryRow(_("Amount"), dong(found.amount), note=_way(found.amount)),
        SummaryRow(_("When"), moment(found.at)),
        SummaryRow(_("Order that it names"), _order_named(found.order_code, known)),
        SummaryRow(_("List read"), moment(found.read_at)),
    ]
    return _show(request, Sheet(found.number, _("Line of the gateway's own list")), facts, known)


@for_auditors
@require_safe
def message(request: HttpRequest, pk: int) -> HttpResponse:
    """One message of a gateway. Where it names no order of ours nobody knows what is in it, and numbers are masked."""
    found, known = gateway_message_of(pk, seen_by=actor_of_request(request))
    body = found.body if known.order else mask_text(found.body)
    facts = [
        SummaryRow(_("Gateway"), found.gateway),
        SummaryRow(_("On which occasion"), GatewayMessageKind(found.kind).label),
        SummaryRow(_("When"), moment(found.received_at)),
        SummaryRow(_("What it brought about"), MessageOutcome(found.outcome).label),
        SummaryRow(_("Word for word") if known.order else _("What it says"), _code(body)),
    ]
    return _show(request, Sheet(moment(found.received_at), _("Message of the gateway")), facts, known)


def _show(request: HttpRequest, head: Sheet, told: list[SummaryRow], known: Known) -> HttpResponse:
    sections = [
        Section(_("What the gateway said"), facts=told),
        _order_section(known),
        _payments(known.payments),
    ]
    above = [NavItem(_("Differences"), reverse("audit:differences"))]
    return render(request, "audit/sheet.html", Sheet(head.title, head.caption, sections, above).context())


@for_auditors
@require_safe
def order(request: HttpRequest, code: str) -> HttpResponse:
    """One order: what was asked, what came for it, what the gateway said of it."""
    found = order_of(code, seen_by=actor_of_request(request))
    lines = Section(
        _("In the gateway's own lists"),
        columns=[
            Column(_("The gateway's number")),
            Column(_("When")),
            Column(_("Amount"), is_number=True),
        ],
        rows=[
            [
                Cell(row.number, href=reverse("audit:gateway_line", args=[row.pk])),
                Cell(moment(row.at)),
                Cell(dong(row.amount)),
            ]
            for row in found.lines
        ],
        empty=_("No list of the gateway names it."),
    )
    asked = [
        SummaryRow(_("Gateway"), asked_by(found.order) or _("Bank transfer")),
        *_order_facts(found.order),
    ]
    sections = [
        Section(_("The order"), facts=asked),
        _payments(found.payments),
        lines,
        messages_section(found.messages),
    ]
    sheet = Sheet(code, _("Payment order"), sections)
    return render(request, "audit/sheet.html", sheet.context())


def _way(amount: int) -> str:
    return _("It came.") if amount > 0 else _("It went back.")


def _order_named(code: str, known: Known) -> str:
    if known.order:
        return code
    return _("%(code)s: no order of ours") % {"code": order_code_shown(code) or "–"}


def _order_section(known: Known) -> Section:
    title, order = _("The order"), known.order
    if order is None:
        return Section(title, empty=_("No order of ours is known of it."))
    page = SummaryRow(_("Payment order"), order_link(order.code), note=order.gateway_reference)
    return Section(title, facts=[page, *_order_facts(order)])


def _order_facts(order: Any) -> list[SummaryRow]:
    closed = order.get_outcome_display() or _("Open")
    return [
        SummaryRow(_("Collecting body"), order.collecting_body.title),
        SummaryRow(_("Case"), case_link(order.case_code)),
        SummaryRow(_("Amount"), dong(order.amount)),
        SummaryRow(_("Made"), moment(order.created_at)),
        SummaryRow(_("State"), closed, note=moment(order.closed_at)),
    ]


def _payments(rows: list[Any]) -> Section:
    return Section(
        _("Payments"),
        columns=payment_columns(),
        rows=[payment_cells(payment) for payment in rows],
        empty=_("No payment is known of it."),
    )


def asked_by(order: Any) -> str:
    """The gateway and its own number of an order; one that was paid by a transfer alone has neither."""
    if order.gateway == BY_TRANSFER:
        return ""
    return " · ".join(filter(None, (order.gateway, order.gateway_reference)))


def messages_section(told: Iterable[dict[str, Any]]) -> Section:
    """What the gateway said of an order and of refunds, word for word, and what became of it."""
    return Section(
        _("What the gateway said"),
        columns=[
            Column(_("When")),
            Column(_("On which occasion")),
            Column(_("What it brought about")),
            Column(_("Word for word")),
        ],
        rows=[
            [
                Cell(moment(each["received_at"])),
                Cell(GatewayMessageKind(each["kind"]).label, note=dong(each["refunded"])),
                Cell(MessageOutcome(each["outcome"]).label),
                Cell(_code(each["body"])),
            ]
            for each in told
        ],
        empty=_("No gateway has said anything of it."),
        anchor="messages",
    )


def _code(body: str) -> str:
    return format_html('<code class="mc-hash">{}</code>', body)
