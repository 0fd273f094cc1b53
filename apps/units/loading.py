"""Loads the city's structure: units as at a day, kinds of agency, and the agencies that sit on the units."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from apps.core.loading import Fault, Faults, Tally, day_or_none, differing, read_document, read_table
from apps.units.agency_templates import (
    AGENCY_FIELDS,
    KIND_FIELDS,
    LEVELS,
    AgencyRow,
    KindRow,
    UnitRow,
    make_agencies,
    read_kinds,
)
from apps.units.choices import Level
from apps.units.models import AdministrativeUnit, Agency, AgencyKind

UNIT_COLUMNS = ("code", "name", "name_en", "level", "kind", "parent_code", "valid_from", "valid_to")
SUCCESSION_COLUMNS = (
    "effective_date",
    "from_code",
    "from_valid_from",
    "to_code",
    "to_valid_from",
    "share",
    "population",
    "source",
    "confidence",
    "note",
)
SUCCESSION_WORDS = {
    "share": {"whole", "part"},
    "population": {"all", "part", "none"},
    "confidence": {"official", "derived"},
}
CODE_SHAPES = {Level.CITY: r"[0-9]{2}", Level.DISTRICT: r"[0-9]{3}", Level.WARD: r"[0-9]{5}"}
UNIT_FIELDS = ("name", "name_en", "level", "kind")


@dataclass(frozen=True, slots=True)
class Structure:
    """The city as the files describe it on one day."""

    units: Mapping[str, UnitRow]
    kinds: Mapping[str, KindRow]
    agencies: Sequence[AgencyRow]

    def levels(self) -> dict[str, int]:
        """How many units there are of each level."""
        counted = Counter(unit.level for unit in self.units.values())
        return {level.value: counted[level] for level in LEVELS}

    def units_without(self, kind: str) -> list[UnitRow]:
        """The units of the kind's level on which no agency of that kind sits."""
        having = {agency.unit_code for agency in self.agencies if agency.kind == kind}
        level = self.kinds[kind].level
        return [unit for unit in self.units.values() if unit.level == level and unit.code not in having]


def read_structure(folder: Path, *, on: date) -> tuple[Structure, list[Fault]]:
    """Reads and checks `units/` and `agencies/` below `folder`; the units are those valid `on` that day."""
    unit_faults = Faults("units/units.csv")
    rows = read_table(folder / unit_faults.file, UNIT_COLUMNS, unit_faults)
    eras = _eras(rows, unit_faults)
    units = _units_on(rows, eras, on, unit_faults)
    succession_faults = Faults("units/successions.csv")
    _check_successions(folder, eras, succession_faults)
    kind_faults = Faults("agencies/kinds.json")
    kinds = read_kinds(read_document(folder / kind_faults.file, kind_faults), kind_faults)
    template_faults = Faults("agencies/templates.json")
    templates = read_document(folder / template_faults.file, template_faults)
    agencies = make_agencies(templates, kinds, units, template_faults)
    faults = [*unit_faults.found, *succession_faults.found, *kind_faults.found, *template_faults.found]
    return Structure(units, kinds, agencies), faults


Era = tuple[date | None, date | None]


def _eras(rows: Iterable[tuple[int, dict[str, str]]], faults: Faults) -> dict[str, list[Era]]:
    """When each code was in use: a code may come back, never twice at a time."""
    eras: dict[str, list[Era]] = defaultdict(list)
    for line, row in rows:
        era = []
        for column in ("valid_from", "valid_to"):
            try:
                era.append(day_or_none(row[column]))
            except ValueError:
                faults.add(
                    _("line %d") % line, column, _("“%s” is not a date such as 2025-07-01") % row[column]
                )
        if len(era) < 2:
            continue
        begins, ends = era
        if begins and ends and ends <= begins:
            faults.add(_("line %d") % line, "valid_to", _("the unit ends before it begins"))
        if any(_overlap((begins, ends), other) for other in eras[row["code"]]):
            faults.add(_("line %d") % line, "code", _("%s is used twice at the same time") % row["code"])
        eras[row["code"]].append((begins, ends))
    return eras


def _overlap(one: Era, other: Era) -> bool:
    return (one[0] or date.min) < (other[1] or date.max) and (other[0] or date.min) < (one[1] or date.max)


def _units_on(
    rows: Iterable[tuple[int, dict[str, str]]], eras: Mapping[str, list[Era]], on: date, faults: Faults
) -> dict[str, UnitRow]:
    units: dict[str, UnitRow] = {}
    lines: dict[str, int] = {}
    for line, row in rows:
        if not _check_unit(line, row, eras, faults):
            continue
        begins, ends = day_or_none(row["valid_from"]), day_or_none(row["valid_to"])
        if (begins or date.min) <= on < (ends or date.max) and row["code"] not in units:
            units[row["code"]] = UnitRow(**{name: row[name] for name in UNIT_COLUMNS[:6]}, valid_from=begins)
            lines[row["code"]] = line
    for unit in units.values():
        _check_parent(unit, units, lines[unit.code], faults)
    if (cities := sum(unit.level == Level.CITY for unit in units.values())) != 1:
        faults.add("", "level", _("there must be one city, not %d") % cities)
    return units


def _check_unit(line: int, row: dict[str, str], eras: Mapping[str, list[Era]], faults: Faults) -> bool:
    where, before = _("line %d") % line, len(faults.found)
    if row["level"] not in Level.values:
        faults.add(where, "level", _("“%s” is not a level") % row["level"])
    elif not re.fullmatch(CODE_SHAPES[Level(row["level"])], row["code"]):
        faults.add(where, "code", _("“%s” has not the shape of its level") % row["code"])
    for name, most in (("name", 120), ("name_en", 120), ("kind", 20)):
        if not row[name].strip() or len(row[name]) > most:
            faults.add(where, name, _("must have 1 to %d characters") % most)
    return len(faults.found) == before and row["code"] in eras


