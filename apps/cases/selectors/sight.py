"""A case as one person sees it. Nobody who forgets to say who asks sees anything."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Q

from apps.accounts.actors import Actor
from apps.accounts.selectors import pools_joined
from apps.applications.choices import PartyRole
from apps.applications.models import Party
from apps.cases.choices import OpinionEnd, Status
from apps.cases.codes import read_case_code
from apps.cases.errors import CaseUnknown, TrackingFailed
from apps.cases.models import Case, Handover, OpinionRequest, OriginalCustody
from apps.cases.policies import Standing, can_see, verbs_open
from apps.cases.selectors.receipted import collecting_agencies
from apps.cases.selectors.refunds import refunds_by_case
from apps.cases.selectors.waiting import is_provided_for
from apps.cases.tracking import is_secret
from apps.core.errors import Refusal
from apps.procedures.choices import Channel
from apps.receipts.models import RefundProposal

WITH_NAMES = (
    "application",
    "version__procedure",
    "receiving_agency__unit",
    "competent_agency__unit",
    "returning_agency",
    "current_agency__unit",
    "step_agency",
    "handler",
    "pool",
)


ENDED = (Status.DECLINED, Status.STOPPED, Status.DELIVERED)


def standing_of(case: Case, actor: Actor) -> Standing:
    """What ties an actor to a case."""
    return standings_of([case], actor)[case.pk]


def _pools_of(cases: Collection[Case], actor: Actor) -> frozenset[int]:
    """The actor's pools, read only where a case is in one."""
    wanted = {case.pool_id for case in cases if case.pool_id is not None}
    if not (wanted and actor.posts and actor.user_id):
        return frozenset()
    return pools_joined(wanted, actor.user_id)


def standings_of(cases: Collection[Case], actor: Actor) -> dict[int, Standing]:
    """What ties an actor to each of some cases: a few small look-ups, and one for each that has ended."""
    applications = {case.application_id for case in cases}
    roles: dict[int, set[PartyRole]] = defaultdict(set)
    if actor.citizen_id or actor.business_ids:
        mine = Q(citizen_id=actor.citizen_id) if actor.citizen_id else Q()
        if actor.business_ids:
            mine |= Q(business_id__in=actor.business_ids)
        found = Party.objects.filter(mine, application_id__in=applications, valid_to__isnull=True)
        for application, role in found.values_list("application_id", "role"):
            roles[application].add(PartyRole(role))
    filed_only = {
        application
        for application, mine_there in roles.items()
        if PartyRole.FILER in mine_there and PartyRole.APPLICANT not in mine_there
    }
    by_mandate: set[int] = set()
    if filed_only:
        mandated = Party.objects.filter(filed_by_mandate(), application_id__in=filed_only)
        by_mandate = set(mandated.values_list("application_id", flat=True))
    handovers: dict[int, list[Handover]] = defaultdict(list)
    if actor.posts or actor.program:
        for handover in Handover.objects.filter(case__in=cases).order_by("id"):
            handovers[handover.case_id].append(handover)
    opinions: dict[int, list[OpinionRequest]] = defaultdict(list)
    if actor.posts or actor.program:
        asked = OpinionRequest.objects.filter(case__in=cases).exclude(end=OpinionEnd.REVOKED)
        for opinion in asked.select_related("to_agency").order_by("case_id", "number"):
            opinions[opinion.case_id].append(opinion)
    refunds: dict[int, list[RefundProposal]] = {}
    if actor.posts or actor.program:
        refunds = refunds_by_case(cases)
    pools = _pools_of(cases, actor)
    return {
        case.pk: Standing(
            party_roles=frozenset(roles[case.application_id]),
            is_mandate_over=case.application_id in by_mandate,
            open_handover=next(
                (handover for handover in handovers[case.pk] if handover.answered_at is None), None
            ),
            sent_by_agencies=frozenset(handover.from_agency_id for handover in handovers[case.pk]),
            has_originals=bool(actor.posts) and case.status in ENDED and has_originals(case),
            open_opinions=tuple(opinion for opinion in opinions[case.pk] if opinion.ended_at is None),
            asked_agencies=frozenset(opinion.to_agency_id for opinion in opinions[case.pk]),
            pool_ids=pools,
            refunds=tuple(refunds.get(case.pk, ())),
            collecting_agencies=collecting_agencies(case) if actor.posts else frozenset(),
        )
        for case in cases
    }


def filed_by_mandate() -> Q:
    """The applicant of what was filed online for a business: whoever filed it acts by a mandate, and while it lasts."""
    return Q(
        role=PartyRole.APPLICANT,
        business__isnull=False,
        valid_to__isnull=True,
        application__channel=Channel.ONLINE,
    )


def has_originals(case: Case) -> bool:
    """Whether an agency still holds an original paper of the case."""
    return OriginalCustody.objects.filter(case=case, left_at__isnull=True, holder__isnull=False).exists()


@dataclass(frozen=True, slots=True)
class SeenCase:
    """A case as one person sees it."""

    case: Case
    standing: Standing
    verbs: list[str]
    is_official: bool


def case_seen_by(code: str, *, seen_by: Actor) -> SeenCase:
    """Raises CaseUnknown when there is none, or the actor may not know that there is; CaseCodeMalformed."""
    case = Case.objects.select_related(*WITH_NAMES).filter(code=read_case_code(code)).first()
    if case is None:
        raise CaseUnknown(field="code")
    standing = standing_of(case, seen_by)
    if not can_see(case, seen_by, standing):
        raise CaseUnknown(field="code")
    return SeenCase(
        case=case,
        standing=standing,
        verbs=[verb for verb in verbs_open(case, seen_by, standing) if is_provided_for(verb, case, seen_by)],
        is_official=not standing.is_acting_party,
    )


def case_by_secret(code: str, secret: str) -> Case:
    """The case for whoever holds the code and the secret of form 01. Raises TrackingFailed, telling nothing apart."""
    try:
        case = Case.objects.select_related(*WITH_NAMES).filter(code=read_case_code(code)).first()
    except Refusal as error:
        raise TrackingFailed(field="code") from error
    if case is None or not is_secret(secret, bytes(case.tracking_hash)):
        raise TrackingFailed(field="code")
    return case
