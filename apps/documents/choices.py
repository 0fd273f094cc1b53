"""What becomes of a file that somebody asked for."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class FileState(models.TextChoices):
    ASKED = "asked", _("Being made")
    READY = "ready", _("Ready")
    FAILED = "failed", _("Could not be made")
    CLEARED = "cleared", _("Cleared away")
