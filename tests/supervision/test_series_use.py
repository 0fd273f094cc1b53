"""The use of series in a quarter (as Thông tư 303/2016/TT-BTC has it), told by the numbers themselves."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from django.db import ProgrammingError, transaction
from python_calamine import CalamineWorkbook

from apps.accounts.choices import Role
from apps.documents.errors import FileNotReady
from apps.operations.integrity import check
from apps.receipts.models import Receipt
from apps.supervision.actions import ask_quarter_report
from apps.supervision.errors import QuarterWrong, RegisterAgencyUnknown, RegisterUnknown
from apps.supervision.models import QuarterReport
from apps.supervision.series_use import (
    Quarter,
    quarter_of,
    report_file,
    reports_of,
    use_of_series,
    write_use,
)
from tests import given
from tests.cases.doors import other_ward, supervisor
from tests.documents.reading import squeezed, text_of
from tests.receipts.lists import receipt, replacement

pytestmark = pytest.mark.django_db

TODAY = given.NOW.date()
THIRD, FOURTH = Quarter(2026, 3), Quarter(2026, 4)


def used(quarter: Quarter = FOURTH, *, today: date = TODAY, body=None):
    body = body or given.ward_committee()
    return use_of_series(body.pk, quarter, seen_by=given.staff(body, Role.HEAD), today=today)


def test_a_quarter_is_told_by_its_numbers():
    september = datetime(2026, 9, 30, 10, tzinfo=given.HANOI)
    first = receipt(at=september)
    others = [receipt(), receipt()]
    replacement(others[0])
    (third,), (fourth,) = used(THIRD), used(FOURTH)
    assert (third.opening, third.first, third.last, third.used, third.closing) == (1, 1, 1, 1, 2)
    assert (fourth.opening, fourth.first, fourth.last, fourth.used, fourth.closing) == (2, 2, 4, 3, 5)
    assert (third.replaced, fourth.replaced, fourth.lost) == (0, 1, 0)
    assert third.amount == first.amount
    assert third.amount + fourth.amount == sum(Receipt.objects.values_list("amount", flat=True))
    assert third.used + fourth.used == Receipt.objects.count()
    assert third.is_explained and fourth.is_explained


def test_a_receipt_replaced_in_the_next_quarter_counts_there():
    wrong = receipt(at=datetime(2026, 9, 30, 10, tzinfo=given.HANOI))
    replacement(wrong)
    (third,), (fourth,) = used(THIRD), used(FOURTH)
    assert (third.replaced, fourth.replaced) == (0, 1)


def test_numbers_out_of_the_order_of_their_days_are_said():
    receipt(at=datetime(2026, 10, 1, 0, 0, 1, tzinfo=given.HANOI))
    receipt(at=datetime(2026, 9, 30, 23, 59, 59, tzinfo=given.HANOI))
    assert not used(THIRD)[0].is_explained and not used(FOURTH)[0].is_explained


def test_a_series_that_issued_nothing_stands_with_its_opening_number():
    (only,) = used()
    assert (only.opening, only.first, only.last, only.used, only.closing) == (1, None, None, 0, 1)
    assert only.is_explained


@pytest.mark.parametrize("quarter", [Quarter(2026, 0), Quarter(2026, 5), Quarter(2025, 4), Quarter(2027, 1)])
def test_a_quarter_that_is_none_or_has_not_begun_is_refused(quarter):
    with pytest.raises(QuarterWrong):
        used(quarter)


def test_only_who_answers_for_the_body_or_supervises_it_reads_it():
    body = given.ward_committee()
    inspector = given.staff(given.city_agency("city_inspectorate"), Role.INSPECTOR)
    for reader in (given.staff(body, Role.APPROVER), supervisor(given.ward()), inspector):
        assert use_of_series(body.pk, FOURTH, seen_by=reader, today=TODAY)
    strangers = [given.staff(body, role) for role in (Role.CASHIER, Role.RECEPTIONIST, Role.ADMINISTRATOR)]
    strangers += [given.staff(other_ward(), Role.HEAD), given.citizen()]
    for stranger in strangers:
        with pytest.raises(RegisterAgencyUnknown):
            use_of_series(body.pk, FOURTH, seen_by=stranger, today=TODAY)


def test_the_paper_of_a_quarter_is_made_once_and_stays():
    receipt()
    body = given.ward_committee()
    by = given.staff(body, Role.HEAD)
    asked = ask_quarter_report(body.pk, FOURTH, by=by, at=given.NOW)
    assert ask_quarter_report(body.pk, FOURTH, by=by, at=given.NOW) == asked
    with pytest.raises(FileNotReady):
        report_file(asked.pk, seen_by=by)
    assert given.carry_out(given.NOW, "render_quarter_report") == 1
    assert check(at=given.NOW).broken == {}
    text = squeezed(text_of(report_file(asked.pk, seen_by=by).content))
    assert squeezed("Quý 4 năm 2026") in text and "26TAA" in text and squeezed("Quý chưa kết thúc") in text
    for stranger in (given.staff(other_ward(), Role.HEAD), given.staff(body, Role.CASHIER)):
        with pytest.raises(RegisterUnknown):
            report_file(asked.pk, seen_by=stranger)
        with pytest.raises(RegisterAgencyUnknown):
            ask_quarter_report(body.pk, FOURTH, by=stranger, at=given.NOW)
    with pytest.raises(ProgrammingError), transaction.atomic():
        QuarterReport.objects.update(year=2027)
    assert ask_quarter_report(body.pk, FOURTH, by=by, at=given.NOW).pk != asked.pk
    assert [report.pk for report in reports_of(body.pk, FOURTH, seen_by=by)][-1] == asked.pk


def test_a_quarter_knows_its_due_day_and_its_neighbour():
    assert [Quarter(2026, number).due_on for number in range(1, 5)] == [
        date(2026, 4, 30),
        date(2026, 7, 30),
        date(2026, 10, 30),
        date(2027, 1, 30),
    ]
    assert FOURTH.next == Quarter(2027, 1) and quarter_of(date(2026, 12, 31)) == FOURTH


def test_the_spreadsheet_says_the_same(tmp_path):
    receipt()
    (only,) = used()
    write_use(tmp_path / "a.xlsx", given.ward_committee(), FOURTH, [only], made_at=given.NOW)
    rows = CalamineWorkbook.from_path(str(tmp_path / "a.xlsx")).get_sheet_by_index(0).to_python()
    assert rows[-2] == ["EBL01", "26TAA", 1, 1, 1, 1, only.amount, 0, 0, 2]
    assert rows[-1][0] == "Cộng" and rows[-1][6] == only.amount
