"""A tax authority that is a real HTTP server and tells nobody: for the tests, and for the lists of the demo.

It accepts, rejects, fails, is slow, and answers nonsense, as it is told to. Like a real one it takes a message once for each
key: handed over twice it answers twice and holds one list. What breaks our schema, or comes again as another list under the
same key, is rejected and remembered in `invalid`.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from threading import Lock
from typing import Any

from lxml import etree

import apps.receipts.tax_authority as package
from apps.operations.loopback import LoopbackServer, listening

SCHEMA = etree.XMLSchema(file=str(Path(package.__file__).parent / "list.xsd"))


# Why a list is not taken that cannot be read, or that is another than the one of that key.
_NOT_BY_SCHEMA = ("E01", "Danh sách không đúng định dạng")
_ANOTHER_LIST = ("E02", "Thông điệp này đã được gửi với nội dung khác")
# What a schema cannot say: an error that is explained without its notice, or a notice on a line of something else.
_WITHOUT_NOTICE = ("E03", "Dòng giải trình sai sót phải kèm thông báo 04/SS-CTĐT, và chỉ dòng đó")
_IS_WITHOUT_NOTICE = etree.XPath("boolean(//DLieu[(TThai = 4) != boolean(TBao)])")


def notice(key: str, outcome: str = "CHAP_NHAN", reasons: tuple[tuple[str, str], ...] = ()) -> bytes:
    """The notice as the authority writes it; its number says that it is simulated."""
    why = "".join(f"<LDo><MLoi>{code}</MLoi><MTa>{text}</MTa></LDo>" for code, text in reasons)
    return (
        f"<?xml version='1.0' encoding='UTF-8'?><TBao><MTDiep>{key}</MTDiep><KQua>{outcome}</KQua>"
        f"<SoTB>MO-PHONG-{key[:8]}</SoTB><DSLDo>{why}</DSLDo></TBao>"
    ).encode()


@dataclass
class Authority:
    """`plan` says what it does next; after that it accepts: a status, "drop" (takes it and hangs up), "slow", "receive"
    (takes it and decides later), "reject", bytes to answer as they are, or a function of the key that makes them."""

    url: str = ""
    plan: list[Any] = field(default_factory=list)
    held: dict[str, bytes] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)
    tokens: set[str] = field(default_factory=set)
    invalid: list[str] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)

    def next(self) -> Any:
        with self._lock:
            return self.plan.pop(0) if self.plan else "accept"

    def take(self, key: str, xml: bytes) -> tuple[tuple[str, str], ...]:
        """Takes a list once; why it cannot."""
        with self._lock:
            try:
                document = etree.fromstring(xml)
                SCHEMA.assertValid(document)
            except (etree.XMLSyntaxError, etree.DocumentInvalid) as error:
                self.invalid.append(str(error))
                return (_NOT_BY_SCHEMA,)
            if _IS_WITHOUT_NOTICE(document):
                self.invalid.append(f"{key} explains an error without its notice")
                return (_WITHOUT_NOTICE,)
            if self.held.setdefault(key, xml) != xml:
                self.invalid.append(f"{key} came again as another list")
                return (_ANOTHER_LIST,)
        return ()


class _Server(LoopbackServer):
    authority: Authority


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_PUT(self) -> None:
        self._answer(self.rfile.read(int(self.headers["Content-Length"])))

    def do_GET(self) -> None:
        self._answer(None)

    def _answer(self, xml: bytes | None) -> None:
        authority, key = self.server.authority, self.path.rsplit("/", 1)[-1]
        authority.asked.append((self.command, key))
        authority.tokens.add(self.headers.get("Authorization", ""))
        said = authority.next()
        if said == "hang up":
            self._hang_up()
            return
        wrong = authority.take(key, xml) if xml is not None and not isinstance(said, int) else ()
        if wrong:
            self._say(200, notice(key, "KHONG_CHAP_NHAN", wrong))
        elif said == "drop":
            self._hang_up()
        elif said == "slow":
            time.sleep(0.6)
            self._say(200, notice(key))
        elif isinstance(said, int):
            self._say(said, b"")
        elif isinstance(said, bytes):
            self._say(200, said)
        elif callable(said):
            self._say(200, said(key))
        elif key not in authority.held:
            self._say(404, b"")
        else:
            outcome = {"receive": "DA_NHAN", "reject": "KHONG_CHAP_NHAN"}.get(said, "CHAP_NHAN")
            reasons = (("E07", "Mã số thuế không có trong hệ thống"),) if said == "reject" else ()
            self._say(202 if said == "receive" else 200, notice(key, outcome, reasons))

    def _hang_up(self) -> None:
        self.connection.shutdown(socket.SHUT_RDWR)
        self.close_connection = True

    def _say(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """It is quiet: what it was asked is in `asked`."""


@contextmanager
def running(port: int = 0) -> Iterator[Authority]:
    """An authority that listens on loopback for as long as it lasts."""
    server = _Server(("127.0.0.1", port), _Handler)
    server.authority = Authority(url=f"http://127.0.0.1:{server.server_port}/lists")
    with listening(server):
        yield server.authority
