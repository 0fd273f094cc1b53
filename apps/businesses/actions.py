"""How an organisation becomes known: once by its number."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any

from apps.businesses.choices import BusinessKind
from apps.businesses.errors import TaxCodeTaken
from apps.businesses.models import Business
from apps.businesses.tax_codes import read_tax_code
from apps.citizens.identity import read_personal_id
from apps.core.errors import Invalid
from apps.core.names import is_same_name, tidy
from apps.core.rows import insert_unless_known


@dataclass(frozen=True, slots=True)
class Organisation:
    """Particulars of an organisation as given at a counter."""

    name: str
    number: str
    kind: str = BusinessKind.ENTERPRISE
    seat_id: int | None = None
    address: str = ""
    phone: str = ""
    email: str = ""

    @property
    def particulars(self) -> dict[str, Any]:
        """What a filing freezes of an organisation."""
        return asdict(self)


def organisation_of(business: Business) -> Organisation:
    """What is known of an organisation, as it would declare it."""
    return Organisation(
        name=business.name,
        number=business.number,
        kind=business.kind,
        seat_id=business.seat_id,
        address=business.address,
        phone=business.phone,
        email=business.email,
    )


def read_number(kind: str, number: str, *, field: str) -> str:
    """A tax code for an enterprise, a personal number for a household, any number for another organisation.

    Raises TaxCodeMalformed, TaxCodeCheckDigitWrong, PersonalIdMalformed, Invalid.
    """
    if kind == BusinessKind.ENTERPRISE:
        return read_tax_code(number, field=field)
    if kind == BusinessKind.HOUSEHOLD:
        return read_personal_id(number, field=field)
    if not number.strip():
        raise Invalid(field=field)
    return number.strip()


def read_organisation(organisation: Organisation, *, field: str = "business") -> Organisation:
    """The same, spelled as it is kept. Raises what `read_number` raises, and Invalid without a name."""
    name = tidy(organisation.name)
    if not name:
        raise Invalid(field=f"{field}.name")
    number = read_number(organisation.kind, organisation.number, field=f"{field}.number")
    return replace(organisation, name=name, number=number)


def ensure_business(organisation: Organisation, *, field: str = "business") -> Business:
    """The organisation with this number, or a new one, by the paper that lies before an official.

    The particulars are as `read_organisation` gives them. Two who make the same one known at once get the same row. What
    is known already is not overwritten, but for the name of one for which nobody has a mandate. Raises TaxCodeTaken
    when the number is known of another kind of organisation, or under another name.
    """
    new = Business(
        kind=organisation.kind,
        number=organisation.number,
        name=organisation.name,
        seat_id=organisation.seat_id,
        address=organisation.address,
        phone=organisation.phone,
        email=organisation.email,
    )
    if insert_unless_known(new):
        return new
    known = Business.objects.get(number=organisation.number)
    if not is_known_as(known, organisation):
        if known.kind != organisation.kind or known.mandates.exists():
            raise TaxCodeTaken(field=f"{field}.number")
        known.name = organisation.name
        known.save(update_fields=["name"])
    return known


def is_known_as(known: Business, organisation: Organisation) -> bool:
    """Whether a known organisation is the one declared: number, kind and name are the same."""
    return (known.number, known.kind) == (organisation.number, organisation.kind) and is_same_name(
        known.name, organisation.name
    )
