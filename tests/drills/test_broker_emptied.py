"""The broker loses everything between an act and its effect: the effect happens all the same and once, by real processes."""

from __future__ import annotations

import pytest
import redis
from django.conf import settings
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from apps.cases.choices import EventKind, Routing
from apps.cases.models import CaseEvent
from apps.cases.selectors import receipt_file
from apps.core.models import OutboxRow
from apps.documents.models import StoredData, StoredFile
from apps.operations.integrity import check
from apps.receipts.models import Payment, Receipt, ReceiptDocument
from tests import given
from tests.documents.signed import by_poppler
from tests.drills.processes import kill_with_children, relay, until, waits_for_a_lock, worker

pytestmark = pytest.mark.commits


def test_a_case_filed_before_the_broker_was_emptied_is_still_routed(committing_db, broker, tmp_path):
    where = {"database": committing_db, "broker": broker, "folder": tmp_path}
    with relay(**where):
        case = given.filed_online()
        row = OutboxRow.objects.filter(effect=f"route:{case.code}")
        until(lambda: row.filter(attempts=1).exists(), "sending the row", tmp_path)
        server = redis.Redis.from_url(broker)
        until(lambda: server.llen("routing") > 0, "the task's arrival at the broker", tmp_path)
        server.flushall()
        assert server.dbsize() == 0
        with worker(**where):
            # The row waits for its consumer before it is sent again; here that wait is over at once.
            assert row.filter(done_at=None, next_attempt_at__gt=F("created_at")).exists()
            row.update(next_attempt_at=timezone.now())
            until(lambda: given.fresh(case).routing == Routing.ROUTED, "the routing", tmp_path)
    assert row.get().done_at is not None
    assert CaseEvent.objects.filter(case=case, kind=EventKind.CASE_ROUTED).count() == 1
    assert check(at=timezone.now()).broken == {}


def test_a_worker_killed_before_it_committed_leaves_the_row_to_be_sent_again(committing_db, broker, tmp_path):
    where = {"database": committing_db, "broker": broker, "folder": tmp_path}
    case = given.filed_online()
    row = OutboxRow.objects.filter(effect=f"route:{case.code}")
    with relay(**where):
        with worker(**where) as first, transaction.atomic():
            # While somebody else holds the case, the worker waits for it in the middle of its act.
            connection.cursor().execute("SELECT FROM cases_case WHERE id = %s FOR NO KEY UPDATE", [case.pk])
            until(waits_for_a_lock, "the worker's waiting", tmp_path)
            kill_with_children(first)
        assert given.fresh(case).routing == Routing.PENDING
        with worker(**where):
            row.update(next_attempt_at=timezone.now())
            until(lambda: given.fresh(case).routing == Routing.ROUTED, "the routing", tmp_path)
    assert CaseEvent.objects.filter(case=case, kind=EventKind.CASE_ROUTED).count() == 1
    assert check(at=timezone.now()).broken == {}


def test_a_receipt_numbered_before_the_broker_was_emptied_is_still_signed_and_once(
    committing_db, broker, tmp_path, monkeypatch
):
    monkeypatch.setenv("MEDIA_ROOT", str(settings.MEDIA_ROOT))
    where = {"database": committing_db, "broker": broker, "folder": tmp_path}
    with relay(**where):
        case = given.paid(given.taken_at_counter())
        receipt = Receipt.objects.get()
        row = OutboxRow.objects.filter(effect=f"receipt:{receipt.uuid}")
        row.update(next_attempt_at=timezone.now())
        until(lambda: row.filter(attempts=1).exists(), "sending the row", tmp_path)
        server = redis.Redis.from_url(broker)
        until(lambda: server.llen("documents") > 0, "the task's arrival at the broker", tmp_path)
        server.flushall()
        assert server.dbsize() == 0
        with worker(queues="documents", **where):
            row.update(next_attempt_at=timezone.now())
            until(lambda: row.get().done_at is not None, "the signing", tmp_path)
    assert row.get().attempts > 1
    assert Receipt.objects.get().number == receipt.number == 1
    assert Payment.objects.count() == ReceiptDocument.objects.count() == 1
    assert StoredFile.objects.count() == StoredData.objects.count() == 1
    clerk = given.receptionist(case.current_agency)
    assert by_poppler(receipt_file(case.code, receipt.uuid, seen_by=clerk).content, tmp_path).is_valid
    assert check(at=given.NOW).broken == {}
