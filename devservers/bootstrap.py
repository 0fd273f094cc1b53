"""Makes the virtual environment and compiles the translations. Runs on the system's Python alone.

uv is fetched by pip, with hashes, into `.local/installer`; uv then makes `.venv`. A file in `.venv` says
which requirements it was made from, so that a second run has nothing to do.
"""

import ast
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from devservers import system_packages
from devservers.failures import DevserversError
from devservers.places import CLONE, LOCAL, locked, make_local

VENV = CLONE / ".venv"
STAMP = VENV / ".made-from"
INSTALLER = LOCAL / "installer"
BOOTSTRAP = CLONE / "requirements" / "bootstrap.txt"
REQUIREMENTS = CLONE / "requirements" / "dev.txt"
OLDEST_PYTHON = (3, 11)
# uv reads no configuration of pip; what pip would use is handed over in the environment and stored nowhere.
UV_NAMES = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "no-index": "UV_NO_INDEX",
    "trusted-host": "UV_INSECURE_HOST",
    "cert": "SSL_CERT_FILE",
    "proxy": "ALL_PROXY",
}


def bootstrap(purpose: str) -> None:
    """Sees to it that everything for `purpose` ("demo" or "test") is there. Raises DevserversError."""
    if sys.version_info < OLDEST_PYTHON:
        raise DevserversError(
            f"Python 3.11 or newer is needed; this is {sys.version.split()[0]}. Try make PYTHON=python3.11"
        )
    make_local()
    with locked(LOCAL / "bootstrap.lock", waiting="Another make is preparing this clone; waiting for it…"):
        system_packages.ensure(purpose)
        wanted = _made_from()
        if not (STAMP.exists() and STAMP.read_text() == wanted and _works(VENV)):
            _make_venv()
            STAMP.write_text(wanted)
        if purpose == "test":
            _ensure_browser()
        subprocess.run([VENV / "bin" / "python", "-m", "devservers.translations"], cwd=CLONE, check=True)


def _made_from() -> str:
    """What .venv depends on; its scripts name its path, so a clone that was moved makes a new one."""
    digest = hashlib.sha256(BOOTSTRAP.read_bytes() + REQUIREMENTS.read_bytes()).hexdigest()
    return f"{digest} {CLONE}\n"


def _works(venv: Path) -> bool:
    python = venv / "bin" / "python"
    return python.exists() and subprocess.run([python, "-c", ""], capture_output=True).returncode == 0


def _make_venv() -> None:
    """Fills .venv with exactly what dev.txt pins; what is there and right already is left alone."""
    uv, environment = _installer()
    moved = STAMP.exists() and STAMP.read_text().split(" ", 1)[-1] != f"{CLONE}\n"
    if moved or not _works(VENV):
        print("Making .venv", flush=True)
        shutil.rmtree(VENV, ignore_errors=True)
        _run([uv, "venv", "--quiet", "--python", sys.executable, VENV], environment, "make .venv")
    print("Installing requirements/dev.txt into .venv", flush=True)
    command: list[str | Path] = [
        uv,
        "pip",
        "sync",
        "--python",
        VENV / "bin" / "python",
        "--require-hashes",
        REQUIREMENTS,
    ]
    _run(command, environment, "install the requirements")


def compile_requirements(*, upgrade: bool) -> None:
    """Pins and hashes requirements/*.in into *.txt, for all platforms; pins stay unless `upgrade`."""
    make_local()
    with locked(LOCAL / "bootstrap.lock"):
        uv, environment = _installer()
    # No address of an index in what is written: it would be the one of whoever ran this.
    compile_one: list[str | Path] = [
        uv, "pip", "compile", "--quiet", "--universal", "--python-version", "3.11", "--generate-hashes",
        "--no-emit-index-url", "--no-emit-find-links", "--custom-compile-command", "make requirements",
    ]  # fmt: skip
    if upgrade:
        compile_one.append("--upgrade")
    for name in ("bootstrap", "base", "dev"):
        print(f"Pinning requirements/{name}.txt", flush=True)
        files: list[str | Path] = [f"requirements/{name}.in", "--output-file", f"requirements/{name}.txt"]
        _run([*compile_one, *files], environment, f"pin requirements/{name}.in")


