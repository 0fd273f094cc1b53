"""Loads the city from its files: all is read and checked before a row is written, in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from django.db import connection, transaction
from django.utils.translation import gettext as _

from apps.calendars.loading import Calendars, read_calendars, write_calendars
from apps.cases.loading import Provisions, read_provisions, write_provisions
from apps.core.loading import Fault, LoadRefused, Tally
from apps.notifications.loading import Wordings, read_wordings, write_wordings
from apps.procedures.loading import Catalogue, read_catalogue, write_catalogue
from apps.procedures.soundness import NAMES_A_KIND
from apps.receipts.actions.series import load_series
from apps.units.loading import Structure, read_structure, write_structure
from apps.units.models import Agency

# The structure that the system starts from; later ones come as reorganisations.
STRUCTURE_ON = date(2024, 6, 30)


@dataclass(frozen=True, slots=True)
class City:
    """What the files say, checked."""

    structure: Structure
    calendars: Calendars
    catalogue: Catalogue
    provisions: Provisions
    wordings: Wordings


def read_city(folder: Path) -> City:
    """Raises LoadRefused with every fault of every file."""
    structure, structure_faults = read_structure(folder, on=STRUCTURE_ON)
    calendars, calendar_faults = read_calendars(folder)
    kinds = {code: kind.level for code, kind in structure.kinds.items()}
    catalogue, procedure_faults = read_catalogue(folder, kinds=kinds)
    provisions, provision_faults = read_provisions(folder)
    wordings, wording_faults = read_wordings(folder)
    city = City(structure, calendars, catalogue, provisions, wordings)
    faults = [
        *structure_faults,
        *calendar_faults,
        *procedure_faults,
        *provision_faults,
        *wording_faults,
    ]
    faults = faults or [*_agencies_without_calendar(city), *_places_without_agency(city)]
    if faults:
        raise LoadRefused(faults)
    return city


def _agencies_without_calendar(city: City) -> list[Fault]:
    used = {agency.calendar_code: agency for agency in city.structure.agencies}
    return [
        Fault("agencies/templates.json", agency.kind, "calendar_code", _("there is no calendar “%s”") % code)
        for code, agency in used.items()
        if code not in city.calendars.calendars
    ]


def _places_without_agency(city: City) -> list[Fault]:
    """Wherever a case is tied to, the agency that decides it, collects for it or does a step of it, must be there."""
    return [
        Fault(
            file,
            f"{part}/{number}",
            field,
            _("no agency of this kind sits on %s") % missing[0].name,
        )
        for file, content in city.catalogue.files()
        for version in content["versions"]
        for part, field in NAMES_A_KIND.items()
        for number, row in enumerate(version[part], 1)
        if row[field] and (missing := city.structure.units_without(row[field]))
    ]


def load_city(folder: Path, *, at: datetime, keep: bool = True) -> tuple[City, list[Tally]]:
    """Adds what the database lacks of the files below `folder`; nothing stored is overwritten.

    A new version of a calendar is known from `at`. With `keep` false the same is done and undone again.
    Raises LoadRefused, having written nothing.
    """
    city = read_city(folder)
    with transaction.atomic(durable=True):
        _alone()
        tallies = [
            *write_structure(city.structure),
            *write_calendars(city.calendars, at=at),
            *write_catalogue(city.catalogue),
            write_provisions(city.provisions),
            write_wordings(city.wordings),
        ]
        transaction.set_rollback(not keep)
    return city, tallies


def open_receipt_series(*, year: int, at: datetime) -> Tally:
    """Every agency that decides something can collect: each has a series for the year, its acceptance still to come."""
    bodies = (
        Agency.objects.filter(kind__competences__isnull=False)
        .order_by("id")
        .values_list("id", flat=True)
        .distinct()
    )
    new = load_series(bodies, year=year, at=at)
    return Tally("receipt series", new=new, unchanged=len(bodies) - new)


def _alone() -> None:
    """Two loads at once would add the same rows twice: the second waits, and finds them there."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('load_city'))")
