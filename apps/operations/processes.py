"""The processes of the program on one machine, with a payment gateway and a tax authority to try; started and stopped together."""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

PYTHON = sys.executable
# What asks a command to stop: Ctrl-C, whoever supervises it, a terminal that is closed.
STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def free_port(first: int) -> int:
    """`first`, or the next port above it that nobody listens on."""
    for port in range(first, first + 200):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise RuntimeError(f"no free port above {first}")


def commands(port: int) -> dict[str, list[str]]:
    """What runs, by name; the same commands serve in production, each on as many machines as needed."""
    celery = [PYTHON, "-m", "celery", "-A", "config.celery"]
    return {
        "web": [
            PYTHON, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port),
            "--workers", "1", "--blocking-threads", "4", "--no-log", "config.wsgi:application",
        ],
        "worker": [
            *celery, "worker", "--queues", "routing,documents,notices,periodic", "--concurrency", "2",
            "--loglevel", "WARNING", "--without-gossip", "--without-mingle",
        ],
        "relay": [PYTHON, "manage.py", "relay"],
        "schedule": [*celery, "beat", "--loglevel", "WARNING", "--pidfile=", "--schedule=.local/schedule"],
    }  # fmt: skip


def simulated_gateway(port: int) -> dict[str, str]:
    """The environment in which fees are paid online at a gateway of this machine that moves no money."""
    return {
        "PAYMENT_GATEWAY_NAME": "demo",
        "PAYMENT_GATEWAY_URL": f"http://127.0.0.1:{port}",
        "PAYMENT_GATEWAY_MERCHANT": "MOTCUA-DEMO",
        "PAYMENT_GATEWAY_KEY": secrets.token_hex(32),
    }


def simulated_tax_authority(port: int) -> dict[str, str]:
    """The environment in which the day's lists go to a tax authority of this machine that tells nobody."""
    return {
        "TAX_AUTHORITY_URL": f"http://127.0.0.1:{port}/lists",
        "TAX_AUTHORITY_TOKEN": secrets.token_hex(32),
    }


# Whoever the environment names: what is played here moves no money and tells no authority.
SIMULATED: dict[str, Callable[[int], dict[str, str]]] = {
    "payment_gateway": simulated_gateway,
    "tax_authority": simulated_tax_authority,
}


def _unwind(number: int, _frame: object) -> None:
    raise SystemExit(128 + number)


@contextmanager
def _handled(handler: Callable[[int, object], None], signals: Sequence[signal.Signals]) -> Iterator[None]:
    before = {number: signal.signal(number, handler) for number in signals}
    try:
        yield
    finally:
        for number, earlier in before.items():
            signal.signal(number, earlier)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """What asks to stop meanwhile is heard at the end: none may come between the start of a process and the note to stop it."""
    told: list[int] = []
    with _handled(lambda number, _frame: told.append(number), STOPPING):
        yield
    for number in told[:1]:
        signal.raise_signal(number)


@contextmanager
def running(port: int, logs: Path, root: Path) -> Iterator[None]:
    """Starts all, waits until the web server answers, stops all at the end, also when a signal asks for it.

    Raises RuntimeError naming what died; SystemExit where the signal was not Ctrl-C.
    """
    logs.mkdir(parents=True, exist_ok=True)
    env = {**os.environ, "PUBLIC_URL": f"http://localhost:{port}", "DATABASE_POOL_SIZE": "0"}
    processes = commands(port)
    above = port + 100
    for party, environment in SIMULATED.items():
        own = free_port(above)
        env |= environment(own)
        processes[party] = [PYTHON, "manage.py", "simulator", party, str(own)]
        above = own + 1
    started: dict[str, subprocess.Popen[bytes]] = {}
    with _handled(_unwind, (signal.SIGTERM, signal.SIGHUP)):
        try:
            with _undisturbed():
                for name, command in processes.items():
                    seen = {**env, "DATABASE_POOL_SIZE": "8"} if name == "web" else env
                    with open(logs / f"{name}.log", "ab") as log:
                        started[name] = subprocess.Popen(
                            command, cwd=root, env=seen, stdout=log, stderr=log, start_new_session=True
                        )
            _wait(port, started, logs)
            yield
            for name, process in started.items():
                if process.poll() is not None:
                    raise RuntimeError(f"the {name} process ended early; see {logs / f'{name}.log'}")
        finally:
            with _undisturbed():
                _stop(started)


def _stop(started: dict[str, subprocess.Popen[bytes]]) -> None:
    for process in started.values():
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGTERM)
    for process in started.values():
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _wait(port: int, started: dict[str, subprocess.Popen[bytes]], logs: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        for name, process in started.items():
            if process.poll() is not None:
                tail = (logs / f"{name}.log").read_text(errors="replace")[-2000:]
                raise RuntimeError(f"the {name} process ended at once:\n{tail}")
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5):
                return
        except urllib.error.HTTPError as answer:
            raise RuntimeError(f"the web server answers {answer.code} on its first page") from answer
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"the web server did not answer within a minute; see {logs / 'web.log'}")
