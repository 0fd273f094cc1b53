"""The city of 2024-06-30 as the files describe it: its units and the agencies that sit on them."""

import unicodedata
from collections import Counter
from datetime import date

import pytest
from django.db import IntegrityError, transaction

from apps.units.loading import Structure, read_structure
from apps.units.models import AdministrativeUnit
from tests.operations.places import FIXTURES

URBAN, RURAL = {"quận", "thị xã"}, {"huyện"}
DIVISIONS = {
    "district_office",
    "district_home_affairs",
    "district_justice",
    "district_finance",
    "district_environment",
    "district_labour",
    "district_culture",
    "district_education",
    "district_health",
    "district_inspectorate",
}


@pytest.fixture(scope="module")
def city() -> Structure:
    structure, faults = read_structure(FIXTURES, on=date(2024, 6, 30))
    assert faults == []
    return structure


def kinds_by_unit(city: Structure) -> dict[str, Counter[str]]:
    found: dict[str, Counter[str]] = {code: Counter() for code in city.units}
    for agency in city.agencies:
        found[agency.unit_code][agency.kind] += 1
    return found


def test_the_city_has_30_districts_and_579_wards(city: Structure) -> None:
    assert city.levels() == {"city": 1, "district": 30, "ward": 579}


def test_districts_and_wards_have_their_vietnamese_kinds(city: Structure) -> None:
    counted = Counter(unit.kind for unit in city.units.values())
    assert counted == {
        "thành phố": 1,
        "quận": 12,
        "huyện": 17,
        "thị xã": 1,
        "phường": 175,
        "xã": 383,
        "thị trấn": 21,
    }


def test_every_ward_lies_in_a_district_and_every_district_in_the_city(city: Structure) -> None:
    parents = {"ward": "district", "district": "city"}
    wrong = [
        unit.name
        for unit in city.units.values()
        if unit.level in parents and city.units[unit.parent_code].level != parents[unit.level]
    ]
    assert wrong == []


def test_every_name_is_composed(city: Structure) -> None:
    assert [
        unit.name for unit in city.units.values() if not unicodedata.is_normalized("NFC", unit.name)
    ] == []


def test_every_ward_has_one_committee_and_one_police_post_and_nothing_else(city: Structure) -> None:
    found = kinds_by_unit(city)
    wards = [unit for unit in city.units.values() if unit.level == "ward"]
    assert [ward.name for ward in wards if found[ward.code] != {"ward_committee": 1, "ward_police": 1}] == []


def test_every_district_has_its_committee_its_divisions_and_a_land_branch(city: Structure) -> None:
    found = kinds_by_unit(city)
    for district in (unit for unit in city.units.values() if unit.level == "district"):
        own = {"district_economy", "district_urban"} if district.kind in URBAN else set()
        own |= {"district_agriculture", "district_infrastructure"} if district.kind in RURAL else set()
        assert set(found[district.code]) == DIVISIONS | own | {
            "district_committee",
            "land_branch",
            "district_social_insurance",
        }, district.name
        assert set(found[district.code].values()) == {1}, district.name


def test_the_city_has_its_departments_its_police_and_its_centre(city: Structure) -> None:
    found = kinds_by_unit(city)["01"]
    assert {
        "city_committee",
        "city_police",
        "city_centre",
        "city_agriculture",
        "city_labour",
        "land_office",
    } <= set(found)


def test_a_ward_is_named_with_its_district_since_names_of_wards_repeat(city: Structure) -> None:
    names = Counter(agency.name for agency in city.agencies)
    assert [name for name, times in names.items() if times > 1] == []
    committee = next(each for each in city.agencies if each.key == ("ward_committee", "00001"))
    assert committee.name == "UBND phường Phúc Xá, quận Ba Đình"
    assert committee.name_en == "People's Committee of Phuc Xa Ward, Ba Dinh District"
    assert committee.identification_code == "H26.001.00001"


def test_agencies_hang_together_as_offices_do(city: Structure) -> None:
    parents = {agency.key: agency.parent for agency in city.agencies}
    assert parents["ward_committee", "00001"] == ("district_committee", "001")
    assert parents["ward_police", "00001"] == ("city_police", "01")
    assert parents["district_finance", "001"] == ("district_committee", "001")
    assert parents["district_committee", "001"] == ("city_committee", "01")
    assert parents["land_branch", "001"] == ("land_office", "01")
    assert parents["city_committee", "01"] is None


def test_only_the_code_of_hanoi_itself_is_the_states(city: Structure) -> None:
    assert [agency.identification_code for agency in city.agencies if agency.is_code_established] == ["H26"]
    assert all(agency.note for agency in city.agencies if not agency.is_code_established)


def test_only_the_police_of_the_wards_opens_on_saturday_morning(city: Structure) -> None:
    assert {agency.kind for agency in city.agencies if agency.calendar_code == "saturday_morning"} == {
        "ward_police"
    }


def unit(code: str, begins: date | None, ends: date | None) -> AdministrativeUnit:
    return AdministrativeUnit.objects.create(
        code=code,
        name="Thành phố",
        name_en="City",
        level="city",
        kind="thành phố",
        valid_from=begins,
        valid_to=ends,
    )


@pytest.mark.django_db
def test_a_code_may_name_another_unit_once_the_first_has_ended() -> None:
    unit("99", None, date(2025, 1, 1))
    unit("99", date(2025, 1, 1), None)
    held = AdministrativeUnit.objects.filter(code="99")
    assert held.valid_on(date(2024, 12, 31)).get().valid_from is None
    assert held.valid_on(date(2025, 1, 1)).get().valid_from == date(2025, 1, 1)


@pytest.mark.django_db
@pytest.mark.parametrize("begins", [date(2024, 12, 31), None])
def test_a_code_never_names_two_units_at_a_time(begins: date | None) -> None:
    unit("99", None, date(2025, 1, 1))
    with pytest.raises(IntegrityError, match=r"unit_key|unit_code_once_at_a_time"), transaction.atomic():
        unit("99", begins, None)
