"""The database keeps a published version as it was published, whoever asks; a draft is rewritten and discarded."""

from __future__ import annotations

import os

import psycopg
import pytest
from django.db import ProgrammingError, connection, transaction

from apps.procedures.models import ProcedureVersion
from tests import databases, given

PARTS = {
    "procedures_competence": "factor = 'receiving_agency'",
    "procedures_timelimit": "value = 99",
    "procedures_component": "name = 'khác'",
    "procedures_feerule": "unit_price = 1",
    "procedures_step": "share = 1",
}


REFUSALS = (ProgrammingError, psycopg.errors.InsufficientPrivilege)


def refused(sql: str, *parameters: object, owner: psycopg.Connection | None = None) -> None:
    with pytest.raises(REFUSALS):
        attempt(sql, parameters, owner)


def attempt(sql: str, parameters: tuple[object, ...], owner: psycopg.Connection | None) -> None:
    if owner is not None:
        owner.execute(sql, parameters)
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, parameters)


def published() -> int:
    return ProcedureVersion.objects.filter(state="published").order_by("pk").first().pk


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change", ["note = 'khác'", "state = 'draft'", "in_force_from = '2020-01-01'", "number = 9"]
)
def test_of_a_published_version_nothing_but_its_end_is_set(change):
    which = published()
    refused(f"UPDATE procedures_procedureversion SET {change} WHERE id = %s", which)
    refused("DELETE FROM procedures_procedureversion WHERE id = %s", which)
    assert ProcedureVersion.objects.filter(pk=which).update(in_force_to="2027-01-01") == 1


@pytest.mark.django_db
@pytest.mark.parametrize("table", PARTS)
def test_no_part_of_a_published_version_is_changed_added_or_taken_away(table):
    which = published()
    refused(f"UPDATE {table} SET {PARTS[table]} WHERE version_id = %s", which)
    refused(f"DELETE FROM {table} WHERE version_id = %s", which)
    # A row of a draft does not move into it, nor is one of its own doubled.
    draft = given.drafted(given.CIVIL_EXTRACT)
    refused(f"UPDATE {table} SET version_id = %s, position = 99 WHERE version_id = %s", which, draft.pk)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT string_agg(column_name, ',') FROM information_schema.columns "
            "WHERE table_name = %s AND column_name NOT IN ('id', 'position')",
            [table],
        )
        columns = cursor.fetchone()[0]
    refused(
        f"INSERT INTO {table} ({columns}, position) SELECT {columns}, 99 FROM {table} WHERE version_id = %s",
        which,
    )


@pytest.mark.django_db
def test_no_version_begins_as_published():
    refused(
        """INSERT INTO procedures_procedureversion (procedure_id, number, state, in_force_from, decision, channels,
            presence_channels, after_supplement, result_name, result_name_en, form_schema, closed_note, closed_note_en,
            note, note_en, revision)
        SELECT procedure_id, 77, 'published', '2030-01-01', '', channels, presence_channels, after_supplement, '', '',
            form_schema, '', '', '', '', 0 FROM procedures_procedureversion WHERE id = %s""",
        published(),
    )


@pytest.mark.django_db
def test_a_draft_is_rewritten_and_its_parts_too():
    draft = given.drafted(given.CIVIL_EXTRACT)
    for table, change in PARTS.items():
        with connection.cursor() as cursor:
            cursor.execute(f"UPDATE {table} SET {change} WHERE version_id = %s", [draft.pk])
            assert cursor.rowcount
            cursor.execute(f"DELETE FROM {table} WHERE version_id = %s", [draft.pk])
            assert cursor.rowcount


@pytest.mark.commits
def test_the_owner_is_refused_as_the_program_is(committing_db):
    which = published()
    owner = databases._with_database(os.environ["DATABASE_OWNER_URL"], committing_db)
    with psycopg.connect(owner, autocommit=True) as connected:
        refused("UPDATE procedures_procedureversion SET note = 'khác' WHERE id = %s", which, owner=connected)
        refused("DELETE FROM procedures_step WHERE version_id = %s", which, owner=connected)
        for table in ("procedures_procedureversion", *PARTS):
            refused(f"TRUNCATE {table} CASCADE", owner=connected)
