"""Accounts at banks into which fees are collected: whose, and from which day to which."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q

from apps.units.models import Agency, DatedQuerySet, Validity


class CollectionAccount(models.Model):
    """The account of a collecting body at a bank or the treasury. A body has one at a time; a change is another row.

    `valid_to` is the first day on which it no longer is. Where its number is not confirmed by the body, `is_established` is
    false and whatever shows it says so.
    """

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="collection_accounts")
    bank_bin = models.CharField(max_length=6)
    bank_name = models.CharField(max_length=120)
    number = models.CharField(max_length=19)
    holder = models.CharField(max_length=200)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    is_established = models.BooleanField(default=False)
    note = models.CharField(max_length=300, blank=True, default="")

    objects = DatedQuerySet.as_manager()

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="account_of_body_once_at_a_time",
                expressions=[
                    (F("agency"), RangeOperators.EQUAL),
                    (Validity(F("valid_from"), F("valid_to")), RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
                name="account_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(bank_bin__regex=r"^[0-9]{6}$"), name="account_bank_has_6_digits"
            ),
            models.CheckConstraint(
                condition=Q(number__regex=r"^[0-9A-Z]{4,19}$"), name="account_number_has_its_shape"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.bank_name} {self.number}"
