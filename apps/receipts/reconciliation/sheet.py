"""Differences as a spreadsheet. Each text is written as a text: what a bank or a person has typed never becomes a formula."""

from __future__ import annotations

import io
from collections.abc import Sequence

import xlsxwriter
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.receipts.reconciliation.differences import Difference

_WIDTHS = (34, 30, 40, 18, 16, 50, 26, 18)


def difference_sheet(rows: Sequence[Difference]) -> bytes:
    """All rows under one header, amounts as numbers, moments in the local zone."""
    kept = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    heads = (
        _("What differs"),
        _("Which"),
        _("Collecting body"),
        _("Since"),
        _("Amount"),
        _("Why"),
        _("Explained by"),
        _("Explained at"),
    )
    with xlsxwriter.Workbook(kept, options) as book:
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        text = book.add_format({"text_wrap": True, "valign": "top"})
        time = book.add_format({"num_format": "dd/mm/yyyy hh:mm", "valign": "top"})
        money = book.add_format({"num_format": "#,##0", "valign": "top"})
        sheet = book.add_worksheet(str(_("Differences"))[:31])
        sheet.freeze_panes(1, 0)
        for column, (head, width) in enumerate(zip(heads, _WIDTHS, strict=True)):
            sheet.set_column(column, column, width)
            sheet.write_string(0, column, str(head), bold)
        for number, row in enumerate(rows, 1):
            for column, said in enumerate((str(row.kind.label), row.name, row.body)):
                sheet.write_string(number, column, said, text)
            sheet.write_datetime(number, 3, timezone.localtime(row.since).replace(tzinfo=None), time)
            sheet.write_number(number, 4, row.amount, money)
            sheet.write_string(number, 5, row.reason, text)
            sheet.write_string(number, 6, row.explained_by, text)
            if row.explained_at:
                explained_at = timezone.localtime(row.explained_at).replace(tzinfo=None)
                sheet.write_datetime(number, 7, explained_at, time)
    return kept.getvalue()
