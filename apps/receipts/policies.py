"""Who may do what with money. Rights follow from posts and are asked here and in the policies of cases."""

from __future__ import annotations

from apps.accounts.actors import Actor
from apps.accounts.choices import Role

TAKE_MONEY = (Role.RECEPTIONIST, Role.CASHIER, Role.RESULT_DESK)
# At the body for which money was collected.
ANSWER_FOR_MONEY = (Role.CASHIER, Role.HEAD, Role.APPROVER)


def can_take_money_at(agency_id: int | None, actor: Actor) -> bool:
    """Whoever stands at the desk of an agency keeps a drawer there."""
    return actor.holds(agency_id, *TAKE_MONEY)


def can_print_receipts(actor: Actor) -> bool:
    """Whether the actor takes money, or answers for it, anywhere."""
    return bool(actor.posts_with(*TAKE_MONEY, *ANSWER_FOR_MONEY))


def can_print_receipts_of(agency_id: int, actor: Actor) -> bool:
    """Whoever takes money at the agency's desk or answers for what was collected for it; each prints what is theirs to read."""
    return actor.holds(agency_id, *TAKE_MONEY, *ANSWER_FOR_MONEY)
