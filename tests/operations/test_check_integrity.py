"""The check of integrity: silent over a city at work, and naming the first row of whatever is broken by force."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from io import StringIO
from pathlib import Path

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from apps.accounts.choices import Role
from apps.applications.models import Attachment
from apps.cases.actions.decision import hand_over_result
from apps.cases.actions.ending import request_withdrawal
from apps.cases.actions.extension import extend_deadline
from apps.cases.actions.filing import LateEntry
from apps.cases.actions.mending import undo_last
from apps.cases.actions.moving import propose_move, start_move
from apps.cases.actions.prolongation import prolong_for_verification
from apps.cases.actions.supplement import Item, provide_supplement, request_supplement
from apps.cases.actions.tracking import issue_secret_again
from apps.cases.choices import EventKind, Status
from apps.cases.models import (
    Case,
    CaseEvent,
    CaseFee,
    CaseNotice,
    CaseReceipt,
    EventText,
    Obligation,
    OpinionRequest,
    OriginalCustody,
)
from apps.cases.models import LateEntry as LateEntryMark
from apps.cases.selectors import entries_of
from apps.cases.tracking import hash_of, secret_of
from apps.core import outbox
from apps.core.canonical import spell_moment
from apps.core.models import OutboxRow, RequestKey
from apps.documents.models import StoredData, StoredFile
from apps.operations import integrity
from apps.operations.integrity import INVARIANTS, check, ledger, walking
from apps.receipts.models import Receipt, ReceiptDocument
from tests import databases, given
from tests.cases import legs
from tests.cases.asked import answerer, asked_case, give
from tests.operations.forcing import Force, as_owner
from tests.receipts import test_drawers as drawers

pytestmark = pytest.mark.commits


def a_city_at_work() -> None:
    """Cases in many states, every effect carried out."""
    case = given.at_competent_agency(
        given.accepted(given.taken_at_counter(desk=given.ward_committee("Phường Trúc Bạch")))
    )
    handler = given.handler_of(case)
    case = given.proposed(given.fresh(case), handler)
    undo_last(
        case.code,
        reason="Nhầm",
        by=given.staff(case.current_agency, Role.HEAD),
        at=given.NOW,
        request_key=given.key(),
    )
    delivered = given.resolved_case()
    hand_over_result(
        delivered.code,
        delivery="counter",
        recipient="Trần Thị Bưởi",
        by=given.receptionist(delivered.returning_agency),
        at=given.NOW,
        request_key=given.key(),
    )
    asked, _ = given.case_awaiting_supplement(asked_at=given.after(given.NOW, hours=1))
    provide_supplement(
        asked.code,
        answers={},
        attachments={},
        message="Đã bổ sung",
        by=given.receptionist(asked.current_agency),
        at=given.after(given.NOW, hours=3),
        request_key=given.key(),
    )
    issue_secret_again(
        asked.code,
        is_identity_checked=True,
        by=given.receptionist(asked.current_agency),
        at=given.after(given.NOW, hours=4),
        request_key=given.key(),
    )
    withdrawn = given.accepted_case()
    request_withdrawal(
        withdrawn.code,
        reason="Không cần nữa",
        by=given.act_as(withdrawn.application.filed_by),
        at=given.NOW,
        request_key=given.key(),
    )
    given.filed_online(given.FOOD_SAFETY, by=given.citizen())
    assessed_and_routed_again()
    moved_to_another_version()
    under_the_law_of_time()
    done_elsewhere()
    drawers_counted()
    given.taken_at_counter(given.PERMIT, desk=given.agency("district_committee", given.ward().parent))
    given.carry_out(given.NOW, "route_case", "render_paper", "render_receipt")


def drawers_counted() -> None:
    """A drawer that was counted short and acknowledged, beside those that are still open."""
    by = given.cashier(given.ward_committee())
    session = drawers.closed(drawers.drawer(by), by, 199_000, explanation="Thiếu 1.000 đồng")
    drawers.acknowledged(session, given.staff(given.ward_committee(), Role.HEAD))


def under_the_law_of_time() -> None:
    """An obligation that waits, a draft that waits, an extension, a prolongation, and a case entered late."""
    given.awaiting_payment()
    given.awaiting_confirmation()
    extended, prolonged = given.accepted_case(given.HOUSEHOLD), given.accepted_case(given.RECOGNITION)
    new = given.after(given.NOW, days=8)
    head = given.staff(extended.current_agency, Role.HEAD)
    extend_deadline(
        extended.code, until=new, reason="Mất điện", by=head, at=given.NOW, request_key=given.key()
    )
    head = given.staff(prolonged.current_agency, Role.HEAD)
    prolong_for_verification(
        prolonged.code, value=8, reason="Xác minh", by=head, at=given.NOW, request_key=given.key()
    )
    taken_at = given.after(given.NOW, hours=-0.5)
    given.taken_at_counter(late_entry=LateEntry(taken_at, "Mất điện", "GT-07"))


def done_elsewhere() -> None:
    """An opinion that was given, and a step that another agency has completed and sent on."""
    case, _handler = asked_case()
    give(case)(answerer(), given.key())
    legs.three_levels()
    legs.received(legs.verified(*legs.at_the_ward()))


def moved_to_another_version() -> None:
    """The law gives more time from today on, and by decision the open case has it too."""
    given.accepted_case("1.004873")

    def longer(limits: list[dict[str, object]]) -> None:
        limits[0] |= {"value": 7, "unit": "working_day", "is_established": True}

    by, new = given.administrator(), given.new_version("1.004873", time_limits=longer)
    start_move(propose_move(new.pk, by=by, at=given.NOW).pk, decision=given.DECISION, by=by, at=given.NOW)
    given.carry_out(given.NOW, "move_cases")


def assessed_and_routed_again() -> None:
    """Two supplements at intake: a second copy is asked for, and the person concerned is a child after all."""
    copies = given.taken_at_counter(answers={**given.answers(given.CIVIL_EXTRACT), "copies": 1})
    answers = {**given.answers("1.004859"), "subject_born_on": "1990-05-17"}
    child = given.case_at_intake("1.004859", answers=answers)
    for case, changed in ((copies, {"copies": 2}), (child, {"subject_born_on": "2016-05-17"})):
        desk = given.receptionist(case.current_agency)
        request_supplement(
            case.code,
            items=[Item("Tờ khai", "Khai lại")],
            omission="applicant",
            by=desk,
            at=given.NOW,
            request_key=given.key(),
        )
        provide_supplement(
            case.code,
            answers=changed,
            attachments={},
            message="",
            by=desk,
            at=given.NOW,
            request_key=given.key(),
        )


@dataclass
class City:
    """A database of this module's own with a city at work in it, and the folder of its files."""

    name: str
    media: str


