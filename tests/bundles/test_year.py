"""A payer's receipts of a year in one file: whose they are, what the file holds, and who may have it."""

from __future__ import annotations

import errno
from datetime import timedelta
from io import BytesIO

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.db import DatabaseError, transaction
from pypdf import PdfReader

from apps.bundles import actions, tasks
from apps.bundles.actions import ask_year
from apps.bundles.choices import Lack, Medium
from apps.bundles.errors import (
    BundleUnknown,
    NoReceipts,
    PayerUnknown,
    TooManyBundles,
    TooManyReceipts,
    YearWrong,
)
from apps.bundles.models import KEPT, Bundle, BundlePart
from apps.bundles.periodic import clear_before
from apps.bundles.selectors import bundle_file, of_year
from apps.core import outbox
from apps.core.models import AccessRecord, OutboxRow
from apps.documents.actions import read_file
from apps.documents.choices import FileState
from apps.documents.errors import FileCleared, FileDamaged, FileNotReady
from apps.documents.models import StoredFile
from apps.operations.integrity import check
from apps.receipts.models import Receipt
from tests import given
from tests.bundles.paid import RENDER, bytes_of, made, paid_by, pdf_of, receipt_of, replaced, zip_of
from tests.documents.reading import squeezed

pytestmark = pytest.mark.django_db


def asked(by, medium=Medium.ZIP, *, at=given.NOW, **of):
    return ask_year(2026, medium, by=by, at=at, **of)


def refused(refusal, ask):
    rows, owed = Bundle.objects.count(), OutboxRow.objects.count()
    with pytest.raises(refusal) as told:
        ask()
    assert told.value.message
    assert (Bundle.objects.count(), OutboxRow.objects.count()) == (rows, owed)


def test_the_zip_holds_the_files_of_all_cases_as_they_are_stored_and_nobody_elses():
    by, _business = given.representative()
    mine = [
        paid_by(by, business_id=_business),
        paid_by(by, business_id=_business, at=given.after(given.NOW, hours=1)),
    ]
    other, others_business = given.representative()
    paid_by(other, business_id=others_business)
    bundle = made(asked(by))
    assert (bundle.state, bundle.total, bundle.done, bundle.lacking) == (FileState.READY, 2, 2, 0)
    archive = zip_of(bundle, by)
    papers = [receipt_of(case).paper.document for case in mine]
    stored = {read_file(each) for paper in papers for each in (paper.file, paper.data)}
    assert {archive.read(name) for name in archive.namelist() if name.startswith("2026-")} == stored
    assert sorted(name for name in archive.namelist() if not name.startswith("2026-")) == [
        "00-bia.pdf",
        "muc-luc-01.pdf",
    ]
    assert archive.testzip() is None
    assert not of_year(2026, seen_by=given.citizen()).exists()
    assert not BundlePart.objects.filter(
        receipts__contains=[receipt_of(mine[0]).pk], bundle__asked_by=other.user_id
    ).exists()


def test_the_pdf_has_a_cover_a_list_and_each_receipt_below_a_band_and_says_that_it_is_not_signed():
    by, business = given.representative()
    cases = [paid_by(by, business_id=business) for _ in range(3)]
    reader = pdf_of(made(asked(by, Medium.PDF)), by)
    cover, contents, *sheets = [squeezed(page.extract_text()) for page in reader.pages]
    assert squeezed("BẢN TỔNG HỢP ĐỂ ĐỌC VÀ IN, KHÔNG CÓ CHỮ KÝ SỐ") in cover
    assert squeezed("không còn chữ ký số, dữ liệu XML đính kèm") in cover
    assert squeezed("không theo chuẩn PDF/A") in cover
    total = sum(receipt_of(case).amount for case in cases)
    for page in (cover, contents):
        assert f"{total:,}".replace(",", ".") in page
    assert len(sheets) == 3
    for number, (case, sheet, page) in enumerate(zip(cases, sheets, reader.pages[2:], strict=True), 1):
        assert case.code in contents
        assert case.code in sheet and squeezed(f"Tờ {number}") in sheet
        assert squeezed("không có chữ ký số") in sheet
        # The band makes the page higher and covers nothing.
        assert float(page.mediabox.height) == pytest.approx(595.28 + 19.84, abs=0.1)
    marks = [mark for mark in reader.outline if not isinstance(mark, list)]
    assert [mark.title for mark in marks][0] == "Bìa" and len(marks) == 2
    (below,) = [mark for mark in reader.outline if isinstance(mark, list)]
    assert [reader.get_destination_page_number(mark) for mark in below] == [1, 2, 3, 4]


