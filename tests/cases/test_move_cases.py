"""Open cases and a new version: each stays on its own, unless an administrator moves them by decision, seen beforehand."""

from __future__ import annotations

from datetime import datetime

import pytest

from apps.accounts.choices import Role
from apps.cases.actions.decision import approve_result
from apps.cases.actions.moving import TASK, drop_move, propose_move, settle, start_move
from apps.cases.choices import EventKind, Status, StayReason
from apps.cases.errors import NothingToMove
from apps.cases.history import read_entry
from apps.cases.models import Case, CaseEvent, CaseNotice
from apps.cases.notices import notices_of
from apps.cases.selectors import case_seen_by
from apps.cases.selectors.moving import MoveOutcome, counts_of_move
from apps.core import jobs
from apps.core.errors import NotAllowed
from apps.core.models import AdministrativeAct, Job, JobState, OutboxRow
from apps.operations.integrity import check
from apps.procedures.errors import VersionNotInForce, VersionUnknown
from apps.procedures.models import ProcedureVersion
from apps.procedures.selectors import rules_of
from tests import given
from tests.cases import doors

pytestmark = pytest.mark.django_db

CODE = "1.001612"
YESTERDAY = given.after(given.NOW, days=-3)


@pytest.fixture
def by():
    return given.administrator()


def longer(rows):
    rows[0] |= {"value": 7, "unit": "working_day", "is_established": True}


def moved(version, by, *, at=given.NOW) -> Job:
    job = propose_move(version.pk, by=by, at=at)
    start_move(job.pk, decision=given.DECISION, by=by, at=at)
    given.carry_out(at, "move_cases")
    return Job.objects.get(pk=job.pk)


def test_a_case_accepted_the_day_before_a_change_is_decided_on_its_own_version():
    case, handler = given.proposed_case(CODE, at=YESTERDAY)
    before = case.version_id
    new = given.new_version(CODE, time_limits=longer)
    case = given.fresh(case)
    assert (case.version_id, ProcedureVersion.objects.get(pk=before).in_force_to) == (
        before,
        given.NOW.date(),
    )
    approve_result(
        case.code,
        by=given.staff(case.current_agency, Role.APPROVER),
        at=given.NOW,
        request_key=given.key(),
    )
    case = given.released(given.fresh(case))
    assert (case.status, case.version_id, case.outcome) == (Status.RESOLVED, before, "granted")
    assert given.filed_online(CODE).version_id == new.pk
    assert check(at=given.NOW).broken == {}


def test_a_dry_run_tells_old_and_new_due_times_and_moves_nothing(by):
    case = given.accepted_case(CODE)
    new = given.new_version(CODE, time_limits=longer)
    with_nothing_changed = doors.world()
    job = propose_move(new.pk, by=by, at=given.NOW)
    row = job.rows.get()
    assert (row.key, row.outcome) == (case.code, MoveOutcome.DUE_CHANGES)
    before, after = (datetime.fromisoformat(each) for each in row.difference["due_at"])
    assert before == case.due_at < after
    assert doors.world() == with_nothing_changed
    assert job.subject == f"{CODE}: 1 → 2" and job.state == JobState.PROPOSED


def test_a_moved_case_has_one_event_its_step_by_code_and_its_time_anew(by):
    def with_a_step_before(rows):
        rows.insert(1, {**rows[1], "code": "check", "act": "complete_step", "share": 1, "share_of": 16})
        for row in rows[2:3]:
            row["share"], row["share_of"] = 7, 16

    case, handler = given.assigned_case(CODE)
    old_step = rules_of(case.version_id).step(case.step)
    new = given.new_version(CODE, time_limits=longer, steps=with_a_step_before)
    count = CaseEvent.objects.filter(case=case).count()
    job = moved(new, by)
    now = given.fresh(case)
    doors.adds_up(now)
    event = doors.event_of(now)
    assert CaseEvent.objects.filter(case=case).count() == count + 1
    assert (event.kind, event.by_id, event.from_status) == (
        EventKind.VERSION_CHANGED,
        by.user_id,
        event.to_status,
    )
    assert (now.version_id, now.step) == (new.pk, case.step + 1)
    assert rules_of(new.pk).step(now.step).code == old_step.code
    assert now.promised_due_at > case.promised_due_at
    assert doors.text_of(event) == given.DECISION
    data = read_entry(event.body).data
    assert (data["from_version"], data["to_version"], data["limit"]) == (case.version_id, new.pk, 1)
    assert (job.state, counts_of_move(job)) == (JobState.DONE, {MoveOutcome.DUE_CHANGES: 1})
    act = AdministrativeAct.objects.get(kind="move_cases")
    assert (act.subject, act.decision, act.actor_id) == (CODE, given.DECISION, by.user_id)
    given.proposed(now, handler)
    assert check(at=given.NOW).broken == {}


