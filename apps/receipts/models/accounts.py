"""Accounts at banks into which a collecting body is paid."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from apps.units.models import Agency


class CollectionAccount(models.Model):
    """An account of a collecting body, from a day on and until another.

    Where it is ours and no bank's, `is_established` is false, and every page that shows it says so with `note`.
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

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agency"], condition=Q(valid_to__isnull=True), name="account_of_a_body_once"
            ),
            models.CheckConstraint(
                condition=Q(bank_bin__regex=r"^[0-9]{6}$", number__regex=r"^[0-9A-Za-z]{1,19}$"),
                name="account_has_its_shape",
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=models.F("valid_from")),
                name="account_ends_after_it_begins",
            ),
        ]
