"""The gateway pays back once, whatever breaks between its answer and ours; its last word is recorded, and another way decided."""

from __future__ import annotations

from uuid import UUID

import pytest

from apps.cases import tasks
from apps.cases.history import read_entry
from apps.cases.models import CaseEvent
from apps.cases.selectors import refunds_waiting
from apps.core import outbox
from apps.core.models import OutboxRow
from apps.operations.integrity import check
from apps.receipts import gateways
from apps.receipts.choices import RefundState
from apps.receipts.gateways import by_http
from apps.receipts.models import GatewayMessage, Refund, RefundFailure, RefundProposal
from tests import given, online
from tests.cases import doors
from tests.cases.test_decide_refund import decide, head_of

pytestmark = pytest.mark.django_db


class Gateway:
    """What a gateway keeps: money paid back under each code, once."""

    def __init__(self) -> None:
        self.paid: dict[str, tuple[str, int]] = {}
        self.asked = 0
        self.then: list[Exception] = []
        self.before: list[Exception] = []

    def refund_at_gateway(self, payment, amount, code):
        self.asked += 1
        assert UUID(code) and payment.order is not None
        if self.before:
            raise self.before.pop(0)
        reference, _amount = self.paid.setdefault(code, (f"R{len(self.paid) + 1}", amount))
        if self.then:
            raise self.then.pop(0)
        return gateways.Refunded(reference, f'{{"reference": "{reference}"}}')


@pytest.fixture
def gateway(monkeypatch) -> Gateway:
    """A gateway at the seam: the function that refunds are asked of."""
    fake = Gateway()
    monkeypatch.setattr(gateways, "refund_at_gateway", fake.refund_at_gateway)
    return fake


def granted():
    case = given.case_at_intake()
    given.paid_online(case, 50_000)
    given.refund_decided(case, "gateway")
    return case, OutboxRow.objects.get(task__endswith="refund_at_gateway")


def broken() -> dict:
    return check(at=given.NOW, with_files=False).broken


def test_it_is_paid_back_and_recorded_with_its_row_closed(gateway):
    case, row = granted()
    doors.acted(case, lambda: given.carry_out(given.NOW, "refund_at_gateway") and doors.event_of(case))
    refund = given.refund_of(case)
    assert (refund.state, refund.refund.reference, refund.refund.paid_by) == (RefundState.PAID, "R1", None)
    event = doors.event_of(case)
    assert event.by is None
    assert read_entry(bytes(event.body)).data == {
        "refund": str(refund.uuid),
        "amount": 50_000,
        "method": "gateway",
    }
    assert OutboxRow.objects.get(pk=row.pk).done_at == given.NOW
    message = GatewayMessage.objects.get()
    assert (message.kind, message.outcome, message.is_authentic) == ("refund", "paid_back", True)
    assert (message.refund, message.order) == (refund, refund.payment.order)
    assert (message.body, message.received_at) == ('{"reference": "R1"}', given.NOW)
    assert broken() == {}


def test_a_row_that_is_delivered_twice_pays_once(gateway):
    case, row = granted()
    for _ in range(2):
        tasks.refund_at_gateway(row.pk)
    assert (gateway.asked, Refund.objects.count()) == (1, 1)


def test_a_time_out_is_asked_again_under_the_same_code(gateway):
    case, row = granted()
    gateway.then = [TimeoutError()]
    with pytest.raises(TimeoutError):
        tasks.refund_at_gateway(row.pk)
    assert (OutboxRow.objects.get(pk=row.pk).last_error, Refund.objects.count()) == ("TimeoutError", 0)
    assert not GatewayMessage.objects.exists()
    assert broken() == {}
    tasks.refund_at_gateway(row.pk)
    assert (gateway.asked, len(gateway.paid), Refund.objects.count()) == (2, 1, 1)


def test_a_worker_that_dies_between_the_gateway_and_the_commit_pays_once(gateway, monkeypatch):
    case, row = granted()
    events = CaseEvent.objects.count()

    def dies(*_args, **_options):
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(tasks.refund, "_record_paid", dies)
        with pytest.raises(SystemExit):
            tasks.refund_at_gateway(row.pk)
    assert (len(gateway.paid), Refund.objects.count(), CaseEvent.objects.count()) == (1, 0, events)
    assert OutboxRow.objects.get(pk=row.pk).done_at is None
    tasks.refund_at_gateway(row.pk)
    assert (len(gateway.paid), Refund.objects.count()) == (1, 1)
    assert broken() == {}


