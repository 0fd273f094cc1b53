"""The register as a spreadsheet, written line by line: memory does not grow with the book, and no text is a formula."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from apps.documents.snapshots import RegisterLine

_HEADS = (
    "STT",
    "Mã hồ sơ",
    "Tên thủ tục hành chính",
    "Tên tổ chức, cá nhân",
    "Địa chỉ, số điện thoại",
    "Cơ quan chủ trì giải quyết",
    "Ngày nhận",
    "Hẹn trả",
    "Ngày trả",
    "Phương thức nhận",
    "Ký nhận",
)
_GROUPS = {6: (7, "Nhận hồ sơ"), 8: (10, "Trả kết quả")}
_WIDTHS = (6, 27, 44, 28, 40, 32, 17, 17, 24, 16, 30)
_TIMES = frozenset({6, 7})
_COLUMNS: Sequence[str] = (
    "case_code",
    "procedure",
    "applicant",
    "contact",
    "agency",
    "received_at",
    "promised_at",
    "returned",
    "delivery",
    "signed",
)
_TEXT = {"text_wrap": True, "valign": "top", "font_name": "Times New Roman", "font_size": 11, "border": 1}
# Excel's own limit; longer texts are cut.
_LONGEST = 32_767


def write_sheet(
    path: Path, lines: Iterable[tuple[str, RegisterLine]], *, head: Mapping[str, str], made_at: datetime
) -> int:
    """Writes the lines, given with their field and in its order, under a head for each field; how many there were.

    Each text is written as a text: what a person has typed never becomes a formula, a link or a number.
    """
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "default_date_format": "hh:mm dd/mm/yyyy",
    }
    with xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties(
            {"title": head["title"], "author": head["agency"], "created": made_at.replace(tzinfo=None)}
        )
        text = book.add_format(_TEXT)
        time = book.add_format({**_TEXT, "num_format": "hh:mm dd/mm/yyyy", "align": "left"})
        bold = book.add_format({**_TEXT, "bold": True, "align": "center", "valign": "vcenter"})
        part = book.add_format({**_TEXT, "bold": True, "text_wrap": False})
        title = book.add_format({"bold": True, "font_name": "Times New Roman", "font_size": 14})
        plain = book.add_format({"font_name": "Times New Roman", "font_size": 11})
        sheet = book.add_worksheet("Sổ theo dõi hồ sơ")
        for column, width in enumerate(_WIDTHS):
            sheet.set_column(column, column, width)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&LMẫu số 07, Thông tư 03/2025/TT-VPCP&RTrang &P/&N")
        sheet.write_string(0, 0, head["title"], title)
        for row, said in enumerate((head["agency"], head["period"], head["field"], head["made"]), 1):
            sheet.write_string(row, 0, said, plain)
        row = _write_heads(sheet, 6, bold)
        sheet.freeze_panes(row, 2)
        sheet.repeat_rows(6, row - 1)
        count, number, field = 0, 0, None
        for of_field, line in lines:
            if of_field != field:
                field, number = of_field, 0
                sheet.write_string(row, 0, f"Lĩnh vực: {field or 'chưa xác lập'}", part)
                row += 1
            number, count = number + 1, count + 1
            sheet.write_number(row, 0, number, text)
            for column, name in enumerate(_COLUMNS, 1):
                _write(sheet, row, column, line[name], time if column in _TIMES else text)  # type: ignore[literal-required]
            row += 1
        return count


def _write_heads(sheet: Any, row: int, bold: Any) -> int:
    """Two rows of heads, as the form has them; the first row below."""
    grouped = {column for first, (last, _title) in _GROUPS.items() for column in range(first, last + 1)}
    for column in range(len(_HEADS)):
        group = _GROUPS.get(column)
        if group:
            sheet.write_string(row, column, group[1], bold)
        else:
            sheet.write_string(row, column, "" if column in grouped else _HEADS[column], bold)
    for column, head in enumerate(_HEADS):
        sheet.write_string(row + 1, column, head if column in grouped else "", bold)
    return row + 2


def _write(sheet: Any, row: int, column: int, value: str | None, form: Any) -> None:
    if not value:
        sheet.write_blank(row, column, None, form)
    elif column in _TIMES:
        sheet.write_datetime(row, column, datetime.fromisoformat(value).replace(tzinfo=None), form)
    else:
        sheet.write_string(row, column, value[:_LONGEST], form)
