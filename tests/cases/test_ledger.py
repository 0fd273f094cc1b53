"""The ledger: append-only for everybody, chained, true to its bodies, and enough to rebuild the case."""

from __future__ import annotations

import hashlib
import json
import os

import psycopg
import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from apps.accounts.choices import Role
from apps.cases.actions.decision import hand_over_result
from apps.cases.actions.mending import undo_last
from apps.cases.choices import EventKind
from apps.cases.history import fold
from apps.cases.ledger import record
from apps.cases.models import CaseEvent, EventText
from apps.cases.selectors import entries_of
from apps.cases.transitions import TransitionUnlawful
from tests import databases, given
from tests.cases import doors

EDITS = [
    "UPDATE cases_caseevent SET kind = 'case_stopped'",
    "UPDATE cases_caseevent SET body = body",
    "DELETE FROM cases_caseevent",
    "TRUNCATE cases_caseevent",
    "TRUNCATE cases_caseevent CASCADE",
]


@pytest.mark.django_db
@pytest.mark.parametrize("edit", EDITS)
def test_the_database_refuses_the_program_every_edit_of_the_ledger(edit):
    given.filed_online()
    with pytest.raises(ProgrammingError, match="permission denied|is refused"), transaction.atomic():
        connection.cursor().execute(edit)
    assert CaseEvent.objects.count() == 1


@pytest.mark.commits
def test_the_database_refuses_the_owner_every_edit_of_ledger_receipts_and_revisions(committing_db):
    given.paid(given.taken_at_counter())
    tables = ("cases_caseevent", "receipts_receipt", "applications_applicationrevision")
    url = databases._with_database(os.environ["DATABASE_OWNER_URL"], committing_db)
    with psycopg.connect(url, autocommit=True) as owner:
        for table in tables:
            count = owner.execute(f"SELECT count(*) FROM {table}").fetchone()
            assert count[0] > 0
            for edit in (
                f"UPDATE {table} SET id = id",
                f"DELETE FROM {table}",
                f"TRUNCATE {table} CASCADE",
            ):
                with pytest.raises(psycopg.errors.InsufficientPrivilege, match="is refused"):
                    owner.execute(edit)
            assert owner.execute(f"SELECT count(*) FROM {table}").fetchone() == count


@pytest.mark.django_db
def test_the_program_cannot_lift_the_guards():
    for lift in (
        "ALTER TABLE cases_caseevent DISABLE TRIGGER ALL",
        "ALTER TABLE cases_caseevent DROP CONSTRAINT event_hash_is_true",
        "DROP TRIGGER append_only_rows ON cases_caseevent",
        "SET session_replication_role = replica",
        "DROP FUNCTION refuse_change() CASCADE",
    ):
        with pytest.raises(ProgrammingError), transaction.atomic():
            connection.cursor().execute(lift)


@pytest.mark.django_db
def test_each_hash_covers_the_hash_before_it_and_the_body():
    case = given.resolved_case()
    before = b""
    for event in CaseEvent.objects.filter(case=case).order_by("sequence"):
        assert bytes(event.previous_hash) == before
        assert bytes(event.hash) == hashlib.sha256(before + bytes(event.body)).digest()
        before = bytes(event.hash)
    assert bytes(case.last_hash) == before