@pytest.fixture(scope="module")
def city(django_db_setup, django_db_blocker, worker_id, tmp_path_factory) -> Iterator[City]:
    media = str(tmp_path_factory.mktemp("integrity"))
    with django_db_blocker.unblock(), databases.cloned(f"{worker_id}_integrity") as name:
        with override_settings(MEDIA_ROOT=media), time_machine.travel(given.NOW, tick=False):
            a_city_at_work()
        yield City(name, media)


@pytest.fixture
def whole(city, settings) -> City:
    """The city with its files in place."""
    settings.MEDIA_ROOT = city.media
    return city


@pytest.fixture
def force(whole) -> Iterator[Force]:
    """The owner of the tables, who can lift every guard; what is done by force is undone when the test ends."""
    with as_owner(GUARDED) as run:
        yield run


GUARDED = (
    "cases_casedocument",
    "cases_caseevent",
    "cases_casenotice",
    "cases_caseresult",
    "cases_eventtext",
    "cases_lateentry",
    "cases_obligation",
    "cases_casefee",
    "cases_casereceipt",
    "receipts_feedue",
    "receipts_receipt",
    "receipts_receiptdocument",
    "receipts_payment",
    "receipts_paymentline",
    "documents_document",
    "documents_storedfile",
    "documents_storeddata",
)


def broken(**options: bool) -> dict[str, str]:
    """What the check finds broken, by the name of the invariant."""
    return {name: fault.row for name, fault in check(at=given.NOW, **options).broken.items()}


def a_case() -> Case:
    """The delivered case: it has a ledger, papers and a result."""
    return Case.objects.get(status=Status.DELIVERED)


def test_a_city_at_work_is_whole(whole):
    found = check(at=given.NOW)
    assert found.broken == {}
    assert found.counts["cases_case"] == Case.objects.count() >= 4
    assert found.counts["cases_caseevent"] == CaseEvent.objects.count()
    assert found.counts["receipts_receipt"] == Receipt.objects.count() > 0
    assert found.counts["documents_storedfile"] > 0


def test_the_check_writes_nothing(whole):
    with CaptureQueriesContext(connection) as queries:
        check(at=given.NOW)
    for query in queries:
        sql = query["sql"].strip()
        assert re.match(r"SELECT|DECLARE \S+ NO SCROLL CURSOR WITH(OUT)? HOLD FOR SELECT", sql), sql


def test_every_invariant_is_proven_by_some_pass():
    proven = frozenset().union(*(walk.proves for walk in integrity._walks(given.NOW)))
    assert proven == set(INVARIANTS)


# The ledger


def test_a_body_changed_in_place_breaks_the_chain(force):
    force("ALTER TABLE cases_caseevent DROP CONSTRAINT event_hash_is_true")
    force(
        "UPDATE cases_caseevent SET body = body || ' '::bytea WHERE case_id = %s AND sequence = 3",
        a_case().pk,
    )
    assert broken() == {"ledger_chain": f"{a_case().code} 3"}