def test_many_parts_are_bound_in_their_order_and_no_part_is_left(monkeypatch):
    monkeypatch.setattr(actions, "RECEIPTS_IN_PART", 2)
    by, business = given.representative()
    cases = [paid_by(by, business_id=business) for _ in range(5)]
    for medium in Medium:
        bundle = made(asked(by, medium))
        assert bundle.parts.count() == 3 and bundle.done == 5
        _folders, files = default_storage.listdir(bundle.folder)
        assert len(files) == 1
        if medium == Medium.PDF:
            reader = pdf_of(bundle, by)
            texts = [squeezed(page.extract_text()) for page in reader.pages]
            sheets = [text for text in texts if squeezed("Người thu tiền") in text]
            assert [case.code in sheet for case, sheet in zip(cases, sheets, strict=True)] == [True] * 5
            assert [squeezed(f"Tờ {number}") in sheet for number, sheet in enumerate(sheets, 1)] == [True] * 5
            assert len(texts) == 1 + 3 + 5
        else:
            assert (
                len(
                    [
                        name
                        for name in zip_of(bundle, by).namelist()
                        if name.startswith("2026-") and name.endswith(".pdf")
                    ]
                )
                == 5
            )


def test_a_replaced_receipt_is_in_it_and_marked_and_counts_for_nothing():
    by, business = given.representative()
    case, other = paid_by(by, business_id=business), paid_by(by, business_id=business)
    wrong, whole = receipt_of(case), receipt_of(other)
    before = asked(by)
    right = replaced(case)
    made(before)
    bundle = made(asked(by))
    # What was under way when the other was issued is of the receipts of then.
    assert (before.total, bundle.total) == (2, 3)
    names = zip_of(bundle, by).namelist()
    assert [name for name in names if "da-thay-the" in name] == [
        name for name in names if f"_{wrong.number:08d}-" in name
    ]
    reader = pdf_of(made(asked(by, Medium.PDF)), by)
    cover, contents = (squeezed(page.extract_text()) for page in reader.pages[:2])
    total = f"{right.amount + whole.amount:,}".replace(",", ".")
    assert squeezed(f"{total} đ") in cover and squeezed("không tính vào tổng") in cover
    assert squeezed(f"Đã được thay thế bằng biên lai EBL01 {right.series.code} số {right.number}") in contents
    assert squeezed(f"Thay thế cho biên lai EBL01 {wrong.series.code} số {wrong.number}") in contents
    receipts = Receipt.objects.filter(pk__in=bundle.parts.get().receipts)
    sheets = [PdfReader(BytesIO(read_file(each.paper.document.file))) for each in receipts]
    assert len(reader.pages) == 2 + sum(len(each.pages) for each in sheets)


def test_one_that_nobody_will_make_is_found():
    by, business = given.representative()
    paid_by(by, business_id=business)
    bundle = asked(by)
    assert check(at=given.NOW).broken == {}
    OutboxRow.objects.filter(task=actions.PART).delete()
    (faults,) = check(at=given.NOW).broken.items()
    assert faults[0] == "papers" and str(bundle.uuid) in str(faults[1])


def test_a_year_is_one_of_hanoi():
    by, business = given.representative()
    last_hour = given.NOW.replace(month=12, day=31, hour=23, minute=30)
    first_hour = given.after(last_hour, hours=1)
    case = paid_by(by, business_id=business, at=last_hour)
    assert [row.case_id for row in of_year(2026, seen_by=by)] == [case.pk]
    assert not of_year(2027, seen_by=by).exists()
    refused(NoReceipts, lambda: ask_year(2027, Medium.ZIP, by=by, at=first_hour))
    refused(YearWrong, lambda: ask_year(2028, Medium.ZIP, by=by, at=first_hour))
    refused(YearWrong, lambda: ask_year(1999, Medium.ZIP, by=by, at=first_hour))