def _check_parent(unit: UnitRow, units: Mapping[str, UnitRow], line: int, faults: Faults) -> None:
    where = _("line %d") % line
    if unit.level == Level.CITY:
        if unit.parent_code:
            faults.add(where, "parent_code", _("a city has no parent"))
        return
    parent = units.get(unit.parent_code)
    if parent is None:
        faults.add(where, "parent_code", _("there is no unit “%s” on that day") % unit.parent_code)
    elif LEVELS.index(Level(parent.level)) >= LEVELS.index(Level(unit.level)):
        faults.add(where, "parent_code", _("“%s” is not of a higher level") % unit.parent_code)


def _check_successions(folder: Path, eras: Mapping[str, list[Era]], faults: Faults) -> None:
    """The file is read by reorganisations; here it is only proved to name units that exist."""
    begins = {(code, str(era[0] or "")) for code, those in eras.items() for era in those}
    for line, row in read_table(folder / faults.file, SUCCESSION_COLUMNS, faults):
        where = _("line %d") % line
        for side in ("from", "to"):
            if (row[f"{side}_code"], row[f"{side}_valid_from"]) not in begins:
                faults.add(
                    where, f"{side}_code", _("there is no unit “%s” of that date") % row[f"{side}_code"]
                )
        for name, words in SUCCESSION_WORDS.items():
            if row[name] not in words:
                faults.add(where, name, _("“%s” is not a known word") % row[name])
        try:
            day_or_none(row["effective_date"])
        except ValueError:
            faults.add(
                where, "effective_date", _("“%s” is not a date such as 2025-07-01") % row["effective_date"]
            )


def write_structure(structure: Structure) -> list[Tally]:
    """Adds what is missing and leaves what is there; the caller holds the transaction."""
    units, unit_tally = _write_units(structure)
    kinds, kind_tally = _write_kinds(structure)
    return [unit_tally, kind_tally, _write_agencies(structure, units, kinds)]


def _write_units(structure: Structure) -> tuple[dict[str, AdministrativeUnit], Tally]:
    tally = Tally("units")
    keys = {(row.code, row.valid_from) for row in structure.units.values()}
    stored = {
        unit.code: unit
        for unit in AdministrativeUnit.objects.filter(code__in=structure.units).order_by("pk")
        if (unit.code, unit.valid_from) in keys
    }
    for level in LEVELS:
        rows = [row for row in structure.units.values() if row.level == level]
        _tally_stored(tally, ((row.code, stored.get(row.code), asdict(row)) for row in rows), UNIT_FIELDS)
        new = [
            AdministrativeUnit(
                code=row.code,
                valid_from=row.valid_from,
                parent=stored.get(row.parent_code),
                **{name: getattr(row, name) for name in UNIT_FIELDS},
            )
            for row in rows
            if row.code not in stored
        ]
        stored |= {unit.code: unit for unit in AdministrativeUnit.objects.bulk_create(new)}
    return stored, tally


def _write_kinds(structure: Structure) -> tuple[dict[str, AgencyKind], Tally]:
    tally = Tally("agency_kinds")
    stored = {kind.code: kind for kind in AgencyKind.objects.filter(code__in=structure.kinds).order_by("pk")}
    rows = structure.kinds.values()
    _tally_stored(tally, ((row.code, stored.get(row.code), asdict(row)) for row in rows), KIND_FIELDS)
    new = [AgencyKind(**asdict(row)) for row in rows if row.code not in stored]
    stored |= {kind.code: kind for kind in AgencyKind.objects.bulk_create(new)}
    return stored, tally


def _write_agencies(
    structure: Structure, units: Mapping[str, AdministrativeUnit], kinds: Mapping[str, AgencyKind]
) -> Tally:
    tally = Tally("agencies")
    by_ids = {
        (agency.kind_id, agency.unit_id): agency
        for agency in Agency.objects.filter(unit__in=units.values()).order_by("-valid_from", "pk")
    }
    stored = {
        row.key: agency
        for row in structure.agencies
        if (agency := by_ids.get((kinds[row.kind].pk, units[row.unit_code].pk)))
    }
    _tally_stored(
        tally,
        ((" ".join(row.key), stored.get(row.key), asdict(row)) for row in structure.agencies),
        AGENCY_FIELDS,
    )
    waiting = [row for row in structure.agencies if row.key not in stored]
    while waiting:
        ready = [row for row in waiting if row.parent is None or row.parent in stored]
        made = Agency.objects.bulk_create(
            [
                Agency(
                    kind=kinds[row.kind],
                    unit=units[row.unit_code],
                    parent=stored[row.parent] if row.parent else None,
                    **{name: getattr(row, name) for name in AGENCY_FIELDS},
                )
                for row in ready
            ]
        )
        stored |= {row.key: agency for row, agency in zip(ready, made, strict=True)}
        waiting = [row for row in waiting if row.key not in stored]
    return tally


def _tally_stored(
    tally: Tally, rows: Iterable[tuple[str, object | None, dict[str, Any]]], fields: Sequence[str]
) -> None:
    for name, stored, wanted in rows:
        if stored is None:
            tally.new += 1
        elif changed := differing(stored, wanted, fields):
            tally.different.append(f"{name} ({', '.join(changed)})")
        else:
            tally.unchanged += 1
