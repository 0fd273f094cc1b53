"""The procedures of the files: who decides, in what time, for how much, as the project's domain says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from itertools import product
from typing import Any

import pytest

from apps.operations.loading import City, read_city
from apps.procedures.conditions import facts_used
from apps.procedures.forms import faults_in
from apps.procedures.models import FeeRule
from apps.procedures.tariff import AssessedFee, assess, is_established
from tests import given
from tests.operations.places import FIXTURES

DAY = date(2026, 11, 23)
SAME_DAY = {"1.001193", "1.000656", "1.000894", "2.000635", "2.000528", "2.000815", "2.000884", "2.000908"}
AT_THE_DISTRICT = {
    "2.000528": "district_committee",
    "2.000806": "district_committee",
    "1.001612": "district_finance",
    "2.000720": "district_finance",
    "1.013225": "district_committee",
    "1.013227": "district_committee",
    "1.013949": "district_committee",
    "1.013978": "district_committee",
    "1.012888": "district_committee",
    "1.013831": "land_branch",
    "1.012783": "land_branch",
    "1.012784": "land_branch",
}
AT_THE_CITY = {"3.000333": "city_police", "2.001827": "city_agriculture", "1.014199": "city_labour"}
AT_THE_POLICE_POST = {"1.004222", "1.004194", "1.010041"}
# Parts of linked procedures that have no row of their own in the sources, and who decides them.
PARTS = {
    "3.000722.BHYT": "district_social_insurance",
    "3.000722.CC": "city_police",
    "2.002913.XTT": "ward_police",
    "2.002913.MTP": "district_social_insurance",
}
GROUPS = {"3.000722", "2.002913"}
CLOSED = {"2.002913.XTT", "2.002913.MTP", "1.009994"}


@pytest.fixture(scope="module")
def city() -> City:
    return read_city(FIXTURES)


def version(city: City, code: str) -> dict[str, Any]:
    [only] = city.catalogue.procedures[code]["versions"]
    return only  # type: ignore[no-any-return]


def kinds(city: City, code: str) -> list[str]:
    return [row["agency_kind"] for row in version(city, code)["competences"]]


def fees(city: City, code: str, **facts: Any) -> list[AssessedFee]:
    rules = [FeeRule(**row) for row in version(city, code)["fee_rules"]]
    return assess(rules, facts, DAY)


def owed(city: City, code: str, **facts: Any) -> int:
    return sum(line.owed for line in fees(city, code, **facts))


def test_there_are_forty_procedures_and_the_parts_that_have_no_row_of_their_own(city: City) -> None:
    assert len(set(city.catalogue.procedures) - set(PARTS)) == 40
    for code, kind in PARTS.items():
        assert kinds(city, code) == [kind], code
        assert version(city, code)["channels"] == []
        assert not city.catalogue.procedures[code]["is_verified"]
        assert not version(city, code)["competences"][0]["is_established"]


def test_a_linked_procedure_opens_its_parts_after_the_civil_status(city: City) -> None:
    opened = {
        code: [(row["procedure"], row["waits_for"]) for row in version(city, code)["linked_parts"]]
        for code in city.catalogue.procedures
        if version(city, code)["linked_parts"]
    }
    assert opened == {
        "3.000722": [("1.001193", []), ("1.004222", [1]), ("3.000722.BHYT", [1]), ("3.000722.CC", [1])],
        "2.002913": [("1.000656", []), ("2.002913.XTT", [1]), ("2.002913.MTP", [1])],
    }


def test_what_the_district_and_the_city_decide(city: City) -> None:
    for code, kind in (AT_THE_DISTRICT | AT_THE_CITY).items():
        assert kinds(city, code) == [kind], code


def test_everything_else_open_is_decided_in_the_ward(city: City) -> None:
    others = (
        set(city.catalogue.procedures)
        - set(AT_THE_DISTRICT)
        - set(AT_THE_CITY)
        - set(PARTS)
        - {"1.004859", "1.009994"}
    )
    for code in others:
        assert kinds(city, code)[-1] == ("ward_police" if code in AT_THE_POLICE_POST else "ward_committee"), (
            code
        )


def test_a_change_for_a_person_of_fourteen_goes_to_the_district(city: City) -> None:
    first, second = version(city, "1.004859")["competences"]
    assert first["condition"] == {"fact": "subject_age", "op": "ge", "value": 14}
    assert (first["agency_kind"], second["agency_kind"]) == ("district_committee", "ward_committee")


def test_the_connecting_factors_of_the_three_journeys(city: City) -> None:
    factors = {
        code: version(city, code)["competences"][0]["factor"] for code in ("2.001827", "2.000635", "1.001612")
    }
    assert factors == {"2.001827": "fixed_agency", "2.000635": "record_holder", "1.001612": "business_seat"}


def test_every_kind_of_competent_agency_sits_on_every_unit_of_its_level(city: City) -> None:
    missing = {
        (code, row["agency_kind"], unit.name)
        for code, content in city.catalogue.procedures.items()
        for row in content["versions"][0]["competences"]
        for unit in city.structure.units_without(row["agency_kind"])
    }
    assert missing == set()


def test_the_eight_same_day_matters_close_at_three(city: City) -> None:
    same_day = {
        code
        for code in city.catalogue.procedures
        if version(city, code)["time_limits"][-1]["unit"] == "same_day"
    }
    assert same_day == SAME_DAY
    for code in SAME_DAY:
        assert str(version(city, code)["time_limits"][-1]["cut_off"]) == "15:00:00", code


def test_only_parts_without_a_limit_and_the_historical_procedure_are_closed(city: City) -> None:
    assert {code for code in city.catalogue.procedures if version(city, code)["closed_note"]} == CLOSED


def test_a_limit_that_is_not_established_has_no_value(city: City) -> None:
    unset = {
        code
        for code in city.catalogue.procedures
        for limit in version(city, code)["time_limits"]
        if limit["value"] is None
    }
    assert unset == GROUPS | {"2.002913.XTT", "2.002913.MTP"}


def test_where_facts_are_verified_the_law_on_civil_status_gives_more_time(city: City) -> None:
    """Marriage 5 in all, recognition of parents 3 + 5, change and correction 3 + 3; residence after a birth 5 in all."""
    found = {
        code: (limit["verified_value"], limit["verified_unit"])
        for code in city.catalogue.procedures
        for limit in version(city, code)["time_limits"]
        if limit["verified_value"] is not None
    }
    days = "working_day"
    assert found == {
        "1.000894": (5, days),
        "1.001022": (8, days),
        "1.004859": (6, days),
        "1.004222": (5, days),
    }


def test_windows_and_agreements_are_those_that_a_source_names(city: City) -> None:
    said = {code: version(city, code) for code in city.catalogue.procedures}
    assert {code for code, it in said.items() if it["supplement_window"]} == {
        "3.000722",
        "3.000722.BHYT",
        "3.000722.CC",
    }
    assert {code for code, it in said.items() if it["payment_window"]} == set()
    assert {code for code, it in said.items() if it["confirmation_window"]} == {
        "1.001193",
        "1.000656",
        "2.000528",
    }
    assert {code for code, it in said.items() if it["is_agreement_provided"]} == {"2.000815", "2.001035"}


def test_a_house_permit_takes_fifteen_days_at_a_counter_and_twenty_otherwise(city: City) -> None:
    assert [(row["value"], row["unit"]) for row in version(city, "1.013225")["time_limits"]] == [
        (20, "day"),
        (15, "day"),
    ]


@pytest.mark.parametrize("channel", ["counter", "online", "post"])
def test_the_food_safety_appraisal_costs_700000_whichever_way_it_is_filed(city: City, channel: str) -> None:
    assert owed(city, "2.001827", channel=channel) == 700_000


def test_a_copy_of_an_extract_costs_8000_at_a_counter_and_is_borne_by_the_city_online(city: City) -> None:
    assert owed(city, "2.000635", channel="counter", copies=2) == 16_000
    [line] = fees(city, "2.000635", channel="online", copies=2)
    assert (line.amount, line.owed, line.rule.borne_by) == (16_000, 0, "budget")


def test_registering_a_business_household_is_free_online_with_its_legal_basis(city: City) -> None:
    assert owed(city, "1.001612", channel="counter") == 100_000
    [line] = fees(city, "1.001612", channel="online")
    assert (line.amount, line.rule.legal_basis) == (0, "Nghị quyết 78/2026/NQ-HĐND")
    assert not line.rule.is_refundable


@pytest.mark.parametrize(
    ("pages", "copies", "expected"), [(1, 1, 2_000), (2, 3, 12_000), (5, 1, 7_000), (250, 2, 400_000)]
)
def test_certified_copies_go_by_pages_up_to_200000_a_copy(
    city: City, pages: int, copies: int, expected: int
) -> None:
    assert owed(city, "2.000815", channel="counter", pages=pages, copies=copies) == expected


def test_a_late_birth_costs_5000_and_an_exempt_family_nothing(city: City) -> None:
    at_a_counter = {"channel": "counter", "filed_on": DAY}
    late, in_time = {"child_born_on": "2026-09-23"}, {"child_born_on": "2026-09-24"}
    assert owed(city, "1.001193", **at_a_counter, **late, exemption="none") == 5_000
    assert owed(city, "1.001193", **at_a_counter, **late, exemption="poor") == 0
    assert owed(city, "1.001193", **at_a_counter, **in_time) == 0
    assert owed(city, "1.001193", **at_a_counter, **in_time, wants_copies=True, copies=3) == 24_000


@pytest.mark.parametrize(
    ("code", "facts"),
    [
        ("1.001022", {"channel": "counter"}),
        ("1.004859", {"channel": "counter"}),
        ("1.013225", {"channel": "counter"}),
        ("1.013274", {"channel": "online"}),
        ("1.014199", {"channel": "post"}),
    ],
)
def test_a_price_that_nobody_established_is_not_zero(city: City, code: str, facts: dict[str, Any]) -> None:
    lines = fees(city, code, **facts)
    assert any(line.amount is None for line in lines)
    assert not is_established(lines)
    assert all(line.rule.note for line in lines if line.amount is None)


OPEN_CODES = sorted(path.stem for path in (FIXTURES / "procedures").glob("*.json") if path.stem not in CLOSED)
FACT_CHOICES: dict[str, list[Any]] = {
    "unit_kind": ["phường", "xã", "thị trấn"],
    "applicant_kind": ["citizen", "business"],
    "filed_on": [DAY],
    "child_born_on": ["2026-09-23", "2026-09-24"],
}


def circumstances(of_version: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every channel with every combination of what the tariff's conditions read."""
    asked = of_version["form_schema"]["properties"]
    read = set().union(*(facts_used(row["condition"]) for row in of_version["fee_rules"])) - {"channel"}
    choices = {"channel": of_version["channels"]}
    for name in sorted(read):
        question = asked.get(name, {})
        required = name in of_version["form_schema"]["required"] or name in FACT_CHOICES
        answers = FACT_CHOICES.get(name) or question.get("enum") or [True, False]
        choices[name] = [*answers] if required else [*answers, None]
    for combination in product(*choices.values()):
        yield dict(zip(choices, combination, strict=True))


