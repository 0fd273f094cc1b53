"""The organisations that ask, and the dated authority of people to act for them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from apps.businesses.choices import BusinessKind
from apps.citizens.models import Citizen
from apps.units.models import AdministrativeUnit, DatedQuerySet


class Business(models.Model):
    """An enterprise (tax code of 10 or 13 digits), a household (12) or an organisation (number of its decision)."""

    kind = models.CharField(max_length=12, choices=BusinessKind.choices)
    number = models.CharField(max_length=60)
    name = models.CharField(max_length=200)
    seat = models.ForeignKey(
        AdministrativeUnit, null=True, on_delete=models.PROTECT, related_name="businesses"
    )
    address = models.CharField(max_length=250, blank=True, default="")
    phone = models.CharField(max_length=20, blank=True, default="")
    email = models.EmailField(blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["number"], name="business_number_once"),
            models.CheckConstraint(condition=~Q(number=""), name="business_has_a_number"),
        ]

    def __str__(self) -> str:
        return self.name


class Mandate(models.Model):
    """A citizen may act for a business from one day to another: its legal representative, or somebody authorised."""

    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="mandates")
    citizen = models.ForeignKey(Citizen, on_delete=models.PROTECT, related_name="mandates")
    is_legal_representative = models.BooleanField(default=False)
    authority = models.CharField(max_length=200, blank=True, default="")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["business", "citizen"], condition=Q(valid_to__isnull=True), name="mandate_open_once"
            )
        ]

    @property
    def authority_text(self) -> str:
        """By what right, in the words of the papers, which are always Vietnamese."""
        return self.authority or ("Người đại diện theo pháp luật" if self.is_legal_representative else "")
