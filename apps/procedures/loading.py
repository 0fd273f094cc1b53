"""Loads the catalogue: one file a procedure, checked before a row is written; a published version is frozen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time
from pathlib import Path
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _

from apps.accounts.choices import Role
from apps.core.loading import Fault, Faults, LoadRefused, Tally, differing, read_document
from apps.core.records import (
    MISSING,
    Read,
    mapping,
    moment,
    number,
    or_nothing,
    record,
    text,
    truth,
    word,
    words,
)
from apps.procedures.choices import (
    AfterSupplement,
    BorneBy,
    Channel,
    ComponentMode,
    ConnectingFactor,
    FeeKind,
    LimitUnit,
    PayBefore,
    Quantity,
    StepAct,
    VersionState,
)
from apps.procedures.models import (
    Competence,
    Component,
    FeeRule,
    Procedure,
    ProcedureVersion,
    Step,
    TimeLimit,
)
from apps.procedures.soundness import (
    SLUG,
    VERIFIED_UNITS,
    WINDOW_UNITS,
    Content,
    check_schema,
    check_version,
    check_versions,
)
from apps.units.choices import Level
from apps.units.models import AgencyKind

NOTE = {"note": (text(600, least=0), ""), "note_en": (text(600, least=0), "")}
# Of every field: how it is read, and its value where the file is silent (MISSING: it must be there).
PART: dict[str, tuple[Read, Any]] = {
    "condition": (or_nothing(mapping), None),
    "is_established": (truth, True),
    **NOTE,
}
PROCEDURE: dict[str, tuple[Read, Any]] = {
    "code": (text(40, shape=r"[0-9]\.[0-9]{6}(\.[0-9A-Z.]+)?"), MISSING),
    "name": (text(400), MISSING),
    "name_en": (text(400), MISSING),
    "field": (text(160), MISSING),
    "field_en": (text(160), MISSING),
    "level": (word(Level.values), MISSING),
    "for_citizens": (truth, MISSING),
    "for_businesses": (truth, MISSING),
    "is_verified": (truth, MISSING),
}
VERSION: dict[str, tuple[Read, Any]] = {
    "number": (number(1, 32767), MISSING),
    "state": (word((VersionState.DRAFT.value, VersionState.PUBLISHED.value)), MISSING),
    "in_force_from": (moment(date), MISSING),
    "in_force_to": (or_nothing(moment(date)), None),
    "decision": (text(200, least=0), ""),
    "channels": (words(Channel.values, least=1), MISSING),
    "presence_channels": (words(Channel.values, least=0), MISSING),
    "after_supplement": (word(AfterSupplement.values), AfterSupplement.RESTART.value),
    "result_name": (text(300), MISSING),
    "result_name_en": (text(300), MISSING),
    "form_schema": (mapping, MISSING),
    "closed_note": (text(300, least=0), ""),
    "closed_note_en": (text(300, least=0), ""),
    "note": (text(2000, least=0), ""),
    "note_en": (text(2000, least=0), ""),
    # Time with the applicant: how long it may last, in `day` or `working_day`; nothing where the law gives no window.
    "supplement_window": (or_nothing(number(1, 366)), None),
    "supplement_window_unit": (word(("", *WINDOW_UNITS)), ""),
    "payment_window": (or_nothing(number(1, 366)), None),
    "payment_window_unit": (word(("", *WINDOW_UNITS)), ""),
    "confirmation_window": (or_nothing(number(1, 366)), None),
    "confirmation_window_unit": (word(("", *WINDOW_UNITS)), ""),
    "is_agreement_provided": (truth, False),
}
PARTS: dict[str, dict[str, tuple[Read, Any]]] = {
    "competences": {
        "agency_kind": (text(40, shape=SLUG), MISSING),
        "factor": (word(ConnectingFactor.values), MISSING),
        **PART,
    },
    "time_limits": {
        "value": (or_nothing(number(1, 32767)), MISSING),
        "unit": (word(LimitUnit.values), MISSING),
        "cut_off": (or_nothing(moment(time)), None),
        "verified_value": (or_nothing(number(1, 32767)), None),
        "verified_unit": (word(("", *VERIFIED_UNITS)), ""),
        **PART,
    },
    "components": {
        "code": (text(40, shape=SLUG), MISSING),
        "name": (text(400), MISSING),
        "name_en": (text(400), MISSING),
        "mode": (word(ComponentMode.values), MISSING),
        "is_required": (truth, MISSING),
        "copies": (number(0, 100), MISSING),
        **PART,
    },
    "fee_rules": {
        "kind": (word(FeeKind.values), MISSING),
        "name": (text(300), MISSING),
        "name_en": (text(300), MISSING),
        "unit_price": (or_nothing(number(0, 2_000_000_000)), MISSING),
        "quantity": (word(Quantity.values), Quantity.ONE.value),
        "most": (or_nothing(number(1, 2_000_000_000)), None),
        "borne_by": (word(BorneBy.values), BorneBy.APPLICANT.value),
        "pay_before": (word(PayBefore.values), PayBefore.ACCEPTANCE.value),
        "legal_basis": (text(200, least=0), ""),
        "basis_from": (or_nothing(moment(date)), None),
        "basis_to": (or_nothing(moment(date)), None),
        "is_refundable": (truth, False),
        **PART,
    },
    "steps": {
        "code": (text(30, shape=SLUG), MISSING),
        "name": (text(160), MISSING),
        "name_en": (text(160), MISSING),
        "role": (word(Role.values), MISSING),
        "act": (word(StepAct.values), MISSING),
        "share": (number(1, 1000), MISSING),
        "share_of": (number(1, 1000), MISSING),
        **PART,
    },
}
MODELS: dict[str, type[Model]] = {
    "competences": Competence,
    "time_limits": TimeLimit,
    "components": Component,
    "fee_rules": FeeRule,
    "steps": Step,
}
PROCEDURE_FIELDS = tuple(name for name in PROCEDURE if name != "code")
# What a version may become after it was loaded is no difference from its file.
LIVING_FIELDS = frozenset({"state", "in_force_to"})


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
    return Catalogue(found), faults


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
        _version(each, f"versions/{n}", faults, kinds) for n, each in enumerate(versions, 1)
    ]
    if faults.found:
        return None
    check_versions(content, faults)
    levels = {kinds[row["agency_kind"]] for version in content["versions"] for row in version["competences"]}
    if content["level"] not in levels:
        faults.add("", "level", _("no competent agency is of this level"))
    return content


def _version(document: Any, where: str, faults: Faults, kinds: Mapping[str, str]) -> Content:
    if not isinstance(document, dict):
        faults.add(where, "", _("must be an object"))
        return {}
    before = len(faults.found)
    content = record(document, VERSION, where, faults, besides=PARTS)
    for part, fields in PARTS.items():
        rows = document.get(part)
        if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
            faults.add(where, part, _("must be a list of at least one object"))
            continue
        content[part] = [record(row, fields, f"{where}/{part}/{n}", faults) for n, row in enumerate(rows, 1)]
    if len(faults.found) == before:
        check_schema(content["form_schema"], f"{where}/form_schema", faults)
        check_version(content, where, faults, kinds)
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
    for code, content in catalogue.procedures.items():
        procedure = stored.get(code)
        if procedure is None:
            tally.new += 1
            procedure = Procedure.objects.create(
                code=code, **{name: content[name] for name in PROCEDURE_FIELDS}
            )
        elif changed := differing(procedure, content, PROCEDURE_FIELDS):
            tally.different.append(f"{code} ({', '.join(changed)})")
        else:
            tally.unchanged += 1
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
        .prefetch_related(*(part for part in PARTS if part != "competences"), "competences__agency_kind")
    )
    return {(row.procedure_id, row.number): content_of(row) for row in rows}


def content_of(version: ProcedureVersion) -> Content:
    """A stored version as its file would say it, without what may change after publication."""
    content: Content = {name: getattr(version, name) for name in VERSION if name not in LIVING_FIELDS}
    for part, fields in PARTS.items():
        rows = sorted(getattr(version, part).all(), key=lambda row: row.position)
        content[part] = [{name: _field_of(row, name) for name in fields} for row in rows]
    return content


def _field_of(row: Model, name: str) -> Any:
    return (
        row.agency_kind.code if isinstance(row, Competence) and name == "agency_kind" else getattr(row, name)
    )


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
    version = ProcedureVersion.objects.create(
        procedure=procedure, **{name: content[name] for name in VERSION}
    )
    for part, model in MODELS.items():
        model._default_manager.bulk_create(
            [
                model(version=version, position=position, **_as_stored(row, kinds))
                for position, row in enumerate(content[part], 1)
            ]
        )


def _as_stored(row: Content, kinds: Mapping[str, AgencyKind]) -> Content:
    return {**row, "agency_kind": kinds[row["agency_kind"]]} if "agency_kind" in row else row
