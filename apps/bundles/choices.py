"""Words of bundles: of which receipts one is made, as which kind of file, and what becomes of it."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class BundleOf(models.TextChoices):
    YEAR = "year", _("A payer's receipts of a year")
    DAY = "day", _("An agency's receipts of a day")
    SESSION = "session", _("The receipts of a cashier's session")


class Medium(models.TextChoices):
    """The signed files as they are, or one PDF for reading and printing, in which no signature is left."""

    ZIP = "zip", "ZIP"
    PDF = "pdf", "PDF"


class Lack(models.TextChoices):
    """Why the file of a receipt is not in a bundle that names it."""

    NOT_MADE = "not_made", _("its file is still being made")
    BROKEN = "broken", _("its stored file is damaged")