def test_a_body_changed_with_its_own_hash_breaks_the_chain_at_the_next_event(force):
    force(
        """UPDATE cases_caseevent SET body = body || ' '::bytea, hash = sha256(previous_hash || body || ' '::bytea)
        WHERE case_id = %s AND sequence = 3""",
        a_case().pk,
    )
    assert broken() == {"ledger_chain": f"{a_case().code} 4"}


def test_an_event_taken_out_breaks_the_chain(force):
    assigned = CaseEvent.objects.get(case=a_case(), kind=EventKind.HANDLER_ASSIGNED)
    force("DELETE FROM cases_caseevent WHERE id = %s", assigned.pk)
    found = broken()
    assert found["ledger_chain"] == f"{a_case().code} {assigned.sequence + 1}"


def test_a_last_event_taken_out_is_missed(force):
    case = Case.objects.get(version__procedure__code=given.FOOD_SAFETY, status=Status.SUBMITTED)
    last = CaseEvent.objects.get(case=case, sequence=case.last_sequence)
    force("DELETE FROM cases_caseevent WHERE id = %s", last.pk)
    assert broken()["ledger_chain"] == f"{case.code} {case.last_sequence - 1}"


def test_a_forged_event_at_the_end_is_found(force):
    case = a_case()
    force(
        """INSERT INTO cases_caseevent (case_id, sequence, kind, at, by_id, from_status, to_status, from_agency_id,
            to_agency_id, handler_id, step, due_at, calendar_version_id, body, previous_hash, hash)
        SELECT case_id, sequence + 1, kind, at, by_id, from_status, to_status, from_agency_id, to_agency_id,
            handler_id, step, due_at, calendar_version_id, forged, hash, sha256(hash || forged)
        FROM cases_caseevent, LATERAL (SELECT convert_to(replace(convert_from(body, 'UTF8'),
            '"sequence":' || sequence, '"sequence":' || sequence + 1), 'UTF8') AS forged) AS new
        WHERE case_id = %s AND sequence = %s""",
        case.pk,
        case.last_sequence,
    )
    # Nobody was told of it either.
    forged = f"{case.code} {case.last_sequence + 1}"
    assert broken() == {"ledger_chain": forged, "notices": forged}


def test_a_column_that_says_otherwise_than_its_body_is_found(force):
    event = CaseEvent.objects.filter(case=a_case()).order_by("sequence").last()
    force("UPDATE cases_caseevent SET step = 99 WHERE id = %s", event.pk)
    assert broken() == {"ledger_columns": f"{a_case().code} {event.sequence}"}


def test_a_text_that_was_rewritten_is_found_and_a_redacted_one_is_not(force):
    text = EventText.objects.select_related("event__case").order_by("pk").first()
    force("UPDATE cases_eventtext SET text = 'khác' WHERE event_id = %s", text.event_id)
    assert broken() == {"ledger_texts": f"{text.event.case.code} {text.event.sequence}"}
    force("UPDATE cases_eventtext SET redacted_at = now() WHERE event_id = %s", text.event_id)
    assert broken() == {}


def rewritten(case: Case, sequence: int, old: str, new: str, force: Force, **columns: object) -> None:
    """Rewrites an event and everything after it, hash by hash: a forger who knows the chain."""
    for name in ("event_hash_is_true", "event_columns_are_true"):
        force(f"ALTER TABLE cases_caseevent DROP CONSTRAINT {name}")
    before = b""
    for event in CaseEvent.objects.filter(case=case).order_by("sequence"):
        body = bytes(event.body)
        if event.sequence == sequence:
            assert old.encode() in body
            body = body.replace(old.encode(), new.encode())
            for name, value in columns.items():
                force(f"UPDATE cases_caseevent SET {name} = %s WHERE id = %s", value, event.pk)
        digest = sha256(before + body).digest()
        force(
            "UPDATE cases_caseevent SET body = %s, previous_hash = %s, hash = %s WHERE id = %s",
            body,
            before,
            digest,
            event.pk,
        )
        before = digest
    force("UPDATE cases_case SET last_hash = %s WHERE id = %s", before, case.pk)


def test_a_change_of_status_that_the_law_does_not_know_is_found_even_under_a_sound_chain(force):
    case = a_case()
    accepted = CaseEvent.objects.get(case=case, kind=EventKind.INTAKE_ACCEPTED)
    rewritten(
        case,
        accepted.sequence,
        '"kind":"intake_accepted"',
        '"kind":"step_completed"',
        force,
        kind="step_completed",
    )
    found = broken()
    assert "ledger_chain" not in found
    assert found["transitions"] == f"{case.code} {accepted.sequence}"


