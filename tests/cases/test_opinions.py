"""Opinions of other agencies: asked with a time of their own, given, reminded of, revoked; the case stays and its clock runs."""

from __future__ import annotations

import pytest

from apps.accounts.choices import Role
from apps.cases.actions.decision import approve_result, propose_result
from apps.cases.actions.ending import stop_case
from apps.cases.actions.opinions import give_opinion, remind_opinion, request_opinion, revoke_opinion
from apps.cases.choices import EventKind, OpinionEnd, Outcome, Status
from apps.cases.errors import (
    AgencyUnknown,
    CaseUnknown,
    OpinionAskedAlready,
    OpinionAwaited,
    OpinionHoursWrong,
    OpinionUnknown,
    ReasonMissing,
    RemindedToday,
    VerbNotOpen,
)
from apps.cases.models import ActPaper, OpinionRequest
from apps.cases.selectors import case_seen_by, opinions_of, opinions_waiting
from tests import given
from tests.cases import doors

pytestmark = pytest.mark.django_db


def asked_agency():
    return given.agency("district_justice", given.ward().parent)


def ask(case, to=None, hours=8, question="Người này đã đăng ký ở đâu?", at=given.NOW):
    to = asked_agency().pk if to is None else to
    return lambda by, key: request_opinion(
        case.code, to_agency=to, hours=hours, question=question, by=by, at=at, request_key=key
    )


def give(case, number=1, text="Đã đăng ký năm 1990", attachment=None, at=given.NOW):
    return lambda by, key: give_opinion(
        case.code, number=number, text=text, attachment=attachment, by=by, at=at, request_key=key
    )


def asked_case(**asking):
    case, handler = given.assigned_case()
    ask(case, **asking)(handler, given.key())
    return given.fresh(case), handler


def propose(case, by, at=given.NOW):
    return propose_result(
        case.code,
        outcome=Outcome.GRANTED,
        text="Đủ điều kiện",
        by=by,
        at=at,
        request_key=given.key(),
    )


def answerer():
    return given.staff(asked_agency(), Role.HANDLER)


def test_only_the_handler_or_the_head_asks_and_the_case_stays_with_its_time():
    case, handler = given.assigned_case()
    event = doors.only_official(case, ask(case), right=handler, at=case.current_agency, roles=(Role.HEAD,))
    assert (event.kind, event.to_status) == (EventKind.OPINION_REQUESTED, Status.IN_PROGRESS)
    after = given.fresh(case)
    assert (after.current_agency, after.due_at, after.is_clock_running) == (
        case.current_agency,
        case.due_at,
        True,
    )


def test_the_opinion_is_due_in_counted_hours_of_the_agency_that_is_asked():
    asked_case(hours=8)
    asked = OpinionRequest.objects.get()
    # Monday 09:00; Tuesday is a holiday.
    assert asked.due_at.astimezone(given.HANOI).strftime("%d %H:%M") == "25 09:00"


@pytest.mark.parametrize(
    ("asking", "refusal", "field"),
    [
        ({"question": " "}, ReasonMissing, "question"),
        ({"hours": 0}, OpinionHoursWrong, "hours"),
        ({"hours": 121}, OpinionHoursWrong, "hours"),
        ({"to": 999_999}, AgencyUnknown, "to_agency"),
    ],
)
def test_an_incomplete_question_is_not_asked(asking, refusal, field):
    case, handler = given.assigned_case()
    with doors.refused(refusal, field=field):
        ask(case, **asking)(handler, given.key())


def test_the_agency_that_holds_the_case_is_not_asked():
    case, handler = given.assigned_case()
    with doors.refused(AgencyUnknown):
        ask(case, to=case.current_agency_id)(handler, given.key())


def test_one_agency_is_asked_one_thing_at_a_time_and_another_beside_it():
    case, handler = asked_case()
    with doors.refused(OpinionAskedAlready):
        ask(case)(handler, given.key())
    ask(case, to=given.ward_committee("Phường Trúc Bạch").pk)(handler, given.key())
    assert OpinionRequest.objects.filter(case=case).count() == 2


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


def test_no_result_is_proposed_while_an_answer_may_still_come_in_time():
    case, handler = asked_case()
    with doors.refused(OpinionAwaited) as told:
        propose(case, handler)
    assert "25/11" in told.value.message


def test_silence_past_the_time_keeps_nobody():
    case, handler = asked_case(hours=1)
    late = given.after(given.NOW, hours=2)
    propose(case, handler, at=late)
    approve_result(
        case.code, by=given.staff(case.current_agency, Role.APPROVER), at=late, request_key=given.key()
    )
    given.released(given.fresh(case), at=late)
    asked = OpinionRequest.objects.get()
    assert (asked.end, asked.ended_by_id) == (OpinionEnd.LAPSED, None)
    with doors.refused(VerbNotOpen):
        give(case)(answerer(), given.key())


def test_a_late_opinion_is_still_taken_and_said_to_be_late():
    case, handler = asked_case(hours=1)
    give(case, at=given.after(given.NOW, hours=3))(answerer(), given.key())
    from apps.cases.history import read_entry

    assert read_entry(bytes(doors.event_of(given.fresh(case)).body)).data["is_late"] is True
    propose(given.fresh(case), handler, at=given.after(given.NOW, hours=3))


def test_the_agency_is_reminded_once_a_day():
    case, handler = asked_case(hours=40)

    def remind(at=given.NOW):
        return remind_opinion(case.code, number=1, by=handler, at=at, request_key=given.key())

    remind()
    with doors.refused(RemindedToday):
        remind()
    remind(given.after(given.NOW, days=2))
    assert OpinionRequest.objects.get().reminded_at == given.after(given.NOW, days=2)


def test_a_revoked_question_is_out_of_sight_and_the_case_goes_on():
    case, handler = asked_case()
    reader = answerer()
    event = doors.acted(
        case,
        lambda: revoke_opinion(
            case.code,
            number=1,
            reason="Đã có trong dữ liệu",
            by=handler,
            at=given.NOW,
            request_key=given.key(),
        ),
    )
    assert event.kind == EventKind.OPINION_REVOKED
    with doors.refused(CaseUnknown):
        give(case)(reader, given.key())
    propose(given.fresh(case), handler)


def test_a_stopped_case_asks_no_more():
    case, _handler = asked_case()
    stop_case(
        case.code,
        ground="ruling",
        text="Theo bản án",
        by=given.staff(case.current_agency, Role.HEAD),
        at=given.NOW,
        request_key=given.key(),
    )
    assert OpinionRequest.objects.get().end == OpinionEnd.LAPSED
    assert not opinions_waiting(seen_by=answerer()).exists()


def test_the_same_request_asks_once():
    case, handler = given.assigned_case()
    doors.answers_once(case, ask(case), by=handler, other=ask(case, hours=16))
