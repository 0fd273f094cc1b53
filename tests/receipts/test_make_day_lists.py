"""Thông tư 91/2026/TT-BTC: each receipt is told to the tax authority once, on the list 01/TH-BLĐT of its day."""

from __future__ import annotations

import io
from datetime import date, datetime
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.db import DatabaseError, IntegrityError, ProgrammingError, connection, transaction
from lxml import etree
from python_calamine import CalamineWorkbook

from apps.core.models import OutboxRow
from apps.receipts import periodic
from apps.receipts.actions import day_reports
from apps.receipts.actions.day_reports import RENDER, SEND, make_list, make_lists
from apps.receipts.choices import ToldKind
from apps.receipts.models import DayReport, DayReportEdition, DayReportFile, DayReportLine, Receipt
from apps.receipts.rendering import MOST_PRINTED, write_sheet, write_xml
from apps.units.models import Agency
from tests import given
from tests.documents.reading import squeezed, text_of
from tests.receipts.authority import SCHEMA
from tests.receipts.lists import list_made, receipt, replacement

pytestmark = pytest.mark.django_db

TODAY = given.NOW.date()
EVENING = given.NOW.replace(hour=18)


def told() -> list[tuple]:
    return list(
        DayReportLine.objects.order_by("report", "position").values_list(
            "report__day", "report__part", "position", "receipt", "kind"
        )
    )


def content(medium: str) -> bytes:
    with default_storage.open(DayReportFile.objects.get(medium=medium).storage_name) as file:
        return file.read()


def test_the_receipts_of_a_day_are_on_one_list_of_their_body():
    first, second = receipt(), receipt()
    other = receipt(
        desk=given.ward_committee("Phường Trúc Bạch"), connecting_unit_id=given.ward("Phường Trúc Bạch").pk
    )
    bodies = {each.series.collecting_body_id for each in (first, second, other)}
    assert len(bodies) == 2
    assert make_lists(TODAY, at=EVENING) == len(bodies)
    report = DayReport.objects.get(collecting_body=first.series.collecting_body)
    assert (report.day, report.part, report.state, report.made_at) == (TODAY, 1, "made", EVENING)
    assert not report.is_late
    lines = DayReportLine.objects.filter(report=report)
    assert report.lines_in_all == lines.count()
    assert report.total == sum(line.amount for line in lines)
    line = lines.get(receipt=first)
    assert (line.source, line.kind, line.form, line.series) == (first.uuid, "issued", "EBL01", "26TAA")
    assert (line.number, line.amount, line.issued_on) == (first.number, first.amount, TODAY)
    assert (line.fee_name, line.rate) == (
        first.snapshot["lines"][0]["name"],
        first.snapshot["lines"][0]["unit_price"],
    )
    assert DayReportLine.objects.count() == Receipt.objects.count()


def test_a_later_receipt_of_the_same_day_is_on_a_further_list():
    early = receipt()
    make_lists(TODAY, at=EVENING)
    late = receipt(at=given.NOW.replace(hour=20))
    assert make_lists(TODAY, at=EVENING.replace(hour=23, minute=50)) == 1
    assert told() == [(TODAY, 1, 1, early.pk, "issued"), (TODAY, 2, 1, late.pk, "issued")]


def test_nothing_is_told_twice_and_an_empty_day_makes_no_list():
    assert make_lists(TODAY, at=EVENING) == 0
    receipt()
    assert make_lists(TODAY, at=EVENING) == 1
    before = told()
    assert make_lists(TODAY, at=EVENING) == 0
    assert make_list(given.ward_committee(), TODAY, at=EVENING) is None
    assert told() == before
    assert DayReportEdition.objects.count() == 1 and OutboxRow.objects.filter(task=RENDER).count() == 1


def test_what_is_left_of_the_day_before_is_told_after_midnight_under_its_own_day(monkeypatch):
    left = receipt(at=given.NOW.replace(hour=23, minute=58))
    midnight = given.after(given.NOW.replace(hour=0, minute=20), days=1)
    receipt(at=midnight)
    monkeypatch.setattr(periodic.timezone, "now", lambda: midnight)
    periodic.make_late_lists()
    report = DayReport.objects.get()
    assert (report.day, report.lines.get().receipt_id) == (TODAY, left.pk)
    assert report.is_late
    periodic.make_day_lists()
    assert [line[0] for line in told()] == [TODAY, TODAY.replace(day=24)]


def test_the_day_is_that_of_hanoi():
    receipt(at=datetime(2026, 11, 23, 0, 30, tzinfo=given.HANOI))
    make_lists(TODAY, at=EVENING)
    assert DayReport.objects.get().day == TODAY


