"""A gateway for SMS and Zalo that is a real server on loopback: it can fail, refuse, be slow, and hang up after taking a message.

Like a real one it takes a message once for each `Idempotency-Key`: asked again it says so and delivers nothing more.
"""

from __future__ import annotations

import json
import socket
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any


@dataclass
class Provider:
    """What it is asked to do next, in order; after that it accepts. `plan` holds statuses, "drop" and seconds to wait."""

    url: str = ""
    plan: list[int | float | str] = field(default_factory=list)
    requests: list[dict[str, Any]] = field(default_factory=list)
    delivered: list[dict[str, Any]] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)

    def next(self) -> int | float | str:
        with self._lock:
            return self.plan.pop(0) if self.plan else 202

    def take(self, message: dict[str, Any]) -> None:
        """Delivers a message unless one with its key was delivered."""
        with self._lock:
            if all(each["key"] != message["key"] for each in self.delivered):
                self.delivered.append(message)

    @property
    def doubles(self) -> list[tuple[str, ...]]:
        """What a person would have received twice: by one channel the same text to the same number."""
        counts = Counter((each["channel"], each["to"], each["text"]) for each in self.delivered)
        return [what for what, count in counts.items() if count > 1]


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    provider: Provider


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_POST(self) -> None:
        provider = self.server.provider
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        message = {
            **body,
            "key": self.headers["Idempotency-Key"],
            "token": self.headers.get("Authorization", ""),
        }
        provider.requests.append(message)
        said = provider.next()
        if isinstance(said, float):
            provider.take(message)
            time.sleep(said)
            said = 202
        if said == "drop":
            provider.take(message)
            self.connection.shutdown(socket.SHUT_RDWR)
            self.close_connection = True
            return
        if said == "hang up":
            self.connection.shutdown(socket.SHUT_RDWR)
            self.close_connection = True
            return
        if int(said) < 300:
            provider.take(message)
        self.send_response(int(said))
        if 300 <= int(said) < 400:
            self.send_header("Location", provider.url)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """It is quiet: what it was asked is in `requests`."""


@contextmanager
def running() -> Iterator[Provider]:
    """A provider that listens on a port of its own for as long as it lasts."""
    server = _Server(("127.0.0.1", 0), _Handler)
    server.provider = Provider(url=f"http://127.0.0.1:{server.server_port}/messages")
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server.provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)
