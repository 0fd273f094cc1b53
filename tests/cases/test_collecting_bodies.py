"""For whom a fee is collected: who decides, or another body by its written authorisation; each its own payment and receipt."""

from __future__ import annotations

import pytest
from django.utils import translation

from apps.accounts.choices import Role
from apps.cases.actions.payment import record_payment
from apps.cases.errors import NotCompetent
from apps.cases.models import CaseReceipt
from apps.cases.selectors import case_seen_by, fees_of
from apps.procedures.errors import DraftRefused, VersionNotSound
from apps.receipts.actions.numbering import face_value_of
from apps.receipts.actions.series import open_series
from apps.receipts.errors import NoOpenSeries
from apps.receipts.models import Payment, Receipt
from tests import given
from tests.cases import doors
from tests.cases.bodies import AUTHORISED, fee_rules

pytestmark = pytest.mark.django_db
CODE = given.CIVIL_EXTRACT


def pay(case, amount):
    by = given.cashier(case.current_agency)
    return record_payment(
        case.code, amount=amount, method="cash", by=by, at=given.NOW, request_key=given.key()
    )


def with_face_value(amount=8000):
    return open_series(
        given.ward_committee(),
        form="EBL02",
        face_value=amount,
        code="26TAB",
        year=2026,
        acceptance_number="1/TB",
        accepted_on=given.NOW.date(),
        by=given.administrator(),
        at=given.NOW,
    )


def test_fees_of_two_bodies_are_two_payments_and_two_receipts_of_one_act():
    fee_rules({}, {"unit_price": 5000, **AUTHORISED})
    case = given.taken_at_counter(CODE)
    event = doors.acted(case, lambda: pay(case, 13_000))
    ward, district = given.ward_committee(), given.agency("district_committee", given.ward().parent)
    found = {row.series.collecting_body: row.amount for row in Receipt.objects.select_related("series")}
    assert found == {ward: 8000, district: 5000}
    assert {row.collecting_body: row.amount for row in Payment.objects.all()} == found
    assert CaseReceipt.objects.filter(case=case).count() == 2
    assert event.to_status == event.from_status


def test_the_body_that_collected_sees_the_case_and_answers_for_its_receipt_alone():
    fee_rules({}, {"unit_price": 5000, **AUTHORISED})
    case = given.taken_at_counter(CODE)
    pay(case, 13_000)
    district = given.agency("district_committee", given.ward().parent)
    head = given.staff(district, Role.HEAD)
    assert "replace_receipt" in case_seen_by(case.code, seen_by=head).verbs
    other = given.staff(given.agency("district_committee", given.ward("Phường Hàng Bạc").parent), Role.HEAD)
    with pytest.raises(Exception, match="case_unknown"):
        case_seen_by(case.code, seen_by=other)


def test_while_one_body_has_no_series_nothing_at_all_is_taken():
    fee_rules({}, {"unit_price": 5000, **AUTHORISED})
    district = given.agency("district_committee", given.ward().parent)
    district.receipt_series.update(closed_at=given.NOW)
    case = given.taken_at_counter(CODE)
    with doors.refused(NoOpenSeries):
        pay(case, 13_000)
    assert not Payment.objects.exists()


def test_where_the_authorised_kind_of_agency_is_not_there_nobody_collects():
    fee_rules({**AUTHORISED, "collector_factor": "business_seat"})
    case = given.taken_at_counter(CODE)
    case.application.connecting_unit = None
    case.application.save(update_fields=["connecting_unit"])
    with doors.refused(NotCompetent):
        pay(case, 8000)


@pytest.mark.parametrize("missing", AUTHORISED)
def test_another_body_is_not_named_without_its_tie_and_its_authorisation(missing):
    with pytest.raises(DraftRefused) as told:
        fee_rules({**AUTHORISED, missing: None if missing == "collector_kind" else ""})
    assert [(fault.row, fault.field) for fault in told.value.faults] == [("fee_rules/1", "collector_basis")]


def test_a_kind_of_agency_that_is_not_there_is_refused():
    with translation.override("en"), pytest.raises(DraftRefused) as told:
        fee_rules({**AUTHORISED, "collector_kind": "ministry_of_magic"})
    assert ("fee_rules/1", "collector_kind") in [(each.row, each.field) for each in told.value.faults]


@pytest.mark.parametrize(
    "fields", [{"quantity": "copies"}, {"unit_price": 0, "note": "Miễn", "note_en": "Free"}]
)
def test_only_a_fixed_amount_taken_once_has_a_face_value(fields):
    with pytest.raises((DraftRefused, VersionNotSound)) as told:
        fee_rules({**fields, "has_face_value": True})
    assert [fault.field for fault in told.value.faults] == ["has_face_value"]


def test_a_face_value_is_receipted_by_itself_in_the_series_of_that_value():
    series = with_face_value()
    fee_rules({"has_face_value": True}, {"unit_price": 5000})
    case = given.taken_at_counter(CODE)
    pay(case, 13_000)
    found = {(row.series.form, row.amount) for row in Receipt.objects.select_related("series")}
    assert found == {("EBL02", 8000), ("EBL01", 5000)}
    assert Receipt.objects.get(series=series).number == 1


def test_without_a_series_of_that_value_nothing_is_taken():
    with_face_value(5000)
    fee_rules({"has_face_value": True})
    case = given.taken_at_counter(CODE)
    with doors.refused(NoOpenSeries):
        pay(case, 8000)


def test_an_amount_that_an_exemption_has_lowered_has_no_face_value():
    with_face_value()
    half = {"exempt_percent": 50, "exempt_basis": "Nghị quyết"}
    condition = next(
        row["exempt_condition"]
        for row in given.document_of(given.drafted(CODE))["fee_rules"]
        if row["exempt_condition"]
    )
    fee_rules({"has_face_value": True, **half, "exempt_condition": condition})
    said = given.answers(CODE) | {"is_digital_citizen": True}
    case = given.taken_at_counter(CODE, answers=said)
    [fee] = fees_of(case)
    assert (fee.amount, face_value_of([fee])) == (4000, None)
    pay(case, 4000)
    assert Receipt.objects.select_related("series").get().series.form == "EBL01"


def test_a_draft_keeps_what_its_version_says_of_collecting():
    version = fee_rules({**AUTHORISED})
    [row] = given.document_of(version)["fee_rules"]
    assert {name: row[name] for name in AUTHORISED} == AUTHORISED
    copy = given.document_of(given.drafted(CODE))["fee_rules"]
    assert copy == [row]
