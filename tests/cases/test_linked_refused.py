"""Linked procedures: when a case ends without a result, what rests on it stops with the reason, and the rest goes on."""

from __future__ import annotations

from datetime import date

import pytest

from apps.accounts.choices import Role
from apps.applications.models import ApplicationRevision
from apps.cases.actions import ending
from apps.cases.actions.intake import decline_intake
from apps.cases.actions.mending import reopen_case
from apps.cases.actions.moving import propose_move, start_move
from apps.cases.actions.supplement import provide_supplement, request_supplement
from apps.cases.choices import EventKind, Omission, Outcome, Status, StopGround
from apps.cases.errors import CaseUnknown, PrerequisiteNotGranted
from apps.cases.models import Case, CaseDocument, CaseEvent, CaseLink, CaseNotice, CaseResult
from apps.cases.selectors import entries_of, group_of, result_file
from apps.core.models import OutboxRow
from tests import given
from tests.cases import doors, linked
from tests.cases.linked import BIRTH, CARD, DEATH, DEATH_GROUP, INSURANCE, RESIDENCE
from tests.cases.test_request_supplement import ITEMS

pytestmark = pytest.mark.django_db

WAITING = {RESIDENCE, INSURANCE, CARD}


def head_of(case: Case):
    return given.staff(case.current_agency, Role.HEAD)


def declined(case: Case) -> None:
    decline_intake(
        case.code,
        reason="papers_missing",
        text="Thiếu giấy chứng sinh",
        by=given.receptionist(case.current_agency),
        at=given.NOW,
        request_key=given.key(),
    )


def refused(case: Case) -> None:
    linked.decided(case, outcome=Outcome.REFUSED)


def stopped(case: Case) -> None:
    case = given.accepted(case)
    handler = given.handler_of(case)
    given.proposed(given.fresh(case), handler)
    ending.stop_case(
        case.code,
        ground=StopGround.RULING,
        text="Theo quyết định của tòa án",
        by=head_of(case),
        at=given.NOW,
        request_key=given.key(),
    )


def cancelled(case: Case) -> None:
    ending.request_withdrawal(
        case.code,
        reason="Không còn nhu cầu",
        by=given.act_as(case.application.filed_by),
        at=given.NOW,
        request_key=given.key(),
    )


ENDINGS = {"declined": declined, "refused": refused, "stopped": stopped, "cancelled": cancelled}
ENDED_AS = {
    "declined": Status.DECLINED,
    "refused": Status.RESOLVED,
    "stopped": Status.STOPPED,
    "cancelled": Status.STOPPED,
}


@pytest.mark.parametrize("how", ENDINGS)
def test_without_the_birth_whoever_waits_is_stopped_with_form_05_a_notice_and_the_reason(how):
    cases = linked.routed(contact_email="me@example.vn")
    ENDINGS[how](cases[BIRTH])
    assert {cases[code].status for code in WAITING} == {Status.SUBMITTED}
    cases = linked.follow(cases)
    assert cases[BIRTH].status == ENDED_AS[how]
    for code in WAITING:
        case = cases[code]
        assert (case.status, case.ended_at) == (Status.STOPPED, given.NOW)
        entry = entries_of(case)[-1]
        assert (entry.kind, entry.data) == (EventKind.CASE_STOPPED, {"ground": "prerequisite_refused"})
        event = CaseEvent.objects.get(case=case, sequence=entry.sequence)
        assert event.by is None
        assert cases[BIRTH].code in event.text.text
        [paper] = CaseDocument.objects.filter(case=case)
        assert paper.document.kind == "form_05"
        assert cases[BIRTH].code in paper.document.snapshot["reason"]
        assert CaseNotice.objects.filter(case=case, event=event).count() == 1
    assert not CaseLink.objects.filter(delivered_at__isnull=False).exists()
    assert not OutboxRow.objects.filter(task__endswith="follow_prerequisite", done_at__isnull=True).exists()


@pytest.mark.parametrize("how", ENDINGS)
@pytest.mark.parametrize("which", sorted(WAITING))
def test_each_child_ended_in_turn_leaves_the_others_as_they_were(which, how):
    cases = linked.routed()
    linked.decided(cases[BIRTH])
    cases = linked.follow(cases)
    before = {code: case.last_sequence for code, case in cases.items()}
    ENDINGS[how](cases[which])
    cases = linked.follow(cases)
    assert cases[which].status == ENDED_AS[how]
    for code in {*cases} - {which}:
        assert cases[code].last_sequence == before[code], code
    assert cases[BIRTH].status == Status.RESOLVED
    assert {cases[code].status for code in WAITING - {which}} == {Status.SUBMITTED}


@pytest.mark.parametrize("which", [DEATH, "2.002913.XTT", "2.002913.MTP"])
def test_each_child_of_a_death_refused_in_turn(which):
    linked.limits_set_by_decision()
    cases = linked.routed(DEATH_GROUP)
    if which != DEATH:
        linked.decided(cases[DEATH])
        cases = linked.follow(cases)
    refused(cases[which])
    after = linked.statuses(linked.follow(cases))
    others = {code: status for code, status in after.items() if code != which}
    if which == DEATH:
        assert set(others.values()) == {Status.STOPPED}
    else:
        assert others.pop(DEATH) == Status.RESOLVED
        assert set(others.values()) == {Status.SUBMITTED}