@pytest.mark.parametrize("code", [code for code in OPEN_CODES if code not in GROUPS])
def test_no_circumstance_is_without_a_fee_line(city: City, code: str) -> None:
    """Free is a line of 0: no line at all would be an absence, and nobody could say what is owed."""
    without = [facts for facts in circumstances(version(city, code)) if not fees(city, code, **facts)]
    assert without == []


@pytest.mark.parametrize("code", OPEN_CODES)
def test_an_answer_for_every_required_question_is_accepted(city: City, code: str) -> None:
    schema = version(city, code)["form_schema"]
    facts = {"channel": "counter", "applicant_kind": "citizen", "filed_on": DAY}
    answers = given.answers_to(schema)
    assert faults_in(answers, schema, facts=facts) == []
    for name in schema["required"]:
        missing = {key: value for key, value in answers.items() if key != name}
        assert f"answers.{name}" in {fault.field for fault in faults_in(missing, schema, facts=facts)}


def test_only_the_process_that_a_decision_sets_is_established(city: City) -> None:
    sourced = {
        code
        for code in city.catalogue.procedures
        if version(city, code)["steps"] and all(s["is_established"] for s in version(city, code)["steps"])
    }
    assert sourced == {"2.000908"}
    assert [(s["share"], s["share_of"]) for s in version(city, "2.000908")["steps"]] == [
        (2, 8),
        (3, 8),
        (2, 8),
        (1, 8),
    ]


def test_the_default_process_gives_an_eighth_to_intake_and_to_issue(city: City) -> None:
    assert [(s["role"], s["act"], s["share"]) for s in version(city, "1.004873")["steps"]] == [
        ("receptionist", "accept_intake", 1),
        ("handler", "propose_result", 4),
        ("approver", "approve_result", 2),
        ("registrar", "release_result", 1),
    ]


def test_a_paper_is_never_demanded_that_the_states_data_hold(city: City) -> None:
    """What is looked up is not uploaded: only `upload` can block a filing online."""
    for code in city.catalogue.procedures:
        for paper in version(city, code)["components"]:
            if "tùy thân" in paper["name"] or "nơi cư trú" in paper["name"]:
                assert paper["mode"] == "from_data", (code, paper["code"])


def test_every_file_is_named_after_its_code() -> None:
    for path in (FIXTURES / "procedures").glob("*.json"):
        assert json.loads(path.read_text(encoding="utf-8"))["code"] == path.stem
