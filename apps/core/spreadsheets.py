"""The one table of a workbook (.xlsx), found by its header wherever it stands; what cannot be read is named by its cell."""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree
from xml.parsers.expat import ExpatError, ParserCreate

from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from apps.core.loading import Faults

MOST_ROWS = 50_000
_MOST_UNPACKED = 512 * 1024 * 1024
_MOST_INDEX = 1024 * 1024
_HEADER_WITHIN = 50
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
# Cells of the first 702 columns and 50,000 rows.
_NEAR = re.compile(r"[A-Z]{1,2}(?:\d{1,4}|[1-4]\d{4}|50000)")

Row = tuple[int, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class _Merged:
    """A merged range, from 0: rows and columns, both ends included."""

    top: int
    left: int
    bottom: int
    right: int


def read_table(content: bytes, columns: Mapping[str, Sequence[str]], faults: Faults) -> list[Row]:
    """The rows under the header with their numbers in the sheet, by the names of `columns`; blank rows are left out.

    `columns` gives the spellings under which a header may name each; all must be there, in any order, on one sheet.
    A cell merged downwards counts for each of its rows. Faults are added to `faults`; then the rows mean nothing.
    """
    parts = _parts_of(content, faults)
    if faults.found:
        return []
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheets = [(name, workbook.get_sheet_by_name(name)) for name in workbook.sheet_names if name in parts]
    except (CalamineError, ValueError, KeyError):
        faults.add("", "", _("the workbook is damaged and cannot be opened"))
        return []
    found = _sheet_with(sheets, columns, faults)
    if found is None:
        return []
    name, sheet, header, places = found
    _refuse_formulas(parts[name], name, faults)
    rows = list(_rows_under(sheet, header, places, faults))
    return [] if faults.found else rows


def _parts_of(content: bytes, faults: Faults) -> dict[str, list[str]]:
    """The sheets by name, each with the cells that hold a formula; nothing where the file must not be opened.

    Looked through before a library lays a table over it: one cell in the last row would make that table endless.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(member.file_size for member in archive.infolist()) > _MOST_UNPACKED:
                faults.add("", "", _("the workbook is too large"))
                return {}
            return {
                name: _formulas_in(archive, part, faults)
                for name, part in _sheets_of(archive)
                if part in archive.namelist()
            }
    except (
        zipfile.BadZipFile,
        ElementTree.ParseError,
        ExpatError,
        KeyError,
        ValueError,
        OSError,
        NotImplementedError,
    ):
        faults.add("", "", _("is not a workbook of the kind .xlsx, or is damaged"))
        return {}


def _sheets_of(archive: zipfile.ZipFile) -> list[tuple[str, str]]:
    targets = {
        relation.get("Id"): str(relation.get("Target"))
        for relation in _read(archive, "xl/_rels/workbook.xml.rels")
    }
    sheets = []
    for sheet in _read(archive, "xl/workbook.xml").iter(f"{_MAIN}sheet"):
        target = targets[sheet.get(_RELATION)]
        sheets.append((str(sheet.get("name")), target.lstrip("/") if target[0] == "/" else f"xl/{target}"))
    return sheets


def _read(archive: zipfile.ZipFile, part: str) -> ElementTree.Element:
    if archive.getinfo(part).file_size > _MOST_INDEX:
        raise ValueError(part)
    text = archive.read(part)
    if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
        raise ValueError(part)
    return ElementTree.fromstring(text)  # without a document type there is nothing to expand


def _formulas_in(archive: zipfile.ZipFile, part: str, faults: Faults) -> list[str]:
    """Cells with a formula; a cell with content beyond what a list may fill is a fault."""
    look = _LookThrough()
    with archive.open(part) as stream:
        look.parser.ParseFile(stream)
    if look.too_far:
        told = _("a list has at most %d rows, and nothing far beside it") % MOST_ROWS
        faults.add(look.too_far, "", told)
    return look.formulas


class _LookThrough:
    """Reads a sheet as it comes, keeping nothing but where something stands that a table must not hold."""

    def __init__(self) -> None:
        self.formulas: list[str] = []
        self.too_far = ""
        self._cell = ""
        self.parser = ParserCreate()
        self.parser.StartElementHandler = self._begin
        self.parser.EntityDeclHandler = _refuse_entity

    def _begin(self, name: str, attributes: dict[str, str]) -> None:
        match name.rsplit(":", 1)[-1]:
            case "c":
                self._cell = attributes.get("r", "")
            case "v" | "is" | "f" as kind:
                if kind == "f":
                    self.formulas.append(self._cell)
                if not self.too_far and self._cell and not _NEAR.fullmatch(self._cell):
                    self.too_far = self._cell


def _refuse_entity(*_declaration: Any) -> None:
    raise ValueError("an entity is declared")


def _sheet_with(
    sheets: Sequence[tuple[str, CalamineSheet]], columns: Mapping[str, Sequence[str]], faults: Faults
) -> tuple[str, CalamineSheet, int, dict[str, int]] | None:
    """The only sheet that has all columns, the number of its header row from 0, and where each column stands."""
    if faults.found:
        return None
    whole, best = [], (-1, "", 0, dict[str, int]())
    for name, sheet in sheets:
        for number, cells in enumerate(_first_rows(sheet)):
            places = _columns_in(cells, columns)
            if len(places) == len(columns):
                whole.append((name, sheet, number, places))
                break
            best = max(best, (len(places), name, number, places), key=lambda found: found[0])
    if len(whole) == 1:
        return whole[0]
    if whole:
        names = ", ".join(f"“{name}”" for name, *_rest in whole)
        faults.add("", "", _("several sheets hold such a list: %s") % names)
    elif best[0] < 2:
        faults.add("", "", _("no row names the columns %s") % _quoted(columns, columns))
    else:
        missing = [name for name in columns if name not in best[3]]
        faults.add(
            _("row %d") % (best[2] + 1), "", _("the columns %s are missing") % _quoted(missing, columns)
        )
    return None


def _quoted(names: Any, columns: Mapping[str, Sequence[str]]) -> str:
    return ", ".join(f"“{columns[name][0]}”" for name in names)


def _first_rows(sheet: CalamineSheet) -> list[list[Any]]:
    return sheet.to_python(skip_empty_area=False, nrows=_HEADER_WITHIN)


def _columns_in(cells: Sequence[Any], columns: Mapping[str, Sequence[str]]) -> dict[str, int]:
    spelled = {_plain(cell): place for place, cell in reversed(list(enumerate(cells)))}
    found = {}
    for name, spellings in columns.items():
        place = next((spelled[_plain(each)] for each in spellings if _plain(each) in spelled), None)
        if place is not None:
            found[name] = place
    return found


def _plain(cell: Any) -> str:
    return " ".join(unicodedata.normalize("NFC", str(cell)).casefold().split())


def _refuse_formulas(cells: Sequence[str], sheet: str, faults: Faults) -> None:
    if cells:
        shown = ", ".join(cells[:5]) + (" …" if len(cells) > 5 else "")
        faults.add(
            "",
            "",
            _("“%(sheet)s” has formulas (%(cells)s): store their values instead")
            % {"sheet": sheet, "cells": shown},
        )


def _rows_under(
    sheet: CalamineSheet, header: int, places: Mapping[str, int], faults: Faults
) -> Iterator[Row]:
    cells = sheet.to_python(skip_empty_area=False)
    titles = {place: str(cells[header][place]) for place in places.values()}
    for merged in _merged_below(sheet, header):
        if merged.right > merged.left and set(range(merged.left, merged.right + 1)) & set(titles):
            faults.add(_("row %d") % (merged.top + 1), "", _("cells are merged across columns"))
        elif merged.left in titles:
            for number in range(merged.top + 1, min(merged.bottom + 1, len(cells))):
                cells[number][merged.left] = cells[merged.top][merged.left]
    for number, row in enumerate(cells[header + 1 :], header + 2):
        values = {name: _value(row[place]) for name, place in places.items()}
        if any(value != "" for value in values.values()):
            yield number, values


def _merged_below(sheet: CalamineSheet, header: int) -> list[_Merged]:
    ranges = [_Merged(*start, *end) for start, end in sheet.merged_cell_ranges or ()]
    return [merged for merged in ranges if merged.bottom > header]


def _value(cell: Any) -> Any:
    """A text composed (NFC), without spaces around it; other kinds of value as they are."""
    return unicodedata.normalize("NFC", cell).strip() if isinstance(cell, str) else cell
