"""How a simulated party listens: an HTTP server on loopback, for as long as it lasts, that minds no client who goes away."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import ThreadingHTTPServer
from threading import Thread
from typing import Any


class LoopbackServer(ThreadingHTTPServer):
    """A thread for each connection; none of them keeps the process from ending."""

    daemon_threads = True

    def finish_request(self, request: Any, client_address: Any) -> None:
        """Whoever asked may have gone: it waited, or had read enough. That is no fault."""
        with suppress(ConnectionError):
            super().finish_request(request, client_address)


@contextmanager
def listening(server: LoopbackServer) -> Iterator[None]:
    """Serves in a thread of its own, and closes at the end."""
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)
