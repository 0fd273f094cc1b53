"""Whom papers and lists name: an agency has another name, code or place only by an act of administration on record."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import ProgrammingError, connection, transaction

from apps.core.administration import note_administration
from apps.units.models import AdministrativeUnit, Agency, AgencyKind
from tests import given

pytestmark = pytest.mark.django_db


def refused(rows, **columns) -> None:
    before = list(rows.values())
    with pytest.raises(ProgrammingError, match="no act of administration"), transaction.atomic():
        rows.update(**columns)
    assert list(rows.values()) == before


def said(agency: Agency, *, decision: str = given.DECISION, **columns) -> None:
    note_administration(
        "agency", subject=f"agency:{agency.pk}", decision=decision, actor_id=1, at=given.NOW, **columns
    )


def only(agency: Agency):
    return Agency.objects.filter(pk=agency.pk)


@pytest.mark.parametrize(
    "columns",
    [
        {"name": "UBND phường khác"},
        {"name_en": "Another"},
        {"tax_code": "0100109106"},
        {"address": "Số 1"},
        {"identification_code": "H26.77"},
        {"is_code_established": True},
        {"calendar_code": "other"},
        {"valid_from": date(2020, 1, 1)},
        {"note": "x"},
    ],
)
def test_no_column_of_an_agency_is_changed_without_an_act(columns):
    refused(only(given.ward_committee()), **columns)


def test_units_and_kinds_are_not_renamed_without_an_act():
    refused(AdministrativeUnit.objects.filter(pk=given.ward().pk), name="Phường khác")
    refused(AgencyKind.objects.filter(code="ward_committee"), name="Ủy ban khác")


def test_what_the_last_act_says_is_changed_and_nothing_else_and_stays_on_record():
    body, other = given.ward_committee(), given.ward_committee("Phường Trúc Bạch")
    said(body, tax_code="0100109106")
    refused(only(body), tax_code="0100109107")
    refused(only(body), tax_code="0100109106", name="UBND phường khác")
    refused(only(other), tax_code="0100109106")
    assert only(body).update(tax_code="0100109106") == 1
    said(body, tax_code="0100109107")
    only(body).update(tax_code="0100109107")
    # What an act before the last one said is no ground any more.
    refused(only(body), tax_code="0100109106")


def test_an_act_without_a_decision_is_no_ground():
    body = given.ward_committee()
    said(body, decision="", tax_code="0100109106")
    refused(only(body), tax_code="0100109106")


def test_when_an_agency_ends_is_its_own_matter():
    assert only(given.ward_committee()).update(valid_to=given.NOW.date()) == 1


def test_the_owner_of_the_tables_is_held_to_it_as_well():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_trigger WHERE tgname = 'changed_on_record' AND tgenabled = 'O'"
        )
        assert cursor.fetchone() == (3,)
