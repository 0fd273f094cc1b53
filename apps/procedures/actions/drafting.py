"""Drafts of a version: begun from another version or blank, saved part by part, described, discarded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.actors import Actor
from apps.core.administration import note_administration
from apps.core.loading import Faults
from apps.core.records import record
from apps.core.transactions import verb_transaction
from apps.procedures.actions.locking import lock_draft, lock_procedure
from apps.procedures.blank import blank_content
from apps.procedures.choices import VersionState
from apps.procedures.content import (
    BASICS,
    FORM,
    PARTS,
    VERSION,
    content_of,
    document_of,
    kinds_of_agencies,
    read_part,
    write_parts,
)
from apps.procedures.errors import DraftRefused, EnglishMissing, PartUnknown, VersionUnknown
from apps.procedures.models import Procedure, ProcedureVersion
from apps.procedures.policies import may_change_catalogue
from apps.procedures.soundness import NAMES_A_KIND, check_receipting, check_waiting
from apps.units.choices import Level
from apps.units.models import AgencyKind


def draft_version(code: str, *, based_on: int | None, by: Actor, at: datetime) -> ProcedureVersion:
    """A new draft: a copy of one of the procedure's versions (by its number), or blank where none is named.

    Raises NotAllowed, ProcedureUnknown, VersionUnknown.
    """
    may_change_catalogue(by)
    with verb_transaction():
        procedure = lock_procedure(code)
        source = None
        if based_on is not None:
            source = ProcedureVersion.objects.filter(procedure=procedure, number=based_on).first()
            if source is None:
                raise VersionUnknown(field="based_on")
        kinds = list(AgencyKind.objects.order_by("pk"))
        content = content_of(source) if source else blank_content(procedure, kinds)
        last = ProcedureVersion.objects.filter(procedure=procedure).order_by("-number").first()
        draft = ProcedureVersion.objects.create(
            procedure=procedure,
            number=last.number + 1 if last else 1,
            state=VersionState.DRAFT,
            in_force_from=timezone.localdate(at),
            based_on=source,
            drafted_by_id=by.user_id,
            drafted_at=at,
            **{name: content[name] for name in (*BASICS, *FORM)},
        )
        write_parts(draft, content, {kind.code: kind for kind in kinds})
        _note("draft_version", draft, by, at, based_on=source.number if source else None)
    return draft


def save_draft(
    version_id: int,
    part: str,
    said: Mapping[str, Any] | Sequence[Mapping[str, Any]],
    *,
    revision: int,
    by: Actor,
    at: datetime,
) -> ProcedureVersion:
    """Saves one part of a draft, spelled as a file spells it: `basics` and `form` are objects, the others lists of rows.

    What an object does not name stays as it is. `revision` is the draft as its editor saw it: who saved later than that is not overwritten. Whether the part fits the
    others is asked when it is published. Raises NotAllowed, VersionUnknown, VersionNotDraft, PartUnknown,
    DraftSavedMeanwhile, DraftRefused with every fault.
    """
    may_change_catalogue(by)
    with verb_transaction():
        draft = lock_draft(version_id, revision=revision)
        faults = Faults("")
        kinds = kinds_of_agencies()
        rows: dict[str, Any] = {}
        if part in ("basics", "form") and isinstance(said, Mapping):
            fields = BASICS if part == "basics" else FORM
            before = {name: value for name, value in document_of(draft).items() if name in fields}
            content = record(before | dict(said), {name: VERSION[name] for name in fields}, part, faults)
            for name, value in content.items():
                setattr(draft, name, value)
        elif part in PARTS and not isinstance(said, Mapping):
            rows = {part: read_part(part, [dict(row) for row in said], faults)}
            _refuse_unknown_kinds(rows, kinds, faults)
            _refuse_unsound_parts(rows, draft, kinds, faults)
        else:
            raise PartUnknown(field="part")
        if faults.found:
            raise DraftRefused(faults.found)
        for name in rows:
            getattr(draft, name).all().delete()
        write_parts(draft, rows, kinds)
        draft.revision += 1
        draft.saved_by_id, draft.saved_at = by.user_id, at
        draft.save()
        _note("save_draft", draft, by, at, part=part, revision=draft.revision)
    return draft


def _refuse_unknown_kinds(rows: Mapping[str, Any], kinds: Mapping[str, AgencyKind], faults: Faults) -> None:
    for part, field in NAMES_A_KIND.items():
        for number, row in enumerate(rows.get(part, ()), 1):
            if row.get(field) is not None and row[field] not in kinds:
                faults.add(f"{part}/{number}", field, _("“%s” is not a kind of agency") % row[field])


def _refuse_unsound_parts(
    rows: Mapping[str, Any], draft: ProcedureVersion, kinds: Mapping[str, AgencyKind], faults: Faults
) -> None:
    """What the database holds in no draft either: a fee collected without authorisation; a part of a group that is no
    other procedure, or waits for one that would wait for it.
    """
    if faults.found:
        return
    levels = {code: kind.level for code, kind in kinds.items()}
    for number, row in enumerate(rows.get("fee_rules", ()), 1):
        check_receipting(row, f"fee_rules/{number}", faults, levels)
    linked = rows.get("linked_parts", ())
    if not linked:
        return
    check_waiting(linked, "linked_parts", faults)
    codes = {row["procedure"] for row in linked}
    known = set(Procedure.objects.filter(code__in=codes).values_list("code", flat=True))
    for number, row in enumerate(linked, 1):
        if row["procedure"] not in known or row["procedure"] == draft.procedure.code:
            faults.add(
                f"linked_parts/{number}",
                "procedure",
                _("“%s” is no procedure that a group can open") % row["procedure"],
            )


def discard_draft(version_id: int, *, by: Actor, at: datetime) -> ProcedureVersion:
    """Throws a draft away; that it was there stays in the record of administration.

    Raises NotAllowed, VersionUnknown, VersionNotDraft.
    """
    may_change_catalogue(by)
    with verb_transaction():
        draft = lock_draft(version_id)
        _note("discard_draft", draft, by, at)
        number, procedure = draft.number, draft.procedure
        ProcedureVersion.objects.filter(based_on=draft, state=VersionState.DRAFT).update(based_on=None)
        for part in PARTS:
            getattr(draft, part).all().delete()
        ProcedureVersion.objects.filter(pk=draft.pk).delete()
    return ProcedureVersion(procedure=procedure, number=number)


def describe_procedure(
    code: str,
    *,
    name_en: str,
    field_en: str,
    level: str,
    for_citizens: bool,
    for_businesses: bool,
    by: Actor,
    at: datetime,
) -> Procedure:
    """Enters what the national list does not give. Raises NotAllowed, ProcedureUnknown, EnglishMissing, PartUnknown."""
    may_change_catalogue(by)
    with verb_transaction():
        procedure = lock_procedure(code)
        for name, text in (("name_en", name_en), ("field_en", field_en)):
            if not text.strip():
                raise EnglishMissing(field=name)
        if level not in Level.values:
            raise PartUnknown(field="level")
        entered: dict[str, Any] = {
            "name_en": name_en.strip(),
            "field_en": field_en.strip(),
            "level": level,
            "for_citizens": for_citizens,
            "for_businesses": for_businesses,
        }
        changed = {
            name: [getattr(procedure, name), value]
            for name, value in entered.items()
            if getattr(procedure, name) != value
        }
        for name, value in entered.items():
            setattr(procedure, name, value)
        procedure.save(update_fields=list(entered))
        note_administration(
            "describe_procedure", subject=procedure.code, actor_id=by.user_id, at=at, changed=changed
        )
    return procedure


def _note(kind: str, draft: ProcedureVersion, by: Actor, at: datetime, **body: Any) -> None:
    note_administration(
        kind, subject=draft.procedure.code, actor_id=by.user_id, at=at, version=draft.number, **body
    )
