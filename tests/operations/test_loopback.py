"""A simulated party goes on, and says nothing, when whoever asked it goes away."""

from __future__ import annotations

import socket
import struct
import threading
import time
import urllib.request

import pytest

from apps.operations import gateway_simulator, tax_authority_simulator

# Closes at once, as a browser does that somebody shut: the other side is told of a reset.
AT_ONCE = struct.pack("ii", 1, 0)
PAGE = b"GET /pay/NOBODY HTTP/1.1\r\nHost: localhost\r\n\r\n"


def port_of(url: str) -> int:
    return int(url.removesuffix("/lists").rpartition(":")[2])


def started() -> set[threading.Thread]:
    """The threads that run by now; one that is only named cannot be waited for."""
    return {thread for thread in threading.enumerate() if thread.is_alive()}


def goes_away(port: int, said: bytes, *, answered: bool) -> None:
    """Says something, waits for the beginning of an answer or for none, and is gone; the server has noticed."""
    before = started()
    with socket.create_connection(("127.0.0.1", port)) as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
        client.sendall(said)
        if answered:
            client.recv(1)
        else:
            while not started() - before:
                time.sleep(0.01)
        serving = started() - before
    for thread in serving:
        thread.join()


@pytest.mark.parametrize(
    ("said", "answered"), [(PAGE, True), (PAGE[:20], False)], ids=["answered", "in the middle"]
)
@pytest.mark.parametrize(
    "party", [lambda: gateway_simulator.running("k", "m"), tax_authority_simulator.running]
)
def test_a_client_that_goes_away_is_no_fault(party, said, answered, capfd):
    with party() as running:
        goes_away(port_of(running.url), said, answered=answered)
        with pytest.raises(urllib.error.HTTPError) as told:
            urllib.request.urlopen(f"http://127.0.0.1:{port_of(running.url)}/nothing-here", timeout=10)
    assert told.value.code in (401, 404)
    assert capfd.readouterr().err == ""
