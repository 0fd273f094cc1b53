"""Who may change the catalogue."""

from __future__ import annotations

from apps.accounts.actors import Actor
from apps.accounts.choices import Role
from apps.core.errors import NotAllowed
from apps.units.choices import Level


def can_change_catalogue(actor: Actor) -> bool:
    """An administrator of the city; the operator's commands act as the program."""
    return bool(actor.program) or any(
        post.role == Role.ADMINISTRATOR and post.level == Level.CITY for post in actor.posts
    )


def may_change_catalogue(actor: Actor) -> None:
    """Raises NotAllowed."""
    if not can_change_catalogue(actor):
        raise NotAllowed()