def test_an_event_earlier_than_the_one_before_it_is_found(force):
    case = a_case()
    row = CaseEvent.objects.get(case=case, sequence=case.last_sequence)
    old, new = spell_moment(row.at), spell_moment(row.at - timedelta(days=1))
    rewritten(case, row.sequence, f'"at":"{old}"', f'"at":"{new}"', force, at=row.at - timedelta(days=1))
    assert broken()["transitions"] == f"{case.code} {row.sequence}"


def test_a_ledger_that_cannot_be_read_is_named_and_the_check_goes_on(force):
    case = a_case()
    for name in ("event_hash_is_true", "event_columns_are_true"):
        force(f"ALTER TABLE cases_caseevent DROP CONSTRAINT {name}")
    force("UPDATE cases_caseevent SET body = 'no json' WHERE case_id = %s AND sequence = 2", case.pk)
    found = broken()
    assert found["case_state"] == case.code
    assert found["ledger_chain"] == f"{case.code} 2"


def test_an_acceptance_under_a_limit_that_the_version_does_not_have_is_named(force):
    case = a_case()
    accepted = CaseEvent.objects.get(case=case, kind=EventKind.INTAKE_ACCEPTED)
    rewritten(case, accepted.sequence, '"limit":1', '"limit":9', force)
    assert broken() == {"due_times": case.code}


# Originals


def test_an_original_that_nobody_holds_is_found(force):
    turn = OriginalCustody.objects.get()
    force("DELETE FROM cases_originalcustody WHERE id = %s", turn.pk)
    assert broken() == {"originals": f"permit of application {turn.case.application.uuid}"}


def test_an_original_that_two_hold_is_found(force):
    turn = OriginalCustody.objects.get()
    force("DROP INDEX original_held_once")
    force(
        """INSERT INTO cases_originalcustody (case_id, component_id, given_at, received_at)
        SELECT case_id, component_id, given_at, received_at FROM cases_originalcustody WHERE id = %s""",
        turn.pk,
    )
    assert broken() == {"originals": f"permit of application {turn.case.application.uuid}"}


def test_an_original_held_where_the_case_is_not_is_found(force):
    turn = OriginalCustody.objects.get()
    other = given.ward_committee("Phường Hàng Bạc")
    force("UPDATE cases_originalcustody SET holder_id = %s WHERE id = %s", other.pk, turn.pk)
    assert broken() == {"originals": f"permit of {turn.case.code}"}


def test_turns_that_overlap_are_found(force):
    turn = OriginalCustody.objects.get()
    force(
        """INSERT INTO cases_originalcustody (case_id, component_id, given_at, received_at, left_at)
        SELECT case_id, component_id, given_at, received_at, received_at + interval '1 day'
        FROM cases_originalcustody WHERE id = %s""",
        turn.pk,
    )
    # It was stored after the turn that is open: a paper came to somebody while it was with the desk.
    assert broken() == {"originals": f"permit of {turn.case.code}"}


def test_a_withdrawal_that_waits_for_longer_than_its_ledger_derives_is_found(force):
    case = Case.objects.get(status=Status.WITHDRAWAL_REQUESTED)
    force(
        "UPDATE cases_case SET withdrawal_due_at = withdrawal_due_at + interval '1 day' WHERE id = %s",
        case.pk,
    )
    assert broken() == {"due_times": case.code}


def test_an_obligation_that_no_act_set_or_fulfilled_is_found(force):
    row = Obligation.objects.get()
    force(
        "UPDATE cases_obligation SET voucher = 'X', fulfilled_at = now(), fulfilled_by_id = asked_by_id WHERE id = %s",
        row.pk,
    )
    assert broken() == {"case_state": row.case.code}
    force("DELETE FROM cases_obligation WHERE id = %s", row.pk)
    assert broken() == {"case_state": row.case.code}


def test_an_opinion_that_nobody_gave_or_asked_is_found(force):
    row = OpinionRequest.objects.get()
    force("UPDATE cases_opinionrequest SET \"end\" = 'revoked', answer_id = NULL WHERE id = %s", row.pk)
    assert broken() == {"case_state": row.case.code}
    force("DELETE FROM cases_opinionrequest WHERE id = %s", row.pk)
    assert broken() == {"case_state": row.case.code}


def test_a_late_entry_of_another_form_or_without_its_mark_is_found(force):
    mark = LateEntryMark.objects.get()
    force("UPDATE cases_lateentry SET form_number = 'GT-08' WHERE id = %s", mark.pk)
    assert broken() == {"case_state": mark.case.code}
    force("DELETE FROM cases_lateentry WHERE id = %s", mark.pk)
    assert broken() == {"case_state": mark.case.code}


def test_a_window_moved_by_hand_is_found(force):
    case = Case.objects.get(applicant_due_at__isnull=False)
    force(
        "UPDATE cases_case SET applicant_due_at = applicant_due_at + interval '1 day' WHERE id = %s", case.pk
    )
    assert broken() == {"due_times": case.code}


