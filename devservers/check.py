"""Every check of `make test`: those that read code, then those that need servers; the first fault ends it."""

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from devservers.places import CLONE
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
    """Runs all checks; gives the exit code of the first that fails, or 0."""
    for step in [*reading_steps(), demo_step()]:
        code = play(step)
        if code:
            return code
    return run(list(python("devservers.check")), ephemeral=True)


def play(step: Step) -> int:
    """Runs one check and says how long it took, unless it is the tests, which say so themselves."""
    print(f"\n=== {step.name}", flush=True)
    started = time.monotonic()
    code = subprocess.run(list(step.argv), cwd=CLONE, env={**os.environ, **step.environment}).returncode
    if code:
        print(
            f"=== {step.name}: FAILED after {time.monotonic() - started:.1f} s", file=sys.stderr, flush=True
        )
    elif step.name != "tests":
        print(f"=== {step.name}: passed in {time.monotonic() - started:.1f} s", flush=True)
    return code


def _run_serving_steps() -> int:
    for step in serving_steps():
        code = play(step)
        if code:
            return code
    return 0


if __name__ == "__main__":
    sys.exit(_run_serving_steps())
