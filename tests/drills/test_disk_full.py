"""The disk is full while a file is stored: nothing half is left or shown, the row stays due, and with room it is made once.

The kernel itself ends the write, in the middle of the file (RLIMIT_FSIZE), as on a disk where so much was left.
"""

from __future__ import annotations

import os
import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.utils.module_loading import import_string

from apps.bundles import actions
from apps.bundles.actions import ask_year
from apps.bundles.choices import Medium
from apps.bundles.models import Bundle, BundlePart
from apps.core.models import OutboxRow
from apps.documents.choices import FileState
from apps.documents.models import StoredData, StoredFile
from apps.operations.integrity import check
from apps.receipts.actions.day_reports import RENDER, SEND, make_lists
from apps.receipts.models import DayReport, DayReportFile, Receipt, ReceiptDocument
from tests import given
from tests.bundles.paid import paid_by
from tests.receipts.lists import receipt

pytestmark = pytest.mark.django_db

ROOM = 500
EVENING = given.NOW.replace(hour=18)


@contextmanager
def little_room() -> Iterator[None]:
    """No file can be longer than so many bytes."""
    before, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (ROOM, most))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (before, most))


@pytest.fixture
def full_at(monkeypatch) -> Callable[[int], None]:
    """Says which of the files that are stored next finds little room, counted from 1."""
    save, coming = default_storage.save, []

    def saved(name, content):
        with little_room() if coming and coming.pop() else nullcontext():
            return save(name, content)

    monkeypatch.setattr(default_storage, "save", saved)
    return lambda which: coming.extend([True, *[False] * (which - 1)])


def stored() -> list[Path]:
    return sorted(path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file())


def fails(row: OutboxRow) -> None:
    """The worker is told by the kernel, and leaves the row due with the kind of the error."""
    with pytest.raises(OSError, match="File too large"):
        import_string(row.task)(row.pk)
    row.refresh_from_db()
    assert (row.done_at, row.failed_at, row.last_error) == (None, None, "OSError")


@pytest.mark.parametrize("which", [1, 2], ids=["PDF", "data"])
def test_of_a_receipt_neither_file_is_half_there_and_it_is_signed_once(full_at, which):
    given.paid(given.taken_at_counter())
    row = OutboxRow.objects.get(task__endswith="render_receipt")
    full_at(which)
    fails(row)
    # What was stored before it is a whole file that nothing refers to.
    assert len(stored()) == which - 1 and all(path.stat().st_size > ROOM for path in stored())
    for rows in (StoredFile, StoredData, ReceiptDocument):
        assert not rows.objects.exists()
    assert check(at=given.NOW).broken == {}
    given.carry_out(given.NOW, "render_receipt")
    assert ReceiptDocument.objects.count() == StoredFile.objects.count() == StoredData.objects.count() == 1
    assert Receipt.objects.get().number == 1
    assert check(at=given.NOW).broken == {}


@pytest.mark.parametrize("which", [1, 2, 3, None], ids=["data", "sheet", "paper", "already on the way"])
def test_of_a_days_list_no_file_is_half_there_and_nothing_is_sent_before_all_are(full_at, settings, which):
    settings.TAX_AUTHORITY = {"url": "http://127.0.0.1:9/lists", "token": ""}
    receipt()
    assert make_lists(given.NOW.date(), at=EVENING) == 1
    row = OutboxRow.objects.get(task=RENDER)
    if which:
        full_at(which)
        fails(row)
    else:
        with little_room():
            fails(row)
    assert len(stored()) == (which or 1) - 1 and all(path.stat().st_size > ROOM for path in stored())
    assert not DayReportFile.objects.exists() and not OutboxRow.objects.filter(task=SEND).exists()
    assert check(at=EVENING).broken == {}
    given.carry_out(EVENING, "render_day_report")
    assert DayReport.objects.count() == OutboxRow.objects.filter(task=SEND).count() == 1
    assert DayReportFile.objects.count() == 3
    assert check(at=EVENING).broken == {}


@pytest.mark.parametrize("medium", list(Medium))
def test_of_a_bundle_each_part_is_whole_and_made_once(full_at, monkeypatch, medium):
    monkeypatch.setattr(actions, "RECEIPTS_IN_PART", 1)
    by, business = given.representative()
    for _ in range(2):
        paid_by(by, business_id=business)
    papers = len(stored())
    bundle = ask_year(given.NOW.year, medium, by=by, at=given.NOW)
    for made in range(3):
        # The first part, the second, and the binding.
        row = OutboxRow.objects.get(task__startswith="apps.bundles.", done_at__isnull=True)
        full_at(1)
        fails(row)
        assert len(stored()) == papers + made
        assert BundlePart.objects.filter(made_at__isnull=False).count() == made
        assert Bundle.objects.get().state == FileState.ASKED
        assert check(at=given.NOW).broken == {}
        import_string(row.task)(row.pk)
    bundle.refresh_from_db()
    assert (bundle.state, bundle.done) == (FileState.READY, 2)
    assert len(stored()) == papers + 1 and os.path.getsize(default_storage.path(bundle.storage_name)) > ROOM
    assert check(at=given.NOW).broken == {}
