"""A Valkey server of our own: started, waited for, stopped."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from devservers.failures import DevserversError
from devservers.places import Place
from devservers.processes import spawn, stop
from devservers.programs import Programs

START_SECONDS = 30


@contextmanager
def valkey(place: Place, programs: Programs) -> Iterator[str]:
    """Runs Valkey for the length of the block; gives its URL, in the form that redis-py reads.

    Nothing is ever evicted: a broker that evicts loses work.
    """
    data = place.make_directory("valkey")
    path = place.sockets / "valkey.sock"
    log = place.directory / "valkey.log"
    argv: list[str | Path] = [
        programs.valkey_server, "--port", "0", "--unixsocket", path, "--unixsocketperm", "700", "--dir", data,
        "--maxmemory-policy", "noeviction", "--save", "", "--appendonly", "no" if place.ephemeral else "yes",
        "--daemonize", "no", "--databases", "16",
    ]  # fmt: skip
    log.unlink(missing_ok=True)
    with open(log, "ab") as output:
        server = spawn(
            argv, account=place.account, env={"PATH": os.defpath, "LC_ALL": "C"}, output=output,
            own_session=True, dies_with_us=signal.SIGTERM, cwd="/",
        )  # fmt: skip
    try:
        _wait_until_ready(server, path, log)
        yield f"unix://{path}"
    finally:
        stop(server, gently=signal.SIGTERM, seconds=20)


def _wait_until_ready(server: subprocess.Popen[bytes], path: Path, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        if _answers(path):
            return
        time.sleep(0.02)
    tail = log.read_text(errors="replace").splitlines()[-15:]
    raise DevserversError("Valkey did not start; the end of its log:\n" + "\n".join(tail))


def _answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(1)
        try:
            connection.connect(str(path))
            connection.sendall(b"PING\r\n")
            # While it still reads its file from disk it answers -LOADING.
            return connection.recv(64).startswith(b"+PONG")
        except OSError:
            return False
