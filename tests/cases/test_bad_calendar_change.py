"""A change of the calendar that cannot be: refused whole, each fault at its row and field, and nothing is stored."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from django.utils import translation

from apps.accounts.choices import Role
from apps.calendars.choices import DayAction
from apps.calendars.errors import NoDayNamed
from apps.calendars.models import CalendarVersion
from apps.calendars.soundness import DayChange
from apps.calendars.working_time import DayKind
from apps.cases.actions.calendar_change import propose_calendar_change, start_calendar_change
from apps.core.errors import Faults
from apps.core.models import Job, JobState
from tests import given
from tests.cases.calendar_days import DECISION, at, done, off, stored
from tests.given import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator():
    return given.staff(given.city_agency("city_inspectorate"), Role.ADMINISTRATOR)


def refused(*days: DayChange, by, at: datetime = NOW) -> list[tuple[str, str]]:
    before = stored()
    with pytest.raises(Faults) as told, translation.override("en"):
        propose_calendar_change(days, by=by, at=at)
    assert stored() == before and not Job.objects.exists()
    return [(fault.field, fault.code) for fault in told.value.faults]


PAIR = (date(2026, 11, 30), date(2026, 11, 28))


@pytest.mark.parametrize(
    ("days", "where", "why"),
    [
        ([off(date(2026, 11, 20))], "0.date", "day_passed"),
        (
            [off(date(2026, 11, 21), DayKind.SWAPPED_WORK, is_announced_late=True)],
            "0.date",
            "promise_impossible",
        ),
        ([off(), off()], "1.date", "day_twice"),
        ([off(date(2026, 11, 24))], "0.date", "day_known"),
        ([off(date(2026, 11, 26), action=DayAction.CHANGE)], "0.date", "day_not_known"),
        ([off(date(2026, 11, 26), action=DayAction.REMOVE)], "0.date", "day_not_known"),
        ([off(date(2026, 11, 26), DayKind.SWAPPED_WORK)], "0.date", "day_worked_already"),
        ([off(date(2026, 11, 28), DayKind.SWAPPED_OFF)], "0.date", "day_free_already"),
        ([off(date(2026, 11, 29), DayKind.CLOSURE)], "0.date", "day_free_already"),
        ([off(PAIR[0], DayKind.SWAPPED_OFF)], "0.decision", "swap_not_paired"),
        ([off(PAIR[1], DayKind.SWAPPED_WORK)], "0.decision", "swap_not_paired"),
        ([off(agency_id=1, calendar_id=1)], "0.agency", "only_closures_of_agency"),
        ([off(name=" ")], "0.name", "day_text_missing"),
        ([off(decision="")], "0.decision", "day_text_missing"),
        ([off(name_en="x" * 121)], "0.name_en", "day_text_missing"),
    ],
)
def test_a_bad_row_is_refused_by_its_field_and_nothing_is_stored(administrator, days, where, why):
    assert (where, why) in refused(*days, by=administrator)


def test_a_holiday_of_today_cannot_be_taken_away_since_promises_would_have_been_due(administrator):
    gone = off(date(2026, 11, 24), action=DayAction.REMOVE)
    assert refused(gone, by=administrator, at=at(24, 9)) == [("0.date", "promise_impossible")]


def test_half_of_a_swapped_pair_cannot_be_taken_back(administrator):
    pair = [off(PAIR[0], DayKind.SWAPPED_OFF), off(PAIR[1], DayKind.SWAPPED_WORK)]
    done(*pair, by=administrator)
    half = off(PAIR[1], DayKind.SWAPPED_WORK, action=DayAction.REMOVE, decision="100/QĐ-TTg")
    with pytest.raises(Faults) as told:
        propose_calendar_change([half], by=administrator, at=NOW)
    assert [fault.code for fault in told.value.faults] == ["swap_not_paired"]


def test_all_faults_of_all_rows_are_told_at_once(administrator):
    told = refused(off(name=""), off(date(2026, 11, 20), decision=""), by=administrator)
    assert set(told) >= {
        ("0.name", "day_text_missing"),
        ("1.decision", "day_text_missing"),
        ("1.date", "day_passed"),
    }


def test_no_day_is_no_change(administrator):
    with pytest.raises(NoDayNamed):
        propose_calendar_change([], by=administrator, at=NOW)


def test_a_proposal_whose_day_has_come_can_no_longer_be_done(administrator):
    pair = [off(PAIR[0], DayKind.SWAPPED_OFF), off(PAIR[1], DayKind.SWAPPED_WORK)]
    job = propose_calendar_change(pair, by=administrator, at=NOW)
    versions = CalendarVersion.objects.count()
    with pytest.raises(Faults):
        start_calendar_change(job.pk, decision=DECISION, by=administrator, at=at(28, 9))
    assert CalendarVersion.objects.count() == versions
    assert Job.objects.get().state == JobState.PROPOSED