def test_a_new_time_moved_by_hand_is_found(force):
    case = Case.objects.get(renewed_due_at__isnull=False)
    force("UPDATE cases_case SET renewed_due_at = renewed_due_at + interval '1 day' WHERE id = %s", case.pk)
    assert broken() == {"due_times": case.code}


# Cases


@pytest.mark.parametrize(
    ("column", "value"),
    [("status", 4), ("step", 77), ("outcome", "refused"), ("received_at", "2026-11-01T00:00:00Z")],
)
def test_a_column_of_a_case_that_its_ledger_does_not_explain_is_found(force, column, value):
    case = a_case()
    if column == "status":
        force("ALTER TABLE cases_case DROP CONSTRAINT case_ended_has_its_time")
    force(f"UPDATE cases_case SET {column} = %s WHERE id = %s", value, case.pk)
    assert broken()["case_state"] == case.code


def test_a_secret_that_is_not_of_the_generation_that_the_ledger_tells_is_found(force):
    case = Case.objects.get(tracking_generation=2)
    force("UPDATE cases_case SET tracking_hash = %s WHERE id = %s", hash_of(secret_of(case.code, 1)), case.pk)
    assert broken() == {"case_state": case.code}


def test_a_generation_raised_by_hand_is_found(force):
    case = a_case()
    force("UPDATE cases_case SET tracking_generation = 2 WHERE id = %s", case.pk)
    assert broken() == {"case_state": case.code}


def a_moved_case() -> Case:
    """The case that stands on the second version of its procedure, by decision."""
    return CaseEvent.objects.get(kind=EventKind.VERSION_CHANGED).case


def test_a_case_moved_to_another_version_by_hand_is_found(force):
    case = a_moved_case()
    first = case.version.procedure.versions.get(number=1)
    force("UPDATE cases_case SET version_id = %s WHERE id = %s", first.pk, case.pk)
    assert broken()["case_state"] == case.code


def test_a_case_moved_by_decision_whose_new_promise_was_not_told_is_found(force):
    row = CaseNotice.objects.get(event__kind=EventKind.VERSION_CHANGED)
    force("DELETE FROM cases_casenotice WHERE id = %s", row.pk)
    assert broken()["notices"].startswith(row.case.code)


def test_a_case_moved_to_another_agency_by_hand_is_found(force):
    case = a_case()
    other = given.ward_committee("Phường Hàng Bạc")
    force("UPDATE cases_case SET current_agency_id = %s WHERE id = %s", other.pk, case.pk)
    assert broken() == {"case_state": case.code}


@pytest.mark.parametrize("column", ["due_at", "promised_due_at", "intake_due_at", "step_due_at"])
def test_a_due_time_that_the_ledger_does_not_derive_is_found(force, column):
    case = a_case()
    force(f"UPDATE cases_case SET {column} = {column} + interval '1 hour' WHERE id = %s", case.pk)
    assert broken() == {"due_times": case.code}


def test_an_open_case_at_an_agency_that_ended_is_found(force):
    case = Case.objects.filter(status=Status.ACCEPTED).order_by("pk").first()
    force("UPDATE units_agency SET valid_to = %s WHERE id = %s", given.NOW.date(), case.current_agency_id)
    assert broken()["agencies"].startswith(case.code)


def test_a_handover_offered_by_another_agency_than_the_one_that_holds_the_case_is_found(force):
    case = Case.objects.filter(status=Status.ACCEPTED).order_by("pk").first()
    force(
        """INSERT INTO cases_handover (case_id, from_agency_id, to_agency_id, offered_at, due_at, answer, is_for_step)
        VALUES (%s, %s, %s, now(), now(), '', false)""",
        case.pk,
        given.ward_committee("Phường Hàng Bạc").pk,
        case.current_agency_id,
    )
    assert broken() == {"handovers": case.code}


# Money


def test_a_number_left_out_is_found(force):
    receipt = Receipt.objects.order_by("pk").last()
    force("UPDATE receipts_receipt SET number = number + 1 WHERE id = %s", receipt.pk)
    force("UPDATE receipts_receiptseries SET last_number = last_number + 1 WHERE id = %s", receipt.series_id)
    assert set(broken()) == {"receipt_numbers", "papers"}


def test_a_last_number_that_no_receipt_has_is_found(force):
    series = Receipt.objects.order_by("pk").first().series_id
    force("UPDATE receipts_receiptseries SET last_number = last_number + 1 WHERE id = %s", series)
    assert list(broken()) == ["receipt_numbers"]


def test_a_payment_of_another_amount_than_its_receipt_is_found(force):
    payment = Receipt.objects.order_by("pk").first().payment
    force("UPDATE receipts_payment SET amount = amount + 1 WHERE id = %s", payment.pk)
    found = broken()
    assert found["settled_fees"] == f"payment {payment.uuid}"
    assert set(found) == {"settled_fees", "accounts", "money_told"}


