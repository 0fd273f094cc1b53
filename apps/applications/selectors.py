"""What was filed. Callers have asked `cases` whether the actor may see it."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from datetime import date
from typing import Any, Protocol
from uuid import UUID

from apps.accounts.actors import Actor
from apps.applications.choices import PartyRole
from apps.applications.models import (
    Application,
    ApplicationRevision,
    Attachment,
    DataLookup,
    OriginalSeen,
    Party,
    RevisionAttachment,
)
from apps.businesses.models import Business, Mandate
from apps.citizens.models import Citizen
from apps.units.models import AdministrativeUnit


def revisions_of(application_id: int) -> list[ApplicationRevision]:
    """What was declared, each time: the submission first, then what each supplement changed."""
    return list(
        ApplicationRevision.objects.filter(application_id=application_id)
        .select_related("connecting_unit", "declared_by")
        .order_by("number")
    )


def answers_of(application_id: int) -> dict[str, Any]:
    """The answers as they stand: those first filed, with what supplements changed and, by null, took back."""
    answers: dict[str, Any] = {}
    for revision in ApplicationRevision.objects.filter(application_id=application_id).order_by("number"):
        answers.update(revision.answers)
    return {name: answer for name, answer in answers.items() if answer is not None}


def connecting_unit_of(application: Application) -> AdministrativeUnit | None:
    """The place that ties the application to an agency: as filed, or as a supplement corrected it last."""
    corrected = (
        ApplicationRevision.objects.filter(application=application, connecting_unit__isnull=False)
        .select_related("connecting_unit__parent__parent")
        .order_by("-number")
        .first()
    )
    return corrected.connecting_unit if corrected else application.connecting_unit


def attachments_of(application_id: int) -> list[RevisionAttachment]:
    return list(
        RevisionAttachment.objects.filter(revision__application_id=application_id)
        .select_related("attachment", "component", "revision")
        .order_by("id")
    )


def lookups_of(application_id: int) -> list[DataLookup]:
    """What the State's data said when it was filed."""
    found = DataLookup.objects.filter(application_id=application_id)
    return list(found.select_related("component").order_by("component__position"))


def originals_of(application_id: int) -> list[OriginalSeen]:
    return list(
        OriginalSeen.objects.filter(application_id=application_id).select_related("component", "seen_by")
    )


def party_in_role(application: Application, role: PartyRole) -> Party | None:
    """The citizen or business that holds a role now."""
    return (
        Party.objects.filter(application=application, role=role, valid_to__isnull=True)
        .select_related("citizen", "business")
        .first()
    )


def acting_parties(application_id: int) -> list[Party]:
    """Who files and who applies."""
    acting = Party.objects.filter(
        application_id=application_id,
        role__in=[PartyRole.FILER, PartyRole.APPLICANT],
        valid_to__isnull=True,
    )
    return list(acting.select_related("citizen", "business").order_by("id"))


class Known(Protocol):
    """A party, as declared or as stored, tied to the citizen or the business whom we know."""

    @property
    def citizen(self) -> Citizen | None: ...

    @property
    def business(self) -> Business | None: ...


def has_account(parties: Iterable[Known], *, day: date) -> bool:
    """Whether one of these has an account into which a result can be put: their own, or that of whoever acts for a
    business on the day."""
    known = list(parties)
    if any(party.citizen is not None and party.citizen.user_id is not None for party in known):
        return True
    businesses = [party.business for party in known if party.business is not None]
    acts = Mandate.objects.valid_on(day).filter(business__in=businesses, citizen__user__isnull=False)
    return bool(businesses) and acts.exists()


def earlier_upload(content: bytes, *, by: Actor, besides: Collection[UUID] = ()) -> Attachment | None:
    """The same bytes as this person uploaded them before, except as these files. A picture is stored re-encoded and is not found."""
    return (
        Attachment.objects.filter(uploaded_by_id=by.user_id, sha256=hashlib.sha256(content).digest())
        .exclude(uuid__in=besides)
        .order_by("-id")
        .first()
    )
