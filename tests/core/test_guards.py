"""What the program's database role may never do, and what masks personal data."""

from __future__ import annotations

import logging

import pytest
from django.db import ProgrammingError, connection, transaction

from apps.core.access import note_access
from apps.core.checks import letters_of_vietnam
from apps.core.masking import MaskPersonalData, mask_email, mask_number, mask_text
from apps.core.models import AccessRecord
from tests import given

APPEND_ONLY = [
    "applications_applicationrevision",
    "applications_attachment",
    "applications_datalookup",
    "cases_actpaper",
    "cases_casedocument",
    "cases_caseevent",
    "cases_casenotice",
    "cases_caseresult",
    "cases_lateentry",
    "core_accessrecord",
    "documents_document",
    "documents_storeddata",
    "documents_storedfile",
    "receipts_differenceacknowledged",
    "receipts_bankline",
    "receipts_bankstatement",
    "receipts_differenceexplanation",
    "receipts_payment",
    "receipts_paymentline",
    "receipts_receipt",
    "receipts_receiptdocument",
]
# A draft of a version is rewritten and discarded; what is published the triggers keep (tests/procedures/test_frozen.py).
DRAFTED = {
    "procedures_procedureversion",
    "procedures_competence",
    "procedures_timelimit",
    "procedures_component",
    "procedures_feerule",
    "procedures_step",
    "procedures_linkedpart",
}
MAY_BE_CLEARED = {"core_requestkey", "core_outboxrow", "django_session", "bundles_bundlepart", *DRAFTED}


def one(sql: str, *parameters: object) -> object:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchone()[0]


@pytest.mark.django_db
@pytest.mark.parametrize("table", APPEND_ONLY)
def test_the_program_may_only_add_to_and_read_these_tables(table):
    rights = {
        right: one("SELECT has_table_privilege(%s, %s)", table, right)
        for right in ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE")
    }
    assert rights == {"SELECT": True, "INSERT": True, "UPDATE": False, "DELETE": False, "TRUNCATE": False}
    guards = one(
        "SELECT count(*) FROM pg_trigger WHERE tgrelid = %s::regclass AND tgname LIKE 'append_only_%%'", table
    )
    assert guards == 2


@pytest.mark.django_db
def test_of_a_fee_line_the_program_may_write_only_when_it_was_withdrawn():
    assert not one("SELECT has_table_privilege('receipts_feedue', 'UPDATE')")
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT attname FROM pg_attribute
            WHERE attrelid = 'receipts_feedue'::regclass AND attnum > 0
                AND has_column_privilege(attrelid, attnum, 'UPDATE')"""
        )
        assert cursor.fetchall() == [("withdrawn_at",)]


@pytest.mark.django_db
def test_the_program_owns_nothing_truncates_nothing_and_deletes_only_what_is_part_of_no_file():
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename, tableowner FROM pg_tables WHERE schemaname = 'public'")
        tables = cursor.fetchall()
    assert len(tables) > 30
    me = one("SELECT current_user")
    for table, owner in tables:
        assert owner != me, table
        assert not one("SELECT has_table_privilege(%s, 'TRUNCATE')", table), table
        if one("SELECT has_table_privilege(%s, 'DELETE')", table):
            assert table in MAY_BE_CLEARED, table
    assert not one(
        "SELECT rolsuper OR rolcreaterole OR rolcreatedb FROM pg_roles WHERE rolname = current_user"
    )


@pytest.mark.django_db
def test_the_program_makes_no_tables():
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        connection.cursor().execute("CREATE TABLE public.of_its_own (id int)")


@pytest.mark.django_db
def test_reading_whole_data_leaves_a_line_that_cannot_be_changed():
    note_access(actor_id=1, action="reveal", subject="H26-261123-0001", at=given.NOW, reason="Khiếu nại")
    assert AccessRecord.objects.get().subject == "H26-261123-0001"
    with pytest.raises(ProgrammingError), transaction.atomic():
        AccessRecord.objects.update(reason="")


@pytest.mark.django_db
def test_the_database_knows_the_letters_of_vietnam():
    assert letters_of_vietnam(databases=["default"]) == []


def test_numbers_and_addresses_are_masked_and_codes_are_not():
    line = "001185000001 gọi 0987654321, an.nguyen@example.vn, H26.001.00001-261123-0001, 8000 đ"
    assert mask_text(line) == (
        "•••••••••001 gọi •••••••321, a•••@example.vn, H26.001.00001-261123-0001, 8000 đ"
    )
    assert mask_number("") == ""
    assert mask_number("001185000001", keep=4).endswith("0001")
    assert mask_email("an@example.vn") == "a•••@example.vn"


def test_a_log_line_is_masked_with_its_arguments():
    record = logging.LogRecord("x", logging.INFO, "f", 1, "payer %s", ("001185000001",), None)
    assert MaskPersonalData().filter(record) is True
    assert record.getMessage() == "payer •••••••••001"
