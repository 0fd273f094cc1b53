"""Linked procedures: one application opens several cases; those that wait begin when the result before them has come."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from django.db import IntegrityError, connection, transaction

from apps.accounts.choices import Role
from apps.cases.actions.intake import accept_intake, decline_intake
from apps.cases.actions.supplement import request_supplement
from apps.cases.choices import EventKind, Outcome, Status
from apps.cases.errors import PrerequisiteAwaited
from apps.cases.models import Case, CaseEvent, CaseFee, CaseLink, CaseNotice, CaseResult
from apps.cases.selectors import case_seen_by, entries_of
from apps.core.models import OutboxRow
from apps.procedures.errors import ProcedureClosed
from tests import given
from tests.cases import doors, linked
from tests.cases.linked import (
    BENEFIT,
    BIRTH,
    BIRTH_GROUP,
    CARD,
    DEATH,
    DEATH_GROUP,
    INSURANCE,
    REMOVAL,
    RESIDENCE,
)
from tests.cases.test_request_supplement import ITEMS

pytestmark = pytest.mark.django_db


def moment(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=given.HANOI)


def last_event(case: Case) -> CaseEvent:
    return CaseEvent.objects.filter(case=case).latest("sequence")


def test_one_application_opens_a_case_for_each_part_with_its_own_code_agency_and_rules():
    cases = linked.routed()
    assert list(cases) == [BIRTH, RESIDENCE, INSURANCE, CARD]
    assert len({case.code for case in cases.values()}) == 4
    assert len({case.application_id for case in cases.values()}) == 1
    kinds = {code: case.competent_agency.kind.code for code, case in cases.items()}
    assert kinds == {
        BIRTH: "ward_committee",
        RESIDENCE: "ward_police",
        INSURANCE: "district_social_insurance",
        CARD: "city_police",
    }
    assert all(case.current_agency_id == case.competent_agency_id for case in cases.values())
    assert {fee.fee.rule.version_id for fee in CaseFee.objects.select_related("fee__rule")} == {
        case.version_id for case in cases.values()
    }


def test_the_identity_card_opens_only_when_the_parents_ask_and_the_child_is_under_six():
    assert CARD not in linked.filed(answers=linked.birth_answers(card=False))
    assert CARD not in linked.filed(answers=linked.birth_answers(born_on="2020-11-23"))
    assert CARD in linked.filed(answers=linked.birth_answers(born_on="2020-11-24"))


def test_whoever_waits_says_for_which_case_in_its_first_event_and_its_clock_stands():
    cases = linked.filed()
    first = cases[BIRTH]
    assert first.is_clock_running and not first.is_prerequisite_awaited
    assert "waits_for" not in entries_of(first)[0].data
    for code in (RESIDENCE, INSURANCE, CARD):
        [entry] = entries_of(cases[code])
        assert entry.data["waits_for"] == [first.code]
        assert entry.data["group"] == BIRTH_GROUP
        assert cases[code].status == Status.SUBMITTED
        assert not cases[code].is_clock_running
        assert cases[code].is_prerequisite_awaited
    assert CaseLink.objects.filter(prerequisite=first, delivered_at__isnull=True).count() == 3


def test_the_applicant_gets_one_e_mail_and_reads_of_every_case_on_the_page():
    linked.filed(contact_email="me@example.vn")
    assert CaseNotice.objects.count() == 4
    sendings = [row.notice.sendings.count() for row in CaseNotice.objects.order_by("case_id")]
    assert sendings == [1, 0, 0, 0]
    assert OutboxRow.objects.filter(task__endswith="send_notice").count() == 1


@pytest.mark.parametrize("verb", ["accept", "decline", "supplement"])
def test_nobody_accepts_declines_or_asks_before_the_result_has_come(verb):
    cases = linked.routed()
    case = given.paid(cases[RESIDENCE])
    desk = given.receptionist(case.current_agency)
    plays = {
        "accept": lambda: accept_intake(case.code, by=desk, at=given.NOW, request_key=given.key()),
        "decline": lambda: decline_intake(
            case.code, reason="papers_missing", text="x", by=desk, at=given.NOW, request_key=given.key()
        ),
        "supplement": lambda: request_supplement(
            case.code,
            items=ITEMS,
            omission="applicant",
            by=desk,
            at=given.NOW,
            request_key=given.key(),
        ),
    }
    with doors.refused(PrerequisiteAwaited) as told:
        plays[verb]()
    assert cases[BIRTH].code in told.value.message
    offered = case_seen_by(case.code, seen_by=desk).verbs
    assert not {"accept_intake", "decline_intake", "request_supplement", "request_payment"} & set(offered)


def test_the_result_starts_the_clock_of_whoever_waits_and_is_acknowledged_within_two_working_hours():
    cases = linked.routed()
    at = moment(23, 14)
    birth = linked.decided(cases[BIRTH], at=at)
    assert not linked.again(cases)[RESIDENCE].is_clock_running
    cases = linked.follow(cases, at=moment(23, 16))
    result = CaseResult.objects.get(case=birth)
    for code in (RESIDENCE, INSURANCE, CARD):
        case = cases[code]
        assert (case.status, case.received_at) == (Status.SUBMITTED, moment(23, 16))
        assert case.is_clock_running
        # 8 working hours over the holiday: an hour on Monday, seven on Wednesday.
        assert case.intake_due_at == case.due_at == moment(25, 16)
        link = CaseLink.objects.get(case=case)
        assert (link.result, link.delivered_at, link.acknowledge_by) == (
            result,
            moment(23, 16),
            moment(25, 9),
        )
        event = last_event(case)
        assert (event.kind, event.by) == (EventKind.PREREQUISITE_DELIVERED, None)


def test_what_comes_at_night_counts_from_the_next_opening():
    cases = linked.routed()
    linked.decided(cases[BIRTH], at=moment(23, 16))
    cases = linked.follow(cases, at=moment(23, 22))
    assert cases[RESIDENCE].received_at == moment(25, 8)
    assert CaseLink.objects.get(case=cases[RESIDENCE]).acknowledge_by == moment(25, 10)


def test_birth_to_the_end_each_case_under_its_own_clock():
    cases = linked.routed()
    linked.decided(cases[BIRTH], at=moment(23, 10))
    cases = linked.follow(cases, at=moment(23, 10))
    for code in (RESIDENCE, INSURANCE, CARD):
        case = given.accepted(cases[code], at=moment(23, 11))
        due = {
            # 2, 2 and 5 working days from Monday the 23rd, the 24th being a holiday.
            RESIDENCE: moment(26, 17),
            INSURANCE: moment(26, 17),
            CARD: moment(1, 17, month=12),
        }[code]
        assert case.promised_due_at == due, code
        handler = given.handler_of(case, at=moment(25, 9))
        case = given.proposed(given.fresh(case), handler, at=moment(25, 9))
        linked.approve_result(
            case.code,
            by=given.staff(case.current_agency, Role.APPROVER),
            at=moment(25, 9),
            request_key=given.key(),
        )
        given.released(given.fresh(case), at=moment(25, 10))
    given.carry_out(moment(25, 11))
    assert set(linked.statuses(cases).values()) == {Status.DELIVERED}
    assert OutboxRow.objects.filter(done_at__isnull=True).exclude(task__regex="render_|send_").count() == 0


def test_residence_filed_alone_keeps_its_own_limit():
    case = given.accepted_case(RESIDENCE)
    assert case.promised_due_at == moment(3, 17, month=12)


def test_a_group_with_a_part_without_a_limit_stays_closed_until_an_administrator_decides():
    with doors.refused(ProcedureClosed) as told:
        linked.filed(DEATH_GROUP)
    assert REMOVAL in told.value.message
    linked.limits_set_by_decision()
    cases = linked.routed(DEATH_GROUP)
    assert list(cases) == [DEATH, REMOVAL, BENEFIT]
    linked.decided(cases[DEATH])
    cases = linked.follow(cases)
    for code in (REMOVAL, BENEFIT):
        linked.decided(cases[code])
        assert linked.again(cases)[code].promised_due_at == moment(27, 17)
    given.carry_out(given.NOW)
    assert set(linked.statuses(cases).values()) == {Status.DELIVERED}


def test_a_calendar_that_changes_meanwhile_is_the_one_that_the_waiting_case_starts_on():
    cases = linked.routed()
    given.calendar_changed(date(2026, 11, 25), at=moment(23, 9, 30))
    waiting = linked.again(cases)[RESIDENCE]
    assert [entry.kind for entry in entries_of(waiting)] == [
        EventKind.APPLICATION_SUBMITTED,
        EventKind.CASE_ROUTED,
    ]
    linked.decided(cases[BIRTH], at=moment(23, 16))
    cases = linked.follow(cases, at=moment(23, 16))
    # Tuesday and Wednesday are off.
    assert cases[RESIDENCE].intake_due_at == moment(26, 16)


@transaction.atomic
def tie(case: Case, before: Case) -> None:
    CaseLink.objects.create(application=before.application, case=case, prerequisite=before)
    connection.check_constraints()


def test_the_database_ties_cases_of_one_application_and_none_to_itself_or_to_a_later_one():
    cases, others = linked.filed(), linked.filed()
    first, second = cases[BIRTH], cases[RESIDENCE]
    for case, before in (
        (first, first),
        (first, second),
        (second, first),
        (others[RESIDENCE], first),
    ):
        with pytest.raises(IntegrityError):
            tie(case, before)


def test_a_refused_birth_leaves_nothing_to_wait_for():
    cases = linked.routed()
    linked.decided(cases[BIRTH], outcome=Outcome.REFUSED)
    assert linked.statuses(linked.follow(cases)) == {
        BIRTH: Status.RESOLVED,
        RESIDENCE: Status.STOPPED,
        INSURANCE: Status.STOPPED,
        CARD: Status.STOPPED,
    }
