"""What the verbs of the catalogue lock: a procedure before its versions, so that two who act at once take turns."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from apps.accounts.models import User
from apps.core.errors import NotFound
from apps.core.transactions import lock_one
from apps.procedures.errors import DraftSavedMeanwhile, ProcedureUnknown, VersionNotDraft, VersionUnknown
from apps.procedures.models import Procedure, ProcedureVersion


def lock_procedure(code: str) -> Procedure:
    """Raises ProcedureUnknown."""
    try:
        return lock_one(Procedure.objects.filter(code=code))
    except NotFound as error:
        raise ProcedureUnknown(field="procedure", code=code) from error


def lock_draft(version_id: int, *, revision: int | None = None) -> ProcedureVersion:
    """A draft, with its procedure locked first. Raises VersionUnknown, VersionNotDraft, DraftSavedMeanwhile."""
    found = ProcedureVersion.objects.filter(pk=version_id).values_list("procedure__code", flat=True).first()
    if found is None:
        raise VersionUnknown(field="version")
    procedure = lock_procedure(found)
    try:
        draft = lock_one(ProcedureVersion.objects.filter(pk=version_id))
    except NotFound as error:
        raise VersionUnknown(field="version") from error
    draft.procedure = procedure
    if not draft.is_draft:
        raise VersionNotDraft(**who_and_when(draft.published_by, draft.published_at))
    if revision is not None and draft.revision != revision:
        raise DraftSavedMeanwhile(**who_and_when(draft.saved_by, draft.saved_at))
    return draft


def who_and_when(user: User | None, at: Any) -> dict[str, str]:
    """Who did something and when, for a refusal that tells it."""
    return {
        "who": user.full_name if user else "—",
        "when": timezone.localtime(at).strftime("%H:%M %d/%m/%Y") if at else "—",
    }
