"""Words of an application as filed."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class PartyRole(models.TextChoices):
    FILER = "filer", _("Filer")
    APPLICANT = "applicant", _("Applicant")
    REPRESENTATIVE = "representative", _("Representative")
    SUBJECT = "subject", _("Person concerned")
    OTHER_PARTY = "other_party", _("Other party")
    PAYER = "payer", _("Payer")


class RevisionKind(models.TextChoices):
    SUBMISSION = "submission", _("As first filed")
    SUPPLEMENT = "supplement", _("Supplement")


class Delivery(models.TextChoices):
    """How the applicant wants the result."""

    ELECTRONIC = "electronic", _("Electronically, in my account")
    COUNTER = "counter", _("At the counter")
    POST = "post", _("By post")
