"""Runs one command with PostgreSQL and Valkey beside it, and leaves nothing running behind."""

import os
import signal
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from urllib.parse import unquote, urlsplit

from devservers.failures import DevserversError
from devservers.places import Place, place
from devservers.postgres import postgres
from devservers.processes import FORWARDED, become_reaper, children_of, end, spawn
from devservers.programs import programs_for
from devservers.valkey import valkey


def run(argv: list[str], *, name: str = "default", ephemeral: bool = False) -> int:
    """Runs `argv` with DATABASE_OWNER_URL, DATABASE_URL and REDIS_URL set; gives its exit code.

    Servers named by the environment are used instead of own ones: a REDIS_URL as it is; a DATABASE_URL alone
    as an administrator's login, with which two roles and a database are made; with a DATABASE_OWNER_URL
    beside it, both as they are.
    A command that died of signal n gives 128 + n. Raises DevserversError.
    """
    # Held back from here on: none may come between the start of a server and the note to stop it.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {*FORWARDED, signal.SIGCHLD})
    become_reaper()
    try:
        with ExitStack() as stack:
            environment = _with_servers(stack, dict(os.environ), name=name, ephemeral=ephemeral)
            early = signal.sigpending() & set(FORWARDED)
            if early:
                return 128 + int(min(early))
            servers = set(children_of(os.getpid()))
            try:
                return _supervise(argv, environment)
            finally:
                end(lambda: _orphans(servers), gently=signal.SIGTERM, seconds=10)
    finally:
        for number in signal.sigpending() & set(FORWARDED):
            signal.sigwait({number})
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _with_servers(
    stack: ExitStack, environment: dict[str, str], *, name: str, ephemeral: bool
) -> dict[str, str]:
    database_url = environment.get("DATABASE_URL", "")
    owner_url = environment.get("DATABASE_OWNER_URL", "")
    if owner_url and not database_url:
        raise DevserversError("DATABASE_OWNER_URL is set without DATABASE_URL: set both, or neither.")
    as_they_are = bool(owner_url)
    if as_they_are:
        # The migrations grant to the role that the program logs in as.
        environment.setdefault("DATABASE_PROGRAM_ROLE", unquote(urlsplit(database_url).username or ""))
    if as_they_are and environment.get("REDIS_URL"):
        return environment
    here = stack.enter_context(place(name, ephemeral=ephemeral))
    if not environment.get("REDIS_URL"):
        environment["REDIS_URL"] = stack.enter_context(valkey(here, programs_for(here)))
    if not as_they_are:
        environment |= _databases(stack, here, database_url)
    return environment


def _databases(stack: ExitStack, here: Place, administrator_url: str) -> Mapping[str, str]:
    from devservers.provision import (
        names_of_this_clone,
        own_names,
        provisioned,
        remove_what_crashed_runs_left,
    )

    if administrator_url:
        names = names_of_this_clone(here)
        drop = here.ephemeral
        remove_what_crashed_runs_left(administrator_url, here)
    else:
        administrator_url = stack.enter_context(postgres(here, programs_for(here)))
        names = own_names()
        drop = False
    return stack.enter_context(provisioned(administrator_url, names, drop=drop)).environment()


def _supervise(argv: list[str], environment: Mapping[str, str]) -> int:
    """Starts the command, passes signals on to it, and gives its exit code."""
    try:
        command = spawn(argv, env=environment, dies_with_us=signal.SIGTERM)
    except OSError as error:
        raise DevserversError(f"{argv[0]} cannot be run: {error.strerror}.") from None
    while True:
        received = signal.sigwaitinfo({*FORWARDED, signal.SIGCHLD})
        if received.si_signo != signal.SIGCHLD:
            # What the kernel sends (a key of the terminal) has reached the command: it is in our group.
            if received.si_code <= 0:
                command.send_signal(received.si_signo)
            continue
        code = command.poll()
        if code is not None:
            sys.stdout.flush()
            return code if code >= 0 else 128 - code
        if received.si_pid != command.pid:
            _reap(received.si_pid)


def _reap(pid: int) -> None:
    """Waits for an adopted child, so that it does not stay behind as a zombie."""
    try:
        os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:
        return


def _orphans(servers: set[int]) -> list[int]:
    """What the command left running, now our children."""
    left = []
    for pid in children_of(os.getpid()):
        if pid not in servers:
            try:
                finished, _ = os.waitpid(pid, os.WNOHANG)
            except ChildProcessError:
                continue
            if not finished:
                left.append(pid)
    return left
