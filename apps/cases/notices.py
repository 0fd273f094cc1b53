"""What the applicant is told, and after which acts: an outbox row now, a notice and an e-mail by its consumer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apps.cases.choices import EventKind
from apps.cases.models import CaseEvent

if TYPE_CHECKING:
    from apps.cases.actions.acting import Act

# The template of each act that the applicant is told of; `templates/notices/<name>.txt`.
TEMPLATES: dict[EventKind, str] = {
    EventKind.APPLICATION_SUBMITTED: "submitted",
    EventKind.INTAKE_ACCEPTED: "accepted",
    EventKind.INTAKE_DECLINED: "declined",
    EventKind.SUPPLEMENT_REQUESTED: "supplement_requested",
    EventKind.WITHDRAWAL_DECLINED: "withdrawal_declined",
    EventKind.CASE_STOPPED: "stopped",
    EventKind.CASE_REOPENED: "reopened",
    EventKind.RESULT_RELEASED: "released",
    EventKind.RESULT_HANDED_OVER: "handed_over",
}


def owe_notice(act: Act, event: CaseEvent) -> None:
    """The applicant is owed word of this event, once."""
    act.owe("apps.cases.tasks.send_notice", f"notice:{act.case.code}:{event.sequence}", event=event.pk)
