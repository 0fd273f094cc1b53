"""Words of the working calendar."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class DayKind(models.TextChoices):
    HOLIDAY = "holiday", _("Public holiday")
    COMPENSATION = "compensation", _("Day off in lieu")
    SWAPPED_OFF = "swapped_off", _("Day off, worked on another day")
    SWAPPED_WORK = "swapped_work", _("Working day, swapped in")
    CLOSURE = "closure", _("Office closed")


# The kind of the jobs that change the calendar by decision.
CALENDAR_CHANGE = "change_calendar"


class DayAction(models.TextChoices):
    """What a decision does to a day of the calendar."""

    ADD = "add", _("Add")
    CHANGE = "change", _("Change")
    REMOVE = "remove", _("Remove")
