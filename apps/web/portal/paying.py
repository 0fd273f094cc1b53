"""Paying online: what is due, each collecting body's order with its state, and the way back from the gateway."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.actors import Actor
from apps.cases.actions.online_payment import cancel_order, open_order
from apps.cases.selectors import (
    CaseToPay,
    case_code_of_order,
    case_to_pay,
    fees_of,
    orders_of,
    owed_of,
    receipts_of_payer,
    still_owed,
)
from apps.core.errors import Refusal
from apps.core.printed_codes import as_stored
from apps.core.request_keys import Replayed
from apps.core.spoken import dong, moment
from apps.documents.qr import qr_svg_uri
from apps.interface.actors import actor_of_request
from apps.interface.request_keys import key_of, new_key
from apps.receipts.actions.orders import BY_TRANSFER
from apps.receipts.choices import OrderOutcome
from apps.receipts.gateways import gateway_on
from apps.receipts.selectors import account_of
from apps.receipts.vietqr import transfer_code
from apps.web.portal.access import for_citizens
from apps.web.portal.shown import FileLink
from apps.web.ui.parts import SummaryRow, Text

if TYPE_CHECKING:
    from apps.receipts.models import Payment, PaymentOrder

_COLOURS = {
    "": "sky",
    OrderOutcome.SETTLED: "jade",
    OrderOutcome.FAILED: "red",
    OrderOutcome.CANCELLED: "grey",
    OrderOutcome.EXPIRED: "grey",
}


@dataclass(frozen=True, slots=True)
class Transfer:
    """An order as a bank's app pays it: the picture of its code, and the same to be typed."""

    picture: str
    rows: list[SummaryRow]
    note: str


@dataclass(frozen=True, slots=True)
class OrderShown:
    """An order and how it stands. `pay_url` leads to the gateway while it can be paid there."""

    code: str
    payee: str
    state: Text
    colour: str
    rows: list[SummaryRow]
    is_open: bool
    pay_url: str
    is_unanswered: bool
    transfer: Transfer | None
    receipts: list[FileLink]
    unapplied: str
    ended_at: datetime | None


@for_citizens
@require_http_methods(["GET", "HEAD", "POST"])
def payment(request: HttpRequest, code: str) -> HttpResponse:
    """What is to be paid in a case and what became of it; a POST opens the orders, or tells the gateway again."""
    actor = actor_of_request(request)
    to_pay = case_to_pay(code, seen_by=actor)
    if request.method != "POST":
        return _page(request, to_pay, actor)
    try:
        open_order(to_pay.case.code, by=actor, at=timezone.now(), request_key=key_of(request))
    except Replayed:
        pass
    except Refusal as refusal:
        messages.error(request, refusal.message)
        return _page(request, to_pay, actor, status=refusal.status)
    return redirect("portal:payment", code=to_pay.case.code)


@for_citizens
@require_POST
def cancel_payment(request: HttpRequest, code: str, order: str) -> HttpResponse:
    """Ends an order that will not be paid."""
    actor = actor_of_request(request)
    to_pay = case_to_pay(code, seen_by=actor)
    try:
        cancel_order(
            to_pay.case.code, as_stored(order), by=actor, at=timezone.now(), request_key=key_of(request)
        )
    except Replayed:
        pass
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        messages.error(request, refusal.message)
        return _page(request, to_pay, actor, status=refusal.status)
    else:
        messages.success(request, _("The payment is cancelled. What is due can be paid anew."))
    return redirect("portal:payment", code=to_pay.case.code)


@for_citizens
@require_safe
def back_from_gateway(request: HttpRequest, order: str) -> HttpResponse:
    """Where a gateway sends people back to. Whatever it claims in the address, the page says what we know."""
    to_pay = case_to_pay(case_code_of_order(as_stored(order)), seen_by=actor_of_request(request))
    return redirect("portal:payment", code=to_pay.case.code)


