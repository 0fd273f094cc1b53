"""A PostgreSQL server of our own: made, started, waited for, stopped."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from devservers.failures import DevserversError
from devservers.places import Place
from devservers.processes import servers_living_in, spawn, stop
from devservers.programs import Programs

ADMINISTRATOR = "postgres"
START_SECONDS = 60

SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "jit": "off",
}
# A test database is thrown away: nothing of it need survive a power cut.
EPHEMERAL_SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "2GB",
}


def socket_url(sockets: Path, role: str, database: str) -> str:
    """The URL of a database behind a socket directory, in the form that psycopg and dj-database-url read."""
    return f"postgres://{role}@{quote(str(sockets), safe='')}/{database}"


@contextmanager
def postgres(place: Place, programs: Programs, *, durable: bool = False) -> Iterator[str]:
    """Runs PostgreSQL for the length of the block; gives the administrator's URL.

    What is committed outlives the server, also where it is killed, in a place that is kept and where it is `durable`.
    """
    data = _data_directory(place, programs)
    log = place.directory / "postgres.log"
    settings = SETTINGS | (EPHEMERAL_SETTINGS if place.ephemeral and not durable else {})
    argv: list[str | Path] = [programs.postgres_bin / "postgres", "-D", data, "-k", place.sockets]
    for name, value in settings.items():
        argv += ["-c", f"{name}={value}"]
    log.unlink(missing_ok=True)
    with open(log, "ab") as output:
        server = spawn(
            argv, account=place.account, env=_environment(), output=output, own_session=True,
            dies_with_us=signal.SIGINT, cwd="/",
        )  # fmt: skip
    try:
        _wait_until_ready(server, data, log)
        yield socket_url(place.sockets, ADMINISTRATOR, "postgres")
    finally:
        # A fast stop writes everything down; what is deleted next need not be written.
        stop(server, gently=signal.SIGQUIT if place.ephemeral else signal.SIGINT, seconds=60)


def _environment() -> dict[str, str]:
    return {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}


def _data_directory(place: Place, programs: Programs) -> Path:
    """The cluster's directory, made when absent; a half-made one or a stale pid file is no hindrance."""
    data = place.directory / "postgres"
    if (data / "PG_VERSION").exists():
        _refuse_other_version(data, programs)
        if not servers_living_in(data):
            (data / "postmaster.pid").unlink(missing_ok=True)
        return data
    shutil.rmtree(data, ignore_errors=True)
    shutil.rmtree(place.directory / "postgres.new", ignore_errors=True)
    new = place.make_directory("postgres.new")
    argv: list[str | Path] = [
        programs.postgres_bin / "initdb", "-D", new, "--username", ADMINISTRATOR, "--auth=trust",
        "--no-instructions", "--encoding=UTF8", "--locale-provider=builtin",
        "--builtin-locale=PG_UNICODE_FAST", "--locale=C",
    ]  # fmt: skip
    if place.ephemeral:
        argv.append("--no-sync")
    maker = spawn(
        argv, account=place.account, env=_environment(), output=subprocess.PIPE, own_session=True,
        dies_with_us=signal.SIGTERM, cwd="/",
    )  # fmt: skip
    printed, _ = maker.communicate()
    if maker.returncode:
        raise DevserversError(
            "PostgreSQL's data directory could not be made:\n" + printed.decode(errors="replace")
        )
    new.rename(data)
    return data


def _refuse_other_version(data: Path, programs: Programs) -> None:
    made_by = (data / "PG_VERSION").read_text().strip()
    printed = subprocess.run(
        [programs.postgres_bin / "postgres", "--version"], capture_output=True, text=True, check=True
    )
    here = printed.stdout.split()[-1].split(".")[0]
    if made_by != here:
        raise DevserversError(
            f"The stored data is of PostgreSQL {made_by}, the programs of {here}: `make clean` starts anew."
        )


def _wait_until_ready(server: subprocess.Popen[bytes], data: Path, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if server.poll() is not None:
            break
        try:
            lines = (data / "postmaster.pid").read_text().splitlines()
        except OSError:
            lines = []
        # Line 1 is the server's pid, line 8 its state; the same that pg_ctl reads.
        if len(lines) >= 8 and lines[0].strip() == str(server.pid) and lines[7].strip() == "ready":
            return
        time.sleep(0.02)
    tail = log.read_text(errors="replace").splitlines()[-15:]
    raise DevserversError("PostgreSQL did not start; the end of its log:\n" + "\n".join(tail))
