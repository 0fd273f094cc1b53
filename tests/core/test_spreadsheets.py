"""A table in a workbook: found by its header, read as text, and refused by its cell where it cannot be trusted."""

from __future__ import annotations

import io
import unicodedata
import zipfile

import pytest
from django.utils import translation

from apps.core.loading import Faults
from apps.core.spreadsheets import MOST_ROWS, read_table
from tests.workbooks import BIRTH, HEADER, LAWYER, fill, national_list, workbook

pytestmark = pytest.mark.usefixtures("_in_english")
COLUMNS = {"code": ("Mã số", "Mã TTHC"), "name": ("Tên",), "agencies": ("Cơ quan thực hiện",)}


@pytest.fixture
def _in_english():
    with translation.override("en"):
        yield


def read(content: bytes) -> list:
    faults = Faults("list.xlsx")
    rows = read_table(content, COLUMNS, faults)
    assert not faults.found, [str(fault) for fault in faults.found]
    return rows


def refused(content: bytes) -> list[str]:
    faults = Faults("list.xlsx")
    assert read_table(content, COLUMNS, faults) == []
    return [str(fault) for fault in faults.found]


def test_the_header_is_found_under_a_title_and_the_columns_in_any_order():
    turned = national_list(tuple(reversed(BIRTH)), header=tuple(reversed(HEADER)))
    assert read(turned) == [(3, {"code": BIRTH[0], "name": BIRTH[1], "agencies": BIRTH[3]})]


def test_a_column_is_known_by_another_of_its_spellings_in_any_case():
    assert read(national_list(BIRTH, header=("MÃ  TTHC", *HEADER[1:])))[0][1]["code"] == BIRTH[0]


def test_decomposed_letters_are_composed():
    plain = tuple(unicodedata.normalize("NFD", cell) for cell in BIRTH)
    header = tuple(unicodedata.normalize("NFD", cell) for cell in HEADER)
    assert read(national_list(plain, header=header))[0][1]["name"] == BIRTH[1]


def test_the_sheet_with_the_columns_is_taken_whatever_stands_before_it():
    def write(book):
        fill(book.add_worksheet("Ghi chú"), [["Ghi chú"], ["Tên"]])
        fill(book.add_worksheet("Danh sách"), [HEADER, BIRTH])

    assert [cells["code"] for _number, cells in read(workbook(write))] == [BIRTH[0]]


def test_blank_rows_are_left_out_and_rows_keep_their_numbers():
    blank = ("", "  ", "", "", "")
    assert [number for number, _cells in read(national_list(BIRTH, blank, blank, LAWYER))] == [3, 6]


def test_a_cell_merged_downwards_counts_for_each_of_its_rows():
    def merge(book, sheet):
        sheet.merge_range(2, 3, 3, 3, "Ủy ban nhân dân cấp xã")

    rows = read(national_list(BIRTH, LAWYER, then=merge))
    assert [cells["agencies"] for _number, cells in rows] == ["Ủy ban nhân dân cấp xã"] * 2


def test_cells_merged_across_columns_are_refused_by_their_row():
    def merge(book, sheet):
        sheet.merge_range(3, 0, 3, 1, "1.002099")

    (fault,) = refused(national_list(BIRTH, LAWYER, then=merge))
    assert "row 4" in fault and "merged" in fault


@pytest.mark.parametrize("left_out", [0, 1, 3])
def test_a_missing_column_is_named(left_out):
    header = [title if place != left_out else "Khác" for place, title in enumerate(HEADER)]
    (fault,) = refused(national_list(BIRTH, header=header))
    assert HEADER[left_out] in fault and "row 2" in fault


def test_a_workbook_without_such_a_table_names_the_columns_that_it_wants():
    (fault,) = refused(workbook(lambda book: fill(book.add_worksheet(), [["a", "b"], [1, 2]])))
    assert all(title in fault for title in ("Mã số", "Tên", "Cơ quan thực hiện"))


def test_two_such_tables_in_one_workbook_are_refused():
    def write(book):
        for name in ("Một", "Hai"):
            fill(book.add_worksheet(name), [HEADER, BIRTH])

    (fault,) = refused(workbook(write))
    assert "Một" in fault and "Hai" in fault


def test_a_formula_is_refused_by_its_cell():
    def spoil(book, sheet):
        sheet.write_formula("B3", '="Đăng ký "&"khai sinh"', None, "Đăng ký khai sinh")

    (fault,) = refused(national_list(BIRTH, then=spoil))
    assert "B3" in fault


def test_a_million_empty_rows_are_no_rows():
    def spoil(book, sheet):
        border = book.add_format({"border": 1})
        for number in (*range(3, 60), 1_048_575):
            sheet.write_blank(number, 0, None, border)

    assert len(read(national_list(BIRTH, then=spoil))) == 1


@pytest.mark.parametrize("place", [(MOST_ROWS, 0), (1_048_575, 16_383), (4, 800)])
def test_a_cell_far_away_is_refused_before_a_table_is_laid_to_it(place):
    def spoil(book, sheet):
        sheet.write_string(*place, "x")

    (fault,) = refused(national_list(BIRTH, then=spoil))
    assert str(place[0] + 1) in fault


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"%PDF-1.7",
        "Mã số,Tên\n".encode(),
        b"PK\x03\x04 not a workbook",
        b"\xd0\xcf\x11\xe0" + b"0" * 600,
    ],
)
def test_what_is_no_workbook_is_refused(content):
    (fault,) = refused(content)
    assert ".xlsx" in fault


def changed(content: bytes, part: str, new: bytes) -> bytes:
    kept = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as fresh,
    ):
        for name in old.namelist():
            fresh.writestr(name, new if name == part else old.read(name))
    return kept.getvalue()


def test_a_damaged_sheet_is_refused():
    (fault,) = refused(
        changed(national_list(BIRTH), "xl/worksheets/sheet1.xml", b"<worksheet><sheetData><row")
    )
    assert fault


def test_entities_in_the_index_are_refused():
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><workbook>&b;</workbook>'
    (fault,) = refused(changed(national_list(BIRTH), "xl/workbook.xml", bomb))
    assert ".xlsx" in fault


def test_an_archive_that_unpacks_without_end_is_refused(monkeypatch):
    monkeypatch.setattr("apps.core.spreadsheets._MOST_UNPACKED", 10_000)
    (fault,) = refused(national_list(*[BIRTH] * 200))
    assert fault