def _page(request: HttpRequest, to_pay: CaseToPay, actor: Actor, *, status: int = 200) -> HttpResponse:
    at = timezone.now()
    fees = fees_of(to_pay.case)
    owed = owed_of(fees)
    orders = [_shown(order, to_pay, actor, at=at) for order in orders_of(to_pay.case)]
    due = still_owed(fees) if to_pay.is_open and owed.is_payable else []
    open_orders = [order for order in orders if order.is_open] if due else []
    in_english = get_language() == "en"
    page = {
        "code": to_pay.case.code,
        "sees_case": to_pay.standing.is_acting_party,
        "due": [SummaryRow(fee.name_en if in_english else fee.name, dong(fee.amount)) for fee in due],
        "total": dong(owed.amount),
        "is_established": owed.is_established,
        "is_gateway_on": gateway_on() is not None,
        "open_orders": open_orders,
        "needs_asking": not open_orders or any(order.is_unanswered for order in open_orders),
        "done": [order for order in orders if order.receipts or order.unapplied],
        "earlier": [order for order in orders if not (order.is_open or order.receipts or order.unapplied)],
        "is_waiting": bool(open_orders) or any(not file.url for order in orders for file in order.receipts),
        "request_key": new_key(),
    }
    return render(request, "portal/payment.html", page, status=status)


def _shown(order: PaymentOrder, to_pay: CaseToPay, actor: Actor, *, at: datetime) -> OrderShown:
    is_over = order.closed_at is None and at >= order.expires_at
    is_open = order.closed_at is None and not is_over
    state: Text = _("Waiting for the payment")
    if is_over:
        state = _("Time is over; the gateway is asked")
    elif order.closed_at is not None:
        state = OrderOutcome(order.outcome).label
    payments = list(order.payments.all())
    unapplied = sum(payment.amount - _applied(payment, order) for payment in payments)
    rows = [
        SummaryRow(_("Amount"), dong(order.amount)),
        SummaryRow(_("Payment code"), order.code),
    ]
    if is_open:
        rows.append(SummaryRow(_("To be paid by"), moment(order.expires_at)))
    return OrderShown(
        code=order.code,
        payee=order.collecting_body.title,
        state=state,
        colour=_COLOURS[order.outcome],
        rows=rows,
        is_open=is_open,
        pay_url=order.pay_url if is_open else "",
        is_unanswered=is_open and not order.pay_url and order.gateway != BY_TRANSFER,
        transfer=_transfer(order, at) if is_open else None,
        receipts=_receipts(order, to_pay, actor),
        unapplied=dong(unapplied) if unapplied else "",
        ended_at=order.closed_at,
    )


def _applied(payment: Payment, order: PaymentOrder) -> int:
    """Đồng of a payment that settled lines of its order."""
    amounts = {line.fee_id: line.fee.amount or 0 for line in order.lines.all()}
    return sum(amounts[line.fee_id] for line in payment.lines.all())


def _transfer(order: PaymentOrder, at: datetime) -> Transfer | None:
    account = account_of(order.collecting_body, timezone.localdate(at))
    if account is None:
        return None
    text = transfer_code(
        bank_bin=account.bank_bin, account=account.number, amount=order.amount, memo=order.code
    )
    return Transfer(
        picture=qr_svg_uri(text),
        rows=[
            SummaryRow(_("Bank"), account.bank_name),
            SummaryRow(_("Account number"), account.number),
            SummaryRow(_("Account holder"), account.holder),
            SummaryRow(_("Amount"), dong(order.amount)),
            SummaryRow(_("Memo"), order.code),
        ],
        note=account.note,
    )


def _receipts(order: PaymentOrder, to_pay: CaseToPay, actor: Actor) -> list[FileLink]:
    readable = receipts_of_payer(to_pay, seen_by=actor) if order.outcome == OrderOutcome.SETTLED else ()
    return [
        FileLink(
            title=_("Receipt %(series)s number %(number)s")
            % {"series": receipt.series.code, "number": receipt.number},
            at=receipt.issued_at,
            url=reverse("portal:receipt", args=[to_pay.case.code, receipt.uuid])
            if hasattr(receipt, "paper") and receipt.uuid in readable
            else "",
            note=dong(receipt.amount),
            is_withheld=receipt.uuid not in readable,
        )
        for payment in order.payments.all()
        for receipt in payment.receipts.all()
    ]