def test_a_case_cancelled_while_it_waits_is_not_started_by_the_result():
    cases = linked.routed()
    cancelled(cases[CARD])
    linked.decided(cases[BIRTH])
    cases = linked.follow(cases)
    assert cases[CARD].status == Status.STOPPED
    assert entries_of(cases[CARD])[-1].data["ground"] == "applicant_request"
    assert not CaseLink.objects.get(case=cases[CARD]).delivered_at
    assert cases[RESIDENCE].is_clock_running


def test_the_applicant_withdraws_every_case_in_one_act_and_a_repeat_adds_nothing():
    cases = linked.routed()
    given.accepted(cases[BIRTH])
    by, key = given.act_as(cases[BIRTH].application.filed_by), given.key()
    for _ in range(2):
        count = ending.withdraw_application(
            cases[RESIDENCE].code, reason="Không còn nhu cầu", by=by, at=given.NOW, request_key=key
        )
        assert count == 4
    cases = linked.follow(cases)
    assert cases[BIRTH].status == Status.WITHDRAWAL_REQUESTED
    for code in WAITING:
        assert cases[code].status == Status.STOPPED
        assert entries_of(cases[code])[-1].data["ground"] == "applicant_request"


def test_refused_after_all_stops_what_is_not_accepted_and_tells_the_head_of_what_is():
    """The birth is granted, one case accepted on it; then it is reopened and refused."""
    cases = linked.routed()
    linked.decided(cases[BIRTH])
    cases = linked.follow(cases)
    given.accepted(cases[RESIDENCE])
    birth = cases[BIRTH]
    reopen_case(
        birth.code,
        ground="official_error",
        reason="Sai thông tin",
        by=given.staff(birth.competent_agency, Role.HEAD),
        at=given.NOW,
        request_key=given.key(),
    )
    assert linked.statuses(linked.follow(cases))[INSURANCE] == Status.SUBMITTED
    birth = given.fresh(birth)
    handler = given.handler_of(birth)
    birth = given.proposed(given.fresh(birth), handler, outcome=Outcome.REFUSED)
    linked.approve_result(
        birth.code,
        by=given.staff(birth.current_agency, Role.APPROVER),
        at=given.NOW,
        request_key=given.key(),
    )
    given.released(given.fresh(birth))
    cases = linked.follow(cases)
    assert cases[INSURANCE].status == cases[CARD].status == Status.STOPPED
    assert cases[RESIDENCE].status == Status.ACCEPTED
    told = entries_of(cases[RESIDENCE])[-1]
    assert (told.kind, told.data) == (EventKind.PREREQUISITE_REFUSED, {"prerequisite": birth.code})
    assert cases[RESIDENCE].is_clock_running


def test_a_corrected_result_takes_the_place_of_the_first_and_moves_no_time():
    cases = linked.routed()
    linked.decided(cases[BIRTH])
    cases = linked.follow(cases)
    residence = given.accepted(cases[RESIDENCE])
    birth = cases[BIRTH]
    reopen_case(
        birth.code,
        ground="official_error",
        reason="Sai chính tả",
        by=given.staff(birth.competent_agency, Role.HEAD),
        at=given.NOW,
        request_key=given.key(),
    )
    birth = given.fresh(birth)
    handler = given.handler_of(birth)
    birth = given.proposed(given.fresh(birth), handler)
    linked.approve_result(
        birth.code,
        by=given.staff(birth.current_agency, Role.APPROVER),
        at=given.NOW,
        request_key=given.key(),
    )
    given.released(given.fresh(birth))
    cases = linked.follow(cases, at=given.after(given.NOW, hours=3))
    newest = CaseResult.objects.get(case=birth, superseded_by__isnull=True)
    link = CaseLink.objects.get(case=residence)
    assert link.result == newest
    assert link.delivered_at == given.NOW
    assert cases[RESIDENCE].promised_due_at == residence.promised_due_at
    assert cases[RESIDENCE].received_at == residence.received_at


def test_what_was_stopped_is_reopened_by_its_own_head_once_the_case_before_it_is_granted():
    cases = linked.routed()
    declined(cases[BIRTH])
    cases = linked.follow(cases)

    def reopen(case: Case) -> None:
        reopen_case(
            case.code,
            ground="complaint_upheld",
            reason="Khiếu nại đúng",
            by=given.staff(case.competent_agency, Role.HEAD),
            at=given.NOW,
            request_key=given.key(),
        )

    with doors.refused(PrerequisiteNotGranted) as told:
        reopen(cases[RESIDENCE])
    assert cases[BIRTH].code in told.value.message
    reopen(cases[BIRTH])
    # Open again, it may end with a result: whoever is reopened now waits for it.
    reopen(cases[INSURANCE])
    cases = linked.again(cases)
    assert cases[INSURANCE].is_prerequisite_awaited
    linked.decided(cases[BIRTH])
    cases = linked.follow(cases)
    assert cases[INSURANCE].is_clock_running
    assert cases[RESIDENCE].status == Status.STOPPED
    # Reopened after the result has come: it is owed to it anew.
    reopen(cases[RESIDENCE])
    assert linked.again(cases)[RESIDENCE].is_prerequisite_awaited
    cases = linked.follow(cases)
    assert cases[RESIDENCE].is_clock_running
    assert not cases[CARD].is_clock_running


