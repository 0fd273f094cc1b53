"""A ward typed by its name with the help of a list: at the counter, and in answers that give an address."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.units.choices import Level
from apps.units.models import AdministrativeUnit
from apps.units.selectors import units_named, units_on

WARDS_LIST = "wards"


def spelled(text: str) -> str:
    """A name as it is compared: without capitals and double spaces."""
    return " ".join(text.casefold().split())


def with_district(ward: AdministrativeUnit) -> str:
    """“ward, district” in the reader's language."""
    return f"{ward.title}, {ward.parent.title}" if ward.parent else ward.title


class Wards:
    """The wards of a day, by default today, looked up when they are first needed."""

    def __init__(self, day: date | None = None) -> None:
        self.day = day or timezone.localdate()

    @cached_property
    def by_name(self) -> dict[str, AdministrativeUnit]:
        """By “ward, district” in both languages, as `spelled`."""
        wards = {}
        for ward in units_on(self.day, level=Level.WARD):
            district = ward.parent
            if district is not None:
                wards[spelled(f"{ward.name}, {district.name}")] = ward
                wards[spelled(f"{ward.name_en}, {district.name_en}")] = ward
        return wards

    @property
    def options(self) -> list[str]:
        """What the list offers, in the reader's language."""
        return [with_district(unit) for unit in {unit.pk: unit for unit in self.by_name.values()}.values()]


def ward_titles(ward_ids: set[int]) -> dict[int, str]:
    """Wards by id with their districts, also those that have ended; nothing is asked where there are none."""
    found = units_named(ward_ids) if ward_ids else {}
    return {unit_id: with_district(unit) for unit_id, unit in found.items()}


class WardField(forms.CharField):
    """A ward by its name and its district's, helped by a list; gives the ward."""

    def __init__(self, *, wards: Wards | None = None, **options: Any) -> None:
        attrs = {"list": WARDS_LIST, "autocomplete": "off"}
        super().__init__(widget=forms.TextInput(attrs=attrs), max_length=200, **options)
        self.wards = wards or Wards()

    def clean(self, value: Any) -> Any:
        typed = super().clean(value)
        if not typed:
            return None
        found = self.wards.by_name.get(spelled(typed))
        if found is None:
            raise forms.ValidationError(
                _("Choose a ward of the list: its name, a comma, and its district's name.")
            )
        return found
