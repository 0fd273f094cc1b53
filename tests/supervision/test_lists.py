"""A district as its supervisor sees it: which case is in which list, charged to whom, counted at a constant cost."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.accounts.actors import Actor
from apps.accounts.choices import Role
from apps.cases.actions.ending import decline_withdrawal, request_withdrawal
from apps.cases.actions.handling import assign_handler
from apps.cases.actions.handover import hand_over_case, receive_handover
from apps.cases.actions.intake import decline_intake
from apps.cases.actions.mending import reopen_case, undo_last
from apps.cases.actions.supplement import Item, provide_supplement, request_supplement
from apps.cases.errors import CaseUnknown
from apps.cases.models import Case
from apps.supervision.choices import Holder, ListName, Spans
from apps.supervision.errors import DistrictUnknown, NoSupervision
from apps.supervision.lists import District
from apps.supervision.selectors import (
    Figure,
    as_listed,
    case_supervised,
    district_seen,
    districts_of,
    figures_of,
    listed,
    place_seen,
)
from apps.units.models import Agency
from tests import given

pytestmark = pytest.mark.django_db

NOW = given.NOW


def supervisor() -> Actor:
    return given.staff(given.agency("district_committee", given.ward().parent), Role.SUPERVISOR)


def seen(at: datetime, spans: Spans | None = None) -> District:
    return district_seen(given.ward().parent, seen_by=supervisor(), at=at, spans=spans)


def figure(name: ListName, at: datetime, of: str = "Phường Phúc Xá", spans: Spans | None = None) -> Figure:
    """One figure of one ward, or of the district's own or other agencies."""
    rows = figures_of(seen(at, spans))
    if of in Holder.values:
        return next(row for row in rows if row.holder == of).by_list[name]
    code = given.ward(of).code
    return next(row for row in rows if row.unit_code == code).by_list[name]


def codes(name: ListName, at: datetime, of: str = "Phường Phúc Xá", spans: Spans | None = None) -> list[str]:
    district = seen(at, spans)
    unit = district.unit if of in Holder.values else given.ward(of)
    holder = Holder(of) if of in Holder.values else Holder.WHOLE
    rows = listed(name, district, unit, holder).order_by("since", "id")
    return [row.code for row in as_listed(list(rows), name)]


def in_list(
    name: ListName,
    case: Case,
    at: datetime,
    of: str = "Phường Phúc Xá",
    spans: Spans | None = None,
) -> bool:
    """Whether the case is counted and listed; the two may never differ."""
    listed_here = codes(name, at, of, spans)
    assert figure(name, at, of, spans).count == len(listed_here)
    return case.code in listed_here


def test_an_application_past_its_intake_time_is_late_at_intake_and_not_overdue():
    case = given.case_at_intake()
    assert not in_list(ListName.LATE_AT_INTAKE, case, NOW)
    later = given.after(NOW, days=3)
    assert in_list(ListName.LATE_AT_INTAKE, case, later)
    assert not in_list(ListName.OVERDUE, case, later)
    assert figure(ListName.LATE_AT_INTAKE, later).oldest == case.due_at


def test_due_soon_means_within_8_working_hours_of_the_calendar():
    # Due at 17:00 on Monday the 30th (3 working days from the 25th); 8 working hours before is 17:00 on Friday.
    case = given.accepted_case("1.001612", at=given.after(NOW, days=2))
    of = Holder.OWN_DESK.value
    due = given.fresh(case).due_at
    from apps.calendars.selectors import working_calendar

    calendar = working_calendar(case.calendar_version_id)
    start = given.after(NOW, days=2)
    total = calendar.working_between(start, due)
    just_before = calendar.add_working(start, total - given.timedelta(hours=8, minutes=1))
    just_within = calendar.add_working(start, total - given.timedelta(hours=7, minutes=59))
    assert not in_list(ListName.DUE_SOON, case, just_before, of)
    assert in_list(ListName.DUE_SOON, case, just_within, of)
    assert not in_list(ListName.DUE_SOON, case, given.after(due, minutes=1), of)


