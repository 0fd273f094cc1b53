"""When the city works: a calendar has versions; a published version is frozen, so that a due time can be derived again."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from apps.calendars.choices import DayKind
from apps.core.models import Job
from apps.units.models import Agency


class Calendar(models.Model):
    """Weekly sessions of some agencies: `opening` receives and hands over, `counted` is time that the clock counts.

    Sessions are lists by weekday, Monday first: `[[["08:00","12:00"],["13:00","17:00"]], …, []]`.
    """

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120)
    opening = models.JSONField()
    counted = models.JSONField()
    is_established = models.BooleanField(default=False)
    note = models.CharField(max_length=300, blank=True, default="")


class CalendarChange(models.Model):
    """What a decision is to change of the days, frozen as it was proposed; its job says what became of it.

    `days` are rows as `soundness.DayChange` spells them, `stands_on` the ids of the versions that were in force then.
    """

    job = models.OneToOneField(Job, on_delete=models.PROTECT, related_name="calendar_change")
    days = models.JSONField()
    stands_on = models.JSONField()


class CalendarVersion(models.Model):
    """The calendar as known from a moment on. Events name the version that their due time came from.

    A version of one `agency` has that agency's own closures only, and stands on the version for all, its `base`.
    `change` is the decision that made it; none where it came from files.

    `answer_times` say how long a desk has to answer: `intake` by channel (null is at once), `handover`, `withdrawal`,
    `reminder`, `late_entry` and `acknowledgement`, each with value and unit; defaults that an administrator changes by decision, with a
    new version.
    """

    calendar = models.ForeignKey(Calendar, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    known_from = models.DateTimeField()
    fingerprint = models.BinaryField()
    answer_times = models.JSONField()
    agency = models.ForeignKey(Agency, null=True, on_delete=models.PROTECT, related_name="calendar_versions")
    base = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="versions_of_agencies")
    change = models.ForeignKey(CalendarChange, null=True, on_delete=models.PROTECT, related_name="versions")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["calendar", "number"], name="calendar_version_key"),
            models.CheckConstraint(
                condition=Q(agency__isnull=True, base__isnull=True)
                | Q(agency__isnull=False, base__isnull=False),
                name="calendar_version_of_agency_has_base",
            ),
        ]


class CalendarDay(models.Model):
    """A dated exception, with the decision that it comes from."""

    version = models.ForeignKey(CalendarVersion, on_delete=models.PROTECT, related_name="days")
    date = models.DateField()
    kind = models.CharField(max_length=16, choices=DayKind.choices)
    name = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120)
    decision = models.CharField(max_length=120, blank=True, default="")
    moves_due_times = models.BooleanField(default=True)
    is_established = models.BooleanField(default=True)
    note = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["version", "date"], condition=~Q(kind=DayKind.CLOSURE), name="calendar_day_once"
            ),
            # A swapped-in Saturday may be closed by a storm: a closure stands beside what the day is otherwise.
            models.UniqueConstraint(
                fields=["version", "date"], condition=Q(kind=DayKind.CLOSURE), name="calendar_closure_once"
            ),
            models.CheckConstraint(condition=Q(kind__in=DayKind.values), name="calendar_day_kind_known"),
        ]
