"""Loads on which provision of the law each reason rests; what nobody established is unset in the file and stays so."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from apps.cases.choices import Certainty, DeclineReason, ProvisionSubject, RefusalReason, StopGround
from apps.cases.models import LegalProvision
from apps.core.loading import Fault, Faults, Tally, differing, read_document

FILE = "reasons/provisions.json"
KEYS = ("subject", "code")
FIELDS = ("document", "article", "clause", "certainty", "note", "note_en")
REASONS: Mapping[str, tuple[str, ...]] = {
    ProvisionSubject.DECLINE: tuple(DeclineReason.values),
    ProvisionSubject.REFUSE: tuple(RefusalReason.values),
    ProvisionSubject.STOP: tuple(StopGround.values),
    ProvisionSubject.COMPLAIN: ("",),
}
Provisions = Mapping[tuple[str, str], dict[str, str]]


def read_provisions(folder: Path) -> tuple[Provisions, list[Fault]]:
    """Reads and checks `reasons/provisions.json` below `folder`: every reason is there, once."""
    faults = Faults(FILE)
    document = read_document(folder / FILE, faults)
    found: dict[tuple[str, str], dict[str, str]] = {}
    if document is not None and not isinstance(document, list):
        faults.add("", "", _("must be a list of objects"))
        document = None
    for number, row in enumerate(document or [], 1):
        if _is_sound(row, number, faults):
            key = (row["subject"], row["code"])
            if key in found:
                faults.add(number, "code", _("“%s” is malformed or used twice") % row["code"])
            found[key] = row
    if not faults.found:
        for subject, codes in REASONS.items():
            for code in codes:
                if (subject, code) not in found:
                    faults.add("", subject, _("“%s” is missing") % code)
    return found, faults.found


def _is_sound(row: Any, number: int, faults: Faults) -> bool:
    known, before = {*KEYS, *FIELDS}, len(faults.found)
    if not isinstance(row, dict) or set(row) != known or not all(isinstance(it, str) for it in row.values()):
        faults.add(number, "", _("must have exactly the keys %s") % ", ".join(sorted(known)))
        return False
    if row["code"] not in REASONS.get(row["subject"], ()):
        faults.add(number, "code", _("“%s” is malformed or used twice") % row["code"])
    if row["certainty"] not in Certainty.values:
        words = {"value": row["certainty"], "words": ", ".join(Certainty.values)}
        faults.add(number, "certainty", _("“%(value)s” is none of %(words)s") % words)
    is_set = bool(row["document"] and row["article"])
    if is_set == (row["certainty"] == Certainty.UNSET) or (not is_set and row["document"] + row["article"]):
        faults.add(
            number, "certainty", _("document and article are named exactly where the provision is known")
        )
    if row["clause"] and not row["article"]:
        faults.add(number, "clause", _("names no article"))
    if row["certainty"] != Certainty.ESTABLISHED and not (row["note"] and row["note_en"]):
        faults.add(number, "note", _("what is not established says why, in Vietnamese and in English"))
    return len(faults.found) == before


def write_provisions(provisions: Provisions) -> Tally:
    """Adds what is missing. A stored row that differs was decided so, and is kept and named."""
    stored = {(row.subject, row.code): row for row in LegalProvision.objects.order_by("id")}
    new = [LegalProvision(**row) for key, row in provisions.items() if key not in stored]
    LegalProvision.objects.bulk_create(new)
    different = [
        f"{subject} {code}".strip()
        for (subject, code), row in provisions.items()
        if (subject, code) in stored and differing(stored[subject, code], row, FIELDS)
    ]
    unchanged = len(provisions) - len(new) - len(different)
    return Tally("legal provisions", new=len(new), unchanged=unchanged, different=different)
