"""Clones of the package, each in a directory of its own: servers that no other test and no person uses."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[2] / "devservers"
FROM_OUTSIDE = ("DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_PROGRAM_ROLE", "REDIS_URL")
NOTHING: Mapping[str, str] = {}
# With these a run starts Valkey only, which is up in no time.
DATABASES_ELSEWHERE = {
    "DATABASE_URL": "postgres://program@db.example/motcua",
    "DATABASE_OWNER_URL": "postgres://owner@db.example/motcua",
}
# One statement, on the database whose URL is in the variable named first.
QUERY = (
    "import os, sys, psycopg;"
    " c = psycopg.connect(os.environ[sys.argv[1]], autocommit=True).execute(sys.argv[2]);"
    " print(c.fetchone()[0] if c.description else 'done')"
)


@dataclass
class Clone:
    """A directory with this package in it, and the commands to play in it."""

    path: Path

    def command(self, *argv: str, ephemeral: bool = True, name: str | None = None) -> list[str]:
        """`python -m devservers run … -- argv`."""
        options = (["--ephemeral"] if ephemeral else []) + (["--name", name] if name else [])
        return [sys.executable, "-m", "devservers", "run", *options, "--", *argv]

    def environment(self, added: Mapping[str, str]) -> dict[str, str]:
        """Ours, without the servers that this very test may be running beside; nothing compiled is kept of a clone."""
        ours = {key: value for key, value in os.environ.items() if key not in FROM_OUTSIDE}
        return ours | {"PYTHONDONTWRITEBYTECODE": "1"} | dict(added)

    def run(
        self, *argv: str, ephemeral: bool = True, name: str | None = None, env: Mapping[str, str] = NOTHING
    ) -> subprocess.CompletedProcess[str]:
        """Runs `argv` beside servers, to its end."""
        return subprocess.run(
            self.command(*argv, ephemeral=ephemeral, name=name),
            cwd=self.path,
            env=self.environment(env),
            capture_output=True,
            text=True,
            timeout=60,
        )

    def query(
        self,
        statement: str,
        *,
        by: str = "DATABASE_URL",
        ephemeral: bool = True,
        env: Mapping[str, str] = NOTHING,
    ) -> str:
        """What one statement gives, or the error's text."""
        finished = self.run(sys.executable, "-c", QUERY, by, statement, ephemeral=ephemeral, env=env)
        return (finished.stdout if finished.returncode == 0 else finished.stderr).strip()

    def start(
        self, script: str, *, ephemeral: bool = True, env: Mapping[str, str] = NOTHING
    ) -> subprocess.Popen[str]:
        """Starts a shell script beside servers; it is running once it has printed its first line."""
        return subprocess.Popen(
            self.command("sh", "-c", script, ephemeral=ephemeral),
            cwd=self.path,
            env=self.environment(env),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def left_of_runs(self) -> list[str]:
        """What runs left in `.local/servers`, besides programs copied there from where only their owner may go."""
        return sorted(
            path.name for path in (self.path / ".local" / "servers").iterdir() if path.name != "programs"
        )

    def servers(self) -> list[int]:
        """The servers whose files are in this clone or where its `.local/servers` leads.

        Without the processes that PostgreSQL starts and ends as it likes, unless the one that started them is gone.
        """
        homes = {os.path.realpath(self.path), os.path.realpath(self.path / ".local" / "servers")}
        parents: dict[int, int] = {}
        for entry in os.listdir("/proc"):
            try:
                directory = os.readlink(f"/proc/{entry}/cwd").removesuffix(" (deleted)")
                name, _, status = Path(f"/proc/{entry}/stat").read_text().rpartition(")")
            except OSError:
                continue
            is_server = name.partition("(")[2] in {"postgres", "valkey-server"}
            if is_server and any(directory.startswith(home) for home in homes):
                parents[int(entry)] = int(status.split()[1])
        return sorted(pid for pid, parent in parents.items() if parent not in parents)

    def clean(self) -> None:
        """Deletes what was made outside of the clone as well."""
        subprocess.run(
            [sys.executable, "-m", "devservers", "clean"],
            cwd=self.path,
            env=self.environment(NOTHING),
            check=True,
            timeout=60,
        )


@contextmanager
def clones() -> Iterator[Callable[..., Clone]]:
    """Gives a function that makes clones; afterwards none of them has left a server or a file."""
    made: list[tuple[Path, Clone]] = []

    def make(*under: str, mode: int = 0o755) -> Clone:
        # Not pytest's own directory: when root runs the tests, only root may enter that.
        outermost = Path(tempfile.mkdtemp(prefix="clone-", dir="/tmp"))
        path = outermost.joinpath(*under, "project")
        path.mkdir(parents=True)
        shutil.copytree(PACKAGE, path / "devservers", ignore=shutil.ignore_patterns("__pycache__"))
        outermost.chmod(mode)
        made.append((outermost, Clone(path)))
        return made[-1][1]

    yield make
    for outermost, clone in made:
        clone.clean()
        left = clone.servers()
        shutil.rmtree(outermost)
        assert left == []
