"""A database server of a drill's own, which is stopped at once and started again without harm to other tests."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from devservers.places import Place, place
from devservers.postgres import postgres
from devservers.processes import end, servers_living_in
from devservers.programs import Programs, programs_for
from devservers.provision import Names, Provisioned, provision
from tests import databases


@dataclass
class Server:
    """It keeps what is committed as a real one does. Start it from the test's own thread: it dies with its starter."""

    place: Place
    programs: Programs
    _running: ExitStack = field(default_factory=ExitStack)

    def start(self) -> str:
        """Gives the administrator's URL, the same each time."""
        return self._running.enter_context(postgres(self.place, self.programs, durable=True))

    def stop(self, how: signal.Signals) -> None:
        """All its processes get the signal: SIGQUIT is its own immediate stop, SIGKILL the machine's."""
        data = self.place.directory / "postgres"
        end(lambda: servers_living_in(data), gently=how, seconds=20)

    def start_again(self) -> None:
        """Starts what was stopped at once, and sees that it had to recover."""
        self._running.close()
        self.start()
        assert "automatic recovery in progress" in (self.place.directory / "postgres.log").read_text()

    def close(self) -> None:
        self._running.close()


@contextmanager
def with_copy_of(database: str) -> Iterator[tuple[Server, Provisioned]]:
    """A server with a copy of a database of the tests, its owner, its program's role and its rights."""
    with place("drill", ephemeral=True) as here, ExitStack() as stack:
        server = Server(here, programs_for(here))
        stack.callback(server.close)
        roles = [urlsplit(os.environ[name]).username for name in ("DATABASE_OWNER_URL", "DATABASE_URL")]
        made = provision(server.start(), Names("motcua", *map(str, roles)))
        _copy(database, made, server.programs)
        yield server, made


def _copy(database: str, made: Provisioned, programs: Programs) -> None:
    dump = [programs.postgres_bin / "pg_dump", databases.owners_url_of(database)]
    load = [programs.postgres_bin / "psql", "--quiet", "--no-psqlrc", "--single-transaction"]
    load += ["--set", "ON_ERROR_STOP=1", "--output", os.devnull, made.owner_url]
    with subprocess.Popen(dump, stdout=subprocess.PIPE) as dumping:
        subprocess.run(load, stdin=dumping.stdout, check=True, timeout=120)
    assert dumping.returncode == 0
