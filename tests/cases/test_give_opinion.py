"""Giving the opinion asked for: by the agency that was asked, once, and read by whoever asked."""

from __future__ import annotations

import pytest

from apps.accounts.choices import Role
from apps.cases.choices import EventKind, OpinionEnd
from apps.cases.errors import (
    CaseUnknown,
    OpinionUnknown,
    ReasonMissing,
    VerbNotOpen,
)
from apps.cases.models import ActPaper, OpinionRequest
from apps.cases.selectors import case_seen_by, opinions_of, opinions_waiting
from tests import given
from tests.cases import doors
from tests.cases.asked import answerer, ask, asked_agency, asked_case, give, propose

pytestmark = pytest.mark.django_db


def test_the_agency_that_is_asked_sees_the_case_and_nobody_of_it_did_before():
    case, handler = given.assigned_case()
    reader = answerer()
    with pytest.raises(CaseUnknown):
        case_seen_by(case.code, seen_by=reader)
    ask(case)(handler, given.key())
    seen = case_seen_by(case.code, seen_by=reader)
    assert seen.verbs == ["give_opinion"]
    assert [row.case_id for row in opinions_waiting(seen_by=reader)] == [case.pk]
    assert not opinions_waiting(seen_by=given.citizen()).exists()


def test_it_answers_once_and_whoever_asked_reads_it():
    case, handler = asked_case()
    reader, paper = answerer(), None
    paper = given.uploaded(reader)
    event = doors.acted(case, lambda: give(case, attachment=paper)(reader, given.key()))
    assert event.kind == EventKind.OPINION_GIVEN
    asked = OpinionRequest.objects.get()
    assert (asked.end, asked.answer_id, asked.ended_by_id) == (OpinionEnd.GIVEN, event.pk, reader.user_id)
    assert ActPaper.objects.get(event=event).attachment.uuid == paper
    told = opinions_of(case_seen_by(case.code, seen_by=handler))
    assert [each.answer.text.text for each in told] == ["Đã đăng ký năm 1990"]
    with doors.refused(VerbNotOpen) as refusal:
        give(case)(given.staff(asked_agency(), Role.HEAD), given.key())
    doors.tells_of(refusal.value, event)
    assert not opinions_waiting(seen_by=reader).exists()
    assert given.fresh(case).due_at == case.due_at


def test_the_applicant_reads_neither_question_nor_answer():
    case, _handler = asked_case()
    give(case)(answerer(), given.key())
    applicant = given.act_as(case.application.filed_by)
    assert opinions_of(case_seen_by(case.code, seen_by=applicant)) == []


def test_only_the_agency_that_was_asked_answers():
    case, _handler = asked_case()
    with doors.refused(CaseUnknown):
        give(case)(given.staff(doors.other_ward(), Role.HANDLER, Role.HEAD), given.key())
    with doors.refused(OpinionUnknown, field="number"):
        give(case, number=2)(answerer(), given.key())
    with doors.refused(ReasonMissing, field="text"):
        give(case, text="")(answerer(), given.key())


def test_a_late_opinion_is_still_taken_and_said_to_be_late():
    case, handler = asked_case(hours=1)
    give(case, at=given.after(given.NOW, hours=3))(answerer(), given.key())
    from apps.cases.history import read_entry

    assert read_entry(bytes(doors.event_of(given.fresh(case)).body)).data["is_late"] is True
    propose(given.fresh(case), handler, at=given.after(given.NOW, hours=3))
