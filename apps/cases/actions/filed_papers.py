"""The papers of a filing: files given, originals seen, papers held already, and what the State's data said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from apps.accounts.actors import Actor
from apps.applications.actions import GivenFile, own_attachments
from apps.applications.choices import LookupOutcome
from apps.cases.errors import AttachmentUnknown, PaperMissing, PaperNotHeld, PaperUnknown
from apps.cases.policies import is_actors
from apps.cases.selectors.held import HeldPaper, papers_of_applicant
from apps.core.errors import Refusal
from apps.procedures.choices import Channel, ComponentMode
from apps.procedures.models import Component

if TYPE_CHECKING:
    from apps.cases.actions.filing import Filing
    from apps.cases.actions.parties import Side


@dataclass(frozen=True, slots=True)
class FiledPapers:
    """What a filing holds: files by paper, ids of papers whose original was seen, what each look-up said."""

    files: list[GivenFile]
    seen: list[int]
    lookups: Mapping[int, LookupOutcome]

    @property
    def held(self) -> list[dict[str, Any]]:
        """For the ledger: each file that was held already, as which paper, from which case, with its hash."""
        return [
            {"paper": each.component_id, "from": each.held_from, "sha256": bytes(each.file.sha256).hex()}
            for each in self.files
            if each.held_from
        ]


def papers_of_filing(
    filing: Filing, asked: Mapping[str, Component], side: Side, faults: list[Refusal], *, by: Actor
) -> FiledPapers:
    """Every paper of a filing, tied to the paper asked for. Only `upload` can block an online filing.

    Adds PaperUnknown, AttachmentUnknown, PaperNotHeld, PaperMissing.
    """
    held = _held(filing, asked, side, faults, by=by)
    files = tied_to_papers(filing.attachments, {code: row.pk for code, row in asked.items()}, faults, by=by)
    at_desk = filing.channel != Channel.ONLINE
    seen = [asked[code].pk for code in dict.fromkeys(filing.originals) if code in asked] if at_desk else []
    for code, row in asked.items():
        if not row.is_required:
            continue
        is_given = bool(filing.attachments.get(code)) or code in held
        if row.mode == ComponentMode.UPLOAD and not is_given and not (at_desk and row.pk in seen):
            faults.append(PaperMissing(field=f"attachments.{code}", paper=row.title))
        if (
            at_desk
            and row.mode in (ComponentMode.ORIGINAL_SHOWN, ComponentMode.ORIGINAL_FILED)
            and row.pk not in seen
        ):
            faults.append(PaperMissing(field=f"originals.{code}", paper=row.title))
    # A file that the applicant gave all the same is not put beside itself.
    given = {file.file.pk for file in files}
    again = [_as_given(paper) for paper in held.values() if paper.file.pk not in given]
    return FiledPapers(
        [*files, *{each.file.pk: each for each in again}.values()],
        seen,
        {row.pk: _looked_up(row, held) for row in asked.values() if row.mode == ComponentMode.FROM_DATA},
    )


def _held(
    filing: Filing, asked: Mapping[str, Component], side: Side, faults: list[Refusal], *, by: Actor
) -> dict[str, HeldPaper]:
    """The papers that are taken from what is held: those agreed to, and what the State's own data give.

    Only of an applicant who files, or for whom somebody with a mandate does; at a desk of the person who stands there.
    """
    wanted = [row for code, row in asked.items() if code in filing.held or _is_ours(row)]
    found: dict[str, HeldPaper] = {}
    if wanted:
        citizen, business = side.applicant.citizen, side.applicant.business
        ids = {
            "citizen_id": citizen.pk if citizen else None,
            "business_id": business.pk if business else None,
        }
        is_theirs = filing.channel != Channel.ONLINE or is_actors(**ids, actor=by)
        found = papers_of_applicant(wanted, **ids) if is_theirs else {}
    for code in dict.fromkeys(filing.held):
        if code not in asked:
            faults.append(PaperUnknown(field=f"held.{code}"))
        elif code not in found:
            faults.append(PaperNotHeld(field=f"held.{code}", paper=asked[code].title))
    return found


def _is_ours(row: Component) -> bool:
    return row.mode == ComponentMode.FROM_DATA and bool(row.results_of)


def _as_given(paper: HeldPaper) -> GivenFile:
    return GivenFile(paper.file, paper.component.pk, held_as=paper.held_as.value, held_from=paper.held_from)


def _looked_up(row: Component, held: Mapping[str, HeldPaper]) -> LookupOutcome:
    if not row.results_of:
        return LookupOutcome.NOT_CONNECTED
    return LookupOutcome.FOUND if row.code in held else LookupOutcome.NOT_HELD


def tied_to_papers(
    attachments: Mapping[str, Sequence[UUID]],
    asked: Mapping[str, int],
    faults: list[Refusal],
    *,
    by: Actor,
    items: Mapping[str, str] | None = None,
) -> list[GivenFile]:
    """The actor's own files, each as the paper under whose code it was given.

    `asked` are ids of components by code, `items` the words of a request by number; a code begins with a letter, so
    that no number is one. Adds PaperUnknown for what is in neither, AttachmentUnknown for a file of nobody's or of others.
    """
    items = items or {}
    owned = own_attachments((uuid for uuids in attachments.values() for uuid in uuids), by=by)
    files: list[GivenFile] = []
    for code, uuids in attachments.items():
        if code not in asked and code not in items:
            faults.append(PaperUnknown(field=f"attachments.{code}"))
            continue
        for uuid in uuids:
            if uuid not in owned:
                faults.append(AttachmentUnknown(field=f"attachments.{code}"))
            else:
                files.append(GivenFile(owned[uuid], asked.get(code), items.get(code, "")))
    return files
