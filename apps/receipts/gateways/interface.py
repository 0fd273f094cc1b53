"""What the program asks of any payment gateway, and in which words it is answered. Nothing here names a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol


class OrderState(StrEnum):
    """How an order stands at the gateway; `unknown`: it never heard of it."""

    PENDING = "pending"
    PAID = "paid"
    FAILED = "failed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Asked:
    """An order as the gateway is told of it: its code, the amount in đồng, what for in general words, until when."""

    code: str
    amount: int
    payee: str
    description: str
    expires_at: datetime
    return_url: str
    callback_url: str


@dataclass(frozen=True, slots=True)
class Created:
    """The gateway's own number of the order, the page where it is paid, and what it said, word for word."""

    reference: str
    pay_url: str
    said: str


@dataclass(frozen=True, slots=True)
class Transaction:
    """Money that came in at the gateway: its number there, đồng, and when."""

    number: str
    amount: int
    paid_at: datetime


@dataclass(frozen=True, slots=True)
class Answer:
    """What happened to an order: how it stands, every transaction for it, and the gateway's words."""

    order_code: str
    state: OrderState
    transactions: Sequence[Transaction]
    said: str

    @property
    def may_bring_money(self) -> bool:
        """Whether money came, or may be on its way."""
        return bool(self.transactions) or self.state in (OrderState.PENDING, OrderState.PAID)


@dataclass(frozen=True, slots=True)
class Callback:
    """A message that is really the gateway's: of which order, how it stands, the money if any, when it was signed."""

    order_code: str
    state: OrderState
    transaction: Transaction | None
    sent_at: datetime
    said: str


@dataclass(frozen=True, slots=True)
class Refunded:
    """Money that the gateway gave back: its number there, and the gateway's words."""

    number: str
    said: str


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One line of the gateway's list of a day. `amount` is negative where money went back."""

    order_code: str
    number: str
    amount: int
    at: datetime


class GatewayFailed(Exception):
    """`kind` is a word for what went wrong; it holds nothing of the order, and no key.

    `said` is what the gateway really answered, word for word; empty where it said nothing.
    """

    def __init__(self, kind: str, said: str = "") -> None:
        self.kind, self.said = kind, said
        super().__init__(kind)


class TryAgain(GatewayFailed):
    """It may go better later; what was asked may have been done all the same."""


class Refused(GatewayFailed):
    """It will not go better, and it was not done."""


class Forged(Exception):
    """A message that the gateway has not signed, or not so."""


class PaymentGateway(Protocol):
    """One gateway. All calls go over the network, and so never inside a transaction. They raise TryAgain, Refused."""

    @property
    def name(self) -> str:
        """As the address of its callbacks has it."""

    def create(self, order: Asked) -> Created:
        """Tells the gateway of an order; told again, it gives the same answer."""

    def query(self, order_code: str) -> Answer:
        """What happened to an order."""

    def cancel(self, order_code: str) -> Answer:
        """Ends an order unless money has come or is on its way; how it stands then."""

    def refund(self, order_code: str, *, transaction: str, amount: int, code: str) -> Refunded:
        """Gives back đồng of a transaction, once for each `code`."""

    def refunded(self, code: str) -> Refunded | None:
        """The refund that was asked for under a code; None where there is none."""

    def read_callback(self, body: bytes, headers: Mapping[str, str]) -> Callback:
        """A message that the gateway sent by itself. Raises Forged."""

    def statement(self, day: date) -> Sequence[StatementLine]:
        """All that came and went on a day of Hanoi."""
