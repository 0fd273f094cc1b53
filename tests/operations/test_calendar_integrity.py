"""The calendar in the check of integrity: what is owed is seen and not broken, what nobody owes any more is found."""

from __future__ import annotations

import json
from datetime import date
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command

from apps.accounts.choices import Role
from apps.calendars.choices import DayAction
from apps.calendars.soundness import DayChange
from apps.calendars.working_time import DayKind
from apps.cases.actions.calendar_change import TASK, propose_calendar_change, start_calendar_change
from apps.cases.choices import Move
from apps.core.models import JobRow, OutboxRow
from apps.operations.integrity import check
from tests import given

pytestmark = pytest.mark.django_db


@pytest.fixture
def under_way():
    """A case, and a decision on the calendar that a worker has yet to bring to it."""
    case = given.accepted_case("1.004873")
    by = given.staff(given.city_agency("city_inspectorate"), Role.ADMINISTRATOR)
    off = DayChange(DayAction.ADD, date(2026, 11, 25), DayKind.HOLIDAY, "Ngày nghỉ", "Day off", "99/QĐ-TTg")
    job = propose_calendar_change([off], by=by, at=given.NOW)
    start_calendar_change(job.pk, decision="2345/QĐ-UBND", by=by, at=given.NOW)
    return case


def broken() -> dict[str, tuple[str, str]]:
    return {
        name: (fault.row, fault.wrong) for name, fault in check(at=given.NOW, with_files=False).broken.items()
    }


def test_what_a_worker_owes_is_seen_and_nothing_is_broken(under_way):
    out = StringIO()
    with time_machine.travel(given.NOW, tick=False):
        call_command("check_integrity", "--without-files", stdout=out)
    said = json.loads(out.getvalue().splitlines()[-1])
    assert said["ok"] and said["counts"]["calendar_owed"] == 1
    given.carry_out(given.NOW, "change_calendar")
    found = check(at=given.NOW, with_files=False)
    assert found.is_whole and found.counts["calendar_owed"] == 0


def test_a_case_that_nobody_owes_its_new_times_is_found(under_way):
    OutboxRow.objects.filter(task=TASK).update(done_at=given.NOW)
    assert broken() == {
        "calendar_in_force": (under_way.code, "calendar_behind"),
        "calendar_moves": (under_way.code, "not_moved"),
    }


def test_a_row_that_is_given_up_is_found_until_a_person_sends_it_again(under_way):
    OutboxRow.objects.filter(task=TASK).update(failed_at=given.NOW)
    assert set(broken()) == {"calendar_in_force", "calendar_moves"}
    OutboxRow.objects.filter(task=TASK).update(failed_at=None)
    assert broken() == {}


def test_a_case_that_is_said_to_be_moved_and_has_no_event_is_found(under_way):
    JobRow.objects.filter(key=under_way.code).update(done_at=given.NOW, outcome=Move.LATER)
    assert broken() == {"calendar_moves": (under_way.code, "not_moved")}
    JobRow.objects.filter(key=under_way.code).update(outcome=Move.NONE)
    assert broken() == {}
