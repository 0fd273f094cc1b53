"""Kinds of identity papers, and the countries that issue them."""

from functools import cache

from babel import Locale
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from apps.core.names import in_alphabet


class IdentityKind(models.TextChoices):
    PERSONAL_ID = "personal_id", _("Personal identification number")
    PASSPORT = "passport", _("Passport")
    OTHER = "other", _("Other document")
    NONE = "none", _("None yet")


class Residence(models.TextChoices):
    PERMANENT = "permanent", _("Permanent residence")
    TEMPORARY = "temporary", _("Temporary residence")


# Papers whose number a country gives to one person only. "Other" does not say which paper it is: a birth certificate
# and a travel document may bear one number.
GIVEN_ONCE = (IdentityKind.PERSONAL_ID, IdentityKind.PASSPORT)

VIETNAM = "VN"

# Unicode names more territories than ISO 3166-1 does: parts of countries, unions, Kosovo's and test codes.
_NOT_ISO = frozenset(
    {"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "XK", "ZZ"}
)

# Codes of ISO 3166-1 alpha-2.
COUNTRIES = frozenset(code for code in map(str, Locale("en").territories) if len(code) == 2) - _NOT_ISO


def countries() -> list[tuple[str, str]]:
    """Code and name of every country in the reader's language, in the order of its alphabet."""
    return _countries_in("en" if get_language() == "en" else "vi")


@cache
def _countries_in(language: str) -> list[tuple[str, str]]:
    names = Locale(language).territories
    return sorted(
        ((code, str(names[code])) for code in COUNTRIES), key=lambda country: in_alphabet(country[1])
    )
