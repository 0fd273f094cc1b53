"""Kinds of organisations."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class BusinessKind(models.TextChoices):
    ENTERPRISE = "enterprise", _("Enterprise")
    HOUSEHOLD = "household", _("Business household")
    ORGANISATION = "organisation", _("Other organisation")
