"""What a version says, as a document: how it is read from a file or a form, checked, stored, and given back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _

from apps.accounts.choices import Role
from apps.core.loading import Faults
from apps.core.records import (
    MISSING,
    Read,
    codes,
    mapping,
    moment,
    number,
    numbers,
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
    StepProduct,
    VersionState,
)
from apps.procedures.models import (
    Competence,
    Component,
    FeeRule,
    LinkedPart,
    Procedure,
    ProcedureVersion,
    Step,
    TimeLimit,
)
from apps.procedures.soundness import (
    CODE,
    NAMES_A_KIND,
    OF_PARTS_IN_A_GROUP,
    SLUG,
    VERIFIED_UNITS,
    WINDOW_UNITS,
    Content,
    check_schema,
    check_version,
)
from apps.units.models import AgencyKind

# As on the national list, with or without a local suffix.
PROCEDURE_CODE = r"[0-9]\.[0-9]{6}(\.[0-9A-Z.]+)?"
NOTE = {"note": (text(600, least=0), ""), "note_en": (text(600, least=0), "")}
# Of every field: how it is read, and its value where the file is silent (MISSING: it must be there).
PART: dict[str, tuple[Read, Any]] = {
    "condition": (or_nothing(mapping), None),
    "is_established": (truth, True),
    **NOTE,
}
VERSION: dict[str, tuple[Read, Any]] = {
    "number": (number(1, 32767), MISSING),
    "state": (word((VersionState.DRAFT.value, VersionState.PUBLISHED.value)), MISSING),
    "in_force_from": (moment(date), MISSING),
    "in_force_to": (or_nothing(moment(date)), None),
    "decision": (text(200, least=0), ""),
    # None where it is opened only as a part of a group.
    "channels": (words(Channel.values, least=0), MISSING),
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
        "is_lasting": (truth, False),
        "results_of": (codes(PROCEDURE_CODE, most=20), []),
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
        "exempt_condition": (or_nothing(mapping), None),
        "exempt_percent": (or_nothing(number(1, 100)), None),
        "exempt_basis": (text(200, least=0), ""),
        "exempt_from": (or_nothing(moment(date)), None),
        "exempt_to": (or_nothing(moment(date)), None),
        "collector_kind": (or_nothing(text(40, shape=SLUG)), None),
        "collector_factor": (word(("", *ConnectingFactor.values)), ""),
        "collector_basis": (text(200, least=0), ""),
        "has_face_value": (truth, False),
        **PART,
    },
    "steps": {
        "code": (text(30, shape=SLUG), MISSING),
        "name": (text(160), MISSING),
        "name_en": (text(160), MISSING),
        "agency_kind": (or_nothing(text(40, shape=SLUG)), None),
        "factor": (word(("", *ConnectingFactor.values)), ""),
        "role": (word(Role.values), MISSING),
        "act": (word(StepAct.values), MISSING),
        "product": (word(StepProduct.values), ""),
        "product_name": (text(200, least=0), ""),
        "product_name_en": (text(200, least=0), ""),
        "may_skip": (word(("", *Role.values)), ""),
        "share": (number(1, 1000), MISSING),
        "share_of": (number(1, 1000), MISSING),
        **PART,
    },
    "linked_parts": {
        "procedure": (text(40, shape=CODE), MISSING),
        "waits_for": (numbers(1, 60), []),
        **PART,
    },
}
# What a version may be without: only a group has linked parts.
OPTIONAL = frozenset({"linked_parts"})
MODELS: dict[str, type[Model]] = {
    "competences": Competence,
    "time_limits": TimeLimit,
    "components": Component,
    "fee_rules": FeeRule,
    "steps": Step,
    "linked_parts": LinkedPart,
}
# What is saved together: what a version says of itself, and the form that it asks to be filled in.
# Every part of a version read with it, a query each.
_NAMED = {
    **{part: f"{part}__{field}" for part, field in NAMES_A_KIND.items()},
    "linked_parts": "linked_parts__procedure",
}
WITH_PARTS = tuple(_NAMED.get(part, part) for part in PARTS)
LIFE = frozenset({"number", "state", "in_force_from", "in_force_to", "decision"})
BASICS = tuple(name for name in VERSION if name not in {*LIFE, "form_schema"})
FORM = ("form_schema",)
# What a version may become after it was loaded is no difference from its file.
LIVING_FIELDS = frozenset({"state", "in_force_to"})


def read_version(document: Any, where: str, faults: Faults, kinds: Mapping[str, str]) -> Content:
    """The one reader and the one soundness check, for a file, a draft and a publication; `where` begins each place.

    `kinds` gives the level of each known kind of agency.
    """
    if not isinstance(document, dict):
        faults.add(where, "", _("must be an object"))
        return {}
    before = len(faults.found)
    content = record(document, VERSION, where, faults, besides=PARTS)
    # The fees and the steps of a group are those of its parts.
    may_be_empty = OPTIONAL | (OF_PARTS_IN_A_GROUP if document.get("linked_parts") else frozenset())
    for part, fields in PARTS.items():
        rows: Any = document.get(part, [] if part in OPTIONAL else None)
        is_list = isinstance(rows, list) and all(isinstance(row, dict) for row in rows)
        if not is_list or not (rows or part in may_be_empty):
            faults.add(where, part, _("must be a list of at least one object"))
            continue
        content[part] = [record(row, fields, place(where, part, n), faults) for n, row in enumerate(rows, 1)]
    if len(faults.found) == before:
        check_schema(content["form_schema"], place(where, "form_schema"), faults)
        check_version(content, where, faults, kinds)
    return content


def kinds_of_agencies() -> dict[str, AgencyKind]:
    """Every kind of agency by its code."""
    return {kind.code: kind for kind in AgencyKind.objects.order_by("pk")}


def place(where: str, *parts: object) -> str:
    """A path such as `versions/1/fee_rules/2`."""
    return "/".join(str(part) for part in (where, *parts) if part != "")


def read_part(part: str, rows: list[Content], faults: Faults) -> list[Content]:
    """The rows of one part, each fault at `<part>/<number>`; whether they fit the rest is asked before publication."""
    return [record(row, PARTS[part], place("", part, n), faults) for n, row in enumerate(rows, 1)]


def content_of(version: ProcedureVersion) -> Content:
    """A stored version as its file would say it, without what may change after publication."""
    content: Content = {name: getattr(version, name) for name in VERSION if name not in LIVING_FIELDS}
    for part, fields in PARTS.items():
        rows = sorted(getattr(version, part).all(), key=lambda row: row.position)
        content[part] = [{name: _field_of(row, name) for name in fields} for row in rows]
    return content


def _field_of(row: Model, name: str) -> Any:
    value = getattr(row, name)
    # A kind of agency, or a procedure, is named by its code.
    return value.code if isinstance(value, AgencyKind | Procedure) else value


def document_of(version: ProcedureVersion) -> Content:
    """The same as a file would spell it, dates as text, with what changes later: ready to be read again."""
    whole = content_of(version) | {name: getattr(version, name) for name in sorted(LIVING_FIELDS)}
    spelled: Content = _spelled(whole)
    return spelled


def _spelled(value: Any) -> Any:
    match value:
        case dict():
            return {name: _spelled(each) for name, each in value.items()}
        case list():
            return [_spelled(each) for each in value]
        case date() | time():
            return value.isoformat()
    return value


def write_parts(version: ProcedureVersion, content: Content, kinds: Mapping[str, AgencyKind]) -> None:
    """Writes those parts of a draft that `content` has; what stood there must be gone."""
    codes = [row["procedure"] for row in content.get("linked_parts", ())]
    linked = {each.code: each for each in Procedure.objects.filter(code__in=codes)} if codes else {}
    for part, model in MODELS.items():
        rows = [
            model(version=version, position=position, **_as_stored(part, row, kinds, linked))
            for position, row in enumerate(content.get(part, ()), 1)
        ]
        if rows:
            model._default_manager.bulk_create(rows)


def _as_stored(
    part: str, row: Content, kinds: Mapping[str, AgencyKind], linked: Mapping[str, Procedure]
) -> Content:
    """A row with what it names by code looked up."""
    if part == "linked_parts":
        return {**row, "procedure": linked[row["procedure"]]}
    if field := NAMES_A_KIND.get(part):
        named = row.get(field)
        return {**row, field: kinds[named] if named else None}
    return row