def test_a_case_waiting_at_its_agency_is_moved_to_a_new_version_and_waits_on():
    cases = linked.routed()
    by = given.administrator()
    version = given.new_version(INSURANCE)
    job = propose_move(version.pk, by=by, at=given.NOW)
    start_move(job.pk, decision=given.DECISION, by=by, at=given.NOW)
    given.carry_out(given.NOW, "move_cases")
    case = linked.again(cases)[INSURANCE]
    assert case.version_id == version.pk
    assert case.is_prerequisite_awaited
    linked.decided(cases[BIRTH])
    cases = linked.follow(cases)
    assert given.accepted(cases[INSURANCE]).promised_due_at


def test_the_result_is_a_paper_of_the_file_that_waited_and_of_no_other():
    cases = linked.routed()
    clerks = {code: given.receptionist(case.current_agency) for code, case in cases.items()}
    birth = linked.decided(cases[BIRTH])
    result = CaseResult.objects.get(case=birth)
    with pytest.raises(CaseUnknown):
        result_file(cases[RESIDENCE].code, result.pk, seen_by=clerks[RESIDENCE])
    cases = linked.follow(cases)
    download = result_file(cases[RESIDENCE].code, result.pk, seen_by=clerks[RESIDENCE])
    assert download.content.startswith(b"%PDF")
    with pytest.raises(CaseUnknown):
        result_file(birth.code, result.pk, seen_by=clerks[RESIDENCE])
    with pytest.raises(CaseUnknown):
        result_file(cases[RESIDENCE].code, result.pk, seen_by=clerks[INSURANCE])


def test_a_clerk_sees_of_the_others_what_their_own_case_tells_and_the_applicant_all():
    cases = linked.routed()
    clerk = given.receptionist(cases[RESIDENCE].current_agency)
    group = group_of(cases[RESIDENCE], seen_by=clerk)
    assert [(each.code, each.status, each.agency) for each in group.cases] == [
        (cases[BIRTH].code, Status.SUBMITTED, ""),
        (cases[RESIDENCE].code, Status.SUBMITTED, cases[RESIDENCE].competent_agency.title),
        ("", None, ""),
        ("", None, ""),
    ]
    assert group.due_at is None
    mine = group_of(cases[RESIDENCE], seen_by=given.act_as(cases[BIRTH].application.filed_by))
    assert [each.code for each in mine.cases] == [case.code for case in cases.values()]
    assert [each.waits_for for each in mine.cases] == [(), *[(cases[BIRTH].code,)] * 3]


def test_supplements_of_two_cases_of_one_application_are_revisions_of_the_same_declaration():
    cases = linked.routed()
    linked.decided(cases[BIRTH])
    cases = linked.follow(cases)
    by = given.act_as(cases[BIRTH].application.filed_by)
    for number, code in enumerate((RESIDENCE, INSURANCE), 2):
        case = cases[code]
        request_supplement(
            case.code,
            items=ITEMS,
            omission=Omission.APPLICANT,
            by=given.receptionist(case.current_agency),
            at=given.NOW,
            request_key=given.key(),
        )
        provide_supplement(
            case.code,
            answers={"child_name": f"Trần Thị Mít {number}"},
            attachments={},
            message="",
            by=by,
            at=given.NOW,
            request_key=given.key(),
        )
        assert given.fresh(case).status == Status.SUBMITTED
    assert [row.number for row in ApplicationRevision.objects.order_by("number")] == [1, 2, 3]
    assert linked.again(cases)[CARD].status == Status.SUBMITTED


def test_when_all_is_done_is_the_latest_promise_or_what_the_procedure_states():
    cases = linked.routed(answers=linked.birth_answers(card=False))
    by = given.act_as(cases[BIRTH].application.filed_by)
    linked.decided(cases[BIRTH])
    cases = linked.follow(cases)
    residence = given.accepted(cases[RESIDENCE])
    assert group_of(residence, seen_by=by).due_at is None
    insurance = given.accepted(cases[INSURANCE])
    latest = max(residence.promised_due_at, insurance.promised_due_at)
    assert group_of(residence, seen_by=by).due_at == latest

    given.new_version(
        linked.BIRTH_GROUP,
        time_limits=lambda rows: rows[0].update(value=5, is_established=True),
        on=date(2026, 11, 25),
    )
    later = given.NOW.replace(day=25)
    stated = linked.routed(at=later)
    by = given.act_as(stated[BIRTH].application.filed_by)
    birth = given.accepted(stated[BIRTH], at=later)
    # 5 working days from Wednesday the 25th.
    assert group_of(birth, seen_by=by).due_at == later.replace(month=12, day=2, hour=17)