def forged(case, **changes) -> str:
    """The statement that would append an event like the last one, with these columns instead."""
    columns = {
        "case_id": "case_id",
        "sequence": "sequence + 1",
        "kind": "kind",
        "at": "at",
        "by_id": "by_id",
        "from_status": "from_status",
        "to_status": "to_status",
        "from_agency_id": "from_agency_id",
        "to_agency_id": "to_agency_id",
        "handler_id": "handler_id",
        "step": "step",
        "due_at": "due_at",
        "calendar_version_id": "calendar_version_id",
        "body": "next_body",
        "previous_hash": "hash",
        "hash": "sha256(hash || next_body)",
        **changes,
    }
    return f"""
        INSERT INTO cases_caseevent ({", ".join(columns)})
        SELECT {", ".join(columns.values())}
        FROM cases_caseevent, LATERAL (SELECT convert_to(replace(convert_from(body, 'UTF8'),
            '"sequence":' || sequence, '"sequence":' || sequence + 1), 'UTF8') AS next_body) AS forged
        WHERE case_id = {case.pk} AND sequence = {case.last_sequence}
    """


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "guard"),
    [
        ({"kind": "'case_stopped'"}, "event_columns_are_true"),
        ({"at": "at + interval '1 day'"}, "event_columns_are_true"),
        ({"by_id": "NULL"}, "event_columns_are_true"),
        ({"to_status": "8"}, "event_columns_are_true"),
        ({"due_at": "due_at + interval '1 day'"}, "event_columns_are_true"),
        ({"to_agency_id": "(SELECT min(id) FROM units_agency)"}, "event_columns_are_true"),
        ({"hash": "sha256('x')"}, "event_hash_is_true"),
        ({"previous_hash": "''::bytea", "hash": "sha256(next_body)"}, "does not follow|begins_once"),
        ({"sequence": "sequence + 2"}, "does not follow|columns_are_true"),
        ({"sequence": "sequence"}, "event_place_once|does not follow|columns_are_true"),
    ],
)
def test_a_forged_event_is_refused_by_the_database(changes, guard):
    case = given.accepted_case()
    with pytest.raises(IntegrityError, match=guard), transaction.atomic():
        connection.cursor().execute(forged(case, **changes))
    assert CaseEvent.objects.filter(case=case).count() == case.last_sequence


@pytest.mark.django_db
def test_the_ledger_adds_up_to_the_case_after_every_act_of_a_long_life():
    case = given.taken_at_counter(desk=given.ward_committee("Phường Trúc Bạch"))
    doors.adds_up(case)
    for step in (given.accepted, given.at_competent_agency):
        case = step(case)
        doors.adds_up(case)
    handler = given.handler_of(case)
    doors.adds_up(case)
    case = given.proposed(given.fresh(case), handler)
    doors.adds_up(case)
    undo_last(
        case.code,
        reason="Nhầm",
        by=given.staff(case.current_agency, Role.HEAD),
        at=given.NOW,
        request_key=given.key(),
    )
    doors.adds_up(case)
    case = given.released(given.fresh(_approved(given.proposed(given.fresh(case), handler))))
    doors.adds_up(case)
    hand_over_result(
        case.code,
        delivery="counter",
        recipient="Bưởi",
        by=given.receptionist(case.returning_agency),
        at=given.NOW,
        request_key=given.key(),
    )
    doors.adds_up(case)


def _approved(case):
    from apps.cases.actions.decision import approve_result

    approve_result(
        case.code,
        by=given.staff(case.current_agency, Role.APPROVER),
        at=given.NOW,
        request_key=given.key(),
    )
    return case


@pytest.mark.django_db
def test_bodies_hold_codes_and_ids_and_no_personal_data():
    case = given.resolved_case(contact_phone="0911222333")
    names = {party.particulars["name"] for party in case.application.parties.all()}
    for event in CaseEvent.objects.filter(case=case):
        body = bytes(event.body).decode()
        assert not any(name in body for name in names)
        assert "0911222333" not in body
        assert body.isascii()


@pytest.mark.django_db
def test_a_text_can_be_redacted_and_its_hash_stays_in_the_chain():
    case, _ = given.proposed_case()
    event = doors.event_of(case)
    written = EventText.objects.get(event=event).text
    EventText.objects.filter(event=event).update(text="", redacted_at=given.NOW)
    assert json.loads(bytes(event.body))["text"] == hashlib.sha256(written.encode()).hexdigest()
    doors.adds_up(case)


@pytest.mark.django_db
def test_a_verb_cannot_change_what_is_not_state_nor_status_against_the_law():
    case = given.accepted_case()
    by = given.receptionist(case.current_agency)
    with pytest.raises(ValueError, match="not columns"):
        record(case, EventKind.HANDLER_ASSIGNED, by=by, at=given.NOW, entries=[], changes={"code": "X"})
    with pytest.raises(TransitionUnlawful):
        record(case, EventKind.HANDLER_ASSIGNED, by=by, at=given.NOW, entries=[], changes={"status": 10})


@pytest.mark.django_db
def test_the_state_at_any_past_event_can_be_rebuilt():
    case = given.approved_case()
    entries = entries_of(case)
    statuses = [fold(entries[: place + 1])["status"] for place in range(len(entries))]
    stored = list(
        CaseEvent.objects.filter(case=case).order_by("sequence").values_list("to_status", flat=True)
    )
    assert statuses == stored
