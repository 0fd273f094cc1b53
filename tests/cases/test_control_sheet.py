"""The control sheet, form 06: from the ledger alone, the same paper until it has moved, never for the applicant."""

from __future__ import annotations

import pytest

from apps.accounts.choices import Role
from apps.cases.actions.control_sheet import ask_control_sheet
from apps.cases.actions.decision import approve_result, hand_over_result
from apps.cases.actions.ending import stop_case
from apps.cases.actions.handover import hand_over_case, return_handover
from apps.cases.actions.mending import undo_last
from apps.cases.actions.supplement import provide_supplement
from apps.cases.choices import EventKind
from apps.cases.errors import CaseUnknown, PartyMayNotAct
from apps.cases.models import CaseDocument, CaseEvent
from apps.cases.papers.control_sheet import APPLICANT
from apps.cases.selectors import documents_of, paper_file, replaced_among
from apps.documents.actions import read_file
from apps.documents.models import Document
from apps.operations.integrity import check
from tests import given
from tests.cases import doors
from tests.documents.reading import squeezed, text_of

pytestmark = pytest.mark.django_db


def sheet_of(case, by=None, at=given.NOW):
    return ask_control_sheet(case.code, by=by or given.receptionist(case.receiving_agency), at=at)


def transfers(case, at=given.NOW):
    return sheet_of(case, at=at).document.snapshot["transfers"]


def finished(hours=1):
    """Taken at one ward, decided at another, fetched at the first."""
    case = given.accepted(given.taken_at_counter(desk=given.ward_committee("Phường Trúc Bạch")))
    case = given.at_competent_agency(case)
    handler = given.handler_of(case)
    at = given.after(given.NOW, hours=hours)
    case = given.proposed(given.fresh(case), handler, at=at)
    approve_result(
        case.code, by=given.staff(case.current_agency, Role.APPROVER), at=at, request_key=given.key()
    )
    case = given.released(given.fresh(case), at=at)
    hand_over_result(
        case.code,
        delivery="counter",
        recipient="Trần Thị Bưởi, căn cước đã xem",
        by=given.receptionist(case.returning_agency),
        at=at,
        request_key=given.key(),
    )
    return given.fresh(case), handler


def test_it_names_every_giving_and_receiving_from_intake_to_hand_over():
    case, handler = finished()
    rows = transfers(case)
    assert rows[0]["giver"] == APPLICANT == rows[-1]["receiver"]
    assert [row["result"] for row in rows] == ["on_time"] * 6 + ["none"]
    assert any(row["receiver"].startswith(handler.name) for row in rows)
    # Each begins with whoever had it, or with the person of that agency who acted.
    for before, after in zip(rows, rows[1:], strict=False):
        assert before["received_at"] <= after["given_at"]


def test_whoever_gave_it_on_too_late_is_marked_and_waiting_for_the_applicant_is_nobodys():
    case, handler = finished(hours=9)
    late = [row for row in transfers(case, at=given.after(given.NOW, hours=9)) if row["result"] == "late"]
    assert [row["giver"].split(",")[0] for row in late][0] == handler.name
    waiting, _handler = given.case_awaiting_supplement()
    at = given.after(given.NOW, days=5)
    provide_supplement(
        waiting.code,
        answers={},
        attachments={},
        message="Đã bổ sung",
        by=given.act_as(waiting.application.filed_by),
        at=at,
        request_key=given.key(),
    )
    *_, asked, back = transfers(given.fresh(waiting), at=at)
    assert (asked["receiver"], back["giver"]) == (APPLICANT, APPLICANT)
    assert (asked["result"], back["result"]) == ("on_time", "none")


def test_a_handover_that_waits_has_no_time_of_receiving_and_one_returned_says_so():
    case = given.accepted_case()
    police = given.agency("ward_police", case.current_agency.unit)
    head = given.staff(case.current_agency, Role.HEAD)
    hand_over_case(
        case.code,
        to_agency=police.pk,
        reason="Thuộc thẩm quyền công an",
        by=head,
        at=given.NOW,
        request_key=given.key(),
    )
    last = transfers(given.fresh(case))[-1]
    assert (last["received_at"], last["note"]) == (None, "Chờ bên nhận")
    assert police.name in last["receiver"]
    return_handover(
        case.code, reason="Không thuộc", by=given.receptionist(police), at=given.NOW, request_key=given.key()
    )
    sheet = sheet_of(given.fresh(case))
    assert "trả lại" in sheet.document.snapshot["transfers"][-1]["note"]
    assert sheet.document.snapshot["partners"] == [police.name]