def test_receipts_of_one_business_are_asked_for_alone():
    by, business = given.representative()
    paid_by(by, business_id=business)
    assert asked(by, business_id=business).total == 1
    _other, elsewhere = given.representative()
    refused(PayerUnknown, lambda: asked(by, business_id=elsewhere))


def test_whoever_asks_again_is_given_the_same_until_there_is_another_receipt():
    by, business = given.representative()
    paid_by(by, business_id=business)
    first = asked(by)
    assert asked(by).pk == first.pk
    made(first)
    assert asked(by).pk == first.pk
    assert asked(by, Medium.PDF).pk != first.pk
    paid_by(by, business_id=business)
    assert asked(by).pk != first.pk


def test_so_many_receipts_and_so_many_files_at_a_time_and_no_more(monkeypatch):
    by, business = given.representative()
    for _ in range(2):
        paid_by(by, business_id=business)
    monkeypatch.setattr(actions, "MOST_UNDER_WAY", 1)
    asked(by, Medium.PDF)
    refused(TooManyBundles, lambda: asked(by, Medium.ZIP))
    monkeypatch.setattr(actions, "MOST_RECEIPTS", 1)
    refused(TooManyReceipts, lambda: asked(by, Medium.ZIP))


def test_it_is_for_whoever_asked_while_they_may_read_what_is_in_it():
    by, business = given.representative()
    paid_by(by, business_id=business)
    bundle = asked(by)
    with pytest.raises(FileNotReady):
        bundle_file(bundle.uuid, seen_by=by)
    bundle = made(bundle)
    before = AccessRecord.objects.count()
    assert bytes_of(bundle, by)
    (line,) = AccessRecord.objects.all()[before:]
    assert (line.actor_id, line.action, line.subject) == (
        by.user_id,
        "download receipts",
        f"bundle:{bundle.uuid}",
    )
    with pytest.raises(BundleUnknown):
        bundle_file(bundle.uuid, seen_by=given.citizen())
    with pytest.raises(BundleUnknown):
        # The mandate has ended.
        bundle_file(bundle.uuid, seen_by=type(by)(by.user_id, by.name, citizen_id=by.citizen_id))
    assert AccessRecord.objects.count() == before + 1


def test_it_waits_for_a_receipt_whose_file_is_still_being_made_and_then_says_so():
    by, business = given.representative()
    paid_by(by, business_id=business)
    late = paid_by(by, business_id=business, is_stored=False)
    bundle = asked(by, Medium.PDF)
    row = OutboxRow.objects.get(task=actions.PART, done_at__isnull=True)
    with pytest.raises(tasks.FilesAwaited), time_machine.travel(given.NOW, tick=False):
        tasks.make_part(row.pk)
    row.refresh_from_db()
    assert (row.done_at, row.last_error) == (None, "files_awaited")
    after = given.after(given.NOW, minutes=6)
    bundle = made(bundle, at=after)
    assert (bundle.state, bundle.done, bundle.lacking) == (FileState.READY, 2, 1)
    texts = [squeezed(page.extract_text()) for page in pdf_of(bundle, by).pages]
    assert squeezed("1 biên lai có tên trong mục lục mà không có tệp") in texts[0]
    assert late.code in texts[1] and squeezed("chưa lập xong") in texts[1]
    assert len(texts) == 3
    given.carry_out(after, RENDER)
    again = made(asked(by, Medium.PDF, at=after), at=after)
    assert again.pk != bundle.pk and again.lacking == 0


