"""The agencies of a city: a template for each kind makes one agency on every unit of its level."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from string import Formatter
from typing import Any

from django.utils.translation import gettext as _

from apps.core.loading import Faults
from apps.units.choices import Level

LEVELS = (Level.CITY, Level.DISTRICT, Level.WARD)
IDENTIFICATION_CODE = re.compile(r"[A-Y][0-9]{2}(\.[0-9A-Z]{1,5}){0,5}")
PLACES = frozenset({"place", "place_en", "unit_code", "parent_code"})
KIND_FIELDS = ("name", "name_en", "level")
AGENCY_FIELDS = (
    "name",
    "name_en",
    "identification_code",
    "is_code_established",
    "calendar_code",
    "has_desk",
    "note",
)
TEMPLATE_KEYS = frozenset({"kind", "unit_kinds", "parent", *AGENCY_FIELDS})


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit of the file, as at the day that is loaded; it is loaded without an end."""

    code: str
    name: str
    name_en: str
    level: str
    kind: str
    parent_code: str
    valid_from: date | None


@dataclass(frozen=True, slots=True)
class KindRow:
    code: str
    name: str
    name_en: str
    level: str


@dataclass(frozen=True, slots=True)
class AgencyRow:
    """An agency that a template makes on a unit; agencies are named here by (kind, code of the unit)."""

    kind: str
    unit_code: str
    parent: tuple[str, str] | None
    name: str
    name_en: str
    identification_code: str
    is_code_established: bool
    calendar_code: str
    has_desk: bool
    note: str

    @property
    def key(self) -> tuple[str, str]:
        return self.kind, self.unit_code


def read_kinds(document: Any, faults: Faults) -> dict[str, KindRow]:
    kinds: dict[str, KindRow] = {}
    for place, row in _objects(document, faults):
        if set(row) != {"code", *KIND_FIELDS} or not all(
            isinstance(value, str) and value for value in row.values()
        ):
            faults.add(place, "", _("must have the texts %s") % "code, name, name_en, level")
        elif row["level"] not in Level.values:
            faults.add(place, "level", _("“%s” is not a level") % row["level"])
        elif not re.fullmatch(r"[a-z_]{1,40}", row["code"]) or row["code"] in kinds:
            faults.add(place, "code", _("“%s” is malformed or used twice") % row["code"])
        else:
            kinds[row["code"]] = KindRow(**row)
    return kinds


def _objects(document: Any, faults: Faults) -> list[tuple[str, dict[str, Any]]]:
    if not isinstance(document, list) or not all(isinstance(row, dict) for row in document):
        if document is not None:
            faults.add("", "", _("must be a list of objects"))
        return []
    return [(str(number), row) for number, row in enumerate(document, 1)]


def make_agencies(
    document: Any, kinds: Mapping[str, KindRow], units: Mapping[str, UnitRow], faults: Faults
) -> list[AgencyRow]:
    seen: set[str] = set()
    templates = []
    for place, row in _objects(document, faults):
        if _check_template(place, row, kinds, faults):
            if row["kind"] in seen:
                faults.add(place, "kind", _("“%s” is malformed or used twice") % row["kind"])
            if row["parent"] is not None and row["parent"] not in seen:
                faults.add(
                    place, "parent", _("the template of “%s” must stand before this one") % row["parent"]
                )
            seen.add(row["kind"])
            templates.append((place, row))
    agencies = [
        _agency(row, unit, kinds, units)
        for _place, row in templates
        for unit in units.values()
        if unit.level == kinds[row["kind"]].level
        and (row["unit_kinds"] is None or unit.kind in row["unit_kinds"])
    ]
    _check_agencies(agencies, {row["kind"]: place for place, row in templates}, faults)
    return agencies