def test_overdue_is_charged_to_the_agency_that_held_the_time_when_it_ran_out():
    case = given.accepted_case()
    late = given.after(NOW, days=3)
    police = given.agency("ward_police", given.ward("Phường Trúc Bạch"))
    head = given.staff(case.current_agency, Role.HEAD)
    hand_over_case(
        case.code, to_agency=police.pk, reason="Sai thẩm quyền", by=head, at=late, request_key=given.key()
    )
    receive_handover(case.code, by=given.receptionist(police), at=late, request_key=given.key())
    now = given.after(late, minutes=5)
    assert given.fresh(case).current_agency == police
    assert in_list(ListName.OVERDUE, case, now)
    assert not in_list(ListName.OVERDUE, case, now, "Phường Trúc Bạch")


def test_a_case_that_waits_for_the_applicant_is_neither_overdue_nor_due_soon():
    case, _handler = given.case_awaiting_supplement()
    later = given.after(NOW, days=10)
    for name in (ListName.OVERDUE, ListName.DUE_SOON, ListName.STEP_LATE, ListName.LATE_AT_INTAKE):
        assert not in_list(name, case, later)
    assert not in_list(ListName.LONG_STOP, case, later)
    assert in_list(ListName.LONG_STOP, case, given.after(NOW, days=16))


def test_a_step_past_its_share_is_late_and_names_its_handler():
    case, handler = given.assigned_case()
    later = given.after(NOW, days=3)
    assert in_list(ListName.STEP_LATE, case, later)
    district = seen(later)
    (row,) = as_listed(
        list(listed(ListName.STEP_LATE, district, district.unit, Holder.WHOLE)), ListName.STEP_LATE
    )
    assert row.reason.endswith(f" · {handler.name}")
    assert len(row.reason) > len(handler.name) + 3


def moved(case: Case, to: Agency, at: datetime, *, received: bool = True) -> Case:
    """The case offered by the head of the agency that holds it, and received there."""
    head = given.staff(case.current_agency, Role.HEAD)
    hand_over_case(
        case.code, to_agency=to.pk, reason="Sai thẩm quyền", by=head, at=at, request_key=given.key()
    )
    if received:
        receive_handover(case.code, by=given.receptionist(to), at=at, request_key=given.key())
    return given.fresh(case)


def test_a_late_step_is_charged_to_the_agency_and_the_handler_that_had_it_when_its_share_ran_out():
    case, handler = given.assigned_case("1.001612")
    own, police = Holder.OWN_DESK.value, given.agency("ward_police", given.ward("Phường Trúc Bạch"))
    late = given.after(case.step_due_at, minutes=1)
    case = moved(case, police, late)
    assert (case.current_agency, case.handler) == (police, None)
    now = given.after(late, minutes=5)
    assert in_list(ListName.STEP_LATE, case, now, own)
    assert not in_list(ListName.STEP_LATE, case, now, "Phường Trúc Bạch")
    district = seen(now)
    (row,) = as_listed(
        list(listed(ListName.STEP_LATE, district, district.unit, Holder.WHOLE)), ListName.STEP_LATE
    )
    assert row.reason.endswith(handler.name)


def test_a_step_that_runs_out_after_the_handover_was_received_is_late_at_the_receiver():
    case, _handler = given.assigned_case("1.001612")
    police = given.agency("ward_police", given.ward("Phường Trúc Bạch"))
    case = moved(case, police, NOW)
    late = given.after(case.step_due_at, minutes=1)
    assert in_list(ListName.STEP_LATE, case, late, "Phường Trúc Bạch")
    assert not in_list(ListName.STEP_LATE, case, late, Holder.OWN_DESK.value)


def test_while_a_handover_waits_the_time_that_runs_out_is_the_senders():
    case, _handler = given.assigned_case("1.001612")
    police = given.agency("ward_police", given.ward("Phường Trúc Bạch"))
    case = moved(case, police, NOW, received=False)
    late = given.after(case.due_at, minutes=1)
    for name in (ListName.OVERDUE, ListName.STEP_LATE):
        assert in_list(name, case, late, Holder.OWN_DESK.value)
        assert not in_list(name, case, late, "Phường Trúc Bạch")
    assert in_list(ListName.HANDOVER_NOT_RECEIVED, case, late, "Phường Trúc Bạch")
    assert not in_list(ListName.HANDOVER_NOT_RECEIVED, case, late, Holder.OWN_DESK.value)
    receive_handover(case.code, by=given.receptionist(police), at=late, request_key=given.key())
    later = given.after(late, minutes=1)
    for name in (ListName.OVERDUE, ListName.STEP_LATE):
        assert in_list(name, case, later, Holder.OWN_DESK.value)
        assert not in_list(name, case, later, "Phường Trúc Bạch")
    assert not in_list(ListName.HANDOVER_NOT_RECEIVED, case, later, "Phường Trúc Bạch")


