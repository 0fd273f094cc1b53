"""What becomes of a file that somebody asked for, and whose number stands on a paper."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class FileState(models.TextChoices):
    ASKED = "asked", _("Being made")
    READY = "ready", _("Ready")
    FAILED = "failed", _("Could not be made")
    CLEARED = "cleared", _("Cleared away")


# The kinds of number that a paper writes of an organisation. All others are of persons, who may have none yet.
IDS_OF_ORGANISATIONS = frozenset({"tax_code", "household_code", "founding_decision"})
# A household's code is, since 01/07/2025, the personal number of its owner: hidden like one.
IDS_OF_PERSONS = frozenset({"personal_id", "household_code", "passport", "other"})
