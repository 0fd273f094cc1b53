"""Workbooks of the shape in which the national portal exports its list."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import xlsxwriter

HEADER = ("Mã số", "Tên", "Cơ quan ban hành", "Cơ quan thực hiện", "Lĩnh vực")
BIRTH = ("1.001193", "Đăng ký khai sinh", "Bộ Tư pháp", "Ủy ban nhân dân cấp xã", "Hộ tịch")
LAWYER = (
    "1.002099",
    "Đăng ký hoạt động của chi nhánh",
    "Bộ Tư pháp",
    "Sở Tư pháp\nChủ tịch ủy ban nhân dân cấp tỉnh",
    "Luật sư",
)
NOTARY = ("1.014966", "Cấp lại chứng chỉ hành nghề", "Bộ Tư pháp", "\nSở Tư pháp\n\nSở Tư pháp", "Công chứng")


def national_list(
    *rows: Sequence[Any],
    header: Sequence[Any] = HEADER,
    title: str = "DANH SÁCH THỦ TỤC HÀNH CHÍNH",
    then: Callable[[Any, Any], None] | None = None,
) -> bytes:
    """A title that is merged over the columns, the header, the rows; `then` may spoil the sheet."""

    def write(book: Any) -> None:
        sheet = book.add_worksheet("Danh sách TTHC")
        if title:
            sheet.merge_range(0, 0, 0, len(header) - 1, title)
        fill(sheet, [header, *rows], first=1 if title else 0)
        if then:
            then(book, sheet)

    return workbook(write)


def fill(sheet: Any, rows: Iterable[Sequence[Any]], first: int = 0) -> None:
    for number, cells in enumerate(rows, first):
        for place, value in enumerate(cells):
            sheet.write(number, place, value)


def workbook(write: Callable[[Any], None]) -> bytes:
    kept = io.BytesIO()
    with xlsxwriter.Workbook(kept, {"in_memory": True}) as book:
        write(book)
    return kept.getvalue()
