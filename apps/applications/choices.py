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


class HeldAs(models.TextChoices):
    """As what a paper was held that a filing uses again."""

    PAPER = "paper", _("Given before")
    RESULT = "result", _("Issued by the city")


class LookupOutcome(models.TextChoices):
    """What came of looking a paper up in the State's data."""

    FOUND = "found", _("Found")
    NOT_HELD = "not_held", _("Not found among what the city has issued")
    NOT_CONNECTED = "not_connected", _("Not looked up: there is no connection to these data yet")
