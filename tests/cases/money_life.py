"""A random life of a case, act by act of its money, and what a cashbox beside it counts."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from apps.accounts.actors import Actor
from apps.accounts.choices import Role
from apps.applications.choices import PartyRole
from apps.cases.actions.ending import request_withdrawal, stop_case
from apps.cases.actions.intake import accept_intake, decline_intake
from apps.cases.actions.mending import reopen_case
from apps.cases.actions.online_payment import open_order
from apps.cases.actions.supplement import Item, provide_supplement, request_supplement
from apps.cases.actions.wrong_receipts import notify_receipt_error, replace_receipt
from apps.cases.choices import Status
from apps.cases.models import CaseReceipt, CaseRefund
from apps.cases.selectors import owed_at
from apps.operations.gateway_simulator import Simulator
from apps.receipts.choices import MessageOutcome, RefundMethod, RefundState
from apps.receipts.gateways import Forged
from apps.receipts.models import (
    GatewayMessage,
    Payment,
    PaymentOrder,
    Receipt,
    RefundProposal,
)
from apps.receipts.selectors import left_of
from tests import given, online
from tests.receipts import books

ENDED = (Status.DECLINED, Status.STOPPED)
ASKED = [Item("Tờ khai", "Khai lại")]


class Bank:
    """The account of the ward, which hears of transfers for all lives."""

    def __init__(self) -> None:
        self.account = books.an_account()
        self.balance = 1_000_000

    def tells(self, reference: str, amount: int, memo: str, *, at: datetime) -> None:
        """A statement of one line, taken in by the worker."""
        day = timezone.localdate(at)
        books.taken_in(
            self.account, (day, reference, amount, memo), days=(day, day), opening=self.balance, at=at
        )
        self.balance += amount


class Life:
    """One case, and what a cashbox beside it counts: every đồng that came in and went back."""

    def __init__(self, seed: int, gateway: Simulator, bank: Bank, met: set[str], *, at: datetime) -> None:
        self.seed, self.chance = seed, random.Random(seed)
        self.at = at
        self.case = given.taken_at_counter(answers={**given.answers(given.CIVIL_EXTRACT), "copies": 5}, at=at)
        self.payer = _payer_with_an_account(self.case)
        self.gateway, self.bank = gateway, bank
        self.begins_with = self.beginning()
        # What lives have played so far: one leans to what none has.
        self.met = met
        self.came_in = self.went_back = 0
        self.played: Counter[str] = Counter()
        self.outcomes: set[MessageOutcome] = set()
        self.orders: list[PaymentOrder] = []
        # What the gateway has told, in its own words.
        self.told: list[tuple[PaymentOrder, dict]] = []

    def beginning(self) -> list[Callable[[], None]]:
        """What chance alone would seldom bring about: each life begins with one of these."""
        paid_and_less_asked = [self.order, self.hear_that_it_failed, self.hear_that_it_failed, self.order]
        paid_and_less_asked += [self.pay_the_order, self.hear_it_again, self.ask, self.give_fewer]
        paid_and_less_asked += [self.grant, self.pay_back, self.replace_after_refund]
        told_by_the_bank = [self.order, self.the_bank_tells, self.pay_another_amount]
        return [paid_and_less_asked, told_by_the_bank, [self.order, self.pay_late]][self.seed % 3]

    @property
    def common(self) -> dict:
        return {"at": self.at, "request_key": given.key()}

    def staff(self, *roles: Role):
        return given.staff(self.case.current_agency, *roles)

    def refund(self, *states: RefundState) -> RefundProposal | None:
        """The last refund, where it stands so."""
        if not CaseRefund.objects.filter(case=self.case).exists():
            return None
        found = given.refund_of(self.case)
        return found if found.state in states else None

    def possible(self) -> list[Callable[[], None]]:
        """What could be played now."""
        status = self.case.status
        acts: list[tuple[bool, Callable[[], None]]] = [
            (owed_at(self.case) > 0 and status not in ENDED, self.pay),
            (self.chance.random() < 0.3, self.pay_what_is_not_due),
            (len(self.orders) > 0 and self.chance.random() < 0.3, self.hear_that_it_failed),
            (status == Status.SUBMITTED, self.decline),
            (status == Status.SUBMITTED and owed_at(self.case) == 0, self.accept),
            (status == Status.SUBMITTED and self.came_in > 0 and not self.played["ask"], self.ask),
            (status == Status.AWAITING_SUPPLEMENT, self.give),
            (status == Status.AWAITING_SUPPLEMENT, self.give),
            (status == Status.AWAITING_SUPPLEMENT, self.stop),
            (status in (Status.SUBMITTED, Status.ACCEPTED), self.withdraw),
            (status == Status.WITHDRAWAL_REQUESTED, self.stop),
            (status in ENDED, self.reopen),
            (status in ENDED, self.reopen),
            (self.refund(RefundState.PROPOSED) is not None, self.decide),
            (self.refund(RefundState.PROPOSED) is not None, self.decide),
            (self.refund(RefundState.GRANTED) is not None, self.change_the_way),
            (self.refund(RefundState.GRANTED) is not None, self.pay_back),
            (self.refund(RefundState.GRANTED) is not None, self.pay_back),
            (owed_at(self.case) > 0 and status not in ENDED, self.order),
            (bool(self.waiting), self.pay_the_order),
            (bool(self.waiting), self.pay_the_order),
            (bool(self.orders), self.pay_another_amount),
            (bool(self.unpaid), self.pay_late),
            (bool(self.told), self.hear_it_again),
            (bool(self.orders), self.hear_a_forged_one),
            (bool(self.orders), self.the_bank_tells),
            (bool(self.in_force), self.notify),
            (bool(self.whole), self.replace),
            (bool(self.refunded_in_part), self.replace_after_refund),
        ]
        return [act for is_possible, act in acts if is_possible]

    def step(self) -> None:
        self.at += timedelta(minutes=1)
        if self.begins_with:
            act = self.begins_with.pop(0)
        else:
            possible = self.possible()
            unmet = [each for each in possible if each.__name__ not in self.met]
            act = self.chance.choice(unmet if unmet and self.chance.random() < 0.75 else possible)
        act()
        self.met.add(act.__name__)
        self.played[act.__name__] += 1
        self.case = given.fresh(self.case)

    def pay(self) -> None:
        self.came_in += owed_at(self.case)
        given.paid(self.case, at=self.at)

    def pay_what_is_not_due(self) -> None:
        amount = self.chance.randint(1, 50) * 1_000
        self.came_in += amount
        given.paid_online(self.case, amount, at=self.at)

    def decline(self) -> None:
        by = self.staff(Role.RECEPTIONIST)
        decline_intake(self.case.code, reason="not_competent", text="Sai nơi", by=by, **self.common)

    def accept(self) -> None:
        accept_intake(self.case.code, by=self.staff(Role.RECEPTIONIST), **self.common)

    def ask(self) -> None:
        by = self.staff(Role.RECEPTIONIST)
        request_supplement(self.case.code, items=ASKED, omission="applicant", by=by, **self.common)

    def give(self) -> None:
        self.give_copies(self.chance.randint(1, 6), is_complete=self.chance.random() < 0.3)

    def give_fewer(self) -> None:
        self.give_copies(2, is_complete=True)

    def give_copies(self, copies: int, *, is_complete: bool) -> None:
        provide_supplement(
            self.case.code,
            answers={"copies": copies},
            attachments={},
            message="",
            is_complete=is_complete,
            by=self.staff(Role.RECEPTIONIST),
            **self.common,
        )

    def withdraw(self) -> None:
        by = self.staff(Role.RECEPTIONIST)
        request_withdrawal(self.case.code, reason="Thôi", by=by, **self.common)

    def stop(self) -> None:
        asked = self.case.status == Status.WITHDRAWAL_REQUESTED
        ground = "applicant_request" if asked else "supplement_lapsed"
        stop_case(self.case.code, ground=ground, text="Dừng", by=self.staff(Role.HEAD), **self.common)

    def reopen(self) -> None:
        by = given.staff(self.case.competent_agency or self.case.receiving_agency, Role.HEAD)
        reopen_case(self.case.code, ground="official_error", reason="Nhầm", by=by, **self.common)

    def decide(self) -> None:
        self.grant(is_granted=given.refund_of(self.case).fee is None or self.chance.random() < 0.7)

    def grant(self, *, is_granted: bool = True) -> None:
        method = self.chance.choice([RefundMethod.CASH, RefundMethod.TRANSFER])
        given.refund_decided(self.case, method, is_granted=is_granted, at=self.at)

    def change_the_way(self) -> None:
        before = given.refund_of(self.case).method
        other = RefundMethod.TRANSFER if before == RefundMethod.CASH else RefundMethod.CASH
        given.refund_decided(self.case, other, at=self.at)

    def pay_back(self) -> None:
        self.went_back += given.refund_paid(self.case, at=self.at).amount

    @property
    def unpaid(self) -> list[PaymentOrder]:
        """Orders of which no money has come through the gateway."""
        paid = {order.pk for order, _paid in self.told}
        return [order for order in self.orders if order.pk not in paid]

    @property
    def waiting(self) -> list[PaymentOrder]:
        """Orders that nothing has ended yet."""
        mine = PaymentOrder.objects.filter(pk__in=[order.pk for order in self.orders])
        return list(mine.filter(closed_at__isnull=True, expires_at__gt=self.at).order_by("pk"))

    @property
    def in_force(self) -> list[Receipt]:
        """The receipts of the case that nothing replaces."""
        ours = CaseReceipt.objects.filter(case=self.case).values("receipt_id")
        found = Receipt.objects.filter(uuid__in=ours, replaced_by__isnull=True)
        return list(found.select_related("series__collecting_body", "payment").order_by("pk"))

    def order(self) -> None:
        opened = open_order(self.case.code, by=self.payer, **self.common)
        self.orders += [order for order in opened if order not in self.orders]

    def pay_the_order(self) -> None:
        order = self.chance.choice(self.waiting)
        self.money_comes(order, order.amount)

    def pay_another_amount(self) -> None:
        """More or less than was ordered, or once more."""
        order = self.chance.choice(self.orders)
        self.money_comes(order, max(1, order.amount + self.chance.randint(-5, 20) * 1_000))

    def pay_late(self) -> None:
        """After the order's time; after more than a week nobody believes a callback, and the gateway is asked."""
        order = self.chance.choice(self.unpaid)
        late = timedelta(minutes=10) if self.played["pay_late"] else timedelta(days=8)
        self.at = max(self.at, order.expires_at + late)
        self.money_comes(order, order.amount)

    def money_comes(self, order: PaymentOrder, amount: int) -> None:
        paid = self.gateway.pay(order.code, amount, at=self.at)
        outcome = self.hear(order, paid)
        assert outcome in (MessageOutcome.SETTLED, MessageOutcome.NOT_APPLIED, MessageOutcome.ASKED)
        assert Payment.objects.get(reference=paid["number"]).amount == amount
        self.came_in += amount
        self.told.append((order, paid))

    def hear_it_again(self) -> None:
        outcome = self.hear(*self.chance.choice(self.told))
        assert outcome in (MessageOutcome.REPEATED, MessageOutcome.ASKED)

    def hear_that_it_failed(self) -> None:
        """Also of an order that was paid: messages overtake each other."""
        self.hear(self.chance.choice(self.waiting or self.orders), state="failed")

    def hear_a_forged_one(self) -> None:
        order, kept = self.chance.choice(self.orders), GatewayMessage.objects.count()
        forged = {"number": "GD-GIA", "amount": order.amount, "paid_at": self.at.isoformat()}
        with pytest.raises(Forged):
            online.heard(self.gateway, order, "paid", forged, at=self.at, key=b"another")
        assert GatewayMessage.objects.count() == kept

    def hear(self, order: PaymentOrder, paid: dict | None = None, state: str = "paid") -> MessageOutcome:
        outcome = online.heard(self.gateway, order, state, paid, at=self.at)
        self.outcomes.add(outcome)
        if outcome == MessageOutcome.ASKED:
            given.carry_out(self.at, "ask_gateway")
        return outcome

    def the_bank_tells(self) -> None:
        """A transfer that names an order, of its amount or of another."""
        order = self.chance.choice(self.orders)
        amount, reference = order.amount + self.chance.choice([0, 0, 7_000]), f"FT{self.at:%d%H%M}"
        self.bank.tells(reference, amount, f"LE PHI {order.code}", at=self.at)
        assert Payment.objects.get(reference=reference).amount == amount
        self.came_in += amount

    def notify(self) -> None:
        wrong = self.chance.choice(self.in_force)
        before = (wrong.amount, left_of(wrong.payment), owed_at(self.case))
        name = f"Trần Thị Bưởi {self.at:%H%M}"
        self.answer(notify_receipt_error, wrong, name=name)
        [same] = [each for each in self.in_force if each.pk == wrong.pk]
        assert (same.amount, left_of(same.payment), owed_at(self.case)) == before

    @property
    def whole(self) -> list[Receipt]:
        """Receipts that say what is left of their money."""
        return [each for each in self.in_force if sum(left_of(each.payment).values()) == each.amount]

    @property
    def refunded_in_part(self) -> list[Receipt]:
        """Receipts of which something, and not all, was paid back since."""
        return [each for each in self.in_force if 0 < sum(left_of(each.payment).values()) < each.amount]

    def replace(self) -> None:
        self.replaced(self.chance.choice(self.whole), identity=f"00118{self.at:%d%H%M}9")

    def replace_after_refund(self) -> None:
        """Nothing else is wrong: the new one follows the money."""
        self.replaced(self.chance.choice(self.refunded_in_part))

    def replaced(self, wrong: Receipt, **right: str) -> None:
        left = left_of(wrong.payment)
        self.answer(replace_receipt, wrong, **right)
        [new] = [each for each in self.in_force if each.payment_id == wrong.payment_id]
        assert (new.replaces_id, new.amount) == (wrong.pk, sum(left.values()))
        assert [line["amount"] for line in new.snapshot["lines"]] == list(left.values())

    def answer(self, verb: Callable, wrong: Receipt, **right: str) -> None:
        by = given.answers_for(wrong)
        verb(self.case.code, receipt=wrong.uuid, corrections=right, reason="Nhầm", by=by, **self.common)


def _payer_with_an_account(case) -> Actor:
    """Who filed at the counter has no account; somebody who has one is named as payer."""
    payer = given.citizen()
    party = case.application.parties.filter(role=PartyRole.FILER).first()
    party.pk, party.role, party.citizen_id = None, PartyRole.PAYER, payer.citizen_id
    party.save(force_insert=True)
    return payer
