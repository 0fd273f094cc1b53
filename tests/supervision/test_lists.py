"""A district as its supervisor sees it: which case is in which list, counted at a constant cost."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from apps.accounts.choices import Role
from apps.cases.actions.ending import decline_withdrawal
from apps.cases.actions.extension import extend_deadline
from apps.cases.actions.handling import assign_handler
from apps.cases.actions.intake import decline_intake
from apps.cases.actions.mending import reopen_case, undo_last
from apps.cases.actions.supplement import Item, provide_supplement, request_supplement
from apps.cases.errors import CaseUnknown
from apps.supervision.choices import Holder, ListName, Spans
from apps.supervision.errors import DistrictUnknown, NoSupervision
from apps.supervision.selectors import (
    as_listed,
    case_supervised,
    district_seen,
    districts_of,
    figures_of,
    listed,
    place_seen,
)
from tests import given
from tests.supervision.district import (
    figure,
    in_list,
    seen,
    supervisor,
    withdrawn,
)

pytestmark = pytest.mark.django_db

NOW = given.NOW


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


def test_an_obligation_that_waits_for_long_is_a_long_stop_and_says_what_it_waits_for():
    case, _handler = given.awaiting_payment()
    at = given.after(NOW, days=16)
    assert not in_list(ListName.LONG_STOP, case, given.after(NOW, days=14))
    assert in_list(ListName.LONG_STOP, case, at)
    district = seen(at)
    rows = list(listed(ListName.LONG_STOP, district, district.unit, Holder.WHOLE))
    with translation.override("en"):
        assert as_listed(rows, ListName.LONG_STOP)[0].reason == "Financial obligation"


def test_a_case_whose_draft_the_applicant_reads_has_no_step_that_is_late():
    case, _handler = given.awaiting_confirmation()
    later = given.after(NOW, days=3)
    for name in (ListName.STEP_LATE, ListName.OVERDUE, ListName.DUE_SOON):
        assert not in_list(name, case, later)


def test_an_extended_case_is_listed_with_its_new_time_until_it_ends():
    case, other = given.accepted_case(given.RECOGNITION), given.accepted_case(given.RECOGNITION)
    new = given.after(NOW, days=8)
    by = given.staff(case.current_agency, Role.HEAD)
    extend_deadline(case.code, until=new, reason="Mất điện", by=by, at=NOW, request_key=given.key())
    assert in_list(ListName.EXTENDED, case, NOW)
    assert not in_list(ListName.EXTENDED, other, NOW)
    assert figure(ListName.EXTENDED, NOW).oldest == new


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
