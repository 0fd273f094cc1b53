"""Accounts at banks into which fees are collected: whose, and from which day to which."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q

from apps.accounts.models import User
from apps.units.models import Agency, DatedQuerySet, Validity


class CollectionAccount(models.Model):
    """The account of a collecting body at a bank or the treasury. A body has one at a time; a change is another row.

    An administrator opens it; nobody pays into it, and no statement of it is taken, until somebody who answers for the body's
    money, and is not who opened it, has confirmed it. `valid_to` is the first day on which it no longer is. Each of the three
    is said once, by whom and on which decision; nothing else is ever changed. `note` is for those who pay into it.
    """

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="collection_accounts")
    bank_bin = models.CharField(max_length=6)
    bank_name = models.CharField(max_length=120)
    number = models.CharField(max_length=19)
    holder = models.CharField(max_length=200)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    note = models.CharField(max_length=300, blank=True, default="")
    opened_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    opening_decision = models.CharField(max_length=200)
    confirmed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    confirming_decision = models.CharField(max_length=200, blank=True, default="")
    ended_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ending_decision = models.CharField(max_length=200, blank=True, default="")

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
            models.CheckConstraint(condition=~Q(opening_decision=""), name="account_opened_on_a_decision"),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True, confirmed_by__isnull=True, confirming_decision="")
                | (
                    Q(confirmed_at__gte=F("opened_at"), confirmed_by__isnull=False)
                    & ~Q(confirming_decision="")
                    & ~Q(confirmed_by=F("opened_by"))
                ),
                name="account_confirmed_by_another",
            ),
            models.CheckConstraint(
                condition=Q(
                    valid_to__isnull=True, ended_at__isnull=True, ended_by__isnull=True, ending_decision=""
                )
                | (
                    Q(valid_to__isnull=False, ended_at__gte=F("opened_at"), ended_by__isnull=False)
                    & ~Q(ending_decision="")
                ),
                name="account_ended_on_a_decision",
            ),
            models.CheckConstraint(
                condition=Q(bank_bin__regex=r"^[0-9]{6}$"), name="account_bank_has_6_digits"
            ),
            models.CheckConstraint(
                condition=Q(number__regex=r"^[0-9A-Z]{4,19}$"), name="account_number_has_its_shape"
            ),
        ]

    @property
    def is_confirmed(self) -> bool:
        return self.confirmed_at is not None

    def __str__(self) -> str:
        return f"{self.bank_name} {self.number}"
