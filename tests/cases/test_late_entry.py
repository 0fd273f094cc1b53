"""A case taken on paper during an outage: its true time, why, on which form; marked for the supervisor."""

from __future__ import annotations

from datetime import datetime

import pytest

from apps.cases.actions.filing import Filing, LateEntry
from apps.cases.actions.submission import submit_application
from apps.cases.errors import LateEntryAtDesk, LateEntryIncomplete, LateEntryTimeWrong
from apps.cases.models import CaseEvent
from apps.operations.integrity import check
from apps.procedures.choices import Channel
from apps.supervision.choices import ListName
from tests import given
from tests.cases import doors
from tests.supervision.district import in_list

pytestmark = pytest.mark.django_db

NOW = given.NOW


def on_paper(**fields) -> LateEntry:
    said = {"taken_at": given.after(NOW, hours=-0.5), "reason": "Mất điện", "form_number": "GT-07", **fields}
    return LateEntry(**said)


def test_it_counts_from_its_true_time():
    """Taken on Friday afternoon, entered on Monday at nine: a same-day matter that was due on Friday."""
    friday = datetime(2026, 11, 20, 14, tzinfo=given.HANOI)
    case = given.taken_at_counter(late_entry=on_paper(taken_at=friday))
    doors.adds_up(case)
    assert case.received_at == case.application.filed_at == case.intake_due_at == friday
    case = given.accepted(case)
    assert case.due_at == datetime(2026, 11, 20, 17, tzinfo=given.HANOI)
    assert case.code.endswith("261123-0001")


def test_why_stands_in_the_ledger_and_the_mark_beside_the_case():
    case = given.taken_at_counter(late_entry=on_paper())
    assert doors.text_of(CaseEvent.objects.get(case=case)) == "Mất điện"
    mark = case.late_entry
    assert (mark.form_number, mark.taken_at, mark.entered_at) == ("GT-07", given.after(NOW, hours=-0.5), NOW)
    assert check(at=NOW).broken == {}


def test_the_supervisor_sees_it_and_no_other_case():
    case, other = given.taken_at_counter(late_entry=on_paper()), given.taken_at_counter()
    assert in_list(ListName.LATE_ENTRY, case, given.after(NOW, hours=1))
    assert not in_list(ListName.LATE_ENTRY, other, given.after(NOW, hours=1))
    assert not in_list(ListName.LATE_ENTRY, case, given.after(NOW, days=31))


@pytest.mark.parametrize(
    "taken_at",
    [given.after(NOW, minutes=1), given.after(NOW, days=-8), NOW.replace(year=2025), NOW.replace(year=1)],
    ids=["to come", "more than five working days ago", "a year ago", "in the year 1"],
)
def test_its_time_is_neither_to_come_nor_too_long_ago(taken_at):
    with doors.refused(LateEntryTimeWrong, field="late_entry.taken_at"):
        given.taken_at_counter(late_entry=on_paper(taken_at=taken_at))


def test_five_working_days_ago_is_not_too_long():
    """Monday the 16th: the fifth working day after it is Monday the 23rd."""
    monday = datetime(2026, 11, 16, 9, tzinfo=given.HANOI)
    assert given.taken_at_counter(late_entry=on_paper(taken_at=monday)).received_at == monday


@pytest.mark.parametrize("name", ["reason", "form_number"])
def test_it_says_why_and_on_which_form(name):
    with doors.refused(LateEntryIncomplete, field=f"late_entry.{name}"):
        given.taken_at_counter(late_entry=on_paper(**{name: " "}))


def test_nobody_files_into_the_past_online():
    by = given.citizen()
    filing = Filing(
        given.CIVIL_EXTRACT, Channel.ONLINE, answers=given.answers(given.CIVIL_EXTRACT), late_entry=on_paper()
    )
    with doors.refused(LateEntryAtDesk, field="late_entry"):
        submit_application(filing, by=by, at=NOW, request_key=given.key())