def _check_template(place: str, row: dict[str, Any], kinds: Mapping[str, KindRow], faults: Faults) -> bool:
    before = len(faults.found)
    if set(row) != TEMPLATE_KEYS:
        faults.add(place, "", _("must have exactly the keys %s") % ", ".join(sorted(TEMPLATE_KEYS)))
        return False
    for name in ("kind", "parent"):
        if row[name] not in kinds and not (name == "parent" and row[name] is None):
            faults.add(place, name, _("“%s” is not a kind of agency") % row[name])
    for name in ("name", "name_en", "identification_code", "calendar_code", "note"):
        if not isinstance(row[name], str) or not (row[name] or name == "note"):
            faults.add(place, name, _("must be a text"))
        elif not _placeholders(row[name]) <= PLACES:
            faults.add(place, name, _("only %s may stand in braces") % ", ".join(sorted(PLACES)))
    for name in ("has_desk", "is_code_established"):
        if not isinstance(row[name], bool):
            faults.add(place, name, _("must be true or false"))
    if row["unit_kinds"] is not None and not isinstance(row["unit_kinds"], list):
        faults.add(place, "unit_kinds", _("must be a list or null"))
    return len(faults.found) == before


def _placeholders(text: str) -> set[str]:
    try:
        return {name for _text, name, _spec, _conversion in Formatter().parse(text) if name is not None}
    except ValueError:
        return {"{"}


def _agency(
    row: dict[str, Any], unit: UnitRow, kinds: Mapping[str, KindRow], units: Mapping[str, UnitRow]
) -> AgencyRow:
    line = _line_of(unit, units)
    places = {
        "place": ", ".join(_in_a_sentence(each.name) for each in line),
        "place_en": ", ".join(each.name_en for each in line),
        "unit_code": unit.code,
        "parent_code": unit.parent_code,
    }
    filled = {
        name: row[name].format_map(places) for name in ("name", "name_en", "identification_code", "note")
    }
    parent = row["parent"] and _ancestor(unit, kinds[row["parent"]].level, units)
    return AgencyRow(
        kind=row["kind"],
        unit_code=unit.code,
        parent=(row["parent"], parent.code) if parent else None,
        is_code_established=row["is_code_established"],
        calendar_code=row["calendar_code"],
        has_desk=row["has_desk"],
        **filled,
    )


def _line_of(unit: UnitRow, units: Mapping[str, UnitRow]) -> list[UnitRow]:
    """A ward is named with its district: names of wards repeat from one district to another."""
    parent = units.get(unit.parent_code)
    return (
        [unit, parent] if unit.level == Level.WARD and parent and parent.level == Level.DISTRICT else [unit]
    )


def _in_a_sentence(name: str) -> str:
    """`Phường Phúc Xá` after other words is `phường Phúc Xá`."""
    return name[:1].lower() + name[1:]


def _ancestor(unit: UnitRow, level: str, units: Mapping[str, UnitRow]) -> UnitRow | None:
    """The unit itself or the one above it that is of this level."""
    above: UnitRow | None = unit
    for _step in LEVELS:
        if above is None or above.level == level:
            return above
        above = units.get(above.parent_code)
    return None


def _check_agencies(agencies: Sequence[AgencyRow], places: Mapping[str, str], faults: Faults) -> None:
    keys = {agency.key for agency in agencies}
    codes: set[str] = set()
    for agency in agencies:
        place = f"{places[agency.kind]} ({agency.unit_code})"
        code = agency.identification_code
        if len(code) > 35 or not IDENTIFICATION_CODE.fullmatch(code):
            faults.add(place, "identification_code", _("“%s” has not the shape of an agency's code") % code)
        if code in codes:
            faults.add(place, "identification_code", _("“%s” is used twice") % code)
        codes.add(code)
        if agency.parent is not None and agency.parent not in keys:
            faults.add(place, "parent", _("there is no agency of kind “%s” above it") % agency.parent[0])
        if max(len(agency.name), len(agency.name_en)) > 200:
            faults.add(place, "name", _("must have 1 to %d characters") % 200)
