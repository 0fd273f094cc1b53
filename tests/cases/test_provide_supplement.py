"""Completing a file: a new revision, never an edit; the case goes back to where it was."""

from __future__ import annotations

from uuid import uuid4

import pytest

from apps.accounts.choices import Role
from apps.applications.models import ApplicationRevision
from apps.applications.selectors import answers_of
from apps.cases.actions.supplement import provide_supplement, request_supplement
from apps.cases.choices import EventKind, Status
from apps.cases.errors import AttachmentUnknown, CaseUnknown, ItemsMissing, NotYours, PaperUnknown
from apps.cases.models import SupplementRequest
from apps.core.errors import Faults
from apps.interface.actors import NOBODY
from apps.procedures.errors import AnswerUnknown
from apps.procedures.selectors import rules_of
from tests import given
from tests.cases import doors
from tests.cases.test_request_supplement import ITEMS

pytestmark = pytest.mark.django_db


def play(case, answers=None, attachments=None, message="Đã bổ sung", at=given.NOW):
    return lambda by, key: provide_supplement(
        case.code,
        answers=answers or {},
        attachments=attachments or {},
        message=message,
        by=by,
        at=at,
        request_key=key,
    )


def applicant_of(case):
    return given.act_as(case.application.filed_by)


def test_the_applicant_or_a_desk_that_took_the_papers_completes_the_file_and_nobody_else():
    for right in ("applicant", "desk"):
        case, _ = given.case_awaiting_supplement()
        at = case.current_agency
        strangers = [
            (NOBODY, CaseUnknown),
            (given.citizen(), CaseUnknown),
            (given.receptionist(doors.other_ward()), CaseUnknown),
            (given.staff(at, Role.HANDLER, Role.HEAD, Role.APPROVER, Role.REGISTRAR, Role.CASHIER), NotYours),
            (doors.supervisor(at.unit), NotYours),
        ]
        for actor, refusal in strangers:
            with doors.refused(refusal):
                play(case)(actor, given.key())
        by = applicant_of(case) if right == "applicant" else given.receptionist(at)
        event = doors.acted(case, lambda play=play(case), by=by: play(by, given.key()))
        assert event.kind == EventKind.SUPPLEMENT_PROVIDED


def test_a_file_completed_in_handling_goes_back_to_the_status_it_had():
    case, _ = given.case_awaiting_supplement()
    event = play(case)(applicant_of(case), given.key())
    assert (event.from_status, event.to_status) == (Status.AWAITING_SUPPLEMENT, Status.ACCEPTED)
    request = SupplementRequest.objects.get(case=case)
    assert request.completed_at == given.NOW
    assert request.revision.number == 2


def test_a_file_completed_at_intake_goes_back_to_intake():
    case = given.case_at_intake()
    request_supplement(
        case.code,
        items=ITEMS,
        omission="applicant",
        by=given.receptionist(case.current_agency),
        at=given.NOW,
        request_key=given.key(),
    )
    play(case)(applicant_of(case), given.key())
    assert given.fresh(case).status == Status.SUBMITTED


def test_changed_answers_are_a_new_revision_and_the_first_stays_as_it_was():
    case, _ = given.case_awaiting_supplement()
    first = ApplicationRevision.objects.get(application=case.application, number=1)
    name = next(
        name
        for name, of in rules_of(case.version_id).version.form_schema["properties"].items()
        if of["type"] == "string" and "enum" not in of and "format" not in of
    )
    play(case, answers={name: "Nội dung mới"})(applicant_of(case), given.key())
    assert answers_of(case.application_id)[name] == "Nội dung mới"
    second = ApplicationRevision.objects.get(application=case.application, number=2)
    assert second.answers == {name: "Nội dung mới"}
    assert ApplicationRevision.objects.get(pk=first.pk).answers == first.answers


def test_new_files_are_tied_to_the_paper_asked_for():
    case, _ = given.case_awaiting_supplement()
    by = applicant_of(case)
    component = rules_of(case.version_id).components[0]
    file = given.uploaded(by)
    play(case, attachments={component.code: [file]}, message="")(by, given.key())
    row = ApplicationRevision.objects.get(application=case.application, number=2).attachments.get()
    assert (row.component_id, row.attachment.uuid) == (component.pk, file)


def test_an_empty_supplement_is_refused():
    case, _ = given.case_awaiting_supplement()
    with doors.refused(ItemsMissing, field="message"):
        play(case, message="  ")(applicant_of(case), given.key())


def test_somebody_elses_file_is_refused():
    case, _ = given.case_awaiting_supplement()
    component = rules_of(case.version_id).components[0].code
    foreign = given.uploaded(given.citizen())
    with doors.refused(AttachmentUnknown, field=f"attachments.{component}"):
        play(case, attachments={component: [foreign]})(applicant_of(case), given.key())


def test_a_paper_that_the_procedure_does_not_ask_for_is_refused():
    case, _ = given.case_awaiting_supplement()
    with doors.refused(PaperUnknown, field="attachments.diary"):
        play(case, attachments={"diary": [uuid4()]})(applicant_of(case), given.key())


def test_all_faults_are_told_together():
    case, _ = given.case_awaiting_supplement()
    with doors.refused(Faults) as told:
        play(case, answers={"unheard_of": 1}, attachments={"diary": [uuid4()]})(
            applicant_of(case), given.key()
        )
    assert [(type(fault), fault.field) for fault in told.value.faults] == [
        (AnswerUnknown, "answers.unheard_of"),
        (PaperUnknown, "attachments.diary"),
    ]


def test_nothing_is_completed_that_was_not_asked_for():
    case = given.accepted_case()
    doors.only_open_in(case, play(case), by=applicant_of(case))


def test_the_same_request_completes_once():
    case, _ = given.case_awaiting_supplement()
    doors.answers_once(case, play(case), by=applicant_of(case), other=play(case, message="Khác"))
