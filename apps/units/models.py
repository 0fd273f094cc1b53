"""Where the city is: units that are dated and never deleted, and the agencies that sit on them.

A code of a place is never a key: the same code has named different places. Rows are joined by their own id.
"""

from __future__ import annotations

from datetime import date
from typing import Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import get_language

from apps.units.choices import Level


class Validity(Func):
    """The days on which a dated row is valid; an empty start or end is open."""

    function = "daterange"
    output_field = models.Field()


class DatedQuerySet(models.QuerySet):
    """Adjectives of rows that have a first day and a day on which they no longer are."""

    def valid_on(self, day: date) -> Self:
        return self.filter(
            Q(valid_from__isnull=True) | Q(valid_from__lte=day),
            Q(valid_to__isnull=True) | Q(valid_to__gt=day),
        )


class AdministrativeUnit(models.Model):
    """A territory: the city, a district or a ward; keyed by (code, valid_from), closed by `valid_to`, never deleted."""

    code = models.CharField(max_length=5)
    name = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120)
    level = models.CharField(max_length=8, choices=Level.choices)
    kind = models.CharField(max_length=20)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "valid_from"], name="unit_key", nulls_distinct=False),
            ExclusionConstraint(
                name="unit_code_once_at_a_time",
                expressions=[
                    (F("code"), RangeOperators.EQUAL),
                    (Validity(F("valid_from"), F("valid_to")), RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True)
                | Q(valid_from__isnull=True)
                | Q(valid_to__gt=F("valid_from")),
                name="unit_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(level=Level.CITY, parent__isnull=True)
                | (~Q(level=Level.CITY) & Q(parent__isnull=False)),
                name="unit_below_the_city_has_a_parent",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """The name in the reader's language."""
        return self.name_en if get_language() == "en" else self.name

    def is_valid_on(self, day: date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_to is None or day < self.valid_to
        )


class AgencyKind(models.Model):
    """What an agency is: ward people's committee, district justice division, city police… Data, since the law moves it."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120)
    level = models.CharField(max_length=8, choices=Level.choices)

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        return self.name_en if get_language() == "en" else self.name


class Agency(models.Model):
    """An office that acts. Its counter, the one-stop desk, receives and hands over and never decides.

    `identification_code` begins every case code that the agency gives. Where a code is ours and not the State's,
    `is_code_established` is false and every page and paper that shows it says so.
    """

    kind = models.ForeignKey(AgencyKind, on_delete=models.PROTECT, related_name="agencies")
    unit = models.ForeignKey(AdministrativeUnit, on_delete=models.PROTECT, related_name="agencies")
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="divisions")
    name = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)
    identification_code = models.CharField(max_length=35)
    is_code_established = models.BooleanField(default=False)
    tax_code = models.CharField(max_length=14, blank=True, default="")
    address = models.CharField(max_length=200, blank=True, default="")
    calendar_code = models.CharField(max_length=40, default="standard")
    has_desk = models.BooleanField(default=True)
    note = models.CharField(max_length=300, blank=True, default="")
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        constraints = [
            # The one look-up of routing: agency kind × unit of the connecting factor.
            ExclusionConstraint(
                name="agency_of_kind_once_on_a_unit",
                expressions=[
                    (F("kind"), RangeOperators.EQUAL),
                    (F("unit"), RangeOperators.EQUAL),
                    (Validity(F("valid_from"), F("valid_to")), RangeOperators.OVERLAPS),
                ],
            ),
            ExclusionConstraint(
                name="agency_code_once_at_a_time",
                expressions=[
                    (F("identification_code"), RangeOperators.EQUAL),
                    (Validity(F("valid_from"), F("valid_to")), RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(
                condition=Q(identification_code__regex=r"^[A-Y][0-9]{2}(\.[0-9A-Z]{1,5}){0,5}$"),
                name="agency_code_has_its_shape",
            ),
        ]
        indexes = [models.Index(fields=["kind", "unit"], name="agency_by_kind_and_unit")]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        return self.name_en if get_language() == "en" else self.name

    def is_valid_on(self, day: date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_to is None or day < self.valid_to
        )
