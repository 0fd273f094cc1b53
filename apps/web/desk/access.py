"""Who may come to the desk, and which case they see there: rights from posts, never from being a party."""

from __future__ import annotations

from apps.accounts.actors import Actor
from apps.cases.errors import CaseUnknown
from apps.cases.policies import posts_of_casework, works_at_agency_of
from apps.cases.selectors import SeenCase, case_seen_by
from apps.core.errors import NotAllowed
from apps.web.ui.signing_in import signed_in_and


def may_work_on_cases(actor: Actor) -> None:
    """Raises NotAllowed for who holds no post of casework."""
    if not posts_of_casework(actor):
        raise NotAllowed()


for_clerks = signed_in_and(may_work_on_cases)


def seen_at_desk(code: str, *, seen_by: Actor) -> SeenCase:
    """A case of one of the actor's agencies. Raises CaseUnknown, also where the actor sees it only as a party."""
    seen = case_seen_by(code, seen_by=seen_by)
    if not works_at_agency_of(seen.case, seen_by, seen.standing):
        raise CaseUnknown(field="code")
    return seen
