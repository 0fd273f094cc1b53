"""What may be asked of people: each person their own particulars. Callers have asked who may see more."""

from __future__ import annotations

from datetime import date

from apps.citizens.choices import Residence
from apps.citizens.models import Citizen
from apps.units.models import AdministrativeUnit


def citizen_of(citizen_id: int) -> Citizen:
    """One person, for a form that they fill in themselves."""
    return Citizen.objects.get(pk=citizen_id)


def residences_of(citizen_id: int, day: date) -> list[tuple[Residence, AdministrativeUnit]]:
    """Where a person lives, permanently before temporarily: wards that exist on a day, each once."""
    wards = ("permanent_residence__parent", "temporary_residence__parent")
    person = Citizen.objects.select_related(*wards).get(pk=citizen_id)
    lived_in = {
        unit: residence
        for residence, unit in (
            (Residence.TEMPORARY, person.temporary_residence),
            (Residence.PERMANENT, person.permanent_residence),
        )
        if unit is not None and unit.is_valid_on(day)
    }
    return [(residence, unit) for unit, residence in reversed(lived_in.items())]
