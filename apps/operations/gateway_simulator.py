"""A payment gateway that is a real HTTP server and moves no money: for the tests, and for citizens of the demo.

It speaks the wire format that `apps/receipts/gateways/by_http.py` documents, written here a second time so that each is
checked by the other. It can be told to fail, to be slow, to hang up after doing what was asked, and to keep silent.
"""

from __future__ import annotations

import hashlib
import hmac
import html
import json
import re
import secrets
import socket
import time
import urllib.error
import urllib.request
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler
from threading import Lock
from typing import Any
from urllib.parse import parse_qs
from zoneinfo import ZoneInfo

from apps.operations.loopback import LoopbackServer, listening

# Seconds that a request's timestamp may be away from ours.
_FRESH = 300
_HANOI = ZoneInfo("Asia/Ho_Chi_Minh")

# What a visitor of the pay page may choose: how the order stands then, what part of the amount comes, how often the callback.
CHOICES: dict[str, tuple[str, str, int]] = {
    "pay": ("Thanh toán", "paid", 1),
    "fail": ("Giao dịch không thành công", "failed", 1),
    "cancel": ("Hủy, không thanh toán", "cancelled", 1),
    "silent": ("Thanh toán, nhưng thông báo kết quả bị mất", "paid", 0),
    "doubled": ("Thanh toán, thông báo kết quả gửi hai lần", "paid", 2),
}


