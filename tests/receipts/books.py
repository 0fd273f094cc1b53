"""Books to be audited: accounts, statements taken in by the worker, and money that came by a bank."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any
from uuid import uuid4

from apps.accounts.actors import Actor
from apps.accounts.choices import Role
from apps.cases.actions.acting import acting
from apps.cases.actions.collecting import collect, collecting_body_of, issue
from apps.cases.actions.payment import due_now
from apps.cases.choices import EventKind
from apps.cases.models import Case, CaseOrder
from apps.core.models import Job
from apps.receipts.actions.accounts import confirm_account, open_account
from apps.receipts.actions.cashiers import session_to_take_money
from apps.receipts.actions.payments import Taken
from apps.receipts.actions.statements import propose_statement, start_statement
from apps.receipts.choices import CashMovementKind, PaymentMethod
from apps.receipts.models import (
    BankLine,
    BankStatement,
    CashMovement,
    CollectionAccount,
    Payment,
    PaymentOrder,
)
from apps.units.models import Agency
from tests import given

HEAD = "Số tài khoản,Ngày giao dịch,Số tham chiếu,Ghi nợ,Ghi có,Nội dung"
MONDAY = given.NOW.date()
LATER = given.after(given.NOW, days=14)
NAME = "NGUYEN THI BUOI"
_numbers = count(1)

# day, reference, amount with its sign, memo
Line = tuple[date, str, int, str]


def an_account(body: Agency | None = None, **fields: Any) -> CollectionAccount:
    """An account of a body, open since the start of the year, that its head has confirmed."""
    opened = an_unconfirmed_account(body, **fields)
    head = given.staff(opened.agency, Role.HEAD)
    return confirm_account(opened.pk, decision=given.DECISION, by=head, at=given.NOW)


def an_unconfirmed_account(
    body: Agency | None = None, *, by: Actor | None = None, **fields: Any
) -> CollectionAccount:
    """An account that the city has opened for a body, and nobody there has confirmed."""
    account = CollectionAccount(
        **{
            "agency": body or given.ward_committee(),
            "bank_bin": "970436",
            "bank_name": "Ngân hàng Kiểm thử",
            "number": f"0011{next(_numbers):06d}",
            "holder": "UY BAN NHAN DAN PHUONG",
            "valid_from": date(2026, 1, 1),
            **fields,
        }
    )
    return open_account(account, decision=given.DECISION, by=by or given.administrator(), at=given.NOW)


def accountant(body: Agency | None = None) -> Actor:
    return given.staff(body or given.ward_committee(), Role.ACCOUNTANT)


def auditor(at: Agency | None = None) -> Actor:
    """Of the whole city, or of the unit on which an agency sits."""
    return given.staff(at or given.city_agency("city_committee"), Role.AUDITOR)


def as_csv(account: CollectionAccount, lines: Sequence[Line], *, of: str = "") -> bytes:
    rows = [
        f'{of or account.number},{day:%d/%m/%Y},{reference},{max(-amount, 0)},{max(amount, 0)},"{memo}"'
        for day, reference, amount, memo in lines
    ]
    return "\n".join([HEAD, *rows]).encode()


def proposed(
    account: CollectionAccount,
    lines: Sequence[Line],
    *,
    by: Actor | None = None,
    opening: int = 1_000_000,
    closing: int | None = None,
    days: tuple[date, date] = (MONDAY, MONDAY),
    content: bytes | None = None,
    at: datetime = given.NOW,
    request_key: str | None = None,
) -> Job:
    """A statement read and shown; by default it balances."""
    return propose_statement(
        as_csv(account, lines) if content is None else content,
        "sao-ke.csv",
        account=account,
        days=days,
        balances=(opening, opening + sum(line[2] for line in lines) if closing is None else closing),
        by=by or accountant(account.agency),
        at=at,
        request_key=request_key or given.key(),
    )


def taken_in(account: CollectionAccount, *lines: Line, by: Actor | None = None, **said: Any) -> BankStatement:
    """A statement taken in by the worker, and its lines matched."""
    by = by or accountant(account.agency)
    job = proposed(account, lines, by=by, **said)
    start_statement(job, by=by, at=said.get("at", given.NOW), request_key=given.key())
    given.carry_out(said.get("at", given.NOW), "take_statement", "match_account")
    return BankStatement.objects.order_by("-pk")[0]


def line(reference: str) -> BankLine:
    return BankLine.objects.get(reference=reference)


def an_order(
    case: Case, amount: int, *, body: Agency | None = None, at: datetime = given.NOW
) -> PaymentOrder:
    order = PaymentOrder.objects.create(
        uuid=uuid4(),
        code="".join(chr(65 + (ord(letter) % 26)) for letter in f"{next(_numbers):012d}"),
        collecting_body=body or case.competent_agency,
        amount=amount,
        gateway="sandbox",
        created_at=at,
        expires_at=at + timedelta(hours=1),
    )
    CaseOrder.objects.create(case=case, order=order)
    return order


def paid_by_bank(
    case: Case, reference: str, *, method: PaymentMethod = PaymentMethod.TRANSFER, at: datetime = given.NOW
) -> Payment:
    """What is due came for an order, as a gateway or a statement told; it has its receipt."""
    by = given.cashier(case.current_agency, at=at)
    with acting("record_payment", case.code, by=by, at=at, request_key=given.key()) as act:
        due = due_now(act)
        body = collecting_body_of(act, due[0])
        order = an_order(act.case, sum(fee.amount or 0 for fee in due), body=body, at=at)
        collected = collect(act, due, Taken(method, at, reference, order=order))
        event = act.record(EventKind.PAYMENT_RECORDED, data={**collected.told, "method": method.value})
        issue(act, collected.receipts, event.pk)
    return Payment.objects.select_related("order").get(reference=reference)


def a_deposit(
    desk: Agency, amount: int, reference: str, *, by: Actor | None = None, at: datetime = given.NOW
) -> CashMovement:
    """Cash that a cashier took to the bank."""
    session = session_to_take_money(by=by or given.cashier(desk, at=at), at=at)
    return CashMovement.objects.create(
        uuid=uuid4(),
        session=session,
        kind=CashMovementKind.DEPOSIT,
        amount=amount,
        reference=reference,
        at=at,
    )
