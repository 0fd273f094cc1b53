"""Payments: each with its lines, its receipts, what went back, its line of the bank; and the case and drawer that it is of."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from apps.cases.selectors import books as of_cases
from apps.core.spoken import day, dong, moment
from apps.interface.actors import actor_of_request
from apps.procedures.choices import BorneBy, PayBefore
from apps.receipts import books
from apps.receipts.choices import PaymentMethod, RefundState
from apps.web.audit.access import for_auditors
from apps.web.audit.gateway import asked_by, messages_section
from apps.web.audit.parts import (
    PeriodForm,
    Section,
    Sheet,
    case_link,
    day_link,
    line_link,
    link,
    order_link,
    payment_cells,
    payment_columns,
    payment_link,
    payment_name,
    receipt_cells,
    receipt_columns,
)
from apps.web.ui.paging import page_of
from apps.web.ui.parts import Cell, Column, NavItem, SummaryRow


@for_auditors
@require_safe
def payments(request: HttpRequest) -> HttpResponse:
    """The payments of some days, the oldest first."""
    actor = actor_of_request(request)
    form = PeriodForm(request, actor)
    period, method = form.period(), request.GET.get("method", "")
    found = of_cases.payments_of_days(
        period.first,
        period.last,
        seen_by=actor,
        body_id=period.body_id,
        method=method if method in PaymentMethod.values else "",
    )
    page = page_of(found, request, by="taken_at")
    section = Section(
        _("Payments"),
        columns=payment_columns(),
        rows=[payment_cells(payment) for payment in page.rows],
        empty=_("No payment was taken on these days."),
    )
    context = Sheet(_("Payments"), sections=[section]).context(form=form, pages=page.pages)
    return render(request, "audit/list.html", context, status=422 if form.errors else 200)


@for_auditors
@require_safe
def payment(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """One payment: where it came from, what it settled, which receipt says so, what of it went back."""
    actor = actor_of_request(request)
    found: Any = of_cases.payment_of(uuid, seen_by=actor)
    lines = of_cases.lines_of_payment(found)
    settled = sum(line.fee.amount or 0 for line in lines)
    order, session = found.order, found.session
    facts = [
        SummaryRow(_("Amount"), dong(found.amount)),
        SummaryRow(_("Settled by it"), dong(settled), note=_unused(found.amount - settled)),
        SummaryRow(_("Method"), found.get_method_display()),
        SummaryRow(_("Reference"), found.reference or "–"),
        SummaryRow(_("Taken"), moment(found.taken_at)),
        SummaryRow(_("Collecting body"), found.collecting_body.title),
        SummaryRow(_("Case"), case_link(found.case_code)),
        SummaryRow(
            _("Day of the body"), day_link(found.collecting_body_id, timezone.localdate(found.taken_at))
        ),
    ]
    if order:
        facts.append(SummaryRow(_("Payment order"), order_link(order.code), note=asked_by(order)))
    if session:
        said = f"{session.desk.title}, {moment(session.opened_at)}"
        facts.append(
            SummaryRow(
                _("Cashier's session"),
                link(reverse("audit:session", args=[session.uuid]), said),
                note=found.taken_by.full_name if found.taken_by else "",
            )
        )
    if found.method != PaymentMethod.CASH:
        facts.append(SummaryRow(_("Bank line"), line_link(found.line_uuid, found.line_reference)))
    sheet = Sheet(
        payment_name(found),
        _("Payment"),
        [
            Section(_("How it came"), facts=facts),
            fees_section(line.fee for line in lines),
            Section(
                _("Receipts"),
                columns=receipt_columns(),
                rows=[receipt_cells(row) for row in of_cases.receipts_of_payment(found, seen_by=actor)],
                empty=_("No receipt was issued for it."),
            ),
            refunds_section(of_cases.refunds_of(found)),
            *([messages_section(found.messages_told)] if order else []),
        ],
        [NavItem(_("Payments"), reverse("audit:payments"))],
    )
    return render(request, "audit/sheet.html", sheet.context())


def _unused(amount: int) -> str:
    return (
        _("%(amount)s settle nothing, and are proposed to go back.") % {"amount": dong(amount)}
        if amount
        else ""
    )


def fees_section(fees: Any) -> Section:
    """Fee lines, row by row: by which rule, how much, whether they stand, and which payment settled them."""
    return Section(
        _("Fees"),
        columns=[
            Column(_("Fee")),
            Column(_("Amount"), is_number=True),
            Column(_("Borne by")),
            Column(_("Assessed")),
            Column(_("State")),
        ],
        rows=[_fee_cells(fee) for fee in fees],
        empty=_("It settles no fee."),
    )


def _fee_cells(fee: Any) -> list[Cell]:
    settlement = getattr(fee, "settlement", None)
    if settlement is not None:
        state: object = payment_link(settlement.payment)
    elif fee.withdrawn_at:
        state = _("Withdrawn %(when)s") % {"when": moment(fee.withdrawn_at)}
    else:
        state = _("To be paid") if fee.is_owed_by_applicant else _("Nothing to pay")
    price = f"{fee.quantity} × {dong(fee.unit_price)}" if fee.is_established else ""
    exempted = (
        _("%(amount)s waived by %(basis)s") % {"amount": dong(fee.exempted), "basis": fee.exempt_basis}
        if fee.exempted
        else ""
    )
    return [
        Cell(fee.rule.title, note=" · ".join(filter(None, [fee.legal_basis, exempted]))),
        Cell(
            dong(fee.amount) if fee.is_established else _("not established; nothing is collected"), note=price
        ),
        Cell(BorneBy(fee.borne_by).label, note=PayBefore(fee.pay_before).label),
        Cell(moment(fee.assessed_at)),
        Cell(state),
    ]


def refunds_section(proposals: list[Any]) -> Section:
    """What may go back: why, what was decided and by whom, and the line of the bank by which it went."""
    return Section(
        _("Refunds"),
        columns=[
            Column(_("Ground")),
            Column(_("Amount"), is_number=True),
            Column(_("Proposed")),
            Column(_("Decided")),
            Column(_("Paid back")),
        ],
        rows=[_refund_cells(each) for each in proposals],
        empty=_("Nothing is proposed to go back."),
        anchor="refunds",
    )


def _refund_cells(proposal: Any) -> list[Cell]:
    decision, refund = getattr(proposal, "decision", None), getattr(proposal, "refund", None)
    decided: tuple[object, str] = (_("Not yet"), "")
    if decision is not None:
        when = moment(decision.decided_at)
        if decision.decided_by is None:
            decided = (RefundState.WITHDRAWN.label, when)
        else:
            what = _("It goes back") if decision.is_granted else _("It stays")
            decided = (f"{what}: {decision.reason}", f"{decision.decided_by.full_name}, {when}")
    paid: tuple[object, str] = ("–", "")
    if refund is not None:
        is_cash = refund.method == "cash"
        seen = (
            refund.get_method_display() if is_cash else line_link(proposal.line_uuid, proposal.line_reference)
        )
        paid = (seen, f"{refund.reference} {moment(refund.paid_at)}".strip())
    fee = proposal.fee.rule.title if proposal.fee else _("Money that settled nothing")
    return [
        Cell(proposal.get_ground_display(), note=fee),
        Cell(dong(proposal.amount)),
        Cell(moment(proposal.opened_at)),
        Cell(decided[0], note=decided[1], tone="" if decision else "warning"),
        Cell(paid[0], note=paid[1]),
    ]


@for_auditors
@require_safe
def refund(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """To the payment of which it is a part."""
    found = of_cases.payment_of_refund(uuid, seen_by=actor_of_request(request))
    return redirect(f"{reverse('audit:payment', args=[found])}#refunds")


@for_auditors
@require_safe
def case(request: HttpRequest, code: str) -> HttpResponse:
    """A case as far as it is money; the applicant's papers are not an auditor's."""
    actor = actor_of_request(request)
    found = of_cases.case_money(code, seen_by=actor)
    of = found.case
    payments = found.payments
    paid = sum(payment.amount for payment in payments)
    asked = sum(
        row.fee.amount or 0
        for row in found.fees
        if row.fee.withdrawn_at is None and row.fee.is_owed_by_applicant
    )
    back = sum(each.refund.amount for each in found.refunds if hasattr(each, "refund"))
    facts = [
        SummaryRow(_("Procedure"), of.version.procedure.title, note=of.version.procedure.code),
        SummaryRow(_("Received at the desk of"), of.receiving_agency.title),
        SummaryRow(_("Decided by"), of.competent_agency.title if of.competent_agency else "–"),
        SummaryRow(_("Received at"), moment(of.received_at)),
        SummaryRow(_("Asked of the applicant"), dong(asked)),
        SummaryRow(_("Paid"), dong(paid)),
        SummaryRow(_("Paid back"), dong(back)),
    ]
    sheet = Sheet(
        of.code,
        _("The money of a case"),
        [
            Section(_("Case"), facts=facts),
            fees_section(row.fee for row in found.fees),
            Section(
                _("Payments"),
                columns=[
                    Column(_("Payment")),
                    Column(_("Taken")),
                    Column(_("Method")),
                    Column(_("Amount"), is_number=True),
                ],
                rows=[
                    [
                        Cell(payment_name(row), href=reverse("audit:payment", args=[row.uuid])),
                        Cell(moment(row.taken_at)),
                        Cell(row.get_method_display()),
                        Cell(dong(row.amount)),
                    ]
                    for row in payments
                ],
                empty=_("Nothing has been paid."),
            ),
            Section(
                _("Receipts"),
                columns=receipt_columns(),
                rows=[receipt_cells(row) for row in found.receipts],
                empty=_("No receipt has been issued."),
            ),
            refunds_section(found.refunds),
        ],
    )
    return render(request, "audit/sheet.html", sheet.context())


@for_auditors
@require_safe
def session(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """A cashier's drawer from its opening to its count, with all that came into it and left it."""
    actor = actor_of_request(request)
    found = books.session_of(uuid, seen_by=actor)
    facts = [
        SummaryRow(_("Desk"), found.desk.title),
        SummaryRow(_("Cashier"), found.cashier.full_name),
        SummaryRow(_("Opened"), moment(found.opened_at), note=dong(found.opening_balance)),
        SummaryRow(_("Closed"), moment(found.closed_at) or _("Not yet")),
        SummaryRow(_("Cash expected"), dong(found.expected_cash) or "–"),
        SummaryRow(_("Cash counted"), dong(found.counted_cash) or "–"),
        SummaryRow(_("Card slips expected"), dong(found.expected_cards) or "–"),
        SummaryRow(_("Card slips found"), dong(found.counted_cards) or "–"),
        SummaryRow(_("What the cashier says"), found.explanation or "–"),
    ]
    if found.closed_by is not None and found.closing_reason:
        counted = SummaryRow(
            _("Counted in the cashier's stead by"), found.closed_by.full_name, note=found.closing_reason
        )
        facts.append(counted)
    if found.has_difference and not found.is_open:
        seen = getattr(found, "acknowledged", None)
        facts.append(
            SummaryRow(
                _("Difference acknowledged by"),
                seen.by.full_name if seen else _("Nobody has acknowledged it."),
                note=f"{moment(seen.at)}: {seen.note}" if seen else "",
            )
        )
    movements = Section(
        _("Change and deposits"),
        columns=[
            Column(_("What")),
            Column(_("When")),
            Column(_("Reference")),
            Column(_("Amount"), is_number=True),
            Column(_("Bank line")),
        ],
        rows=[
            [
                Cell(row.get_kind_display()),
                Cell(moment(row.at)),
                Cell(row.reference or "–"),
                Cell(dong(row.amount)),
                Cell(line_link(row.line_uuid, row.line_reference) if row.kind == "deposit" else "–"),
            ]
            for row in books.movements_of(found)
        ],
        empty=_("None"),
    )
    page = page_of(of_cases.payments_of_session(found.pk, seen_by=actor), request, by="taken_at")
    taken = Section(
        _("Payments"),
        columns=payment_columns(),
        rows=[payment_cells(row) for row in page.rows],
        empty=_("None"),
    )
    sheet = Sheet(
        capfirst(day(found.opened_at)),
        _("Cashier's session"),
        [Section(_("Drawer"), facts=facts), movements, taken],
    )
    return render(request, "audit/sheet.html", sheet.context(pages=page.pages))


@for_auditors
@require_safe
def deposit(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """To the drawer out of which it was taken to the bank."""
    return redirect("audit:session", uuid=books.session_of_deposit(uuid, seen_by=actor_of_request(request)))
