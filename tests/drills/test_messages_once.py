"""Messages to telephones, by real processes and a real gateway: nothing is lost with the broker, nothing delivered twice."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import redis
from django.utils import timezone

from apps.core.models import OutboxRow
from apps.notifications.models import Sending
from apps.operations.integrity import check
from tests import given, provider
from tests.drills.processes import kill_with_children, relay, until, worker
from tests.provider import Provider

pytestmark = pytest.mark.commits


@pytest.fixture
def gateway(settings, monkeypatch) -> Iterator[Provider]:
    """SMS is on here and in the processes that a test starts."""
    with provider.running() as running:
        settings.NOTICE_GATEWAYS = {
            "sms": {"url": running.url, "token": ""},
            "zalo": {"url": "", "token": ""},
        }
        monkeypatch.setenv("SMS_GATEWAY_URL", running.url)
        yield running


def filed() -> None:
    given.filed_online(contact_phone="0912345678", contact_email="an@example.vn", at=timezone.now())


def test_a_message_owed_before_the_broker_was_emptied_is_sent_and_once(
    committing_db, broker, tmp_path, gateway
):
    where = {"database": committing_db, "broker": broker, "folder": tmp_path}
    row = OutboxRow.objects.filter(payload__channel="sms")
    with relay(**where):
        filed()
        until(lambda: row.filter(attempts=1).exists(), "sending the row", tmp_path)
        server = redis.Redis.from_url(broker)
        until(lambda: server.llen("notices") > 0, "the task's arrival at the broker", tmp_path)
        server.flushall()
        with worker(queues="notices", **where):
            row.update(next_attempt_at=timezone.now())
            until(lambda: row.get().done_at is not None, "the message", tmp_path)
    assert (len(gateway.requests), len(gateway.delivered)) == (1, 1)
    assert Sending.objects.get(channel="sms").state == "sent"
    assert check(at=timezone.now()).broken == {}


def test_a_worker_killed_after_the_gateway_took_a_message_does_not_make_it_two(
    committing_db, broker, tmp_path, gateway
):
    where = {"database": committing_db, "broker": broker, "folder": tmp_path}
    row = OutboxRow.objects.filter(payload__channel="sms")
    gateway.plan = [8.0]
    filed()
    with relay(**where):
        with worker(queues="notices", **where) as first:
            until(lambda: gateway.delivered, "the gateway's taking it", tmp_path)
            kill_with_children(first)
        assert (row.get().done_at, Sending.objects.get(channel="sms").state) == (None, "waiting")
        with worker(queues="notices", **where):
            row.update(next_attempt_at=timezone.now())
            until(lambda: row.get().done_at is not None, "noting it", tmp_path)
    assert (len(gateway.requests), len(gateway.delivered)) == (2, 1)
    sent = Sending.objects.get(channel="sms")
    assert (sent.state, sent.attempts) == ("sent", 2)
    assert check(at=timezone.now()).broken == {}
