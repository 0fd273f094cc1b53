"""Who may look on from above: a supervisor at one district, an inspector at the whole city. Neither acts on a case."""

from __future__ import annotations

from apps.accounts.actors import Actor
from apps.accounts.choices import Role
from apps.cases.policies import agencies_worked_at
from apps.units.choices import Level
from apps.units.models import AdministrativeUnit, Agency


def oversees(actor: Actor) -> bool:
    """Whether the actor supervises anything at all."""
    return bool(actor.posts_with(Role.SUPERVISOR, Role.INSPECTOR))


def oversees_city(actor: Actor) -> bool:
    return bool(actor.posts_with(Role.INSPECTOR))


def districts_overseen(actor: Actor) -> frozenset[int]:
    """The districts of which the actor is supervisor, without those of an inspector, which are all."""
    return frozenset(
        post.unit_id for post in actor.posts_with(Role.SUPERVISOR) if post.level == Level.DISTRICT
    )


def can_see_district(unit: AdministrativeUnit, actor: Actor) -> bool:
    return unit.level == Level.DISTRICT and (oversees_city(actor) or unit.pk in districts_overseen(actor))


def supervises_agency(agency: Agency, actor: Actor) -> bool:
    """An agency of a district that the actor supervises or of a ward in it; an inspector's are all."""
    return oversees_city(actor) or bool({agency.unit_id, agency.unit.parent_id} & districts_overseen(actor))


def can_read_register(agency: Agency, actor: Actor) -> bool:
    """The agency's own staff, and whoever supervises it: a statutory book, with whole names."""
    return agency.pk in agencies_worked_at(actor) or supervises_agency(agency, actor)
