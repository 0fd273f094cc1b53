"""How a person becomes known: once by a personal identification number, whoever takes the particulars."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from apps.citizens.choices import IdentityKind
from apps.citizens.errors import IdentityNumberMissing, IdentityNumberTooLong, PersonalIdTaken
from apps.citizens.identity import is_personal_id, read_personal_id
from apps.citizens.models import Citizen
from apps.core.errors import Invalid
from apps.core.names import is_same_name, tidy
from apps.core.rows import insert_unless_known

MOST_DIGITS = 30


@dataclass(frozen=True, slots=True)
class Person:
    """Particulars of a person as declared."""

    name: str
    identity_kind: str = IdentityKind.NONE
    identity_number: str = ""
    born_on: date | None = None
    phone: str = ""
    email: str = ""
    address: str = ""
    residence_id: int | None = None

    @property
    def particulars(self) -> dict[str, Any]:
        """What a filing freezes of a person."""
        values = asdict(self)
        values["born_on"] = self.born_on.isoformat() if self.born_on else None
        return values


def person_of(citizen: Citizen) -> Person:
    """What is known of a citizen, as they would declare it."""
    return Person(
        name=citizen.full_name,
        identity_kind=citizen.identity_kind,
        identity_number=citizen.identity_number,
        born_on=citizen.born_on,
        phone=citizen.phone,
        email=citizen.email,
        address=citizen.address,
        residence_id=citizen.permanent_residence_id,
    )


def read_person(person: Person, *, field: str = "filer") -> Person:
    """The same, spelled as it is kept.

    Raises PersonalIdMalformed, IdentityNumberMissing for a paper without a number, IdentityNumberTooLong, Invalid
    without a name.
    """
    name, number = tidy(person.name), person.identity_number.strip()
    if not name:
        raise Invalid(field=f"{field}.name")
    if len(number) > MOST_DIGITS:
        raise IdentityNumberTooLong(field=f"{field}.identity_number")
    if person.identity_kind == IdentityKind.NONE:
        number = ""
    elif not number:
        raise IdentityNumberMissing(field=f"{field}.identity_number")
    elif person.identity_kind == IdentityKind.PERSONAL_ID:
        number = read_personal_id(number, field=f"{field}.identity_number")
    return replace(person, name=name, identity_number=number)


def ensure_citizen(person: Person, *, field: str = "filer") -> Citizen:
    """The citizen with this personal id, or a new one, by the paper that lies before an official.

    The particulars are as `read_person` gives them. Two who make the same person known at once get the same row. What
    is known already is not overwritten, but for the name of somebody without an account: whoever mistyped it first is
    no better source than the paper. Raises PersonalIdTaken when an account with this number bears another name.
    """
    new = Citizen(
        full_name=person.name,
        identity_kind=person.identity_kind,
        identity_number=person.identity_number,
        born_on=person.born_on,
        phone=person.phone,
        email=person.email,
        address=person.address,
        permanent_residence_id=person.residence_id,
    )
    if insert_unless_known(new):
        return new
    known = Citizen.objects.get(
        identity_kind=IdentityKind.PERSONAL_ID, identity_number=person.identity_number
    )
    if not is_same_name(known.full_name, person.name):
        if known.user_id is not None:
            raise PersonalIdTaken(field=f"{field}.identity_number")
        known.full_name = person.name
        known.save(update_fields=["full_name"])
    return known


def known_citizens(people: Iterable[Person]) -> dict[str, Citizen]:
    """Those of these people whom we know, by their personal id: number and name must both be the same."""
    wanted = {
        person.identity_number: person
        for person in people
        if person.identity_kind == IdentityKind.PERSONAL_ID and is_personal_id(person.identity_number)
    }
    if not wanted:
        return {}
    found = Citizen.objects.filter(identity_kind=IdentityKind.PERSONAL_ID, identity_number__in=wanted)
    return {
        citizen.identity_number: citizen
        for citizen in found
        if is_same_name(citizen.full_name, wanted[citizen.identity_number].name)
    }
