"""The money of a case in words: what was due, paid and paid back, row by row, and how each refund stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from apps.cases import selectors
from apps.cases.selectors import Account, MoneyRow
from apps.core.spoken import dong, moment
from apps.receipts.choices import RefundGround, RefundMethod, RefundState
from apps.web.ui.parts import Cell, Column

if TYPE_CHECKING:
    from apps.cases.models import Case
    from apps.receipts.models import RefundProposal


def account_table(case: Case) -> tuple[list[Column], list[list[Cell]]]:
    """The account of a case with its totals last; no row where nobody has paid anything."""
    account = selectors.account_of_case(case)
    columns = [
        Column(_("What for")),
        Column(_("Charged"), is_number=True),
        Column(_("Paid"), is_number=True),
        Column(_("Paid back"), is_number=True),
        Column(_("How it stands")),
    ]
    if not account.paid:
        return columns, []
    return columns, [*(_row(row) for row in account.rows), _total(account)]


def _row(row: MoneyRow) -> list[Cell]:
    shown = [_refund(refund) for refund in row.refunds]
    return [
        Cell(row.fee.rule.title if row.fee else _("Money that settled nothing")),
        Cell(dong(row.due)),
        Cell(dong(row.paid)),
        Cell(dong(row.refunded)),
        Cell(" ".join(said for said, _note in shown) or "–", note=" ".join(note for _said, note in shown)),
    ]


def _total(account: Account) -> list[Cell]:
    return [
        Cell(_("In all")),
        Cell(dong(account.due)),
        Cell(dong(account.paid)),
        Cell(dong(account.refunded)),
        Cell(account.state.label),
    ]


def _refund(refund: RefundProposal) -> tuple[str, str]:
    """How a refund stands, and beside it why, how and since when."""
    said = f"{dong(refund.amount)}: {refund.state.label}."
    parts = [str(RefundGround(refund.ground).label)]
    if refund.method:
        parts.append(str(RefundMethod(refund.method).label))
    parts.append(moment(refund.refund.paid_at if refund.state == RefundState.PAID else refund.opened_at))
    return said, " · ".join(parts) + "."
