"""The whole money: random lives of a case, and after each act due − paid − refunded is explained row by row."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest

from apps.accounts.choices import Role
from apps.cases.actions.ending import request_withdrawal, stop_case
from apps.cases.actions.intake import accept_intake, decline_intake
from apps.cases.actions.mending import reopen_case
from apps.cases.actions.supplement import Item, provide_supplement, request_supplement
from apps.cases.choices import Status
from apps.cases.models import CaseFee, CaseRefund
from apps.cases.selectors import account_of_case, owed_at
from apps.operations.integrity import ledger, money
from apps.operations.integrity.walking import by_sql
from apps.receipts.choices import MoneyState, RefundMethod, RefundState
from apps.receipts.models import FeeDue, Payment, RefundProposal
from tests import given

pytestmark = pytest.mark.django_db

LIVES, STEPS = 3, 24
ACTS = {
    "pay",
    "pay_what_is_not_due",
    "decline",
    "accept",
    "ask",
    "give",
    "withdraw",
    "stop",
    "reopen",
    "decide",
    "change_the_way",
    "pay_back",
}
ENDED = (Status.DECLINED, Status.STOPPED)
ASKED = [Item("Tờ khai", "Khai lại")]


class Life:
    """One case, and what a cashbox beside it counts: every đồng that came in and went back."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.at = given.NOW
        self.case = given.taken_at_counter(answers={**given.answers(given.CIVIL_EXTRACT), "copies": 2})
        self.came_in = self.went_back = 0
        self.played: Counter[str] = Counter()

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
            (True, self.pay_what_is_not_due),
            (status == Status.SUBMITTED, self.decline),
            (status == Status.SUBMITTED and owed_at(self.case) == 0, self.accept),
            (status == Status.SUBMITTED and not self.played["ask"], self.ask),
            (status == Status.AWAITING_SUPPLEMENT, self.give),
            (status == Status.AWAITING_SUPPLEMENT, self.give),
            (status == Status.AWAITING_SUPPLEMENT, self.stop),
            (status in (Status.SUBMITTED, Status.ACCEPTED), self.withdraw),
            (status == Status.WITHDRAWAL_REQUESTED, self.stop),
            (status in ENDED, self.reopen),
            (self.refund(RefundState.PROPOSED) is not None, self.decide),
            (self.refund(RefundState.PROPOSED) is not None, self.decide),
            (self.refund(RefundState.GRANTED) is not None, self.change_the_way),
            (self.refund(RefundState.GRANTED) is not None, self.pay_back),
            (self.refund(RefundState.GRANTED) is not None, self.pay_back),
        ]
        return [act for is_possible, act in acts if is_possible]

    def step(self) -> None:
        self.at += timedelta(minutes=1)
        act = self.chance.choice(self.possible())
        act()
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
        provide_supplement(
            self.case.code,
            answers={"copies": self.chance.randint(1, 5)},
            attachments={},
            message="",
            is_complete=self.chance.random() < 0.3,
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
        refund = given.refund_of(self.case)
        is_granted = refund.fee is None or self.chance.random() < 0.7
        method = self.chance.choice([RefundMethod.CASH, RefundMethod.TRANSFER])
        given.refund_decided(self.case, method, is_granted=is_granted, at=self.at)

    def change_the_way(self) -> None:
        before = given.refund_of(self.case).method
        other = RefundMethod.TRANSFER if before == RefundMethod.CASH else RefundMethod.CASH
        given.refund_decided(self.case, other, at=self.at)

    def pay_back(self) -> None:
        self.went_back += given.refund_paid(self.case, at=self.at).amount


def faults(life: Life) -> list[str]:
    """What the statements of integrity find of the money that there is."""
    passes = [
        (Payment, by_sql("settled_fees", money.SETTLED)),
        (RefundProposal, by_sql("refunds", money.REFUNDS)),
    ]
    found = [fault.wrong for model, find in passes for fault in find(*_keys(model))]
    case = life.case.pk
    found += [fault.wrong for fault in by_sql("accounts", money.ACCOUNTS)(case, case)]
    return found + [fault.wrong for fault in ledger.replayed(case, case)]


def _keys(model) -> tuple[int, int]:
    keys = list(model.objects.order_by("pk").values_list("pk", flat=True))
    return (keys[0], keys[-1]) if keys else (1, 1)


def explained(life: Life) -> None:
    """Each column of the account is what the cashbox counted, each row is possible, and the rest follows from them."""
    account = account_of_case(life.case)
    assert account.paid == life.came_in
    assert account.refunded == life.went_back
    in_force = CaseFee.objects.filter(case=life.case, fee__in=FeeDue.objects.in_force())
    assert account.due == sum(in_force.values_list("fee__amount", flat=True))
    for row in account.rows:
        assert row.paid in (0, row.due) if row.fee else row.due == 0
        assert row.refunded >= 0 and row.refunded + row.going_back <= row.paid
    unapplied = sum(row.paid for row in account.rows if row.fee is None)
    assert account.due - account.paid + unapplied == account.still_due == owed_at(life.case)
    assert account.still_due >= 0
    assert (account.state == MoneyState.DUE) == (account.still_due > 0)


def test_due_minus_paid_minus_refunded_is_explained_row_by_row_after_every_act():
    played: Counter[str] = Counter()
    for seed in range(LIVES):
        life = Life(seed)
        for _ in range(STEPS):
            life.step()
            try:
                explained(life)
                assert faults(life) == []
            except AssertionError as error:
                error.add_note(f"seed {seed}, played: {dict(life.played)}")
                raise
        played += life.played
    # The lives have met every act of money.
    assert set(played) == ACTS, ACTS - set(played)
