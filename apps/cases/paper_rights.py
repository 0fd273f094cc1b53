"""Who may correct which paper, and who reads the office's own."""

from __future__ import annotations

from apps.accounts.actors import Actor
from apps.accounts.choices import Role
from apps.cases.models import Case
from apps.cases.policies import Standing, works_at_agency_of


def can_correct_paper_of(agency_id: int, actor: Actor) -> bool:
    """A paper is corrected by the head of the agency that issued it."""
    return actor.holds(agency_id, Role.HEAD)


def can_read_internal(case: Case, actor: Actor, standing: Standing) -> bool:
    """The office's own papers are for staff of the agencies concerned, unless the matter is theirs."""
    return works_at_agency_of(case, actor, standing) and not standing.is_party
