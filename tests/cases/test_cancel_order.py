"""An order that will not be paid is cancelled by whoever may pay it; money that is on its way or comes all the same is not lost."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, transaction

from apps.accounts.choices import Role
from apps.applications.choices import PartyRole
from apps.cases.actions.acting import Replayed
from apps.cases.actions.online_payment import cancel_order
from apps.cases.actions.settling import reconcile
from apps.cases.choices import EventKind
from apps.cases.errors import CaseUnknown
from apps.cases.periodic import ask_after_orders
from apps.cases.selectors import owed_at
from apps.core.errors import KeyReused
from apps.core.models import OutboxRow
from apps.operations.integrity import check
from apps.receipts.choices import MessageOutcome, OrderOutcome
from apps.receipts.errors import GatewaySilent, OrderEnded, OrderUnknown, PaymentUnderWay
from apps.receipts.gateways import by_http
from apps.receipts.models import GatewayMessage, Payment, PaymentOrder, Receipt, ReceiptSeries, RefundProposal
from tests import given, online
from tests.cases import doors
from tests.online import heard, ordered, paid_online, payer_of

pytestmark = pytest.mark.django_db
FEE = 700_000


@pytest.fixture
def case():
    return given.filed_with_a_fee()


@pytest.fixture
def order(simulator, case) -> PaymentOrder:
    return ordered(case)


def cancelling(case, order, by=None, *, at=given.NOW, key=None):
    by = by or payer_of(case)
    return lambda: cancel_order(case.code, order.code, by=by, at=at, request_key=key or given.key())


def of(order: PaymentOrder) -> PaymentOrder:
    return PaymentOrder.objects.get(pk=order.pk)


def asked(simulator, kind: str) -> int:
    return [each for each, _, _ in simulator.requests].count(kind)


def answers() -> list[tuple[str, str]]:
    kept = GatewayMessage.objects.exclude(kind="created").order_by("pk")
    return [(message.kind, message.outcome) for message in kept]


class TestCancelled:
    """The gateway ends it, then it ends here, and says who ended it."""

    def test_it_ends_at_the_gateway_and_here(self, simulator, case, order):
        sequence = given.fresh(case).last_sequence
        cancelled = cancelling(case, order)()
        assert simulator.orders[order.code]["state"] == "cancelled"
        assert (of(order).outcome, of(order).closed_at) == (OrderOutcome.CANCELLED, given.NOW)
        assert of(order).cancelled_by_id == cancelled.cancelled_by_id == payer_of(case).user_id
        assert answers() == [("cancelled", "closed")]
        # As with opening: nothing was paid.
        assert given.fresh(case).last_sequence == sequence
        assert not Payment.objects.exists()
        assert owed_at(case) == FEE
        assert check(at=given.NOW).broken == {}

    def test_what_is_due_may_be_ordered_anew_and_paid(self, simulator, case, order):
        cancelling(case, order)()
        again = ordered(case)
        assert again.pk != order.pk
        assert paid_online(simulator, again) == MessageOutcome.SETTLED
        assert (owed_at(case), Receipt.objects.count()) == (0, 1)
        assert not RefundProposal.objects.exists()

    def test_a_named_payer_may_end_what_the_applicant_opened(self, simulator, case, order):
        payer = given.citizen()
        party = case.application.parties.filter(role=PartyRole.FILER).first()
        party.pk, party.role, party.business_id = None, PartyRole.PAYER, None
        party.citizen_id = payer.citizen_id
        party.save(force_insert=True)
        assert cancelling(case, order, payer)().cancelled_by_id == payer.user_id

    def test_one_that_the_gateway_never_heard_of_ends_and_is_not_told_later_where_it_is_paid(
        self, simulator, case
    ):
        simulator.plan["create"] = ["hang up", "hang up"]
        order = ordered(case)
        cancelling(case, order)()
        assert of(order).outcome == OrderOutcome.CANCELLED
        assert asked(simulator, "cancel") == 1
        assert simulator.orders == {}

    def test_one_by_transfer_alone_ends_here_and_nobody_is_asked(self, case):
        online.with_account(case.competent_agency)
        order = ordered(case)
        cancelling(case, order)()
        assert of(order).outcome == OrderOutcome.CANCELLED
        assert answers() == []
        assert not OutboxRow.objects.filter(task__endswith="ask_gateway").exists()

    def test_the_same_request_is_answered_again_and_the_gateway_is_not_told_again(
        self, simulator, case, order
    ):
        key = given.key()
        cancelling(case, order, key=key)()
        with pytest.raises(Replayed):
            cancelling(case, order, key=key)()
        assert asked(simulator, "cancel") == 1
        another = ordered(case)
        with doors.refused(KeyReused):
            cancelling(case, another, key=key)()
        assert asked(simulator, "cancel") == 1
        assert of(another).closed_at is None


class TestRefused:
    """Who may not, and what has ended: nothing changes, at the gateway neither."""

    def test_strangers_officials_and_the_applicant_of_another_case(self, simulator, case, order):
        clerk = given.staff(case.current_agency, Role.RECEPTIONIST, Role.CASHIER, Role.HEAD)
        for by in (given.citizen(), clerk):
            with doors.refused(CaseUnknown):
                cancelling(case, order, by)()
        mine = given.filed_with_a_fee()
        with doors.refused(OrderUnknown):
            cancelling(mine, order)()
        with doors.refused(CaseUnknown):
            cancelling(case, order, payer_of(mine))()
        assert asked(simulator, "cancel") == 0
        assert of(order).closed_at is None

    def test_no_such_order(self, case, order):
        with doors.refused(OrderUnknown):
            cancel_order(case.code, "NOSUCHORDER2", by=payer_of(case), at=given.NOW, request_key=given.key())

    @pytest.mark.parametrize("state", ["paid", "failed", "expired", "cancelled"])
    def test_one_that_has_ended(self, simulator, case, order, state):
        if state == "paid":
            paid_online(simulator, order)
        else:
            heard(simulator, order, state)
        with doors.refused(OrderEnded):
            cancelling(case, order)()
        assert asked(simulator, "cancel") == 0
        assert of(order).cancelled_by_id is None

    def test_one_cancelled_before(self, simulator, case, order):
        cancelling(case, order)()
        with doors.refused(OrderEnded):
            cancelling(case, order, at=given.after(given.NOW, minutes=1))()

    def test_one_whose_time_is_over(self, simulator, case, order):
        with doors.refused(OrderEnded):
            cancelling(case, order, at=order.expires_at)()
        assert asked(simulator, "cancel") == 0
        assert of(order).closed_at is None

    @pytest.mark.parametrize("trouble", [500, 429, 422, "hang up", "drop"])
    def test_while_the_gateway_does_not_answer_it_stays_open(self, simulator, case, order, trouble):
        simulator.plan["cancel"] = [trouble, trouble]
        with doors.refused(GatewaySilent):
            cancelling(case, order)()
        assert of(order).closed_at is None
        simulator.plan["cancel"].clear()
        cancelling(case, order)()
        assert of(order).outcome == OrderOutcome.CANCELLED

    def test_nor_where_it_answers_too_late(self, simulator, case, order, monkeypatch):
        monkeypatch.setattr(by_http, "ANSWER", 0.1)
        simulator.plan["cancel"] = [0.4, 0.4]
        with doors.refused(GatewaySilent):
            cancelling(case, order)()
        # It had been done there all the same: the reconciler hears of it.
        reconcile(order.code, at=given.after(given.NOW, minutes=6))
        assert of(order).outcome == OrderOutcome.CANCELLED

    def test_nor_where_it_is_switched_off(self, case, order, settings):
        settings.PAYMENT_GATEWAY = {**settings.PAYMENT_GATEWAY, "url": ""}
        with doors.refused(GatewaySilent):
            cancelling(case, order)()


class TestMoneyComes:
    """Before, at the same time, and after: it is recorded, and settles what is due or goes back."""

    def test_paid_at_the_gateway_and_not_told_yet_it_is_settled_instead(self, simulator, case, order):
        paid = simulator.pay(order.code)
        with pytest.raises(OrderEnded):
            cancelling(case, order)()
        assert (of(order).outcome, of(order).cancelled_by_id) == (OrderOutcome.SETTLED, None)
        assert Payment.objects.get().reference == paid["number"]
        assert (owed_at(case), Receipt.objects.count()) == (0, 1)
        assert doors.event_of(case).kind == EventKind.PAYMENT_RECORDED
        assert answers() == [("cancelled", "settled")]
        assert heard(simulator, order, "paid", paid) == MessageOutcome.REPEATED

    def test_while_money_is_on_its_way_nothing_is_cancelled(self, simulator, case, order):
        simulator.under_way.add(order.code)
        with pytest.raises(PaymentUnderWay):
            cancelling(case, order)()
        assert of(order).closed_at is None
        assert answers() == [("cancelled", "noted")]
        assert paid_online(simulator, order) == MessageOutcome.SETTLED

    def test_money_that_cannot_be_receipted_yet_waits_and_nothing_is_cancelled(self, simulator, case, order):
        simulator.pay(order.code)
        ReceiptSeries.objects.filter(collecting_body=case.competent_agency).update(closed_at=given.NOW)
        with doors.refused(PaymentUnderWay):
            cancelling(case, order)()
        ask_after_orders(given.after(given.NOW, minutes=6))
        assert OutboxRow.objects.filter(task__endswith="ask_gateway", done_at=None).count() == 1

    def test_a_transaction_of_another_order_ends_nothing(self, simulator, case, order):
        other = ordered(given.filed_with_a_fee())
        paid = simulator.pay(other.code)
        heard(simulator, other, "paid", paid)
        simulator.orders[order.code] |= {"state": "paid", "transactions": [paid]}
        with pytest.raises(PaymentUnderWay):
            cancelling(case, order)()
        assert of(order).closed_at is None
        assert Payment.objects.count() == 1

    def test_money_that_comes_after_it_was_cancelled_settles_what_is_still_due(self, simulator, case, order):
        cancelling(case, order)()
        assert paid_online(simulator, order) == MessageOutcome.SETTLED
        assert (of(order).outcome, of(order).cancelled_by_id) == (
            OrderOutcome.SETTLED,
            payer_of(case).user_id,
        )
        assert (owed_at(case), Receipt.objects.get().amount) == (0, FEE)
        assert not RefundProposal.objects.exists()
        assert check(at=given.NOW).broken == {}

    def test_and_goes_back_where_another_order_was_paid_meanwhile(self, simulator, case, order):
        cancelling(case, order)()
        paid_online(simulator, ordered(case))
        assert paid_online(simulator, order) == MessageOutcome.NOT_APPLIED
        assert (RefundProposal.objects.get().amount, RefundProposal.objects.get().ground) == (
            FEE,
            "paid_twice",
        )
        assert (of(order).outcome, Receipt.objects.count()) == (OrderOutcome.CANCELLED, 1)
        assert check(at=given.NOW).broken == {}

    def test_though_its_callback_was_lost_the_gateway_is_asked_once_more_when_its_time_is_over(
        self, simulator, case, order
    ):
        cancelling(case, order)()
        simulator.pay(order.code)
        row = OutboxRow.objects.get(task__endswith="ask_gateway")
        assert (row.created_at, row.next_attempt_at) == (given.NOW, order.expires_at)
        assert given.carry_out(order.expires_at, "ask_gateway") == 1
        assert of(order).outcome == OrderOutcome.SETTLED
        assert Receipt.objects.count() == 1

    def test_and_where_none_came_it_stays_cancelled(self, simulator, case, order):
        cancelling(case, order)()
        given.carry_out(order.expires_at, "ask_gateway")
        assert (of(order).outcome, of(order).closed_at) == (OrderOutcome.CANCELLED, given.NOW)
        assert answers() == [("cancelled", "closed"), ("answer", "noted")]
        assert not OutboxRow.objects.filter(task__endswith="ask_gateway", done_at=None).exists()


class TestTheDatabase:
    """What must never be."""

    @pytest.mark.parametrize(
        "change",
        [
            {"cancelled_by": None},
            {"outcome": OrderOutcome.EXPIRED},
            {"closed_at": None, "outcome": ""},
        ],
    )
    def test_who_ended_it_stays(self, case, order, change):
        cancelling(case, order)()
        with pytest.raises(DatabaseError), transaction.atomic():
            PaymentOrder.objects.filter(pk=order.pk).update(**change)

    def test_one_that_nobody_ended_was_cancelled_by_nobody(self, case, order):
        with pytest.raises(DatabaseError), transaction.atomic():
            PaymentOrder.objects.filter(pk=order.pk).update(cancelled_by=payer_of(case).user_id)