def test_a_settled_fee_that_the_citys_budget_bears_is_found(force):
    line = Receipt.objects.order_by("pk").first().payment.lines.get()
    force("UPDATE receipts_feedue SET borne_by = 'budget' WHERE id = %s", line.fee_id)
    assert list(broken()) == ["settled_fees"]


def test_a_settled_fee_that_was_withdrawn_is_found(force):
    line = Receipt.objects.order_by("pk").first().payment.lines.get()
    force("UPDATE receipts_feedue SET withdrawn_at = now() WHERE id = %s", line.fee_id)
    assert set(broken()) == {"accounts", "assessed_fees", "settled_fees"}


def test_a_fee_line_that_no_act_assessed_is_found(force):
    row = CaseFee.objects.order_by("pk").last()
    other = Case.objects.exclude(pk=row.case_id).order_by("pk").first()
    force("UPDATE cases_casefee SET case_id = %s WHERE id = %s", other.pk, row.pk)
    assert list(broken()) == ["assessed_fees"]


def test_a_withdrawal_that_no_act_made_and_one_that_was_taken_back_are_found(force):
    standing = CaseFee.objects.filter(fee__withdrawn_at=None, fee__settlement=None).order_by("pk").first()
    withdrawn = CaseFee.objects.exclude(fee__withdrawn_at=None).get()
    force("UPDATE receipts_feedue SET withdrawn_at = now() WHERE id = %s", standing.fee_id)
    assert broken() == {"assessed_fees": standing.case.code}
    force("UPDATE receipts_feedue SET withdrawn_at = NULL WHERE id = %s", standing.fee_id)
    assert broken() == {}
    force("UPDATE receipts_feedue SET withdrawn_at = NULL WHERE id = %s", withdrawn.fee_id)
    assert broken() == {"assessed_fees": withdrawn.case.code}


def test_a_case_that_is_routed_again_without_being_sent_back_is_found(whole):
    entries = entries_of(Case.objects.filter(version__procedure__code="1.004859").get())
    kinds = [entry.kind for entry in entries]
    assert kinds.count(EventKind.CASE_ROUTED) == 2
    assert not ledger.is_routed_twice(entries)
    sent_back = next(entry for entry in entries if entry.kind == EventKind.SUPPLEMENT_PROVIDED)
    assert ledger.is_routed_twice([entry for entry in entries if entry is not sent_back])


def test_a_receipt_of_no_case_is_found(force):
    row = CaseReceipt.objects.order_by("pk").first()
    force("DELETE FROM cases_casereceipt WHERE id = %s", row.pk)
    assert set(broken()) == {"settled_fees", "money_told"}


# Papers and files


def test_a_receipt_without_paper_and_without_an_open_row_is_found_and_an_open_row_is_enough(force):
    row = ReceiptDocument.objects.order_by("pk").first()
    effect = f"receipt:{row.receipt.uuid}"
    force("DELETE FROM receipts_receiptdocument WHERE id = %s", row.pk)
    assert set(broken()) == {"papers", "effects_once"}
    force("UPDATE core_outboxrow SET done_at = NULL WHERE effect = %s", effect)
    assert broken() == {}
    force("UPDATE core_outboxrow SET failed_at = now() WHERE effect = %s", effect)
    assert list(broken()) == ["papers"]


def test_a_receipt_without_its_data_or_of_another_certificate_is_found(force):
    row = ReceiptDocument.objects.order_by("pk").first()
    force("UPDATE receipts_receiptdocument SET certificate = 'x' WHERE id = %s", row.pk)
    assert list(broken()) == ["papers"]
    force("DELETE FROM documents_storeddata WHERE document_id = %s", row.document_id)
    assert list(broken()) == ["papers"]


def test_data_of_a_receipt_that_changed_or_is_gone_is_found(whole):
    stored = StoredData.objects.select_related("document").order_by("pk").first()
    path = Path(whole.media) / stored.storage_name
    content = path.read_bytes()
    try:
        path.write_bytes(content + b" ")
        assert broken() == {"stored_files": f"data of receipt {stored.document.uuid}"}
    finally:
        path.write_bytes(content)


def test_a_paper_whose_row_of_the_file_is_gone_is_found(force):
    stored = StoredFile.objects.filter(document__kind="form_01").order_by("pk").first()
    force("DELETE FROM documents_storedfile WHERE id = %s", stored.pk)
    assert broken()["papers"] == f"form_01 {stored.document.uuid}"


def test_a_stored_file_that_changed_or_is_gone_is_found_unless_files_are_left_unread(whole):
    stored = StoredFile.objects.select_related("document").order_by("pk").first()
    row = f"{stored.document.kind} {stored.document.uuid}"
    path = Path(whole.media) / stored.storage_name
    content = path.read_bytes()
    try:
        path.write_bytes(content[:-1] + b"!")
        assert broken() == {"stored_files": row}
        assert broken(with_files=False) == {}
        path.unlink()
        assert broken() == {"stored_files": row}
    finally:
        path.write_bytes(content)


