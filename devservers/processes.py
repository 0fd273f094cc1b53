"""Starting, recognising and stopping operating-system processes (Linux)."""

import ctypes
import os
import pwd
import signal
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from devservers.failures import DevserversError

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
FORWARDED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGUSR1, signal.SIGUSR2)


@dataclass(frozen=True)
class Account:
    """An operating-system user that servers run as."""

    name: str
    uid: int
    gid: int


def account_for_servers(clone: Path) -> Account | None:
    """Who the servers run as: None for whoever calls; when root, the clone's owner or else `nobody`.

    PostgreSQL refuses to run as root, and asks that its user has an entry in the user database.
    """
    if os.geteuid() != 0:
        return None
    owner = clone.stat().st_uid
    known = {entry.pw_uid: entry for entry in pwd.getpwall() if entry.pw_uid}
    nobody = next(
        (uid for uid, entry in known.items() if entry.pw_name == "nobody"), min(known, default=None)
    )
    chosen = known.get(owner) or known.get(nobody or 0)
    if chosen is None:
        raise DevserversError("PostgreSQL does not run as root, and this system knows no other user.")
    return Account(chosen.pw_name, chosen.pw_uid, chosen.pw_gid)


def spawn(
    argv: Sequence[str | Path],
    *,
    account: Account | None = None,
    env: Mapping[str, str] | None = None,
    output: IO[Any] | int | None = None,
    own_session: bool = False,
    dies_with_us: signal.Signals | None = None,
    cwd: str | None = None,
) -> subprocess.Popen[bytes]:
    """Starts `argv`; the kernel sends it `dies_with_us` should this process be killed outright."""
    parent = os.getpid()
    libc = ctypes.CDLL(None, use_errno=True)

    def in_child() -> None:
        signal.pthread_sigmask(signal.SIG_SETMASK, [])
        if dies_with_us is not None:
            # After the change of user, which would clear it.
            libc.prctl(PR_SET_PDEATHSIG, int(dies_with_us), 0, 0, 0)
            if os.getppid() != parent:
                os._exit(1)

    credentials: dict[str, Any] = {}
    if account is not None:
        credentials = {"user": account.uid, "group": account.gid, "extra_groups": []}
    return subprocess.Popen(
        [str(part) for part in argv],
        env=dict(env) if env is not None else None,
        stdin=subprocess.DEVNULL if own_session else None,
        stdout=output,
        stderr=subprocess.STDOUT if output is not None else None,
        start_new_session=own_session,
        preexec_fn=in_child,
        cwd=cwd,
        **credentials,
    )


def can(account: Account | None, test: str, path: Path) -> bool:
    """Whether `account` passes `test` (-r, -w or -x) on `path`, all the directories above it included."""
    credentials: dict[str, Any] = {}
    if account is not None:
        credentials = {"user": account.uid, "group": account.gid, "extra_groups": []}
    finished = subprocess.run(["/bin/sh", "-c", f'test {test} "$1"', "sh", str(path)], cwd="/", **credentials)
    return finished.returncode == 0


def become_reaper() -> None:
    """From now on orphaned descendants become our children, so that we can end them."""
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def _process_ids() -> Iterator[int]:
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            yield int(entry)


def children_of(parent: int) -> list[int]:
    """The direct children of `parent` that are alive or not yet waited for."""
    found = []
    for pid in _process_ids():
        try:
            stat = Path(f"/proc/{pid}/stat").read_text()
        except OSError:
            continue
        # The name in parentheses may itself hold spaces and parentheses.
        if int(stat.rpartition(")")[2].split()[1]) == parent:
            found.append(pid)
    return found


def servers_living_in(directory: Path) -> list[int]:
    """The servers whose working directory is exactly `directory`.

    A number in a pid file may since have been given to a stranger; the working directory cannot lie.
    """
    wanted = os.path.realpath(directory)
    found = []
    for pid in _process_ids():
        try:
            if os.readlink(f"/proc/{pid}/cwd") != wanted:
                continue
            name = Path(f"/proc/{pid}/comm").read_text().strip()
        except OSError:
            continue
        if name in {"postgres", "valkey-server"}:
            found.append(pid)
    return found


def end(pids: Callable[[], Iterable[int]], *, gently: signal.Signals, seconds: float) -> None:
    """Sends `gently` to what `pids` names, and SIGKILL to what is left after `seconds`."""
    _send(pids(), gently)
    deadline = time.monotonic() + seconds
    while list(pids()):
        if time.monotonic() > deadline:
            _send(pids(), signal.SIGKILL)
            deadline = time.monotonic() + seconds
        time.sleep(0.02)


def _send(pids: Iterable[int], number: signal.Signals) -> None:
    for pid in pids:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            continue


def stop(process: subprocess.Popen[bytes], *, gently: signal.Signals, seconds: float) -> None:
    """Stops one child and waits for it: `gently` first, SIGKILL after `seconds`."""
    if process.poll() is not None:
        return
    process.send_signal(gently)
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
