"""The fifth story of the demo: a fee is paid online, the bank's statement is taken in, the day's list goes to the tax authority."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any

import httpx

from apps.operations import auditor_walk, expected
from apps.operations.client import Page, Person
from apps.operations.people import REPRESENTATIVE, agency
from apps.operations.stage import Stage, Told, dong
from apps.operations.stories import FOOD_SAFETY_FEE, decide_food_safety, file_food_safety
from apps.receipts.choices import PaymentMethod
from apps.receipts.models import BankStatement, CollectionAccount
from apps.receipts.reconciliation import open_payments
from apps.receipts.selectors import account_of
from config.celery import app

ACCOUNTANT, AUDITOR, CASHIER = "ketoan", "kiemtoan", "tiepnhan.so"
_HEAD = "Số tài khoản,Ngày giao dịch,Số tham chiếu,Ghi nợ,Ghi có,Nội dung"
# What lay in the account before the first statement, and interest that nobody asked for, in đồng.
_BALANCE, _INTEREST = 12_000_000, 1_234
_LINE, _PAYMENT, _SESSION = (rf"/audit/{what}/[0-9a-f-]{{36}}/" for what in ("lines", "payments", "sessions"))


@dataclass(frozen=True, slots=True)
class OnStatement:
    """One line as the bank writes it; `amount` in đồng came in."""

    reference: str
    amount: int
    memo: str


@dataclass
class Money:
    """What became of the money, for the last line of JSON; `begins_at` is the page on which an auditor begins."""

    order: str = ""
    paid: int = 0
    matched: dict[str, int] = field(default_factory=dict)
    unexplained: str = ""
    day_list: dict[str, Any] = field(default_factory=dict)
    walk: list[str] = field(default_factory=list)
    begins_at: str = ""


def follow_the_money(stage: Stage) -> tuple[Told, Money]:
    """The company files once more and pays online; what came is found again at the bank, on the list, and by an auditor."""
    stage.tell("\n5. The company asks once more, and pays online")
    told, money = file_food_safety(stage), Money()
    left = _not_paid_out_yet()
    _pay(stage, told, money)
    decide_food_safety(stage, told)
    paid_on = expected.today()
    payout = _take_statement_in(stage, told, money, left=left, paid_on=paid_on)
    _tell_tax_authority(stage, told, money, paid_on)
    stage.tell("   An auditor walks from the bank's line to the receipt and back:")
    steps = auditor_walk.walked(stage.person(AUDITOR), payout.reference, told, list_of=money.day_list["uuid"])
    for step in steps:
        stage.tell(f"     {step}")
    money.walk = [step.what for step in steps]
    money.begins_at = steps[1].path
    return told, money


def _not_paid_out_yet() -> int:
    """Đồng that came through the gateway today and stand in no statement: of a demo that was stopped before its end."""
    left = open_payments(agency("city_agriculture").pk).filter(method=PaymentMethod.ONLINE)
    return sum(
        each.amount for each in left if each.taken_at.astimezone(expected.HANOI).date() == expected.today()
    )


def _pay(stage: Stage, told: Told, money: Money) -> None:
    """Orders, pays at the gateway, whose callback comes twice; it is settled once."""
    owner = stage.person(REPRESENTATIVE)
    [order] = owner.post(f"cases/{told.code}/payment-orders")
    told.expect("asked by the order", order["amount"], FOOD_SAFETY_FEE)
    stage.tell(f"   The order {order['code']} of {dong(order['amount'])} leads to the gateway (simulated).")
    httpx.post(order["pay_url"], data={"choice": "doubled"}, timeout=60)
    [order] = owner.get(f"cases/{told.code}/payment-orders")
    told.expect("the order", order["outcome"], "settled")
    told.expect("payments of it", [each["amount"] for each in order["payments"]], [FOOD_SAFETY_FEE])
    told.expect("receipts of it", [len(each["receipts"]) for each in order["payments"]], [1])
    money.order, money.paid = order["code"], order["amount"]
    stage.tell("   Paid. The gateway told of it twice; it was settled once, and the receipt took its number.")


def _take_statement_in(stage: Stage, told: Told, money: Money, *, left: int, paid_on: date) -> OnStatement:
    """The accountant gives the bank's file of today; a worker takes it in and matches what is certain. Gives the gateway's line."""
    body, today, stamp = agency("city_agriculture"), expected.today(), secrets.token_hex(3).upper()
    account = account_of(body, today)
    assert account is not None
    slip = f"NT{stamp}"
    banked = stage.bank_cash(CASHIER, slip)
    stage.tell(f"   The cashier took {dong(banked)} in cash to the bank (slip {slip}).")
    payout = OnStatement(f"FT{stamp}01", money.paid + left, f"PAYOUT DEMO {paid_on:%Y%m%d}")
    deposit = OnStatement(f"FT{stamp}02", banked, f"NOP TIEN MAT {slip}")
    strange = OnStatement(f"FT{stamp}03", _INTEREST, "TRA LAI TIEN GUI KHONG KY HAN")
    accountant = stage.person(ACCOUNTANT)
    proposed = accountant.send("/audit/statements/", *_statement(account, today, [payout, deposit, strange]))
    accountant.send(f"{proposed.path}start/", {})
    for line, ours in ((payout, _PAYMENT), (deposit, _SESSION)):
        stage.eventually(partial(_matched, accountant, line, ours), f"matching of {line.reference}")
        money.matched[line.reference] = line.amount
    stage.tell(
        f"   The accountant took in the bank's statement: the gateway's transfer {payout.reference} and the deposit "
        f"{deposit.reference} were matched."
    )
    days = f"first={today.isoformat()}&last={today.isoformat()}&body={body.pk}"
    differences = accountant.page(f"/audit/differences/?{days}").text
    told.expect(
        "lines that differ",
        [line.reference in differences for line in (payout, deposit, strange)],
        [False, False, True],
    )
    money.unexplained = strange.reference
    stage.tell(
        f"   {strange.reference} is nothing of ours: it waits to be explained, at /audit/differences/."
    )
    return payout


def _statement(
    account: CollectionAccount, day: date, lines: list[OnStatement]
) -> tuple[dict[str, Any], dict[str, tuple[str, bytes, str]]]:
    """The form of the page and the file of a bank, which goes on from its last statement."""
    before = BankStatement.objects.filter(account=account).order_by("-pk").first()
    opening = before.closing if before else _BALANCE
    rows = [f"{account.number},{day:%d/%m/%Y},{each.reference},,{each.amount},{each.memo}" for each in lines]
    fields = {
        "account": account.pk,
        "starts_on": f"{day:%d/%m/%Y}",
        "ends_on": f"{day:%d/%m/%Y}",
        "opening": opening,
        "closing": opening + sum(each.amount for each in lines),
    }
    return fields, {"file": ("sao-ke.csv", "\n".join([_HEAD, *rows]).encode(), "text/csv")}


def _matched(who: Person, line: OnStatement, ours: str) -> Page | None:
    """The page of a line that is taken in and names what of ours it is."""
    found = who.page(f"/audit/find/?q={line.reference}")
    if not found.every(_LINE):
        return None
    page = who.page(found.to(_LINE))
    return page if page.every(ours) else None


def _tell_tax_authority(stage: Stage, told: Told, money: Money, day: date) -> None:
    """What the schedule plays at 18:00 is played now; workers make the lists of all bodies and send them."""
    app.send_task("apps.receipts.periodic.make_day_lists")
    auditor = stage.person(AUDITOR)
    found = stage.eventually(partial(_list_of, auditor, told, day), "the list that tells of the receipt")

    def answered() -> dict[str, Any] | None:
        detail: dict[str, Any] = auditor.get(f"day-lists/{found}")
        return None if detail["state"] in ("made", "sent") else detail

    detail = stage.eventually(answered, "the tax authority's answer")
    told.expect("the list", detail["state"], "accepted")
    told.expect("answers", [each["outcome"] for each in detail["answers"]], ["accepted"])
    notice = detail["answers"][0]["reference"]
    money.day_list = {"uuid": found, "state": detail["state"], "lines": detail["lines"], "notice": notice}
    stage.tell(
        f"   The day's list told the tax authority (simulated) of {detail['lines']} receipt(s), {dong(detail['total'])}; "
        f"it accepted them with notice {notice}."
    )


def _list_of(auditor: Person, told: Told, day: date) -> str | None:
    """The list of the day on which the receipt of the case stands."""
    body = agency("city_agriculture").pk
    for each in auditor.get("day-lists")["results"]:
        if (each["collecting_body"]["id"], each["day"]) != (body, day.isoformat()):
            continue
        lines = auditor.get(f"day-lists/{each['uuid']}/lines")["results"]
        if told.receipt in [f"{line['form']} {line['series']} {line['number']}" for line in lines]:
            return str(each["uuid"])
    return None
