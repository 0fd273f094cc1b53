"""A paper that says something wrong is corrected by another that names and replaces it; its own bytes stay as they are."""

from __future__ import annotations

from uuid import uuid4

import pytest

from apps.accounts.choices import Role
from apps.cases.actions.control_sheet import ask_control_sheet
from apps.cases.actions.correcting import correct_paper
from apps.cases.actions.tracking import issue_secret_again
from apps.cases.choices import EventKind
from apps.cases.errors import (
    NotYours,
    PaperNotCorrected,
    PaperNotOfCase,
    PaperReplaced,
    ReasonMissing,
)
from apps.cases.models import CaseDocument, CaseEvent
from apps.cases.notices import notices_of
from apps.cases.selectors import (
    case_seen_by,
    correctable_of,
    documents_of,
    paper_by_check_code,
    paper_file,
    replaced_among,
)
from apps.documents.models import Document
from apps.operations.integrity import check
from apps.operations.integrity.papers import REPLACED
from apps.operations.integrity.walking import rows_of
from tests import given
from tests.cases import doors
from tests.documents.reading import squeezed, text_of

pytestmark = pytest.mark.django_db

REASON = "Sai địa chỉ của cơ quan."


def papers(case):
    return [row.document for row in documents_of(case, with_internal=False)]


def play(case, document=None, reason=REASON, note="", at=given.NOW):
    document = document or papers(case)[-1].uuid
    return lambda by, key: correct_paper(
        case.code, document=document, reason=reason, note=note, by=by, at=at, request_key=key
    )


def head_of(case):
    return given.staff(case.current_agency, Role.HEAD)


def test_only_the_head_of_the_agency_that_issued_it_corrects_a_paper():
    case = given.accepted_case()
    event = doors.only_official(
        case, play(case), right=head_of(case), at=case.current_agency, roles=(Role.HEAD,)
    )
    assert (event.kind, event.from_status, event.to_status) == (
        EventKind.PAPER_CORRECTED,
        case.status,
        case.status,
    )
    assert check(at=given.NOW).broken == {}


def test_the_head_of_an_agency_that_only_decides_does_not_correct_what_a_desk_has_issued():
    case = given.accepted(given.taken_at_counter(desk=given.ward_committee("Phường Trúc Bạch")))
    case = given.at_competent_agency(case)
    with doors.refused(NotYours):
        play(case)(head_of(case), given.key())
    assert correctable_of(case, by=head_of(case)) == []
    assert "correct_paper" not in case_seen_by(case.code, seen_by=head_of(case)).verbs
    desk = given.staff(case.receiving_agency, Role.HEAD)
    assert "correct_paper" in case_seen_by(case.code, seen_by=desk).verbs
    doors.acted(case, lambda: play(case)(desk, given.key()))


def test_the_new_paper_says_what_the_agency_and_the_application_say_now_and_names_the_one_before():
    case = given.accepted_case()
    given.agency_changed(case.current_agency, address="Số 5 phố Nghĩa Dũng")
    [before] = papers(case)
    at, by = given.after(given.NOW, days=2), head_of(case)
    owed = doors.owed_by(lambda: play(case, note="Điện thoại đúng: 024.3825.0000.", at=at)(by, given.key()))
    assert owed == ["render_paper", "send_notice"]
    _, after = papers(case)
    assert after.snapshot["desk"]["address"] == "Số 5 phố Nghĩa Dũng"
    assert after.snapshot["correction"] == {
        "number": before.snapshot["number"],
        "symbol": before.snapshot["symbol"],
        "issued_at": before.snapshot["issued_at"],
        "reason": REASON,
        "note": "Điện thoại đúng: 024.3825.0000.",
        "corrected_by": {"name": by.name, "title": "Trưởng bộ phận"},
    }
    # What the act promised, who received the papers, and the secret are no matter of a correction.
    for name in ("promised_at", "received_at", "received_by", "tracking", "limit", "number", "symbol"):
        assert after.snapshot[name] == before.snapshot[name]
    assert after.check_code != before.check_code


