"""How a person becomes known: once by an identity paper, whoever takes the particulars."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from django.db.models import Q

from apps.citizens.choices import COUNTRIES, GIVEN_ONCE, VIETNAM, IdentityKind
from apps.citizens.errors import (
    IdentityCountryMissing,
    IdentityCountryUnknown,
    IdentityNumberMissing,
    IdentityNumberTooLong,
    IdentityPaperTaken,
)
from apps.citizens.identity import read_passport_number, read_personal_id
from apps.citizens.models import Citizen
from apps.core.errors import Invalid
from apps.core.names import is_same_name, tidy
from apps.core.rows import insert_unless_known

MOST_DIGITS = 30

Paper = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Person:
    """Particulars of a person as declared."""

    name: str
    identity_kind: str = IdentityKind.NONE
    identity_number: str = ""
    identity_country: str = ""
    born_on: date | None = None
    phone: str = ""
    email: str = ""
    address: str = ""
    residence_id: int | None = None
    temporary_residence_id: int | None = None

    @property
    def particulars(self) -> dict[str, Any]:
        """What a filing freezes of a person."""
        values = asdict(self)
        values["born_on"] = self.born_on.isoformat() if self.born_on else None
        return values

    @property
    def paper(self) -> Paper | None:
        """Kind, country and number of a paper that only this person has; nothing where the paper does not tell."""
        if self.identity_kind not in GIVEN_ONCE or not self.identity_country:
            return None
        return self.identity_kind, self.identity_country, self.identity_number


def person_of(citizen: Citizen) -> Person:
    """What is known of a citizen, as they would declare it."""
    return Person(
        name=citizen.full_name,
        identity_kind=citizen.identity_kind,
        identity_number=citizen.identity_number,
        identity_country=citizen.identity_country,
        born_on=citizen.born_on,
        phone=citizen.phone,
        email=citizen.email,
        address=citizen.address,
        residence_id=citizen.permanent_residence_id,
        temporary_residence_id=citizen.temporary_residence_id,
    )


def read_person(person: Person, *, field: str = "filer") -> Person:
    """The same, spelled as it is kept.

    A personal identification number is always of Viet Nam; every other paper names the country that issued it.
    Raises PersonalIdMalformed, PassportNumberMalformed, IdentityNumberMissing for a paper without a number,
    IdentityNumberTooLong, IdentityCountryMissing, IdentityCountryUnknown, Invalid without a name.
    """
    name, number = tidy(person.name), person.identity_number.strip()
    country = person.identity_country.strip().upper()
    if not name:
        raise Invalid(field=f"{field}.name")
    if len(number) > MOST_DIGITS:
        raise IdentityNumberTooLong(field=f"{field}.identity_number")
    if person.identity_kind == IdentityKind.NONE:
        number = country = ""
    elif not number:
        raise IdentityNumberMissing(field=f"{field}.identity_number")
    elif person.identity_kind == IdentityKind.PERSONAL_ID:
        number, country = read_personal_id(number, field=f"{field}.identity_number"), VIETNAM
    elif country not in COUNTRIES:
        refusal = IdentityCountryUnknown if country else IdentityCountryMissing
        raise refusal(field=f"{field}.identity_country")
    elif person.identity_kind == IdentityKind.PASSPORT:
        number = read_passport_number(number, field=f"{field}.identity_number")
    return replace(person, name=name, identity_number=number, identity_country=country)


def ensure_citizen(person: Person, *, field: str = "filer") -> Citizen:
    """The citizen with this identity paper, or a new one, by the paper that lies before an official.

    The particulars are as `read_person` gives them. Two who make the same person known at once get the same row. What
    is known already is not overwritten, but for the name of somebody without an account: whoever mistyped it first is
    no better source than the paper. Raises IdentityPaperTaken when an account with this paper bears another name.
    """
    new = Citizen(
        full_name=person.name,
        identity_kind=person.identity_kind,
        identity_number=person.identity_number,
        identity_country=person.identity_country,
        born_on=person.born_on,
        phone=person.phone,
        email=person.email,
        address=person.address,
        permanent_residence_id=person.residence_id,
        temporary_residence_id=person.temporary_residence_id,
    )
    if insert_unless_known(new):
        return new
    known = Citizen.objects.get(
        identity_kind=person.identity_kind,
        identity_country=person.identity_country,
        identity_number=person.identity_number,
    )
    if not is_same_name(known.full_name, person.name):
        if known.user_id is not None:
            raise IdentityPaperTaken(field=f"{field}.identity_number")
        known.full_name = person.name
        known.save(update_fields=["full_name"])
    return known


def known_citizens(people: Iterable[Person]) -> dict[Paper | None, Citizen]:
    """Those of these people whom we know, by their identity paper: paper and name must both be the same."""
    wanted: dict[Paper | None, Person] = {person.paper: person for person in people if person.paper}
    any_of = Q()
    for kind, country, number in filter(None, wanted):
        any_of |= Q(identity_kind=kind, identity_country=country, identity_number=number)
    found = Citizen.objects.filter(any_of) if any_of else ()
    papers = {person_of(citizen).paper: citizen for citizen in found}
    return {
        paper: citizen
        for paper, citizen in papers.items()
        if is_same_name(citizen.full_name, wanted[paper].name)
    }
