"""Paying online: who may, one order for what is due, and money settled once by whoever tells first."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction

from apps.accounts.choices import Role
from apps.applications.choices import PartyRole
from apps.cases.actions import collecting, online_payment
from apps.cases.actions.acting import Replayed
from apps.cases.actions.intake import accept_intake, decline_intake
from apps.cases.actions.online_payment import open_order
from apps.cases.actions.payment import record_payment
from apps.cases.actions.settling import MoneyTold, settle_order
from apps.cases.choices import EventKind
from apps.cases.errors import CaseUnknown
from apps.cases.history import read_entry
from apps.cases.models import CaseOrder, CaseReceipt, CaseRefund
from apps.cases.selectors import owed_at
from apps.core.models import OutboxRow
from apps.operations.integrity import check
from apps.procedures.choices import PayBefore
from apps.receipts.choices import MessageOutcome, OrderOutcome, PaymentMethod
from apps.receipts.errors import FeeNotEstablished, NothingDue, OnlinePaymentOff, OrderUnknown
from apps.receipts.gateways import Created, by_http
from apps.receipts.models import GatewayMessage, Payment, PaymentOrder, Receipt, ReceiptSeries, RefundProposal
from tests import given, online
from tests.cases import doors
from tests.online import heard, ordered, paid_online, payer_of

pytestmark = pytest.mark.django_db
FEE = 700_000


@pytest.fixture
def case():
    return given.filed_with_a_fee()


def opening(case, by, *, at=given.NOW):
    return lambda: open_order(case.code, by=by, at=at, request_key=given.key())


def fresh(order: PaymentOrder) -> PaymentOrder:
    return PaymentOrder.objects.get(pk=order.pk)


def last_data(case) -> dict:
    return read_entry(doors.event_of(case).body).data


class TestOpening:
    """What is due now becomes an order, and the gateway is told."""

    def test_the_order_names_the_lines_and_the_gateway_gives_its_page(self, simulator, case):
        order = ordered(case)
        assert (order.amount, order.collecting_body) == (FEE, case.competent_agency)
        assert [line.fee.amount for line in order.lines.all()] == [FEE]
        assert order.pay_url == simulator.orders[order.code]["pay_url"]
        assert CaseOrder.objects.get(order=order).case == case
        assert GatewayMessage.objects.get().kind == "created"

    def test_the_gateway_is_told_nothing_of_the_person_or_the_matter(self, simulator, case):
        order = ordered(case)
        said = str(simulator.requests)
        party = case.application.parties.filter(role=PartyRole.FILER).first()
        for word in (case.code, case.version.procedure.name, *party.particulars.values()):
            assert not word or str(word) not in said
        assert order.code in said

    def test_nothing_is_written_to_the_ledger_and_nothing_is_settled(self, simulator, case):
        before = case.last_sequence
        ordered(case)
        assert given.fresh(case).last_sequence == before
        assert not Payment.objects.exists()
        assert owed_at(case) == FEE

    def test_an_open_order_for_the_same_lines_is_given_again(self, simulator, case):
        assert ordered(case).pk == ordered(case).pk
        assert PaymentOrder.objects.count() == 1

    def test_one_about_to_end_or_ended_is_not(self, simulator, case):
        first = ordered(case)
        soon = ordered(case, at=first.expires_at - timedelta(minutes=2))
        heard(simulator, soon, "failed", at=given.after(given.NOW, minutes=30))
        third = ordered(case, at=given.after(given.NOW, minutes=31))
        assert len({first.pk, soon.pk, third.pk}) == 3

    def test_other_lines_are_another_order(self, simulator, case):
        first = ordered(case)
        given.also_due(case, PayBefore.ACCEPTANCE)
        second = ordered(case)
        assert (first.amount, second.amount) == (FEE, FEE + 5000)

    def test_the_same_request_opens_once(self, simulator, case):
        by, key = payer_of(case), given.key()
        open_order(case.code, by=by, at=given.NOW, request_key=key)
        with pytest.raises(Replayed):
            open_order(case.code, by=by, at=given.NOW, request_key=key)
        assert PaymentOrder.objects.count() == 1

    def test_strangers_and_officials_may_not_know_that_there_is_anything_to_pay(self, simulator, case):
        clerk = given.staff(case.current_agency, Role.RECEPTIONIST, Role.CASHIER, Role.HEAD)
        for by in (given.citizen(), clerk):
            with doors.refused(CaseUnknown):
                opening(case, by)()
        assert not PaymentOrder.objects.exists()
        assert simulator.orders == {}

    def test_a_payer_who_sees_nothing_else_of_the_case_may(self, simulator, case):
        payer = given.citizen()
        party = case.application.parties.filter(role=PartyRole.FILER).first()
        party.pk, party.role, party.citizen_id, party.business_id = (
            None,
            PartyRole.PAYER,
            payer.citizen_id,
            None,
        )
        party.save(force_insert=True)
        [order] = opening(case, payer)()
        assert order.created_by_id == payer.user_id

    def test_nothing_due_is_refused(self, simulator):
        case = given.case_at_intake()
        with doors.refused(NothingDue):
            opening(case, payer_of(case))()

    def test_a_fee_that_is_not_established_is_refused(self, simulator):
        case = given.case_at_intake("1.001699", by=given.citizen())
        with doors.refused(FeeNotEstablished):
            opening(case, payer_of(case))()

    def test_a_case_that_has_ended_collects_nothing(self, simulator, case):
        decline_intake(
            case.code, reason="papers_missing", text="Thiếu", by=given.receptionist(case.current_agency),
            at=given.NOW, request_key=given.key(),
        )  # fmt: skip
        with doors.refused(NothingDue):
            opening(case, payer_of(case))()

    def test_without_gateway_and_without_account_online_payment_is_off(self, case):
        with doors.refused(OnlinePaymentOff):
            opening(case, payer_of(case))()
        assert not PaymentOrder.objects.exists()

    def test_without_gateway_an_order_can_be_paid_by_transfer(self, case):
        online.with_account(case.competent_agency)
        order = ordered(case)
        assert (order.gateway, order.pay_url) == ("transfer", "")

    def test_each_collecting_body_has_its_own_order(self, simulator, case, monkeypatch):
        given.also_due(case, PayBefore.ACCEPTANCE)
        other, own = given.ward_committee(), case.competent_agency
        monkeypatch.setattr(
            collecting, "collecting_body_of", lambda act, fee: other if fee.amount == 5000 else own
        )
        orders = opening(case, payer_of(case))()
        assert {(order.collecting_body, order.amount) for order in orders} == {(own, FEE), (other, 5000)}
        for order in orders:
            assert paid_online(simulator, order) == MessageOutcome.SETTLED
        assert {receipt.series.collecting_body for receipt in Receipt.objects.all()} == {own, other}
        assert owed_at(case) == 0

    @pytest.mark.parametrize("trouble", [500, "hang up", "drop"])
    def test_a_gateway_in_trouble_leaves_an_order_that_is_told_again(self, simulator, case, trouble):
        simulator.plan["create"] = [trouble, trouble]
        order = ordered(case)
        assert (order.pay_url, order.closed_at) == ("", None)
        again = ordered(case)
        assert again.pk == order.pk
        assert again.pay_url == simulator.orders[order.code]["pay_url"]

    def test_a_gateway_that_does_not_answer_in_time_holds_nothing_up(self, simulator, case, monkeypatch):
        monkeypatch.setattr(by_http, "ANSWER", 0.1)
        simulator.plan["create"] = [0.5, 0.5]
        assert ordered(case).pay_url == ""

    def test_an_answer_with_the_number_of_another_order_is_none(self, simulator, case, monkeypatch):
        mine, created = ordered(case), online_payment.ask_to_create
        known = simulator.orders[mine.code]
        doubled = Created(known["reference"], known["pay_url"], "{}")
        monkeypatch.setattr(online_payment, "ask_to_create", lambda gateway, order: doubled)
        other = given.filed_with_a_fee()
        order = ordered(other)
        assert (order.pay_url, order.gateway_reference, order.closed_at) == ("", "", None)
        assert not order.messages.exists()
        monkeypatch.setattr(online_payment, "ask_to_create", created)
        assert ordered(other).pay_url == simulator.orders[order.code]["pay_url"]

    def test_an_order_that_the_gateway_will_not_have_ends(self, simulator, case):
        simulator.plan["create"] = [422]
        order = ordered(case)
        assert order.outcome == OrderOutcome.FAILED
        assert ordered(case).pk != order.pk


class TestSettling:
    """A payment, its lines, its receipt's number and the ledger's row are one act, done once."""

    def test_what_was_paid_is_recorded_settled_and_receipted(self, simulator, case):
        order = ordered(case)
        assert paid_online(simulator, order) == MessageOutcome.SETTLED
        payment, receipt = Payment.objects.get(), Receipt.objects.get()
        assert (payment.order, payment.amount, payment.method) == (order, FEE, PaymentMethod.ONLINE)
        assert payment.reference == simulator.orders[order.code]["transactions"][0]["number"]
        assert (receipt.payment, receipt.amount, receipt.number) == (payment, FEE, 1)
        assert receipt.snapshot["collected_by"]["name"] == "Thu trực tuyến"
        assert CaseReceipt.objects.get().case == case
        assert fresh(order).outcome == OrderOutcome.SETTLED
        assert doors.event_of(case).kind == EventKind.PAYMENT_RECORDED
        assert last_data(case)["receipts"] == [str(receipt.uuid)]
        assert owed_at(case) == 0
        assert not RefundProposal.objects.exists()
        assert OutboxRow.objects.filter(task__endswith="render_receipt").count() == 1
        assert check(at=given.NOW).broken == {}

    def test_the_case_may_be_accepted_then(self, simulator, case):
        paid_online(simulator, ordered(case))
        by = given.receptionist(case.current_agency)
        accept_intake(case.code, by=by, at=given.NOW, request_key=given.key())

    def test_the_same_transaction_told_again_changes_nothing(self, simulator, case):
        order = ordered(case)
        paid = simulator.pay(order.code)
        heard(simulator, order, "paid", paid)
        before = doors.world()
        assert heard(simulator, order, "paid", paid) == MessageOutcome.REPEATED
        assert doors.world() == before
        assert Receipt.objects.count() == 1

    def test_the_same_transaction_with_another_amount_contradicts(self, simulator, case):
        order = ordered(case)
        paid = simulator.pay(order.code)
        heard(simulator, order, "paid", paid)
        before = doors.world()
        assert heard(simulator, order, "paid", {**paid, "amount": 1}) == MessageOutcome.CONTRADICTS
        assert doors.world() == before

    def test_a_transaction_of_another_order_contradicts(self, simulator, case):
        mine, other = ordered(case), ordered(given.filed_with_a_fee())
        paid = simulator.pay(mine.code)
        heard(simulator, mine, "paid", paid)
        before = doors.world()
        assert heard(simulator, other, "paid", paid) == MessageOutcome.CONTRADICTS
        assert doors.world() == before
        assert fresh(other).closed_at is None

    def test_the_number_that_another_gateway_gave_is_another_transaction(self, simulator, settings, case):
        mine = ordered(case)
        settings.PAYMENT_GATEWAY = {**settings.PAYMENT_GATEWAY, "name": "another"}
        other = ordered(given.filed_with_a_fee())
        settings.PAYMENT_GATEWAY = {**settings.PAYMENT_GATEWAY, "name": mine.gateway}
        paid = simulator.pay(mine.code)
        heard(simulator, mine, "paid", paid)
        told = MoneyTold(paid["number"], other.amount, given.NOW, PaymentMethod.ONLINE)
        assert settle_order(other.code, told, at=given.NOW) == MessageOutcome.SETTLED
        assert Payment.objects.filter(reference=paid["number"]).count() == 2
        third = ordered(given.filed_with_a_fee())
        with pytest.raises(DatabaseError) as refused, transaction.atomic():
            Payment.objects.create(
                uuid=uuid4(),
                collecting_body=third.collecting_body,
                order=third,
                amount=third.amount,
                method=PaymentMethod.ONLINE,
                reference=paid["number"],
                taken_at=given.NOW,
            )
        assert refused.value.__cause__.diag.constraint_name == "transaction_of_one_order"

    def test_more_than_is_due_settles_and_the_rest_is_proposed_to_go_back(self, simulator, case):
        assert paid_online(simulator, ordered(case), FEE + 300) == MessageOutcome.SETTLED
        proposal = RefundProposal.objects.get()
        assert (proposal.amount, proposal.ground, proposal.fee) == (300, "not_due", None)
        assert CaseRefund.objects.get().case == case
        assert (Payment.objects.get().amount, Receipt.objects.get().amount) == (FEE + 300, FEE)
        assert Receipt.objects.get().snapshot["total"] == FEE
        assert last_data(case)["going_back"] == 300

    def test_less_than_is_due_settles_nothing_and_goes_back(self, simulator, case):
        order = ordered(case)
        assert paid_online(simulator, order, FEE - 1) == MessageOutcome.NOT_APPLIED
        assert RefundProposal.objects.get().amount == Payment.objects.get().amount == FEE - 1
        assert not Receipt.objects.exists()
        assert owed_at(case) == FEE
        assert doors.event_of(case).kind == EventKind.PAYMENT_NOT_APPLIED
        # It is over: what is due is asked by another order.
        assert fresh(order).outcome == OrderOutcome.FAILED
        assert ordered(case).pk != order.pk
        assert check(at=given.NOW).broken == {}

    def test_a_second_transaction_of_the_order_goes_back(self, simulator, case):
        order = ordered(case)
        paid_online(simulator, order)
        assert paid_online(simulator, order) == MessageOutcome.NOT_APPLIED
        assert RefundProposal.objects.get().ground == "paid_twice"
        assert (Payment.objects.count(), Receipt.objects.count()) == (2, 1)

    def test_what_the_counter_took_meanwhile_is_not_taken_twice(self, simulator, case):
        order = ordered(case)
        given.paid(case)
        assert paid_online(simulator, order) == MessageOutcome.NOT_APPLIED
        assert RefundProposal.objects.get().ground == "paid_twice"
        assert (Payment.objects.count(), Receipt.objects.count()) == (2, 1)
        assert fresh(order).outcome == OrderOutcome.FAILED

    def test_of_an_order_half_paid_at_the_counter_the_other_half_is_settled(self, simulator, case):
        given.paid(case)
        given.also_due(case, PayBefore.ACCEPTANCE)
        order = ordered(case)
        # The order that was opened before the first line was paid still names both.
        [paid_line] = Payment.objects.get().lines.all()
        order.lines.create(fee=paid_line.fee)
        assert paid_online(simulator, order, FEE + 5000) == MessageOutcome.SETTLED
        assert RefundProposal.objects.get().amount == FEE
        assert Receipt.objects.latest("pk").amount == 5000

    def test_money_for_a_case_that_was_declined_meanwhile_goes_back(self, simulator, case):
        order = ordered(case)
        decline_intake(
            case.code, reason="papers_missing", text="Thiếu", by=given.receptionist(case.current_agency),
            at=given.NOW, request_key=given.key(),
        )  # fmt: skip
        assert paid_online(simulator, order) == MessageOutcome.NOT_APPLIED
        assert RefundProposal.objects.get().ground == "not_due"
        assert not Receipt.objects.exists()

    def test_a_withdrawn_line_takes_no_money(self, simulator, case):
        order = ordered(case)
        order.lines.get().fee.__class__.objects.filter(pk=order.lines.get().fee_id).update(
            withdrawn_at=given.NOW
        )
        assert paid_online(simulator, order) == MessageOutcome.NOT_APPLIED
        assert RefundProposal.objects.get().ground == "not_due"

    def test_a_transfer_that_the_bank_tells_of_settles_as_well(self, case):
        online.with_account(case.competent_agency)
        order = ordered(case)
        told = MoneyTold("FT26327000001", FEE, given.NOW, PaymentMethod.TRANSFER)
        assert settle_order(order.code, told, at=given.after(given.NOW, days=2)) == MessageOutcome.SETTLED
        payment = Payment.objects.get()
        assert (payment.method, payment.reference) == (PaymentMethod.TRANSFER, "FT26327000001")
        assert settle_order(order.code, told, at=given.after(given.NOW, days=3)) == MessageOutcome.REPEATED

    def test_no_order_of_ours_is_said(self):
        with pytest.raises(OrderUnknown):
            settle_order("NOSUCHORDER2", MoneyTold("X", 1, given.NOW, PaymentMethod.TRANSFER), at=given.NOW)

    def test_an_order_of_no_case_is_none_of_ours(self, case):
        PaymentOrder.objects.create(
            uuid=uuid4(), code="ABCDEFGH2345", collecting_body=case.competent_agency, amount=1,
            gateway="city", created_at=given.NOW, expires_at=given.after(given.NOW, minutes=1),
        )  # fmt: skip
        with pytest.raises(OrderUnknown):
            settle_order("ABCDEFGH2345", MoneyTold("X", 1, given.NOW, PaymentMethod.ONLINE), at=given.NOW)

    def test_without_an_open_series_the_money_waits_and_is_not_lost(self, simulator, case):
        order = ordered(case)
        ReceiptSeries.objects.filter(collecting_body=case.competent_agency).update(closed_at=given.NOW)
        assert paid_online(simulator, order) == MessageOutcome.ASKED
        message = GatewayMessage.objects.latest("pk")
        assert simulator.orders[order.code]["transactions"][0]["number"] in message.body
        assert not Payment.objects.exists()
        assert fresh(order).closed_at is None
        row = OutboxRow.objects.get(task__endswith="ask_gateway")
        with pytest.raises(Exception, match="no_open_series"):
            given.carry_out(given.NOW, "ask_gateway")
        row.refresh_from_db()
        assert (row.done_at, row.last_error) == (None, "NoOpenSeries")
        ReceiptSeries.objects.create(
            collecting_body=case.competent_agency, form="EBL01", code="26TBB", year=2026, opened_at=given.NOW
        )
        assert given.carry_out(given.NOW, "ask_gateway") == 1
        assert fresh(order).outcome == OrderOutcome.SETTLED
        assert Receipt.objects.get().amount == FEE


def test_a_counter_payment_knows_nothing_of_orders(simulator, case):
    order = ordered(case)
    by = given.cashier(case.current_agency)
    record_payment(
        case.code, amount=FEE, method="cash", by=by, at=given.NOW, request_key=given.key(), reference=""
    )
    assert fresh(order).closed_at is None
    assert not order.payments.exists()
