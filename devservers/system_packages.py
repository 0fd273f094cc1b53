"""Which packages of the operating system are needed, and how they get installed. For the system's Python."""

import importlib.util
import os
import platform
import shutil
import subprocess
import sys

from devservers.failures import DevserversError

# WeasyPrint loads these when it draws; without libharfbuzz-subset0 a paper takes seven times as long.
FOR_DEMO = ["libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0", "fonts-noto-core"]
FOR_TESTS = [*FOR_DEMO, "poppler-utils", "gettext"]
BROWSER = "chromium"
BROWSER_PROGRAMS = ("chromium", "google-chrome", "google-chrome-stable")
INSTALL = ["apt-get", "install", "-y", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=600"]


def ensure(purpose: str) -> None:
    """Installs what `purpose` ("demo" or "test") still needs; asks dpkg only when nothing is missing.

    Raises DevserversError with the one line to run when we may not install.
    """
    wanted = FOR_DEMO if purpose == "demo" else FOR_TESTS
    needs_venv = not has_ensurepip()
    if shutil.which("dpkg-query") is None or shutil.which("apt-get") is None:
        _ask_for(wanted, purpose, needs_venv)
        return
    missing = _not_installed(wanted)
    if needs_venv:
        missing.append(_venv_package())
    if purpose == "test" and _browser() is None and not _is_ubuntu():
        missing.append(BROWSER)
    if not missing:
        return
    line = f"apt-get install -y --no-install-recommends {' '.join(missing)}"
    prefix = _privilege()
    if prefix is None:
        if missing == [_venv_package()] and has_pip():
            # The installer can be fetched by the system's pip instead.
            return
        raise DevserversError(
            f"System packages are missing, and you are not root. Run this, then try again:\n\n  sudo {line}\n"
        )
    print(f"Installing system packages: {' '.join(missing)}", flush=True)
    _install(prefix, missing)
    importlib.invalidate_caches()


def has_ensurepip() -> bool:
    """Whether this Python can put pip into a virtual environment; Debian takes that out into a package."""
    try:
        return importlib.util.find_spec("ensurepip.__main__") is not None
    except ModuleNotFoundError:
        return False


def has_pip() -> bool:
    """Whether this Python has a pip of its own."""
    return importlib.util.find_spec("pip.__main__") is not None if importlib.util.find_spec("pip") else False


def browser_is_missing() -> bool:
    """Whether no browser for the tests is installed in the system."""
    return _browser() is None


def may_install() -> bool:
    """Whether we are root, or may become root without being asked for a password."""
    return _privilege() is not None


def _browser() -> str | None:
    # Ubuntu's /usr/bin/chromium-browser only says that there is a snap; it is no browser.
    return next((found for name in BROWSER_PROGRAMS if (found := shutil.which(name))), None)


def _venv_package() -> str:
    default = os.path.realpath("/usr/bin/python3") == os.path.realpath(sys.executable)
    return "python3-venv" if default else f"python{sys.version_info.major}.{sys.version_info.minor}-venv"


def _ask_for(wanted: list[str], purpose: str, needs_venv: bool) -> None:
    """On a system without apt: says what is needed, under Debian's names, and goes on."""
    if needs_venv and not has_pip():
        raise DevserversError("This Python has neither ensurepip nor pip: install its venv package.")
    browser = " and a Chromium browser" if purpose == "test" and _browser() is None else ""
    print(
        f"This is not a Debian or Ubuntu: see to it that these are installed: {', '.join(wanted)}{browser}.",
        flush=True,
    )


def _not_installed(packages: list[str]) -> list[str]:
    printed = subprocess.run(
        ["dpkg-query", "-W", "-f", "${Package} ${db:Status-Status}\\n", *packages],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ).stdout
    installed = {line.split()[0] for line in printed.splitlines() if line.endswith(" installed")}
    return [package for package in packages if package not in installed]


def _privilege() -> list[str] | None:
    """What to put before a command to run it as root: nothing, `sudo -n`, or None when we may not."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") and subprocess.run(["sudo", "-n", "true"], capture_output=True).returncode == 0:
        return ["sudo", "-n"]
    return None


def _is_ubuntu() -> bool:
    """Whether Chromium is only to be had as a snap here; `bootstrap` then fetches Playwright's."""
    try:
        system = platform.freedesktop_os_release()
    except OSError:
        return False
    return system.get("ID") == "ubuntu" or "ubuntu" in system.get("ID_LIKE", "").split()


def _install(prefix: list[str], packages: list[str]) -> None:
    # Given to env by name: sudo does not pass our environment on.
    environment = ["env", "DEBIAN_FRONTEND=noninteractive"]
    simulated = subprocess.run([*prefix, "apt-get", "install", "-s", *packages], capture_output=True)
    if simulated.returncode == 0 and _run([*prefix, *environment, *INSTALL, *packages]):
        return
    # The lists are absent, or older than what the mirror now holds.
    _run([*prefix, "apt-get", "update", "-o", "Acquire::Retries=3"])
    if not _run([*prefix, *environment, *INSTALL, *packages]):
        raise DevserversError(f"apt-get could not install {' '.join(packages)}; what it said is above.")


def _run(argv: list[str]) -> bool:
    print("+ " + " ".join(argv), flush=True)
    return subprocess.run(argv, stdin=subprocess.DEVNULL).returncode == 0
