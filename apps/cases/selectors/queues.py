"""Lists of cases: of a person, of the agencies where an actor works, and those that a filing may repeat."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from apps.accounts.actors import Actor
from apps.applications.choices import PartyRole
from apps.applications.models import Party
from apps.cases.choices import HandoverAnswer, Routing
from apps.cases.models import Case, Handover
from apps.cases.policies import agencies_answered_for, agencies_worked_at, can_see
from apps.cases.selectors.sight import ENDED, WITH_NAMES, filed_by_mandate, standings_of

MOST_STILL_OPEN = 10


def cases_of_person(*, seen_by: Actor) -> QuerySet[Case]:
    """The cases on whose application the actor has a role, newest first; nothing for anybody else."""
    cases = Case.objects.select_related(*WITH_NAMES)
    if not (seen_by.citizen_id or seen_by.business_ids):
        return cases.none()
    mine = Q(citizen_id=seen_by.citizen_id) if seen_by.citizen_id else Q()
    if seen_by.business_ids:
        mine |= Q(business_id__in=seen_by.business_ids)
    applications = Party.objects.filter(
        mine, role__in=[PartyRole.FILER, PartyRole.APPLICANT, PartyRole.REPRESENTATIVE], valid_to__isnull=True
    ).values("application_id")
    others = Party.objects.filter(filed_by_mandate(), application_id=OuterRef("application_id")).exclude(
        business_id__in=seen_by.business_ids
    )
    return cases.filter(~Exists(others), application_id__in=applications).order_by("-id")


@dataclass(frozen=True, slots=True)
class StillOpen:
    """Open cases that a filing may repeat: codes of those that the reader may see, and whether there are others.

    A code begins with its agency's: of the others neither is told.
    """

    codes: list[str]
    has_others: bool

    def __bool__(self) -> bool:
        return bool(self.codes) or self.has_others


NONE_OPEN = StillOpen([], has_others=False)


def still_open(
    procedure_id: int,
    *,
    citizen_id: int | None,
    business_id: int | None,
    subjects: Collection[str],
    besides: str,
    seen_by: Actor,
) -> StillOpen:
    """Open cases of the same applicant and procedure but one, about the same person where one is named."""
    if citizen_id is None and business_id is None:
        return NONE_OPEN
    applies = Q(citizen_id=citizen_id) if business_id is None else Q(business_id=business_id)
    applications = Party.objects.filter(applies, role=PartyRole.APPLICANT, valid_to__isnull=True)
    found: Collection[Case] = (
        Case.objects.select_related("receiving_agency__unit", "competent_agency__unit")
        .filter(
            # Of a group any of its cases that is open.
            Q(version__procedure_id=procedure_id) | Q(application__version__procedure_id=procedure_id),
            application_id__in=applications.values("application_id"),
        )
        .exclude(status__in=ENDED)
        .exclude(application_id__in=Case.objects.filter(code=besides).values("application_id"))
        .order_by("-id")[:MOST_STILL_OPEN]
    )
    if found and subjects:
        names = {name.casefold() for name in subjects}
        concerned = Party.objects.filter(
            application_id__in=[case.application_id for case in found],
            role=PartyRole.SUBJECT,
            valid_to__isnull=True,
        ).values_list("application_id", "particulars")
        same = {application for application, said in concerned if said["name"].casefold() in names}
        found = [case for case in found if case.application_id in same]
    if not found:
        return NONE_OPEN
    standings = standings_of(found, seen_by)
    codes = [case.code for case in found if can_see(case, seen_by, standings[case.pk])]
    return StillOpen(codes, has_others=len(codes) < len(found))


def inbox(*, seen_by: Actor) -> QuerySet[Case]:
    """Open cases held by the agencies where the actor works on cases, the most urgent first.

    Last come those whose clock stands: whoever holds them waits for somebody else, or has decided.
    """
    agencies = agencies_worked_at(seen_by)
    return (
        Case.objects.select_related(*WITH_NAMES)
        .filter(current_agency_id__in=agencies)
        .exclude(status__in=ENDED)
        .order_by("next_due_at", "id")
    )


def handovers_waiting(*, seen_by: Actor) -> QuerySet[Handover]:
    """Cases offered to the actor's agencies and not yet answered."""
    agencies = agencies_answered_for(seen_by)
    return (
        Handover.objects.filter(to_agency_id__in=agencies, answered_at__isnull=True)
        .select_related("case__version__procedure", "from_agency", "to_agency")
        .order_by("due_at", "id")
    )


def sent_on(*, seen_by: Actor) -> QuerySet[Case]:
    """Open cases that the actor's agencies received or sent on and that are elsewhere now: the sender keeps sight."""
    agencies = agencies_worked_at(seen_by)
    received = Case.objects.filter(receiving_agency_id__in=agencies).exclude(status__in=ENDED)
    sent = Handover.objects.filter(from_agency_id__in=agencies, answer=HandoverAnswer.RECEIVED)
    # A union and no OR: each side reads its own index, which begins with the agency.
    ours = received.values("id").union(sent.values("case_id"))
    return (
        Case.objects.select_related(*WITH_NAMES)
        .filter(pk__in=ours)
        .exclude(current_agency_id__in=agencies)
        .exclude(status__in=ENDED)
        .order_by("next_due_at", "id")
    )


def unrouted(*, seen_by: Actor) -> QuerySet[Case]:
    """Cases that stay with their receiving agency because they cannot be routed, with the reason."""
    return (
        Case.objects.select_related(*WITH_NAMES)
        .filter(receiving_agency_id__in=agencies_worked_at(seen_by), routing=Routing.UNROUTABLE)
        .exclude(status__in=ENDED)
        .order_by("id")
    )


def applicants_of(cases: list[Case]) -> dict[int, str]:
    """The applicant's name by application, for a page of cases already shown to somebody."""
    return applicant_names(case.application_id for case in cases)


def applicant_names(application_ids: Iterable[int]) -> dict[int, str]:
    """The same by the applications of a page of values."""
    parties = Party.objects.filter(
        application_id__in=list(application_ids), role=PartyRole.APPLICANT, valid_to__isnull=True
    )
    return {
        application: particulars.get("name", "")
        for application, particulars in parties.values_list("application_id", "particulars")
    }
