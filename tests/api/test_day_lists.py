"""The API of the day's lists: read by who answers for the body or supervises it, at a constant number of queries."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.accounts.choices import Role
from apps.receipts.actions.day_reports import make_lists
from apps.receipts.models import DayReport, DayReportAnswer
from tests import given
from tests.api.calls import Caller, statements
from tests.cases.doors import supervisor
from tests.receipts.lists import list_made, receipt, replacement

pytestmark = pytest.mark.django_db


def head() -> Caller:
    return Caller(given.staff(given.ward_committee(), Role.HEAD))


def test_a_list_is_told_with_its_lines_and_answers():
    wrong = receipt()
    right = replacement(wrong)
    make_lists(given.NOW.date(), at=given.NOW)
    report = DayReport.objects.get()
    DayReportAnswer.objects.create(
        edition=report.editions.get(),
        status=200,
        body=b"<TBao/>",
        outcome="rejected",
        reference="TB-1",
        reasons=["E07"],
        received_at=given.NOW,
    )
    for reader in (head(), Caller(supervisor(given.ward()))):
        (listed,) = reader.get("/day-lists").json()["results"]
        assert (listed["uuid"], listed["day"], listed["state"]) == (str(report.uuid), "2026-11-23", "made")
        assert (listed["lines"], listed["total"]) == (2, wrong.amount + right.amount)
        one = reader.get(f"/day-lists/{report.uuid}").json()
        assert one["answers"][0]["reasons"] == ["E07"] and one["answers"][0]["edition"] == 1
        lines = reader.get(f"/day-lists/{report.uuid}/lines").json()["results"]
        assert [line["kind"] for line in lines] == ["issued", "replacement"]
        assert (lines[1]["related_series"], lines[1]["related_number"]) == ("26TAA", wrong.number)
        early = reader.get(f"/day-lists/{report.uuid}/files/xml")
        assert (early.status_code, early.json()["code"]) == (409, "day_report_file_not_made")


def test_a_file_is_taken_and_an_unknown_kind_is_not_found():
    report = list_made()
    assert head().get(f"/day-lists/{report.uuid}/files/xml").content.startswith(b"<?xml")
    assert head().get(f"/day-lists/{report.uuid}/files/doc").status_code == 404


def counted(caller: Caller, path: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert caller.get(path).status_code == 200
    return len(statements(captured))


def test_lists_and_lines_cost_the_same_for_2_and_for_20():
    def days(first: int, last: int) -> None:
        for back in range(first, last):
            at = given.after(given.NOW, days=-back)
            receipt(at=at)
            make_lists(at.date(), at=at)

    def lines(how_many: int, at) -> str:
        for _ in range(how_many):
            receipt(at=at)
        make_lists(at.date(), at=at)
        return f"/day-lists/{DayReport.objects.latest('pk').uuid}/lines"

    days(0, 2)
    at_two = [counted(head(), "/day-lists"), counted(head(), lines(2, given.after(given.NOW, days=1)))]
    days(2, 12)
    at_many = [counted(head(), "/day-lists"), counted(head(), lines(12, given.after(given.NOW, days=2)))]
    assert at_two == at_many and max(at_many) <= 8, (at_two, at_many)
