"""Personal identification numbers, and how a person becomes known once."""

from __future__ import annotations

import dataclasses
import unicodedata

import pytest
from django.db import IntegrityError, transaction
from django.utils.translation import override

from apps.citizens.actions import Person, ensure_citizen, known_citizens, read_person
from apps.citizens.choices import IdentityKind, countries
from apps.citizens.errors import (
    IdentityCountryMissing,
    IdentityCountryUnknown,
    IdentityNumberMissing,
    IdentityNumberTooLong,
    IdentityPaperTaken,
    PassportNumberMalformed,
    PersonalIdMalformed,
)
from apps.citizens.identity import read_personal_id
from apps.citizens.models import Citizen
from apps.core.errors import Invalid
from apps.core.names import in_alphabet, is_same_name
from tests import given
from tests.factories import CitizenFactory


@pytest.mark.parametrize("typed", ["001185000001", " 001 185 000 001 ", "001.185.000.001"])
def test_a_number_is_read_without_its_spaces(typed):
    assert read_personal_id(typed) == "001185000001"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "00118500000",
        "0011850000011",
        "101185000001",
        "00118500000A",
        "٠٠١١٨٥٠٠٠٠٠١",
        "0０1185000001",
        "001185٠٠٠001",
    ],
)
def test_another_shape_is_refused_with_its_field(typed):
    with pytest.raises(PersonalIdMalformed) as told:
        read_personal_id(typed, field="filer.identity_number")
    assert told.value.field == "filer.identity_number"


@pytest.mark.django_db
def test_the_same_number_is_the_same_person_whoever_takes_the_particulars():
    first = ensure_citizen(given.person_at_counter())
    typed = dataclasses.replace(
        given.person_at_counter(), name="TRẦN THỊ BƯỞI", identity_number="001 185 000 001", phone="0900"
    )
    again = ensure_citizen(read_person(typed))
    assert again.pk == first.pk
    assert Citizen.objects.get(pk=first.pk).phone == "0987654321"


@pytest.mark.django_db
def test_the_number_of_an_account_under_another_name_is_refused_and_nothing_is_overwritten():
    known = CitizenFactory(full_name="Trần Thị Bưởi", identity_number="001185000001")
    with pytest.raises(IdentityPaperTaken) as told:
        ensure_citizen(given.person_at_counter(name="Lê Văn Cam"))
    assert "Bưởi" not in told.value.message
    assert Citizen.objects.get(pk=known.pk).full_name == "Trần Thị Bưởi"


@pytest.mark.django_db
def test_a_name_mistyped_at_one_counter_blocks_nobody_at_the_next():
    first = ensure_citizen(given.person_at_counter(name="Tran Thi Buoi"))
    again = ensure_citizen(given.person_at_counter(name="Trần Thị Bưởi"))
    assert again.pk == first.pk
    assert Citizen.objects.get(pk=first.pk).full_name == "Trần Thị Bưởi"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "typed", ["Trần Thị Hoà", "TRẦN THỊ HÒA", "Trần  Thị Hòa", unicodedata.normalize("NFD", "Trần Thị Hòa")]
)
def test_one_name_has_several_spellings(typed):
    known = CitizenFactory(full_name="Trần Thị Hòa", identity_number="001185000001")
    person = read_person(given.person_at_counter(name=typed))
    assert ensure_citizen(person).pk == known.pk
    assert Citizen.objects.get(pk=known.pk).full_name == "Trần Thị Hòa"


@pytest.mark.parametrize("other", ["Trần Thị Hóa", "Trần Thị Hoa", "Trần Hòa Thị", "Trần Thị Hòa Anh"])
def test_another_name_is_another_name(other):
    assert not is_same_name("Trần Thị Hòa", other)


@pytest.mark.parametrize("kind", [IdentityKind.PASSPORT, IdentityKind.OTHER])
def test_a_number_longer_than_any_paper_has_is_refused(kind):
    with pytest.raises(IdentityNumberTooLong) as told:
        read_person(Person(name="An", identity_kind=kind, identity_number="9" * 31))
    assert told.value.field == "filer.identity_number"


@pytest.mark.django_db
def test_people_without_a_number_are_never_taken_for_one_another():
    newborn = Person(name="Trần Văn Bé")
    assert ensure_citizen(newborn).pk != ensure_citizen(newborn).pk


def test_a_person_has_a_name():
    with pytest.raises(Invalid) as told:
        read_person(Person(name="  "))
    assert told.value.field == "filer.name"


@pytest.mark.parametrize("kind", [IdentityKind.PERSONAL_ID, IdentityKind.PASSPORT, IdentityKind.OTHER])
def test_a_paper_without_its_number_is_refused(kind):
    with pytest.raises(IdentityNumberMissing) as told:
        read_person(Person(name="An", identity_kind=kind, identity_number=" "), field="applicant")
    assert told.value.field == "applicant.identity_number"


