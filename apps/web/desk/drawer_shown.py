"""A drawer as its pages show it: where its money came from and went, its count, its difference, its rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.cases.selectors import cases_of_payments
from apps.core.spoken import dong, moment
from apps.receipts import selectors
from apps.receipts.amount_in_words import amount_in_words
from apps.receipts.choices import NOTES
from apps.receipts.drawers import drawer_of, signed
from apps.web.ui.case_parts import name_of
from apps.web.ui.parts import Cell, Column, SummaryRow
from apps.web.ui.templatetags.ui import thousands

if TYPE_CHECKING:
    from apps.receipts.models import CashierSession


def shown(session: CashierSession) -> dict[str, Any]:
    """All of one session, in as many queries whatever was taken in it."""
    payments = selectors.payments_of_session(session)
    refunds = selectors.refunds_of_session(session)
    cases = cases_of_payments(
        {payment.pk for payment in payments} | {refund.proposal.payment_id for refund in refunds}
    )
    return {
        "head": _head(session),
        **figures(session),
        "result_columns": [
            Column(_("How it was paid")),
            Column(_("Expected"), is_number=True),
            Column(_("Counted"), is_number=True),
            Column(_("Difference"), is_number=True),
        ],
        "result": [] if session.is_open else _result(session),
        "in_words": "" if session.is_open else amount_in_words(session.counted_cash or 0),
        "count_columns": [
            Column(_("Banknote")),
            Column(_("How many"), is_number=True),
            Column(_("Worth"), is_number=True),
        ],
        "count": _count(session),
        "payment_columns": [
            Column(_("When")),
            Column(_("Case")),
            Column(_("Receipt")),
            Column(_("How it was paid")),
            Column(_("Amount"), is_number=True),
        ],
        "payments": [
            [
                Cell(_clock(payment.taken_at)),
                _case(cases.get(payment.pk, "")),
                Cell(
                    ", ".join(name_of(each) for each in payment.receipts.all()),
                    note=payment.collecting_body.title,
                ),
                Cell(payment.get_method_display(), note=payment.reference),
                Cell(dong(payment.amount)),
            ]
            for payment in payments
        ],
        "movement_columns": [
            Column(_("When")),
            Column(_("What happened")),
            Column(_("Paying-in slip")),
            Column(_("Amount"), is_number=True),
        ],
        "movements": [
            [
                Cell(_clock(movement.at)),
                Cell(movement.get_kind_display()),
                Cell(movement.reference or "–"),
                Cell(dong(movement.amount)),
            ]
            for movement in selectors.movements_of_session(session)
        ],
        "refund_columns": [Column(_("When")), Column(_("Case")), Column(_("Amount"), is_number=True)],
        "refunds": [
            [
                Cell(_clock(refund.paid_at)),
                _case(cases.get(refund.proposal.payment_id, "")),
                Cell(dong(refund.amount)),
            ]
            for refund in refunds
        ],
    }


def figures(session: CashierSession) -> dict[str, Any]:
    """Where the money came from and went; what is 0 is said as well, so that nothing need be guessed."""
    drawer = drawer_of(session)
    rows = [
        (_("In the drawer when it was opened"), drawer.opening),
        (_("Fees taken in cash"), drawer.cash),
        (_("Change brought"), drawer.change),
        (_("Taken to the bank"), -drawer.deposits),
        (_("Paid back in cash"), -drawer.refunds),
        (_("Cash expected in the drawer"), drawer.expected_cash),
        (_("Card slips expected"), drawer.expected_cards),
    ]
    return {
        "figure_columns": [Column(_("What happened")), Column(_("Amount"), is_number=True)],
        "figures": [[Cell(label), Cell(dong(amount))] for label, amount in rows],
    }


def session_columns() -> list[Column]:
    return [
        Column(_("Opened")),
        Column(_("Cashier")),
        Column(_("Closed")),
        Column(_("Cash counted"), is_number=True),
        Column(_("Cash difference"), is_number=True),
        Column(_("Difference of card slips"), is_number=True),
    ]


def session_cells(session: CashierSession) -> list[Cell]:
    """One session of a list."""
    opened = Cell(
        moment(session.opened_at),
        href=reverse("desk:drawer_session", args=[session.uuid]),
        note=session.desk.title,
    )
    cashier = Cell(session.cashier.full_name)
    if session.is_open:
        nothing = Cell("–", tone="none")
        is_late = timezone.localdate(session.opened_at) != timezone.localdate()
        state = Cell(_("Left open since that day"), tone="danger") if is_late else Cell(_("Still open"))
        return [opened, cashier, state, nothing, nothing, nothing]
    note = _("Closed late") if session.is_closed_late else ""
    return [
        opened,
        cashier,
        Cell(moment(session.closed_at), note=note),
        Cell(dong(session.counted_cash)),
        _difference(session.cash_difference),
        _difference(session.cards_difference),
    ]


def _head(session: CashierSession) -> list[SummaryRow]:
    rows = [
        SummaryRow(_("Desk"), session.desk.title),
        SummaryRow(_("Cashier"), session.cashier.full_name),
        SummaryRow(_("Opened"), moment(session.opened_at)),
    ]
    if session.closed_by is not None:
        rows.append(
            SummaryRow(
                _("Closed"),
                moment(session.closed_at),
                note=_("Closed late: on another day than it was opened.") if session.is_closed_late else "",
            )
        )
    if session.closing_reason and session.closed_by is not None:
        rows.append(
            SummaryRow(
                _("Counted in the cashier's stead by"),
                session.closed_by.full_name,
                note=session.closing_reason,
            )
        )
    if session.explanation:
        rows.append(SummaryRow(_("Explanation of the difference"), session.explanation))
    if hasattr(session, "acknowledged"):
        found = session.acknowledged
        rows.append(
            SummaryRow(
                _("Difference acknowledged by"),
                found.by.full_name,
                note=f"{moment(found.at)}: {found.note}",
            )
        )
    return rows


def _result(session: CashierSession) -> list[list[Cell]]:
    return [
        [
            Cell(_("Cash")),
            Cell(dong(session.expected_cash)),
            Cell(dong(session.counted_cash)),
            _difference(session.cash_difference),
        ],
        [
            Cell(_("Card slips")),
            Cell(dong(session.expected_cards)),
            Cell(dong(session.counted_cards)),
            _difference(session.cards_difference),
        ],
    ]


def _count(session: CashierSession) -> list[list[Cell]]:
    """The notes that were in the drawer, largest first."""
    numbers = [(note, session.count[str(note)]) for note in NOTES if str(note) in session.count]
    return [
        [Cell(dong(note)), Cell(thousands(number)), Cell(dong(note * number))] for note, number in numbers
    ]


def _difference(amount: int) -> Cell:
    return Cell(signed(amount), tone="danger") if amount else Cell(dong(0), tone="none")


def _case(code: str) -> Cell:
    return Cell(code, href=reverse("desk:case", args=[code])) if code else Cell("–")


def _clock(at: Any) -> str:
    return timezone.localtime(at).strftime("%H:%M")
