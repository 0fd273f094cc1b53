"""Words of the catalogue."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class VersionState(models.TextChoices):
    """That a version was superseded is no state of its own: it follows from the day on which it ended."""

    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")


class Channel(models.TextChoices):
    COUNTER = "counter", _("At a counter")
    ONLINE = "online", _("Online")
    POST = "post", _("By post")


class ConnectingFactor(models.TextChoices):
    """What ties a case to a unit, and so to the agency that the law makes competent."""

    RECEIVING_AGENCY = "receiving_agency", _("The agency where it is filed")
    APPLICANT_RESIDENCE = "applicant_residence", _("The applicant's residence")
    SUBJECT_RESIDENCE = "subject_residence", _("The residence of the person concerned")
    LAST_RESIDENCE = "last_residence", _("The last residence")
    EITHER_PARTY = "either_party", _("The residence of either party, as they choose")
    PLACE_OF_OBJECT = "place_of_object", _("The place of the object")
    BUSINESS_SEAT = "business_seat", _("The seat of the business")
    RECORD_HOLDER = "record_holder", _("The holder of the record")
    FIXED_AGENCY = "fixed_agency", _("One agency for the whole city")


class ComponentMode(models.TextChoices):
    FORM = "form", _("Filled in here")
    UPLOAD = "upload", _("Uploaded")
    ORIGINAL_SHOWN = "original_shown", _("Original shown at the counter")
    ORIGINAL_FILED = "original_filed", _("Original handed in")
    FROM_DATA = "from_data", _("Taken from the State's data")


class FeeKind(models.TextChoices):
    FEE = "phi", _("Service fee (phí)")
    CHARGE = "le_phi", _("Charge (lệ phí)")


class Quantity(models.TextChoices):
    """What a unit price is multiplied by."""

    ONE = "one", _("once")
    COPIES = "copies", _("for each copy")
    FIRST_PAGES = "first_pages", _("for each of the first two pages of each copy")
    FURTHER_PAGES = "further_pages", _("for each page from the third, of each copy")


class BorneBy(models.TextChoices):
    APPLICANT = "applicant", _("The applicant")
    BUDGET = "budget", _("The city's budget")


class PayBefore(models.TextChoices):
    """The gate that an unpaid line closes; it closes no other and stops no clock."""

    FILING = "filing", _("Before filing")
    ACCEPTANCE = "acceptance", _("Before acceptance")
    DECISION = "decision", _("Before the decision")
    HAND_OVER = "hand_over", _("Before hand-over")


class LimitUnit(models.TextChoices):
    SAME_DAY = "same_day", _("the same day")
    WORKING_HOUR = "working_hour", _("working hours")
    CLOCK_HOUR = "clock_hour", _("hours")
    WORKING_DAY = "working_day", _("working days")
    DAY = "day", _("days")


class AfterSupplement(models.TextChoices):
    RESTART = "restart", _("The full limit begins again when the file is complete")
    RESUME = "resume", _("The time with the applicant is given back")


class StepAct(models.TextChoices):
    """The verb that closes a step; `complete_step` for steps that produce no paper of their own."""

    ACCEPT_INTAKE = "accept_intake", _("Acceptance")
    COMPLETE_STEP = "complete_step", _("Completion")
    PROPOSE_RESULT = "propose_result", _("Proposal")
    APPROVE_RESULT = "approve_result", _("Approval")
    RELEASE_RESULT = "release_result", _("Release")


class StepProduct(models.TextChoices):
    """What a step must leave behind before it can be completed."""

    NOTHING = "", _("Nothing")
    NOTE = "note", _("A written note")
    FILE = "file", _("A file")