def test_a_replacement_names_the_wrong_one_and_the_day_on_which_that_was_told():
    wrong = receipt()
    next_day = given.after(given.NOW, days=2)
    right = replacement(wrong, at=next_day)
    make_lists(next_day.date(), at=next_day)
    line = DayReportLine.objects.get(receipt=right)
    assert (line.kind, line.related_id, line.adjusted_day) == (ToldKind.REPLACEMENT, wrong.pk, TODAY)
    assert line.explanation == "Sai số bản sao"
    assert DayReportLine.objects.get(receipt=wrong).kind == ToldKind.ISSUED


def test_a_notice_of_an_error_is_told_once_and_moves_no_money():
    case = given.notified(given.paid(given.taken_at_counter()))
    assert make_lists(TODAY, at=EVENING) == 1
    issued, notice = DayReportLine.objects.order_by("kind")
    assert (issued.kind, notice.kind) == (ToldKind.ISSUED, ToldKind.NOTICE)
    assert (notice.receipt, notice.amount, notice.explanation) == (issued.receipt, None, "Nhập nhầm tên.")
    assert notice.source == given.wrong_receipt(case).notices.get().uuid
    assert DayReport.objects.get().total == issued.amount
    assert make_lists(TODAY, at=EVENING) == 0


WRONG = {"name": "Trần Thị Bưởi Hồng", "address": "Số 5 <ngõ> & phố", "amount_in_words": "Tám ngàn đồng"}


def test_a_notice_goes_to_the_tax_authority_whole_with_what_was_wrong_and_what_is_right():
    case = given.notified(given.paid(given.taken_at_counter()), **WRONG)
    told = given.wrong_receipt(case)
    notice, said = told.notices.get(), told.snapshot
    make_lists(TODAY, at=EVENING)
    given.carry_out(EVENING, "render_day_report")
    document = etree.fromstring(content("xml"))
    SCHEMA.assertValid(document)
    issued, line = document.findall(".//DLieu")
    assert issued.find("TBao") is None and issued.findtext("TThai") == "0"
    assert (line.findtext("TThai"), line.findtext("GThich")) == ("4", "Nhập nhầm tên.")
    assert [child.text for child in line.find("TBao")][:5] == [
        "04/SS-CTĐT", str(notice.number), TODAY.isoformat(), "1", told.series.collecting_body.name,
    ]  # fmt: skip
    rows = [[cell.text for cell in row] for row in line.findall("TBao/DSNDung/NDung")]
    assert sorted(rows) == sorted(
        [
            ["Tên người nộp", said["payer"]["name"], WRONG["name"]],
            ["Địa chỉ người nộp", said["payer"]["address"], WRONG["address"]],
            ["Số tiền bằng chữ", said["total_in_words"], WRONG["amount_in_words"]],
        ]
    )
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(content("xlsx"))).get_sheet_by_index(0).to_python()
    (row,) = [row for row in sheet if row[0] == 2.0]
    for explanation in (squeezed(row[11]), squeezed(text_of(content("pdf")))):
        for text in (said["payer"]["name"], *WRONG.values(), "Nhập nhầm tên."):
            assert squeezed(text) in explanation


def test_a_second_notice_says_what_the_first_had_put_there():
    case = given.notified(given.paid(given.taken_at_counter()))
    given.notified(case, name="Trần Thị Bưởi Hường")
    make_lists(TODAY, at=EVENING)
    given.carry_out(EVENING, "render_day_report")
    rows = etree.fromstring(content("xml")).findall(".//NDung")
    assert [row.findtext("GDung") for row in rows] == ["Trần Thị Bưởi Hồng", "Trần Thị Bưởi Hường"]
    assert rows[1].findtext("DGhi") == "Trần Thị Bưởi Hồng"


def test_the_time_to_send_ends_with_the_third_working_day_after():
    # Tuesday the 24th is a holiday.
    assert day_reports.send_by(given.ward_committee(), TODAY) == datetime(
        2026, 11, 27, 17, tzinfo=given.HANOI
    )


def test_a_list_that_cannot_be_made_keeps_no_other_back(monkeypatch):
    receipt()
    receipt(
        desk=given.ward_committee("Phường Trúc Bạch"), connecting_unit_id=given.ward("Phường Trúc Bạch").pk
    )
    bodies = set(Receipt.objects.values_list("series__collecting_body", flat=True))
    assert len(bodies) == 2
    broken, sound = min(bodies), day_reports.send_by

    def breaks(body: Agency, day: date) -> datetime:
        if body.pk == broken:
            raise LookupError
        return sound(body, day)

    monkeypatch.setattr(day_reports, "send_by", breaks)
    make_lists(TODAY, at=EVENING)
    assert set(DayReport.objects.values_list("collecting_body", flat=True)) == bodies - {broken}
    monkeypatch.undo()
    make_lists(TODAY, at=EVENING)
    assert set(DayReport.objects.values_list("collecting_body", flat=True)) == bodies