def test_an_attachment_that_changed_is_found(whole):
    file = Attachment.objects.order_by("pk").first()
    path = Path(whole.media) / file.storage_name
    content = path.read_bytes()
    try:
        path.write_bytes(b"x" + content)
        assert broken() == {"stored_files": f"attachment {file.uuid}"}
    finally:
        path.write_bytes(content)


def test_a_paper_that_says_something_else_than_was_decided_is_found(force):
    papers = StoredFile.objects.exclude(document__kind="receipt").select_related("document")
    stored = papers.order_by("pk").first()
    force(
        """UPDATE documents_document SET snapshot = snapshot || '{"number": "khác"}' WHERE id = %s""",
        stored.document_id,
    )
    assert broken() == {"stored_files": f"{stored.document.kind} {stored.document.uuid}"}


# Requests and effects

NO_SESSION = "00000000-0000-4000-8000-000000000000"


def test_an_answered_request_whose_case_or_session_does_not_exist_is_found(force):
    opening = RequestKey.objects.filter(verb="open_session").order_by("pk").first()
    force("UPDATE core_requestkey SET answer = %s WHERE id = %s", NO_SESSION, opening.pk)
    assert broken() == {"answered_once": f"open_session {NO_SESSION}"}
    key = RequestKey.objects.filter(verb="submit_application").order_by("pk").first()
    force("DELETE FROM core_requestkey WHERE id = %s", opening.pk)
    force("UPDATE core_requestkey SET answer = 'H26-261123-9999' WHERE id = %s", key.pk)
    assert broken() == {"answered_once": f"{key.verb} H26-261123-9999"}


def test_two_filings_answered_with_one_case_are_found(force):
    key = RequestKey.objects.filter(verb="submit_application").order_by("pk").first()
    force(
        """INSERT INTO core_requestkey (actor_id, key, verb, fingerprint, answer, created_at)
        SELECT actor_id, 'another-key', verb, fingerprint, answer, created_at FROM core_requestkey WHERE id = %s""",
        key.pk,
    )
    assert broken() == {"answered_once": f"submit_application {key.answer}"}


def told_event(**of: object) -> CaseEvent:
    return CaseEvent.objects.filter(case=a_case(), **of).order_by("sequence").first()


def test_an_act_that_the_applicant_was_not_told_of_is_found(force):
    event = told_event(kind=EventKind.INTAKE_ACCEPTED)
    force("DELETE FROM cases_casenotice WHERE event_id = %s", event.pk)
    assert broken() == {"notices": f"{event.case.code} {event.sequence}"}


def test_a_notice_with_an_address_that_nothing_will_send_is_found(force):
    event = told_event(kind=EventKind.APPLICATION_SUBMITTED)
    row = OutboxRow.objects.get(effect=f"notice:{event.notice.notice.uuid}:email")
    outbox.give_up(row.pk, given.NOW, OSError())
    assert broken() == {}
    force("DELETE FROM core_outboxrow WHERE id = %s", row.pk)
    assert broken() == {"notices": f"{event.case.code} {event.sequence}"}


def test_a_sending_that_says_otherwise_than_its_outbox_row_is_found(force):
    event = told_event(kind=EventKind.APPLICATION_SUBMITTED)
    effect = f"notice:{event.notice.notice.uuid}:email"
    force("UPDATE core_outboxrow SET failed_at = now() WHERE effect = %s", effect)
    assert broken() == {"notices": f"{event.case.code} {event.sequence}"}


def test_a_row_that_is_done_although_its_notice_was_not_sent_is_found(force):
    row = OutboxRow.objects.filter(done_at=None, task__endswith="send_notice").order_by("pk").first()
    force("UPDATE core_outboxrow SET done_at = now() WHERE id = %s", row.pk)
    assert broken()["effects_once"] == row.effect


def test_an_outbox_row_that_no_worker_knows_is_found(force):
    row = OutboxRow.objects.order_by("pk").first()
    force("UPDATE core_outboxrow SET task = 'apps.cases.tasks.forgotten' WHERE id = %s", row.pk)
    assert broken() == {"outbox_rows": row.effect}


def test_an_open_outbox_row_that_would_not_be_sent_for_a_day_is_found(force):
    row = OutboxRow.objects.filter(done_at=None).order_by("pk").first()
    force(
        "UPDATE core_outboxrow SET next_attempt_at = %s WHERE id = %s", given.NOW + timedelta(days=1), row.pk
    )
    assert broken() == {"outbox_rows": row.effect}


def test_a_failed_outbox_row_is_visible_and_not_broken(force):
    row = OutboxRow.objects.filter(done_at=None, task__endswith="send_notice").order_by("pk").first()
    outbox.give_up(row.pk, given.NOW, OSError())
    found = check(at=given.NOW)
    assert found.broken == {}
    assert found.counts["outbox_failed"] == 1


