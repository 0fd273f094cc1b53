"""Between a number and a signed receipt: a process killed at any step, two at once, workers that die; never half a receipt."""

from __future__ import annotations

import pytest
import time_machine
from django.conf import settings
from django.utils import timezone

from apps.cases import tasks
from apps.cases.actions.payment import record_payment
from apps.cases.models import Case, CaseReceipt
from apps.cases.selectors import receipt_data_file, receipt_file
from apps.core.models import OutboxRow
from apps.documents.errors import FileNotReady
from apps.documents.models import StoredData, StoredFile
from apps.operations.integrity import check
from apps.receipts.models import Receipt, ReceiptDocument
from tests import given
from tests.documents.signed import by_poppler
from tests.drills import die_signing
from tests.drills.at_once import at_once, errors
from tests.drills.die_signing import STEPS
from tests.drills.dying import killed_in
from tests.drills.processes import kill_with_children, relay, until, worker

pytestmark = pytest.mark.commits


def owed_by(receipt: Receipt) -> OutboxRow:
    return OutboxRow.objects.get(effect=f"receipt:{receipt.uuid}")


def rows() -> tuple[int, int, int]:
    return ReceiptDocument.objects.count(), StoredFile.objects.count(), StoredData.objects.count()


def is_sound() -> bool:
    return check(at=given.NOW).broken == {}


@pytest.fixture
def killed(committing_db):
    files = str(settings.MEDIA_ROOT)
    with killed_in(die_signing.__name__, database=committing_db, MEDIA_ROOT=files) as killed:
        yield killed


def test_a_process_killed_at_any_step_leaves_the_receipt_due_and_the_next_one_signs_it_once(killed, tmp_path):
    for number, step in enumerate(STEPS, 1):
        case = given.paid(given.taken_at_counter())
        receipt = CaseReceipt.objects.get(case=case).receipt
        row = owed_by(receipt)
        assert killed(step, row_id=row.pk, at=given.NOW.isoformat()) == -9, step
        row.refresh_from_db()
        clerk = given.receptionist(case.current_agency)
        if step != "after the commit":
            assert row.done_at is None, step
            assert rows() == (number - 1,) * 3, step
            for take in (receipt_file, receipt_data_file):
                with pytest.raises(FileNotReady):
                    take(case.code, receipt.uuid, seen_by=clerk)
            assert is_sound(), step
        for _ in range(2):
            with time_machine.travel(given.NOW, tick=False):
                tasks.render_receipt(row.pk)
        assert rows() == (number,) * 3, step
        assert by_poppler(receipt_file(case.code, receipt.uuid, seen_by=clerk).content, tmp_path).is_valid
        assert is_sound(), step
    assert list(Receipt.objects.order_by("number").values_list("number", flat=True)) == list(
        range(1, len(STEPS) + 1)
    )


def test_two_workers_at_once_sign_a_receipt_once(committing_db):
    given.paid(given.taken_at_counter())
    row = owed_by(Receipt.objects.get())
    assert errors(at_once(*(lambda: tasks.render_receipt(row.pk),) * 3)) == []
    assert rows() == (1, 1, 1)
    assert OutboxRow.objects.get(pk=row.pk).done_at is not None
    assert is_sound()


def test_workers_that_are_killed_again_and_again_leave_every_receipt_signed_once(
    committing_db, broker, tmp_path, monkeypatch
):
    monkeypatch.setenv("MEDIA_ROOT", str(settings.MEDIA_ROOT))
    where = {"database": committing_db, "broker": broker, "folder": tmp_path}
    desk = given.ward_committee()
    cashier = given.cashier(desk)
    now = timezone.now()
    cases: list[Case] = [given.taken_at_counter(desk=desk) for _ in range(6)]
    for case in cases:
        record_payment(
            case.code, amount=8000, method="cash", by=cashier, at=given.NOW, request_key=given.key()
        )
    OutboxRow.objects.update(next_attempt_at=now)
    with relay(**where):
        for done in (1, 3):
            with worker(queues="documents", **where) as running:
                until(lambda done=done: ReceiptDocument.objects.count() >= done, "signing", tmp_path)
                kill_with_children(running)
            # Nobody waits for the growing pause in a test.
            OutboxRow.objects.filter(done_at__isnull=True).update(next_attempt_at=timezone.now())
        with worker(queues="documents", **where):
            until(lambda: ReceiptDocument.objects.count() == len(cases), "signing all", tmp_path)
    assert rows()[0] == rows()[2] == len(cases)
    assert OutboxRow.objects.filter(task__endswith="render_receipt", done_at__isnull=True).count() == 0
    assert is_sound()
