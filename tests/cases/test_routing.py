"""Which agency the law makes competent: every factor, and never a default office."""

from __future__ import annotations

from datetime import date

import pytest

from apps.cases.choices import UnroutableReason
from apps.cases.routing import Place, place_named
from apps.cases.selectors import competent_agency, facts_of
from apps.procedures.choices import Channel, ConnectingFactor
from apps.procedures.models import Competence
from apps.procedures.selectors import rules_in_force
from apps.units.models import AdministrativeUnit, Agency, AgencyKind
from tests import given

pytestmark = pytest.mark.django_db

WARD = "Phường Trúc Bạch"


def decides(procedure, *, unit=None, receiving=None, age=None, answers=None):
    rules = rules_in_force(procedure, given.NOW.date())
    facts = facts_of(
        rules,
        channel=Channel.ONLINE,
        answers=answers or {},
        applicant_kind="citizen",
        connecting_unit=unit,
        subject_age=age,
        filed_on=given.NOW.date(),
    )
    return competent_agency(
        rules,
        facts,
        connecting_unit=unit,
        receiving_agency=receiving or given.ward_committee(),
        at=given.NOW,
    )


@pytest.mark.parametrize(
    ("procedure", "factor", "kind"),
    [
        ("1.000656", "last_residence", "ward_committee"),
        ("1.000894", "either_party", "ward_committee"),
        ("1.001193", "applicant_residence", "ward_committee"),
        ("1.001699", "subject_residence", "ward_committee"),
        ("1.012812", "place_of_object", "ward_committee"),
        ("2.000635", "record_holder", "ward_committee"),
        ("1.004222", "place_of_object", "ward_police"),
        ("1.001612", "business_seat", "district_finance"),
        ("2.000720", "business_seat", "district_finance"),
        ("2.000528", "applicant_residence", "district_committee"),
        ("2.000806", "either_party", "district_committee"),
        ("1.012888", "place_of_object", "district_committee"),
        ("1.013831", "place_of_object", "land_branch"),
    ],
)
def test_the_unit_of_the_connecting_factor_decides_at_the_level_of_the_law(procedure, factor, kind):
    unit = given.ward(WARD)
    row = Competence.objects.get(version=rules_in_force(procedure, given.NOW.date()).version)
    assert (row.factor, row.agency_kind.code) == (factor, kind)
    at = unit if row.agency_kind.level == "ward" else unit.parent
    assert decides(procedure, unit=unit) == given.agency(kind, at)


def test_what_is_decided_where_it_is_filed_follows_the_receiving_agency():
    police = given.agency("ward_police", given.ward())
    assert decides("1.010041", unit=given.ward(WARD), receiving=police) == police
    committee = given.ward_committee()
    assert decides("2.000815", receiving=committee) == committee


@pytest.mark.parametrize(
    ("procedure", "kind"),
    [("2.001827", "city_agriculture"), ("1.014199", "city_labour"), ("3.000333", "city_police")],
)
def test_one_fixed_agency_decides_for_the_whole_city(procedure, kind):
    for unit in (None, given.ward(WARD), given.ward(WARD).parent):
        assert decides(procedure, unit=unit) == given.city_agency(kind)


@pytest.mark.parametrize(
    ("age", "kind"), [(0, "ward"), (13, "ward"), (14, "district"), (80, "district"), (None, "ward")]
)
def test_a_change_of_civil_data_is_the_districts_from_fourteen_years_on(age, kind):
    unit = given.ward(WARD)
    at = unit if kind == "ward" else unit.parent
    assert decides("1.004859", unit=unit, age=age) == given.agency(f"{kind}_committee", at)


def test_a_person_turns_fourteen_on_their_birthday():
    from apps.cases.selectors import age_of_subject

    answers = {"subject_born_on": "2012-11-23"}
    assert age_of_subject(answers, None, date(2026, 11, 22)) == 13
    assert age_of_subject(answers, None, date(2026, 11, 23)) == 14
    assert age_of_subject({"subject_born_on": "soon"}, None, date(2026, 11, 23)) is None


def test_land_is_decided_where_it_lies_and_movable_property_where_it_is_filed():
    rules = rules_in_force("2.001035", given.NOW.date())
    conditional = next(row for row in rules.competences if row.condition)
    answers = {conditional.condition["fact"]: conditional.condition["value"][0]}
    assert decides("2.001035", unit=given.ward(WARD), answers=answers) == given.ward_committee(WARD)
    assert decides("2.001035", unit=given.ward(WARD)) == given.ward_committee()


# What cannot be routed


def place(factor, unit, kind="ward_committee", row=True):
    competence = Competence(agency_kind=AgencyKind.objects.get(code=kind), factor=factor)
    return place_named(
        competence if row else None,
        connecting_unit=unit,
        receiving_unit=given.ward(),
        day=given.NOW.date(),
    )


def test_without_a_competence_there_is_no_place():
    assert place(ConnectingFactor.PLACE_OF_OBJECT, given.ward(), row=False) == UnroutableReason.NO_COMPETENCE


def test_without_a_connecting_place_there_is_no_place():
    assert place(ConnectingFactor.PLACE_OF_OBJECT, None) == UnroutableReason.NO_CONNECTING_UNIT


def test_a_unit_that_ended_or_has_not_begun_is_no_place():
    unit = given.ward()
    unit.valid_to = date(2026, 11, 23)
    assert place(ConnectingFactor.PLACE_OF_OBJECT, unit) == UnroutableReason.UNIT_ENDED
    unit.valid_to = date(2026, 11, 24)
    assert isinstance(place(ConnectingFactor.PLACE_OF_OBJECT, unit), Place)
    unit.valid_from = date(2026, 11, 24)
    assert place(ConnectingFactor.PLACE_OF_OBJECT, unit) == UnroutableReason.UNIT_ENDED


def test_a_district_is_too_coarse_for_what_a_ward_decides():
    assert place(ConnectingFactor.PLACE_OF_OBJECT, given.ward().parent) == UnroutableReason.NO_AGENCY


def test_where_the_agency_does_not_sit_nobody_else_is_chosen():
    unit = given.ward(WARD)
    Agency.objects.filter(unit=unit, kind__code="ward_committee").update(valid_to=date(2026, 11, 23))
    assert decides("1.001193", unit=unit) == UnroutableReason.NO_AGENCY


def test_the_look_up_is_one_query():
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    unit = AdministrativeUnit.objects.select_related("parent__parent").get(pk=given.ward(WARD).pk)
    receiving = given.ward_committee()
    decides("1.001193", unit=unit, receiving=receiving)
    rules = rules_in_force("1.001193", given.NOW.date())
    with CaptureQueriesContext(connection) as queries:
        competent_agency(rules, {}, connecting_unit=unit, receiving_agency=receiving, at=given.NOW)
    assert len(queries) == 1
