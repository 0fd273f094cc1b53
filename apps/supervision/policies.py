"""Who may look on from above: a supervisor at one district, an inspector at the whole city. Neither acts on a case."""

from __future__ import annotations

from apps.accounts.actors import Actor
from apps.accounts.choices import Role
from apps.units.choices import Level
from apps.units.models import AdministrativeUnit


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
