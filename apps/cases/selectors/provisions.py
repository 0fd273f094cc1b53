"""On which provision of the law a reason rests, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from apps.cases.choices import Certainty, ProvisionSubject
from apps.cases.models import LegalProvision


@dataclass(frozen=True, slots=True)
class Provision:
    """A provision of the law as it is known: `text` names it, empty where none is established; `note` says why not."""

    text: str
    certainty: Certainty
    note: str

    @property
    def is_established(self) -> bool:
        return self.certainty == Certainty.ESTABLISHED


def provisions_of(subject: ProvisionSubject) -> dict[str, Provision]:
    """The provisions of all reasons of one kind, by code, in the reader's language."""
    return {row.code: _read(row) for row in LegalProvision.objects.filter(subject=subject)}


def provision_of(subject: ProvisionSubject, code: str = "") -> Provision:
    """The provision of one reason; one that nobody has loaded is not established either."""
    row = LegalProvision.objects.filter(subject=subject, code=code).first()
    return _read(row) if row else Provision("", Certainty.UNSET, "")


def _read(row: LegalProvision) -> Provision:
    names = {"document": row.document, "article": row.article, "clause": row.clause}
    text = ""
    if row.clause:
        text = _("%(document)s, article %(article)s, clause %(clause)s") % names
    elif row.article:
        text = _("%(document)s, article %(article)s") % names
    note = row.note_en if get_language() == "en" else row.note
    return Provision(text, Certainty(row.certainty), note)