def test_the_applicant_is_told_only_where_the_promise_changes(by):
    who = given.citizen()
    case = given.accepted_case(CODE, by=who)
    waiting = given.case_at_intake(CODE, by=given.citizen())
    moved(given.new_version(CODE, time_limits=longer), by)
    assert [each.about for each in notices_of(case_seen_by(case.code, seen_by=who), seen_by=who)][0] == (
        EventKind.VERSION_CHANGED
    )
    assert given.fresh(waiting).version_id == given.fresh(case).version_id
    assert not CaseNotice.objects.filter(case=waiting, event__kind=EventKind.VERSION_CHANGED).exists()
    same = moved(given.new_version(CODE, basics={"result_name": "Giấy chứng nhận mới"}), by)
    assert counts_of_move(same) == {MoveOutcome.MOVES: 2}
    assert CaseNotice.objects.filter(event__kind=EventKind.VERSION_CHANGED).count() == 1
    assert check(at=given.NOW).broken == {}


def test_the_message_of_it_says_the_new_time(by, mailoutbox):
    case = given.accepted_case(CODE, by=given.citizen(), contact_email="nguoi.nop@example.vn")
    moved(given.new_version(CODE, time_limits=longer), by)
    given.carry_out(given.NOW, "send_notice")
    sent = mailoutbox[-1]
    assert case.code in sent.subject and given.DECISION in sent.body


def test_a_case_that_stands_where_the_clock_is_stopped_is_moved_too(by):
    case, handler = given.case_awaiting_supplement(CODE)
    new = given.new_version(CODE, time_limits=longer)
    moved(new, by)
    now = given.fresh(case)
    assert (now.version_id, now.status, now.is_clock_running) == (new.pk, Status.AWAITING_SUPPLEMENT, False)
    doors.adds_up(now)


def test_a_case_whose_step_is_gone_stays_with_the_reason(by):
    def other_code(rows):
        rows[1]["code"] = "other_appraisal"

    case = given.accepted_case(CODE)
    new = given.new_version(CODE, steps=other_code)
    job = moved(new, by)
    assert given.fresh(case).version_id == case.version_id
    assert job.rows.get().difference == {"reason": StayReason.STEP_MISSING}
    assert job.rows.get().outcome == MoveOutcome.STAYS


def test_a_case_whose_answers_do_not_fit_the_new_form_stays(by):
    def one_more(schema):
        schema["properties"]["new_question"] = {
            "type": "string",
            "title": "Câu hỏi mới",
            "title_en": "A new question",
            "maxLength": 100,
        }
        schema["required"] = [*schema["required"], "new_question"]
        schema["x-order"] = [*schema["x-order"], "new_question"]

    case = given.accepted_case(CODE)
    job = moved(given.new_version(CODE, form=one_more), by)
    assert job.rows.get().difference == {"reason": StayReason.FORM_DIFFERS}
    assert given.fresh(case).version_id == case.version_id


def test_a_case_whose_original_the_office_holds_stays(by):
    case = given.completed_with_originals()
    job = moved(given.new_version(given.PERMIT), by)
    assert job.rows.get().difference == {"reason": StayReason.ORIGINAL_HELD}
    assert given.fresh(case).version_id == case.version_id


def test_what_ended_between_the_proposal_and_the_decision_stays(by):
    case = given.approved_case(CODE)
    new = given.new_version(CODE, time_limits=longer)
    job = propose_move(new.pk, by=by, at=given.NOW)
    given.released(case)
    start_move(job.pk, decision=given.DECISION, by=by, at=given.NOW)
    given.carry_out(given.NOW, "move_cases")
    assert job.rows.get().difference == {"reason": StayReason.ENDED}
    assert given.fresh(case).version_id == case.version_id


