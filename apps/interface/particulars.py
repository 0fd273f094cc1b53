"""People as an interface shows them: whole to their own side and after a reasoned reveal, masked to everybody else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from apps.cases.choices import EventKind
from apps.core.masking import mask_name, mask_particular
from apps.documents.choices import IDS_OF_ORGANISATIONS, IDS_OF_PERSONS

# Free text of these acts names a person, who fetched a paper or of whom a draft speaks: personal data in itself.
NAMES_A_PERSON = frozenset(
    {
        EventKind.RESULT_HANDED_OVER,
        EventKind.ORIGINALS_GIVEN_BACK,
        EventKind.CONFIRMATION_ASKED,
        EventKind.DRAFT_CONFIRMED,
        EventKind.REFUND_PAID,
    }
)


def payer_shown(snapshot: Mapping[str, Any], *, whole: bool = False) -> dict[str, str]:
    """The payer as a receipt froze them: name, number and address, empty where there is none.

    Masked for who reads the books: of the address nothing is left but that there is one. An organisation's name is
    public, and so is its number, unless it is its owner's.
    """
    payer = snapshot.get("payer", {})
    name, number, address = (str(payer.get(each) or "") for each in ("name", "id_number", "address"))
    if whole:
        return {"name": name, "number": number, "address": address}
    kind = payer.get("id_kind")
    is_organisation = kind in IDS_OF_ORGANISATIONS
    return {
        "name": name if is_organisation else mask_name(name),
        "number": number if is_organisation and kind not in IDS_OF_PERSONS else mask_particular(number),
        "address": "•••••" if address else "",
    }


def particulars_shown(party: Any, *, whole: bool, named: bool = True) -> dict[str, Any]:
    """One party as declared. Masked, a person's number keeps its last three digits; country, birth and address are left out.

    `named` is whether a person's name is shown where the rest is masked: to those who work on the case.
    """
    said = party.particulars
    name = said.get("name", "")
    identity_number = said.get("number" if party.is_organisation else "identity_number") or ""
    born_on, phone, email, address, country = (
        said.get(name) or "" for name in ("born_on", "phone", "email", "address", "identity_country")
    )
    return {
        "role": party.role,
        "kind": "business" if party.is_organisation else "citizen",
        "name": name if whole or named or party.is_organisation else mask_name(name),
        "identity_kind": said.get("kind" if party.is_organisation else "identity_kind", ""),
        "identity_number": identity_number
        if whole or party.has_public_number
        else mask_particular(identity_number),
        "identity_country": country if whole else "",
        "born_on": (born_on or None) if whole else None,
        "phone": phone if whole else mask_particular(phone),
        "email": email if whole else mask_particular(email),
        "address": address if whole else "",
        "is_masked": not whole,
    }