def test_without_an_address_a_list_is_made_with_its_files_and_no_sending_is_owed():
    report = list_made()
    assert {file.medium for file in DayReportFile.objects.all()} == {"xml", "xlsx", "pdf"}
    assert not OutboxRow.objects.filter(task=SEND).exists()
    assert DayReport.objects.get().state == "made" and report.sent_at is None


def test_the_xml_is_valid_and_says_what_the_lines_say():
    report = list_made()
    document = etree.fromstring(content("xml"))
    SCHEMA.assertValid(document)
    line = report.lines.get()
    assert document.findtext(".//TTChung/KDLieu") == "2026-11-23"
    assert document.findtext(".//TTChung/TgTien") == str(line.amount)
    assert document.findtext(".//TTChung/MST") is None
    assert "chưa xác lập" in document.findtext(".//TTChung/GChu")
    said = {child.tag: child.text for child in document.find(".//DLieu")}
    assert said == {
        "STT": "1",
        "KHMSBLai": "EBL01",
        "KHBLai": "26TAA",
        "SBLai": str(line.number),
        "NLap": "2026-11-23",
        "LPhi": line.fee_name,
        "MThu": str(line.rate),
        "STien": str(line.amount),
        "TThai": "0",
    }


def test_spreadsheet_and_paper_say_the_same():
    report = list_made()
    rows = CalamineWorkbook.from_filelike(io.BytesIO(content("xlsx"))).get_sheet_by_index(0).to_python()
    line = report.lines.get()
    (row,) = [row for row in rows if row[0] == 1.0]
    assert row[1:8] == ["EBL01", "26TAA", line.number, TODAY, line.fee_name, line.rate, line.amount]
    assert rows[-1][5:8] == ["Cộng", "", report.total]
    text = squeezed(text_of(content("pdf")))
    assert "01/TH-BLĐT" in text and "chưaxáclập" in text and squeezed(line.fee_name) in text


def test_no_text_becomes_a_formula_and_none_breaks_the_xml(tmp_path: Path):
    wrong = receipt()
    replacement(wrong, reason="=HYPERLINK(1)\x0b<b>&")
    make_lists(TODAY, at=EVENING)
    edition = DayReportEdition.objects.select_related("report").get()
    lines = list(DayReportLine.objects.select_related("related__series").order_by("position"))
    write_sheet(tmp_path / "a.xlsx", edition, lines)
    write_xml(tmp_path / "a.xml", edition, lines)
    document = etree.parse(str(tmp_path / "a.xml"))
    SCHEMA.assertValid(document)
    assert document.findall(".//DLieu")[1].findtext("GThich") == "=HYPERLINK(1)\ufffd<b>&"
    sheet = CalamineWorkbook.from_path(str(tmp_path / "a.xlsx")).get_sheet_by_index(0)
    assert any("=HYPERLINK(1)" in str(cell) for row in sheet.to_python() for cell in row)
    assert MOST_PRINTED == 500


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE receipts_dayreport SET total = total + 1",
        "UPDATE receipts_dayreport SET day = day + 1",
        "DELETE FROM receipts_dayreport",
        "UPDATE receipts_dayreportline SET amount = 1",
        "DELETE FROM receipts_dayreportline",
        "UPDATE receipts_dayreportedition SET explanation = 'x'",
        "DELETE FROM receipts_dayreportfile",
        "UPDATE receipts_dayreportanswer SET body = 'x'",
    ],
)
def test_the_database_lets_nobody_change_what_was_told(sql):
    list_made()
    with (
        pytest.raises((ProgrammingError, DatabaseError)),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)


def test_a_list_takes_no_line_later_and_no_receipt_is_on_two():
    report = list_made()
    line = report.lines.get()
    again = receipt()
    with pytest.raises(IntegrityError, match="no further lines"), transaction.atomic():
        _copy(line, position=2, source=again.uuid, receipt=again).save()
    with pytest.raises(IntegrityError, match="source"), transaction.atomic():
        _copy(line, position=2).save()


def _copy(line: DayReportLine, **fields) -> DayReportLine:
    copy = DayReportLine.objects.get(pk=line.pk)
    copy.pk, copy._state.adding = None, True
    for name, value in fields.items():
        setattr(copy, name, value)
    return copy


def test_a_list_that_is_not_the_sum_of_its_lines_cannot_be_committed():
    report = list_made()
    with pytest.raises(IntegrityError, match="does not say what its lines say"), transaction.atomic():
        _insert_a_list_without_lines(report)


def _insert_a_list_without_lines(like: DayReport) -> None:
    DayReport.objects.create(
        uuid="00000000-0000-4000-8000-000000000001",
        collecting_body=like.collecting_body,
        day=TODAY,
        part=2,
        lines_in_all=1,
        total=5,
        made_at=EVENING,
        send_by=EVENING,
    )
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
