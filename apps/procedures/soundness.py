"""What must be true of a version before it is published: its parts, its form and its conditions fit together."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any

import jsonschema_rs
from django.utils.translation import gettext as _

from apps.core.loading import Faults
from apps.procedures.choices import Channel, ConnectingFactor, LimitUnit, Quantity, StepAct
from apps.procedures.conditions import KNOWN_FACTS, ConditionMalformed, facts_used
from apps.units.choices import Level

Content = dict[str, Any]
SLUG = r"[a-z][a-z0-9_]*"
PARTS = ("competences", "time_limits", "components", "fee_rules", "steps")
# Each act closes a step at most once, in this order; other steps may stand between the first and the second.
ACTS_IN_ORDER = (
    StepAct.ACCEPT_INTAKE,
    StepAct.PROPOSE_RESULT,
    StepAct.APPROVE_RESULT,
    StepAct.RELEASE_RESULT,
)
FACT_VALUES: dict[str, frozenset[str]] = {
    "channel": frozenset(Channel.values),
    "applicant_kind": frozenset({"citizen", "business"}),
    "outcome": frozenset({"granted", "partly", "refused"}),
    "unit_kind": frozenset({"thành phố", "quận", "huyện", "thị xã", "phường", "xã", "thị trấn"}),
}
SCHEMA_KEYS = frozenset({"$schema", "type", "properties", "required", "additionalProperties", "x-order"})
# A hint beside the questions: which of them name a person who becomes a party.
PARTY_KEYS = frozenset({"role", "name", "identity", "born_on"})
PARTY_ROLES = ("subject", "other_party")
PROPERTY_TEXTS = frozenset({"title", "title_en", "description", "description_en"})
PROPERTY_KEYS: dict[str, frozenset[str]] = {
    "string": frozenset({"format", "enum", "x-options", "minLength", "maxLength"}),
    "integer": frozenset({"minimum", "maximum"}),
    "boolean": frozenset(),
}


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
    _check_fees(version, where, faults)
    _check_steps(version["steps"], where, faults)
    _check_once(version["components"], f"{where}/components", faults)
    for part in PARTS:
        for number, row in enumerate(version[part], 1):
            _check_condition(row["condition"], version["form_schema"], f"{where}/{part}/{number}", faults)


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
        place = f"{where}/competences/{number}"
        level = kinds.get(row["agency_kind"])
        if level is None:
            faults.add(place, "agency_kind", _("“%s” is not a kind of agency") % row["agency_kind"])
        elif (row["factor"] == ConnectingFactor.FIXED_AGENCY) != (level == Level.CITY):
            faults.add(
                place, "factor", _("one agency for the whole city is one of the city, and no other is")
            )
    _check_last(version["competences"], f"{where}/competences", faults)


def _check_limits(version: Content, where: str, faults: Faults) -> None:
    """Without an established limit no time can be promised, so nobody can file, and the version says why."""
    for number, row in enumerate(version["time_limits"], 1):
        place = f"{where}/time_limits/{number}"
        if (row["value"] is not None) != row["is_established"]:
            faults.add(place, "is_established", _("a limit is established exactly when it has a value"))
        if row["unit"] == LimitUnit.SAME_DAY and row["value"] not in {1, None}:
            faults.add(place, "value", _("the same day is 1"))
        if row["value"] is None and not version["closed_note"]:
            faults.add(place, "value", _("a version without a limit must say why it is closed"))
    _check_last(version["time_limits"], f"{where}/time_limits", faults)


def _check_last(rows: Sequence[Content], where: str, faults: Faults) -> None:
    """The last of an ordered list holds always, so that one of them does."""
    if rows[-1]["condition"]:
        faults.add(f"{where}/{len(rows)}", "condition", _("the last row must hold always"))


def _check_fees(version: Content, where: str, faults: Faults) -> None:
    asked = version["form_schema"]["properties"]
    for number, row in enumerate(version["fee_rules"], 1):
        place = f"{where}/fee_rules/{number}"
        if (row["unit_price"] is not None) != row["is_established"]:
            faults.add(place, "is_established", _("a price is established exactly when it is set"))
        if row["unit_price"] is None and not row["note"]:
            faults.add(place, "note", _("a price that is not established says why"))
        for name in _quantities(row["quantity"]):
            if name not in asked:
                faults.add(place, "quantity", _("the form does not ask for “%s”") % name)
        if row["basis_from"] and row["basis_to"] and row["basis_to"] <= row["basis_from"]:
            faults.add(place, "basis_to", _("ends before it begins"))


def _quantities(quantity: str) -> tuple[str, ...]:
    match quantity:
        case Quantity.COPIES:
            return ("copies",)
        case Quantity.FIRST_PAGES | Quantity.FURTHER_PAGES:
            return ("copies", "pages")
    return ()


def _check_steps(steps: Sequence[Content], where: str, faults: Faults) -> None:
    if sum(Fraction(step["share"], step["share_of"]) for step in steps) > 1:
        faults.add(f"{where}/steps", "share", _("the shares are more than the whole"))
    acts = [step["act"] for step in steps if step["act"] != StepAct.COMPLETE_STEP]
    if acts != list(ACTS_IN_ORDER) or steps[0]["act"] != StepAct.ACCEPT_INTAKE:
        faults.add(
            f"{where}/steps", "act", _("the acts must be %s, in this order") % ", ".join(ACTS_IN_ORDER)
        )
    _check_once(steps, f"{where}/steps", faults)


def _check_once(rows: Sequence[Content], where: str, faults: Faults) -> None:
    codes: set[str] = set()
    for number, row in enumerate(rows, 1):
        if row["code"] in codes:
            faults.add(f"{where}/{number}", "code", _("“%s” is malformed or used twice") % row["code"])
        codes.add(row["code"])


def _check_condition(condition: Any, schema: Mapping[str, Any], where: str, faults: Faults) -> None:
    """A condition reads facts of the program or answers of the form, and compares them with values they may have."""
    asked = schema["properties"]
    try:
        names = facts_used(condition)
    except ConditionMalformed:
        faults.add(where, "condition", _("is not a condition"))
        return
    for name in sorted(names - KNOWN_FACTS - set(asked)):
        faults.add(where, "condition", _("reads “%s”, which nobody knows") % name)
    if "subject_age" in names and "subject_born_on" not in asked:
        faults.add(where, "condition", _("the form does not ask for “%s”") % "subject_born_on")
    for comparison in _comparisons(condition):
        name, value = comparison["fact"], comparison["value"]
        known = FACT_VALUES.get(name) or frozenset(asked.get(name, {}).get("enum", ()))
        values = value if isinstance(value, list) else [value]
        if known and not set(map(str, values)) <= known:
            faults.add(
                where, "condition", _("“%(name)s” is never %(value)s") % {"name": name, "value": value}
            )
        if asked.get(name, {}).get("type") == "boolean" and not isinstance(value, bool):
            faults.add(
                where, "condition", _("“%(name)s” is never %(value)s") % {"name": name, "value": value}
            )


def _comparisons(condition: Any) -> list[dict[str, Any]]:
    if not condition:
        return []
    if "fact" in condition:
        return [condition]
    inner = condition.get("all") or condition.get("any") or [condition.get("not")]
    return [comparison for part in inner for comparison in _comparisons(part)]


def check_schema(schema: dict[str, Any], where: str, faults: Faults) -> None:
    """The restricted dialect of JSON Schema 2020-12 in which a form is written."""
    for name in (set(schema) - {"x-parties"}) ^ SCHEMA_KEYS:
        faults.add(where, name, _("is missing, or is no part of the dialect"))
        return
    if schema["type"] != "object" or schema["additionalProperties"] is not False:
        faults.add(where, "type", _("must be an object without additional properties"))
    if not jsonschema_rs.meta.is_valid(schema):
        faults.add(where, "", _("is not a JSON Schema"))
        return
    properties = schema["properties"]
    if sorted(schema["x-order"]) != sorted(properties):
        faults.add(where, "x-order", _("must name every question once"))
    if not set(schema["required"]) <= set(properties):
        faults.add(where, "required", _("names a question that is not asked"))
    if "request_content" not in schema["required"]:
        faults.add(where, "required", _("must ask for “request_content”"))
    for name, question in properties.items():
        _check_question(name, question, f"{where}/{name}", faults)
    for number, party in enumerate(schema.get("x-parties", ()), 1):
        _check_party(party, properties, f"{where}/x-parties/{number}", faults)


def _check_party(party: Any, properties: Mapping[str, Any], where: str, faults: Faults) -> None:
    """A party whom the answers name: its role, and the questions that ask for its name, number and birth."""
    if not isinstance(party, dict) or not {"role", "name"} <= set(party) <= PARTY_KEYS:
        faults.add(where, "", _("is missing, or is no part of the dialect"))
        return
    if party["role"] not in PARTY_ROLES:
        words = ", ".join(PARTY_ROLES)
        faults.add(
            where, "role", _("“%(value)s” is none of %(words)s") % {"value": party["role"], "words": words}
        )
    for part in sorted(set(party) - {"role"}):
        question = properties.get(party[part], {})
        if question.get("type") != "string" or (question.get("format") == "date") != (part == "born_on"):
            faults.add(where, part, _("the form does not ask for “%s”") % party[part])


def _check_question(name: str, question: Any, where: str, faults: Faults) -> None:
    if not re.fullmatch(SLUG, name) or (name in KNOWN_FACTS and name not in {"copies", "pages"}):
        faults.add(where, "", _("“%s” is malformed or the name of a fact") % name)
    kind = question.get("type") if isinstance(question, dict) else None
    if kind not in PROPERTY_KEYS:
        faults.add(
            where,
            "type",
            _("“%(value)s” is none of %(words)s") % {"value": kind, "words": ", ".join(PROPERTY_KEYS)},
        )
        return
    for key in sorted(set(question) - PROPERTY_KEYS[kind] - PROPERTY_TEXTS - {"type"}):
        faults.add(where, key, _("is no part of the dialect"))
    if not question.get("title") or not question.get("title_en"):
        faults.add(where, "title", _("must be there in Vietnamese and in English, or in neither"))
    if bool(question.get("description")) != bool(question.get("description_en")):
        faults.add(where, "description", _("must be there in Vietnamese and in English, or in neither"))
    options = question.get("x-options", [])
    if question.get("enum", []) != [option.get("value") for option in options] or not all(
        set(option) == {"value", "vi", "en"} for option in options
    ):
        faults.add(where, "x-options", _("must give each choice in Vietnamese and in English"))
    if question.get("format") not in {None, "date"}:
        faults.add(where, "format", _("“%s” is malformed") % question["format"])
    if kind == "string" and not {"enum", "format", "maxLength"} & set(question):
        faults.add(where, "maxLength", _("is missing"))
    if kind == "integer" and not {"minimum", "maximum"} <= set(question):
        faults.add(where, "maximum", _("is missing"))