def test_the_bytes_of_the_one_before_stay_and_its_page_of_checking_says_since_when_it_is_replaced():
    case = given.accepted_case()
    [before] = papers(case)
    given.carry_out(given.NOW, "render_paper")
    applicant = given.act_as(case.application.filed_by)
    content = paper_file(case.code, before.uuid, seen_by=applicant).content
    assert paper_by_check_code(before.check_code).is_current
    at = given.after(given.NOW, days=2)
    play(case, at=at)(head_of(case), given.key())
    given.carry_out(at, "render_paper")
    _, after = papers(case)
    assert paper_file(case.code, before.uuid, seen_by=applicant).content == content
    old, new = paper_by_check_code(before.check_code), paper_by_check_code(after.check_code)
    assert (old.replaced_at, new.replaced_at) == (at, None)
    assert old.is_same(content) and not new.is_same(content)
    assert set(replaced_among(documents_of(case, with_internal=True))) == {before.uuid}
    text = squeezed(text_of(paper_file(case.code, after.uuid, seen_by=applicant).content))
    assert squeezed("Thay thế văn bản cùng tên số 0001/TNHS-BPTNTKQ, ngày 23 tháng 11 năm 2026") in text
    assert squeezed(f"Lý do: {REASON}") in text


def test_the_applicant_is_told_which_form_and_why():
    case = given.accepted_case()
    play(case)(head_of(case), given.key())
    applicant = given.act_as(case.application.filed_by)
    notice, *_ = notices_of(case_seen_by(case.code, seen_by=applicant), seen_by=applicant)
    assert notice.about == EventKind.PAPER_CORRECTED
    assert "01" in notice.text and REASON in notice.text


def test_what_was_replaced_is_not_corrected_again_and_its_successor_is():
    case = given.accepted_case()
    [first] = papers(case)
    play(case)(head_of(case), given.key())
    with doors.refused(PaperReplaced, field="document"):
        play(case, first.uuid)(head_of(case), given.key())
    play(case)(head_of(case), given.key())
    assert [row.replaces_id is not None for row in CaseDocument.objects.order_by("id")] == [False, True, True]


def test_a_form_01_with_a_new_secret_is_corrected_with_that_secret():
    case = given.accepted_case()
    issue_secret_again(
        case.code,
        is_identity_checked=True,
        by=given.receptionist(case.current_agency),
        at=given.NOW,
        request_key=given.key(),
    )
    _, again = papers(case)
    play(case)(head_of(case), given.key())
    *_, last = papers(case)
    assert last.snapshot["tracking"] == again.snapshot["tracking"]
    assert "replaces" not in last.snapshot
    given.carry_out(given.NOW, "render_paper")
    assert check(at=given.NOW).broken == {}


@pytest.mark.parametrize(
    ("given_case", "kind"),
    [
        (lambda: given.case_awaiting_supplement()[0], "form_02"),
        (lambda: given.declined_with_originals(), "form_03"),
    ],
)
def test_every_form_to_the_applicant_can_be_corrected(given_case, kind):
    case = given_case()
    row = next(row for row in documents_of(case, with_internal=False) if row.document.kind == kind)
    play(case, row.document.uuid)(given.staff(row.event.to_agency, Role.HEAD), given.key())
    new = papers(case)[-1]
    assert (new.kind, new.snapshot["reason"]) == (kind, row.document.snapshot["reason"])
    given.carry_out(given.NOW, "render_paper")
    assert check(at=given.NOW).broken == {}


def test_a_correction_needs_a_reason_and_a_paper_of_this_case_that_can_be_corrected():
    case, other = given.accepted_case(), given.accepted_case()
    sheet = ask_control_sheet(case.code, by=head_of(case), at=given.NOW)
    with doors.refused(ReasonMissing, field="reason"):
        play(case, reason=" ")(head_of(case), given.key())
    with doors.refused(PaperNotOfCase, field="document"):
        play(case, papers(other)[0].uuid)(head_of(case), given.key())
    with doors.refused(PaperNotOfCase, field="document"):
        play(case, uuid4())(head_of(case), given.key())
    with doors.refused(PaperNotCorrected, field="document"):
        play(case, sheet.document.uuid)(head_of(case), given.key())
    assert not CaseEvent.objects.filter(kind=EventKind.PAPER_CORRECTED).exists()


def test_a_paper_that_replaces_one_of_another_case_is_found_by_the_check():
    case, other = given.accepted_case(), given.accepted_case()
    row, true = CaseDocument.objects.get(case=case), CaseDocument.objects.get(case=other)
    every = {"first": 1, "last": 10**9}
    assert rows_of(REPLACED, **every) == []
    paper = Document.objects.create(
        uuid=uuid4(), kind=true.document.kind, snapshot={}, snapshot_hash=b"", created_at=given.NOW
    )
    forged = CaseDocument.objects.create(
        case=other, event=true.event, document=paper, issuer=true.issuer, replaces=row
    )
    assert [(pk, wrong) for pk, _name, wrong in rows_of(REPLACED, **every)] == [
        (forged.pk, "replaces_another_kind")
    ]