def _installer() -> tuple[Path, dict[str, str]]:
    uv = INSTALLER / "bin" / "uv"
    stamp = INSTALLER / ".made-from"
    wanted = f"{hashlib.sha256(BOOTSTRAP.read_bytes()).hexdigest()} {CLONE}\n"
    pip: list[str | Path] = [INSTALLER / "bin" / "python", "-m", "pip"]
    if not (stamp.exists() and stamp.read_text() == wanted and _works(INSTALLER)):
        print("Fetching the installer (uv)", flush=True)
        shutil.rmtree(INSTALLER, ignore_errors=True)
        if system_packages.has_ensurepip():
            _run([sys.executable, "-m", "venv", INSTALLER], None, "make a virtual environment")
        else:
            _run(
                [sys.executable, "-m", "venv", "--without-pip", INSTALLER], None, "make a virtual environment"
            )
            pip = [sys.executable, "-m", "pip", "--python", INSTALLER / "bin" / "python"]
        _run([*pip, "install", "--quiet", "--require-hashes", "-r", BOOTSTRAP], None, "fetch uv")
        stamp.write_text(wanted)
    elif not (INSTALLER / "bin" / "pip").exists():
        pip = [sys.executable, "-m", "pip"]
    return uv, _environment(pip)


def _environment(pip: list[str | Path]) -> dict[str, str]:
    """Our environment, with pip's configuration under uv's names; what is set for uv already stays."""
    settings: dict[str, str] = {}
    printed = subprocess.run([*pip, "config", "list"], capture_output=True, text=True).stdout
    rank = ["global", "install", ":env:"]
    lines = [line.partition("=") for line in printed.splitlines()]
    lines = [line for line in lines if line[0].rpartition(".")[0] in rank]
    for name, _, value in sorted(lines, key=lambda line: rank.index(line[0].rpartition(".")[0])):
        key = name.rpartition(".")[2]
        if key in UV_NAMES:
            settings[UV_NAMES[key]] = " ".join(str(ast.literal_eval(value)).split())
    if "UV_FIND_LINKS" in settings:
        settings["UV_FIND_LINKS"] = settings["UV_FIND_LINKS"].replace(" ", ",")
    # As pip does it: the best version of all indexes. The hashes say that it is the right file.
    settings["UV_INDEX_STRATEGY"] = "unsafe-best-match"
    settings["UV_PYTHON_DOWNLOADS"] = "never"
    if not os.access(Path.home(), os.W_OK):
        settings["UV_CACHE_DIR"] = str(LOCAL / "uv-cache")
    environment = {**settings, **os.environ}
    # A virtual environment that happens to be active is none of our business.
    environment.pop("VIRTUAL_ENV", None)
    return environment


def _ensure_browser() -> None:
    """Where the system offers no browser as a package (Ubuntu has only a snap) Playwright fetches its own."""
    if not system_packages.browser_is_missing() or list(Path.home().glob(".cache/ms-playwright/chromium*")):
        return
    print("Fetching a browser for the tests", flush=True)
    command: list[str | Path] = [VENV / "bin" / "python", "-m", "playwright", "install", "chromium"]
    if system_packages.may_install():
        command.append("--with-deps")
    _run(command, None, "fetch a browser: install Chromium")


def _run(argv: list[str | Path], environment: dict[str, str] | None, purpose: str) -> None:
    finished = subprocess.run([str(part) for part in argv], cwd=CLONE, env=environment)
    if finished.returncode:
        raise DevserversError(f"Could not {purpose}; what went wrong is said above.")
