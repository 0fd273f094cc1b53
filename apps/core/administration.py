"""The record of administration: who changed what all cases stand on, by which decision."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from apps.core.models import AdministrativeAct


def note_administration(
    kind: str, *, subject: str, actor_id: int | None, at: datetime, decision: str = "", **body: Any
) -> None:
    """Adds one line, in the transaction of the change; `subject` is a code or an identifier."""
    AdministrativeAct.objects.create(
        kind=kind, subject=subject, actor_id=actor_id, decision=decision, body=body, at=at
    )
