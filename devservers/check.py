"""Every check of `make test`: those that read code with the demo beside them, then those that need servers; a fault ends it."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from devservers.places import CLONE
from devservers.processes import spawn, stop
from devservers.run import run

BIN = Path(sys.executable).parent
TEST_SETTINGS = {"DJANGO_SETTINGS_MODULE": "config.settings.test"}
# The type checker reads the settings, which ask for these, but connects to nothing.
NOWHERE = {"DATABASE_URL": "postgres://nobody@localhost/nothing", "REDIS_URL": "redis://localhost/0"}


@dataclass(frozen=True)
class Step:
    """One check: what it is called and the command that makes it."""

    name: str
    argv: Sequence[str]
    environment: dict[str, str] = field(default_factory=dict)


def python(module: str, *arguments: str) -> tuple[str, ...]:
    """A module of the virtual environment, run by its Python: no script, whose first line names a path."""
    return (sys.executable, "-m", module, *arguments)


def templates() -> list[str]:
    """Every page and paper."""
    return sorted(str(path.relative_to(CLONE)) for path in CLONE.glob("templates/**/*.html"))


def reading_steps() -> list[Step]:
    """The checks that need no server."""
    return [
        Step("import contracts", (sys.executable, str(BIN / "lint-imports"), "--no-logo")),
        Step("lint", python("ruff", "check", ".")),
        Step("format", python("ruff", "format", "--check", ".")),
        Step("templates", (str(BIN / "djade"), "--target-version", "5.2", "--check", *templates())),
        Step("types", python("mypy"), TEST_SETTINGS | NOWHERE),
    ]


def demo_step() -> Step:
    """The main job end to end, on servers and files of its own: web server, workers, relay, papers."""
    command = (sys.executable, "manage.py", "demo", "--check")
    return Step(
        "demo",
        python("devservers", "run", "--ephemeral", "--", *command),
        {"MEDIA_ROOT": str(CLONE / ".local" / "check-media")},
    )


def serving_steps() -> list[Step]:
    """The checks that need PostgreSQL and Valkey; the tests are last, so that their closing line is."""
    return [
        Step(
            "migrations",
            (sys.executable, "manage.py", "makemigrations", "--check", "--dry-run"),
            TEST_SETTINGS,
        ),
        Step(
            "API schema",
            (
                sys.executable,
                "manage.py",
                "spectacular",
                "--validate",
                "--fail-on-warn",
                "--file",
                os.devnull,
            ),
            TEST_SETTINGS,
        ),
        Step("tests", python("pytest", "-n", "3"), TEST_SETTINGS),
    ]


def run_checks() -> int:
    """Runs all checks; gives the exit code of the first that fails, or 0.

    The demo runs beside those that read code: it waits much, they compute.
    """
    with beside(demo_step()) as demo_ended:
        for step in reading_steps():
            code = play(step)
            if code:
                return code
        code = demo_ended()
    return code or run(list(python("devservers.check")), ephemeral=True)


@contextmanager
def beside(step: Step) -> Iterator[Callable[[], int]]:
    """Runs one check while others are played; gives what waits for it, and then says what it printed and gives its exit code.

    Whatever ends the others before ends it too.
    """
    with tempfile.TemporaryFile() as printed:
        started = time.monotonic()
        process = spawn(
            step.argv,
            env={**os.environ, **step.environment},
            output=printed,
            dies_with_us=signal.SIGTERM,
            cwd=str(CLONE),
        )

        def ended() -> int:
            code = process.wait()
            seconds = time.monotonic() - started
            print(f"\n=== {step.name} (beside the others)", flush=True)
            printed.seek(0)
            print(printed.read().decode(errors="replace"), end="", flush=True)
            return tell(step, code, seconds)

        try:
            yield ended
        finally:
            stop(process, gently=signal.SIGTERM, seconds=60)


def play(step: Step) -> int:
    """Runs one check; gives its exit code."""
    print(f"\n=== {step.name}", flush=True)
    started = time.monotonic()
    code = subprocess.run(list(step.argv), cwd=CLONE, env={**os.environ, **step.environment}).returncode
    return tell(step, code, time.monotonic() - started)


def tell(step: Step, code: int, seconds: float) -> int:
    """Says how a check ended and how long it took, unless it is the tests, which say so themselves; gives its exit code."""
    if code:
        print(f"=== {step.name}: FAILED after {seconds:.1f} s", file=sys.stderr, flush=True)
    elif step.name != "tests":
        print(f"=== {step.name}: passed in {seconds:.1f} s", flush=True)
    return code


def _run_serving_steps() -> int:
    for step in serving_steps():
        code = play(step)
        if code:
            return code
    return 0


if __name__ == "__main__":
    sys.exit(_run_serving_steps())
