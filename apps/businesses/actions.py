"""How an organisation becomes known: once by its number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from apps.businesses.choices import BusinessKind
from apps.businesses.models import Business
from apps.businesses.tax_codes import read_tax_code
from apps.citizens.identity import read_personal_id
from apps.core.errors import Invalid


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


def particulars_of(business: Business) -> dict[str, Any]:
    """What a filing freezes of an organisation."""
    return {
        "name": business.name,
        "kind": business.kind,
        "number": business.number,
        "phone": business.phone,
        "email": business.email,
        "address": business.address,
    }


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


def ensure_business(organisation: Organisation, *, field: str = "business") -> Business:
    """The organisation with this number, or a new one; particulars already known are not overwritten."""
    if not organisation.name.strip():
        raise Invalid(field=f"{field}.name")
    number = read_number(organisation.kind, organisation.number, field=f"{field}.number")
    known = Business.objects.select_related("seat__parent__parent").filter(number=number).first()
    return known or Business.objects.create(
        kind=organisation.kind,
        number=number,
        name=organisation.name.strip(),
        seat_id=organisation.seat_id,
        address=organisation.address,
        phone=organisation.phone,
        email=organisation.email,
    )
