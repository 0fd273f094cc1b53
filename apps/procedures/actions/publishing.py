"""A draft comes into force on a decision, and filing of a procedure is closed or opened again by one."""

from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone

from apps.accounts.actors import Actor
from apps.core.administration import note_administration
from apps.core.jobs import DecisionMissing
from apps.core.transactions import verb_transaction
from apps.procedures.actions.locking import lock_draft, lock_procedure, who_and_when
from apps.procedures.choices import VersionState
from apps.procedures.errors import (
    AgenciesMissing,
    EnglishMissing,
    FilingNotClosed,
    FilingNotOpen,
    InForceFromPast,
    PublishedMeanwhile,
    VersionNotSound,
)
from apps.procedures.models import Procedure, ProcedureVersion
from apps.procedures.policies import may_change_catalogue
from apps.procedures.selectors.versions import agencies_missing, faults_before_publication, published_of


def publish_version(
    version_id: int,
    *,
    decision: str,
    in_force_from: date,
    are_missing_agencies_known: bool,
    revision: int,
    published_before: int,
    by: Actor,
    at: datetime,
) -> ProcedureVersion:
    """Freezes a draft and puts it in force from a day on; the version before ends there, one planned for later follows.

    `revision` is the draft as it was seen, `published_before` how many versions of the procedure were published then.
    Raises NotAllowed, VersionUnknown, VersionNotDraft, DraftSavedMeanwhile, PublishedMeanwhile, DecisionMissing,
    InForceFromPast, VersionNotSound with every fault, AgenciesMissing.
    """
    may_change_catalogue(by)
    if not decision.strip():
        raise DecisionMissing(field="decision")
    if in_force_from < timezone.localdate(at):
        raise InForceFromPast(field="in_force_from")
    with verb_transaction():
        draft = lock_draft(version_id, revision=revision)
        published = published_of(draft.procedure)
        if len(published) != published_before:
            last = max(published, key=lambda each: (each.published_at is not None, each.published_at))
            raise PublishedMeanwhile(number=last.number, **who_and_when(last.published_by, last.published_at))
        if faults := faults_before_publication(draft, in_force_from):
            raise VersionNotSound(faults)
        missing = agencies_missing(draft, in_force_from)
        if missing and not are_missing_agencies_known:
            raise AgenciesMissing(field="are_missing_agencies_known", units="; ".join(map(str, missing)))
        for each in published:
            if _is_in_force(each, in_force_from):
                each.in_force_to = in_force_from
                each.save(update_fields=["in_force_to"])
        later = [
            each.in_force_from for each in published if each.in_force_from > in_force_from and _lasts(each)
        ]
        draft.in_force_from, draft.in_force_to = in_force_from, min(later, default=None)
        draft.decision, draft.state = decision.strip(), VersionState.PUBLISHED
        draft.published_by_id, draft.published_at = by.user_id, at
        draft.save()
        note_administration(
            "publish_version",
            subject=draft.procedure.code,
            decision=draft.decision,
            actor_id=by.user_id,
            at=at,
            version=draft.number,
            in_force_from=in_force_from.isoformat(),
            units_without_an_agency=[str(each) for each in missing],
        )
    return draft


def _is_in_force(version: ProcedureVersion, day: date) -> bool:
    return version.in_force_from <= day and (version.in_force_to is None or version.in_force_to > day)


def _lasts(version: ProcedureVersion) -> bool:
    """Whether it is in force for a day at least; what was replaced before it began never is."""
    return version.in_force_to is None or version.in_force_to > version.in_force_from


def close_filing(code: str, *, note: str, note_en: str, decision: str, by: Actor, at: datetime) -> Procedure:
    """Nobody can file the procedure from now on, whatever its versions say; its open cases go on.

    Raises NotAllowed, ProcedureUnknown, DecisionMissing, EnglishMissing, FilingNotOpen.
    """
    may_change_catalogue(by)
    for name, value in (("note", note), ("note_en", note_en)):
        if not value.strip():
            raise EnglishMissing(field=name)
    return _set_filing(code, note.strip(), note_en.strip(), decision=decision, by=by, at=at)


def reopen_filing(code: str, *, decision: str, by: Actor, at: datetime) -> Procedure:
    """Takes such a closing back. Raises NotAllowed, ProcedureUnknown, DecisionMissing, FilingNotClosed."""
    may_change_catalogue(by)
    return _set_filing(code, "", "", decision=decision, by=by, at=at)


def _set_filing(code: str, note: str, note_en: str, *, decision: str, by: Actor, at: datetime) -> Procedure:
    if not decision.strip():
        raise DecisionMissing(field="decision")
    with verb_transaction():
        procedure = lock_procedure(code)
        if bool(procedure.closed_note) == bool(note):
            raise FilingNotOpen() if note else FilingNotClosed()
        procedure.closed_note, procedure.closed_note_en = note, note_en
        procedure.save(update_fields=["closed_note", "closed_note_en"])
        note_administration(
            "close_filing" if note else "reopen_filing",
            subject=code,
            decision=decision.strip(),
            actor_id=by.user_id,
            at=at,
            note=note,
        )
    return procedure
