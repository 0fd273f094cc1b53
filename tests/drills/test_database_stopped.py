"""PostgreSQL stops at once while money is taken and receipts are signed: what was answered stands once, the rest is repeated."""

from __future__ import annotations

import signal
from threading import Event, Lock

import pytest
from django.conf import settings
from django.db import InterfaceError, OperationalError, connections
from django.utils import timezone

from apps.cases.actions.payment import record_payment
from apps.cases.models import Case, CaseEvent, CaseReceipt
from apps.core.models import OutboxRow
from apps.core.request_keys import Replayed
from apps.documents.models import StoredData, StoredFile
from apps.operations.integrity import check
from apps.receipts.models import Payment, Receipt, ReceiptDocument
from tests import databases, given
from tests.drills import server as servers
from tests.drills.at_once import at_once, errors
from tests.drills.processes import relay, until, worker

pytestmark = pytest.mark.commits
CASHIERS, CASES_EACH = 3, 2
# So many are answered before the server is gone.
ANSWERED = 2


@pytest.fixture
def server(committing_db, monkeypatch):
    """The tests' database on a server of its own, for this process and for those that it starts."""
    with servers.with_copy_of(committing_db) as (server, made), databases.pointed_at(made.program_url):
        monkeypatch.setenv("DATABASE_URL", made.program_url)
        yield server


class Till:
    """Cashiers who take money until the database is gone, and remember what they were told."""

    def __init__(self, cases: list[Case], cashier) -> None:
        self.keys = {case.code: given.key() for case in cases}
        self.cashier = cashier
        self.answered: dict[str, int] = {}
        self.lock = Lock()

    def take(self, code: str) -> None:
        event = record_payment(
            code, amount=8000, method="cash", by=self.cashier, at=given.NOW, request_key=self.keys[code]
        )
        with self.lock:
            self.answered[code] = event.pk

    def take_in_turn(self, codes: list[str], gone: Event, stop) -> None:
        for code in codes:
            self.take(code)
            with self.lock:
                if len(self.answered) >= ANSWERED and not gone.is_set():
                    gone.set()
                    stop()

    def take_again(self) -> None:
        """Whoever was not answered presses the button again."""
        for code in self.keys.keys() - self.answered.keys():
            try:
                self.take(code)
            except Replayed:
                # It had been committed, and only its answer was lost.
                self.answered[code] = CaseEvent.objects.get(case__code=code, kind="payment_recorded").pk


def signed() -> int:
    return ReceiptDocument.objects.count()


def test_what_was_answered_before_the_database_stopped_stands_once_and_the_rest_is_repeated(
    server, broker, tmp_path, monkeypatch
):
    monkeypatch.setenv("MEDIA_ROOT", str(settings.MEDIA_ROOT))
    where = {"database": "motcua", "broker": broker, "folder": tmp_path}
    desk = given.ward_committee()
    cashier = given.cashier(desk)
    paid = 0
    with relay(**where) as relaying, worker(queues="documents", **where) as working:
        for how in (signal.SIGQUIT, signal.SIGKILL):
            # A worker is in the middle of these...
            first = [given.paid(given.taken_at_counter(desk=desk)) for _ in range(3)]
            OutboxRow.objects.filter(done_at=None).update(next_attempt_at=timezone.now())
            until(lambda paid=paid: signed() > paid, "signing", tmp_path)
            # ...when the cashiers take money, and the server is gone.
            cases = [given.taken_at_counter(desk=desk) for _ in range(CASHIERS * CASES_EACH)]
            till, gone = Till(cases, cashier), Event()
            codes = list(till.keys)
            took = at_once(
                *(
                    lambda mine=codes[place::CASHIERS], till=till, gone=gone, how=how: till.take_in_turn(
                        mine, gone, lambda: server.stop(how)
                    )
                    for place in range(CASHIERS)
                )
            )
            assert {type(error) for error in errors(took)} <= {OperationalError, InterfaceError}, took
            assert errors(took) and ANSWERED <= len(till.answered) < len(cases)
            connections.close_all()
            server.start_again()
            stand = CaseReceipt.objects.filter(case__code__in=till.answered).values_list(
                "case__code", flat=True
            )
            assert sorted(stand) == sorted(till.answered)
            events = CaseEvent.objects.filter(pk__in=till.answered.values()).values_list(
                "case__code", flat=True
            )
            assert sorted(events) == sorted(till.answered)
            assert signed() < Receipt.objects.count()
            # Rows wait by the processes' clock, which runs ahead of the tests'.
            assert check(at=given.NOW).broken.keys() <= {"outbox_rows"}
            till.take_again()
            paid += len(first) + len(cases)
            assert Payment.objects.count() == Receipt.objects.count() == CaseReceipt.objects.count() == paid
            # Nobody waits for the growing pause in a test.
            OutboxRow.objects.filter(done_at=None).update(next_attempt_at=timezone.now())
            until(lambda paid=paid: signed() == paid, "signing all", tmp_path)
            assert (relaying.poll(), working.poll()) == (None, None)
    assert list(Receipt.objects.order_by("number").values_list("number", flat=True)) == list(
        range(1, paid + 1)
    )
    assert StoredFile.objects.count() == StoredData.objects.count() == paid
    assert not OutboxRow.objects.filter(task__endswith="render_receipt", done_at=None).exists()
    assert check(at=given.NOW).broken == {}
