"""Cases that wait for the result of another are told how that one ended, by a worker, each under its own lock."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apps.cases.models import CaseEvent, CaseLink
from apps.cases.selectors import rules_asked

if TYPE_CHECKING:
    from apps.cases.actions.acting import Act

TASK = "apps.cases.tasks.follow_prerequisite"


def owe_dependants(act: Act, event: CaseEvent) -> None:
    """Owes each case that waits for this one the news that it ended; nothing where the case was opened alone."""
    if not rules_asked(act.case).is_group:
        return
    code = act.case.code
    waiting = CaseLink.objects.filter(prerequisite=act.case).order_by("pk")
    for dependant in waiting.values_list("case__code", flat=True):
        act.owe(TASK, f"follow:{dependant}:{code}:{event.sequence}", code=dependant, prerequisite=code)
