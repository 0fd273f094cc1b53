"""A written table: amounts with marks between their thousands, numbers that only name something without."""

from __future__ import annotations

import zipfile
from datetime import UTC, datetime
from pathlib import Path

from lxml import etree

from apps.core.tables_written import SheetColumn, write_table

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
# Excel's own number of the format "0".
PLAIN = {"1": "0"}


def formats(path: Path) -> dict[str, str]:
    """The number format of each cell, by its address."""
    with zipfile.ZipFile(path) as book:
        styles = etree.fromstring(book.read("xl/styles.xml"))
        sheet = etree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    codes = PLAIN | {each.get("numFmtId"): each.get("formatCode") for each in styles.iter(f"{MAIN}numFmt")}
    known = [codes.get(each.get("numFmtId"), "") for each in styles.find(f"{MAIN}cellXfs")]
    return {cell.get("r"): known[int(cell.get("s", "0"))] for cell in sheet.iter(f"{MAIN}c")}


def test_the_number_of_a_receipt_has_no_mark_between_its_thousands_and_an_amount_has(tmp_path):
    path = tmp_path / "table.xlsx"
    write_table(
        path,
        title="Bảng",
        said=[],
        columns=[SheetColumn("Số biên lai", 12, is_ordinal=True), SheetColumn("Số tiền", 14)],
        rows=[[10_482, 700_000]],
        closing=[["Cộng", 700_000]],
        made_at=datetime(2026, 11, 23, tzinfo=UTC),
        name="Bảng",
    )
    found = formats(path)
    assert (found["A4"], found["B4"], found["B5"]) == ("0", "#,##0", "#,##0")
