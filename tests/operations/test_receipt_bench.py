"""What `make bench` measures is done by the verbs themselves: played here with a few, so that it cannot break unseen."""

from __future__ import annotations

from io import StringIO

import pytest
import time_machine

from apps.bundles.choices import Medium
from apps.bundles.models import Bundle
from apps.bundles.tasks import FilesAwaited
from apps.documents.choices import FileState
from apps.operations import receipt_bench
from apps.operations.management.commands.bench_receipts import Command
from apps.operations.people import ensure_people
from apps.receipts.models import Receipt, ReceiptDocument
from tests import given

pytestmark = pytest.mark.django_db

FEW = 3


@pytest.fixture(autouse=True)
def _small(monkeypatch):
    monkeypatch.setattr(receipt_bench, "BATCH", 2)
    with time_machine.travel(given.NOW, tick=True):
        ensure_people(given.NOW)
        yield


def test_what_is_paid_is_signed_and_then_stands_in_one_file_of_each_kind():
    owed = list(receipt_bench.pay(FEW))
    assert Receipt.objects.count() == FEW and not ReceiptDocument.objects.exists()
    rows = receipt_bench.against_weasyprint(owed)
    assert ReceiptDocument.objects.count() == FEW
    rows += [receipt_bench.bundled(medium) for medium in Medium]
    assert {(each.state, each.medium, each.total, each.lacking) for each in Bundle.objects.all()} == {
        (FileState.READY, medium, FEW, 0) for medium in Medium
    }
    assert all(row.figure and row.size for row in rows)
    assert [row.size for row in rows if row.ratio is not None] == [FEW] * 4
    printed = StringIO()
    Command(stdout=printed)._print(rows)
    assert len(printed.getvalue().splitlines()) == len(rows)


def test_a_bundle_that_lacks_a_file_is_not_measured():
    owed = list(receipt_bench.pay(1))
    with pytest.raises(FilesAwaited):
        receipt_bench.bundled(Medium.ZIP)
    assert owed and not Bundle.objects.filter(state=FileState.READY).exists()
