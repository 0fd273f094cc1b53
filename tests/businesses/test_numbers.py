"""Tax codes with their check digit, numbers of other organisations, and mandates by date."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from apps.businesses.actions import Organisation, ensure_business, read_organisation
from apps.businesses.errors import TaxCodeCheckDigitWrong, TaxCodeMalformed
from apps.businesses.models import Business
from apps.businesses.selectors import businesses_of
from apps.businesses.tax_codes import check_digit, read_tax_code
from apps.citizens.errors import PersonalIdMalformed
from apps.core.errors import Invalid
from tests.factories import BusinessFactory, CitizenFactory, MandateFactory


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("0100233488", "0100233488"),
        ("0100 233 488", "0100233488"),
        ("0100233488-001", "0100233488-001"),
        ("0100233488001", "0100233488-001"),
        ("0300588569", "0300588569"),
    ],
)
def test_a_tax_code_is_read_as_the_state_writes_it(typed, read):
    assert read_tax_code(typed) == read


@pytest.mark.parametrize(
    "typed",
    ["", "010023348", "01002334888", "0100233488-000", "0100233488-1", "abc", "0100000000", "0100２３３488"],
)
def test_another_shape_is_refused(typed):
    with pytest.raises(TaxCodeMalformed) as told:
        read_tax_code(typed, field="organisation.number")
    assert told.value.field == "organisation.number"


@pytest.mark.parametrize("typed", ["0100233489", "0100233480", "1000233488", "0100233489-001"])
def test_a_wrong_check_digit_is_refused(typed):
    with pytest.raises(TaxCodeCheckDigitWrong):
        read_tax_code(typed)


@for_all(st.integers(min_value=10_000_001, max_value=999_999_998), st.integers(0, 8), st.integers(0, 9))
def test_one_wrong_digit_is_always_noticed(nine, place, digit):
    text = f"{nine:09d}"
    check = check_digit(text)
    wrong = text[:place] + str(digit) + text[place + 1 :]
    if check == 10 or wrong == text or set(text[2:]) == {"0"} or set(wrong[2:]) == {"0"}:
        return
    assert read_tax_code(f"{text}{check}") == f"{text}{check}"
    with pytest.raises((TaxCodeCheckDigitWrong, TaxCodeMalformed)):
        read_tax_code(f"{wrong}{check}")


@pytest.mark.django_db
def test_the_same_number_is_the_same_organisation():
    first = ensure_business(Organisation(name="Công ty An", number="0100233488"))
    again = ensure_business(read_organisation(Organisation(name="CÔNG TY AN", number="0100 233488")))
    assert again.pk == first.pk
    assert Business.objects.get().name == "Công ty An"


@pytest.mark.parametrize(
    ("kind", "number", "refusal"),
    [
        ("enterprise", "0100233489", TaxCodeCheckDigitWrong),
        ("household", "123", PersonalIdMalformed),
        ("organisation", " ", Invalid),
    ],
)
def test_each_kind_of_organisation_has_its_kind_of_number(kind, number, refusal):
    with pytest.raises(refusal):
        read_organisation(Organisation(name="An", number=number, kind=kind))


@pytest.mark.django_db
def test_a_mandate_gives_the_right_from_its_first_day_to_the_day_before_its_last():
    person = CitizenFactory()
    business = BusinessFactory()
    MandateFactory(
        citizen=person, business=business, valid_from=date(2026, 11, 1), valid_to=date(2026, 11, 23)
    )
    for day, may in [
        (date(2026, 10, 31), False),
        (date(2026, 11, 1), True),
        (date(2026, 11, 22), True),
        (date(2026, 11, 23), False),
    ]:
        assert businesses_of(person.user_id, day) == (
            person.pk,
            frozenset({business.pk}) if may else frozenset(),
        )


@pytest.mark.django_db
def test_an_account_without_a_person_acts_for_nobody():
    assert businesses_of(999_999_999, date(2026, 11, 23)) == (None, frozenset())