def test_intake_that_ran_out_before_a_person_chose_the_agency_stays_with_the_desk_that_held_it():
    case = given.unroutable_case()
    late = given.after(case.due_at, minutes=1)
    other = given.ward_committee("Phường Trúc Bạch")
    by = given.receptionist(case.current_agency)
    hand_over_case(case.code, to_agency=other.pk, reason="Đúng nơi", by=by, at=late, request_key=given.key())
    receive_handover(case.code, by=given.receptionist(other), at=late, request_key=given.key())
    now = given.after(late, minutes=5)
    assert in_list(ListName.LATE_AT_INTAKE, case, now)
    assert not in_list(ListName.LATE_AT_INTAKE, case, now, "Phường Trúc Bạch")


def withdrawn(case: Case, at: datetime = NOW) -> Case:
    request_withdrawal(
        case.code,
        reason="Không cần nữa",
        by=given.act_as(case.application.filed_by),
        at=at,
        request_key=given.key(),
    )
    return given.fresh(case)


def test_a_withdrawal_is_listed_once_its_working_day_has_passed_and_until_it_is_answered():
    case = withdrawn(given.accepted_case())
    due = case.withdrawal_due_at
    assert not in_list(ListName.WITHDRAWAL_UNANSWERED, case, due)
    late = given.after(due, minutes=1)
    assert in_list(ListName.WITHDRAWAL_UNANSWERED, case, late)
    assert figure(ListName.WITHDRAWAL_UNANSWERED, late).oldest == due
    decline_withdrawal(
        case.code,
        reason="Đã có quyết định",
        by=given.receptionist(case.current_agency),
        at=late,
        request_key=given.key(),
    )
    assert not in_list(ListName.WITHDRAWAL_UNANSWERED, case, given.after(late, minutes=1))


def test_a_withdrawal_asked_while_a_supplement_is_awaited_is_listed_and_the_case_is_not_overdue():
    case = withdrawn(given.case_awaiting_supplement()[0])
    late = given.after(NOW, days=10)
    assert in_list(ListName.WITHDRAWAL_UNANSWERED, case, late)
    assert not in_list(ListName.OVERDUE, case, late)


def test_a_result_that_waits_is_listed_at_the_agency_that_hands_it_over():
    case = given.resolved_case(receiving_agency_id=given.ward_committee("Phường Trúc Bạch").pk)
    assert case.returning_agency == given.ward_committee("Phường Trúc Bạch") != case.competent_agency
    at = given.after(NOW, days=1)
    assert in_list(ListName.NOT_DELIVERED, case, at, "Phường Trúc Bạch")
    assert not in_list(ListName.NOT_DELIVERED, case, at)


def test_what_a_ward_received_and_the_city_declined_is_listed_under_agencies_outside_the_district():
    case = given.case_at_intake(given.FOOD_SAFETY)
    desk = given.receptionist(case.current_agency)
    decline_intake(
        case.code, reason="papers_missing", text="Thiếu giấy tờ", by=desk, at=NOW, request_key=given.key()
    )
    assert in_list(ListName.ENDED_WITHOUT_RESULT, case, given.after(NOW, days=1), Holder.ELSEWHERE.value)
    assert not in_list(ListName.ENDED_WITHOUT_RESULT, case, given.after(NOW, days=1))


def test_declined_and_reopened_a_case_is_listed_as_mended_and_no_longer_as_declined():
    case = given.case_at_intake()
    decline_intake(
        case.code,
        reason="papers_missing",
        text="Thiếu giấy tờ",
        by=given.receptionist(case.current_agency),
        at=NOW,
        request_key=given.key(),
    )
    reopen_case(
        case.code,
        ground="official_error",
        reason="Đã đủ",
        by=given.staff(case.current_agency, Role.HEAD),
        at=NOW,
        request_key=given.key(),
    )
    assert not in_list(ListName.ENDED_WITHOUT_RESULT, case, NOW)
    assert in_list(ListName.MENDED, case, NOW)


