"""A decision on days of the calendar: what it moves is shown first, then done case by case, whatever happens between."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from apps.accounts.choices import Role
from apps.calendars.choices import DayAction
from apps.calendars.errors import CalendarMoved
from apps.calendars.models import CalendarVersion
from apps.calendars.selectors import latest_version_id
from apps.calendars.working_time import DayKind
from apps.cases.actions import calendar_change
from apps.cases.actions.calendar_change import (
    TASK,
    drop_calendar_change,
    propose_calendar_change,
    settle,
    start_calendar_change,
)
from apps.cases.actions.ending import request_withdrawal
from apps.cases.actions.handover import hand_over_case
from apps.cases.actions.opinions import request_opinion
from apps.cases.actions.supplement import provide_supplement
from apps.cases.choices import EventKind, Move
from apps.cases.models import Case, CaseEvent, CaseNotice, Handover, OpinionRequest
from apps.cases.notices import message_of
from apps.cases.selectors import entries_of
from apps.cases.tasks import change_calendar
from apps.core import jobs
from apps.core.errors import NotAllowed
from apps.core.models import AdministrativeAct, Job, JobState, OutboxRow
from apps.operations.integrity import check
from tests import given
from tests.cases.calendar_days import DECISION, at, closed, done, off, stored
from tests.given import HANOI, NOW

pytestmark = pytest.mark.django_db

# 3 working days, at the ward.
THREE_DAYS = "1.004873"


@pytest.fixture
def administrator():
    return given.staff(given.city_agency("city_inspectorate"), Role.ADMINISTRATOR)


def due(case: Case) -> str:
    return f"{given.fresh(case).due_at.astimezone(HANOI):%a %d/%m %H:%M}"


def moved_events(case: Case) -> int:
    return CaseEvent.objects.filter(case=case, kind=EventKind.DUE_TIMES_REDERIVED).count()


def is_sound(at: datetime = NOW) -> bool:
    found = check(at=at, with_files=False)
    assert found.broken == {}
    return found.is_whole


def test_a_proposal_shows_every_case_that_moves_and_changes_nothing(administrator):
    moving, waiting = given.accepted_case(THREE_DAYS), given.case_at_intake(at=at(23, 14))
    still = given.accepted_case(at=at(23, 10))
    before = stored()
    job = propose_calendar_change([off()], by=administrator, at=at(23, 15))
    rows = {row.key: row for row in job.rows.order_by("position")}
    assert set(rows) == {moving.code, waiting.code}
    assert still.code not in rows
    assert {row.outcome for row in rows.values()} == {Move.LATER}
    was, will_be = rows[moving.code].difference["promised_due_at"]
    assert (was[:10], will_be[:10]) == ("2026-11-27", "2026-11-30")
    assert stored() == before
    assert (job.state, job.total) == (JobState.PROPOSED, 2)
    assert not OutboxRow.objects.filter(task=TASK).exists() and not AdministrativeAct.objects.exists()


def test_what_was_decided_moves_each_case_once_and_tells_its_applicant(administrator):
    case = given.accepted_case(THREE_DAYS)
    before = latest_version_id(case.competent_agency)
    assert due(case) == "Fri 27/11 17:00"
    job = done(off(), by=administrator)
    assert (job.state, job.done, job.total) == (JobState.DONE, 1, 1)
    now = given.fresh(case)
    assert due(case) == "Mon 30/11 17:00" and now.due_at == now.promised_due_at == now.statutory_due_at
    assert now.calendar_version_id == latest_version_id(case.competent_agency) != before
    last = entries_of(now)[-1]
    assert last.kind == EventKind.DUE_TIMES_REDERIVED and last.from_status == last.to_status
    assert last.data["decision"] == DECISION
    assert CaseEvent.objects.get(case=case, sequence=last.sequence).by_id is None
    notice = CaseNotice.objects.get(event__case=case, event__sequence=last.sequence).notice
    (sending,) = notice.sendings.all()
    assert OutboxRow.objects.filter(effect=f"notice:{notice.uuid}:{sending.channel}").exists()
    told = message_of(notice.uuid, sending.channel)[1].text
    assert DECISION in told and "27/11/2026" in told and "30/11/2026" in told
    act = AdministrativeAct.objects.get(kind="change_calendar")
    assert (act.decision, act.actor_id) == (DECISION, administrator.user_id)
    assert is_sound()


def test_an_intake_clock_moves_and_nobody_is_told_of_a_promise(administrator):
    case = given.case_at_intake(at=at(23, 14))
    assert due(case) == "Wed 25/11 14:00"
    done(off(), by=administrator, at=at(23, 15))
    assert due(case) == "Thu 26/11 14:00"
    assert moved_events(case) == 1
    assert not CaseNotice.objects.filter(event__kind=EventKind.DUE_TIMES_REDERIVED).exists()
    assert due(given.accepted(given.fresh(case), at=at(23, 16))) != "Wed 25/11 17:00"
    assert is_sound(at(23, 17))


def test_a_withdrawal_that_waits_is_answered_a_day_later(administrator):
    by = given.citizen()
    case = given.accepted_case(by=by)
    request_withdrawal(case.code, reason="Không cần nữa", by=by, at=NOW, request_key=given.key())
    before = given.fresh(case).withdrawal_due_at
    done(off(), by=administrator)
    assert given.fresh(case).withdrawal_due_at > before
    assert is_sound()


def test_tet_announced_late_moves_what_was_promised_through_it(administrator):
    """Monday 1 February 2027: it is announced that Tết begins on Wednesday 3 February already, not on Thursday.

    Three working days from Friday 29/01 were promised for Wednesday 03/02: without it they end after Tết, on Thursday
    11/02. From Thursday 28/01 they end on Tuesday 02/02, and a same-day matter of Monday ends on Monday: both stay.
    """
    announced = datetime(2027, 2, 1, 11, tzinfo=HANOI)
    before_tet = given.accepted_case(THREE_DAYS, at=datetime(2027, 1, 28, 10, tzinfo=HANOI))
    over_tet = given.accepted_case(THREE_DAYS, at=datetime(2027, 1, 29, 10, tzinfo=HANOI))
    same_day = given.accepted_case(given.CIVIL_EXTRACT, at=announced)
    stood = [due(before_tet), due(over_tet), due(same_day)]
    assert stood == ["Tue 02/02 17:00", "Wed 03/02 17:00", "Mon 01/02 17:00"]
    done(off(date(2027, 2, 3)), by=administrator, at=announced)
    assert [due(before_tet), due(over_tet), due(same_day)] == [stood[0], "Thu 11/02 17:00", stood[2]]
    assert [moved_events(each) for each in (before_tet, over_tet, same_day)] == [0, 1, 0]
    assert is_sound(announced)


def test_a_day_off_that_was_announced_after_it_moves_what_ran_over_it(administrator):
    """Wednesday was free by a decision of that day, entered on Thursday: Friday's promise becomes Monday's."""
    case = given.accepted_case(THREE_DAYS)
    done(off(is_announced_late=True), by=administrator, at=at(26, 9))
    assert due(case) == "Mon 30/11 17:00"
    assert is_sound(at(26, 10))


def test_a_swapped_saturday_makes_promises_sooner_and_the_page_can_say_so(administrator):
    case = given.accepted_case(THREE_DAYS)
    days = [
        off(date(2026, 11, 30), DayKind.SWAPPED_OFF, action=DayAction.ADD),
        off(date(2026, 11, 28), DayKind.SWAPPED_WORK),
    ]
    later = given.accepted_case(THREE_DAYS, at=at(24, 9))
    assert due(later) == "Fri 27/11 17:00"
    monday = given.accepted_case(THREE_DAYS, at=at(25, 9))
    assert due(monday) == "Mon 30/11 17:00"
    job = propose_calendar_change(days, by=administrator, at=at(25, 10))
    assert dict(job.rows.values_list("key", "outcome")) == {monday.code: Move.SOONER}
    assert due(case) == "Fri 27/11 17:00"


def test_a_case_accepted_after_it_works_by_the_new_calendar_by_itself(administrator):
    done(off(), by=administrator)
    case = given.accepted_case(THREE_DAYS, at=at(23, 10))
    assert due(case) == "Mon 30/11 17:00" and moved_events(case) == 0
    assert is_sound(at(23, 11))


def test_cases_filed_and_accepted_between_proposal_and_decision_move_as_well(administrator):
    job = propose_calendar_change([off()], by=administrator, at=NOW)
    case = given.accepted_case(THREE_DAYS)
    assert job.total == 0
    start_calendar_change(job.pk, decision=DECISION, by=administrator, at=at(23, 10))
    given.carry_out(at(23, 10), "change_calendar")
    job = Job.objects.get(pk=job.pk)
    assert (due(case), job.done, job.total) == ("Mon 30/11 17:00", 1, 1)
    assert is_sound(at(23, 10))


def test_a_supplement_completed_after_it_counts_by_the_new_calendar(administrator):
    case, _handler = given.case_awaiting_supplement(THREE_DAYS)
    done(off(date(2026, 12, 1)), by=administrator)
    assert moved_events(case) == 0
    provide_supplement(
        case.code,
        answers={},
        attachments={},
        message="Đã bổ sung",
        by=given.receptionist(case.current_agency),
        at=at(27, 10),
        request_key=given.key(),
    )
    assert due(case) == "Thu 03/12 17:00"
    assert is_sound(at(27, 11))


def test_an_act_on_a_case_that_is_not_yet_re_derived_moves_nothing_of_its_time(administrator):
    case, handler = given.assigned_case(THREE_DAYS)
    job = propose_calendar_change([off()], by=administrator, at=NOW)
    start_calendar_change(job.pk, decision=DECISION, by=administrator, at=NOW)
    assert is_sound()
    given.proposed(case, handler)
    assert due(case) == "Fri 27/11 17:00"
    assert is_sound()
    given.carry_out(NOW, "change_calendar")
    assert due(case) == "Mon 30/11 17:00" and moved_events(case) == 1
    assert is_sound()


def test_a_case_that_ended_meanwhile_is_left_alone(administrator):
    case = given.approved_case(THREE_DAYS)
    job = propose_calendar_change([off()], by=administrator, at=NOW)
    start_calendar_change(job.pk, decision=DECISION, by=administrator, at=NOW)
    given.released(case)
    given.carry_out(NOW, "change_calendar")
    assert job.rows.get().outcome == Move.NONE and moved_events(case) == 0
    assert is_sound()


def test_a_worker_that_dies_between_two_chunks_loses_no_case_and_doubles_none(administrator, monkeypatch):
    monkeypatch.setattr(calendar_change, "CHUNK", 2)
    cases = [given.accepted_case(THREE_DAYS) for _ in range(5)]
    job = propose_calendar_change([off()], by=administrator, at=NOW)
    start_calendar_change(job.pk, decision=DECISION, by=administrator, at=NOW)
    row = OutboxRow.objects.get(task=TASK)

    def dies(rows, at):
        settle(rows, at)
        if Job.objects.get(pk=job.pk).done >= 2:
            raise MemoryError

    with pytest.raises(MemoryError):
        jobs.carry_out(job.pk, row.pk, dies, clock=lambda: NOW, chunk=2)
    half = Job.objects.get(pk=job.pk)
    assert (half.state, half.done) == (JobState.RUNNING, 2)
    assert sorted(moved_events(case) for case in cases) == [0, 0, 0, 1, 1]
    found = check(at=NOW, with_files=False)
    assert found.is_whole and found.counts["calendar_owed"] == 3
    given.carry_out(NOW, "change_calendar")
    change_calendar(row.pk)
    whole = Job.objects.get(pk=job.pk)
    assert (whole.state, whole.done, whole.total) == (JobState.DONE, 5, 5)
    assert [moved_events(case) for case in cases] == [1] * 5
    assert CaseNotice.objects.filter(event__kind=EventKind.DUE_TIMES_REDERIVED).count() == 5
    found = check(at=NOW, with_files=False)
    assert found.is_whole and found.counts["calendar_owed"] == 0


# One agency


def test_the_closure_of_one_ward_moves_its_cases_and_no_others(administrator):
    here = given.accepted_case(THREE_DAYS)
    there = given.accepted_case(THREE_DAYS, connecting_unit_id=given.ward("Phường Hàng Bạc").pk)
    assert here.competent_agency != there.competent_agency
    version_there = latest_version_id(there.competent_agency)
    done(closed(here.competent_agency.identification_code), by=administrator)
    assert (due(here), due(there)) == ("Mon 30/11 17:00", "Fri 27/11 17:00")
    assert (
        latest_version_id(there.competent_agency) == version_there != latest_version_id(here.competent_agency)
    )
    new_here = given.accepted_case(THREE_DAYS, at=at(23, 10))
    new_there = given.accepted_case(
        THREE_DAYS, at=at(23, 10), connecting_unit_id=given.ward("Phường Hàng Bạc").pk
    )
    assert (due(new_here), due(new_there)) == ("Mon 30/11 17:00", "Fri 27/11 17:00")
    assert is_sound(at(23, 11))


def test_a_closure_moves_due_times_only_where_its_decision_says_so(administrator):
    case = given.accepted_case(THREE_DAYS)
    job = done(closed(case.competent_agency.identification_code, moves=False), by=administrator)
    assert job.total == 0 and due(case) == "Fri 27/11 17:00"
    assert is_sound()


def test_a_day_for_all_holds_at_a_closed_agency_too_and_a_closure_can_be_taken_back(administrator):
    case = given.accepted_case(THREE_DAYS)
    code = case.competent_agency.identification_code
    done(closed(code), by=administrator)
    done(off(date(2026, 11, 27)), by=administrator)
    assert due(case) == "Tue 01/12 17:00"
    done(closed(code, action=DayAction.REMOVE), by=administrator)
    assert due(case) == "Mon 30/11 17:00" and moved_events(case) == 3
    assert is_sound()


def test_a_swapped_in_saturday_can_be_closed_by_a_storm(administrator):
    days = [off(date(2026, 11, 30), DayKind.SWAPPED_OFF), off(date(2026, 11, 28), DayKind.SWAPPED_WORK)]
    done(*days, by=administrator)
    case = given.accepted_case(THREE_DAYS, at=at(25, 9))
    assert due(case) == "Sat 28/11 17:00"
    done(off(date(2026, 11, 28), DayKind.CLOSURE, moves_due_times=True), by=administrator, at=at(26, 9))
    assert due(case) == "Tue 01/12 17:00"
    assert is_sound(at(26, 10))


# Two administrators, and who may


def test_of_two_proposals_on_one_calendar_the_second_must_be_made_again(administrator):
    other = given.staff(given.city_agency("city_inspectorate"), Role.ADMINISTRATOR)
    first = propose_calendar_change([off()], by=administrator, at=NOW)
    second = propose_calendar_change([off(date(2026, 11, 26))], by=other, at=NOW)
    start_calendar_change(first.pk, decision=DECISION, by=administrator, at=NOW)
    with pytest.raises(jobs.JobUnderWay):
        start_calendar_change(second.pk, decision=DECISION, by=other, at=NOW)
    given.carry_out(NOW, "change_calendar")
    versions = CalendarVersion.objects.count()
    with pytest.raises(CalendarMoved):
        start_calendar_change(second.pk, decision=DECISION, by=other, at=NOW)
    assert CalendarVersion.objects.count() == versions
    assert Job.objects.get(pk=second.pk).state == JobState.PROPOSED
    assert AdministrativeAct.objects.filter(kind="change_calendar").count() == 1


def test_a_dropped_proposal_changes_nothing_and_nothing_is_done_without_a_decision(administrator):
    before = stored()
    job = propose_calendar_change([off()], by=administrator, at=NOW)
    with pytest.raises(jobs.DecisionMissing):
        start_calendar_change(job.pk, decision=" ", by=administrator, at=NOW)
    assert drop_calendar_change(job.pk, by=administrator, at=NOW).state == JobState.DROPPED
    assert stored() == before and not OutboxRow.objects.filter(task=TASK).exists()


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMINISTRATOR])
def test_nobody_but_an_administrator_of_the_city_may(role, administrator):
    job = propose_calendar_change([off()], by=administrator, at=NOW)
    other = given.staff(given.city_agency("city_inspectorate"), role)
    for attempt in (
        lambda: propose_calendar_change([off()], by=other, at=NOW),
        lambda: start_calendar_change(job.pk, decision=DECISION, by=other, at=NOW),
        lambda: drop_calendar_change(job.pk, by=other, at=NOW),
    ):
        with pytest.raises(NotAllowed):
            attempt()
    assert Job.objects.get().state == JobState.PROPOSED


def test_the_time_to_answer_an_offer_and_a_question_moves_with_the_calendar_of_who_answers():
    case, handler = given.assigned_case()
    to = given.ward_committee("Phường Trúc Bạch")
    late = given.after(given.NOW, hours=7)
    request_opinion(
        case.code, to_agency=to.pk, hours=8, question="Cư trú?", by=handler, at=late, request_key=given.key()
    )
    hand_over_case(
        case.code, to_agency=to.pk, reason="Thẩm quyền", by=handler, at=late, request_key=given.key()
    )
    offer, asked = Handover.objects.get(), OpinionRequest.objects.get()
    assert (offer.due_at.day, asked.due_at.day) == (25, 25)
    given.calendar_changed(date(2026, 11, 25), at=late)
    offer.refresh_from_db()
    asked.refresh_from_db()
    assert (offer.due_at.day, asked.due_at.day) == (26, 26)
