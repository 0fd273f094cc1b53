"""Who may do what with money. Rights follow from posts and are asked here and in the policies of cases."""

from __future__ import annotations

from apps.accounts.actors import Actor
from apps.accounts.choices import Role
from apps.core.errors import NotAllowed
from apps.procedures.policies import can_change_catalogue

TAKE_MONEY = (Role.RECEPTIONIST, Role.CASHIER, Role.RESULT_DESK)
_ANSWER_FOR_MONEY = (Role.HEAD, Role.APPROVER)


def can_take_money_at(agency_id: int | None, actor: Actor) -> bool:
    """Whoever stands at the desk of an agency keeps a drawer there."""
    return actor.holds(agency_id, *TAKE_MONEY)


def can_keep_series(body_id: int, actor: Actor) -> bool:
    """An administrator of the city, and who heads the collecting body or signs for it."""
    return can_change_catalogue(actor) or actor.holds(body_id, *_ANSWER_FOR_MONEY)


def may_keep_series(body_id: int, actor: Actor) -> None:
    """Raises NotAllowed."""
    if not can_keep_series(body_id, actor):
        raise NotAllowed()


def may_keep_some_series(actor: Actor) -> None:
    """Raises NotAllowed for who keeps the series of no body at all."""
    if not (can_change_catalogue(actor) or bodies_kept(actor)):
        raise NotAllowed()


def bodies_kept(actor: Actor) -> tuple[int, ...]:
    """The agencies whose series the actor keeps by a post there; an administrator of the city keeps all."""
    return actor.agencies_with(*_ANSWER_FOR_MONEY)


def can_answer_for_receipts(body_id: int, actor: Actor) -> bool:
    """Who answers for a wrong receipt of a collecting body: its cashier, its head, who signs there."""
    return actor.holds(body_id, Role.CASHIER, *_ANSWER_FOR_MONEY)