def test_its_last_word_is_recorded_and_another_way_is_decided_and_paid(gateway):
    case, row = granted()
    gateway.before = [gateways.Refused("answered_422", '{"error": "older than 180 days"}')]
    tasks.refund_at_gateway(row.pk)
    refund = given.refund_of(case)
    assert (refund.state, RefundFailure.objects.get().said) == (RefundState.FAILED, "answered_422")
    message = GatewayMessage.objects.get()
    assert (message.outcome, message.refund) == ("not_paid_back", refund)
    assert message.body == '{"error": "older than 180 days"}'
    assert not outbox.send_again(row.pk, given.NOW)
    assert [each.case_id for each in refunds_waiting(seen_by=head_of(case))] == [case.pk]
    assert broken() == {}
    decide(case, method="transfer", reason="Cổng từ chối")
    assert given.refund_of(case).state == RefundState.GRANTED
    given.refund_paid(case)
    tasks.refund_at_gateway(row.pk)
    assert (gateway.asked, gateway.paid, Refund.objects.get().method) == (1, {}, "transfer")
    assert broken() == {}


class TestOverTheWire:
    """The same with a gateway that really listens."""

    @pytest.fixture
    def case(self, simulator):
        """Paid 300 đồng too much; that was granted to go back through the gateway."""
        case = given.filed_with_a_fee()
        online.paid_online(simulator, online.ordered(case), 700_300)
        given.refund_decided(case, "gateway")
        return case

    def answers(self) -> list[tuple[str, str]]:
        kept = GatewayMessage.objects.filter(kind="refund").order_by("pk")
        return [(message.outcome, message.body) for message in kept]

    def row(self) -> OutboxRow:
        return OutboxRow.objects.get(task__endswith="refund_at_gateway")

    def paid_back_once(self, simulator, case) -> None:
        [(code, told)] = simulator.refunds.items()
        refund = given.refund_of(case)
        assert (code, told["amount"]) == (str(refund.uuid), 300)
        assert (refund.state, refund.refund.reference) == (RefundState.PAID, told["reference"])
        [(outcome, body)] = self.answers()
        assert (outcome, told["reference"] in body) == ("paid_back", True)
        assert RefundProposal.objects.count() == Refund.objects.count() == 1

    def test_what_it_answers_is_kept_word_for_word(self, simulator, case):
        tasks.refund_at_gateway(self.row().pk)
        self.paid_back_once(simulator, case)

    @pytest.mark.parametrize("trouble", ["drop", 0.8])
    def test_done_and_its_answer_lost_or_late_it_is_found_and_not_paid_again(
        self, simulator, case, trouble, monkeypatch
    ):
        monkeypatch.setattr(by_http, "ANSWER", 0.4)
        simulator.plan["refund"] = [trouble]
        tasks.refund_at_gateway(self.row().pk)
        self.paid_back_once(simulator, case)
        assert [kind for kind, _, _ in simulator.requests].count("refund") == 1

    def test_done_and_nothing_to_be_heard_for_a_while_it_is_asked_again_and_not_paid_again(
        self, simulator, case
    ):
        simulator.plan["refund"] = ["drop"]
        # Asked before, and twice after it was lost.
        simulator.plan["refunded"] = [404, 503, 503]
        with pytest.raises(gateways.TryAgain):
            tasks.refund_at_gateway(self.row().pk)
        assert len(simulator.refunds) == 1
        assert (Refund.objects.count(), self.answers(), self.row().done_at) == (0, [], None)
        tasks.refund_at_gateway(self.row().pk)
        self.paid_back_once(simulator, case)
        assert [kind for kind, _, _ in simulator.requests].count("refund") == 1

    def test_its_no_is_kept_word_for_word_and_another_way_decided(self, simulator, case):
        simulator.plan["refund"] = [422]
        tasks.refund_at_gateway(self.row().pk)
        assert self.answers() == [("not_paid_back", '{"error": "as planned"}')]
        assert given.refund_of(case).state == RefundState.FAILED
        assert (simulator.refunds, Refund.objects.count()) == ({}, 0)
