"""Who has to do with a case at all: what ties an actor to it, who sees it, who works on it."""

from __future__ import annotations

from dataclasses import dataclass

from apps.accounts.actors import Actor, HeldPost
from apps.accounts.choices import Role
from apps.applications.choices import PartyRole
from apps.applications.models import Party
from apps.cases.errors import NotYours
from apps.cases.models import Case, Handover, OpinionRequest
from apps.receipts.models import RefundProposal
from apps.receipts.policies import (
    holds_for,
)
from apps.units.choices import Level

# By default one person at a counter is receptionist, cashier and result desk.
DESK = (Role.RECEPTIONIST, Role.CASHIER, Role.RESULT_DESK)
CASEWORK = (*DESK, Role.HANDLER, Role.HEAD, Role.APPROVER, Role.REGISTRAR)
GIVE_OPINIONS = (Role.HANDLER, Role.HEAD, Role.APPROVER)
ANSWER_HANDOVERS = (Role.RECEPTIONIST, Role.HANDLER, Role.HEAD)
ACTING_PARTIES = frozenset({PartyRole.FILER, PartyRole.APPLICANT, PartyRole.REPRESENTATIVE})


@dataclass(frozen=True, slots=True)
class Standing:
    """What ties one actor to one case today: roles on the application, a handover that waits, past sendings.

    `is_mandate_over`: the actor filed for a business for which they may no longer act.

    `has_originals` is whether an agency still holds original papers of a case that has ended. `asked_agencies` are
    those whose opinion was asked for, and not revoked; `collecting_agencies` those for which a fee was collected where that
    is not who decides; `pool_ids` the actor's pools, read for a case that is in one. `refunds` are
    all proposals to pay money of the case back, however they stand.
    """

    party_roles: frozenset[PartyRole] = frozenset()
    is_mandate_over: bool = False
    open_handover: Handover | None = None
    sent_by_agencies: frozenset[int] = frozenset()
    has_originals: bool = False
    open_opinions: tuple[OpinionRequest, ...] = ()
    asked_agencies: frozenset[int] = frozenset()
    collecting_agencies: frozenset[int] = frozenset()
    pool_ids: frozenset[int] = frozenset()
    refunds: tuple[RefundProposal, ...] = ()

    @property
    def is_party(self) -> bool:
        """Whether the matter is the actor's own; who only pays for another is no party to it."""
        return bool(self.party_roles - {PartyRole.PAYER})

    @property
    def is_acting_party(self) -> bool:
        return bool(self.party_roles & ACTING_PARTIES) and not self.is_mandate_over


def posts_of_casework(actor: Actor) -> tuple[HeldPost, ...]:
    """The posts that give a place at the desk: whoever holds none works on no case."""
    return actor.posts_with(*CASEWORK)


def agencies_worked_at(actor: Actor) -> tuple[int, ...]:
    """The agencies on whose cases the actor works."""
    return actor.agencies_with(*CASEWORK)


def agencies_headed(actor: Actor) -> tuple[HeldPost, ...]:
    """The posts in which the actor heads an agency: whoever does gives its cases to people and pools."""
    return actor.posts_with(Role.HEAD)


def may_manage_pools(agency_id: int, actor: Actor) -> None:
    """Raises NotYours unless the actor heads the agency."""
    if not actor.holds(agency_id, Role.HEAD):
        raise NotYours()


def agencies_giving_opinions(actor: Actor) -> tuple[int, ...]:
    """The agencies for which the actor answers when another asks for their opinion."""
    return actor.agencies_with(*GIVE_OPINIONS)


def agencies_answered_for(actor: Actor) -> tuple[int, ...]:
    """The agencies for which the actor receives or returns a handover."""
    return actor.agencies_with(*ANSWER_HANDOVERS)


def counters_of(actor: Actor) -> tuple[HeldPost, ...]:
    """The posts at whose counters the actor takes applications."""
    return actor.posts_with(Role.RECEPTIONIST)


def is_actors(citizen_id: int | None, business_id: int | None, actor: Actor) -> bool:
    """Whether a party is the actor's own person, or a business for which they may act today."""
    is_person = citizen_id is not None and citizen_id == actor.citizen_id
    return is_person or (business_id is not None and business_id in actor.business_ids)


def agencies_of(case: Case, standing: Standing) -> frozenset[int | None]:
    """The agencies whose staff see the case: those it names, the one it is offered to, those that sent it on, those asked,
    those that collected, and those that have money of it to give back.
    """
    offered = {standing.open_handover.to_agency_id} if standing.open_handover else set()
    named = {
        case.receiving_agency_id,
        case.competent_agency_id,
        case.returning_agency_id,
        case.current_agency_id,
    }
    refunding = {refund.payment.collecting_body_id for refund in standing.refunds}
    return frozenset(
        named
        | offered
        | standing.sent_by_agencies
        | standing.asked_agencies
        | standing.collecting_agencies
        | refunding
    )


def can_see(case: Case, actor: Actor, standing: Standing) -> bool:
    """Parties; staff of the agencies concerned; the supervisor of the district; the city's inspectors."""
    if standing.is_acting_party or actor.program:
        return True
    return works_at_agency_of(case, actor, standing) or can_supervise(case, actor)


def works_at_agency_of(case: Case, actor: Actor, standing: Standing) -> bool:
    """Whether the actor works on cases at one of the agencies whose staff see this one, or at who has succeeded one."""
    return holds_for(agencies_of(case, standing), actor, *CASEWORK)


def works_on(case: Case, actor: Actor, standing: Standing) -> bool:
    """Whether the actor is of the applicant's side or works on the case: who only supervises does not."""
    return standing.is_acting_party or works_at_agency_of(case, actor, standing)


def works_where_it_is(case: Case, actor: Actor) -> bool:
    """Whether the actor works on cases at the agency that holds this one."""
    return actor.holds(case.current_agency_id, *CASEWORK)


def can_read_party(party: Party, actor: Actor, standing: Standing) -> bool:
    """A party whole as it is: who filed has declared it; everybody else knows only their own."""
    is_filer = PartyRole.FILER in standing.party_roles and standing.is_acting_party
    return is_filer or is_actors(party.citizen_id, party.business_id, actor)


def can_supervise(case: Case, actor: Actor) -> bool:
    """A supervisor sees what the district or a ward below received or decided; an inspector sees the whole city."""
    units: set[int | None] = set()
    for agency in (case.receiving_agency, case.competent_agency):
        if agency is not None:
            units |= {agency.unit_id, agency.unit.parent_id}
    return any(
        post.role == Role.INSPECTOR
        or (post.role == Role.SUPERVISOR and post.level == Level.DISTRICT and post.unit_id in units)
        for post in actor.posts
    )
