"""What was asked, as filed. A revision is frozen when it is declared: a supplement is a new one, never an edit."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from apps.accounts.models import User
from apps.applications.choices import Delivery, HeldAs, LookupOutcome, PartyRole, RevisionKind
from apps.businesses.choices import BusinessKind
from apps.businesses.models import Business
from apps.citizens.models import Citizen
from apps.procedures.choices import Channel
from apps.procedures.models import Component, ProcedureVersion
from apps.units.models import AdministrativeUnit


class Application(models.Model):
    """One filing, under one version of a procedure; linked procedures will open several cases for one of these."""

    uuid = models.UUIDField(unique=True)
    version = models.ForeignKey(ProcedureVersion, on_delete=models.PROTECT, related_name="applications")
    channel = models.CharField(max_length=8, choices=Channel.choices)
    filed_at = models.DateTimeField()
    filed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="applications_filed")
    connecting_unit = models.ForeignKey(
        AdministrativeUnit, null=True, on_delete=models.PROTECT, related_name="applications"
    )
    delivery = models.CharField(max_length=12, choices=Delivery.choices)
    delivery_address = models.CharField(max_length=250, blank=True, default="")
    language = models.CharField(max_length=5)
    contact_email = models.EmailField(blank=True, default="")
    contact_phone = models.CharField(max_length=20, blank=True, default="")
    has_consent = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(has_consent=True) | ~Q(channel=Channel.COUNTER),
                name="application_at_counter_has_consent",
            )
        ]


class Party(models.Model):
    """Somebody in one role on an application, with the particulars declared; rights follow from it.

    `citizen` or `business` is whom we know by the same number; whoever is only declared has neither. `authority` is by
    what right a representative acts.
    """

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="parties")
    role = models.CharField(max_length=16, choices=PartyRole.choices)
    citizen = models.ForeignKey(Citizen, null=True, on_delete=models.PROTECT, related_name="parties")
    business = models.ForeignKey(Business, null=True, on_delete=models.PROTECT, related_name="parties")
    particulars = models.JSONField()
    authority = models.CharField(max_length=200, blank=True, default="")
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(citizen__isnull=True) | Q(business__isnull=True), name="party_is_one_person"
            ),
            models.CheckConstraint(
                condition=Q(citizen__isnull=False) | ~Q(role__in=[PartyRole.FILER, PartyRole.REPRESENTATIVE]),
                name="party_who_acts_is_known",
            ),
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(role=PartyRole.APPLICANT, valid_to__isnull=True),
                name="application_has_one_applicant",
            ),
        ]
        indexes = [
            models.Index(fields=["citizen", "application"], name="party_of_citizen"),
            models.Index(fields=["business", "application"], name="party_of_business"),
        ]

    @property
    def is_organisation(self) -> bool:
        """An organisation has a number of its own; a person has an identity paper, or none."""
        return "number" in self.particulars

    @property
    def has_public_number(self) -> bool:
        """Whether anybody may read their number: an organisation's, but not a household's, which is its owner's own."""
        return self.is_organisation and self.particulars["kind"] != BusinessKind.HOUSEHOLD


class ApplicationRevision(models.Model):
    """The answers as declared at one moment. The program may add revisions and may not change one.

    `connecting_unit` is set where a supplement names another place than was filed.
    """

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="revisions")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=12, choices=RevisionKind.choices)
    answers = models.JSONField()
    connecting_unit = models.ForeignKey(
        AdministrativeUnit, null=True, on_delete=models.PROTECT, related_name="+"
    )
    message = models.TextField(blank=True, default="")
    declared_at = models.DateTimeField()
    declared_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["application", "number"], name="revision_key")]


class Attachment(models.Model):
    """An uploaded file with its hash, never edited; served only through a view that asks for the right."""

    uuid = models.UUIDField(unique=True)
    uploaded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()
    filename = models.CharField(max_length=160)
    media_type = models.CharField(max_length=60)
    size = models.PositiveIntegerField()
    sha256 = models.BinaryField()
    storage_name = models.CharField(max_length=200)


class RevisionAttachment(models.Model):
    """A file given with a revision as one of the papers asked for: a component of the procedure, or what a request for a
    supplement named in its own words, `asked_item`.

    Where it was held already it is the file of another case, `held_from`, as that case's paper or its result; whoever
    declared the revision agreed to that.
    """

    revision = models.ForeignKey(ApplicationRevision, on_delete=models.PROTECT, related_name="attachments")
    component = models.ForeignKey(Component, null=True, on_delete=models.PROTECT, related_name="+")
    attachment = models.ForeignKey(Attachment, on_delete=models.PROTECT, related_name="uses")
    asked_item = models.CharField(max_length=500, blank=True, default="")
    held_as = models.CharField(max_length=8, choices=HeldAs.choices, blank=True, default="")
    held_from = models.CharField(max_length=50, blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(held_as="", held_from="") | (~Q(held_as="") & ~Q(held_from="")),
                name="attachment_held_from_a_case",
            ),
            models.UniqueConstraint(fields=["revision", "attachment"], name="attachment_once_a_revision"),
            models.CheckConstraint(
                condition=Q(component__isnull=True) | Q(asked_item=""), name="attachment_is_one_paper"
            ),
        ]


class OriginalSeen(models.Model):
    """A named clerk saw, or took in, the original of a paper at a counter."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="originals")
    component = models.ForeignKey(Component, on_delete=models.PROTECT, related_name="+")
    seen_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["application", "component"], name="original_seen_once")
        ]


class DataLookup(models.Model):
    """What the State's data said of a paper that is taken from there: found, or why it must be asked for after all."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="lookups")
    component = models.ForeignKey(Component, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=16, choices=LookupOutcome.choices)
    looked_up_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["application", "component"], name="data_looked_up_once"),
            models.CheckConstraint(
                condition=Q(outcome__in=LookupOutcome.values), name="lookup_outcome_known"
            ),
        ]
