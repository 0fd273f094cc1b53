"""The adapter for a gateway that speaks the city's own wire format: JSON over HTTP, signed both ways.

A request names the merchant (`X-Merchant`) and the second in which it is sent (`X-Timestamp`, Unix time), and is signed:
`X-Signature` is the hexadecimal HMAC-SHA256, under the key that both hold, of these lines joined by line feeds:

    request    REQUEST, method, path, timestamp, SHA-256 of the body in hexadecimal
    answer     ANSWER, status, signature of the request, timestamp, SHA-256 of the body
    callback   CALLBACK, order's code, timestamp, SHA-256 of the body

so that nothing signed for one purpose passes for another. Amounts are whole đồng, moments ISO 8601 with their offset.

    POST /orders          {order, amount, payee, description, expires_at, return_url, callback_url}  → {reference, pay_url}
    GET  /orders/CODE     → {order, state, transactions: [{number, amount, paid_at}]}; 404 where it is not known
    POST /orders/CODE/cancellation  {}  → as above: cancelled, unless money has come (paid) or is on its way (pending)
    POST /refunds         {code, order, transaction, amount}  → {reference}
    GET  /refunds/CODE    → {reference}; 404 where it is not known
    GET  /statements/DAY  → {lines: [{order, number, amount, at}]}, of a day of Hanoi; what went back is negative
    callback              {order, state, transaction: {number, amount, paid_at} or null}

Orders are told once for each code and refunds once for each code: asked again, the gateway answers as before. 4xx is final,
but for 401, 403, 408, 409, 425 and 429, which say nothing of the order; 5xx, time-outs and lost connections are tried again.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import urllib3

from apps.core.canonical import canonical
from apps.receipts.gateways.interface import (
    Answer,
    Asked,
    Callback,
    Created,
    Forged,
    OrderState,
    Refunded,
    Refused,
    StatementLine,
    Transaction,
    TryAgain,
)

# Seconds: to be let in, and to be answered.
CONNECT, ANSWER = 3.0, 10.0
# Asking changes nothing, and telling of an order twice neither: both are tried so often in one call.
_TRIES = 2
_MOST_BYTES = 256 * 1024
_NOT_OF_THE_ORDER = frozenset({401, 403, 408, 409, 425, 429})
_NUMBER = re.compile(r"[A-Za-z0-9._-]{1,80}")
_TIMESTAMP = re.compile(r"\d{1,12}")


@dataclass(frozen=True, slots=True)
class Keys:
    """Who we are to the gateway. The key is shown nowhere."""

    merchant: str
    key: bytes = field(repr=False)

    def sign(self, *lines: str) -> str:
        return hmac.new(self.key, "\n".join(lines).encode(), hashlib.sha256).hexdigest()


@dataclass(frozen=True, slots=True)
class ByHttp:
    """One gateway at one address."""

    name: str
    url: str
    keys: Keys

    def create(self, order: Asked) -> Created:
        """Tells the gateway of an order. Raises TryAgain, Refused."""
        told = self._ask(
            "POST",
            "/orders",
            {
                "order": order.code,
                "amount": order.amount,
                "payee": order.payee,
                "description": order.description,
                "expires_at": order.expires_at,
                "return_url": order.return_url,
                "callback_url": order.callback_url,
            },
        )
        reference, pay_url = _number(told.said, "reference"), str(told.said.get("pay_url", ""))
        if urlsplit(pay_url).scheme not in ("http", "https") or len(pay_url) > 300:
            raise TryAgain("answer_malformed")
        return Created(reference, pay_url, told.text)

    def query(self, order_code: str) -> Answer:
        """What happened to an order. Raises TryAgain, Refused."""
        return self._answer(order_code, self._ask("GET", f"/orders/{order_code}", known=False))

    def cancel(self, order_code: str) -> Answer:
        """Ends an order unless money has come or is on its way; how it stands then. Raises TryAgain, Refused."""
        return self._answer(
            order_code, self._ask("POST", f"/orders/{order_code}/cancellation", {}, known=False)
        )

    @staticmethod
    def _answer(order_code: str, told: _Told) -> Answer:
        if told.status == 404:
            return Answer(order_code, OrderState.UNKNOWN, (), told.text)
        try:
            if told.said["order"] != order_code:
                raise TryAgain("answer_malformed")
            return Answer(
                order_code,
                OrderState(told.said["state"]),
                [_transaction(each) for each in told.said["transactions"]],
                told.text,
            )
        except (KeyError, TypeError, ValueError) as error:
            raise TryAgain("answer_malformed") from error

    def refund(self, order_code: str, *, transaction: str, amount: int, code: str) -> Refunded:
        """Gives back đồng of a transaction. It is sent once: whether it was done is asked by its code. Raises TryAgain, Refused."""
        body = {"code": code, "order": order_code, "transaction": transaction, "amount": amount}
        told = self._ask("POST", "/refunds", body, tries=1)
        return Refunded(_number(told.said, "reference"), told.text)

    def refunded(self, code: str) -> Refunded | None:
        """The refund under a code, None where there is none. Raises TryAgain, Refused."""
        told = self._ask("GET", f"/refunds/{code}", known=False)
        return None if told.status == 404 else Refunded(_number(told.said, "reference"), told.text)

    def read_callback(self, body: bytes, headers: Mapping[str, str]) -> Callback:
        """A message that the gateway sent by itself; the comparison takes the same time whatever was sent. Raises Forged."""
        stamp, signature = headers.get("X-Timestamp", ""), headers.get("X-Signature", "")
        try:
            said = json.loads(body)
            order = said["order"]
            if not _TIMESTAMP.fullmatch(stamp) or not isinstance(order, str):
                raise Forged()
            expected = self.keys.sign("CALLBACK", order, stamp, _hash(body))
            if not hmac.compare_digest(expected.encode(), signature.encode()):
                raise Forged()
            paid = said["transaction"]
            state = OrderState(said["state"])
            if (state == OrderState.PAID) != (paid is not None):
                raise Forged()
            return Callback(
                order,
                state,
                None if paid is None else _transaction(paid),
                datetime.fromtimestamp(int(stamp), UTC),
                body.decode(),
            )
        except (KeyError, TypeError, ValueError, RecursionError, OverflowError) as error:
            raise Forged() from error

    def statement(self, day: date) -> Sequence[StatementLine]:
        """All that came and went on a day of Hanoi. Raises TryAgain, Refused."""
        told = self._ask("GET", f"/statements/{day.isoformat()}")
        try:
            return [_statement_line(each) for each in told.said["lines"]]
        except (KeyError, TypeError, ValueError) as error:
            raise TryAgain("answer_malformed") from error

    def _ask(
        self,
        method: str,
        path: str,
        said: Mapping[str, Any] | None = None,
        *,
        known: bool = True,
        tries: int = _TRIES,
    ) -> _Told:
        """One question with its signed answer. `known`: that it is not known is a refusal too."""
        body = b"" if said is None else canonical(said)
        for left in reversed(range(tries)):
            try:
                told = self._ask_once(method, path, body)
            except TryAgain:
                if not left:
                    raise
                continue
            if 200 <= told.status < 300 or (told.status == 404 and not known):
                return told
            if 400 <= told.status < 500 and told.status not in _NOT_OF_THE_ORDER:
                raise Refused(f"answered_{told.status}", told.text)
            if not left:
                raise TryAgain(f"answered_{told.status}", told.text)
        raise AssertionError("unreachable")

    def _ask_once(self, method: str, path: str, body: bytes) -> _Told:
        address = self.url.rstrip("/") + path
        stamp = str(int(time.time()))
        signature = self.keys.sign("REQUEST", method, urlsplit(address).path, stamp, _hash(body))
        try:
            answer = _pool().request(
                method,
                address,
                body=body or None,
                headers={
                    "Content-Type": "application/json",
                    "X-Merchant": self.keys.merchant,
                    "X-Timestamp": stamp,
                    "X-Signature": signature,
                },
                timeout=urllib3.Timeout(connect=CONNECT, read=ANSWER),
                retries=False,
                redirect=False,
                preload_content=False,
            )
            text = answer.read(_MOST_BYTES)
            answer.close()
        except urllib3.exceptions.ReadTimeoutError as error:
            raise TryAgain("no_answer") from error
        except urllib3.exceptions.HTTPError as error:
            raise TryAgain("no_connection") from error
        if answer.status >= 500:
            raise TryAgain(f"answered_{answer.status}")
        expected = self.keys.sign(
            "ANSWER", str(answer.status), signature, answer.headers.get("X-Timestamp", ""), _hash(text)
        )
        if not hmac.compare_digest(expected.encode(), answer.headers.get("X-Signature", "").encode()):
            raise TryAgain("answer_unsigned")
        try:
            said = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise TryAgain("answer_malformed") from error
        if not isinstance(said, dict):
            raise TryAgain("answer_malformed")
        return _Told(answer.status, said, text.decode(errors="replace"))


@dataclass(frozen=True, slots=True)
class _Told:
    status: int
    said: dict[str, Any]
    text: str


def _hash(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def _number(said: Mapping[str, Any], name: str) -> str:
    try:
        return _named(said.get(name))
    except ValueError as error:
        raise TryAgain("answer_malformed") from error


def _transaction(said: Any) -> Transaction:
    """Raises ValueError, TypeError, KeyError for what is none."""
    amount = _dong(said["amount"])
    if amount < 0:
        raise ValueError("what came is more than nothing")
    return Transaction(_named(said["number"]), amount, _moment(said["paid_at"]))


def _statement_line(said: Any) -> StatementLine:
    """Raises ValueError, TypeError, KeyError for what is none."""
    return StatementLine(
        _named(said["order"]), _named(said["number"]), _dong(said["amount"]), _moment(said["at"])
    )


def _dong(said: Any) -> int:
    if not isinstance(said, int) or isinstance(said, bool) or not 0 < abs(said) < 10**13:
        raise ValueError("an amount is a whole number of đồng, and not 0")
    return said


def _named(said: Any) -> str:
    if not isinstance(said, str) or not _NUMBER.fullmatch(said):
        raise ValueError("orders and transactions have numbers")
    return said


def _moment(said: Any) -> datetime:
    moment = datetime.fromisoformat(said)
    if moment.tzinfo is None:
        raise ValueError("a moment has its offset")
    return moment


@cache
def _pool() -> urllib3.PoolManager:
    return urllib3.PoolManager()