def test_the_reader_chooses_when_a_stop_is_long_and_how_far_back_ended_and_mended_cases_go():
    waiting, _handler = given.case_awaiting_supplement()
    declined = given.case_at_intake()
    decline_intake(
        declined.code,
        reason="papers_missing",
        text="Thiếu giấy tờ",
        by=given.receptionist(declined.current_agency),
        at=NOW,
        request_key=given.key(),
    )
    at = given.after(NOW, days=5)
    assert not in_list(ListName.LONG_STOP, waiting, at)
    assert in_list(ListName.LONG_STOP, waiting, at, spans=Spans(long_stop=4))
    assert in_list(ListName.ENDED_WITHOUT_RESULT, declined, at)
    assert not in_list(ListName.ENDED_WITHOUT_RESULT, declined, at, spans=Spans(recent=4))


def test_declined_and_stopped_are_listed_for_30_days_with_their_reason():
    case = given.case_at_intake()
    desk = given.receptionist(case.current_agency)
    decline_intake(
        case.code, reason="papers_missing", text="Thiếu giấy tờ", by=desk, at=NOW, request_key=given.key()
    )
    at = given.after(NOW, days=1)
    assert in_list(ListName.ENDED_WITHOUT_RESULT, case, at)
    district = seen(at)
    rows = list(listed(ListName.ENDED_WITHOUT_RESULT, district, given.ward(), Holder.WHOLE))
    from django.utils.translation import override

    with override("en"):
        assert as_listed(rows, ListName.ENDED_WITHOUT_RESULT)[0].reason == "Required papers are missing"
    assert not in_list(ListName.ENDED_WITHOUT_RESULT, case, given.after(NOW, days=31))


def test_a_second_supplement_is_listed_and_a_first_is_not():
    case = given.case_at_intake()
    desk, items = given.receptionist(case.current_agency), [Item("Văn bản ủy quyền", "Thiếu")]
    options = {"items": items, "omission": "applicant", "at": NOW}
    request_supplement(case.code, by=desk, request_key=given.key(), **options)
    assert not in_list(ListName.SECOND_SUPPLEMENT, case, NOW)
    provide_supplement(
        case.code, answers={}, attachments={}, message="Đã bổ sung", by=desk, at=NOW, request_key=given.key()
    )
    accepted = given.accepted(given.fresh(case))
    handler = given.handler_of(accepted)
    request_supplement(case.code, by=handler, request_key=given.key(), **options)
    assert in_list(ListName.SECOND_SUPPLEMENT, case, NOW)


def test_a_handover_past_its_time_is_charged_to_the_agency_that_should_answer():
    desk = given.ward_committee("Phường Trúc Bạch")
    case = given.accepted(given.taken_at_counter(desk=desk))
    given.carry_out(NOW, "route_case")
    assert not in_list(ListName.HANDOVER_NOT_RECEIVED, case, NOW)
    later = given.after(NOW, days=2)
    assert in_list(ListName.HANDOVER_NOT_RECEIVED, case, later)
    assert not in_list(ListName.HANDOVER_NOT_RECEIVED, case, later, "Phường Trúc Bạch")


def test_a_result_that_nobody_fetched_is_listed_as_not_delivered():
    case = given.resolved_case()
    assert in_list(ListName.NOT_DELIVERED, case, given.after(NOW, days=1))
    assert figure(ListName.NOT_DELIVERED, given.after(NOW, days=1)).oldest == NOW


def test_an_unroutable_case_is_listed_at_its_desk_also_when_its_ward_has_ended():
    case = given.filed_online()
    unit = case.application.connecting_unit
    unit.valid_to = NOW.date()
    unit.save(update_fields=["valid_to"])
    given.carry_out(NOW, "route_case")
    assert in_list(ListName.UNROUTED, case, NOW)
    _district, place = place_seen(unit.code, seen_by=supervisor(), at=NOW)
    assert place == unit
    assert given.ward("Phường Trúc Bạch").code in [row.unit_code for row in figures_of(seen(NOW))]


def test_a_ward_that_ended_and_holds_nothing_is_not_shown():
    unit = given.ward()
    unit.valid_to = NOW.date()
    unit.save(update_fields=["valid_to"])
    assert unit.code not in [row.unit_code for row in figures_of(seen(NOW))]