def test_a_damaged_file_is_told_and_stops_nothing():
    by, business = given.representative()
    damaged, whole = paid_by(by, business_id=business), paid_by(by, business_id=business)
    stored = receipt_of(damaged).paper.document.file
    name = stored.storage_name
    with default_storage.open(name, "wb") as file:
        file.write(b"%PDF-1.7 not what was hashed")
    for medium in Medium:
        bundle = made(asked(by, medium))
        assert (bundle.state, bundle.lacking) == (FileState.READY, 1)
    archive = zip_of(Bundle.objects.get(medium=Medium.ZIP), by)
    files = [name for name in archive.namelist() if name.startswith("2026-")]
    paper = receipt_of(whole).paper.document
    assert [archive.read(name) for name in sorted(files)] == [read_file(paper.file), read_file(paper.data)]
    contents = squeezed(pdf_of(Bundle.objects.get(medium=Medium.PDF), by).pages[1].extract_text())
    assert squeezed("bị hỏng") in contents and damaged.code in contents
    assert StoredFile.objects.get(pk=stored.pk).sha256 == stored.sha256


def test_it_is_cleared_away_with_its_files_and_says_so():
    by, business = given.representative()
    paid_by(by, business_id=business)
    bundle = made(asked(by))
    later = given.after(given.NOW, seconds=1)
    clear_before(given.NOW)
    assert default_storage.exists(bundle.storage_name)
    # What a killed worker has left.
    default_storage.save(f"{bundle.folder}/001", default_storage.open(bundle.storage_name))
    clear_before(later)
    bundle.refresh_from_db()
    assert bundle.state == FileState.CLEARED and not bundle.parts.exists()
    assert not default_storage.exists(bundle.storage_name) and not default_storage.exists(bundle.folder)
    with pytest.raises(FileCleared):
        bundle_file(bundle.uuid, seen_by=by)
    again = made(asked(by, at=later), at=later)
    assert again.pk != bundle.pk and bytes_of(again, by)
    assert timedelta(days=7) == KEPT and Lack.NOT_MADE


def test_a_file_that_could_not_be_made_has_failed_and_may_still_be_made():
    by, business = given.representative()
    paid_by(by, business_id=business)
    bundle = asked(by)
    row = OutboxRow.objects.get(task=actions.PART)
    outbox.give_up(row.pk, given.NOW, OSError())
    bundle.refresh_from_db()
    assert bundle.state == FileState.FAILED
    outbox.send_again(row.pk, given.NOW)
    assert made(bundle).state == FileState.READY


def test_a_full_disk_in_the_middle_stops_it_and_room_lets_it_go_on(monkeypatch):
    monkeypatch.setattr(actions, "RECEIPTS_IN_PART", 1)
    by, business = given.representative()
    for _ in range(2):
        paid_by(by, business_id=business)
    bundle = asked(by)
    save, full = default_storage.save, []

    def without_room(name, content):
        if name.endswith(("/002", "/zip")) and name not in full:
            full.append(name)
            raise OSError(errno.ENOSPC, "No space left on device")
        return save(name, content)

    monkeypatch.setattr(default_storage, "save", without_room)
    for part in ("/002", "/zip"):
        with pytest.raises(OSError, match="No space left"):
            made(bundle)
        bundle.refresh_from_db()
        assert full[-1].endswith(part)
        assert bundle.state == FileState.ASKED and bundle.storage_name is None
        assert OutboxRow.objects.get(task__contains="bundles", done_at__isnull=True).last_error == "OSError"
    first = bundle.parts.get(position=1)
    bundle = made(bundle)
    assert (bundle.state, bundle.done) == (FileState.READY, 2)
    assert bundle.parts.get(position=1).storage_name == first.storage_name
    assert (
        len(
            [
                name
                for name in zip_of(bundle, by).namelist()
                if name.startswith("2026-") and name.endswith(".pdf")
            ]
        )
        == 2
    )


def test_what_a_bundle_is_of_never_changes_and_a_part_is_made_once():
    by, business = given.representative()
    paid_by(by, business_id=business)
    bundle = made(asked(by))
    for rows, change in (
        (Bundle.objects.filter(pk=bundle.pk), {"year": 2025}),
        (Bundle.objects.filter(pk=bundle.pk), {"asked_by": given.citizen().user_id}),
        (BundlePart.objects.filter(bundle=bundle), {"storage_name": "elsewhere"}),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(**change)
    assert check(at=given.NOW).broken == {}
    with default_storage.open(bundle.storage_name, "wb") as file:
        file.write(b"another")
    assert set(check(at=given.NOW).broken) == {"stored_files"}
    with pytest.raises(FileDamaged):
        bytes_of(bundle, by)
