"""The spreadsheet of the national list: read and checked whole, then laid beside the catalogue as it stands. Pure but for one look-up."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.loading import Faults
from apps.core.spreadsheets import read_table
from apps.procedures.models import Procedure
from apps.units.choices import Level

COLUMNS = {
    "code": ("Mã số", "Mã TTHC", "Mã thủ tục"),
    "name": ("Tên", "Tên TTHC", "Tên thủ tục", "Tên thủ tục hành chính"),
    "issued_by": ("Cơ quan ban hành",),
    "carried_out_by": ("Cơ quan thực hiện",),
    "field": ("Lĩnh vực",),
}
KIND = "import_catalogue"
_CODE = re.compile(r"[0-9]\.[0-9]{6}(\.[0-9A-Z.]+)?")
# Texts whose column must be filled, and how long they may be.
_TEXTS = {"name": 1000, "issued_by": 200, "field": 160}
_MOST_AGENCY = 400
_LEVELS = (
    (Level.WARD, re.compile(r"\bcấp xã\b")),
    (Level.DISTRICT, re.compile(r"\bcấp huyện\b")),
    (Level.CITY, re.compile(r"\bcấp tỉnh\b|^sở ")),
)
LISTED = ("name", "issued_by", "carried_out_by", "field")


class Outcome(TextChoices):
    NEW = "new", gettext_lazy("New")
    CHANGED = "changed", gettext_lazy("Changed")
    GONE = "gone", gettext_lazy("No longer on the list")
    BACK = "back", gettext_lazy("On the list again")
    UNCHANGED = "unchanged", gettext_lazy("Unchanged")


@dataclass(frozen=True, slots=True)
class Listed:
    """One procedure as the list has it."""

    code: str
    name: str
    issued_by: str
    carried_out_by: tuple[str, ...]
    field: str

    def content(self) -> dict[str, Any]:
        return {name: _plain(getattr(self, name)) for name in LISTED}


@dataclass(frozen=True, slots=True)
class Difference:
    """What the list makes of one procedure: `changes` are [before, after] by field."""

    code: str
    outcome: Outcome
    content: Mapping[str, Any]
    changes: Mapping[str, tuple[Any, Any]]


def read_national_list(content: bytes, faults: Faults) -> list[Listed]:
    """The procedures of a spreadsheet, recognised by its columns. Faults name the row and the column."""
    rows = read_table(content, COLUMNS, faults)
    if faults.found:
        return []
    if not rows:
        faults.add("", "", _("the list is empty"))
    seen: dict[str, int] = {}
    found = []
    for number, cells in rows:
        listed = _listed(number, cells, faults)
        if listed is None:
            continue
        if listed.code in seen:
            told = _("“%(code)s” stands in row %(row)d already") % {
                "code": listed.code,
                "row": seen[listed.code],
            }
            faults.add(_row(number), COLUMNS["code"][0], told)
        seen.setdefault(listed.code, number)
        found.append(listed)
    return found


def _row(number: int) -> str:
    return _("row %d") % number


def _listed(number: int, cells: Mapping[str, Any], faults: Faults) -> Listed | None:
    before = len(faults.found)
    code = _code(cells["code"])
    if not _CODE.fullmatch(code):
        faults.add(_row(number), COLUMNS["code"][0], _("“%s” is not the code of a procedure") % code[:40])
    texts = {name: _one_line(cells[name]) for name in _TEXTS}
    for name, text in texts.items():
        if not 1 <= len(text) <= _TEXTS[name]:
            told = _("must be a text of %(least)d to %(most)d characters") % {
                "least": 1,
                "most": _TEXTS[name],
            }
            faults.add(_row(number), COLUMNS[name][0], told)
    agencies = _lines(cells["carried_out_by"])
    if any(len(agency) > _MOST_AGENCY for agency in agencies):
        told = _("must be a text of %(least)d to %(most)d characters") % {"least": 0, "most": _MOST_AGENCY}
        faults.add(_row(number), COLUMNS["carried_out_by"][0], told)
    if len(faults.found) > before:
        return None
    return Listed(code, texts["name"], texts["issued_by"], agencies, texts["field"])


def _code(cell: Any) -> str:
    """A spreadsheet takes 1.001190 for a number and drops its last zero."""
    return f"{cell:.6f}" if isinstance(cell, int | float) and not isinstance(cell, bool) else str(cell)


def _one_line(cell: Any) -> str:
    return " ".join(str(cell).split())


def _lines(cell: Any) -> tuple[str, ...]:
    """Several agencies in one cell are separated by line breaks; one that is named twice is one."""
    lines = (_one_line(line) for line in str(cell).splitlines())
    return tuple(dict.fromkeys(line for line in lines if line))


def level_of(agencies: Iterable[str]) -> str:
    """The level that the names of agencies tell; none where they tell several or nothing."""
    found = {level for agency in agencies for level, words in _LEVELS if words.search(agency.casefold())}
    return found.pop().value if len(found) == 1 else ""


def differences(listed: Sequence[Listed], *, is_whole: bool) -> list[Difference]:
    """Every procedure of the list beside what is stored, then those that a whole list of their ministry no longer has.

    A list of some ministries says nothing of the procedures of others.
    """
    stored = {each.code: each for each in Procedure.objects.order_by("code")}
    found = [difference(stored.get(each.code), each.code, each.content()) for each in listed]
    if is_whole:
        issuers, codes = {each.issued_by for each in listed}, {each.code for each in listed}
        found += [
            difference(each, code, {})
            for code, each in stored.items()
            if code not in codes and each.issued_by in issuers and each.left_list_on is None
        ]
    return found


def difference(stored: Procedure | None, code: str, content: Mapping[str, Any]) -> Difference:
    """What a row of the list makes of a procedure as it stands; an empty row means that the list no longer has it."""
    if not content:
        is_gone = stored is not None and stored.left_list_on is None
        return Difference(code, Outcome.GONE if is_gone else Outcome.UNCHANGED, content, {})
    if stored is None:
        return Difference(code, Outcome.NEW, content, {})
    changes = {
        name: (_plain(getattr(stored, name)), content[name])
        for name in LISTED
        if _plain(getattr(stored, name)) != content[name]
    }
    if stored.left_list_on is not None:
        return Difference(code, Outcome.BACK, content, changes)
    return Difference(code, Outcome.CHANGED if changes else Outcome.UNCHANGED, content, changes)


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, list | tuple) else value
