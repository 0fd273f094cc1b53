"""The access log: who read personal data whole or took a file, what, why, when. It takes no lock on any case."""

from __future__ import annotations

from datetime import datetime

from apps.core.models import AccessRecord


def note_access(*, actor_id: int | None, action: str, subject: str, at: datetime, reason: str = "") -> None:
    """Adds one line; `subject` is a code or an identifier, never personal data."""
    AccessRecord.objects.create(actor_id=actor_id, action=action, subject=subject, reason=reason, at=at)
