"""check_integrity finds a receipt that no list tells of, a line that says otherwise, a list that is not its lines."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.storage import default_storage
from django.db import transaction

from apps.core.models import OutboxRow
from apps.operations.integrity import check
from apps.receipts.actions.day_reports import make_lists
from apps.receipts.models import DayReport, DayReportAnswer, DayReportFile, DayReportLine, Receipt
from tests import given
from tests.receipts.lists import list_made, receipt

pytestmark = pytest.mark.django_db

OURS = ("told_once", "told_as_issued", "stored_files")


def found(at=given.NOW) -> dict[str, str]:
    return {name: fault.wrong for name, fault in check(at=at).broken.items() if name in OURS}


def test_a_receipt_is_told_by_the_end_of_the_day_after():
    receipt()
    assert found() == {} and found(given.after(given.NOW, days=1)) == {}
    assert found(given.after(given.NOW, days=2)) == {"told_once": "on_no_list"}


def test_a_list_as_it_is_made_is_whole():
    list_made()
    assert found(given.after(given.NOW, days=9)) == {}


def forged(other: Receipt, line: dict[str, object], **report: object) -> None:
    """A list of one more receipt that somebody wrote around the program."""
    told = DayReport.objects.get()
    amount = line.get("amount", other.amount)
    said = {"day": told.day, "lines_in_all": 1, "total": amount, "send_by": told.send_by, **report}
    forgery = DayReport.objects.create(
        uuid=uuid4(), collecting_body=told.collecting_body, part=2, made_at=told.made_at, **said
    )
    true = {
        "source": other.uuid,
        "kind": "issued",
        "form": other.series.form,
        "series": other.series.code,
        "number": other.number,
        "issued_on": told.day,
        "amount": other.amount,
        "fee_name": "Lệ phí",
    }
    DayReportLine.objects.create(report=forgery, position=1, receipt=other, **{**true, **line})


@pytest.mark.parametrize(
    ("write", "wrong"),
    [
        (lambda other: forged(other, {"amount": 1}), "line_differs"),
        (lambda other: forged(other, {"number": 77}), "line_differs"),
        (lambda other: forged(other, {"series": "26TAB"}), "line_differs"),
        (lambda other: forged(other, {"issued_on": given.NOW.date() - timedelta(days=1)}), "line_differs"),
        (lambda other: forged(other, {"source": uuid4()}), "line_differs"),
        (lambda other: forged(other, {}, day=given.NOW.date() - timedelta(days=1)), "line_differs"),
        (lambda other: forged(other, {}, total=5), "list_differs"),
        (lambda other: forged(other, {}, lines_in_all=2), "list_differs"),
        (lambda other: forged(other, {}), "list_has_no_files"),
    ],
)
def test_what_was_written_around_the_program_is_found(write: Callable[[Receipt], None], wrong: str):
    list_made()
    other = receipt()
    with transaction.atomic():
        write(other)
        assert found()["told_as_issued"] == wrong
        # The database would refuse some of it at commit.
        transaction.set_rollback(True)


@pytest.mark.parametrize(
    "line",
    [{"source": uuid4()}, {"explanation": "Lý do khác"}, {"receipt": "another"}],
)
def test_a_line_that_tells_another_notice_than_was_given_is_found(line: dict[str, object]):
    list_made()
    later = given.after(given.NOW, days=1)
    case = given.notified(given.paid(given.taken_at_counter()))
    told, other = given.wrong_receipt(case), receipt()
    notice = told.notices.get()
    true = {"kind": "notice", "source": notice.uuid, "amount": None, "explanation": notice.reason}
    with transaction.atomic():
        forged(told, true, total=0)
        assert found(later)["told_as_issued"] == "list_has_no_files"
        transaction.set_rollback(True)
    with transaction.atomic():
        of = other if "receipt" in line else told
        forged(of, {**true, **{name: said for name, said in line.items() if name != "receipt"}}, total=0)
        assert found(later)["told_as_issued"] == "line_differs"
        transaction.set_rollback(True)


def test_a_list_whose_files_nobody_will_make_is_found():
    receipt()
    make_lists(given.NOW.date(), at=given.NOW)
    assert found() == {}
    OutboxRow.objects.filter(task__endswith="render_day_report").delete()
    assert found() == {"told_as_issued": "list_has_no_files"}


@pytest.mark.parametrize("state", ["accepted", "rejected"])
def test_a_list_that_nobody_answered_so_is_found(state: str):
    report = list_made()
    DayReport.objects.update(state=state, sent_at=given.NOW, answered_at=given.NOW)
    assert found() == {"told_as_issued": "answered_otherwise"}
    answer = {"edition": report.editions.get(), "status": 200, "body": b"<TBao/>", "received_at": given.NOW}
    DayReportAnswer.objects.create(outcome="received", **answer)
    assert found() == {"told_as_issued": "answered_otherwise"}
    DayReportAnswer.objects.create(outcome=state, **answer)
    assert found() == {}


def test_a_file_of_a_list_that_was_changed_is_found():
    list_made()
    name = DayReportFile.objects.get(medium="xml").storage_name
    with default_storage.open(name, "r+b") as file:
        file.write(b"x")
    assert found() == {"stored_files": "file_wrong"}


@pytest.mark.parametrize(
    "change",
    [
        {"sent_at": given.after(given.NOW, days=-1)},
        {"answered_at": given.after(given.NOW, days=3)},
    ],
)
def test_a_list_sent_or_answered_at_another_time_than_it_was_heard_of_is_found(change):
    report = list_made()
    edition = report.editions.get()
    heard = {"status": 200, "body": b"", "reasons": [], "received_at": given.NOW}
    DayReportAnswer.objects.create(edition=edition, outcome="rejected", **heard)
    rows = DayReport.objects.filter(pk=report.pk)
    rows.update(state="rejected", sent_at=given.NOW, answered_at=given.NOW)
    assert found() == {}
    rows.update(**change)
    assert found() == {"told_as_issued": "answered_otherwise"}


def test_a_list_that_says_it_was_sent_and_nobody_heard_of_it_is_found():
    report = list_made()
    DayReport.objects.filter(pk=report.pk).update(state="sent", sent_at=given.NOW)
    assert found() == {"told_as_issued": "answered_otherwise"}
