"""Who may do what with money. Rights follow from posts and are asked here and in the policies of cases."""

from __future__ import annotations

from apps.accounts.actors import Actor
from apps.accounts.choices import Role
from apps.receipts.models import CashierSession

ANSWER_FOR_MONEY = (Role.HEAD, Role.APPROVER)
TAKE_MONEY = (Role.RECEPTIONIST, Role.CASHIER, Role.RESULT_DESK)


def can_take_money_at(agency_id: int | None, actor: Actor) -> bool:
    """Whoever stands at the desk of an agency keeps a drawer there."""
    return actor.holds(agency_id, *TAKE_MONEY)


def answers_for_drawers_at(agency_id: int | None, actor: Actor) -> bool:
    """Who heads an agency, or signs for it, sees the drawers of its desk and closes one whose cashier is absent."""
    return actor.holds(agency_id, *ANSWER_FOR_MONEY)


def has_to_do_with_drawers(actor: Actor) -> bool:
    """Whether the actor keeps a drawer anywhere, or answers for some."""
    return bool(actor.posts_with(*TAKE_MONEY, *ANSWER_FOR_MONEY))


def may_acknowledge(session: CashierSession, actor: Actor) -> bool:
    """A difference is acknowledged by a second pair of eyes: by neither who kept the drawer nor who counted it."""
    is_second = actor.user_id not in (session.cashier_id, session.closed_by_id)
    return is_second and answers_for_drawers_at(session.desk_id, actor)


def answers_for_money_of(agency_id: int | None, actor: Actor) -> bool:
    """Whoever heads a collecting body, or signs there, answers for what it tells the tax authority."""
    return actor.holds(agency_id, *ANSWER_FOR_MONEY)
