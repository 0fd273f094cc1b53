"""A table written as a workbook (.xlsx) row by row: memory does not grow with it, and no text becomes a formula."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError

# Excel's own limit; longer texts are cut.
_LONGEST = 32_767
_TEXT = {"text_wrap": True, "valign": "top", "font_name": "Times New Roman", "font_size": 11, "border": 1}


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """One column: what stands above it, how wide it is in letters, and whether its numbers only name something.

    The number of a receipt is an ordinal: no mark stands between its thousands.
    """

    label: str
    width: int
    is_ordinal: bool = False


def write_table(
    path: Path,
    *,
    title: str,
    said: Sequence[str],
    columns: Sequence[SheetColumn],
    rows: Iterable[Sequence[Any]],
    made_at: datetime,
    name: str,
    closing: Sequence[Sequence[Any]] = (),
) -> int:
    """Writes one sheet called `name`: a title, lines `said` under it, the table, then bold `closing` rows. How many rows.

    Texts are written as texts, whatever they begin with; numbers and days as such; None leaves a cell empty.
    """
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with _disk_errors(), xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties({"title": title, "created": made_at.replace(tzinfo=None)})
        forms = _Forms(book)
        sheet = book.add_worksheet(name)
        for place, column in enumerate(columns):
            sheet.set_column(place, place, column.width)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&RTrang &P/&N")
        sheet.write_string(0, 0, title, forms.title)
        for row, line in enumerate(said, 1):
            sheet.write_string(row, 0, line, forms.plain)
        row = len(said) + 2
        for place, column in enumerate(columns):
            sheet.write_string(row, place, column.label, forms.head)
        sheet.freeze_panes(row + 1, 0)
        sheet.repeat_rows(row)
        count = 0
        for cells in rows:
            row, count = row + 1, count + 1
            for place, (value, column) in enumerate(zip(cells, columns, strict=True)):
                number = forms.ordinal if column.is_ordinal else forms.number
                _write(sheet, row, place, value, forms.text, number, forms.day)
        for cells in closing:
            row += 1
            for place, value in enumerate(cells):
                _write(sheet, row, place, value, forms.strong, forms.strong_number, forms.day)
        return count


@contextmanager
def _disk_errors() -> Iterator[None]:
    """A full disk is called what it is elsewhere."""
    try:
        yield
    except FileCreateError as error:
        raise error.args[0] from None


class _Forms:
    """How cells look; asked for before the first row is written."""

    def __init__(self, book: Any) -> None:
        self.text = book.add_format(_TEXT)
        self.number = book.add_format({**_TEXT, "num_format": "#,##0"})
        self.ordinal = book.add_format({**_TEXT, "num_format": "0"})
        self.day = book.add_format({**_TEXT, "num_format": "dd/mm/yyyy", "align": "left"})
        self.strong = book.add_format({**_TEXT, "bold": True})
        self.strong_number = book.add_format({**_TEXT, "bold": True, "num_format": "#,##0"})
        self.head = book.add_format({**_TEXT, "bold": True, "align": "center", "valign": "vcenter"})
        self.title = book.add_format({"bold": True, "font_name": "Times New Roman", "font_size": 14})
        self.plain = book.add_format({"font_name": "Times New Roman", "font_size": 11})


def _write(sheet: Any, row: int, place: int, value: Any, text: Any, number: Any, day: Any) -> None:
    match value:
        case None | "":
            sheet.write_blank(row, place, None, text)
        case int():
            sheet.write_number(row, place, value, number)
        case date():
            sheet.write_datetime(row, place, datetime(value.year, value.month, value.day), day)  # noqa: DTZ001
        case _:
            sheet.write_string(row, place, str(value)[:_LONGEST], text)