def test_what_was_undone_did_not_happen():
    case, _handler = given.assigned_case()
    before = len(transfers(case))
    undo_last(
        case.code,
        reason="Giao nhầm người",
        by=given.staff(case.current_agency, Role.HEAD),
        at=given.NOW,
        request_key=given.key(),
    )
    assert len(transfers(given.fresh(case))) == before - 1


def test_a_stopped_case_goes_back_to_the_applicant():
    case, _handler = given.case_awaiting_supplement()
    stop_case(
        case.code,
        ground="duplicate",
        text="Nộp hai lần",
        by=given.staff(case.current_agency, Role.HEAD),
        at=given.NOW,
        request_key=given.key(),
    )
    assert transfers(given.fresh(case))[-1]["receiver"] == APPLICANT


def test_asked_again_it_is_the_same_paper_with_the_same_bytes_and_the_ledger_is_not_touched():
    case = given.accepted_case()
    by = given.receptionist(case.current_agency)
    before = (CaseEvent.objects.count(), given.fresh(case).last_hash)
    first = sheet_of(case)
    given.carry_out(given.NOW, "render_paper")
    content = paper_file(case.code, first.document.uuid, seen_by=by).content
    again = sheet_of(case, by=by, at=given.after(given.NOW, days=1))
    assert again.pk == first.pk
    assert paper_file(case.code, again.document.uuid, seen_by=by).content == content
    assert (CaseEvent.objects.count(), given.fresh(case).last_hash) == before
    assert CaseDocument.objects.filter(document__kind="form_06").count() == 1
    text = squeezed(text_of(content))
    for said in ("PHIẾU KIỂM SOÁT QUÁ TRÌNH GIẢI QUYẾT HỒ SƠ", case.code, "Cơ quan phối hợp", "trước hạn"):
        assert squeezed(said) in text
    assert squeezed(given.act_as(case.application.filed_by).name) not in text


def test_once_the_ledger_has_moved_a_new_one_replaces_it_and_the_old_bytes_stay():
    case = given.accepted_case()
    first = sheet_of(case)
    given.carry_out(given.NOW, "render_paper")
    content = read_file(Document.objects.get(pk=first.document_id).file)
    given.handler_of(case)
    second = sheet_of(given.fresh(case))
    assert second.replaces_id == first.pk
    rows = documents_of(case, with_internal=True)
    assert set(replaced_among(rows)) == {first.document.uuid}
    assert second.event.kind == EventKind.HANDLER_ASSIGNED
    given.carry_out(given.NOW, "render_paper")
    assert read_file(Document.objects.get(pk=first.document_id).file) == content
    assert check(at=given.NOW).broken == {}


def test_only_staff_of_the_agencies_concerned_ask_for_it_and_read_it():
    case = given.accepted_case()
    applicant = given.act_as(case.application.filed_by)
    strangers = [
        applicant,
        given.staff(doors.other_ward(), Role.HEAD),
        doors.supervisor(case.receiving_agency.unit),
        given.staff(given.city_agency("city_inspectorate"), Role.INSPECTOR),
    ]
    for by in strangers:
        with doors.refused(CaseUnknown):
            sheet_of(case, by=by)
    sheet = sheet_of(case)
    given.carry_out(given.NOW, "render_paper")
    for by in strangers:
        with doors.refused(CaseUnknown):
            paper_file(case.code, sheet.document.uuid, seen_by=by)
    assert [row.document.kind for row in documents_of(case, with_internal=False)] == ["form_01"]


def test_an_official_whose_own_matter_it_is_neither_asks_nor_reads():
    case = given.accepted_case()
    sheet = sheet_of(case)
    given.carry_out(given.NOW, "render_paper")
    party = doors.official_party(case, case.current_agency, Role.HEAD)
    with doors.refused(PartyMayNotAct):
        sheet_of(case, by=party)
    with doors.refused(CaseUnknown):
        paper_file(case.code, sheet.document.uuid, seen_by=party)