def test_nothing_moves_without_a_decision_or_after_it_was_put_away(by):
    case = given.accepted_case(CODE)
    job = propose_move(given.new_version(CODE, time_limits=longer).pk, by=by, at=given.NOW)
    with doors.refused(jobs.DecisionMissing):
        start_move(job.pk, decision=" ", by=by, at=given.NOW)
    drop_move(job.pk, by=by, at=given.NOW)
    with doors.refused(jobs.JobNotOpen):
        start_move(job.pk, decision=given.DECISION, by=by, at=given.NOW)
    assert given.fresh(case).version_id == case.version_id
    assert not OutboxRow.objects.filter(task=TASK).exists()


def test_cases_are_moved_only_to_what_is_in_force_and_only_where_there_are_any(by):
    old = given.accepted_case(CODE).version_id
    draft = given.drafted(CODE)
    for version in (draft.pk, given.published(given.drafted("1.001193"), on=datetime(2027, 1, 1).date()).pk):
        with doors.refused(VersionNotInForce):
            propose_move(version, by=by, at=given.NOW)
    with doors.refused(VersionUnknown):
        propose_move(0, by=by, at=given.NOW)
    with doors.refused(NothingToMove):
        propose_move(old, by=by, at=given.NOW)


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMINISTRATOR])
def test_nobody_but_an_administrator_of_the_city_moves_cases(by, role):
    given.accepted_case(CODE)
    new = given.new_version(CODE, time_limits=longer)
    job = propose_move(new.pk, by=by, at=given.NOW)
    other = given.staff(given.city_agency("city_inspectorate"), role)
    for attempt in (
        lambda: propose_move(new.pk, by=other, at=given.NOW),
        lambda: start_move(job.pk, decision=given.DECISION, by=other, at=given.NOW),
        lambda: drop_move(job.pk, by=other, at=given.NOW),
    ):
        with doors.refused(NotAllowed):
            attempt()
    assert Job.objects.get().state == JobState.PROPOSED


def test_a_worker_that_dies_between_two_chunks_moves_each_case_once(by, monkeypatch):
    from apps.cases import tasks

    cases = [given.accepted_case(CODE) for _ in range(3)]
    new = given.new_version(CODE, time_limits=longer)
    job = propose_move(new.pk, by=by, at=given.NOW)
    start_move(job.pk, decision=given.DECISION, by=by, at=given.NOW)
    row = OutboxRow.objects.get(task=TASK)

    def dies(rows, at):
        if Job.objects.get(pk=job.pk).done >= 2:
            raise MemoryError
        settle(rows, at)

    with pytest.raises(MemoryError):
        jobs.carry_out(job.pk, row.pk, dies, clock=lambda: given.NOW, chunk=1)
    monkeypatch.setattr(tasks, "CHUNK", 1)
    given.carry_out(given.NOW, "move_cases")
    tasks.move_cases(row.pk)
    assert {given.fresh(case).version_id for case in cases} == {new.pk}
    assert CaseEvent.objects.filter(kind=EventKind.VERSION_CHANGED).count() == 3
    assert Job.objects.get(pk=job.pk).state == JobState.DONE
    assert check(at=given.NOW).broken == {}


def test_a_proposal_asks_the_same_of_the_database_for_2_cases_and_for_20(by, django_assert_max_num_queries):
    who = given.citizen()
    for _ in range(2):
        given.filed_online(CODE, by=who)
    new = given.new_version(CODE, time_limits=longer)
    with django_assert_max_num_queries(20) as at_two:
        propose_move(new.pk, by=by, at=given.NOW)
    old = rules_of(Case.objects.first().version_id).version
    ProcedureVersion.objects.filter(pk=new.pk).update(in_force_to=given.NOW.date())
    ProcedureVersion.objects.filter(pk=old.pk).update(in_force_to=None)
    for _ in range(18):
        given.filed_online(CODE, by=who)
    ProcedureVersion.objects.filter(pk=old.pk).update(in_force_to=given.NOW.date())
    ProcedureVersion.objects.filter(pk=new.pk).update(in_force_to=None)
    with django_assert_max_num_queries(20) as at_twenty:
        job = propose_move(new.pk, by=by, at=given.NOW)
    assert job.total == 20
    assert len(at_twenty) <= len(at_two)
