"""People as an interface shows them: whole to their own side and after a reasoned reveal, masked to everybody else."""

from __future__ import annotations

from typing import Any

from apps.core.masking import mask_email, mask_number


def particulars_shown(party: Any, *, whole: bool) -> dict[str, Any]:
    """One party as declared. Masked, a number keeps its last three digits; birth and address are left out."""
    said = party.particulars
    identity_number = said.get("number" if party.business_id else "identity_number") or ""
    born_on, phone, email, address = (
        said.get(name) or "" for name in ("born_on", "phone", "email", "address")
    )
    return {
        "role": party.role,
        "kind": "business" if party.business_id else "citizen",
        "name": said.get("name", ""),
        "identity_kind": said.get("kind" if party.business_id else "identity_kind", ""),
        "identity_number": identity_number if whole else mask_number(identity_number),
        "born_on": (born_on or None) if whole else None,
        "phone": phone if whole else mask_number(phone),
        "email": email if whole else mask_email(email),
        "address": address if whole else "",
        "is_masked": not whole,
    }
