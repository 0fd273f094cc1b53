"""Loads the catalogue: one file a procedure, checked before a row is written; a published version is frozen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from apps.core.loading import Fault, Faults, LoadRefused, Tally, differing, read_document
from apps.core.records import MISSING, Read, record, text, truth, word
from apps.procedures.choices import VersionState
from apps.procedures.content import LIVING_FIELDS, VERSION, WITH_PARTS, content_of, read_version, write_parts
from apps.procedures.models import Procedure, ProcedureVersion
from apps.procedures.soundness import CODE, Content, check_versions
from apps.units.choices import Level
from apps.units.models import AgencyKind

# Of every field: how it is read, and its value where the file is silent (MISSING: it must be there).
PROCEDURE: dict[str, tuple[Read, Any]] = {
    "code": (text(40, shape=CODE), MISSING),
    "name": (text(400), MISSING),
    "name_en": (text(400), MISSING),
    "field": (text(160), MISSING),
    "field_en": (text(160), MISSING),
    "level": (word(Level.values), MISSING),
    "for_citizens": (truth, MISSING),
    "for_businesses": (truth, MISSING),
    "is_verified": (truth, MISSING),
}
PROCEDURE_FIELDS = tuple(name for name in PROCEDURE if name != "code")


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The procedures of the files, with their versions, as they will be stored."""

    procedures: Mapping[str, Content]

    def files(self) -> Iterable[tuple[str, Content]]:
        return ((f"procedures/{code}.json", content) for code, content in self.procedures.items())


def read_catalogue(folder: Path, *, kinds: Mapping[str, str]) -> tuple[Catalogue, list[Fault]]:
    """Reads and checks every file of `procedures/`; `kinds` gives the level of each known kind of agency."""
    found: dict[str, Content] = {}
    faults: list[Fault] = []
    paths = sorted((folder / "procedures").glob("*.json"))
    if not paths:
        faults.append(Fault("procedures/", "", "", _("there is no file")))
    for path in paths:
        of_file = Faults(f"procedures/{path.name}")
        content = _procedure(read_document(path, of_file), of_file, kinds)
        if content and content["code"] != path.stem:
            of_file.add("", "code", _("the file must be named after the code"))
        faults += of_file.found
        if content and not of_file.found:
            found[content["code"]] = content
    return Catalogue(found), [*faults, *_unknown_parts(found)]


def _unknown_parts(found: Mapping[str, Content]) -> list[Fault]:
    """A group opens cases of procedures that the files have, and of no other group."""
    groups = {code for code, content in found.items() if any(v["linked_parts"] for v in content["versions"])}
    return [
        Fault(
            f"procedures/{code}.json",
            f"versions/{version['number']}/linked_parts/{number}",
            "procedure",
            _("“%s” is no procedure that a group can open") % row["procedure"],
        )
        for code, content in found.items()
        for version in content["versions"]
        for number, row in enumerate(version["linked_parts"], 1)
        if row["procedure"] not in found or row["procedure"] in groups
    ]


def _procedure(document: Any, faults: Faults, kinds: Mapping[str, str]) -> Content | None:
    if not isinstance(document, dict):
        if document is not None:
            faults.add("", "", _("must be an object"))
        return None
    content = record(document, PROCEDURE, "", faults, besides={"versions"})
    versions = document.get("versions")
    if not isinstance(versions, list) or not versions:
        faults.add("", "versions", _("must be a list of at least %d, none twice") % 1)
        return None
    content["versions"] = [
        read_version(each, f"versions/{n}", faults, kinds) for n, each in enumerate(versions, 1)
    ]
    if faults.found:
        return None
    check_versions(content, faults)
    levels = {kinds[row["agency_kind"]] for version in content["versions"] for row in version["competences"]}
    if content["level"] not in levels:
        faults.add("", "level", _("no competent agency is of this level"))
    return content


def write_catalogue(catalogue: Catalogue) -> list[Tally]:
    """Adds missing procedures and versions. The caller holds the transaction.

    Raises LoadRefused when a stored version is not what the file says: a published version is never edited.
    """
    tally, versions = Tally("procedures"), Tally("procedure_versions")
    stored = {
        each.code: each for each in Procedure.objects.filter(code__in=catalogue.procedures).order_by("pk")
    }
    kinds = {kind.code: kind for kind in AgencyKind.objects.order_by("pk")}
    held = _stored_versions(stored.values())
    _refuse_edited(catalogue, stored, held)
    # All procedures before the first version: a group names those of its parts.
    for code, content in catalogue.procedures.items():
        procedure = stored.get(code)
        if procedure is None:
            tally.new += 1
            stored[code] = Procedure.objects.create(
                code=code, **{name: content[name] for name in PROCEDURE_FIELDS}
            )
        elif changed := differing(procedure, content, PROCEDURE_FIELDS):
            tally.different.append(f"{code} ({', '.join(changed)})")
        else:
            tally.unchanged += 1
    for code, content in catalogue.procedures.items():
        procedure = stored[code]
        for version in content["versions"]:
            if (procedure.pk, version["number"]) in held:
                versions.unchanged += 1
            else:
                versions.new += 1
                _write_version(procedure, version, kinds)
    return [tally, versions]


def _stored_versions(procedures: Iterable[Procedure]) -> dict[tuple[int, int], Content]:
    """What each stored version says, in the words of the files."""
    rows = (
        ProcedureVersion.objects.filter(procedure__in=list(procedures))
        .order_by("pk")
        .prefetch_related(*WITH_PARTS)
    )
    return {(row.procedure_id, row.number): content_of(row) for row in rows}


def _refuse_edited(
    catalogue: Catalogue, stored: Mapping[str, Procedure], held: Mapping[tuple[int, int], Content]
) -> None:
    faults = []
    for file, content in catalogue.files():
        procedure = stored.get(content["code"])
        for version in content["versions"]:
            old = held.get((procedure.pk, version["number"])) if procedure else None
            wanted = {name: value for name, value in version.items() if name not in LIVING_FIELDS}
            if old is None or old == wanted:
                continue
            where = f"versions/{version['number']}"
            changed = ", ".join(name for name in wanted if wanted[name] != old[name])
            faults.append(
                Fault(
                    file,
                    where,
                    changed,
                    _("this version is published and stored otherwise; make a new version instead"),
                )
            )
    if faults:
        raise LoadRefused(faults)


def _write_version(procedure: Procedure, content: Content, kinds: Mapping[str, AgencyKind]) -> None:
    """Every version begins as a draft; what the file calls published is frozen before the transaction ends."""
    version = ProcedureVersion.objects.create(
        procedure=procedure, **{name: content[name] for name in VERSION} | {"state": VersionState.DRAFT}
    )
    write_parts(version, content, kinds)
    if content["state"] != VersionState.DRAFT:
        version.state = content["state"]
        version.save(update_fields=["state"])
