"""How a person becomes known: once by a personal identification number, whoever takes the particulars."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from apps.citizens.choices import IdentityKind
from apps.citizens.errors import PersonalIdTaken
from apps.citizens.identity import read_personal_id
from apps.citizens.models import Citizen
from apps.core.errors import Invalid


@dataclass(frozen=True, slots=True)
class Person:
    """Particulars of a person as given at a counter."""

    name: str
    identity_kind: str = IdentityKind.NONE
    identity_number: str = ""
    born_on: date | None = None
    phone: str = ""
    email: str = ""
    address: str = ""
    residence_id: int | None = None


def particulars_of(citizen: Citizen) -> dict[str, Any]:
    """What a filing freezes of a person."""
    return {
        "name": citizen.full_name,
        "identity_kind": citizen.identity_kind,
        "identity_number": citizen.identity_number,
        "born_on": citizen.born_on.isoformat() if citizen.born_on else None,
        "phone": citizen.phone,
        "email": citizen.email,
        "address": citizen.address,
    }


def ensure_citizen(person: Person, *, field: str = "filer") -> Citizen:
    """The person with this personal id, or a new one; particulars already known are not overwritten.

    Raises PersonalIdMalformed, PersonalIdTaken when the number is known under another name, Invalid without a name.
    """
    if not person.name.strip():
        raise Invalid(field=f"{field}.name")
    values = asdict(person)
    residence_id = values.pop("residence_id")
    name = values.pop("name").strip()
    if person.identity_kind == IdentityKind.PERSONAL_ID:
        values["identity_number"] = read_personal_id(person.identity_number, field=f"{field}.identity_number")
        known = (
            Citizen.objects.select_related("permanent_residence__parent__parent")
            .filter(identity_kind=IdentityKind.PERSONAL_ID, identity_number=values["identity_number"])
            .first()
        )
        if known is not None:
            if known.full_name.casefold() != name.casefold():
                raise PersonalIdTaken(field=f"{field}.identity_number")
            return known
    return Citizen.objects.create(full_name=name, permanent_residence_id=residence_id, **values)