@dataclass
class Simulator:
    """What it knows. `plan` holds, for each kind of request, what goes wrong with the next: a status, seconds to wait,
    "drop" (done, and then the connection is lost) or "hang up" (not done)."""

    key: bytes
    merchant: str
    url: str = ""
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    plan: dict[str, list[int | float | str]] = field(default_factory=lambda: defaultdict(list))
    orders: dict[str, dict[str, Any]] = field(default_factory=dict)
    refunds: dict[str, dict[str, Any]] = field(default_factory=dict)
    # Orders of which a payment has begun and not ended.
    under_way: set[str] = field(default_factory=set)
    requests: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)

    def pay(self, order: str, amount: int | None = None, *, at: datetime | None = None) -> dict[str, Any]:
        """Somebody pays: the amount of the order, or another. Gives the transaction."""
        with self.lock:
            known = self.orders[order]
            paid = {
                "number": f"GD{secrets.token_hex(6).upper()}",
                "amount": known["amount"] if amount is None else amount,
                "paid_at": (at or self.clock()).isoformat(),
            }
            known["state"] = "paid"
            known["transactions"].append(paid)
        return paid

    def end(self, order: str, state: str) -> None:
        """The order fails, is cancelled or expires."""
        with self.lock:
            self.orders[order]["state"] = state

    def cancel(self, order: str) -> dict[str, Any]:
        """The merchant ends an order; one that was paid, that ended or of which money is on its way stays as it is."""
        with self.lock:
            if self.orders[order]["state"] == "pending" and order not in self.under_way:
                self.orders[order]["state"] = "cancelled"
        return self.told_of(order)

    def callback(
        self,
        order: str,
        state: str,
        transaction: dict[str, Any] | None = None,
        *,
        sent_at: datetime | None = None,
        key: bytes | None = None,
    ) -> tuple[bytes, dict[str, str]]:
        """The body and the headers of a signed callback; with another key it is forged."""
        body = json.dumps({"order": order, "state": state, "transaction": transaction}).encode()
        stamp = str(int((sent_at or self.clock()).timestamp()))
        signature = _sign(key or self.key, "CALLBACK", order, stamp, hashlib.sha256(body).hexdigest())
        return body, {
            "Content-Type": "application/json",
            "X-Timestamp": stamp,
            "X-Signature": signature,
        }

    def tell(self, order: str, state: str, transaction: dict[str, Any] | None, *, times: int = 1) -> None:
        """Sends the callback over HTTP; it tries a few times until it is taken."""
        for _ in range(times):
            for wait in (0.0, 0.5, 2.0):
                time.sleep(wait)
                body, headers = self.callback(order, state, transaction)
                request = urllib.request.Request(
                    self.orders[order]["callback_url"], body, headers, method="POST"
                )
                try:
                    with urllib.request.urlopen(request, timeout=10):
                        break
                except OSError:
                    continue

    def choose(self, order: str, choice: str) -> None:
        """What the visitor of the pay page pressed. An order is paid once here; whoever presses again changes nothing."""
        _words, state, times = CHOICES[choice]
        with self.lock:
            if self.orders[order]["state"] != "pending":
                return
        paid = self.pay(order) if state == "paid" else None
        if paid is None:
            self.end(order, state)
        self.tell(order, state, paid, times=times)

    def told_of(self, order: str) -> dict[str, Any]:
        """How an order stands, as it is answered."""
        with self.lock:
            known = self.orders[order]
            return {name: known[name] for name in ("order", "state", "transactions")}

    def create(self, said: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        with self.lock:
            known = self.orders.get(said["order"])
            if known is None:
                reference = f"DH{secrets.token_hex(8).upper()}"
                known = {
                    **said,
                    "reference": reference,
                    "pay_url": f"{self.url}/pay/{reference}",
                    "state": "pending",
                    "transactions": [],
                }
                self.orders[said["order"]] = known
            elif known["amount"] != said["amount"]:
                return 422, {"error": "another amount"}
        return 200, {"reference": known["reference"], "pay_url": known["pay_url"]}

    def refund(self, said: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        with self.lock:
            if said["code"] not in self.refunds:
                transactions = self.orders.get(said["order"], {}).get("transactions", [])
                paid = next((each for each in transactions if each["number"] == said["transaction"]), None)
                given = sum(
                    each["amount"]
                    for each in self.refunds.values()
                    if each["transaction"] == said["transaction"]
                )
                if paid is None or said["amount"] + given > paid["amount"]:
                    return 422, {"error": "more than was paid"}
                reference = f"HT{secrets.token_hex(6).upper()}"
                self.refunds[said["code"]] = {**said, "reference": reference, "at": self.clock().isoformat()}
            return 200, {"reference": self.refunds[said["code"]]["reference"]}

    def statement(self, day: str) -> list[dict[str, Any]]:
        with self.lock:
            came = [
                {"order": code, "number": each["number"], "amount": each["amount"], "at": each["paid_at"]}
                for code, order in self.orders.items()
                for each in order["transactions"]
            ]
            went = [
                {
                    "order": each["order"],
                    "number": each["reference"],
                    "amount": -each["amount"],
                    "at": each["at"],
                }
                for each in self.refunds.values()
            ]
        return [each for each in came + went if _day_of(each["at"]) == day]

    def next_trouble(self, kind: str) -> int | float | str | None:
        with self.lock:
            return self.plan[kind].pop(0) if self.plan[kind] else None


def _day_of(moment: str) -> str:
    return datetime.fromisoformat(moment).astimezone(_HANOI).date().isoformat()


def _sign(key: bytes, *lines: str) -> str:
    return hmac.new(key, "\n".join(lines).encode(), hashlib.sha256).hexdigest()


class _Server(LoopbackServer):
    simulator: Simulator


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"

    @property
    def simulator(self) -> Simulator:
        return self.server.simulator

    def do_GET(self) -> None:
        if found := re.fullmatch(r"/pay/(\w+)", self.path):
            order = self._of_reference(found[1])
            self._page(200 if order else 404, _pay_page(order) if order else "<h1>404</h1>")
        else:
            self._api()

    def do_POST(self) -> None:
        if found := re.fullmatch(r"/pay/(\w+)", self.path):
            order = self._of_reference(found[1])
            choice = parse_qs(self._body().decode()).get("choice", [""])[0]
            if order is None or choice not in CHOICES:
                self._page(400, "<h1>400</h1>")
                return
            self.simulator.choose(order["order"], choice)
            self.send_response(303)
            self.send_header("Location", order["return_url"])
            self.send_header("Content-Length", "0")
            self.end_headers()
        else:
            self._api()

    def _of_reference(self, reference: str) -> dict[str, Any] | None:
        return next((o for o in self.simulator.orders.values() if o["reference"] == reference), None)

    def _body(self) -> bytes:
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def _api(self) -> None:
        body, simulator = self._body(), self.simulator
        signature, stamp = self.headers.get("X-Signature", ""), self.headers.get("X-Timestamp", "0")
        expected = _sign(
            simulator.key, "REQUEST", self.command, self.path, stamp, hashlib.sha256(body).hexdigest()
        )
        if (
            not hmac.compare_digest(expected, signature)
            or self.headers.get("X-Merchant") != simulator.merchant
            or abs(time.time() - int(stamp)) > _FRESH
        ):
            self._answer(401, {"error": "not signed by the merchant"}, signature)
            return
        said = json.loads(body) if body else {}
        kind, act = self._asked(said)
        simulator.requests.append((kind, self.path, said))
        trouble = simulator.next_trouble(kind)
        if isinstance(trouble, int):
            self._answer(trouble, {"error": "as planned"}, signature)
            return
        if trouble == "hang up":
            self._hang_up()
            return
        status, answer = act()
        if isinstance(trouble, float):
            time.sleep(trouble)
        if trouble == "drop":
            self._hang_up()
            return
        self._answer(status, answer, signature)

    def _asked(self, said: dict[str, Any]) -> tuple[str, Callable[[], tuple[int, dict[str, Any]]]]:
        simulator = self.simulator
        _, what, *which = self.path.split("/")
        match self.command, what, which:
            case "POST", "orders", []:
                return "create", lambda: simulator.create(said)
            case "POST", "refunds", []:
                return "refund", lambda: simulator.refund(said)
            case "GET", "orders", [code] if code in simulator.orders:
                return "query", lambda: (200, simulator.told_of(code))
            case "POST", "orders", [code, "cancellation"] if code in simulator.orders:
                return "cancel", lambda: (200, simulator.cancel(code))
            case "GET", "refunds", [code] if code in simulator.refunds:
                return "refunded", lambda: (200, {"reference": simulator.refunds[code]["reference"]})
            case "GET", "statements", [day]:
                return "statement", lambda: (200, {"lines": simulator.statement(day)})
            case "GET", "orders", _:
                return "query", lambda: (404, {"error": "no such order"})
            case "POST", "orders", [_, "cancellation"]:
                return "cancel", lambda: (404, {"error": "no such order"})
            case "GET", "refunds", _:
                return "refunded", lambda: (404, {"error": "no such refund"})
        return "unknown", lambda: (404, {"error": "no such address"})

    def _answer(self, status: int, said: dict[str, Any], signature: str) -> None:
        body, stamp = json.dumps(said).encode(), str(int(time.time()))
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("X-Timestamp", stamp)
        signed = _sign(
            self.simulator.key, "ANSWER", str(status), signature, stamp, hashlib.sha256(body).hexdigest()
        )
        self.send_header("X-Signature", signed)
        self.end_headers()
        self.wfile.write(body)

    def _page(self, status: int, markup: str) -> None:
        body = markup.encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _hang_up(self) -> None:
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, *_: Any) -> None:
        """It is quiet: what it was asked is in `requests`."""


def _pay_page(order: dict[str, Any]) -> str:
    amount = f"{order['amount']:,} đ".replace(",", ".")
    buttons = "".join(
        f'<button name="choice" value="{choice}">{html.escape(words)}</button>'
        for choice, (words, _state, _times) in CHOICES.items()
    )
    return f"""<!doctype html><html lang="vi"><head><meta charset="utf-8"><title>Cổng thanh toán mô phỏng</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><style>
body {{ font: 18px/1.5 sans-serif; max-width: 32rem; margin: 2rem auto; padding: 0 1rem; color: #1d1d1d }}
strong {{ font-size: 1.5rem }} .note {{ border: 3px dashed #b35c00; padding: .75rem 1rem }}
button {{ display: block; width: 100%; margin: .75rem 0; padding: .75rem; font: inherit; cursor: pointer }}
</style></head><body><main><h1>Cổng thanh toán mô phỏng</h1>
<p class="note">Đây không phải là ngân hàng. Không có khoản tiền nào được chuyển; trang này chỉ để thử hệ thống.</p>
<p>{html.escape(order["description"])}<br>Đơn vị thu: {html.escape(order["payee"])}<br>Mã thanh toán: {html.escape(order["order"])}</p>
<p>Số tiền: <strong>{amount}</strong></p><form method="post">{buttons}</form></main></body></html>"""


@contextmanager
def running(
    key: str, merchant: str, *, port: int = 0, clock: Callable[[], datetime] | None = None
) -> Iterator[Simulator]:
    """A gateway that listens on loopback for as long as it lasts."""
    server = _Server(("127.0.0.1", port), _Handler)
    server.simulator = Simulator(key.encode(), merchant, f"http://127.0.0.1:{server.server_port}")
    if clock:
        server.simulator.clock = clock
    with listening(server):
        yield server.simulator
