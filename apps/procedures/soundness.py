"""What must be true of a version before it is published: its parts, its form and its conditions fit together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from apps.core.loading import Faults
from apps.procedures.choices import Channel, ComponentMode, ConnectingFactor, LimitUnit, Quantity, StepAct
from apps.procedures.forms import file_papers, shapes_of
from apps.procedures.forms.kinds import SLUG as SLUG
from apps.procedures.forms.references import reads
from apps.procedures.forms.soundness import check_condition, is_sound
from apps.procedures.forms.soundness import check_schema as check_schema
from apps.units.choices import Level

Content = dict[str, Any]
WINDOWS = ("supplement_window", "payment_window", "confirmation_window")
WINDOW_UNITS = (LimitUnit.DAY.value, LimitUnit.WORKING_DAY.value)
VERIFIED_UNITS = (*WINDOW_UNITS, LimitUnit.WORKING_HOUR.value, LimitUnit.CLOCK_HOUR.value)
PARTS = ("competences", "time_limits", "components", "fee_rules", "steps", "linked_parts")
# Parts whose rows may name a kind of agency, and the field that does.
NAMES_A_KIND = {"competences": "agency_kind", "fee_rules": "collector_kind", "steps": "agency_kind"}
# A procedure's national code, or one of ours that begins with a national one.
CODE = r"[0-9]\.[0-9]{6}(\.[0-9A-Z.]+)?"
# What a group has from its parts and never of its own.
OF_PARTS_IN_A_GROUP = frozenset({"fee_rules", "steps"})
# Each act closes a step at most once, in this order; other steps may stand between the first and the second.
ACTS_IN_ORDER = (
    StepAct.ACCEPT_INTAKE,
    StepAct.PROPOSE_RESULT,
    StepAct.APPROVE_RESULT,
    StepAct.RELEASE_RESULT,
)


def check_versions(content: Content, faults: Faults) -> None:
    """Published versions of a procedure follow one another."""
    versions = content["versions"]
    if [version["number"] for version in versions] != list(range(1, len(versions) + 1)):
        faults.add("", "versions", _("must be numbered from 1"))
    for earlier, later in pairwise(versions):
        if earlier["in_force_to"] is None or earlier["in_force_to"] > later["in_force_from"]:
            faults.add(
                f"versions/{later['number']}", "in_force_from", _("the version before it is still in force")
            )


def check_version(version: Content, where: str, faults: Faults, kinds: Mapping[str, str]) -> None:
    if version["in_force_to"] and version["in_force_to"] <= version["in_force_from"]:
        faults.add(where, "in_force_to", _("ends before it begins"))
    if not set(version["presence_channels"]) <= set(version["channels"]):
        faults.add(where, "presence_channels", _("names a channel that is not open"))
    _check_competences(version, where, faults, kinds)
    _check_limits(version, where, faults)
    _check_spans(version, where, faults)
    _check_fees(version, where, faults, kinds)
    if version["linked_parts"]:
        _check_group(version, where, faults)
    else:
        _check_steps(version["steps"], where, faults, kinds)
    _check_once(version["components"], f"{where}/components", faults)
    # What cannot be read as a form is told by `check_schema`; nothing can rest on it.
    if is_sound(version["form_schema"]):
        _check_what_rests_on_the_form(version, where, faults)


def _check_group(version: Content, where: str, faults: Faults) -> None:
    """An application that opens several cases: each decides under its own rules, and none waits for itself."""
    for part in sorted(OF_PARTS_IN_A_GROUP):
        if version[part]:
            faults.add(f"{where}/{part}", "", _("a group has those of its parts and none of its own"))
    if set(version["channels"]) != {Channel.ONLINE.value}:
        faults.add(where, "channels", _("a group is filed online only"))
    if len(version["time_limits"]) != 1:
        faults.add(f"{where}/time_limits", "value", _("a group states one limit for the whole, or none"))
    check_waiting(version["linked_parts"], f"{where}/linked_parts", faults)


def check_waiting(rows: Sequence[Content], where: str, faults: Faults) -> None:
    """No part waits for itself, directly or around; each is there once, and one waits for nothing."""
    codes: set[str] = set()
    for number, row in enumerate(rows, 1):
        place = f"{where}/{number}"
        if row["procedure"] in codes:
            faults.add(place, "procedure", _("“%s” is a part of this group twice") % row["procedure"])
        codes.add(row["procedure"])
        if number in row["waits_for"]:
            faults.add(place, "waits_for", _("waits for itself"))
        if around := _around(number, rows):
            said = " → ".join(map(str, around))
            faults.add(place, "waits_for", _("waits for itself, by way of others: %s") % said)
        for other in row["waits_for"]:
            if other > len(rows):
                faults.add(place, "waits_for", _("there is no part %d in this group") % other)
            elif other > number and not around:
                faults.add(place, "waits_for", _("part %d comes after it: put it before this one") % other)
    if rows and all(row["waits_for"] or row["condition"] for row in rows):
        faults.add(where, "condition", _("one part at least opens always and waits for nothing"))


def _around(start: int, rows: Sequence[Content]) -> list[int]:
    """The way from a part by those for which it waits back to it; empty where there is none."""
    ways = [[start]]
    seen: set[int] = set()
    while ways:
        way = ways.pop()
        for other in rows[way[-1] - 1]["waits_for"] if way[-1] <= len(rows) else ():
            if other == start and len(way) > 1:
                return [*way, start]
            if other not in seen and other != start:
                seen.add(other)
                ways.append([*way, other])
    return []


def _check_what_rests_on_the_form(version: Content, where: str, faults: Faults) -> None:
    """Conditions read facts of the program or answers; quantities and file questions name what is there."""
    schema = version["form_schema"]
    shapes = shapes_of(schema)
    for part in PARTS:
        for number, row in enumerate(version[part], 1):
            place = f"{where}/{part}/{number}"
            check_condition(row["condition"], shapes, place, "condition", faults)
            if reads(row["condition"], "subject_age") and "subject_born_on" not in shapes:
                faults.add(place, "condition", _("the form does not ask for “%s”") % "subject_born_on")
    for number, rule in enumerate(version["fee_rules"], 1):
        check_condition(
            rule["exempt_condition"], shapes, f"{where}/fee_rules/{number}", "exempt_condition", faults
        )
        for name in _quantities(rule["quantity"]):
            if name not in schema["properties"]:
                place = f"{where}/fee_rules/{number}"
                faults.add(place, "quantity", _("the form does not ask for “%s”") % name)
    check_files(schema, version["components"], f"{where}/form_schema", faults)


def check_files(schema: Mapping[str, Any], components: Sequence[Content], where: str, faults: Faults) -> None:
    """Each question for a file names a paper of the version that is uploaded."""
    uploads = {row["code"] for row in components if row["mode"] == ComponentMode.UPLOAD}
    for name, code in file_papers(schema).items():
        if code not in uploads:
            faults.add(
                f"{where}/{name}",
                "x-component",
                _("“%s” is no paper of this version that is uploaded") % code,
            )


def rows_reading(version: Content, path: str) -> Iterator[tuple[str, int]]:
    """(part, number from 1) of every row that rests on the question at a path: by its condition or its quantity.

    The age of the person concerned rests on the answer `subject_born_on`.
    """
    for part in PARTS:
        for number, row in enumerate(version[part], 1):
            names = {path, "subject_age"} if path == "subject_born_on" else {path}
            if any(reads(row["condition"], name) for name in names) or path in _quantities(
                row.get("quantity", "")
            ):
                yield part, number


def check_publication(version: Content, faults: Faults) -> None:
    """What a file of reference data may leave open and an administrator who publishes may not.

    A price that somebody pays has its legal basis; without one it is not established and collects nothing. What costs
    nothing names its basis too, or says in a note why there is none.
    """
    for number, row in enumerate(version["fee_rules"], 1):
        if row["legal_basis"] or row["unit_price"] is None:
            continue
        if row["unit_price"] > 0:
            faults.add(
                f"fee_rules/{number}",
                "legal_basis",
                _(
                    "a fee without a legal basis is not established: it has no price, and a note that says why"
                ),
            )
        elif not row["note"]:
            faults.add(
                f"fee_rules/{number}", "legal_basis", _("what is free names its legal basis, or a note why")
            )


def check_procedure(procedure: Mapping[str, Any], faults: Faults) -> None:
    """What the national list does not give of a procedure, and its page cannot do without."""
    for name in ("name_en", "field_en", "level"):
        if not procedure[name]:
            faults.add("procedure", name, _("is missing"))
    if not procedure["for_citizens"] and not procedure["for_businesses"]:
        faults.add("procedure", "audience", _("is missing"))


def _check_competences(version: Content, where: str, faults: Faults, kinds: Mapping[str, str]) -> None:
    for number, row in enumerate(version["competences"], 1):
        _check_kind(row, f"{where}/competences/{number}", faults, kinds)
    _check_last(version["competences"], f"{where}/competences", faults)


def _check_kind(
    row: Content,
    place: str,
    faults: Faults,
    kinds: Mapping[str, str],
    names: tuple[str, str] = ("agency_kind", "factor"),
) -> None:
    """A kind of agency and what ties a case to one of them: who decides, does a step, or collects."""
    kind, factor = names
    level = kinds.get(row[kind])
    if level is None:
        faults.add(place, kind, _("“%s” is not a kind of agency") % row[kind])
    elif (row[factor] == ConnectingFactor.FIXED_AGENCY) != (level == Level.CITY):
        faults.add(place, factor, _("one agency for the whole city is one of the city, and no other is"))


def _check_limits(version: Content, where: str, faults: Faults) -> None:
    """Without an established limit no time can be promised, so nobody can file, and the version says why."""
    for number, row in enumerate(version["time_limits"], 1):
        place = f"{where}/time_limits/{number}"
        if (row["value"] is not None) != row["is_established"]:
            faults.add(place, "is_established", _("a limit is established exactly when it has a value"))
        if row["unit"] == LimitUnit.SAME_DAY and row["value"] not in {1, None}:
            faults.add(place, "value", _("the same day is 1"))
        # Where a group states no limit for the whole, it has that of its latest case.
        if row["value"] is None and not version["closed_note"] and not version["linked_parts"]:
            faults.add(place, "value", _("a version without a limit must say why it is closed"))
    _check_last(version["time_limits"], f"{where}/time_limits", faults)


def _check_last(rows: Sequence[Content], where: str, faults: Faults) -> None:
    """The last of an ordered list holds always, so that one of them does."""
    if rows[-1]["condition"]:
        faults.add(f"{where}/{len(rows)}", "condition", _("the last row must hold always"))


def _check_fees(version: Content, where: str, faults: Faults, kinds: Mapping[str, str]) -> None:
    for number, row in enumerate(version["fee_rules"], 1):
        place = f"{where}/fee_rules/{number}"
        if (row["unit_price"] is not None) != row["is_established"]:
            faults.add(place, "is_established", _("a price is established exactly when it is set"))
        if row["unit_price"] is None and not row["note"]:
            faults.add(place, "note", _("a price that is not established says why"))
        for name in ("basis", "exempt"):
            begins, ends = row[f"{name}_from"], row[f"{name}_to"]
            if begins and ends and ends <= begins:
                faults.add(place, f"{name}_to", _("ends before it begins"))
        _check_exemption(row, place, faults)
        check_receipting(row, place, faults, kinds)


def _check_exemption(row: Content, place: str, faults: Faults) -> None:
    """An exemption says when, how much and by which law; what has no price can be exempt of nothing."""
    said = [name for name in ("exempt_condition", "exempt_percent", "exempt_basis") if row[name]]
    if said and len(said) < 3:
        faults.add(place, "exempt_basis", _("an exemption says when, how much and by which legal basis"))
    if not said and (row["exempt_from"] or row["exempt_to"]):
        faults.add(place, "exempt_from", _("dates an exemption that is not there"))
    if said and not row["unit_price"]:
        faults.add(place, "exempt_percent", _("what costs nothing can be exempt of nothing"))


def check_receipting(row: Content, place: str, faults: Faults, kinds: Mapping[str, str]) -> None:
    """Another body than the one that decides collects only under a recorded authorisation; a face value is fixed."""
    if row["has_face_value"] and not (row["unit_price"] and row["quantity"] == Quantity.ONE):
        faults.add(place, "has_face_value", _("only a fixed amount, taken once, has a face value"))
    said = [name for name in ("collector_kind", "collector_factor", "collector_basis") if row[name]]
    if said and len(said) < 3:
        message = _("another collecting body is named with what ties the case to it and the authorisation")
        faults.add(place, "collector_basis", message)
    elif said:
        _check_kind(row, place, faults, kinds, ("collector_kind", "collector_factor"))


def _quantities(quantity: str) -> tuple[str, ...]:
    match quantity:
        case Quantity.COPIES:
            return ("copies",)
        case Quantity.FIRST_PAGES | Quantity.FURTHER_PAGES:
            return ("copies", "pages")
    return ()


def _check_steps(steps: Sequence[Content], where: str, faults: Faults, kinds: Mapping[str, str]) -> None:
    if sum(Fraction(step["share"], step["share_of"]) for step in steps) > 1:
        faults.add(f"{where}/steps", "share", _("the shares are more than the whole"))
    acts = [step["act"] for step in steps if step["act"] != StepAct.COMPLETE_STEP]
    if acts != list(ACTS_IN_ORDER) or steps[0]["act"] != StepAct.ACCEPT_INTAKE:
        faults.add(
            f"{where}/steps", "act", _("the acts must be %s, in this order") % ", ".join(ACTS_IN_ORDER)
        )
    _check_once(steps, f"{where}/steps", faults)
    for number, step in enumerate(steps, 1):
        _check_step(step, f"{where}/steps/{number}", faults, kinds)


def _check_step(step: Content, place: str, faults: Faults, kinds: Mapping[str, str]) -> None:
    """Only a step that a clerk completes can be elsewhere, left out or conditional: who decides does the others."""
    is_completed = step["act"] == StepAct.COMPLETE_STEP
    if (step["agency_kind"] is None) != (step["factor"] == ""):
        faults.add(
            place, "factor", _("a step elsewhere names the kind of agency and what ties the case to it")
        )
    elif step["agency_kind"] is not None:
        _check_kind(step, place, faults, kinds)
    for name in ("agency_kind", "product", "may_skip", "condition"):
        if step[name] and not is_completed:
            faults.add(
                place,
                name,
                _("only a step that is closed by “%s” may have this") % StepAct.COMPLETE_STEP.label,
            )
    if bool(step["product"]) != bool(step["product_name"]) or bool(step["product"]) != bool(
        step["product_name_en"]
    ):
        faults.add(place, "product_name", _("what a step leaves has a name, in both languages"))


def _check_once(rows: Sequence[Content], where: str, faults: Faults) -> None:
    codes: set[str] = set()
    for number, row in enumerate(rows, 1):
        if row["code"] in codes:
            faults.add(f"{where}/{number}", "code", _("“%s” is malformed or used twice") % row["code"])
        codes.add(row["code"])


def _check_spans(version: Content, where: str, faults: Faults) -> None:
    """Every window and every limit with verification has a number and a unit, or neither."""
    spans = [(where, name, version[name], version[f"{name}_unit"]) for name in WINDOWS]
    for number, row in enumerate(version["time_limits"], 1):
        place = f"{where}/time_limits/{number}"
        spans.append((place, "verified_value", row["verified_value"], row["verified_unit"]))
        if row["verified_unit"] == row["unit"] and (row["verified_value"] or 0) <= (row["value"] or 0):
            faults.add(place, "verified_value", _("with verification the limit must be longer"))
    for place, name, value, unit in spans:
        if (value is None) != (unit == ""):
            faults.add(place, name, _("needs a number and a unit, or neither"))