def test_a_row_that_is_open_although_its_effect_has_happened_is_found(force):
    row = OutboxRow.objects.filter(task__endswith="render_paper").exclude(done_at=None).order_by("pk").first()
    force("UPDATE core_outboxrow SET done_at = NULL WHERE id = %s", row.pk)
    assert broken() == {"effects_once": row.effect}


# How it goes about it


def test_it_reads_range_by_range_and_never_all_at_once(whole, monkeypatch):
    asked = []
    walk = walking.Walk(
        "cases_caseevent",
        lambda first, last: asked.append((first, last)) or iter(()),
        frozenset(),
        rows_at_once=3,
    )
    walking.go_over(walk, integrity.Findings())
    ids = list(CaseEvent.objects.order_by("pk").values_list("pk", flat=True))
    for first, last in asked:
        assert sum(first <= pk <= last for pk in ids) <= 3
    assert asked[-1][1] == ids[-1]
    assert len(asked) == -(-len(ids) // 3)


def test_what_looked_broken_for_a_moment_is_read_again_and_not_called_so(whole):
    looks = iter([True, False])

    def find(first: int, last: int) -> Iterator[integrity.Fault]:
        if next(looks, False):
            yield integrity.Fault("case_state", last, "a case under way", "ledger_differs")

    found = integrity.Findings()
    walking.go_over(walking.Walk("cases_case", find, frozenset({"case_state"})), found)
    assert found.broken == {}


def test_the_command_tells_a_line_for_each_invariant_and_ends_with_json(whole):
    out = StringIO()
    with time_machine.travel(given.NOW, tick=False):
        call_command("check_integrity", stdout=out)
    lines = out.getvalue().splitlines()
    assert [line.split(":")[0] for line in lines[:-1]] == list(INVARIANTS)
    told = json.loads(lines[-1])
    assert (told["ok"], told["invariants"]) == (True, dict.fromkeys(INVARIANTS, True))
    assert set(told) == {"ok", "invariants", "broken", "counts", "seconds"}


def test_the_line_and_the_json_count_outbox_rows_done_due_and_visibly_failed(force):
    row = OutboxRow.objects.filter(done_at=None).order_by("pk").first()
    outbox.give_up(row.pk, given.NOW, OSError())
    done = OutboxRow.objects.exclude(done_at=None).count()
    due = OutboxRow.objects.filter(done_at=None, failed_at=None).count()
    assert done and due
    out = StringIO()
    with time_machine.travel(given.NOW, tick=False), translation.override("en"):
        call_command("check_integrity", "--without-files", stdout=out)
    lines = out.getvalue().splitlines()
    line = next(line for line in lines if line.startswith("outbox_rows:"))
    assert f"ok ({done} done, {due} due, 1 visibly failed)" in line
    counts = json.loads(lines[-1])["counts"]
    assert [counts[f"outbox_{state}"] for state in ("done", "due", "failed")] == [done, due, 1]


def test_the_command_ends_with_1_and_names_the_first_row_of_what_is_broken(force):
    case = a_case()
    force("UPDATE cases_case SET due_at = due_at + interval '1 hour' WHERE id = %s", case.pk)
    out = StringIO()
    with time_machine.travel(given.NOW, tick=False), pytest.raises(SystemExit) as ended:
        call_command("check_integrity", "--without-files", stdout=out)
    assert ended.value.code == 1
    told = json.loads(out.getvalue().splitlines()[-1])
    assert told["ok"] is False
    assert told["invariants"]["due_times"] is False
    assert told["invariants"]["stored_files"] is None
    assert told["broken"]["due_times"]["row"] == case.code
    assert case.code in out.getvalue().splitlines()[list(INVARIANTS).index("due_times")]


def test_every_fault_has_its_words_and_no_words_are_idle():
    files = sorted(Path(integrity.__file__).parent.glob("*.py"))
    source = "\n".join(path.read_text() for path in files)
    used = set(re.findall(r"(?:THEN|ELSE) '(\w+)'", source)) - {"UTF8"}
    assert used <= set(integrity.WRONG)
    for wrong in integrity.WRONG:
        assert len(re.findall(rf"""["']{wrong}["']""", source)) >= 2, wrong


def test_it_is_safe_while_verbs_are_played(whole):
    """Cases are filed, accepted and decided in another thread while the whole database is checked again and again."""
    stop = threading.Event()
    failed: list[BaseException] = []

    def work() -> None:
        try:
            with time_machine.travel(given.NOW, tick=False):
                while not stop.is_set():
                    given.approved_case()
        except BaseException as error:
            failed.append(error)
        finally:
            connection.close()

    worker = threading.Thread(target=work)
    worker.start()
    try:
        for _ in range(4):
            assert broken(with_files=False) == {}
    finally:
        stop.set()
        worker.join(timeout=30)
    assert failed == []
    assert Case.objects.count() > 4