@pytest.mark.django_db
def test_somebody_only_heard_of_is_tied_to_who_has_the_same_number_and_name():
    known = ensure_citizen(given.person_at_counter())
    assert known_citizens([given.person_at_counter()]) == {given.person_at_counter().paper: known}
    assert known_citizens([given.person_at_counter(name="Lê Văn Cam")]) == {}
    assert known_citizens([Person(name="Trần Thị Bưởi")]) == {}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "country", "number", "guard"),
    [
        (IdentityKind.PERSONAL_ID, "VN", "123", "citizen_personal_id_has_12_digits"),
        (IdentityKind.NONE, "", "123", "citizen_identity_has_kind_and_number"),
        (IdentityKind.PASSPORT, "FR", "", "citizen_identity_has_kind_and_number"),
        (IdentityKind.PERSONAL_ID, "FR", "001185000001", "citizen_identity_country_fits"),
        (IdentityKind.PERSONAL_ID, "", "001185000001", "citizen_identity_country_fits"),
        (IdentityKind.NONE, "VN", "", "citizen_identity_country_fits"),
        (IdentityKind.PASSPORT, "fr", "X1", "citizen_identity_country_fits"),
    ],
)
def test_the_database_refuses_a_document_that_cannot_be(kind, country, number, guard):
    paper = {"identity_kind": kind, "identity_country": country, "identity_number": number}
    with pytest.raises(IntegrityError, match=guard), transaction.atomic():
        Citizen.objects.create(full_name="An", **paper)


def traveller(number: str = "C4F8K21X", country: str = "FR", **changes: object) -> Person:
    """Somebody who shows a passport."""
    return Person("Anne Moreau", IdentityKind.PASSPORT, number, country, **changes)


@pytest.mark.django_db
@pytest.mark.parametrize(("number", "country"), [("C4F8K21X", "FR"), (" c4f8 k21-x ", "fr")])
def test_one_passport_is_one_person_however_its_number_is_typed(number, country):
    first = ensure_citizen(read_person(traveller()))
    again = ensure_citizen(read_person(traveller(number, country)))
    assert again.pk == first.pk
    assert Citizen.objects.count() == 1


@pytest.mark.django_db
def test_passports_of_two_countries_with_one_number_are_two_people():
    first, second = (ensure_citizen(read_person(traveller(country=country))) for country in ("FR", "BE"))
    assert first.pk != second.pk


@pytest.mark.django_db
def test_another_document_does_not_say_which_it_is_and_makes_nobody_the_same():
    papers = [
        Person(name, IdentityKind.OTHER, "12", "VN") for name in ("Lê Minh An", "Trần Thị Bưởi", "Lê Minh An")
    ]
    assert len({ensure_citizen(read_person(paper)).pk for paper in papers}) == 3
    assert known_citizens(papers) == {}


@pytest.mark.django_db
def test_a_passport_recorded_before_its_country_was_asked_is_taken_for_nobody_elses():
    old = [
        Citizen.objects.create(full_name="An", identity_kind="passport", identity_number="B1") for _ in "12"
    ]
    assert ensure_citizen(read_person(traveller("B1"))) not in old
    assert known_citizens([dataclasses.replace(traveller("B1"), identity_country="")]) == {}


@pytest.mark.django_db
def test_the_passport_of_an_account_under_another_name_is_refused():
    known = CitizenFactory(
        full_name="Anne Morel", identity_kind="passport", identity_number="C4F8K21X", identity_country="FR"
    )
    with pytest.raises(IdentityPaperTaken):
        ensure_citizen(read_person(traveller()))
    known.refresh_from_db()
    assert known.full_name == "Anne Morel"
    assert Citizen.objects.count() == 1


@pytest.mark.django_db
def test_the_database_keeps_a_passport_once():
    ensure_citizen(read_person(traveller()))
    twice = {"identity_kind": "passport", "identity_number": "C4F8K21X", "identity_country": "FR"}
    with pytest.raises(IntegrityError, match="citizen_identity_paper_once"), transaction.atomic():
        Citizen.objects.create(full_name="An", **twice)


@pytest.mark.parametrize("kind", [IdentityKind.PASSPORT, IdentityKind.OTHER])
@pytest.mark.parametrize(
    ("country", "refusal"),
    [
        ("", IdentityCountryMissing),
        ("XX", IdentityCountryUnknown),
        ("EU", IdentityCountryUnknown),
        ("FRA", IdentityCountryUnknown),
    ],
)
def test_a_paper_names_a_country_that_there_is(kind, country, refusal):
    with pytest.raises(refusal) as told:
        read_person(Person("An", kind, "12", country), field="applicant")
    assert told.value.field == "applicant.identity_country"


@pytest.mark.parametrize("number", ["B12/3", "№12", "Ắ12", "---"])
def test_a_passport_number_of_other_signs_is_refused(number):
    with pytest.raises(PassportNumberMalformed) as told:
        read_person(traveller(number))
    assert told.value.field == "filer.identity_number"


def test_a_personal_number_is_of_viet_nam_and_no_paper_of_no_country():
    typed = Person("An", IdentityKind.PERSONAL_ID, "001185000001", "FR")
    assert read_person(typed).identity_country == "VN"
    assert read_person(Person("An", IdentityKind.NONE, "", "FR")).identity_country == ""


def test_countries_are_those_of_iso_3166_and_bear_the_readers_names():
    with override("vi"):
        vietnamese = countries()
    with override("en"):
        english = countries()
    assert len(vietnamese) == len(english) == 249
    assert (dict(vietnamese)["FR"], dict(english)["FR"]) == ("Pháp", "France")
    assert [name for _code, name in english] == sorted((name for _code, name in english), key=in_alphabet)
