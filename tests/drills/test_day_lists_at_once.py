"""Runs of the schedule at the same moment, and receipts issued while they run: each is told once, and nothing is left out."""

from __future__ import annotations

import pytest

from apps.core.models import OutboxRow
from apps.operations.integrity import check
from apps.receipts.actions import day_reports
from apps.receipts.actions.day_reports import RENDER, make_lists
from apps.receipts.models import DayReport, DayReportLine, Receipt
from tests import given
from tests.drills.at_once import at_once, errors
from tests.receipts.lists import receipt

pytestmark = pytest.mark.commits

EVENING = given.NOW.replace(hour=18)
TODAY = given.NOW.date()


def run() -> int:
    return make_lists(TODAY, at=EVENING)


def told_once() -> bool:
    sources = list(DayReportLine.objects.values_list("source", flat=True))
    return sorted(sources) == sorted(Receipt.objects.values_list("uuid", flat=True))


def test_of_four_runs_at_once_one_makes_each_list(committing_db):
    for name in ("Phường Phúc Xá", "Phường Trúc Bạch"):
        for _ in range(3):
            receipt(desk=given.ward_committee(name), connecting_unit_id=given.ward(name).pk)
    answers = at_once(run, run, run, run)
    assert not errors(answers) and sum(answers) == 2
    assert DayReport.objects.count() == 2 and told_once()
    assert OutboxRow.objects.filter(task=RENDER).count() == 2


def test_receipts_issued_while_lists_are_made_are_told_once(committing_db):
    cases = [given.taken_at_counter() for _ in range(8)]
    answers = at_once(*(lambda case=case: given.paid(case) for case in cases), *[run] * 4)
    assert not errors(answers)
    run()
    assert Receipt.objects.count() == 8 and told_once()
    parts = DayReport.objects.order_by("part").values_list("part", flat=True)
    assert list(parts) == list(range(1, len(parts) + 1))


def test_a_run_that_dies_in_the_middle_of_a_list_leaves_nothing_of_it(committing_db, monkeypatch):
    receipt()

    def dies(*_given, **_more):
        raise SystemExit(9)

    monkeypatch.setattr(day_reports, "_new_edition", dies)
    with pytest.raises(SystemExit):
        run()
    assert not DayReport.objects.exists() and not DayReportLine.objects.exists()
    monkeypatch.undo()
    assert run() == 1 and told_once()
    given.carry_out(EVENING, "render_receipt", "render_paper", "render_day_report")
    later = given.after(EVENING, days=3)
    assert {"told_once", "told_as_issued"}.isdisjoint(check(at=later).broken)
