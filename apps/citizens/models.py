"""The people who ask. An identity document is optional: a newborn has none yet."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from apps.accounts.models import User
from apps.citizens.choices import GIVEN_ONCE, VIETNAM, IdentityKind
from apps.units.models import AdministrativeUnit


class Citizen(models.Model):
    """A person, with an account or without one (a child, somebody served at a counter).

    An identity paper is its kind, the country that issued it (ISO 3166-1 alpha-2) and its number. Papers recorded
    before the country was asked have none, and are taken for nobody else's.
    """

    user = models.OneToOneField(User, null=True, on_delete=models.PROTECT, related_name="citizen")
    full_name = models.CharField(max_length=120)
    identity_kind = models.CharField(max_length=12, choices=IdentityKind.choices, default=IdentityKind.NONE)
    identity_number = models.CharField(max_length=30, blank=True, default="")
    identity_country = models.CharField(max_length=2, blank=True, default="")
    born_on = models.DateField(null=True)
    phone = models.CharField(max_length=20, blank=True, default="")
    email = models.EmailField(blank=True, default="")
    address = models.CharField(max_length=250, blank=True, default="")
    permanent_residence = models.ForeignKey(
        AdministrativeUnit, null=True, on_delete=models.PROTECT, related_name="permanent_residents"
    )
    temporary_residence = models.ForeignKey(
        AdministrativeUnit, null=True, on_delete=models.PROTECT, related_name="temporary_residents"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["identity_number", "identity_country", "identity_kind"],
                condition=Q(identity_kind__in=GIVEN_ONCE) & ~Q(identity_country=""),
                name="citizen_identity_paper_once",
            ),
            models.CheckConstraint(
                condition=Q(identity_kind=IdentityKind.PERSONAL_ID, identity_country=VIETNAM)
                | Q(identity_kind=IdentityKind.NONE, identity_country="")
                | Q(
                    identity_kind__in=[IdentityKind.PASSPORT, IdentityKind.OTHER],
                    identity_country__regex=r"^([A-Z]{2})?$",
                ),
                name="citizen_identity_country_fits",
            ),
            models.CheckConstraint(
                condition=~Q(identity_kind=IdentityKind.PERSONAL_ID)
                | Q(identity_number__regex=r"^[0-9]{12}$"),
                name="citizen_personal_id_has_12_digits",
            ),
            models.CheckConstraint(
                condition=Q(identity_kind=IdentityKind.NONE, identity_number="")
                | (~Q(identity_kind=IdentityKind.NONE) & ~Q(identity_number="")),
                name="citizen_identity_has_kind_and_number",
            ),
        ]

    def __str__(self) -> str:
        return self.full_name