def test_what_was_undone_or_reopened_is_listed():
    undone, _handler = given.assigned_case()
    head = given.staff(undone.current_agency, Role.HEAD)
    undo_last(undone.code, reason="Giao nhầm", by=head, at=NOW, request_key=given.key())
    resolved = given.resolved_case()
    reopen_case(
        resolved.code,
        ground="official_error",
        reason="Sai họ tên",
        by=given.staff(resolved.competent_agency, Role.HEAD),
        at=NOW,
        request_key=given.key(),
    )
    assert in_list(ListName.MENDED, undone, NOW)
    assert in_list(ListName.MENDED, resolved, NOW)


def test_what_a_ward_received_and_the_city_holds_stands_under_agencies_outside_the_district():
    case = given.case_at_intake(given.FOOD_SAFETY)
    later = given.after(NOW, days=3)
    assert given.fresh(case).current_agency.unit.level == "city"
    assert in_list(ListName.LATE_AT_INTAKE, case, later, Holder.ELSEWHERE.value)
    assert not in_list(ListName.LATE_AT_INTAKE, case, later)


def test_cases_of_another_district_are_in_no_list():
    case = given.case_at_intake(
        connecting_unit_id=given.ward("Phường Hàng Bạc").pk, by=given.citizen(given.ward("Phường Hàng Bạc"))
    )
    later = given.after(NOW, days=3)
    assert given.fresh(case).current_agency.unit.parent != given.ward().parent
    assert all(not row.by_list[name].count for row in figures_of(seen(later)) for name in ListName)


def test_a_supervisor_sees_their_own_district_and_an_inspector_each_of_the_30():
    ba_dinh, hoan_kiem = given.ward().parent, given.ward("Phường Hàng Bạc").parent
    own = supervisor()
    inspector = given.staff(given.city_agency("city_inspectorate"), Role.INSPECTOR)
    assert districts_of(seen_by=own, day=NOW.date()) == [ba_dinh]
    assert len(districts_of(seen_by=inspector, day=NOW.date())) == 30
    with pytest.raises(DistrictUnknown):
        district_seen(hoan_kiem, seen_by=own, at=NOW)
    with pytest.raises(DistrictUnknown):
        place_seen(given.ward("Phường Hàng Bạc").code, seen_by=own, at=NOW)
    with pytest.raises(DistrictUnknown):
        place_seen("99999", seen_by=own, at=NOW)
    assert district_seen(hoan_kiem, seen_by=inspector, at=NOW).unit == hoan_kiem
    for other in (given.citizen(), given.receptionist(given.ward_committee())):
        with pytest.raises(NoSupervision):
            districts_of(seen_by=other, day=NOW.date())


def test_a_supervisor_who_also_works_on_cases_elsewhere_is_shown_no_verb_and_no_foreign_case():
    case = given.case_at_intake(
        connecting_unit_id=given.ward("Phường Hàng Bạc").pk, by=given.citizen(given.ward("Phường Hàng Bạc"))
    )
    from apps.accounts.models import User
    from tests.factories import PostFactory

    both = supervisor()
    user = User.objects.get(pk=both.user_id)
    PostFactory(user=user, agency=given.fresh(case).current_agency, role=Role.RECEPTIONIST)
    both = given.act_as(user)
    with pytest.raises(CaseUnknown):
        case_supervised(case.code, seen_by=both)
    own = given.case_at_intake()
    assert case_supervised(own.code, seen_by=both).verbs == []


def test_the_figures_cost_two_queries_at_2_cases_and_at_20():
    def more(number: int) -> None:
        for _ in range(number):
            given.case_at_intake()
            case, _handler = given.assigned_case()
            head = given.staff(case.current_agency, Role.HEAD)
            undo_last(case.code, reason="Giao nhầm", by=head, at=NOW, request_key=given.key())
            assign_handler(
                case.code,
                handler=given.staff(case.current_agency, Role.HANDLER).user_id,
                by=head,
                at=NOW,
                request_key=given.key(),
            )

    more(1)
    district = seen(given.after(NOW, days=3))
    with CaptureQueriesContext(connection) as few:
        figures_of(district)
    more(9)
    with CaptureQueriesContext(connection) as many:
        figures_of(district)
    assert len(few) == len(many) == 2
